import type { Site } from './commit-mark.ts';

const MARK = /\/\* otter:([\w-]{8}(?:,[\w-]{8})*) \*\/\s*$/;

/**
 * A change of definition with the sites it has been made at, in its own text: it commits by itself, apart from the row
 * of the checkpoint. Servers write the text to their log as it was sent; DROP TABLE alone they write anew.
 */
export function markedStatement(sql: string, via: readonly Site[]): string {
  return `${sql} /* otter:${via.join(',')} */`;
}

/** What {@link markedStatement} wrote; `null` of a statement of somebody else. */
export function viaOfStatement(sql: string): Site[] | null {
  return MARK.exec(sql)?.[1]?.split(',') ?? null;
}
