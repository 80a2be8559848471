import { noTime, STAGES, type Stage, type StageTotals } from '@otter/core';

/** Sums the times of all {@link StageTrack}s; a stage that lasts is counted up to now. */
export class StageTimes {
  readonly #totals: StageTotals = noTime();
  readonly #open = new Set<StageTrack>();
  readonly #nowMs: () => number;

  /** `nowMs`: any clock that does not jump. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** One course of things that is in one stage at a time: the reader, or a connection that writes. */
  track(): StageTrack {
    const track = new StageTrack(this.#nowMs, (stage, ms) => (this.#totals[stage] += ms));
    this.#open.add(track);
    return track;
  }

  /** Ends what an attempt has begun. */
  close(): void {
    for (const track of this.#open) track.to(null);
    this.#open.clear();
  }

  /** Whole milliseconds. */
  totals(): StageTotals {
    const totals = { ...this.#totals };
    for (const { stage, sinceMs } of this.#open) if (stage !== null) totals[stage] += this.#nowMs() - sinceMs;
    for (const stage of STAGES) totals[stage] = Math.round(totals[stage]);
    return totals;
  }
}

export class StageTrack {
  stage: Stage | null = null;
  sinceMs = 0;
  readonly #nowMs: () => number;
  readonly #add: (stage: Stage, ms: number) => void;

  constructor(nowMs: () => number, add: (stage: Stage, ms: number) => void) {
    this.#nowMs = nowMs;
    this.#add = add;
  }

  /** From now on it is in this stage; `null`: in none. */
  to(stage: Stage | null): void {
    if (stage === this.stage) return;
    const nowMs = this.#nowMs();
    if (this.stage !== null) this.#add(this.stage, nowMs - this.sinceMs);
    this.stage = stage;
    this.sinceMs = nowMs;
  }
}
