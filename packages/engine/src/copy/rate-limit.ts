import { pause } from '../heartbeat.ts';

/** How often a wait looks whether the rate has been changed, ms. */
const LOOK_MS = 250;

/**
 * Lets so many bytes a second pass, all spenders together. What has been spent is paid off at the rate of the moment, in
 * the order in which it was spent: whoever came first goes on first, so that several do not go on at once.
 */
export class RateLimit {
  /** 0: without a limit. */
  bytesPerSecond: number;
  /** Bytes since the beginning. */
  #spent = 0;
  #paid = 0;
  #paidAtMs = performance.now();

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until these bytes are paid off, or until aborted. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    this.#pay();
    this.#spent += bytes;
    const mine = this.#spent;
    while (!signal.aborted && this.bytesPerSecond > 0 && this.#paid < mine) {
      const dueMs = ((mine - this.#paid) * 1000) / this.bytesPerSecond;
      await pause(Math.min(LOOK_MS, Math.ceil(dueMs)), signal);
      this.#pay();
    }
  }

  #pay(): void {
    const now = performance.now();
    const paid = this.#paid + ((now - this.#paidAtMs) * this.bytesPerSecond) / 1000;
    // Time in which nobody spent anything is no credit.
    this.#paid = this.bytesPerSecond === 0 ? this.#spent : Math.min(this.#spent, paid);
    this.#paidAtMs = now;
  }
}
