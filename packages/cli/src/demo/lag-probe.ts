import type { Session } from '@otter/dialects';
import { pause } from '../stop-request.ts';
import { PROBE_USER_ID } from './shop.ts';

const EVERY_MS = 100;
const POLL_MS = 1;
const GIVE_UP_MS = 5_000;
const SAMPLES_MAX = 100_000;
const VISITS = `SELECT visits FROM shop.tb_user WHERE id = ${PROBE_USER_ID}`;

/**
 * Measures the lag as a user would: a commit on the source, the same row read on the target until it shows,
 * by one clock. Includes the reads themselves, about a millisecond.
 */
export class LagProbe {
  readonly #source: Session;
  readonly #target: Session;
  readonly #now: () => number;
  /** Milliseconds, oldest first. */
  readonly samples: number[] = [];
  /** Probes that did not arrive in time. */
  lost = 0;

  constructor(source: Session, target: Session, now: () => number) {
    this.#source = source;
    this.#target = target;
    this.#now = now;
  }

  /** Probes until stopped. Its first arrival is not counted: the rows of the start travel before it. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#probe(signal);
    this.samples.length = 0;
    this.lost = 0;
    while (!signal.aborted) {
      await this.#probe(signal);
      await pause(EVERY_MS, signal);
    }
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const results = await this.#source.query(
      `UPDATE shop.tb_user SET visits = visits + 1 WHERE id = ${PROBE_USER_ID}; ${VISITS}`,
    );
    const committedAt = this.#now();
    const wanted = Number(results[1]?.rows?.[0]?.[0]?.toString() ?? 0);
    while (!signal.aborted) {
      const seen = Number((await this.#target.rows(VISITS))[0]?.[0] ?? -1);
      const lagMs = this.#now() - committedAt;
      if (seen >= wanted) {
        if (this.samples.length < SAMPLES_MAX) this.samples.push(lagMs);
        return;
      }
      if (lagMs > GIVE_UP_MS) {
        this.lost += 1;
        return;
      }
      await pause(POLL_MS, signal);
    }
  }
}

/** The middle and the largest of some figures; null when there are none. */
export function spreadOf(samples: readonly number[]): { p50: number; max: number } | null {
  if (samples.length === 0) return null;
  const sorted = samples.toSorted((a, b) => a - b);
  return { p50: sorted[Math.floor((sorted.length - 1) / 2)] as number, max: sorted.at(-1) as number };
}
