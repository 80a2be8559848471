import type { StartPoint } from '@otter/binlog';
import type { Position, ServerAddress, StageTotals, TablePattern } from '@otter/core';
import type { ReadBackStatus } from './verify/findings.ts';
import type { ConflictPolicy } from './conflict/conflict-policy.ts';
import type { OriginalMarks } from './origin/original-mark.ts';
import { DDL_POLICY_DEFAULT, type DdlPolicy } from './ddl/ddl-policy.ts';

export type { StartPoint } from '@otter/binlog';

/** `--map shop.order[01-32]:archive.order`: names of the target for matching source tables. */
export interface TableMapping {
  source: TablePattern;
  target: TablePattern;
}

/** Which columns of matching tables travel and under which name; all, by default, under their own. */
export interface ColumnMapping {
  tables: TablePattern;
  /** Only these, when given. */
  include?: string[];
  exclude?: string[];
  /** source name → target name */
  rename?: Record<string, string>;
}

/** Everything one pipeline needs to know. */
export interface SyncOptions {
  /** The pipeline's name: the key of its checkpoint in the target. */
  name: string;
  source: ServerAddress;
  target: ServerAddress;
  tables: TablePattern[];
  mappings: TableMapping[];
  columns: ColumnMapping[];
  start: StartPoint;
  /** Set where another pipeline brings the target's own changes to the source. */
  twoWay?: TwoWayOptions;
  /** Begin at `start` even when a checkpoint is stored. */
  restart: boolean;
  apply: 'transaction' | 'row';
  /** Connections that write to the target. */
  workers: number;
  /** End once everything that was in the log at the start has been applied. */
  untilCaughtUp: boolean;
  /**
   * Whether rows that are there already are copied before, or instead of, what the log brings. `auto`:
   * full+incremental where the pipeline has never run, no start was named and the target tables are empty; else
   * incremental.
   */
  mode: 'auto' | 'full+incremental' | 'full' | 'incremental';
  /** What to do about a target table that holds rows when its copy is to begin. */
  ifNotEmpty: 'fail' | 'keep' | 'replace';
  /** Whether tables the target lacks are created at the first start. `auto`: where that start is one with a full copy. */
  createTables: 'auto' | 'yes' | 'no';
  /** When a table that is created and copied gets the secondary indexes it can do without meanwhile. */
  indexes: 'after-copy' | 'with-table';
  /** Connections that read the source for the copy. */
  copyLanes: number;
  /** Bytes of rows the copy reads from the source in a second at most; 0: no limit. */
  copyBytesPerSecond: number;
  /** Whether rows inserted into `retl_buffer` on the source have the rows they name brought again. */
  freeGate: 'on' | 'off';
  /** Set where the original otter runs beside: marks of its table that are heeded, and written. */
  originalMarks?: OriginalMarks;
  /** What happens with each kind of DDL of the source. */
  ddl: DdlPolicy;
  /** The copy waits while the stream is further behind than this, ms; absent: it never does. */
  copyLagMsMax?: number;
  /** The copy waits while more connections of the source run a statement; absent: it never does. */
  copyLoadMax?: number;
  /** `continuous`: rows are read back once they are written, and the target's log is watched for other writers. */
  verify: 'off' | 'continuous';
  /** Read, route and plan, but write nothing anywhere. */
  dryRun: boolean;
  /** Schema of our own tables on both servers. */
  controlSchema: string;
  /** Bytes of log events the pipeline may hold in memory. */
  memoryBytes: number;
  /** `auto`: write a heartbeat row on the source when our account may. */
  heartbeat: 'auto' | 'off';
  /**
   * Under which name heartbeats are written, up to 64 characters. Pipelines that run on one clock share it, and then
   * one of those that read the same source beats for all. @default the pipeline's name
   */
  clock?: string;
  /** Where transactions larger than memory are kept meanwhile. */
  spillDirectory: string;
  /** Replica id shown to the source; drawn at random when absent. */
  serverId?: number;
}

/** One direction of two. */
export interface TwoWayOptions extends ConflictPolicy {
  /** Name of the pipeline of the other direction. */
  counterpart: string;
  /** Of the two, the one that begins first, copies and brings changes of definition. */
  leads: boolean;
  /** Tables whose decisions are provisional: a person is asked. @default none */
  ask?: readonly TablePattern[];
  /** Days after which decisions are removed that are not open, and that nothing stands on. @default 90 */
  keepDays?: number;
}

