import { sql, type RawBuilder, type Selectable, type SelectQueryBuilder } from 'kysely';
import type { Tables } from './tables.ts';

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

/** What `query` finds in one table, by number: the rows of a page and one more, and how many there are in all. */
export async function pageRows<T extends keyof Tables>(
  query: SelectQueryBuilder<Tables, T, object>,
  page: PageRequest,
  order: 'asc' | 'desc',
): Promise<{ rows: Selectable<Tables[T]>[]; total: number }> {
  const { total } = await query.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const id = sql.ref<number>('id');
  const behind =
    page.after === null
      ? query
      : query.where(sql<boolean>`${id} ${sql.raw(order === 'asc' ? '>' : '<')} ${page.after}`);
  const rows = await behind
    .selectAll()
    .orderBy(id, order)
    .limit(page.limit + 1)
    .execute();
  // Of a table that is a parameter the compiler does not work out what its rows hold.
  return { rows: rows as unknown as Selectable<Tables[T]>[], total: Number(total) };
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
