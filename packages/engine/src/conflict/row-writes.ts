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

/** What the rule of a table has to know of a change beyond its place and time. */
export interface RowTrace {
  /** What the change is weighed by instead of its time; absent where the time counts. */
  value?: bigint;
  /**
   * The columns an update has changed, in lower case, where columns are decided by themselves. Absent where rows are
   * decided whole, and of a row that was put in or taken away.
   */
  touched?: readonly string[];
}

/** A change of one row, as far as deciding asks for it. */
export interface RowWrite extends RowTrace {
  /** Behind its transaction, in the log it is in. */
  at: LogPlace;
  /** When it was committed, ms since 1970 by the clock of its server. */
  committedAtMs: number;
}

/** A row that somebody else than the pipeline has written on its target. */
export interface LocalWrite extends RowWrite {
  /** Up to where the source's log had been applied there by then. */
  seen: LogPlace;
}

/** What an entry costs in memory, about; with a trace, and for each column it names. */
const ENTRY_BYTES = 200;
const TRACE_BYTES = 120;
const NAME_BYTES = 8;

/** Rows that were written, by table and key, in the order of a log. What is asked for no more is let go of. */
export class RowWrites<W extends RowWrite> {
  readonly #tables = new Map<string, Map<RowKey, W[]>>();
  /** All of them, oldest first; up to `#head` they are gone. */
  readonly #order: { table: string; key: RowKey; write: W }[] = [];
  #head = 0;
  #bytes = 0;

  /** Bytes of memory, about. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#head === this.#order.length;
  }

  /** The oldest that is still known. */
  get first(): W | undefined {
    return this.#order[this.#head]?.write;
  }

  add(table: string, key: RowKey, write: W): void {
    let rows = this.#tables.get(table);
    if (!rows) this.#tables.set(table, (rows = new Map<RowKey, W[]>()));
    const writes = rows.get(key);
    if (writes) writes.push(write);
    else rows.set(key, [write]);
    this.#order.push({ table, key, write });
    this.#bytes += bytesOf(write);
  }

  /** What was written to a row behind a place, oldest first. */
  behind(table: string, key: RowKey, place: LogPlace): readonly W[] {
    const writes = this.#tables.get(table)?.get(key);
    if (!writes || compareCoordinates((writes.at(-1) as W).at, place) <= 0) return [];
    return writes.filter(({ at }) => compareCoordinates(at, place) > 0);
  }

  /** Whether anything of the table is known. */
  has(table: string): boolean {
    return this.#tables.has(table);
  }

  /** Lets go of what lies before `place`. */
  prune(place: LogPlace): void {
    for (; this.#head < this.#order.length; this.#head++) {
      const { table, key, write } = this.#order[this.#head] as { table: string; key: RowKey; write: W };
      if (compareCoordinates(write.at, place) > 0) break;
      this.#bytes -= bytesOf(write);
      this.#drop(table, key, place);
    }
    if (this.#head > 1024 && this.#head * 2 > this.#order.length) {
      this.#order.splice(0, this.#head);
      this.#head = 0;
    }
  }

  #drop(table: string, key: RowKey, place: LogPlace): void {
    const rows = this.#tables.get(table);
    const left = rows?.get(key)?.filter(({ at }) => compareCoordinates(at, place) > 0) ?? [];
    if (left.length > 0) rows?.set(key, left);
    else rows?.delete(key);
    if (rows?.size === 0) this.#tables.delete(table);
  }
}

function bytesOf({ value, touched }: RowWrite): number {
  if (value === undefined && touched === undefined) return ENTRY_BYTES;
  return ENTRY_BYTES + TRACE_BYTES + NAME_BYTES * (touched?.length ?? 0);
}
