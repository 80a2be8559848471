/** Over how long a pace is measured, seconds. */
const WINDOW_SECONDS = 10;

/** How fast rows have come of late. */
export class Pace {
  /** One for each second in which something came, oldest first. */
  readonly #seconds: { second: number; rows: number; bytes: number }[] = [];
  #firstMs: number | null = null;

  note(rows: number, bytes: number, nowMs: number): void {
    this.#firstMs ??= nowMs;
    const second = Math.floor(nowMs / 1000);
    const last = this.#seconds.at(-1);
    if (last?.second === second) {
      last.rows += rows;
      last.bytes += bytes;
    } else this.#seconds.push({ second, rows, bytes });
    if (this.#seconds.length > WINDOW_SECONDS + 1) this.#seconds.shift();
  }

  /** Rows and bytes a second over the last seconds, this one included. */
  perSecond(nowMs: number): { rows: number; bytes: number } {
    if (this.#firstMs === null) return { rows: 0, bytes: 0 };
    const from = Math.max(this.#firstMs, (Math.floor(nowMs / 1000) - WINDOW_SECONDS + 1) * 1000);
    const seconds = Math.max(1, (nowMs - from) / 1000);
    let rows = 0;
    let bytes = 0;
    for (const entry of this.#seconds) {
      if (entry.second * 1000 + 1000 <= from) continue;
      rows += entry.rows;
      bytes += entry.bytes;
    }
    return { rows: rows / seconds, bytes: bytes / seconds };
  }
}
