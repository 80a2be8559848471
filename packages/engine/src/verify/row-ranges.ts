import type { Session } from '@otter/dialects';
import { lastBound, nextBound, type KeyBound } from '../keyrange/key-range.ts';
import type { ComparedKey, ComparedTable, Side } from './compared-table.ts';
import type { Pace } from './pace.ts';

/** A row that was not the same on both sides when it was looked at: by its key as one side wrote it. */
export interface Suspect {
  side: Side;
  bound: KeyBound;
}

/** One connection to each side. */
export interface BothSides {
  source: Session;
  target: Session;
}

/** What one range of a table gave. */
export interface RangeOutcome {
  /** Rows of the source in it. */
  rows: number;
  suspects: Suspect[];
  /** Everything up to here has been looked at; `null`: the table's end. */
  upTo: KeyBound | null;
}

/** Rows whose keys and hashes are listed rather than halved again. */
const LISTED_ROWS_MAX = 2000;
/** Parts a range that differs is cut into. */
const PARTS = 8;

/** Compares two tables range by range, in the order of a key that both servers sort alike. */
export class RowRanges {
  readonly #table: ComparedTable;
  readonly #key: ComparedKey;
  readonly #sides: BothSides;
  readonly #pace: Pace;

  constructor(table: ComparedTable, key: ComparedKey, sides: BothSides, pace: Pace) {
    this.#table = table;
    this.#key = key;
    this.#sides = sides;
    this.#pace = pace;
  }

