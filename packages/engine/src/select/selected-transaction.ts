import type { ErrorCode, Transaction } from '@otter/core';

/** Rows that were there before the log began, read by SELECT and put into the stream as an insert. */
interface CopiedChunk {
  /** Source name, `schema.table`. */
  table: string;
  /** Whether rows of it may be on the target already, put there by the stream. */
  mayMeet: boolean;
  /** Its table has begun to be copied anew since it was read: its rows are left out. */
  isStale(): boolean;
  /** SELECT on the target that gives a row where the range of the chunk is not empty; `null`: cannot be asked so. */
  probeSql: string | null;
  /** Records the chunk as copied; to be run in the commit of its rows. */
  progressSql(): string;
  /** The commit has succeeded; or, with `false`, the rows were left out because the table is parked. */
  settle(copied: boolean): void;
}

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
  /** Watermarks of our own copy in it. */
  marks?: string[];
  /** Not read from the log: a chunk of a table that is being copied, at its place in the stream. */
  chunk?: CopiedChunk;
}
