import type { Log, ServerAddress } from '@otter/core';
import { quoteText, openTargetSession, type Session } from '@otter/dialects';
import { ensureTables, type ControlTables } from './control/control-tables.ts';

/** How often the row is written; also the resolution of lag while nothing else is. */
const PERIOD_MS = 1000;
/** Beats remembered while none comes back. */
const BEATS_MAX = 3600;
/** How much longer than that others who share our clock wait before one of them beats in our place, at least. */
const FOLLOWING_MS = 500;
/** And how much more at most, each by its own patience: so that it is one of them and not all. */
const PATIENCE_MS_MAX = 500;
/** A source that has not answered after this long is connected to anew. */
const SILENT_MS_MAX = 30_000;

/**
 * Writes a row with our own clock to the source every second. It comes back through the log, so the lag is
 * measured on one clock and over the whole way (design §2.8). Needs CREATE once and INSERT, UPDATE on the
 * control schema of the source; without them the pipeline runs and says that its lag is an estimate.
 *
 * Pipelines with one clock that read the same source need one heart: who hears beats of another through the log writes
 * none, unless they fail to come. Fifty pipelines that all read fifty beats a second would do nothing else.
 */
export class Heartbeat {
  readonly #address: ServerAddress;
  readonly #tables: ControlTables;
  readonly #clock: string;
  readonly #heardSentAtMs: () => number;
  readonly #now: () => number;
  readonly #log: Log;
  readonly #patienceMs = Math.random() * PATIENCE_MS_MAX;
  #session: Session | null = null;
  /** When the oldest beat not yet seen coming back was sent; `null` when none is under way. */
  readonly #sent: number[] = [];
  /** When we beat last; for who may hear others, when it began to listen. */
  #sentAtMs: number;
  /** Whether beats are being written, by us or in our place. */
  active = false;

  constructor(options: {
    address: ServerAddress;
    tables: ControlTables;
    /** Under which name beats are written and recognised. */
    clock: string;
    /** Whether others may write beats under this name. */
    isShared: boolean;
    /** When the newest beat of this clock that has been applied was sent, ms; 0 before the first. */
    heardSentAtMs: () => number;
    now: () => number;
    log: Log;
  }) {
    this.#address = options.address;
    this.#tables = options.tables;
    this.#clock = options.clock;
    this.#heardSentAtMs = options.heardSentAtMs;
    this.#now = options.now;
    this.#log = options.log;
    this.#sentAtMs = options.isShared ? this.#now() + this.#patienceMs : 0;
  }

  /** Beats until aborted. Never throws: without a heartbeat the data still flows. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = this.#dueAtMs() - this.#now();
      if (waitMs > 0) {
        await pause(waitMs, signal);
        continue;
      }
      try {
        const silent = setTimeout(() => this.drop(), SILENT_MS_MAX);
        await this.#beat().finally(() => clearTimeout(silent));
        this.active = true;
      } catch (error) {
        if (this.active) this.#log.warn({ err: error }, 'heartbeat interrupted');
        this.active = false;
        this.#session?.destroy();
        this.#session = null;
        await pause(PERIOD_MS * 5, signal);
      }
    }
    await this.#session?.close();
  }

  /** Ends a connection that does not answer. */
  drop(): void {
    this.#session?.destroy();
  }

  /** A period after our own beat; later than any other would, while beats of another come. */
  #dueAtMs(): number {
    const heard = this.#heardSentAtMs();
    if (heard <= this.#sentAtMs) return this.#sentAtMs + PERIOD_MS;
    const dueAtMs = heard + PERIOD_MS + FOLLOWING_MS + this.#patienceMs;
    if (dueAtMs > this.#now()) this.#follow();
    return dueAtMs;
  }

  #follow(): void {
    this.active = true;
    void this.#session?.close();
    this.#session = null;
  }

  async #beat(): Promise<void> {
    if (!this.#session) {
      this.#session = await openTargetSession(this.#address, { role: 'source' });
      await ensureTables(this.#session, [this.#tables.heartbeat], this.#tables.sourceDefinitions());
    }
    const now = this.#now();
    await this.#session.query(
      `INSERT INTO ${this.#tables.heartbeat} (pipeline,sent_at_ms) VALUES (${quoteText(this.#clock)},${now}) ON DUPLICATE KEY UPDATE sent_at_ms=${now}`,
    );
    this.#sentAtMs = now;
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

  /** The same of beats that have not been read; those not yet applied are kept. */
  unreadMs(readSentAtMs: number): number {
    const oldest = this.#sent.find((sentAtMs) => sentAtMs > readSentAtMs);
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
