import type { Row, RowsChange } from '@otter/core';
import type { RoutedTable } from '../transform/routed-table.ts';
import { withKey, type BatchPlan, type OrderedChange } from './batch-plan.ts';
import type { RowKey } from './row-key.ts';

/** The last image of a row that the stream wrote. */
export interface AppliedRow {
  readonly route: RoutedTable;
  readonly key: RowKey;
  /** What it must look like, columns that were not logged left out; of a deleted row, what it was found by. */
  readonly row: Row;
  readonly isGone: boolean;
  readonly bytes: number;
  /** When its row was first noted and not read back since, ms. */
  dueSinceMs: number;
  state: 'writing' | 'committed' | 'suspect';
}

/** A row that needs more is not kept. */
const ROW_BYTES_MAX = 256 * 1024;
/** What an entry costs beside its values. */
const ENTRY_BYTES = 160;

/**
 * What the stream wrote and nobody has read back yet: by row, its last image alone. A row is replaced before a newer
 * commit of it is sent; so whoever reads the target and finds the same image here before and after has read a state in
 * which the target must hold exactly that. Bounded in bytes: what has no room is counted and left out.
 */
export class AppliedRows {
  /** Rows that were left out: no room, no key, too long, of a table that cannot be compared. */
  leftOut = 0;
  readonly #bytesMax: number;
  readonly #now: () => number;
  readonly #tables = new Map<RoutedTable, Map<RowKey, AppliedRow>>();
  readonly #refused = new WeakSet<RoutedTable>();
  #bytes = 0;
  #size = 0;

  constructor(options: { bytesMax: number; now: () => number }) {
    this.#bytesMax = options.bytesMax;
    this.#now = options.now;
  }

  /** Rows that wait. */
  get size(): number {
    return this.#size;
  }

  /** What one transaction of the target is going to write. */
  open(): WrittenRows {
    return new WrittenRows(this);
  }

  /** Counts rows that are applied and will not be read back. */
  leaveOut(changes: readonly RowsChange[]): void {
    for (const { rowCount } of changes) this.leftOut += rowCount;
  }

  /** Nothing more of this table is kept. */
  refuse(route: RoutedTable): void {
    this.#refused.add(route);
    this.leftOut += this.forget(route);
  }

  /** Lets go of everything of a table; returns how much that was. */
  forget(route: RoutedTable): number {
    const rows = this.#tables.get(route);
    if (rows === undefined) return 0;
    for (const row of rows.values()) this.#bytes -= row.bytes;
    this.#size -= rows.size;
    this.#tables.delete(route);
    return rows.size;
  }

