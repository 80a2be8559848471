import type { ServerAddress } from '@otter/core';
import { openTargetSession, type Session } from '@otter/dialects';
import { pause } from '../heartbeat.ts';

/** How often it is looked whether the copy may go on. */
const LOOK_MS = 500;

/** Why the copy stands still: the stream is too far behind, or the source has too much to do. */
export type BrakeReason = 'lag' | 'load';

/** Keeps the copy from taking the next piece while others need the servers more. */
export class Brake {
  readonly #source: ServerAddress;
  readonly #lagMsMax: number | null;
  readonly #loadMax: number | null;
  readonly #lagMs: () => number | null;
  #session: Session | null = null;
  #looking: Promise<BrakeReason | null> | null = null;
  /** `null`: the copy goes on. */
  reason: BrakeReason | null = null;

  /** @param options.loadMax connections of the source that are running a statement, ours among them */
  constructor(options: {
    source: ServerAddress;
    lagMsMax: number | null;
    loadMax: number | null;
    /** How far the stream is behind; `null` when it is not known. */
    lagMs(): number | null;
  }) {
    this.#source = options.source;
    this.#lagMsMax = options.lagMsMax;
    this.#loadMax = options.loadMax;
    this.#lagMs = () => options.lagMs();
  }

  /** Resolves when the next piece may be read, or when aborted. Throws what the source says, or does not. */
  async pass(signal: AbortSignal): Promise<void> {
    if (this.#lagMsMax === null && this.#loadMax === null) return;
    while (!signal.aborted) {
      // Several lanes wait for one look.
      this.#looking ??= this.#look().finally(() => (this.#looking = null));
      this.reason = await this.#looking;
      if (this.reason === null) return;
      await pause(LOOK_MS, signal);
    }
  }

  async #look(): Promise<BrakeReason | null> {
    if (this.#lagMsMax !== null && (this.#lagMs() ?? 0) > this.#lagMsMax) return 'lag';
    if (this.#loadMax === null) return null;
    this.#session ??= await openTargetSession(this.#source, { role: 'source' });
    const rows = await this.#session.rows("SHOW GLOBAL STATUS LIKE 'Threads_running'");
    return Number(rows[0]?.[1] ?? 0) > this.#loadMax ? 'load' : null;
  }

  /** Drops its connection. */
  close(): void {
    this.#session?.destroy();
    this.#session = null;
  }
}
