import type { Row } from '@otter/core';
import type { StatementResult } from '@otter/dialects';
import type { KeyBound } from '../keyrange/key-range.ts';
import type { ComparedKey, ComparedTable, Side } from './compared-table.ts';

/** A row of one side with its key as that side writes it. */
export interface ReadRow {
  id: string;
  row: Row;
}

/** Rows asked for in one packet. */
export const KEYS_MAX = 100;

/**
 * The statement that reads the row of one key, for {@link decodeRow}. Each key has a statement of its own: under a
 * collation several spellings are one key, and only the server says which row it finds by this one.
 */
export function rowSql(table: ComparedTable, key: ComparedKey, side: Side, bound: KeyBound): string {
  const range = key[side];
  const columns = table.pairs.map((pair) => pair[side].read).join(',');
  return `SELECT ${range.readList},${columns} FROM ${range.from} WHERE ${range.at([bound])}`;
}

export function decodeRow(
  table: ComparedTable,
  key: ComparedKey,
  side: Side,
  result: StatementResult | undefined,
): ReadRow | null {
  const cells = result?.rows?.[0];
  if (cells === undefined) return null;
  const { parts } = key[side];
  const id = cells.slice(0, parts).map((cell) => cell?.toString('utf8') ?? '');
  return {
    id: id.join('\u0000'),
    row: table.pairs.map((pair, i) => pair[side].decode(cells[parts + i] ?? null)),
  };
}