export const SYNC_DEFAULTS = {
  mode: 'auto',
  ifNotEmpty: 'fail',
  createTables: 'auto',
  indexes: 'after-copy',
  copyLanes: 3,
  copyBytesPerSecond: 0,
  freeGate: 'on',
  ddl: DDL_POLICY_DEFAULT,
  conflictDays: 90,
  verify: 'off',
  apply: 'transaction',
  workers: 2,
  controlSchema: 'retl',
  memoryBytes: 64 * 1024 * 1024,
  heartbeat: 'auto',
} as const;

export type PipelineState = 'starting' | 'running' | 'retrying' | 'stopping' | 'stopped' | 'failed';

/** A table that stopped while the others go on. */
export interface ParkedTable {
  /** Number in `otter errors list`. */
  id: number;
  /** Source name, `schema.table`. */
  table: string;
  state: 'parked' | 'catching-up';
  code: string;
  message: string;
  /** The same in Chinese. */
  messageZh: string;
  since: Position;
}

/** How far a copy has come and how fast it goes, of one table or of all. */
export interface CopyProgress {
  rows: number;
  /** By the source's statistics: may be a third off. */
  estimatedRows: number;
  bytes: number;
  /** Over the last ten seconds. */
  rowsPerSecond: number;
  bytesPerSecond: number;
  /** How long the rest will take at this pace, ms; `null` while nothing moves, or when it is not known. */
  etaMs: number | null;
}

/** How far the copy has come, of rows that were there before or of tables that are copied again. */
export interface CopyStatus extends CopyProgress {
  /** Tables that are copied, or whose copy was given up, and how many there are to copy. */
  tablesDone: number;
  tables: number;
  /** Bytes a second it may read at most, 0: no limit; `otter copy rate` changes it. */
  bytesPerSecondMax: number;
  /** Why nothing is read at the moment: `lag` by --copy-max-lag, `load` by --copy-max-load. */
  paused: 'lag' | 'load' | null;
  /** The tables being copied now; `again` where they take part already. */
  current: (CopyProgress & { table: string; again: boolean })[];
  /** Target tables whose rows are there and whose secondary indexes are being added, or could not be. */
  indexing: IndexingStatus[];
}

/** A target table that does not have all its secondary indexes yet. */
export interface IndexingStatus {
  /** Target name, `schema.table`. */
  table: string;
  /** Names of the indexes that are still missing. */
  indexes: string[];
  state: 'waiting' | 'building' | 'failed';
  /** How long they have been under construction, ms; 0 where they are not. */
  forMs: number;
  /** Why they could not be added. */
  message: string | null;
}

/** A snapshot of one pipeline; counters count since this process started. */
export interface PipelineStatus {
  state: PipelineState;
  /** Last committed position, `null` before the first. */
  position: Position | null;
  /**
   * How far the target is behind the source in milliseconds, by our heartbeat row travelling through the
   * log; without it, by the commit time of the last transaction while there is a backlog. `null` when unknown.
   */
  lagMs: number | null;
  /** The part of it by which the reading is behind, by the same heartbeat; `null` when unknown. */
  lagReadMs: number | null;
  /** Whether everything the source had at last look is applied. */
  caughtUp: boolean;
  /**
   * Everything committed on the source up to this moment of its clock, ISO 8601, is on the target: the commit time of
   * the last transaction applied, of whatever table, our heartbeat among them. Not of tables in `parked`, nor of those
   * `copy` has not finished. `null` before the first of this process.
   */
  equalAsOf: string | null;
  transactionsRead: number;
  transactionsApplied: number;
  rowsRead: number;
  rowsApplied: number;
  /** The same by what was done. */
  changes: { inserted: number; updated: number; deleted: number };
  rowsFiltered: number;
  rowsParked: number;
  /** Rows left out by `otter errors skip`; each has a record. */
  rowsSkipped: number;
  /** The full copy, while the pipeline has one; its rows are not among the others. */
  copy: CopyStatus | null;
  bytesRead: number;
  /** Commits on the target. */
  commits: number;
  /** Times the pipeline was interrupted and went on by itself. */
  retries: number;
  /** Where the time went, ms: what waits for what. */
  stages: StageTotals;
  lastError: { code: string; message: string; messageZh: string; at: number } | null;
  parked: ParkedTable[];
  /** Rows that both sides had written, decided; `null` where only one side is. */
  conflicts: number | null;
  /** Transactions that came round to the source although they had been there: something beside Otter carries rows. */
  echoes: number;
  /** Of all that were ever recorded, those that wait for a person, up to a bound; `null` where only one side is written. */
  openConflicts: number | null;
  /** What `verify: continuous` has found; `null` without it. */
  verify: ReadBackStatus | null;
  /** Tables seen in the log so far: source name → rows applied. */
  tables: Record<string, { target: string; inserted: number; updated: number; deleted: number }>;
}
