import { codedError, OtterError, type ErrorCode, type Log } from '@otter/core';
import { ControlTables } from './control/control-tables.ts';
import { SchemaStore } from './control/schema-store.ts';
import { ErrorRecords } from './control/error-records.ts';
import { backOff } from './load/back-off.ts';
import { PipelineParkedTables } from './park/parked-tables.ts';
import { PipelineAttempt } from './attempt/pipeline-attempt.ts';
import { DryRun } from './dry-run.ts';
import { runPreflight } from './preflight.ts';
import { TableRouter } from './select/table-router.ts';
import { Counters } from './status/counters.ts';
import { copyStatus } from './copy/copy-status.ts';
import type { ParkedTable, PipelineState, PipelineStatus, SyncOptions } from './sync-options.ts';
import { Findings } from './verify/findings.ts';
import type { PreflightLine } from '@otter/dialects';

/** The most time a stop may take from the wish to the end, ms; whoever runs a pipeline does not wait longer. */
export const STOP_MS_MAX = 9_500;

export interface PipelinePorts {
  log: Log;
  now?: () => number;
  /** Called whenever the state has changed. */
  onState?: (state: PipelineState) => void;
}

/**
 * Keeps the mapped tables of a target equal to those of a source, one way. State machine: starting →
 * running ⇄ retrying → stopping → stopped, or failed from any of them.
 */
export class Pipeline {
  /** With `dryRun`: called with every statement that would be run. */
  onStatement: ((sql: string) => void) | undefined;
  readonly #options: SyncOptions;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #counters: Counters;
  readonly #parked: PipelineParkedTables;
  readonly #router: TableRouter;
  readonly #findings = new Findings();
  readonly #formerThreads = new Set<number>();
  readonly #onState: (state: PipelineState) => void;
  #state: PipelineState = 'starting';
  #attempt: PipelineAttempt | null = null;
  /** Received by attempts that have ended. */
  #bytesBefore = 0;
  #lastError: PipelineStatus['lastError'] = null;

