import { nextBound, type KeyBound } from '../keyrange/key-range.ts';
import type { ComparedKey, ComparedTable, Side } from './compared-table.ts';
import type { Pace } from './pace.ts';
import { unequalKeys, type BothSides, type ListedRow, type RangeOutcome } from './row-ranges.ts';

/** Parts a table is divided into by the hash of its keys. */
const BUCKETS = 4096;
/** Rows of both sides that are listed in one pass. */
const LISTED_ROWS_MAX = 50_000;

/** What one side holds of each bucket. */
interface Buckets {
  rows: Float64Array;
  hashes: BigUint64Array;
}

/**
 * Compares two tables whose servers order their keys differently (another collation, another type): each is read in
 * its own order, and rows are gathered by a hash of the key that both compute alike.
 */
export class OrderFreeRows {
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

  /** Outcomes without an end of their range: such a comparison begins anew when it is interrupted. */
  async *compare(): AsyncGenerator<RangeOutcome> {
    const source = emptyBuckets();
    const target = emptyBuckets();
    const behind = this.#fill('target', target);
    // The target is read beside the source; its error is heard when it is waited for.
    const reading = drained(behind);
    reading.catch(() => undefined);
    for await (const rows of this.#fill('source', source)) {
      yield { rows, suspects: [], upTo: null };
      await this.#pace.wait(rows);
    }
    await reading;
    for (const buckets of slices(source, target)) {
      const [left, right] = await Promise.all([this.#list('source', buckets), this.#list('target', buckets)]);
      yield { rows: 0, suspects: unequalKeys(left, right), upTo: null };
    }
  }

  async *#fill(side: Side, buckets: Buckets): AsyncGenerator<number> {
    const [first, second] = this.#table.hashes(side);
    const columns = `${this.#table.keyHash(side)}&${BUCKETS - 1} b,COUNT(*),BIT_XOR(${first}*${second})`;
    for await (const { rows, elapsedMs } of this.#ranges(side, columns, ' GROUP BY b')) {
      let count = 0;
      for (const [bucket, found, hash] of rows) {
        const at = Number(bucket);
        count += Number(found);
        buckets.rows[at] = (buckets.rows[at] ?? 0) + Number(found);
        buckets.hashes[at] = (buckets.hashes[at] ?? 0n) ^ BigInt(hash ?? 0);
      }
      if (side === 'source') this.#pace.learn(count, elapsedMs);
      yield count;
    }
  }

  /** Every row of some buckets, by the text of its key that both sides write alike. */
  async #list(side: Side, buckets: readonly number[]): Promise<Map<string, ListedRow>> {
    const [first, second] = this.#table.hashes(side);
    const range = this.#key[side];
    const keyText = this.#key.positions.map((p) => this.#table.pairs[p]?.[side].hashed).join(',');
    const columns = `${range.readList},${first}*${second},HEX(CONCAT_WS(_binary',',${keyText}))`;
    const wanted = ` AND ${this.#table.keyHash(side)}&${BUCKETS - 1} IN (${buckets.join(',')})`;
    const listed = new Map<string, ListedRow>();
    for await (const { rows } of this.#ranges(side, columns, wanted)) {
      for (const cells of rows) {
        listed.set(cells[range.parts + 1] ?? '', { bound: range.bound(cells), hash: cells[range.parts] ?? '' });
      }
    }
    return listed;
  }

  /** Asks the same of every range of one side, in its own order. */
  async *#ranges(
    side: Side,
    columns: string,
    rest: string,
  ): AsyncGenerator<{ rows: (string | null)[][]; elapsedMs: number }> {
    const session = this.#sides[side];
    const range = this.#key[side];
    let after: KeyBound | null = null;
    do {
      const upTo: KeyBound | null = await nextBound(session, range, after, null, this.#pace.rows);
      const startedAt = this.#pace.now();
      const sql = `SELECT ${columns} FROM ${range.from} WHERE ${range.within(after, upTo)}${rest}`;
      yield { rows: await session.rows(sql), elapsedMs: this.#pace.now() - startedAt };
      after = upTo;
    } while (after !== null);
  }
}

async function drained(outcomes: AsyncGenerator<number>): Promise<void> {
  for await (const _ of outcomes);
}

function emptyBuckets(): Buckets {
  return { rows: new Float64Array(BUCKETS), hashes: new BigUint64Array(BUCKETS) };
}

/** Buckets that differ, as many together as may be listed in one pass. */
function slices(source: Buckets, target: Buckets): number[][] {
  const passes: number[][] = [];
  let rows = Infinity;
  for (let at = 0; at < BUCKETS; at++) {
    if (source.rows[at] === target.rows[at] && source.hashes[at] === target.hashes[at]) continue;
    const more = (source.rows[at] ?? 0) + (target.rows[at] ?? 0);
    if (rows + more > LISTED_ROWS_MAX) {
      passes.push([]);
      rows = 0;
    }
    passes.at(-1)?.push(at);
    rows += more;
  }
  return passes;
}
