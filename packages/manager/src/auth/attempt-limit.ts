/** Attempts to sign in from one address: so many at once, and one more each {@link REFILL_MS}. */
const BURST = 10;
const REFILL_MS = 6_000;
const ADDRESSES_MAX = 10_000;

interface Allowance {
  left: number;
  atMs: number;
}

/**
 * Limits how often one address may try to sign in, before a password is looked at: hashing is what an attack would make
 * us do. In memory, for at most {@link ADDRESSES_MAX} addresses; those heard of last are kept.
 */
export class AttemptLimit {
  readonly #allowances = new Map<string, Allowance>();

  /** Takes one attempt. Milliseconds to wait when there is none left, else 0. */
  take(address: string, nowMs: number): number {
    const known = this.#allowances.get(address) ?? { left: BURST, atMs: nowMs };
    const left = Math.min(BURST, known.left + (nowMs - known.atMs) / REFILL_MS);
    // Deleted first, so that the map is in the order of use.
    this.#allowances.delete(address);
    this.#allowances.set(address, { left: left >= 1 ? left - 1 : left, atMs: nowMs });
    const [oldest] = this.#allowances.keys();
    if (this.#allowances.size > ADDRESSES_MAX && oldest !== undefined) this.#allowances.delete(oldest);
    return left >= 1 ? 0 : Math.ceil((1 - left) * REFILL_MS);
  }
}

/** After this many wrong passwords in a row the account waits, longer with each further one. */
const FAILURES_FREE = 5;
const LOCK_MS_FIRST = 30_000;
const LOCK_MS_MAX = 15 * 60_000;

/** How long an account waits after `failures` wrong passwords in a row, in milliseconds. */
export function lockMs(failures: number): number {
  if (failures < FAILURES_FREE) return 0;
  return Math.min(LOCK_MS_FIRST * 2 ** (failures - FAILURES_FREE), LOCK_MS_MAX);
}
