import { OtterError } from '@otter/core';
import { parseDocument } from 'yaml';
import type { GivenOptions } from './option-table.ts';

/** Reads the YAML file of `-c`: one map from option names to values. Throws USAGE with file and line. */
export function readOptionFile(path: string, readFile: (path: string) => string): NonNullable<GivenOptions['file']> {
  let text: string;
  try {
    text = readFile(path);
  } catch (cause) {
    throw usage(`the file "${path}" cannot be read: ${(cause as Error).message}`, cause);
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  // Only its first line: the rest quotes the file, which may hold a password.
  if (problem) throw usage(`${path}: ${problem.message.split('\n')[0]?.replace(/:$/, '')}`, problem);
  const values: unknown = document.toJS() ?? {};
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw usage(`${path} must be a map of options, for example "from: mysql://…"`);
  }
  return { name: path, values: values as Record<string, unknown> };
}

function usage(detail: string, cause?: unknown): OtterError {
  return new OtterError('USAGE', { detail, cause });
}
