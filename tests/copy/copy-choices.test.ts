/**
 * Goal: what is copied, and when it is not, is what the options say; nothing on a target is overwritten silently; a
 * table that stops in the middle of its copy is copied anew (issue 3, Copy).
 *
 * Method: one small scenario each, on the same two servers.
 */
import { parseTablePatterns, type TablePattern } from '@otter/core';
import { assertTablesEqual, startFaultProxy, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import type { TestPipelineOptions } from '../support/pipeline-options.ts';
import { freshName, runUntilCaughtUp, type PipelineRunOptions } from '../support/pipeline-run.ts';

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

const ROWS = 5000;

beforeEach(async () => {
  for (const server of [source, target]) {
    await server.query(
      `DROP DATABASE IF EXISTS shop; CREATE DATABASE shop; USE shop;
       CREATE TABLE a (id INT PRIMARY KEY, n INT NOT NULL, name VARCHAR(40));
       CREATE TABLE b (id INT PRIMARY KEY, n INT NOT NULL)`,
    );
  }
  await target.query('DROP DATABASE IF EXISTS retl');
  await source.query(
    `INSERT INTO shop.a SELECT seq,0,CONCAT('name ',seq) FROM shop.seq_1_to_${ROWS}; INSERT INTO shop.b VALUES (1,1),(2,2)`,
  );
});

const from = (): PipelineRunOptions => ({ source, target, tables: 'shop.*', start: { at: 'now' } });
const live = (): TestPipelineOptions => ({
  ...{ source: source.address, target: target.address, tables: 'shop.*' },
  start: { at: 'now' },
  mode: 'full+incremental',
});

async function mustBeEqual(...names: string[]): Promise<void> {
  const tables = names.map((table) => ({ schema: 'shop', table }));
  await assertTablesEqual({ source: source.address, target: target.address, tables });
}

async function rowsOf(table: string): Promise<number> {
  return Number((await target.query(`SELECT COUNT(*) AS n FROM shop.${table}`))[0]?.['n']);
}

describe('what is copied', () => {
  test('auto: everything, into empty tables at a first start', async () => {
    const { status } = await runUntilCaughtUp({ ...from(), mode: 'auto' });
    expect(status.copy).toMatchObject({ tables: 2, tablesDone: 2, rows: ROWS + 2 });
    await mustBeEqual('a', 'b');
  });

  test('auto: the log alone, where a table holds rows or a start is named', async () => {
    await target.query('INSERT INTO shop.b VALUES (1,1)');
    expect((await runUntilCaughtUp({ ...from(), mode: 'auto' })).status.copy).toBeNull();
    await target.query('DELETE FROM shop.b; DROP DATABASE retl');
    await source.query('RESET MASTER');
    expect((await runUntilCaughtUp({ ...from(), mode: 'auto', start: { at: 'earliest' } })).status.copy).toBeNull();
    expect(await rowsOf('a')).toBe(0);
  });

  test('a pipeline that has run before is not copied again', async () => {
    const name = freshName();
    await runUntilCaughtUp({ ...from(), mode: 'incremental', name });
    expect((await runUntilCaughtUp({ ...from(), mode: 'full+incremental', name })).status.copy).toBeNull();
    expect(await rowsOf('a')).toBe(0);
  });

  test('full: ends by itself when all is copied', async () => {
    const { status } = await runUntilCaughtUp({ ...from(), mode: 'full', untilCaughtUp: false });
    expect(status.copy).toMatchObject({ tablesDone: 2 });
    await mustBeEqual('a', 'b');
  });

  test('apply: row copies and then goes on by row', async () => {
    const name = freshName();
    await runUntilCaughtUp({ ...from(), mode: 'full+incremental', apply: 'row', name, timeoutMs: 8000 });
    await source.query('UPDATE shop.a SET n=n+1');
    const { status } = await runUntilCaughtUp({ ...from(), mode: 'full+incremental', apply: 'row', name });
    expect(status.rowsApplied).toBe(ROWS);
    await mustBeEqual('a', 'b');
  });
});

describe('target tables that hold rows', () => {
  beforeEach(async () => {
    await target.query("INSERT INTO shop.a VALUES (1,77,'mine'),(999999,1,'mine')");
  });

  test('fail: refused with the choices, and nothing is changed', async () => {
    const run = runUntilCaughtUp({ ...from(), mode: 'full+incremental' });
    await expect(run).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY', detail: 'shop.a' });
    expect(await rowsOf('a')).toBe(2);
    expect(await rowsOf('b')).toBe(0);
  });

  test('keep: the table is left as it is, the others are copied', async () => {
    const { status } = await runUntilCaughtUp({ ...from(), mode: 'full+incremental', ifNotEmpty: 'keep' });
    expect(status.copy).toMatchObject({ tables: 1, tablesDone: 1 });
    expect(await rowsOf('a')).toBe(2);
    await mustBeEqual('b');
  });

  test('replace: its rows give way', async () => {
    await runUntilCaughtUp({ ...from(), mode: 'full+incremental', ifNotEmpty: 'replace' });
    await mustBeEqual('a', 'b');
  });
});

test('a table parked in the middle of its copy is copied anew by retry, the others go on', async () => {
  await target.query('ALTER TABLE shop.a MODIFY name VARCHAR(8)');
  const pipeline = new LivePipeline({ ...live(), memoryBytes: 1 << 20 });
  try {
    const record = await pipeline.parked('shop.a', 'ROW_REFUSED');
    await source.query('UPDATE shop.a SET n=n+1 WHERE id<100; INSERT INTO shop.b VALUES (3,3)');
    await pipeline.until('the other table', (status) => status.rowsApplied > 0);
    await mustBeEqual('b');
    await target.query('ALTER TABLE shop.a MODIFY name VARCHAR(40)');
    await pipeline.control((control) => control.retry(pipeline.name, record.id));
    await pipeline.until('the copy to end', ({ copy, parked }) => parked.length === 0 && copy?.tablesDone === 2);
    await source.query('DELETE FROM shop.a WHERE id=7');
    await pipeline.caughtUp(source);
    await mustBeEqual('a', 'b');
  } finally {
    await pipeline.stop().catch(() => undefined);
  }
});

test('children of a cascade are copied after their parents, and what it does meanwhile is not lost', async () => {
  for (const server of [source, target]) {
    await server.query(
      `USE shop; CREATE TABLE parent (id INT PRIMARY KEY, n INT NOT NULL);
       CREATE TABLE child (id INT PRIMARY KEY, parent_id INT NOT NULL, n INT NOT NULL,
         FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE)`,
    );
  }
  await source.query(
    `USE shop; INSERT INTO parent SELECT seq,0 FROM seq_1_to_2000; INSERT INTO child SELECT seq, 1+seq MOD 2000, 0 FROM seq_1_to_8000`,
  );
  const pipeline = new LivePipeline({ ...live(), memoryBytes: 1 << 20, copyBytesPerSecond: 100_000 });
  try {
    for (let id = 1; (pipeline.status.copy?.tablesDone ?? 0) < 4; id++) {
      await source.query(
        `DELETE FROM shop.parent WHERE id=${id * 2}; UPDATE shop.parent SET id=id+100000 WHERE id=${id * 2 + 1}; UPDATE shop.child SET n=n+1 WHERE id=${id * 3}`,
      );
      expect(pipeline.complaints).toEqual([]);
    }
    await pipeline.caughtUp(source);
    await mustBeEqual('parent', 'child', 'a', 'b');
  } finally {
    await pipeline.stop().catch(() => undefined);
  }
});

test('a table without a key is read at once, and again while it is written to', async () => {
  for (const server of [source, target]) await server.query('CREATE TABLE shop.heap (n INT, name VARCHAR(20))');
  await source.query("INSERT INTO shop.heap SELECT seq MOD 100, 'same' FROM shop.seq_1_to_3000");
  const pipeline = new LivePipeline(live());
  try {
    for (let i = 0; (pipeline.status.copy?.tablesDone ?? 0) < 3; i++) {
      if (i < 200)
        await source.query('INSERT INTO shop.heap VALUES (1,"new"); DELETE FROM shop.heap WHERE n=2 LIMIT 1');
      await pipeline.until('the pipeline to live', () => true);
    }
    await source.query('UPDATE shop.heap SET name="later" WHERE n=5');
    await pipeline.caughtUp(source);
    await mustBeEqual('heap', 'a');
  } finally {
    await pipeline.stop().catch(() => undefined);
  }
});

test('several tables into one: its rows give way once, and each table arrives', async () => {
  await source.query('CREATE TABLE shop.c LIKE shop.b; INSERT INTO shop.c VALUES (11,1),(12,2)');
  await target.query('CREATE TABLE shop.many LIKE shop.b; INSERT INTO shop.many VALUES (11,77),(99,77)');
  const pattern = (text: string): TablePattern => {
    const [only] = parseTablePatterns(text);
    if (!only) throw new Error(`no pattern in ${text}`);
    return only;
  };
  const mappings = ['shop.b', 'shop.c'].map((name) => ({ source: pattern(name), target: pattern('shop.many') }));
  await runUntilCaughtUp({
    ...from(),
    tables: 'shop.b,shop.c',
    mappings,
    mode: 'full+incremental',
    ifNotEmpty: 'replace',
  });
  const rows = await target.query('SELECT id,n FROM shop.many ORDER BY id');
  expect(rows.map((row) => [row['id'], row['n']])).toEqual([
    [1, 1],
    [2, 2],
    [11, 1],
    [12, 2],
  ]);
});

test('a source that does not answer does not keep the pipeline from stopping', async () => {
  const link = await startFaultProxy({ to: source });
  const address = { ...source.address, port: link.port, connectTimeoutMs: 2000 };
  const pipeline = new LivePipeline({ ...live(), source: address, memoryBytes: 1 << 20, copyBytesPerSecond: 20_000 });
  try {
    await pipeline.until('some rows', ({ copy }) => (copy?.rows ?? 0) > 0);
    link.halfOpen();
    await pipeline.stop();
  } finally {
    await link.heal();
    await pipeline.stop().catch(() => undefined);
    await link.stop();
  }
  await runUntilCaughtUp({ ...from(), mode: 'full+incremental', name: pipeline.name });
  await mustBeEqual('a', 'b');
});

test('500 small tables', async () => {
  const names = Array.from({ length: 500 }, (_, i) => `small_${i}`);
  const definitions = names.map((name) => `CREATE TABLE shop.${name} (id INT PRIMARY KEY, n INT)`).join(';');
  for (const server of [source, target]) await server.query(definitions);
  await source.query(names.map((name, i) => `INSERT INTO shop.${name} VALUES (1,${i}),(2,${i})`).join(';'));
  const { status } = await runUntilCaughtUp({ ...from(), mode: 'full+incremental' });
  expect(status.copy).toMatchObject({ tables: 502, tablesDone: 502, rows: ROWS + 2 + 1000 });
  await mustBeEqual(...names, 'a', 'b');
});
