/**
 * Goal: what a person decides about changes of definition happens, and what cannot be done stops the tables it is about,
 * no other, with a code, and goes on after repair.
 *
 * Method: each case runs a pipeline with a policy or a mapping, changes definitions on the source, and looks at the
 * target's definitions, the parked tables and, after the repair, at equality.
 */
import { parseTablePattern } from '@otter/core';
import { parseDdlPolicy } from '@otter/engine';
import { assertTablesEqual, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import type { TestPipelineOptions } from '../support/pipeline-options.ts';
import { syncUntilCaughtUp } from '../support/sync-process.ts';

let source: RunningServer;
let target: RunningServer;
let pipeline: LivePipeline | null = null;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

beforeEach(async () => {
  for (const server of [source, target]) {
    await server.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS far; DROP DATABASE IF EXISTS retl');
    await server.query('CREATE DATABASE shop; CREATE DATABASE far');
    for (const table of ['a', 'b'])
      await server.query(`CREATE TABLE shop.${table} (id INT PRIMARY KEY, v VARCHAR(20)) DEFAULT CHARSET=utf8mb4`);
  }
});

afterEach(async () => {
  await pipeline?.stop().catch(() => undefined);
  pipeline = null;
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

async function start(more: Partial<TestPipelineOptions> = {}): Promise<LivePipeline> {
  pipeline = new LivePipeline({
    ...{ source: source.address, target: target.address, tables: 'shop.*', start: { at: 'now' } },
    ddl: parseDdlPolicy('apply'),
    ...more,
  });
  await pipeline.until('the pipeline to run', (status) => status.state === 'running');
  return pipeline;
}

async function columns(server: RunningServer, schema: string, table: string): Promise<string> {
  const rows = await server.query(
    `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='${schema}' AND TABLE_NAME='${table}' ORDER BY ORDINAL_POSITION`,
  );
  return rows.map((row) => String(row['name'])).join(',');
}

async function assertEqual(...tables: string[]): Promise<void> {
  const pairs = tables.map((table) => ({ schema: 'shop', table }));
  await assertTablesEqual({ source: source.address, target: target.address, tables: pairs });
}

test('names of the target, and columns that are renamed or left out', async () => {
  await target.query('DROP TABLE shop.a; CREATE TABLE far.z (id INT PRIMARY KEY, w VARCHAR(20))');
  const running = await start({
    mappings: [{ source: parseTablePattern('shop.a'), target: parseTablePattern('far.z') }],
    columns: [{ tables: parseTablePattern('shop.a'), exclude: ['secret'], rename: { v: 'w' } }],
  });
  await source.query('ALTER TABLE shop.a ADD COLUMN secret INT, ADD COLUMN n INT AFTER v, ADD INDEX (v)');
  await source.query("INSERT INTO shop.a VALUES (1,'one',10,100)");
  await source.query('ALTER TABLE shop.a MODIFY v VARCHAR(90) NOT NULL');
  await source.query("INSERT INTO shop.a VALUES (2,REPEAT('x',80),20,200)");
  await running.caughtUp(source);
  expect(running.status.parked).toEqual([]);
  expect(await columns(target, 'far', 'z')).toBe('id,w,n');
  expect(await target.query('SELECT id,LENGTH(w) AS l,n FROM far.z ORDER BY id')).toEqual([
    { id: 1, l: 3, n: 10 },
    { id: 2, l: 80, n: 20 },
  ]);
});

test('ignored: the target keeps its definition, rows that fit go on', async () => {
  const running = await start({ ddl: parseDdlPolicy('ignore') });
  await source.query('ALTER TABLE shop.a ADD INDEX (v); DROP TABLE shop.b; CREATE TABLE shop.c (id INT PRIMARY KEY)');
  await source.query("INSERT INTO shop.a VALUES (1,'one')");
  await running.caughtUp(source);
  expect(running.status.parked).toEqual([]);
  await assertEqual('a');
  expect(await columns(target, 'shop', 'b')).toBe('id,v');
  expect(await columns(target, 'shop', 'c')).toBe('');
});

test('DROP TABLE stops its table by default, and skipped it leaves the target as it is', async () => {
  const running = await start({ ddl: parseDdlPolicy('drop=stop') });
  await source.query("INSERT INTO shop.a VALUES (1,'one'); DROP TABLE shop.a; INSERT INTO shop.b VALUES (1,'b')");
  const record = await running.parked('shop.a', 'DDL_SEEN');
  expect(record.statement).toContain('DROP TABLE');
  await running.caughtUp(source);
  await assertEqual('b');
  expect(await target.query('SELECT id FROM shop.a')).toEqual([{ id: 1 }]);
  await running.control((control) => control.skip(running.name, record.id, 'kept'));
  await running.until('the table to be back', (status) => status.parked.length === 0);
  expect(await target.query('SELECT id FROM shop.a')).toEqual([{ id: 1 }]);
});

test('DROP DATABASE, when applied, drops the mapped tables and nothing else', async () => {
  const running = await start({ tables: 'shop.a,shop.b' });
  await source.query("INSERT INTO shop.a VALUES (1,'one'); INSERT INTO shop.b VALUES (1,'one')");
  await target.query('CREATE TABLE shop.own (id INT)');
  await source.query('DROP DATABASE shop');
  await running.caughtUp(source);
  expect(await target.query('SHOW TABLES IN shop')).toEqual([{ Tables_in_shop: 'own' }]);
});

test('a column that the target got first, and a table, and an index that is gone already', async () => {
  const running = await start();
  await target.query('ALTER TABLE shop.a ADD COLUMN n INT, ADD INDEX i (v); CREATE TABLE shop.c (id INT PRIMARY KEY)');
  await source.query("INSERT INTO shop.a VALUES (1,'before')");
  await source.query('ALTER TABLE shop.a ADD COLUMN n INT; CREATE INDEX i ON shop.a (v)');
  await source.query("INSERT INTO shop.a VALUES (2,'after',2)");
  await target.query('DROP INDEX i ON shop.a');
  await source.query('DROP INDEX i ON shop.a; CREATE TABLE shop.c (id INT PRIMARY KEY); INSERT INTO shop.c VALUES (1)');
  await running.caughtUp(source);
  expect(running.status.parked).toEqual([]);
  await assertEqual('a', 'c');
});

test('DDL_FAILED: refused by the target, the others flow; repaired, it is tried again', async () => {
  const running = await start();
  await source.query("INSERT INTO shop.a VALUES (1,'one'),(2,'two')");
  await running.caughtUp(source);
  await target.query("UPDATE shop.a SET v='one' WHERE id=2");
  await source.query('ALTER TABLE shop.a ADD UNIQUE KEY u (v), ADD COLUMN n INT DEFAULT 5');
  await source.query("INSERT INTO shop.a VALUES (3,'three',3); INSERT INTO shop.b VALUES (1,'b')");
  const record = await running.parked('shop.a', 'DDL_FAILED');
  expect(record.message).toContain('1062');
  await running.caughtUp(source);
  await assertEqual('b');
  await target.query("UPDATE shop.a SET v='two' WHERE id=2");
  await running.control((control) => control.retry(running.name, record.id));
  await running.until('the table to be back', (status) => status.parked.length === 0);
  await running.caughtUp(source);
  await assertEqual('a', 'b');
});

test('DDL_FAILED: replaced by hand and skipped', async () => {
  const running = await start();
  await source.query("INSERT INTO shop.a VALUES (1,'one'),(2,'two')");
  await running.caughtUp(source);
  await target.query("UPDATE shop.a SET v='one' WHERE id=2");
  await source.query('ALTER TABLE shop.a ADD UNIQUE KEY u (v), ADD COLUMN n INT DEFAULT 5');
  await source.query("UPDATE shop.a SET n=n+id; INSERT INTO shop.a VALUES (3,'three',3)");
  const record = await running.parked('shop.a', 'DDL_FAILED');
  await target.query("UPDATE shop.a SET v='two' WHERE id=2; ALTER TABLE shop.a ADD COLUMN n INT DEFAULT 5");
  await running.control((control) => control.skip(running.name, record.id, 'without the key'));
  await running.until('the table to be back', (status) => status.parked.length === 0);
  await running.caughtUp(source);
  await assertEqual('a');
});

test('changes of a parked table wait with its rows', async () => {
  const running = await start();
  await source.query("INSERT INTO shop.a VALUES (1,'one')");
  await running.caughtUp(source);
  await target.query('DELETE FROM shop.a');
  await source.query("UPDATE shop.a SET v='two'");
  const record = await running.parked('shop.a', 'ROW_MISSING');
  await source.query("ALTER TABLE shop.a ADD COLUMN n INT; UPDATE shop.a SET n=1; INSERT INTO shop.b VALUES (1,'b')");
  await running.caughtUp(source);
  expect(await columns(target, 'shop', 'a')).toBe('id,v');
  await target.query("INSERT INTO shop.a VALUES (1,'one')");
  await running.control((control) => control.retry(running.name, record.id));
  await running.until('the table to be back', (status) => status.parked.length === 0);
  await source.query('UPDATE shop.a SET n=2');
  await running.caughtUp(source);
  await assertEqual('a', 'b');
});

test('several sources into one table: nobody can say whose definition holds', async () => {
  await target.query('CREATE TABLE far.z (id INT PRIMARY KEY, v VARCHAR(20))');
  const running = await start({
    mappings: [{ source: parseTablePattern('shop.[ab]'), target: parseTablePattern('far.z') }],
  });
  await source.query('ALTER TABLE shop.a ADD COLUMN n INT');
  const record = await running.parked('shop.a', 'DDL_SEEN');
  expect(record.message).toContain('several source tables');
  await source.query("INSERT INTO shop.b VALUES (2,'b')");
  await running.caughtUp(source);
  expect(await target.query('SELECT id FROM far.z')).toEqual([{ id: 2 }]);
});

test('a rename in or out of the mapped tables stops them', async () => {
  const running = await start({ tables: 'shop.a,shop.b' });
  await source.query("INSERT INTO shop.b VALUES (1,'b')");
  await source.query('CREATE TABLE shop._a_gho LIKE shop.a; RENAME TABLE shop.a TO shop._a_del, shop._a_gho TO shop.a');
  const record = await running.parked('shop.a', 'DDL_SEEN');
  expect(record.message).toContain('gh-ost');
  await running.caughtUp(source);
  await assertEqual('b');
});

test('a unique key over a long column, for which MariaDB logs a column nobody has', async () => {
  const running = await start();
  await source.query("INSERT INTO shop.a VALUES (1,'one'); ALTER TABLE shop.a MODIFY v TEXT, ADD UNIQUE KEY u (v)");
  await source.query(
    "INSERT INTO shop.a VALUES (2,'two'); UPDATE shop.a SET v=CONCAT(v,'!'); DELETE FROM shop.a WHERE id=1",
  );
  await running.caughtUp(source);
  expect(running.status.parked).toEqual([]);
  await assertEqual('a');
});

test('ALTER in two phases (MariaDB) is made once, when it is committed', async () => {
  const phased = await startServer({ options: { 'binlog-alter-two-phase': 'ON' } });
  try {
    await phased.query('CREATE DATABASE shop; CREATE TABLE shop.a (id INT PRIMARY KEY, v VARCHAR(20))');
    const running = await start({ source: phased.address });
    await phased.query("ALTER TABLE shop.a ADD COLUMN n INT, ADD COLUMN m INT; INSERT INTO shop.a VALUES (1,'a',2,3)");
    await running.caughtUp(phased);
    expect(running.status.parked).toEqual([]);
    expect(await target.query('SELECT * FROM shop.a')).toEqual([{ id: 1, v: 'a', n: 2, m: 3 }]);
  } finally {
    await pipeline?.stop();
    await phased.stop();
  }
});

test.each([
  ['ddl.intended', 'RENAME TABLE shop.a TO shop.s, shop.b TO shop.a, shop.s TO shop.b'],
  ['ddl.executed', 'RENAME TABLE shop.a TO shop.s, shop.b TO shop.a, shop.s TO shop.b'],
])('killed at %s, a swap of equal tables is made once', async (failpoint, sql) => {
  const sync = {
    ...{
      source: source.address,
      target: target.address,
      tables: 'shop.*',
      name: 'swap',
      start: { at: 'now' as const },
    },
    ddl: parseDdlPolicy('apply'),
  };
  await syncUntilCaughtUp(sync);
  await source.query("INSERT INTO shop.a VALUES (1,'a'); INSERT INTO shop.b VALUES (2,'b')");
  await source.query(sql);
  expect((await syncUntilCaughtUp({ ...sync, failpoint })).signal).toBe('SIGKILL');
  await syncUntilCaughtUp(sync);
  expect(await target.query('SELECT id FROM shop.a')).toEqual([{ id: 2 }]);
  await assertEqual('a', 'b');
});

test('killed at an EXCHANGE PARTITION, which leaves no trace: DDL_UNCERTAIN, and a person decides', async () => {
  const parts = 'PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (100), PARTITION p1 VALUES LESS THAN MAXVALUE)';
  for (const server of [source, target]) await server.query(`ALTER TABLE shop.a ${parts}`);
  const sync = {
    ...{
      source: source.address,
      target: target.address,
      tables: 'shop.*',
      name: 'swap',
      start: { at: 'now' as const },
    },
    ddl: parseDdlPolicy('apply'),
  };
  await syncUntilCaughtUp(sync);
  await source.query("INSERT INTO shop.a VALUES (1,'a'); INSERT INTO shop.b VALUES (2,'b')");
  await source.query('ALTER TABLE shop.a EXCHANGE PARTITION p0 WITH TABLE shop.b');
  expect((await syncUntilCaughtUp({ ...sync, failpoint: 'ddl.executed' })).signal).toBe('SIGKILL');
  const running = await start({ name: 'swap' });
  const records = [await running.parked('shop.a', 'DDL_UNCERTAIN'), await running.parked('shop.b', 'DDL_UNCERTAIN')];
  for (const { id } of records) await running.control((control) => control.skip('swap', id, 'it was run'));
  await running.until('the tables to be back', (status) => status.parked.length === 0);
  await source.query("INSERT INTO shop.b VALUES (3,'c')");
  await running.caughtUp(source);
  await assertEqual('a', 'b');
});
