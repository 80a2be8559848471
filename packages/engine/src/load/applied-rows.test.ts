import type { Row, RowsChange } from '@otter/core';
import { describe, expect, test } from 'vitest';
import { column, deletes, inserts, key, routeOf, text, transaction, updates } from '../testing/tables.fixture.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import { AppliedRows, type AppliedRow, type WrittenRows } from './applied-rows.ts';
import { BatchPlan } from './batch-plan.ts';

const COLUMNS = [column('id', { nullable: false }), column('a'), text('v')];
const tableOf = (): RoutedTable => routeOf({ target: { columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id')] } });

class Scene {
  nowMs = 1000;
  readonly route = tableOf();
  readonly rows: AppliedRows;

  constructor(bytesMax = 1e6) {
    this.rows = new AppliedRows({ bytesMax, now: () => this.nowMs });
  }

  written(...changes: RowsChange[]): WrittenRows {
    const written = this.rows.open();
    written.add(BatchPlan.of([transaction(changes)], () => this.route));
    return written;
  }

  commit(...changes: RowsChange[]): void {
    const written = this.written(...changes);
    written.announce();
    written.confirm();
    written.close();
  }

  oldest(ageMs: number): AppliedRow {
    const [row] = this.rows.due(ageMs, 1);
    if (!row) throw new Error('no row is due');
    return row;
  }

  due(ageMs = 0, max = 100): [Row, boolean][] {
    return this.rows.due(ageMs, max).map(({ row, isGone }) => [row, isGone]);
  }
}

describe('what is to be read back', () => {
  test('is the last image of each row, and that a row is gone', () => {
    const scene = new Scene();
    scene.commit(inserts(scene.route, [1, 1, 'x'], [2, 1, 'x'], [3, 1, 'x']));
    scene.commit(updates(scene.route, [[1, 1, 'x'], [1, 2, 'y']]), deletes(scene.route, [2, 1, 'x'])); // prettier-ignore
    expect(scene.due()).toEqual([
      [[1, 2, 'y'], false],
      [[2, 1, 'x'], true],
      [[3, 1, 'x'], false],
    ]);
    expect(scene.rows.size).toBe(3);
  });

  test('a row whose key changed is gone under the old one', () => {
    const scene = new Scene();
    scene.commit(updates(scene.route, [[1, 1, 'x'], [4, 1, 'x']])); // prettier-ignore
    expect(scene.due()).toEqual([
      [[1, 1, 'x'], true],
      [[4, 1, 'x'], false],
    ]);
  });

  test('is not known while a commit is under way, neither as before nor as after', () => {
    const scene = new Scene();
    scene.commit(inserts(scene.route, [1, 1, 'x']));
    const before = scene.oldest(0);
    const written = scene.written(updates(scene.route, [[1, 1, 'x'], [1, 2, 'x']])); // prettier-ignore
    expect(scene.rows.isLast(before)).toBe(true);
    written.announce();
    expect(scene.rows.isLast(before)).toBe(false);
    expect(scene.due()).toEqual([]);
    written.confirm();
    expect(scene.due()).toEqual([[[1, 2, 'x'], false]]);
  });

  test('of a commit that failed, nothing is known any more', () => {
    const scene = new Scene();
    scene.commit(inserts(scene.route, [1, 1, 'x'], [2, 1, 'x']));
    const written = scene.written(updates(scene.route, [[1, 1, 'x'], [1, 2, 'x']])); // prettier-ignore
    written.announce();
    written.close();
    expect(scene.due()).toEqual([[[2, 1, 'x'], false]]);
  });

  test('a row that changes all the time is due no later for that, and the others have their turn', () => {
    const scene = new Scene();
    scene.commit(inserts(scene.route, [1, 0, 'x'], [2, 0, 'x']));
    scene.nowMs += 400;
    scene.commit(updates(scene.route, [[1, 0, 'x'], [1, 1, 'x']])); // prettier-ignore
    const hot = scene.oldest(300);
    expect(hot.row).toEqual([1, 1, 'x']);
    scene.commit(updates(scene.route, [[1, 1, 'x'], [1, 2, 'x']])); // prettier-ignore
    scene.rows.postpone(hot);
    expect(scene.due(300)).toEqual([[[2, 0, 'x'], false]]);
  });

  test('is bounded: what has no room is counted, a row that is known is replaced all the same', () => {
    const scene = new Scene(2000);
    const rows = Array.from({ length: 50 }, (_, i): Row => [i, 0, 'x']);
    scene.commit(inserts(scene.route, ...rows));
    const kept = scene.rows.size;
    expect(kept).toBeGreaterThan(3);
    expect(kept + scene.rows.leftOut).toBe(50);
    scene.commit(updates(scene.route, [[0, 0, 'x'], [0, 1, 'x'.repeat(500)]])); // prettier-ignore
    expect(scene.due()[0]).toEqual([[0, 1, 'x'.repeat(500)], false]);
    for (const row of scene.rows.due(0, 100)) scene.rows.settle(row);
    expect(scene.rows.size).toBe(0);
    scene.rows.leftOut = 0;
    scene.commit(inserts(scene.route, ...rows));
    expect(scene.rows.size).toBe(kept);
  });

  test('a table that was compiled anew begins anew', () => {
    const scene = new Scene();
    scene.commit(inserts(scene.route, [1, 1, 'x']));
    const again = tableOf();
    const written = scene.rows.open();
    written.add(BatchPlan.of([transaction([inserts(again, [2, 1, 'x'])])], () => again));
    written.announce();
    written.confirm();
    expect(scene.due()).toEqual([[[2, 1, 'x'], false]]);
    expect(scene.rows.leftOut).toBe(1);
  });
});
