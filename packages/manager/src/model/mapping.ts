import {
  OtterError,
  parseTablePattern,
  parseTablePatterns,
  refuseUnequalRanges,
  say,
  separators,
  type Wording,
} from '@otter/core';
import { z } from 'zod';
import { broken, rule } from './field-rule.ts';

/** Mappings of one pipeline at most. */
const MAPPINGS_MAX = 1000;
const COLUMNS_MAX = 4096;

/** A pattern of tables, `schema.table`. */
export const patternSchema = z
  .string()
  .min(3)
  .max(512)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, rule(say('no-control-characters')))
  .superRefine((text, context) => {
    const problem = patternProblem(text);
    if (problem !== null) context.addIssue(broken(problem));
  })
  .meta({ description: 'schema.table: names, ranges t[01-32], regular expressions, *' });

const columnNameSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, rule(say('no-control-characters')));

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
    if (problem !== null) context.addIssue(broken(problem));
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
      context.addIssue(broken(error.said, ['target']));
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
        context.addIssue(broken(say('mapping-twice', { source, number: first + 1 }), [index, 'source']));
      } else seen.set(source.toLowerCase(), index);
    }
  });

export type Mapping = z.infer<typeof mappingSchema>;

function patternProblem(text: string): Wording | null {
  try {
    if (parseTablePatterns(text).length !== 1) return say('pattern-several');
    // The map option separates source and target by a colon.
    if (separators(text, ':').length > 0) return say('pattern-colon');
    if (text !== text.trim()) return say('pattern-spaces');
    return null;
  } catch (error) {
    if (!OtterError.is(error)) throw error;
    return error.said;
  }
}

function columnsProblem(columns: {
  mode: 'all' | 'include' | 'exclude';
  names: string[];
  rename: { source: string; target: string }[];
}): Wording | null {
  const { mode, names, rename } = columns;
  if (mode === 'all' && names.length > 0) return say('columns-all-named');
  if (mode !== 'all' && names.length === 0) return say('columns-none-named', { mode });
  const lower = (list: string[]): string[] => list.map((name) => name.toLowerCase());
  const [listed, sources, targets] = [names, rename.map((r) => r.source), rename.map((r) => r.target)].map(lower) as [
    string[],
    string[],
    string[],
  ];
  if (hasTwice(listed)) return say('column-twice');
  if (hasTwice(sources)) return say('column-renamed-twice');
  if (hasTwice(targets)) return say('column-receives-two');
  const missing = sources.find((name) => mode !== 'all' && listed.includes(name) === (mode === 'exclude'));
  if (missing !== undefined) return say('column-renamed-stays', { column: missing });
  // `t(a=b)` means "all, and a as b" to `otter sync`; there is no way to write "only a, as b".
  if (mode === 'include' && listed.every((name) => sources.includes(name))) return say('column-keeps-name');
  return null;
}

function hasTwice(list: string[]): boolean {
  return new Set(list).size < list.length;
}