  /** Lets go of everything. */
  clear(): void {
    for (const route of [...this.#tables.keys()]) this.leftOut += this.forget(route);
  }

  /** Whether rows of the table are kept at all. */
  watches(route: RoutedTable): boolean {
    return route.identity !== null && !route.copying && !this.#refused.has(route);
  }

  /** Whether a row is waiting: then a newer image must take its place, room or not. */
  has(route: RoutedTable, key: RowKey): boolean {
    return this.#tables.get(route)?.has(key) ?? false;
  }

  /** Takes room for a row that is being gathered. */
  reserve(bytes: number, isNeeded: boolean): boolean {
    if (!isNeeded && this.#bytes + bytes > this.#bytesMax) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Puts a row, whose room is reserved, in the place of what was known of it. */
  put(row: AppliedRow): void {
    let rows = this.#tables.get(row.route);
    if (rows === undefined) this.#tables.set(row.route, (rows = this.#begin(row.route)));
    const before = rows.get(row.key);
    if (before === undefined) this.#size += 1;
    else {
      this.#bytes -= before.bytes;
      // A row that changes all the time is due no later for that.
      row.dueSinceMs = before.dueSinceMs;
    }
    rows.set(row.key, row);
  }

  /** A table that was compiled anew is another table from here on: its former images mean nothing any more. */
  #begin(route: RoutedTable): Map<RowKey, AppliedRow> {
    for (const other of this.#tables.keys()) if (other.source === route.source) this.leftOut += this.forget(other);
    return new Map();
  }

  /** Whether this is still the last image of its row, and committed. */
  isLast(row: AppliedRow): boolean {
    return row.state !== 'writing' && this.#tables.get(row.route)?.get(row.key) === row;
  }

  /** The row needs no more attention, unless it has been written again since. */
  settle(row: AppliedRow): void {
    const rows = this.#tables.get(row.route);
    if (rows?.get(row.key) !== row) return;
    rows.delete(row.key);
    this.#bytes -= row.bytes;
    this.#size -= 1;
    if (rows.size === 0) this.#tables.delete(row.route);
  }

  /** Rows of one table that have waited for `ageMs`, the table that has waited longest first. */
  due(ageMs: number, rowsMax: number): AppliedRow[] {
    const until = this.#now() - ageMs;
    for (const [route, rows] of this.#tables) {
      const found: AppliedRow[] = [];
      for (const row of rows.values()) {
        // Rows stand in the order in which they became due.
        if (row.dueSinceMs > until || found.length === rowsMax) break;
        if (row.state === 'committed') found.push(row);
      }
      if (found.length === 0) continue;
      // Behind the others, so that they have their turn.
      this.#tables.delete(route);
      this.#tables.set(route, rows);
      return found;
    }
    return [];
  }

  /** Makes a row, in whatever image it has now, the last one to be read. */
  postpone({ route, key }: AppliedRow): void {
    const rows = this.#tables.get(route);
    const row = rows?.get(key);
    if (rows === undefined || row === undefined) return;
    rows.delete(key);
    row.dueSinceMs = this.#now();
    rows.set(key, row);
  }

  /** Suspects, by table. */
  *suspects(): Generator<[RoutedTable, AppliedRow[]]> {
    for (const [route, rows] of [...this.#tables]) {
      const found = [...rows.values()].filter(({ state }) => state === 'suspect');
      if (found.length > 0) yield [route, found];
    }
  }

  now(): number {
    return this.#now();
  }
}

/** The rows of one transaction of the target, from when they are known to when it is committed. */
export class WrittenRows {
  readonly #store: AppliedRows;
  #rows: AppliedRow[] = [];
  #announced = false;

  constructor(store: AppliedRows) {
    this.#store = store;
  }

  /** Takes the net effect of a batch, while its images are still there. */
  add(plan: BatchPlan): void {
    for (const { route, operations, ordered } of plan.tables.values()) {
      if (ordered) continue;
      for (const { kind, key, row } of operations.values())
        this.#note(route, key, row, kind === 'delete' || kind === 'none');
    }
    for (const changes of plan.ordered.values()) for (const change of changes) this.#noteOrdered(change);
  }

  #noteOrdered({ route, before, after }: OrderedChange): void {
    if (!this.#store.watches(route)) {
      this.#store.leftOut += 1;
      return;
    }
    const row = after !== null && before !== null ? withKey(route, before, after) : after;
    const key = row === null ? null : route.identityOf(row);
    const formerKey = before === null ? null : route.identityOf(before);
    if (before !== null && formerKey !== null && formerKey !== key) this.#note(route, formerKey, before, true);
    if (row !== null && key !== null) this.#note(route, key, row, false);
  }

  #note(route: RoutedTable, key: RowKey, row: Row, isGone: boolean): void {
    const store = this.#store;
    if (!store.watches(route)) {
      store.leftOut += 1;
      return;
    }
    const isNeeded = store.has(route, key);
    const bytes = bytesOf(row);
    if ((bytes > ROW_BYTES_MAX && !isNeeded) || !store.reserve(bytes, isNeeded)) {
      store.leftOut += 1;
      return;
    }
    const dueSinceMs = store.now();
    this.#rows.push({ route, key, row: kept(row), isGone, bytes, dueSinceMs, state: 'writing' });
  }

  /** The commit is about to be sent: from now on nobody knows which image the target shows. */
  announce(): void {
    this.#announced = true;
    for (const row of this.#rows) this.#store.put(row);
  }

  /** The commit has succeeded. */
  confirm(): void {
    for (const row of this.#rows) row.state = 'committed';
    this.#rows = [];
  }

  /** Forgets whatever was not committed. */
  close(): void {
    for (const row of this.#rows) {
      if (this.#announced) this.#store.settle(row);
      else this.#store.release(row.bytes);
    }
    this.#rows = [];
  }
}

/** About what a row takes in memory. */
function bytesOf(row: Row): number {
  let bytes = ENTRY_BYTES + row.length * 8;
  for (const value of row) {
    if (typeof value === 'string') bytes += 16 + value.length * 2;
    else if (Buffer.isBuffer(value)) bytes += 96 + value.length;
  }
  return bytes;
}

/** A row to keep: what was cut out of a received chunk is copied, and changes within a document say nothing of it. */
function kept(row: Row): Row {
  return row.map((value) => (Buffer.isBuffer(value) ? Buffer.from(value) : Array.isArray(value) ? undefined : value));
}
