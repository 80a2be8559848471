import type { Value } from '@otter/core';

/** What the SQL text depends on besides the two columns. */
export interface LiteralTarget {
  isMariadb: boolean;
}

/** How values of one source column are written into one target column. All functions are pure. */
export interface Literal {
  /**
   * SQL of a value to be stored: in VALUES, in SET, and as a column of a derived table. Throws ROW_REFUSED
   * for a value the target would bend silently. For a partial JSON value: an expression on the column, which
   * only fits a single-row UPDATE (see {@link Literal.alone}).
   */
  store(value: Value): string;
  /** SQL of a value to be compared with the column: `c` = …, `c` IN (…), with the column's own equality. */
  match(value: Value): string;
  /**
   * SQL of a key value in a derived table that is joined to the column by its index, or `null` when this
   * value must be addressed by `match` in a statement of its own.
   */
  join(value: Value): string | null;
  /** A predicate that is true when the column holds exactly this value, byte for byte; for tables without a key. */
  same(value: Value): string;
  /** Whether only a non-strict session stores this value: an ENUM's error value. */
  needsLenientMode(value: Value): boolean;
  /** Whether this value may not be part of a multi-row UPDATE. */
  alone(value: Value): boolean;
}
