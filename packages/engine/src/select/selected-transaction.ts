import type { ErrorCode, Transaction } from '@otter/core';

/** A table that has to stop at a transaction, whatever its rows are. */
export interface TableStop {
  /** Source name, `schema.table`. */
  table: string;
  code: ErrorCode;
  detail: string;
  statement: string | null;
}

/** A source transaction reduced to what concerns this pipeline. */
export interface SelectedTransaction {
  transaction: Transaction;
  /** Not empty: the transaction is applied alone and carefully, see `CarefulApplier`. */
  stops: TableStop[];
  /** When our own heartbeat row in it was sent, ms; `null` for every other transaction. */
  beatSentAtMs: number | null;
  /** Rows of mapped tables in it. */
  rows: number;
}
