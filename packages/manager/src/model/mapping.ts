import { OtterError, parseTablePattern, parseTablePatterns, refuseUnequalRanges, separators } from '@otter/core';
import { z } from 'zod';

/** Mappings of one pipeline at most. */
const MAPPINGS_MAX = 1000;
const COLUMNS_MAX = 4096;

const patternSchema = z
  .string()
  .min(3)
  .max(512)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'no control characters' })
  .superRefine((text, context) => {
    const problem = patternProblem(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ description: 'schema.table: names, ranges t[01-32], regular expressions, *' });

const columnNameSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'no control characters' });

const columnsSchema = z
  .strictObject({
    mode: z.enum(['all', 'include', 'exclude']),
    names: z.array(columnNameSchema).max(COLUMNS_MAX).default([]),
    rename: z
      .array(z.strictObject({ source: columnNameSchema, target: columnNameSchema }))
      .max(COLUMNS_MAX)
      .default([]),
  })
  .superRefine((columns, context) => {
    const problem = columnsProblem(columns);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

/** Which tables travel, under which names, with which columns. `target: null` keeps the names. */
export const mappingSchema = z
  .strictObject({
    source: patternSchema,
    target: patternSchema.nullable().default(null),
    columns: columnsSchema.default({ mode: 'all', names: [], rename: [] }),
  })
  .superRefine((mapping, context) => {
    if (mapping.target === null || patternProblem(mapping.source) !== null || patternProblem(mapping.target) !== null) {
      return;
    }
    try {
      refuseUnequalRanges(parseTablePattern(mapping.source), parseTablePattern(mapping.target));
    } catch (error) {
      if (!OtterError.is(error)) throw error;
      context.addIssue({ code: 'custom', message: error.detail, path: ['target'] });
    }
  });

/** The mappings of one pipeline, in order. */
export const mappingsSchema = z
  .array(mappingSchema)
  .max(MAPPINGS_MAX)
  .superRefine((mappings, context) => {
    const seen = new Map<string, number>();
    for (const [index, { source }] of mappings.entries()) {
      const first = seen.get(source.toLowerCase());
      if (first !== undefined) {
        const message = `"${source}" is mapped already by number ${first + 1}; one source goes to one target in a pipeline`;
        context.addIssue({ code: 'custom', message, path: [index, 'source'] });
      } else seen.set(source.toLowerCase(), index);
    }
  });

export type Mapping = z.infer<typeof mappingSchema>;

function patternProblem(text: string): string | null {
  try {
    if (parseTablePatterns(text).length !== 1) return 'one pattern is expected; put a comma in parentheses';
    // The map option separates source and target by a colon.
    if (separators(text, ':').length > 0) return 'put a name with a colon in backquotes';
    if (text !== text.trim()) return 'no spaces around it';
    return null;
  } catch (error) {
    if (!OtterError.is(error)) throw error;
    return error.detail;
  }
}

function columnsProblem(columns: {
  mode: 'all' | 'include' | 'exclude';
  names: string[];
  rename: { source: string; target: string }[];
}): string | null {
  const { mode, names, rename } = columns;
  if (mode === 'all' && names.length > 0) return 'with mode "all" no column is named';
  if (mode !== 'all' && names.length === 0) return `with mode "${mode}" at least one column is named`;
  const lower = (list: string[]): string[] => list.map((name) => name.toLowerCase());
  const [listed, sources, targets] = [names, rename.map((r) => r.source), rename.map((r) => r.target)].map(lower) as [
    string[],
    string[],
    string[],
  ];
  if (hasTwice(listed)) return 'a column is named twice';
  if (hasTwice(sources)) return 'a column is renamed twice';
  if (hasTwice(targets)) return 'a column of the target would receive two columns';
  const missing = sources.find((name) => mode !== 'all' && listed.includes(name) === (mode === 'exclude'));
  if (missing !== undefined) return `"${missing}" is renamed but does not travel`;
  // `t(a=b)` means "all, and a as b" to `otter sync`; there is no way to write "only a, as b".
  if (mode === 'include' && listed.every((name) => sources.includes(name))) return 'at least one column keeps its name';
  return null;
}

function hasTwice(list: string[]): boolean {
  return new Set(list).size < list.length;
}
