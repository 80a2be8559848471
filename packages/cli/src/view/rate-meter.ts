const HISTORY_SECONDS = 240;

interface Sample {
  at: number;
  count: number;
}

/** Turns a growing counter into a rate now and a rate for each second that passed. */
export class RateMeter {
  readonly #windowMs: number;
  #samples: Sample[] = [];
  #secondStart: Sample | null = null;
  readonly #history: number[] = [];

  constructor(windowMs = 2_000) {
    this.#windowMs = windowMs;
  }

  add(at: number, count: number): void {
    const second = (this.#secondStart ??= { at, count });
    this.#samples.push({ at, count });
    // One sample beyond the window stays: the rate needs both its ends.
    while (this.#samples.length > 2 && (this.#samples[1] as Sample).at <= at - this.#windowMs) this.#samples.shift();
    if (at - second.at < 1_000) return;
    this.#history.push(((count - second.count) / (at - second.at)) * 1000);
    if (this.#history.length > HISTORY_SECONDS) this.#history.shift();
    this.#secondStart = { at, count };
  }

  perSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return 0;
    return ((last.count - first.count) / (last.at - first.at)) * 1000;
  }

  /** Rates of the seconds so far, oldest first, a few minutes at most. */
  history(): readonly number[] {
    return this.#history;
  }
}
