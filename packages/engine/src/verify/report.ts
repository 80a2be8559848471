export type DifferenceKind = 'missing' | 'extra' | 'different';

/** One value on both sides as text, bytes in hex; `null` is NULL. Both absent when values are hidden. */
export interface ColumnReport {
  name: string;
  source?: string | null;
  target?: string | null;
}

/** A row that is not the same, as a person or a program reads it. */
export interface DifferenceReport {
  /** `schema.table` of the source. */
  table: string;
  target: string;
  /** `missing` on the target, `extra` there, or `different`. */
  kind: DifferenceKind;
  /** By column of the source; the whole row for a table without a key, with its number of copies. */
  key: Record<string, string | null>;
  /** Only those that differ; for a missing or extra row, none. */
  columns: ColumnReport[];
  /** Tables without a key: how often the row is on either side. */
  copies?: { source: number; target: number };
}
