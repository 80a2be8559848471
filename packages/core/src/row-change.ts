import type { Column } from './column.ts';
import type { OtterError } from './errors.ts';
import type { Gtid } from './gtid.ts';
import type { PreparedXa } from './position.ts';
import type { Row } from './value.ts';

/**
 * A table as one TABLE_MAP event of the log describes it. The same object is handed out for every
 * rows event with an identical map, so it may key a cache.
 */
export interface LogTable {
  schema: string;
  table: string;
  columns: Column[];
  /** Ordinals of the primary key's columns when the log names them (full metadata), else `null`. */
  primaryKey: number[] | null;
  /**
   * Why the rows of this table cannot be decoded safely (names unknown, catalogue does not fit the map).
   * Then `before` and `after` of its changes are empty and only `rowCount` is filled.
   */
  problem: OtterError | null;
}

export type ChangeKind = 'insert' | 'update' | 'delete';

/** The rows of one rows event: one statement's changes to one table, in log order. */
export interface RowsChange {
  kind: ChangeKind;
  table: LogTable;
  rowCount: number;
  /**
   * `false` where no foreign key of the source acted unseen on other rows: checks were off, or the server
   * logs what its keys did (MySQL 9.6 and later). The target's keys must not act then either. @default true
   */
  cascades?: boolean;
  /** Before images: empty for an insert. Index i pairs with `after[i]` for an update. */
  before: Row[];
  /** After images: empty for a delete. */
  after: Row[];
  /**
   * Forgets decoded rows: a reader decodes them when they are first looked at, and again after this. What
   * waits in a queue is then the log's own bytes.
   */
  release?(): void;
}

/** A statement the log carries as text and which is not transaction control. */
export interface LogStatement {
  /** Default schema of the session, '' when none. */
  schema: string;
  sql: string;
  /** Session variables recorded with it, where the log has them. */
  sqlMode: bigint | null;
}

/**
 * One source transaction as read from the log: everything between two commits, whole.
 * Transactions come in commit order.
 */
export interface Transaction {
  /** File and offset of the first byte after the transaction. */
  file: string;
  offset: number;
  /** Where its first event begins; a replay of this one starts there. */
  startOffset: number;
  gtid: Gtid | null;
  /** Commit time at the original source: milliseconds since 1970, precise to 1 s on servers without GTID time. */
  committedAtMs: number;
  /** Server id that wrote it. */
  serverId: number;
  /** The connection that ran it on that server; `null` where the log does not say (MariaDB before 11.5). */
  threadId: number | null;
  /** Row changes in log order. When `spilled` is set, those alone which the reader was told to keep. */
  changes: RowsChange[];
  /** Statements other than transaction control: DDL, or DML in STATEMENT format. */
  statements: LogStatement[];
  /** The changes of a transaction too large for memory; read it as often as needed until `release`. */
  spilled: SpilledChanges | null;
  /** Bytes of its events in the log: the unit of every memory budget. */
  bytes: number;
  /** Rows of tables the reader was told to leave out. */
  filteredRows: number;
  /** XA transactions still undecided after this one. */
  prepared: readonly PreparedXa[];
}

/** Row changes kept outside memory. */
export interface SpilledChanges {
  /** Reads the changes in log order, a bounded number of bytes at a time. */
  read(): AsyncIterable<RowsChange[]>;
  /** Deletes what was kept. Idempotent. */
  release(): Promise<void>;
}
