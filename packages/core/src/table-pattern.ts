import { OtterError } from './errors.ts';
import { say, type Wording } from './wording.ts';

/**
 * A name in one of otter's three forms (otter-spec §1.4), each matched without regard to case:
 * exact `tb_item`; a numbered range `t[01-32]`, both ends inside, zero-padded when both ends have the
 * same width and the first begins with 0; a regular expression over the whole name `order_(1|2)`.
 * `*` alone stands for every name.
 */
export type NamePattern =
  | { form: 'exact'; text: string }
  | { form: 'range'; text: string; names: string[] }
  | { form: 'regex'; text: string; regex: RegExp };

const RANGE = /^([^[\]]*)\[(\d+)-(\d+)\]([^[\]]*)$/;
const REGEX_CHARACTERS = /[*?+|(){}[\]\\$^.]/;
/** Otter's own largest sharding examples stop at 1,024; a typing mistake should not make a billion names. */
const RANGE_NAMES_MAX = 100_000;

/** Throws USAGE with the reason when the pattern cannot be read. */
export function parseNamePattern(text: string): NamePattern {
  if (text === '') throw usage(say('pattern-empty'));
  if (text === '*') return { form: 'regex', text, regex: /^.*$/su };
  const range = RANGE.exec(text);
  if (range) {
    const [prefix, first, last, suffix] = range.slice(1) as [string, string, string, string];
    // Otter reads a range here, the person who wrote it surely meant an expression; neither would match a table.
    if (/[*+?|(){}\\^]/.test(prefix + suffix)) throw usage(say('pattern-mixed', { text }));
    const count = Number(last) - Number(first) + 1;
    if (count < 1 || count > RANGE_NAMES_MAX || !Number.isSafeInteger(Number(last)))
      throw usage(say('pattern-range', { text, limit: RANGE_NAMES_MAX }));
    const width = first.length === last.length && first.startsWith('0') ? first.length : 0;
    const names = Array.from(
      { length: count },
      (_, i) => prefix + String(Number(first) + i).padStart(width, '0') + suffix,
    );
    return { form: 'range', text, names };
  }
  if (!REGEX_CHARACTERS.test(text)) return { form: 'exact', text };
  try {
    return { form: 'regex', text, regex: new RegExp(`^(?:${text})$`, 'isu') };
  } catch (cause) {
    throw usage(say('pattern-expression', { text, reason: (cause as Error).message }));
  }
}

export function matchesName(pattern: NamePattern, name: string): boolean {
  switch (pattern.form) {
    case 'exact':
      return pattern.text.toLowerCase() === name.toLowerCase();
    case 'range':
      return rangeIndex(pattern.names, name) >= 0;
    case 'regex':
      return pattern.regex.test(name);
  }
}

/** The target's name for a source name (otter-spec §1.4): a regex keeps it, a range goes by index, a name is itself. */
export function mapName(source: NamePattern, target: NamePattern, name: string): string {
  switch (target.form) {
    case 'exact':
      return target.text;
    case 'regex':
      return name;
    case 'range': {
      const index = source.form === 'range' ? rangeIndex(source.names, name) : -1;
      const mapped = target.names[index];
      if (mapped === undefined) {
        throw usage(say('range-no-counterpart', { name, source: source.text, target: target.text }));
      }
      return mapped;
    }
  }
}

/**
 * Refuses a pair of patterns of which the target's range has no counterpart for each source name: a target range takes
 * its names by number from the source range, so both must count alike. Throws USAGE with both counts.
 */
export function refuseUnequalRanges(source: TablePattern, target: TablePattern): void {
  for (const part of ['schema', 'table'] as const) {
    const [from, to] = [source[part], target[part]];
    if (to.form !== 'range') continue;
    const count = from.form === 'range' ? from.names.length : 0;
    if (count === to.names.length) continue;
    const found = from.form === 'range' ? say('names-counted', { count }) : say('range-none');
    throw usage(say('ranges-unequal', { target: to.text, count: to.names.length, source: from.text, found }));
  }
}

function rangeIndex(names: string[], name: string): number {
  const lower = name.toLowerCase();
  return names.findIndex((n) => n.toLowerCase() === lower);
}

/** 0 exact, 1 range, 3 regular expression: the smaller sum of both parts wins when several mappings match. */
function breadth(pattern: NamePattern): number {
  return { exact: 0, range: 1, regex: 3 }[pattern.form];
}

export interface TablePattern {
  schema: NamePattern;
  table: NamePattern;
}

/**
 * Splits `schema.table` at the dot that separates the two parts: the only dot outside brackets,
 * parentheses and backquotes that leaves two readable parts. A name with a dot is written in backquotes.
 */
export function parseTablePattern(text: string): TablePattern {
  const dots = separators(text, '.');
  // `.*` and `.+` are regular expressions, so a dot before a quantifier separates nothing.
  const candidates = dots.filter((at) => !/[*+?{]/.test(text[at + 1] ?? '') || text.slice(at + 1) === '*');
  const at = candidates.length === 1 ? (candidates[0] as number) : -1;
  if (at < 0) throw usage(say('pattern-no-table', { text }));
  if (text[at - 1] === '.' && text[at - 2] === '\\') throw usage(say('pattern-escaped-dot', { text }));
  return { schema: parsePart(text.slice(0, at).trim()), table: parsePart(text.slice(at + 1).trim()) };
}

function parsePart(text: string): NamePattern {
  const quoted = /^`((?:[^`]|``)+)`$/.exec(text);
  if (quoted) return { form: 'exact', text: (quoted[1] as string).replaceAll('``', '`') };
  if (text.includes('`')) throw usage(say('pattern-backquotes', { text }));
  return parseNamePattern(text);
}

/** A comma list of table patterns; commas inside brackets, parentheses, braces or backquotes do not split. */
export function parseTablePatterns(text: string): TablePattern[] {
  const commas = [-1, ...separators(text, ','), text.length];
  const parts = commas.slice(1).map((end, i) => text.slice((commas[i] as number) + 1, end).trim());
  return parts.map(parseTablePattern);
}

export function matchesTable(pattern: TablePattern, schema: string, table: string): boolean {
  return matchesName(pattern.schema, schema) && matchesName(pattern.table, table);
}

export function patternBreadth(pattern: TablePattern): number {
  return breadth(pattern.schema) + breadth(pattern.table);
}

export function patternText(pattern: TablePattern): string {
  return `${pattern.schema.text}.${pattern.table.text}`;
}

/** Where `character` stands outside brackets, parentheses, braces and backquotes, and is not escaped by a backslash. */
export function separators(text: string, character: string): number[] {
  const found: number[] = [];
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '`') quoted = !quoted;
    else if (quoted) continue;
    else if (c === '\\') i += 1;
    else if ('([{'.includes(c)) depth += 1;
    else if (')]}'.includes(c)) depth -= 1;
    else if (c === character && depth === 0) found.push(i);
  }
  return found;
}

function usage(detail: Wording): OtterError {
  return new OtterError('USAGE', { detail });
}
