import { pause } from '../heartbeat.ts';

/** How often a wait looks whether the rate has been changed, ms. */
const LOOK_MS = 250;

/** Lets so many bytes a second pass, all spenders together. What has been spent is paid off at the rate of the moment. */
export class RateLimit {
  /** 0: without a limit. */
  bytesPerSecond: number;
  #debt = 0;
  #paidAtMs = performance.now();

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until the bytes of everybody so far are paid off, or until aborted. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    this.#pay();
    this.#debt += bytes;
    while (!signal.aborted && this.bytesPerSecond > 0 && this.#debt > 0) {
      const dueMs = (this.#debt * 1000) / this.bytesPerSecond;
      await pause(Math.min(LOOK_MS, Math.ceil(dueMs)), signal);
      this.#pay();
    }
  }

  #pay(): void {
    const now = performance.now();
    const paid = ((now - this.#paidAtMs) * this.bytesPerSecond) / 1000;
    this.#debt = this.bytesPerSecond === 0 ? 0 : Math.max(0, this.#debt - paid);
    this.#paidAtMs = now;
  }
}
