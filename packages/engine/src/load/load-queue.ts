import type { Site } from '../origin/commit-mark.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';

/**
 * What has been read and not yet taken by a worker, in log order, bounded in bytes.
 * One side pushes and waits for room; the other takes as much as fits a batch and never waits to fill one.
 */
export class LoadQueue {
  readonly #bytesMax: number;
  #items: (SelectedTransaction | undefined)[] = [];
  #head = 0;
  #bytes = 0;
  #closed = false;
  #wakeTakers: (() => void)[] = [];
  #wakePusher: (() => void) | null = null;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when there is room for more. */
  async push(items: readonly SelectedTransaction[]): Promise<void> {
    for (const item of items) {
      this.#items.push(item);
      this.#bytes += heldBytes(item);
    }
    this.#wake();
    while (this.#bytes > this.#bytesMax && !this.#closed) {
      await new Promise<void>((resolve) => (this.#wakePusher = resolve));
    }
  }

  /** The next batch: a run of transactions up to the limits, or one that must go alone; `null` when empty now. */
  tryTake(limits: {
    transactions: number;
    bytes: number;
    until?: (item: SelectedTransaction) => boolean;
  }): SelectedTransaction[] | null {
    if (this.#head >= this.#items.length) return null;
    const first = this.#items[this.#head] as SelectedTransaction;
    let end = this.#head + 1;
    let bytes = heldBytes(first);
    let origin: readonly Site[] | 'any' | null = originOf(first);
    if (!goesAlone(first) && !limits.until?.(first)) {
      while (end < this.#items.length && end - this.#head < limits.transactions && bytes < limits.bytes) {
        const item = this.#items[end] as SelectedTransaction;
        if (goesAlone(item) || !(origin = commonOrigin(origin, item))) break;
        bytes += heldBytes(item);
        end += 1;
        if (limits.until?.(item)) break;
      }
    }
    const batch = this.#items.slice(this.#head, end) as SelectedTransaction[];
    // What was taken must not stay in memory until the queue runs empty, which behind a fast source it never does.
    this.#items.fill(undefined, this.#head, end);
    this.#head = end;
    this.#bytes -= bytes;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 4096) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    if (this.#bytes <= this.#bytesMax) {
      this.#wakePusher?.();
      this.#wakePusher = null;
    }
    return batch;
  }

  /** Resolves when something was pushed, or the queue was closed, or {@link wake} was called. */
  async readable(): Promise<void> {
    if (this.length > 0 || this.#closed) return;
    await new Promise<void>((resolve) => this.#wakeTakers.push(resolve));
  }

  /** Makes every waiting taker look again. */
  wake(): void {
    this.#wake();
  }

  #wake(): void {
    const takers = this.#wakeTakers;
    this.#wakeTakers = [];
    for (const taker of takers) taker();
  }

  /** No more will be pushed; what is held can still be taken unless `discard`. */
  close(discard: boolean): void {
    this.#closed = true;
    if (discard) {
      this.#items = [];
      this.#head = 0;
      this.#bytes = 0;
    }
    this.#wake();
    this.#wakePusher?.();
    this.#wakePusher = null;
  }
}

/** A spilled transaction is on disk, not here. */
function heldBytes(item: SelectedTransaction): number {
  return item.transaction.spilled === null ? item.transaction.bytes : 0;
}

/** Where rows come from, `any` for a transaction without rows: one commit on the target can name one origin. */
function originOf({ via, transaction }: SelectedTransaction): readonly Site[] | 'any' {
  return transaction.changes.length === 0 ? 'any' : (via ?? NOWHERE);
}

const NOWHERE: readonly Site[] = [];

/** `null`: the two cannot be in one commit. */
function commonOrigin(origin: readonly Site[] | 'any', item: SelectedTransaction): readonly Site[] | 'any' | null {
  const other = originOf(item);
  if (other === 'any' || origin === other) return origin;
  if (origin === 'any') return other;
  return origin.length === other.length && origin.every((site, i) => site === other[i]) ? origin : null;
}

function goesAlone(item: SelectedTransaction): boolean {
  return (
    item.stops.length > 0 || item.ddl !== undefined || item.transaction.spilled !== null || item.chunk !== undefined
  );
}