  constructor(options: SyncOptions, ports: PipelinePorts) {
    this.#options = { ...options };
    this.#log = ports.log;
    this.#now = ports.now ?? Date.now;
    this.#onState = ports.onState ?? (() => undefined);
    this.#counters = new Counters(this.#now);
    this.#router = new TableRouter(options);
    const tables = new ControlTables(options.controlSchema);
    const records = new ErrorRecords(tables, options.name);
    const schemas = new SchemaStore(tables, options.name);
    this.#parked = new PipelineParkedTables(
      (record) => `${records.insertSql(record)};${schemas.parkSql(record.table)}`,
      (record) => {
        // Of a pair of directions neither may leave a table behind.
        if (options.twoWay) throw new OtterError('TWO_WAY_STOPPED', { detail: `${record.table}: ${record.message}` });
        this.#log.error({ table: record.table, code: record.code, position: record.position }, 'table parked');
        this.#lastError = { ...reasonOf(record), at: this.#now() };
      },
    );
  }

  /** Looks at both servers and every mapped table; changes nothing. */
  async preflight(): Promise<PreflightLine[]> {
    return await runPreflight(this.#options, this.#router);
  }

  /**
   * Runs until `signal` aborts (the commit under way is finished first) or, with `untilCaughtUp`, until
   * everything that was in the log at the start is applied. Errors that pass by themselves are waited out;
   * any other rejects, coded.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      if (this.#options.dryRun)
        await new DryRun(this.#options, this.#router, this.#counters, this.#log).run(signal, (sql) =>
          this.onStatement?.(sql),
        );
      else await this.#keepRunning(signal);
      this.#become('stopped');
    } catch (error) {
      const coded = codedError(error);
      this.#lastError = { ...reasonOf(coded), at: this.#now() };
      this.#become('failed');
      throw coded;
    }
  }

  #become(state: PipelineState): void {
    this.#state = state;
    this.#onState(state);
  }

  async #keepRunning(signal: AbortSignal): Promise<void> {
    let failures = 0;
    signal.addEventListener('abort', () => this.#become('stopping'), { once: true });
    for (;;) {
      this.#bytesBefore += this.#attempt?.bytesReceived ?? 0;
      this.#attempt = new PipelineAttempt({
        options: this.#options,
        log: this.#log,
        now: this.#now,
        counters: this.#counters,
        parked: this.#parked,
        router: this.#router,
        findings: this.#findings,
        formerThreads: this.#formerThreads,
        lagMs: () => this.#lagMs(),
        onRunning: () => {
          if (!signal.aborted) this.#become('running');
        },
      });
      const committed = this.#counters.commits;
      try {
        await this.#attempt.run(signal);
        if (!this.#attempt.again || signal.aborted) return;
        this.#become('starting');
      } catch (error) {
        if (!OtterError.is(error) || error.scope !== 'retry') throw error;
        if (signal.aborted) return;
        failures = this.#counters.commits > committed ? 1 : failures + 1;
        this.#counters.retries += 1;
        this.#lastError = { ...reasonOf(error), at: this.#now() };
        this.#become('retrying');
        this.#log.warn({ code: error.code, detail: error.said, failures }, 'interrupted, will go on');
        await backOff(failures + 1, signal);
        if (signal.aborted) return;
      } finally {
        this.#counters.startAgain();
      }
    }
  }

  status(): PipelineStatus {
    const counters = this.#counters;
    const parked: ParkedTable[] = [...this.#parked.entries.values()].map(({ id, state, record }) => ({
      id: id ?? 0,
      table: record.table,
      state: state === 'open' ? 'parked' : 'catching-up',
      code: record.code as ErrorCode,
      message: record.message,
      messageZh: record.messageZh,
      since: record.position,
    }));
    return {
      state: this.#state,
      position: counters.position,
      lagMs: this.#lagMs(),
      lagReadMs: this.#lagReadMs(),
      caughtUp: this.#attempt?.caughtUp ?? false,
      equalAsOf: this.#equalAsOf(),
      transactionsRead: counters.transactionsRead,
      transactionsApplied: counters.transactionsApplied,
      rowsRead: counters.rowsRead,
      rowsApplied: counters.rowsApplied,
      changes: counters.changes,
      rowsFiltered: counters.rowsFiltered,
      rowsParked: counters.rowsParked,
      rowsSkipped: counters.rowsSkipped,
      copy: this.#attempt?.copier
        ? copyStatus(this.#attempt.copier, this.#attempt.indexes?.status ?? [], this.#now())
        : null,
      bytesRead: this.#attempt === null ? counters.bytesRead : this.#bytesBefore + this.#attempt.bytesReceived,
      commits: counters.commits,
      retries: counters.retries,
      stages: counters.stages.totals(),
      lastError: this.#lastError,
      parked,
      conflicts: this.#options.twoWay ? counters.conflicts : null,
      echoes: counters.echoes,
      openConflicts: this.#options.twoWay ? counters.openConflicts : null,
      verify:
        this.#options.verify === 'off'
          ? null
          : this.#findings.status(this.#attempt?.rowsToReadBack ?? 0, this.#attempt?.rowsLeftOut ?? 0),
      tables: Object.fromEntries([...counters.tables].map(([name, counts]) => [name, { ...counts }])),
    };
  }

  /** By the heartbeat where one runs: its last travel time, or the age of one that has not come back yet. */
  #lagMs(): number | null {
    const { beatLagMs, beatAppliedSentAtMs, lastCommittedAtMs } = this.#counters;
    const heartbeat = this.#attempt?.heartbeat;
    if (heartbeat?.active && beatLagMs !== null)
      return Math.max(beatLagMs, heartbeat.outstandingMs(beatAppliedSentAtMs));
    if (this.#attempt?.caughtUp) return 0;
    return lastCommittedAtMs === 0 ? null : Math.max(0, this.#now() - lastCommittedAtMs);
  }

  /** A commit that the log dates later than now, by SET TIMESTAMP or a clock ahead of ours, says no more than now. */
  #equalAsOf(): string | null {
    const { lastCommittedAtMs } = this.#counters;
    return lastCommittedAtMs === 0 ? null : new Date(Math.min(lastCommittedAtMs, this.#now())).toISOString();
  }

  #lagReadMs(): number | null {
    const { beatReadLagMs, beatReadSentAtMs } = this.#counters;
    const heartbeat = this.#attempt?.heartbeat;
    if (heartbeat?.active && beatReadLagMs !== null)
      return Math.max(beatReadLagMs, heartbeat.unreadMs(beatReadSentAtMs));
    return this.#attempt?.caughtUp ? 0 : null;
  }
}

type Reason = Pick<NonNullable<PipelineStatus['lastError']>, 'code' | 'message' | 'messageZh'>;

function reasonOf({ code, message, messageZh }: Reason): Reason {
  return { code, message, messageZh };
}
