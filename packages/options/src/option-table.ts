import { OtterError, type ErrorCode } from '@otter/core';
import { z } from 'zod';
import { splitOutside } from './text-split.ts';
import { suggestionText } from './suggestion.ts';

/**
 * One option, declared once: its flag, its environment variable, its YAML key and its help all come from here.
 * `switch` is on or off, `value` takes one value, `list` may be given several times.
 */
export interface OptionDeclaration<T> {
  form: 'switch' | 'value' | 'list';
  /** Reads what a flag, a variable (text) or YAML (text, number, boolean, list, map) holds; `undefined` = absent. */
  schema: z.ZodType<T>;
  description: string;
  /** What stands for the value in the help. */
  placeholder?: string;
  short?: string;
  /** The default, for the help only; the schema applies it. */
  defaultText?: string;
  /** Its text may hold a password and is never repeated. */
  secret?: boolean;
  /** Must be given somewhere. */
  required?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionDeclaration<unknown>>>;

/** The values of a table, by option name. */
export type OptionValues<T extends OptionTable> = {
  [K in keyof T]: T[K] extends OptionDeclaration<infer V> ? V : never;
};

/** What was given, before anything is read. */
export interface GivenOptions {
  flags: Readonly<Record<string, unknown>>;
  env: Readonly<Record<string, string | undefined>>;
  file: { name: string; values: Readonly<Record<string, unknown>> } | null;
}

/** Keeps the literal option names and the type of every schema. */
export function declareOptions<T extends OptionTable>(table: T): T {
  return table;
}

/** `until-caught-up` → `OTTER_UNTIL_CAUGHT_UP`. */
export function environmentName(option: string): string {
  return `OTTER_${option.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The value of every option: flag before environment before file before default. `knownKeys` are the keys the
 * file may hold; one file serves every command, so it may hold more than this command asks for.
 * Throws one error that names every option that cannot be used and where it came from.
 */
export function resolveOptions<T extends OptionTable>(
  table: T,
  given: GivenOptions,
  knownKeys: readonly string[] = Object.keys(table),
): OptionValues<T> {
  refuseUnknownKeys(given.file, knownKeys);
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, declaration] of Object.entries(table)) {
    const found = find(name, declaration, given);
    if (found === null && declaration.required === true) {
      problems.push({ code: 'USAGE', text: missingText(name, declaration) });
      continue;
    }
    const result = declaration.schema.safeParse(found?.raw);
    if (result.success) values[name] = result.data;
    else problems.push(problemOf(result.error, found?.origin ?? `--${name}`));
  }
  const [first] = problems;
  if (first !== undefined) {
    const code = problems.every((p) => p.code === first.code) ? first.code : 'USAGE';
    throw new OtterError(code, { detail: problems.map((p) => p.text).join('; ') });
  }
  return values as OptionValues<T>;
}

/** Refuses keys of a configuration file that no option has, each with the nearest one that exists. */
function refuseUnknownKeys(file: GivenOptions['file'], known: readonly string[]): void {
  const unknown = Object.keys(file?.values ?? {}).filter((key) => !known.includes(key));
  if (file === null || unknown.length === 0) return;
  const texts = unknown.map((key) => `"${key}" is not an option${suggestionText(key, known)}`);
  throw new OtterError('USAGE', { detail: `${file.name}: ${texts.join('; ')}` });
}

interface Found {
  raw: unknown;
  /** How to name the place in a message. */
  origin: string;
}

function find(name: string, declaration: OptionDeclaration<unknown>, given: GivenOptions): Found | null {
  if (given.flags[name] !== undefined) return { raw: given.flags[name], origin: `--${name}` };
  const variable = environmentName(name);
  const text = given.env[variable];
  // An empty variable is how shells and containers say "not set".
  if (text !== undefined && text !== '') {
    return { raw: declaration.form === 'list' ? [text] : text, origin: variable };
  }
  const value = given.file?.values[name];
  return value === undefined || value === null ? null : { raw: value, origin: `"${name}" in ${given.file?.name}` };
}

function missingText(name: string, declaration: OptionDeclaration<unknown>): string {
  const value = declaration.placeholder ?? 'VALUE';
  return `--${name} is missing: give --${name} ${value}, set ${environmentName(name)}, or write "${name}:" in the file of -c`;
}

interface Problem {
  code: ErrorCode;
  text: string;
}

function problemOf(error: z.ZodError, origin: string): Problem {
  const issue = error.issues[0];
  const params = issue?.code === 'custom' ? (issue.params as { code?: ErrorCode } | undefined) : undefined;
  return { code: params?.code ?? 'USAGE', text: `${origin}: ${issue?.message ?? 'it cannot be read'}` };
}

/** A text read by `read`, whose coded error becomes the option's problem. */
export function textOption<T>(read: (text: string) => T): z.ZodType<T> {
  return z.union([z.string(), z.number()], { error: 'a text is expected' }).transform((raw, context): T => {
    try {
      return read(String(raw));
    } catch (error) {
      addProblem(context, error);
      return z.NEVER;
    }
  });
}

/** Any number of texts: a list, or one text split at commas outside brackets; `read` reads each. */
export function listOption<T>(read: (text: string) => T): z.ZodType<T[]> {
  const raw = z.union([z.string(), z.array(z.string())], { error: 'a text or a list of texts is expected' });
  return raw.optional().transform((given, context): T[] => {
    const texts = given === undefined ? [] : typeof given === 'string' ? [given] : given;
    try {
      return texts.flatMap((text) => splitOutside(text, ',').map((part) => read(part.trim())));
    } catch (error) {
      addProblem(context, error);
      return z.NEVER;
    }
  });
}

/** Like {@link listOption}; YAML may also write a map, each of whose pairs `readPair` reads. */
export function pairsOption<T>(read: (text: string) => T, readPair: (key: string, value: string) => T): z.ZodType<T[]> {
  const pairs = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
  const raw = z.union([z.string(), z.array(z.string()), pairs], { error: 'a text, a list or a map is expected' });
  return raw.optional().transform((given, context): T[] => {
    try {
      if (given !== undefined && typeof given === 'object' && !Array.isArray(given)) {
        return Object.entries(given).map(([key, value]) => readPair(key, [value].flat().join(',')));
      }
      const texts = given === undefined ? [] : typeof given === 'string' ? [given] : given;
      return texts.flatMap((text) => splitOutside(text, ',').map((part) => read(part.trim())));
    } catch (error) {
      addProblem(context, error);
      return z.NEVER;
    }
  });
}

/** On or off, off when absent. */
export function switchOption(): z.ZodType<boolean> {
  const error = 'true or false is expected';
  return z.union([z.boolean(), z.stringbool({ error })], { error }).default(false);
}

/** A whole number between two bounds, both inside. */
export function integerOption(min: number, max: number): z.ZodType<number> {
  const error = `a whole number from ${min} to ${max} is expected`;
  return z
    .union([z.number(), z.string().regex(/^\d+$/, { error })], { error })
    .transform(Number)
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, { error });
}

/** One of a few words. */
export function wordOption<W extends string>(words: readonly [W, ...W[]]): z.ZodType<W> {
  return z.enum(words, { error: `one of ${words.join(', ')} is expected` });
}

function addProblem(context: z.RefinementCtx, error: unknown): void {
  if (!OtterError.is(error)) throw error;
  context.addIssue({ code: 'custom', message: error.detail, params: { code: error.code } });
}
