import type { RowsChange } from '@otter/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { column, deletes, inserts, key, routeOf, selected, updates } from '../testing/tables.fixture.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import { Counters } from './counters.ts';

const COLUMNS = [column('id', { nullable: false }), column('a')];
const route = routeOf({ target: { columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id')] } });
const POSITION = { file: 'bin.000001', offset: 100, gtid: '' };
const applied = (): RoutedTable | null => route;
const parked = (): RoutedTable | null => null;

let counters: Counters;
beforeEach(() => (counters = new Counters(() => 10_000)));

/** Every row read ends in exactly one of the counts. */
function expectBalance(c: Counters, pending = 0): void {
  expect(c.rowsApplied + c.rowsFiltered + c.rowsParked + c.rowsSkipped + pending).toBe(c.rowsRead);
  for (const count of [c.rowsApplied, c.rowsFiltered, c.rowsParked, c.rowsSkipped])
    expect(count).toBeGreaterThanOrEqual(0);
}

function caughtUpWith(changes: RowsChange[]): Counters {
  const own = new Counters(() => 0);
  for (const change of changes) own.applied(change, route);
  return own;
}

describe('every row read ends in exactly one count', () => {
  test('applied, by kind and table', () => {
    const items = [
      selected([
        inserts(route, [1, 1], [2, 2]),
        updates(route, [
          [1, 1],
          [1, 2],
        ]),
        deletes(route, [2, 2]),
      ]),
    ];
    counters.read(items);
    expectBalance(counters, 4);
    counters.committed(items, POSITION, applied);
    expectBalance(counters);
    expect(counters.tables.get('shop.t')).toEqual({ target: 'shop.t', inserted: 2, updated: 1, deleted: 1 });
    expect(counters).toMatchObject({ position: POSITION, transactionsRead: 1, transactionsApplied: 1, commits: 1 });
  });

  test('filtered and parked', () => {
    const items = [selected([inserts(route, [1, 1])], { filteredRows: 5 }), selected([inserts(route, [2, 1], [3, 1])])];
    counters.read(items);
    counters.committed(items, POSITION, parked);
    expect(counters).toMatchObject({ rowsRead: 8, rowsFiltered: 5, rowsParked: 3, rowsApplied: 0 });
    expectBalance(counters);
  });

  test('of a transaction kept on disk, counted once it was read from there', () => {
    const item = selected([], { spilled: { read: async function* () {}, release: async () => {} } });
    counters.read([item]);
    const summary = { ...item, transaction: { ...item.transaction, changes: [{ ...inserts(route), rowCount: 1000 }] } };
    counters.committed([summary], POSITION, applied);
    expect(counters.rowsApplied).toBe(1000);
    expectBalance(counters);
  });

  test('parked ones become applied and skipped when their table has caught up', () => {
    const items = [selected([inserts(route, [1, 1], [2, 1], [3, 1])])];
    counters.read(items);
    counters.committed(items, POSITION, parked);
    counters.caughtUp(caughtUpWith([inserts(route, [1, 1], [2, 1])]), 1, 0);
    expect(counters).toMatchObject({ rowsParked: 0, rowsApplied: 2, rowsSkipped: 1 });
    expect(counters.tables.get('shop.t')?.inserted).toBe(2);
    expectBalance(counters);
  });

  test("a second table that catches up does not take the first one's skipped row again", () => {
    const items = [selected([inserts(route, ...Array.from({ length: 10 }, (_, i) => [i, 1]))])];
    counters.read(items);
    counters.committed(items, POSITION, parked);
    counters.caughtUp(caughtUpWith([inserts(route, [1, 1])]), 1, 0);
    counters.caughtUp(caughtUpWith([inserts(route, [2, 1], [3, 1])]), 0, 0);
    expect(counters).toMatchObject({ rowsParked: 6, rowsApplied: 3, rowsSkipped: 1 });
    expectBalance(counters);
  });

  test('rows parked before the process started count as read when they catch up', () => {
    counters.caughtUp(caughtUpWith([inserts(route, [1, 1], [2, 1])]), 1, 0);
    expect(counters).toMatchObject({ rowsRead: 3, rowsApplied: 2, rowsSkipped: 1, rowsParked: 0 });
    expectBalance(counters);
  });

  test('rows an interrupted catch-up had applied before are counted when the table is through', () => {
    const items = [selected([inserts(route, [1, 1], [2, 1], [3, 1])])];
    counters.read(items);
    counters.committed(items, POSITION, parked);
    counters.caughtUp(caughtUpWith([inserts(route, [3, 1])]), 0, 2);
    expect(counters).toMatchObject({ rowsParked: 0, rowsApplied: 3 });
    expectBalance(counters);
  });

  test('what was read and not committed when an attempt ended is read again', () => {
    const items = [selected([inserts(route, [1, 1])]), selected([inserts(route, [2, 1])], { filteredRows: 2 })];
    counters.read(items);
    counters.committed(items.slice(0, 1), POSITION, applied);
    counters.startAgain();
    expectBalance(counters);
    counters.read(items.slice(1));
    counters.committed(items.slice(1), POSITION, applied);
    expectBalance(counters);
    expect(counters.transactionsRead).toBe(2);
  });
});

test('the lag is that of the newest heartbeat applied, never below zero', () => {
  counters.committed([{ ...selected([]), beatSentAtMs: 9500 }], POSITION, applied);
  expect(counters).toMatchObject({ beatLagMs: 500, beatAppliedSentAtMs: 9500 });
  counters.committed([{ ...selected([]), beatSentAtMs: 11_000 }], POSITION, applied);
  expect(counters.beatLagMs).toBe(0);
});
