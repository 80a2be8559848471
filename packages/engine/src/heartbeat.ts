import type { Log, ServerAddress } from '@otter/core';
import { quoteText, openTargetSession, type Session } from '@otter/dialects';
import { ensureTables, type ControlTables } from './control/control-tables.ts';

/** How often the row is written; also the resolution of lag while nothing else is. */
const PERIOD_MS = 1000;
/** Beats remembered while none comes back. */
const BEATS_MAX = 3600;
/** A source that has not answered after this long is connected to anew. */
const SILENT_MS_MAX = 30_000;

/**
 * Writes a row with our own clock to the source every second. It comes back through the log, so the lag is
 * measured on one clock and over the whole way (design §2.8). Needs CREATE once and INSERT, UPDATE on the
 * control schema of the source; without them the pipeline runs and says that its lag is an estimate.
 */
export class Heartbeat {
  readonly #address: ServerAddress;
  readonly #tables: ControlTables;
  readonly #pipeline: string;
  readonly #now: () => number;
  readonly #log: Log;
  #session: Session | null = null;
  /** When the oldest beat not yet seen coming back was sent; `null` when none is under way. */
  readonly #sent: number[] = [];
  /** Whether beats are being written. */
  active = false;

  constructor(options: {
    address: ServerAddress;
    tables: ControlTables;
    pipeline: string;
    now: () => number;
    log: Log;
  }) {
    this.#address = options.address;
    this.#tables = options.tables;
    this.#pipeline = options.pipeline;
    this.#now = options.now;
    this.#log = options.log;
  }

  /** Beats until aborted. Never throws: without a heartbeat the data still flows. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const silent = setTimeout(() => this.drop(), SILENT_MS_MAX);
        await this.#beat().finally(() => clearTimeout(silent));
        this.active = true;
      } catch (error) {
        if (this.active) this.#log.warn({ err: error }, 'heartbeat interrupted');
        this.active = false;
        this.#session?.destroy();
        this.#session = null;
      }
      await pause(this.active ? PERIOD_MS : PERIOD_MS * 5, signal);
    }
    await this.#session?.close();
  }

  /** Ends a connection that does not answer. */
  drop(): void {
    this.#session?.destroy();
  }

  async #beat(): Promise<void> {
    if (!this.#session) {
      this.#session = await openTargetSession(this.#address, { role: 'source' });
      await ensureTables(this.#session, [this.#tables.heartbeat], this.#tables.sourceDefinitions());
    }
    const now = this.#now();
    await this.#session.query(
      `INSERT INTO ${this.#tables.heartbeat} (pipeline,sent_at_ms) VALUES (${quoteText(this.#pipeline)},${now}) ON DUPLICATE KEY UPDATE sent_at_ms=${now}`,
    );
    this.#sent.push(now);
    // The oldest is what outstandingMs is about; in between, enough to tell how far they have come.
    if (this.#sent.length > BEATS_MAX) this.#sent.splice(1, 1);
  }

  /** Age of the oldest beat that has been sent and not been applied; 0 when all have. */
  outstandingMs(appliedSentAtMs: number): number {
    while (this.#sent.length > 0 && (this.#sent[0] as number) <= appliedSentAtMs) this.#sent.shift();
    const oldest = this.#sent[0];
    return oldest === undefined ? 0 : this.#now() - oldest;
  }
}

/** Resolves after `ms` or when aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** Resolves with `false` once aborted: one listener for many waits. */
export function whenAborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}
