import { OtterError, type Row } from '@otter/core';
import type { ComparedTable, Side } from './compared-table.ts';
import type { BothSides } from './row-ranges.ts';
import type { Judge } from './settle.ts';

const BUCKETS = 4096;
/** Different rows of both sides that may be held in memory to be told apart. */
const GROUPS_MAX = 200_000;
/** Rows fetched by their hashes in one statement. */
const FETCHED_MAX = 200;

/** A row of a table without a key that is not there equally often. */
export interface UnequalCopies {
  row: Row;
  side: Side;
  source: number;
  target: number;
}

export interface MultisetOutcome {
  rows: number;
  unequal: UnequalCopies[];
  unsettled: number;
}

/** Copies of each row, by its two hashes. */
type Copies = Map<string, number>;

/**
 * Compares two tables without a common key: how often does each row occur? Each look is one statement over the whole
 * table, which no index could divide. Throws VERIFY_TOO_LARGE when more rows differ than memory may hold.
 */
export class Multiset {
  readonly #table: ComparedTable;
  readonly #sides: BothSides;
  readonly #judge: Judge;

  constructor(table: ComparedTable, sides: BothSides, judge: Judge) {
    this.#table = table;
    this.#sides = sides;
    this.#judge = judge;
  }

  async compare(limit: number, signal: AbortSignal): Promise<MultisetOutcome> {
    const [source, target] = await Promise.all([this.#sums('source'), this.#sums('target')]);
    let rows = 0;
    const buckets: number[] = [];
    for (let at = 0; at < BUCKETS; at++) {
      rows += source[at]?.rows ?? 0;
      if (source[at]?.sum !== target[at]?.sum) buckets.push(at);
    }
    if (buckets.length === 0) return { rows, unequal: [], unsettled: 0 };
    const copies = await this.#judge.settleTable(this.#table, {
      source: async () => this.#copies('source', buckets),
      target: async () => this.#copies('target', buckets),
      same: (a, b) => unequalHashes(a, b).length === 0,
      signal,
    });
    const hashes = unequalHashes(copies.source, copies.target);
    if (!copies.settled) return { rows, unequal: [], unsettled: hashes.length };
    return { rows, unequal: await this.#fetch(hashes.slice(0, limit), copies.source, copies.target), unsettled: 0 };
  }

  async #sums(side: Side): Promise<{ rows: number; sum: string }[]> {
    const [first, second] = this.#table.hashes(side);
    // Sums, not XOR: two copies of a row would cancel each other out.
    const found = await this.#sides[side].rows(
      `SELECT ${first}&${BUCKETS - 1} b,COUNT(*),SUM(${first}),SUM(${second}) FROM ${this.#table.from(side)} GROUP BY b`,
    );
    const sums: { rows: number; sum: string }[] = [];
    for (const [bucket, rows, ...sum] of found)
      sums[Number(bucket)] = { rows: Number(rows), sum: [rows, ...sum].join() };
    return sums;
  }

  async #copies(side: Side, buckets: readonly number[]): Promise<Copies> {
    const [first, second] = this.#table.hashes(side);
    const found = await this.#sides[side].rows(
      `SELECT ${first} a,${second} b,COUNT(*) FROM ${this.#table.from(side)} WHERE ${first}&${BUCKETS - 1} IN (${buckets.join(',')}) GROUP BY a,b LIMIT ${GROUPS_MAX + 1}`,
    );
    if (found.length > GROUPS_MAX) {
      throw new OtterError('VERIFY_TOO_LARGE', {
        detail: `${this.#table.name} has no key and more than ${GROUPS_MAX} different rows would have to be held in memory`,
      });
    }
    return new Map(found.map(([a, b, copies]) => [`${a},${b}`, Number(copies)]));
  }

  async #fetch(hashes: readonly string[], source: Copies, target: Copies): Promise<UnequalCopies[]> {
    const unequal: UnequalCopies[] = [];
    for (const side of ['source', 'target'] as const) {
      const other = side === 'source' ? target : source;
      const own = side === 'source' ? source : target;
      // A row is fetched where it occurs more often.
      const wanted = hashes.filter((hash) => (own.get(hash) ?? 0) > (other.get(hash) ?? 0));
      for (let i = 0; i < wanted.length; i += FETCHED_MAX) {
        for (const [hash, row] of await this.#rows(side, wanted.slice(i, i + FETCHED_MAX))) {
          unequal.push({ row, side, source: source.get(hash) ?? 0, target: target.get(hash) ?? 0 });
        }
      }
    }
    return unequal;
  }

  async #rows(side: Side, hashes: readonly string[]): Promise<Map<string, Row>> {
    const [first, second] = this.#table.hashes(side);
    const columns = this.#table.pairs.map((pair) => pair[side].read).join(',');
    const [result] = await this.#sides[side].query(
      `SELECT ${first},${second},${columns} FROM ${this.#table.from(side)} WHERE (${first},${second}) IN (${hashes.map((hash) => `(${hash})`).join(',')})`,
    );
    const rows = new Map<string, Row>();
    for (const [a, b, ...cells] of result?.rows ?? []) {
      const row = this.#table.pairs.map((pair, i) => pair[side].decode(cells[i] ?? null));
      rows.set(`${a?.toString() ?? ''},${b?.toString() ?? ''}`, row);
    }
    return rows;
  }
}

function unequalHashes(source: Copies, target: Copies): string[] {
  const hashes = [...source.keys()].filter((hash) => source.get(hash) !== target.get(hash));
  for (const hash of target.keys()) if (!source.has(hash)) hashes.push(hash);
  return hashes;
}
