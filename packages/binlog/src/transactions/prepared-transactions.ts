import type { LogStatement, PreparedXa, RowsChange } from '@otter/core';
import type { SpilledTransaction } from './spilled-transaction.ts';

/** What a group of events changes. */
export interface GroupContent {
  changes: RowsChange[];
  statements: LogStatement[];
  spilled: SpilledTransaction | null;
  bytes: number;
  filteredRows: number;
}

/** XA transactions between their PREPARE and their decision, in the order they were prepared. */
export class PreparedTransactions {
  readonly #byXid = new Map<string, { at: PreparedXa; content: GroupContent }>();
  #list: readonly PreparedXa[];
  #bytes = 0;

  /** `list` is what a stored position names; their rows are still to be read. */
  constructor(list: readonly PreparedXa[]) {
    this.#list = list;
  }

  /** The undecided ones; the same array until one is added or taken. */
  get list(): readonly PreparedXa[] {
    return this.#list;
  }

  /** Log bytes whose rows are held in memory. */
  get bytesInMemory(): number {
    return this.#bytes;
  }

  has(xid: string): boolean {
    return this.#byXid.has(xid);
  }

  add(at: PreparedXa, content: GroupContent): void {
    this.take(at.xid)
      ?.spilled?.release()
      .catch(() => undefined);
    this.#byXid.set(at.xid, { at, content });
    if (!content.spilled) this.#bytes += content.bytes;
    this.#changed();
  }

  take(xid: string): GroupContent | null {
    const entry = this.#byXid.get(xid);
    if (!entry) return null;
    this.#byXid.delete(xid);
    if (!entry.content.spilled) this.#bytes -= entry.content.bytes;
    this.#changed();
    return entry.content;
  }

  releaseAll(): void {
    for (const { content } of this.#byXid.values()) content.spilled?.release().catch(() => undefined);
    this.#byXid.clear();
    this.#bytes = 0;
  }

  #changed(): void {
    this.#list = [...this.#byXid.values()].map((entry) => entry.at);
  }
}
