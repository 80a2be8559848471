import { gtidText, type ErrorCode, type OtterError, type Transaction, type Wording } from '@otter/core';
import type { Seen } from '../conflict/row-writes.ts';
import type { DdlStep } from '../ddl/ddl-translation.ts';
import type { AnnouncedDrop, Site } from '../origin/commit-mark.ts';
import { Deferred } from '../load/deferred.ts';

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
  /** Set where the table takes part already: the chunk goes over the rows that are there. */
  renewal?: ChunkRenewal;
}

/** How a chunk of a table that is copied again goes over the rows that are there. */
export interface ChunkRenewal {
  /** Statements that take away what the range of the chunk holds; run in the chunk's transaction, before its rows. */
  clearSql(): string[];
  /** The target refused the chunk: the copy ends, and the table goes on as it is. */
  fail(error: OtterError): void;
}

/** A table that has to stop at a transaction, whatever its rows are. */
export interface TableStop {
  /** Source name, `schema.table`. */
  table: string;
  code: ErrorCode;
  detail: Wording;
  statement: string | null;
}

/** Definitions that change at a transaction. Nothing behind it is read before it is settled. */
export interface DdlBarrier {
  /** What is to be run on the target, in this order; empty where it is only noticed. */
  steps: DdlStep[];
  /** Source names of the mapped tables it is about. */
  tables: string[];
  /** Of these, tables whose columns may be others than before. */
  redefined: string[];
  /** Of these, tables that are no more. */
  gone: string[];
  /** Of these, tables that hold other rows than before without any of them being in the log. */
  moved: string[];
  /** Statements for the same commit, unless a step is refused. */
  alongside: string[];
  /** Committed with all that belongs to it. */
  settled: Deferred<void>;
}

/** A barrier at which nothing is done yet. */
export function emptyBarrier(): DdlBarrier {
  const nothing = { steps: [], tables: [], redefined: [], gone: [], moved: [], alongside: [] };
  return { ...nothing, settled: new Deferred<void>() };
}

/** What a source transaction is told from others by, in this process and later ones. */
export function identityOf({ gtid, file, offset }: Pick<Transaction, 'gtid' | 'file' | 'offset'>): string {
  return gtid === null ? `${file}:${offset}` : gtidText(gtid);
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
  /** Set: the transaction is applied alone. */
  ddl?: DdlBarrier;
  /** Statements of the same commit, after all others. */
  afterwards?: string[];
  /** Sites its rows had been written at before they came to the source, where a pipeline of ours brought them. */
  via?: readonly Site[];
  /** Where both sides are written: up to where the source had seen the target's log at this transaction. */
  seen?: Seen;
  /** Where that has changed: drops announced before the end of this transaction and made behind it. */
  drops?: readonly AnnouncedDrop[];
  /** Rows left out because they have been at the target. */
  returned?: number;
  /** Its rows have been at the source before, and came round to it again. */
  echo?: true;
  /** Watermarks of our own copy in it. */
  marks?: string[];
  /** Not read from the log: a chunk of a table that is being copied, at its place in the stream. */
  chunk?: CopiedChunk;
}
