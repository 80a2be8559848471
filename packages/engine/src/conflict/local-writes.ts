import { compareCoordinates } from '@otter/core';
import type { RowKey } from '../load/row-key.ts';

/** A place in one server's log. */
export interface LogPlace {
  file: string;
  offset: number;
}

/** Up to where in the target's log the source knows it, at some place of its own log. */
export interface Seen extends LogPlace {
  /** Up to where the source's log had been applied on the target there. */
  applied: LogPlace;
}

/** Before everything. */
export const LOG_BEGIN: LogPlace = { file: '', offset: 0 };

/** A row that somebody else than the pipeline has written on its target. */
export interface LocalWrite {
  /** Behind its transaction, in the target's log. */
  at: LogPlace;
  /** When it was committed, ms since 1970 by the target's clock. */
  committedAtMs: number;
  /** Up to where the source's log had been applied there by then. */
  seen: LogPlace;
}

/** What an entry costs in memory, about. */
const ENTRY_BYTES = 200;

/**
 * Rows written on the target by others, by table and key, in the order of its log. What the source is known to have
 * seen is let go of.
 */
export class LocalWrites {
  readonly #tables = new Map<string, Map<RowKey, LocalWrite[]>>();
  /** All of them, oldest first; up to `#head` they are gone. */
  readonly #order: { table: string; key: RowKey; at: LogPlace }[] = [];
  #head = 0;

  /** Bytes of memory, about. */
  get bytes(): number {
    return (this.#order.length - this.#head) * ENTRY_BYTES;
  }

  get isEmpty(): boolean {
    return this.#head === this.#order.length;
  }

  add(table: string, key: RowKey, write: LocalWrite): void {
    let rows = this.#tables.get(table);
    if (!rows) this.#tables.set(table, (rows = new Map<RowKey, LocalWrite[]>()));
    const writes = rows.get(key);
    if (writes) writes.push(write);
    else rows.set(key, [write]);
    this.#order.push({ table, key, at: write.at });
  }

  /** What was written to a row behind `seen`, oldest first. */
  behind(table: string, key: RowKey, seen: LogPlace): readonly LocalWrite[] {
    const writes = this.#tables.get(table)?.get(key);
    if (!writes || compareCoordinates((writes.at(-1) as LocalWrite).at, seen) <= 0) return NONE;
    return writes.filter(({ at }) => compareCoordinates(at, seen) > 0);
  }

  /** Whether anything of the table is known. */
  has(table: string): boolean {
    return this.#tables.has(table);
  }

  /** Lets go of what lies before `seen`. */
  prune(seen: LogPlace): void {
    for (; this.#head < this.#order.length; this.#head++) {
      const { table, key, at } = this.#order[this.#head] as { table: string; key: RowKey; at: LogPlace };
      if (compareCoordinates(at, seen) > 0) break;
      this.#drop(table, key, seen);
    }
    if (this.#head > 1024 && this.#head * 2 > this.#order.length) {
      this.#order.splice(0, this.#head);
      this.#head = 0;
    }
  }

  #drop(table: string, key: RowKey, seen: LogPlace): void {
    const rows = this.#tables.get(table);
    const left = rows?.get(key)?.filter(({ at }) => compareCoordinates(at, seen) > 0) ?? [];
    if (left.length > 0) rows?.set(key, left);
    else rows?.delete(key);
    if (rows?.size === 0) this.#tables.delete(table);
  }
}

const NONE: readonly LocalWrite[] = [];
