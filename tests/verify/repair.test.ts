// Goal: a repair makes every kind of difference go away to the last bit, and an undo brings back exactly what was there.
// Method: differences planted on two servers, repaired, compared with the source by HEX; then undone and compared with a
// picture taken before. Rows changed since the repair are left alone by the undo.
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exactRows, fillPlanted, plant, PLANTED } from '../support/planted-table.ts';
import { repairTables, undoRepair } from '../support/repair-run.ts';
import { verifyTables } from '../support/verify-run.ts';

describe.each([
  ['mariadb-10.11', 'mariadb-10.11'],
  ['mysql-9.7', 'mysql-9.7'],
  ['mysql-9.7', 'mariadb-10.11'],
  ['mariadb-10.11', 'mysql-9.7'],
] as [ServerKind, ServerKind][])('repair %s → %s', (sourceKind, targetKind) => {
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

  const keepsZeroSign = sourceKind.startsWith('mysql') && targetKind.startsWith('mysql');
  const planted = PLANTED.filter(([name]) => keepsZeroSign || name !== '-0 for 0');

  it('every planted difference goes, and comes back', async () => {
    await Promise.all([fillPlanted(source, 'd.planted'), fillPlanted(target, 'd.planted')]);
    await plant(target, 'd.planted', planted);
    await target.query('DELETE FROM d.planted WHERE id IN (1, 2500)');
    await source.query('DELETE FROM d.planted WHERE id IN (5000, 3)');
    const before = await exactRows(target, 'd.planted');
    const declined = await repairTables(source, target, 'd.planted', { confirm: false });
    expect(declined).toMatchObject({ end: 'declined', inserted: 0, updated: 0, deleted: 0 });
    expect(await exactRows(target, 'd.planted')).toEqual(before);

    const run = await repairTables(source, target, 'd.planted');
    expect(run.plans).toMatchObject([{ table: 'd.planted', inserts: 2, updates: planted.length, deletes: 2 }]);
    expect(run.left).toEqual([]);
    expect(run).toMatchObject({ end: 'done', inserted: 2, updated: planted.length, deleted: 2, kept: 0, equal: 0 });
    expect(run.repaired).toEqual(['d.planted']);
    const after = await exactRows(source, 'd.planted');
    expect(after).toHaveLength(4998);
    expect(await exactRows(target, 'd.planted')).toEqual(after);

    expect(await undoRepair(target, run.id)).toEqual({ undone: planted.length + 4, kept: [], stopped: false });
    expect(await exactRows(target, 'd.planted')).toEqual(before);
    // A second one finds nothing left to do.
    expect(await undoRepair(target, run.id)).toEqual({ undone: 0, kept: [], stopped: false });
    expect(await exactRows(target, 'd.planted')).toEqual(before);
  });

  it('rows changed since the repair stay as they are', async () => {
    await both('CREATE TABLE d.since (id INT PRIMARY KEY, v VARCHAR(20)) ENGINE=InnoDB');
    await source.query("INSERT INTO d.since VALUES (1,'a'),(2,'b'),(3,'c'),(4,'d')");
    await target.query("INSERT INTO d.since VALUES (1,'x'),(2,'y'),(5,'e'),(6,'f')");
    const run = await repairTables(source, target, 'd.since');
    expect(run).toMatchObject({ inserted: 2, updated: 2, deleted: 2, repaired: ['d.since'] });
    await target.query(
      "UPDATE d.since SET v='new' WHERE id IN (1,3); DELETE FROM d.since WHERE id=4; INSERT INTO d.since VALUES (6,'new')",
    );
    const undone = await undoRepair(target, run.id);
    expect(undone.undone).toBe(2);
    expect(Object.fromEntries(undone.kept.map(({ key, code }) => [key['id'], code]))).toEqual(
      Object.fromEntries(['1', '3', '4', '6'].map((id) => [id, 'REPAIR_REFUSED'])),
    );
    expect(await target.query('SELECT id, v FROM d.since ORDER BY id')).toEqual([
      { id: 1, v: 'new' },
      { id: 2, v: 'y' },
      { id: 3, v: 'new' },
      { id: 5, v: 'e' },
      { id: 6, v: 'new' },
    ]);
  });

  it('JSON', async () => {
    // MariaDB's JSON is a text; into a JSON column of MySQL it can be compared, not written.
    const isText = (kind: ServerKind): boolean => kind.startsWith('mariadb');
    const json = (kind: ServerKind): string => (isText(kind) ? 'LONGTEXT' : 'JSON');
    await source.query(`CREATE TABLE d.doc (id INT PRIMARY KEY, j ${json(sourceKind)}) ENGINE=InnoDB`);
    await target.query(`CREATE TABLE d.doc (id INT PRIMARY KEY, j ${json(targetKind)}) ENGINE=InnoDB`);
    await source.query(`INSERT INTO d.doc VALUES (1,'{"a": 1, "b": [1.5, "x"]}'),(2,'{"c": null}'),(3,NULL)`);
    await target.query(`INSERT INTO d.doc VALUES (1,'{"a": 1, "b": [1.50, "y"]}'),(2,NULL),(3,'"text"')`);
    const before = await target.query('SELECT id, CAST(j AS CHAR) j FROM d.doc ORDER BY id');
    const run = await repairTables(source, target, 'd.doc');
    if (isText(sourceKind) && !isText(targetKind)) {
      expect(run).toMatchObject({ updated: 0, repaired: [], plans: [{ refused: { code: 'SCHEMA_MISMATCH' } }] });
      return;
    }
    expect(run).toMatchObject({ updated: 3, kept: 0, repaired: ['d.doc'] });
    expect((await verifyTables(source, target, 'd.doc')).tables).toMatchObject([{ verdict: 'equal' }]);
    expect((await undoRepair(target, run.id)).undone).toBe(3);
    expect(await target.query('SELECT id, CAST(j AS CHAR) j FROM d.doc ORDER BY id')).toEqual(before);
  });
});