  /** Every range after `start`; of a sample, only those that `chosen` picks are compared. */
  async *compare(start: KeyBound | null, chosen: () => boolean): AsyncGenerator<RangeOutcome> {
    let after = start;
    let found = 0;
    const cut = await this.#cutter();
    for (;;) {
      const upTo: KeyBound | null = await cut(after, this.#pace.rows, found);
      if (chosen()) {
        const startedAt = this.#pace.now();
        const [source, target] = await this.#checksums(after, upTo);
        found = Math.max(source.rows, target.rows);
        this.#pace.learn(found, this.#pace.now() - startedAt);
        const suspects = same(source, target) ? [] : await this.#narrow(after, upTo, source.rows, target.rows);
        yield { rows: source.rows, suspects, upTo };
        await this.#pace.wait(source.rows);
      } else {
        found = this.#pace.rows;
        yield { rows: 0, suspects: [], upTo };
      }
      if (upTo === null) return;
      after = upTo;
    }
  }

  async #cutter(): Promise<Cutter> {
    const { source, target } = this.#sides;
    const ends = await Promise.all([lastBound(source, this.#key.source), lastBound(target, this.#key.target)]);
    const [end, ...others] = ends.flatMap((bound) => (bound === null ? [] : [bound]));
    if (end === undefined) return async () => null;
    if (this.#key.source.integer !== null) {
      const numbers = [end, ...others].map((bound) => BigInt(bound[0] ?? 0));
      return new IntegerCutter(
        this.#key,
        this.#sides,
        numbers.reduce((a, b) => (a > b ? a : b)),
      ).next;
    }
    return async (after, rows) =>
      (await nextBound(source, this.#key.source, after, null, rows)) ??
      (await nextBound(target, this.#key.target, after, null, rows));
  }

  async #checksums(after: KeyBound | null, upTo: KeyBound | null): Promise<[Checksum, Checksum]> {
    return Promise.all([this.#checksum('source', after, upTo), this.#checksum('target', after, upTo)]);
  }

  async #checksum(side: Side, after: KeyBound | null, upTo: KeyBound | null): Promise<Checksum> {
    const [first, second] = this.#table.hashes(side);
    const range = this.#key[side];
    const [row] = await this.#sides[side].rows(
      `SELECT COUNT(*),BIT_XOR(${first}*${second}) FROM ${range.from} WHERE ${range.within(after, upTo)}`,
    );
    return { rows: Number(row?.[0]), hash: row?.[1] ?? '' };
  }

  /** The rows of a range that are not the same. */
  async #narrow(
    after: KeyBound | null,
    upTo: KeyBound | null,
    sourceRows: number,
    targetRows: number,
  ): Promise<Suspect[]> {
    if (Math.max(sourceRows, targetRows) <= LISTED_ROWS_MAX) return this.#listed(after, upTo);
    const fuller = sourceRows >= targetRows ? 'source' : 'target';
    const step = Math.ceil(Math.max(sourceRows, targetRows) / PARTS);
    const suspects: Suspect[] = [];
    let from = after;
    for (;;) {
      const to: KeyBound | null = await nextBound(this.#sides[fuller], this.#key[fuller], from, upTo, step);
      const [source, target] = await this.#checksums(from, to ?? upTo);
      if (!same(source, target)) {
        suspects.push(...(await this.#narrow(from, to ?? upTo, source.rows, target.rows)));
      }
      if (to === null) return suspects;
      from = to;
    }
  }

  async #listed(after: KeyBound | null, upTo: KeyBound | null): Promise<Suspect[]> {
    const [source, target] = await Promise.all([this.#list('source', after, upTo), this.#list('target', after, upTo)]);
    return unequalKeys(source, target);
  }

  async #list(side: Side, after: KeyBound | null, upTo: KeyBound | null): Promise<Map<string, ListedRow>> {
    const [first, second] = this.#table.hashes(side);
    const range = this.#key[side];
    const rows = await this.#sides[side].rows(
      `SELECT ${range.readList},${first}*${second} FROM ${range.from} WHERE ${range.within(after, upTo)}`,
    );
    return new Map(rows.map((cells) => listedRow(cells, range.parts, range.bound(cells))));
  }
}

/** A row as a listing shows it. */
export interface ListedRow {
  bound: KeyBound;
  hash: string;
}

function listedRow(cells: readonly (string | null)[], parts: number, bound: KeyBound): [id: string, row: ListedRow] {
  return [cells.slice(0, parts).join('\u0000'), { bound, hash: cells[parts] ?? '' }];
}

/** Keys that one side lacks or whose rows are not the same. A key two servers write differently is on both lists. */
export function unequalKeys(source: Map<string, ListedRow>, target: Map<string, ListedRow>): Suspect[] {
  const suspects: Suspect[] = [];
  for (const [id, row] of source) {
    if (target.get(id)?.hash !== row.hash) suspects.push({ side: 'source', bound: row.bound });
  }
  for (const [id, row] of target) if (!source.has(id)) suspects.push({ side: 'target', bound: row.bound });
  return suspects;
}

interface Checksum {
  rows: number;
  hash: string;
}

function same(a: Checksum, b: Checksum): boolean {
  return a.rows === b.rows && a.hash === b.hash;
}

/** Gives the end of the range after `after` that holds about `rows` rows; `found` is what the one before held. */
type Cutter = (after: KeyBound | null, rows: number, found: number) => Promise<KeyBound | null>;

/** Ranges of one integer, computed: no row is read to find where one ends while keys are about as dense as before. */
class IntegerCutter {
  readonly #key: ComparedKey;
  readonly #sides: BothSides;
  readonly #last: bigint;
  #step = 0n;
  #wanted = 0;

  constructor(key: ComparedKey, sides: BothSides, last: bigint) {
    this.#key = key;
    this.#sides = sides;
    this.#last = last;
  }

  next: Cutter = async (after, rows, found) => {
    const at = after === null ? null : BigInt(after[0] ?? 0);
    // What was added behind the last key since the start is one range without an end.
    if (at !== null && at >= this.#last) return null;
    const dense = found * 4 >= this.#wanted && found <= this.#wanted * 2;
    let end: bigint;
    if (at === null || this.#step === 0n || !dense) {
      end = await this.#measure(after, rows);
      if (at !== null) this.#step = end - at;
    } else {
      this.#step = (this.#step * BigInt(rows)) / BigInt(this.#wanted) || 1n;
      end = at + this.#step;
    }
    this.#wanted = rows;
    return [String(end < this.#last ? end : this.#last)];
  };

  /** Where the next `rows` rows end, on the side where they end first. */
  async #measure(after: KeyBound | null, rows: number): Promise<bigint> {
    const { source, target } = this.#sides;
    const ends = await Promise.all([
      nextBound(source, this.#key.source, after, null, rows),
      nextBound(target, this.#key.target, after, null, rows),
    ]);
    return ends.reduce((min, end) => {
      const at = end === null ? this.#last : BigInt(end[0] ?? 0);
      return at < min ? at : min;
    }, this.#last);
  }
}
