import { OtterError, type Log } from '@otter/core';
import { openTargetSession, type Session } from '@otter/dialects';
import { pause } from '../heartbeat.ts';
import type { AppliedRow, AppliedRows } from '../load/applied-rows.ts';
import { backOff } from '../load/back-off.ts';
import type { SyncOptions } from '../sync-options.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import type { Findings } from './findings.ts';
import { SuspectJudge } from './suspect-judge.ts';

/** Rows of one look; more would make its condition dear to evaluate. */
const ROWS_PER_LOOK = 200;
/** A row rests this long before it is read, so that one that changes all the time is read once in a while. */
const AGE_MS = 300;
/** After each look it rests for so many times as long as that took: a quarter of one connection's time at most. */
const REST = 3;
const IDLE_MS = 100;

/** What reading back shares with the pipeline. */
export interface ReadBackPorts {
  options: SyncOptions;
  applied: AppliedRows;
  findings: Findings;
  /** Rows of a parked table, or of one being copied, are not where the stream is. */
  isStopped(table: string): boolean;
  log: Log;
}

/**
 * Reads back what the stream wrote, on a connection of its own and in a bounded part of the time. A row that is not what
 * the log said is not reported for that: it becomes a suspect, which {@link SuspectJudge} decides about.
 */
export class ReadBack {
  readonly #ports: ReadBackPorts;
  readonly #judge: SuspectJudge;

  constructor(ports: ReadBackPorts) {
    this.#ports = ports;
    this.#judge = new SuspectJudge(ports);
  }

  /** Everything that was written so far has been read back, judged and reported. */
  get idle(): boolean {
    return this.#ports.applied.size === 0;
  }

  /** Works until aborted. What keeps it from reading is waited out, or said; it never ends the pipeline. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#again(signal, async () => {
        const target = await openTargetSession(this.#ports.options.target, { role: 'control' });
        try {
          await this.#read(target, signal);
        } finally {
          target.destroy();
        }
      }),
      this.#again(signal, () => this.#judge.run(signal)),
    ]);
    // Nobody will read them any more.
    this.#ports.applied.clear();
    await this.#judge.end();
  }

  async #again(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const { log, findings, applied } = this.#ports;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await work();
      } catch (error) {
        if (!OtterError.is(error) || error.code === 'INTERNAL') throw error;
        if (signal.aborted) return;
        log.debug({ code: error.code, detail: error.detail }, 'rows are not read back for the moment');
        if (error.scope !== 'retry') {
          applied.clear();
          if (findings.note(`rows are not read back: ${error.code} ${error.detail}`))
            log.warn({ code: error.code, detail: error.said }, 'rows are not read back');
        }
        await backOff(failures, signal);
      }
    }
  }

  async #read(target: Session, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = performance.now();
      const rows = this.#ports.applied.due(AGE_MS, ROWS_PER_LOOK);
      const [first] = rows;
      if (first === undefined) await pause(IDLE_MS, signal);
      else {
        await this.#look(target, first.route, rows);
        await pause((performance.now() - startedAt) * REST, signal);
      }
    }
  }

  /** Reads some rows of one table. */
  async #look(target: Session, route: RoutedTable, rows: readonly AppliedRow[]): Promise<void> {
    const { applied, findings } = this.#ports;
    if (!applied.watches(route) || this.#ports.isStopped(route.source)) {
      applied.leftOut += applied.forget(route);
      return;
    }
    const suspects = new Set(await this.#suspects(target, route, rows));
    for (const row of rows) {
      if (!applied.isLast(row)) applied.postpone(row);
      else if (suspects.has(row)) {
        applied.postpone(row);
        row.state = 'suspect';
      } else {
        findings.checked += 1;
        applied.settle(row);
      }
    }
  }

  async #suspects(target: Session, route: RoutedTable, rows: readonly AppliedRow[]): Promise<readonly AppliedRow[]> {
    try {
      return await this.#unequal(target, route, rows);
    } catch (error) {
      // The table is not what it was when the rows were written: the judge looks at it as it is now.
      if (!OtterError.is(error) || error.scope !== 'table' || target.lost) throw error;
      return rows;
    }
  }

  /** Those that are not what they must be, found by halves. Rows that are written again meanwhile are left out. */
  async #unequal(target: Session, route: RoutedTable, all: readonly AppliedRow[]): Promise<readonly AppliedRow[]> {
    const rows = all.filter((row) => this.#ports.applied.isLast(row));
    if (rows.length === 0) return [];
    const present = rows.filter(({ isGone }) => !isGone).map(({ row }) => row);
    const gone = rows.filter(({ isGone }) => isGone).map(({ row }) => row);
    const statements = [
      ...(present.length > 0 ? [route.writer.countEqual(present)] : []),
      ...(gone.length > 0 ? [route.writer.countPresent(gone)] : []),
    ];
    const counts = (await target.query(statements.join(';'))).map((result) => Number(result.rows?.[0]?.[0]));
    const found = present.length > 0 ? counts.shift() : 0;
    const left = gone.length > 0 ? counts.shift() : 0;
    if (found === present.length && left === 0) return [];
    if (rows.length === 1) return rows;
    const half = Math.ceil(rows.length / 2);
    return [
      ...(await this.#unequal(target, route, rows.slice(0, half))),
      ...(await this.#unequal(target, route, rows.slice(half))),
    ];
  }
}
