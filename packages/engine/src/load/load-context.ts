import type { Log } from '@otter/core';
import type { Session } from '@otter/dialects';
import type { ConflictGuard } from '../conflict/conflict-guard.ts';
import type { IndexBuilds } from '../definition/index-builds.ts';
import type { DdlJournal } from '../ddl/ddl-journal.ts';
import type { ParkedTables } from '../park/parked-tables.ts';
import type { RouteTable } from '../transform/route-table.ts';
import type { AppliedRows } from './applied-rows.ts';
import type { StageTimes } from '../status/stage-times.ts';
import type { Commits } from './commits.ts';
import type { LoadQueue } from './load-queue.ts';

export interface LoadLimits {
  /** Log bytes of one batch. */
  batchBytes: number;
  /** Text of one multi-row statement, about. */
  statementBytes: number;
  /** Text sent at once; below the target's max_allowed_packet. */
  packetBytes: number;
}

/** What every way of loading needs. One attempt of a pipeline has one. */
export interface LoadContext {
  /** Connections that write; a worker owns each. */
  sessions: readonly Session[];
  queue: LoadQueue;
  routes: RouteTable;
  commits: Commits;
  parked: ParkedTables;
  /** Hears of every row that is written, so that it can be read back; absent: nobody does. */
  applied?: AppliedRows | undefined;
  /** Where both sides are written. */
  conflicts?: ConflictGuard | undefined;
  ddl: DdlJournal;
  indexes: IndexBuilds;
  limits: LoadLimits;
  stages: StageTimes;
  log: Log;
}
