import { pause } from '../heartbeat.ts';

const ROWS_MIN = 100;
const ROWS_MAX = 500_000;
const ROWS_FIRST = 10_000;

/** How many rows one statement may look at, and how fast they follow each other. */
export class Pace {
  readonly now: () => number;
  readonly #statementMs: number;
  readonly #rowsPerSecond: number | null;
  readonly #signal: AbortSignal;
  readonly #rowsMax: number;
  #rows: number;
  #dueAtMs: number;

  constructor(options: {
    /** Server time one statement should take. */
    statementMs: number;
    /** `null`: as fast as the servers answer. */
    rowsPerSecond: number | null;
    signal: AbortSignal;
    now: () => number;
    /** @default 10000 */
    rowsFirst?: number;
    /** @default 500000 */
    rowsMax?: number;
  }) {
    this.now = options.now;
    this.#statementMs = options.statementMs;
    this.#rowsPerSecond = options.rowsPerSecond;
    this.#signal = options.signal;
    // A second's worth at most, so that a slow rate does not come in bursts.
    this.#rowsMax = Math.max(ROWS_MIN, Math.min(options.rowsMax ?? ROWS_MAX, options.rowsPerSecond ?? ROWS_MAX));
    this.#rows = this.#bounded(options.rowsFirst ?? ROWS_FIRST);
    this.#dueAtMs = options.now();
  }

  /** Rows of the next statement. */
  get rows(): number {
    return this.#rows;
  }

  /** Takes in how long `rows` rows took, milliseconds. */
  learn(rows: number, elapsedMs: number): void {
    if (rows * 4 < this.#rows) return;
    const factor = Math.min(2, Math.max(0.5, this.#statementMs / Math.max(1, elapsedMs)));
    this.#rows = this.#bounded(Math.round(this.#rows * factor));
  }

  /** Waits until `rows` more rows are within the rate. */
  async wait(rows: number): Promise<void> {
    if (this.#rowsPerSecond === null) return;
    this.#dueAtMs = Math.max(this.#dueAtMs, this.now() - 1000) + (rows / this.#rowsPerSecond) * 1000;
    const ms = this.#dueAtMs - this.now();
    if (ms > 0) await pause(ms, this.#signal);
  }

  #bounded(rows: number): number {
    return Math.max(ROWS_MIN, Math.min(this.#rowsMax, rows));
  }
}
