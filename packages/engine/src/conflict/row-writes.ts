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

interface Entry<W> {
  table: string;
  key: RowKey;
  write: W;
  /** It does not count any more: see {@link CountingWrites}. */
  isGone: boolean;
}

/**
 * Which writes of a row count, to be asked of one after another, the newest first. Of those behind any place the last is
 * asked for and the latest: where rows are decided whole, of all; where columns are, of those that touched one; and of those
 * that put the row in or took it away, beside which those that touched columns do not count. So a row written without
 * end takes the room of one, or of one for each column.
 */
export class CountingWrites {
  /** The latest so far of those that put the row in or took it away. */
  #placed: bigint | number | null = null;
  /** The latest so far that touched a column. */
  readonly #touched = new Map<string, bigint | number>();

  /** Whether this one, written before all that were asked of, counts beside them. */
  takes(write: RowWrite): boolean {
    const weighs = weight(write);
    if (write.touched === undefined) {
      if (this.#placed !== null && weighs <= this.#placed) return false;
      this.#placed = weighs;
      return true;
    }
    if (this.#placed !== null) return false;
    const fresh = write.touched.filter((name) => {
      const latest = this.#touched.get(name);
      return latest === undefined || weighs > latest;
    });
    for (const name of fresh) this.#touched.set(name, weighs);
    return fresh.length > 0;
  }
}

/** So many are gone at least before the others are moved together. */
const GONE_MIN = 1024;

/** Rows that were written, by table and key, in the order of a log. What is asked for no more is let go of. */
export class RowWrites<W extends RowWrite> {
  readonly #tables = new Map<string, Map<RowKey, Entry<W>[]>>();
  /** All of them, oldest first; up to `#head` they are gone. */
  #order: Entry<W>[] = [];
  #head = 0;
  /** How many behind the head are gone. */
  #gone = 0;
  #bytes = 0;

  /** Bytes of memory, about. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  /** The oldest that is still known. */
  get first(): W | undefined {
    for (; this.#order[this.#head]?.isGone; this.#head++) this.#gone -= 1;
    return this.#order[this.#head]?.write;
  }

  /** Writes are added in the order of the log. Those of the row that do not count beside it are let go of. */
  add(table: string, key: RowKey, write: W): void {
    const entries = this.#entriesOf(table, key);
    const counting = new CountingWrites();
    const entry = { table, key, write, isGone: false };
    counting.takes(write);
    const tail: Entry<W>[] = [entry];
    for (let last = entries.pop(); last !== undefined; last = entries.pop()) {
      if (!counting.takes(last.write)) {
        this.#letGo(last);
        continue;
      }
      tail.push(last);
      // Those before it have counted beside it.
      if (last.write.touched === undefined) break;
    }
    entries.push(...tail.toReversed());
    this.#order.push(entry);
    this.#bytes += bytesOf(write);
    this.#gather();
  }

  #letGo(entry: Entry<W>): void {
    entry.isGone = true;
    this.#gone += 1;
    this.#bytes -= bytesOf(entry.write);
  }

  #entriesOf(table: string, key: RowKey): Entry<W>[] {
    let rows = this.#tables.get(table);
    if (!rows) this.#tables.set(table, (rows = new Map<RowKey, Entry<W>[]>()));
    let entries = rows.get(key);
    if (!entries) rows.set(key, (entries = []));
    return entries;
  }

  /** What was written to a row behind a place, oldest first. */
  behind(table: string, key: RowKey, place: LogPlace): readonly W[] {
    const writes = this.#tables.get(table)?.get(key);
    if (!writes || compareCoordinates((writes.at(-1) as Entry<W>).write.at, place) <= 0) return [];
    return writes.filter(({ write }) => compareCoordinates(write.at, place) > 0).map(({ write }) => write);
  }

  /** Whether anything of the table is known. */
  has(table: string): boolean {
    return this.#tables.has(table);
  }

  /** Lets go of what lies before `place`. */
  prune(place: LogPlace): void {
    for (let { first } = this; first && compareCoordinates(first.at, place) <= 0; { first } = this) {
      const { table, key } = this.#order[this.#head] as Entry<W>;
      this.#head += 1;
      this.#bytes -= bytesOf(first);
      this.#drop(table, key, place);
    }
    this.#gather();
  }

  /** Moves together what is left, once half of it is gone. */
  #gather(): void {
    const gone = this.#head + this.#gone;
    if (gone <= GONE_MIN || gone * 2 <= this.#order.length) return;
    this.#order = this.#order.slice(this.#head).filter(({ isGone }) => !isGone);
    this.#head = 0;
    this.#gone = 0;
  }

  #drop(table: string, key: RowKey, place: LogPlace): void {
    const rows = this.#tables.get(table);
    const left = rows?.get(key)?.filter(({ write }) => compareCoordinates(write.at, place) > 0) ?? [];
    if (left.length > 0) rows?.set(key, left);
    else rows?.delete(key);
    if (rows?.size === 0) this.#tables.delete(table);
  }
}

/** What a change is weighed by. */
export function weight({ value, committedAtMs }: RowWrite): bigint | number {
  return value ?? committedAtMs;
}

function bytesOf({ value, touched }: RowWrite): number {
  if (value === undefined && touched === undefined) return ENTRY_BYTES;
  return ENTRY_BYTES + TRACE_BYTES + NAME_BYTES * (touched?.length ?? 0);
}
