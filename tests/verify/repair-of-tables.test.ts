// Goal: a repair writes what a stream would have written: renamed tables and columns, columns that do not travel, computed
// ones, server-set times; and what it cannot write it names and leaves alone, without a harm to the rows beside it.
// Method: one small table for each case on two servers, differences planted, repaired, compared column by column, undone.
import { parseTablePattern } from '@otter/core';
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repairTables, undoRepair } from '../support/repair-run.ts';

describe.each([
  ['mariadb-10.11', 'mariadb-10.11'],
  ['mysql-9.7', 'mysql-9.7'],
  ['mysql-5.6', 'mariadb-10.11'],
] as [ServerKind, ServerKind][])('%s → %s', (sourceKind, targetKind) => {
  let source: RunningServer;
  let target: RunningServer;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind: sourceKind }), startServer({ kind: targetKind })]);
    await both('CREATE DATABASE d CHARACTER SET utf8mb4');
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  async function both(sql: string): Promise<void> {
    await Promise.all([source.query(sql), target.query(sql)]);
  }

  it('renamed table and columns, one that does not travel, one the target has alone', async () => {
    await source.query(
      "CREATE TABLE d.item (id INT PRIMARY KEY, title VARCHAR(20), secret VARCHAR(20)); INSERT INTO d.item VALUES (1,'one','s'),(2,'two','s'),(3,'three','s')",
    );
    await target.query(
      "CREATE TABLE d.goods (nr INT PRIMARY KEY, name VARCHAR(20), secret VARCHAR(20) DEFAULT 'none', own INT DEFAULT 7); INSERT INTO d.goods VALUES (1,'one','mine',8),(2,'zwei','mine',9),(9,'nine','mine',10)",
    );
    const before = await target.query('SELECT * FROM d.goods ORDER BY nr');
    const tables = parseTablePattern('d.item');
    const run = await repairTables(source, target, 'd.item', {
      mappings: [{ source: tables, target: parseTablePattern('d.goods') }],
      columns: [{ tables, exclude: ['secret'], rename: { id: 'nr', title: 'name' } }],
    });
    expect(run).toMatchObject({ inserted: 1, updated: 1, deleted: 1, kept: 0, repaired: ['d.item'] });
    expect(await target.query('SELECT * FROM d.goods ORDER BY nr')).toEqual([
      { nr: 1, name: 'one', secret: 'mine', own: 8 },
      { nr: 2, name: 'two', secret: 'mine', own: 9 },
      { nr: 3, name: 'three', secret: 'none', own: 7 },
    ]);
    expect(await undoRepair(target, run.id)).toMatchObject({ undone: 3, kept: [] });
    expect(await target.query('SELECT * FROM d.goods ORDER BY nr')).toEqual(before);
  });

  it('times the server sets, generated numbers, zero as a number', async () => {
    const time = (column: string): string =>
      `${column} TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP`;
    await source.query(
      `CREATE TABLE d.timed (id INT AUTO_INCREMENT PRIMARY KEY, v INT, ${time('changed')}); SET sql_mode='NO_AUTO_VALUE_ON_ZERO'; INSERT INTO d.timed VALUES (0,1,'2020-01-01'),(1,1,'2020-01-01'),(2,2,'2020-01-02')`,
    );
    await target.query(
      `CREATE TABLE d.timed (id INT AUTO_INCREMENT PRIMARY KEY, v INT, ${time('changed')}, ${time('own')}); INSERT INTO d.timed VALUES (1,9,'2020-01-01','2010-01-01'),(2,2,'2020-01-03','2010-01-01')`,
    );
    const all = (server: RunningServer): Promise<Record<string, unknown>[]> =>
      server.query('SELECT id, v, changed FROM d.timed ORDER BY id');
    const before = await target.query('SELECT * FROM d.timed ORDER BY id');
    const run = await repairTables(source, target, 'd.timed');
    expect(run).toMatchObject({ inserted: 1, updated: 2, kept: 0, repaired: ['d.timed'] });
    expect(await all(target)).toEqual(await all(source));
    expect(await target.query("SELECT id FROM d.timed WHERE id>0 AND own<>'2010-01-01'")).toEqual([]);
    await undoRepair(target, run.id);
    expect(await target.query('SELECT * FROM d.timed ORDER BY id')).toEqual(before);
  });

  it('what the target would not keep is named and left, and the rows beside it are repaired', async () => {
    await both('CREATE TABLE d.odd (id INT PRIMARY KEY, v VARCHAR(20), u INT, UNIQUE KEY u (u)) ENGINE=InnoDB');
    await source.query("INSERT INTO d.odd VALUES (1,'a',1),(2,'b',2),(3,'c',3),(4,'d',4)");
    await target.query("INSERT INTO d.odd VALUES (1,'x',1),(2,'b',3),(3,'c',2),(4,'y',4)");
    await target.query(
      "CREATE TRIGGER d.odd BEFORE UPDATE ON d.odd FOR EACH ROW SET NEW.v=IF(NEW.id=4,CONCAT(NEW.v,'!'),NEW.v)",
    );
    const run = await repairTables(source, target, 'd.odd');
    expect(run.plans[0]?.triggers).toEqual(['odd']);
    expect(run).toMatchObject({ updated: 1, kept: 3, repaired: [] });
    expect(Object.fromEntries(run.left.map(({ report, code }) => [report.key['id'], code]))).toEqual({
      ...{ '2': 'ROW_EXISTS', '3': 'ROW_EXISTS', '4': 'ROW_REFUSED' },
    });
    expect(await target.query('SELECT id, v, u FROM d.odd ORDER BY id')).toEqual([
      { id: 1, v: 'a', u: 1 },
      { id: 2, v: 'b', u: 3 },
      { id: 3, v: 'c', u: 2 },
      { id: 4, v: 'y', u: 4 },
    ]);
  });

  it('foreign keys neither stop a repair nor cascade', async () => {
    await both(
      'CREATE TABLE d.parent (id INT PRIMARY KEY) ENGINE=InnoDB; CREATE TABLE d.child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES d.parent (id) ON DELETE CASCADE) ENGINE=InnoDB',
    );
    await source.query('INSERT INTO d.parent VALUES (1); INSERT INTO d.child VALUES (1,1)');
    await target.query('INSERT INTO d.parent VALUES (2); INSERT INTO d.child VALUES (2,2)');
    const run = await repairTables(source, target, 'd.child,d.parent');
    expect(run).toMatchObject({ inserted: 2, deleted: 2, kept: 0 });
    expect(await target.query('SELECT id, p FROM d.child')).toEqual([{ id: 1, p: 1 }]);
    expect(await undoRepair(target, run.id)).toMatchObject({ undone: 4, kept: [] });
    expect(await target.query('SELECT id, p FROM d.child')).toEqual([{ id: 2, p: 2 }]);
    expect(await target.query('SELECT id FROM d.parent')).toEqual([{ id: 2 }]);
  });

  it('columns the target computes are left to it', async () => {
    if (sourceKind === 'mysql-5.6') return;
    await source.query('CREATE TABLE d.computed (id INT PRIMARY KEY, n INT, twice INT AS (n*2) STORED) ENGINE=InnoDB');
    await target.query('CREATE TABLE d.computed (id INT PRIMARY KEY, n INT, twice INT AS (n*3) STORED) ENGINE=InnoDB');
    await source.query('INSERT INTO d.computed (id,n) VALUES (1,1),(2,0)');
    await target.query('INSERT INTO d.computed (id,n) VALUES (1,1),(2,5)');
    const run = await repairTables(source, target, 'd.computed');
    expect(run).toMatchObject({ updated: 1, kept: 1 });
    expect(run.left).toMatchObject([{ report: { key: { id: '1' } }, code: 'REPAIR_REFUSED' }]);
    expect(await target.query('SELECT n, twice FROM d.computed ORDER BY id')).toEqual([
      { n: 1, twice: 3 },
      { n: 0, twice: 0 },
    ]);
  });

  it('an account that may only read the source is enough without a pipeline', async () => {
    await both('CREATE TABLE d.locked (id INT PRIMARY KEY, v INT) ENGINE=InnoDB');
    await source.query(
      "INSERT INTO d.locked VALUES (1,1); CREATE USER 'reader'@'%' IDENTIFIED BY 'Pa55-word'; GRANT SELECT ON d.* TO 'reader'@'%'",
    );
    const reader = { ...source.address, user: 'reader', password: 'Pa55-word' };
    const run = await repairTables(source, target, 'd.locked', { source: reader });
    expect(run).toMatchObject({ inserted: 1, repaired: ['d.locked'] });
  });
});
