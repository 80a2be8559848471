import { sql, type RawBuilder } from 'kysely';

/** A part of a list: at most `limit` objects behind the one with the number `after`. */
export interface PageRequest {
  limit: number;
  after: number | null;
}

/** `next` is what to ask for `after`; null at the end. `total` counts what matches on all pages. */
export interface Page<T> {
  items: T[];
  total: number;
  next: number | null;
}

/** `rows` was asked for one more than the limit. */
export function pageOf<Row extends { id: number }, T>(
  rows: readonly Row[],
  total: number,
  limit: number,
  read: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  return { items: shown.map(read), total, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

/** Whether a column contains a text, without regard to ASCII case; `%` and `_` stand for themselves. */
export function contains(column: RawBuilder<unknown>, text: string) {
  const pattern = `%${text.toLowerCase().replaceAll(/[!%_]/g, (character) => `!${character}`)}%`;
  return sql<boolean>`lower(${column}) like ${pattern} escape '!'`;
}
