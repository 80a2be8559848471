// Goal: verify finds exactly what differs, for every kind of value and between families.
// Method: equal tables on two servers, one change each on the target alone, the report compared with what was planted.
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillPlanted, PLANTED, plant } from '../support/planted-table.ts';
import { verifyTables } from '../support/verify-run.ts';

describe.each([
  ['mariadb-10.11', 'mariadb-10.11'],
  ['mysql-9.7', 'mysql-9.7'],
  ['mysql-9.7', 'mariadb-10.11'],
  ['mariadb-10.11', 'mysql-9.7'],
] as [ServerKind, ServerKind][])('verify %s → %s', (sourceKind, targetKind) => {
  let source: RunningServer;
  let target: RunningServer;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind: sourceKind }), startServer({ kind: targetKind })]);
    await both('CREATE DATABASE d CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci');
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  async function both(sql: string): Promise<void> {
    await Promise.all([source.query(sql), target.query(sql)]);
  }

  // MariaDB reads -0 as 0 from every column: where it takes part there is no difference to find.
  const keepsZeroSign = sourceKind.startsWith('mysql') && targetKind.startsWith('mysql');
  const planted = PLANTED.filter(([name]) => keepsZeroSign || name !== '-0 for 0');

  it('finds every planted difference, and nothing else', async () => {
    await Promise.all([fillPlanted(source, 'd.planted'), fillPlanted(target, 'd.planted')]);
    expect(await verifyTables(source, target, 'd.planted')).toMatchObject({
      tables: [{ verdict: 'equal', rows: 5000, complete: true }],
      found: [],
    });
    await plant(target, 'd.planted', planted);
    await target.query('DELETE FROM d.planted WHERE id IN (1, 2500); ');
    await source.query('DELETE FROM d.planted WHERE id IN (5000, 3)');
    const { found, tables } = await verifyTables(source, target, 'd.planted');
    expect(tables).toMatchObject([{ verdict: 'differs', missing: 2, extra: 2, differing: planted.length }]);
    const byId = new Map(found.map((report) => [Number(report.key['id']), report]));
    expect(byId.get(1)?.kind).toBe('missing');
    expect(byId.get(2500)?.kind).toBe('missing');
    expect(byId.get(3)?.kind).toBe('extra');
    expect(byId.get(5000)?.kind).toBe('extra');
    const columns = planted.map((_, i) => byId.get((i + 1) * 100)?.columns[0]?.name);
    expect(columns).toEqual(planted.map(([, , column]) => column));
    expect(byId.get(200)?.columns).toEqual([{ name: 'name', source: 'name', target: 'name ' }]);
    if (keepsZeroSign) expect(byId.get(1900)?.columns).toEqual([{ name: 'd', source: '0', target: '-0' }]);
    expect(byId.get(600)?.columns).toEqual([{ name: 'name', source: null, target: '' }]);
    const hidden = await verifyTables(source, target, 'd.planted', { hideValues: true });
    expect(hidden.found.every((report) => report.columns.every((column) => !('source' in column)))).toBe(true);
  });
});
