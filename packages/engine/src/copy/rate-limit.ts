import { pause } from '../heartbeat.ts';

/** Longest debt that is waited for at once, ms. */
const PAUSE_MS_MAX = 10_000;

/** Lets so many bytes a second pass, all spenders together. */
export class RateLimit {
  readonly #bytesPerSecond: number;
  #freeAtMs = 0;

  /** @param bytesPerSecond 0: without a limit */
  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Waits until `bytes` more may be spent, or until aborted. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === 0) return;
    const now = performance.now();
    this.#freeAtMs = Math.max(now, this.#freeAtMs) + (bytes * 1000) / this.#bytesPerSecond;
    while (!signal.aborted && performance.now() < this.#freeAtMs) {
      await pause(Math.min(PAUSE_MS_MAX, Math.ceil(this.#freeAtMs - performance.now())), signal);
    }
  }
}
