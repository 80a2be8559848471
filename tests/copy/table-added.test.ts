/**
 * Goal: a table that an existing pipeline has never had takes part with all its rows, while the others go on from the
 * checkpoint; a table that came into being under the old patterns is none of these (issue 3, Copy).
 *
 * Method: a pipeline runs for one table and stops; the source is written to; it is started with a wider list, in each
 * mode, and killed on the way.
 */
import { assertTablesEqual, Random, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { runUntilCaughtUp, type PipelineRunOptions } from '../support/pipeline-run.ts';
import { syncUntilCaughtUp, type SyncProcessOptions } from '../support/sync-process.ts';

const ROWS = 8000;
let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(async () => {
  for (const server of [source, target]) {
    await server.query(
      `DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl; CREATE DATABASE shop; USE shop;
       CREATE TABLE old (id INT PRIMARY KEY, n INT NOT NULL); CREATE TABLE added (id INT PRIMARY KEY, n INT NOT NULL)`,
    );
  }
  await source.query(
    `USE shop; INSERT INTO old SELECT seq,0 FROM seq_1_to_${ROWS}; INSERT INTO added SELECT seq,0 FROM seq_1_to_${ROWS}`,
  );
  await runUntilCaughtUp({ ...options('shop.old'), mode: 'full+incremental' });
  expect(await countOf('old')).toBe(ROWS);
  // While nobody follows: changes that only the log has, of both tables.
  await source.query(
    'USE shop; UPDATE old SET n=n+1 WHERE id<100; UPDATE added SET n=n+1 WHERE id<100; DELETE FROM added WHERE id=7; INSERT INTO added VALUES (100000,1)',
  );
});

function options(tables: string): PipelineRunOptions & { name: string } {
  return { source, target, tables, name: 'added', mode: 'auto', start: { at: 'now' }, memoryBytes: 1 << 20 };
}

async function countOf(table: string): Promise<number> {
  return Number((await target.query(`SELECT COUNT(*) AS n FROM shop.${table}`))[0]?.['n']);
}

async function mustBeEqual(...names: string[]): Promise<void> {
  const tables = names.map((table) => ({ schema: 'shop', table }));
  await assertTablesEqual({ source: source.address, target: target.address, tables });
}

test.each(['auto', 'full+incremental'] as const)('%s: it is copied, the others go on', async (mode) => {
  const { status } = await runUntilCaughtUp({ ...options('shop.old,shop.added'), mode });
  expect(status.copy).toMatchObject({ tables: 2, tablesDone: 2, rows: ROWS * 2 });
  expect(status.tables['shop.old']).toMatchObject({ inserted: 0, updated: 99 });
  await mustBeEqual('old', 'added');
  const again = await runUntilCaughtUp({ ...options('shop.old,shop.added'), mode });
  expect(again.status.copy).toBeNull();
});

test('incremental: it takes part from the checkpoint on, and only once', async () => {
  await source.query('UPDATE shop.added SET n=n+1 WHERE id=100000; DELETE FROM shop.added WHERE id=100000');
  const run = runUntilCaughtUp({
    ...options('shop.old,shop.added'),
    mode: 'incremental',
    expectedErrors: ['ROW_MISSING'],
  });
  expect((await run).status).toMatchObject({ copy: null, parked: [{ table: 'shop.added', code: 'ROW_MISSING' }] });
  await mustBeEqual('old');
  expect(await countOf('added')).toBe(0);
});

test('its target holds rows: the choices, and nothing is changed', async () => {
  await target.query('INSERT INTO shop.added VALUES (1,77)');
  const refused = runUntilCaughtUp(options('shop.old,shop.added'));
  await expect(refused).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY', detail: 'shop.added' });
  expect(await countOf('added')).toBe(1);
  await runUntilCaughtUp({ ...options('shop.old,shop.added'), ifNotEmpty: 'replace' });
  await mustBeEqual('old', 'added');
});

test('a table that came into being under the old patterns is not copied: its rows are in the log', async () => {
  await runUntilCaughtUp({ ...options('shop.old,shop.late'), ifNotEmpty: 'replace' });
  for (const server of [target, source])
    await server.query('CREATE TABLE shop.late (id INT PRIMARY KEY, n INT NOT NULL)');
  await source.query('INSERT INTO shop.late VALUES (1,1),(2,2)');
  const { status } = await runUntilCaughtUp(options('shop.old,shop.late'));
  expect(status.copy).toBeNull();
  await mustBeEqual('old', 'late');
});

test('killed in between, and written to all the while', async () => {
  const process: SyncProcessOptions = {
    ...{ source: source.address, target: target.address, tables: 'shop.old,shop.added', name: 'added' },
    ...{ mode: 'auto', start: { at: 'now' }, memoryBytes: 1 << 20 },
  };
  const random = new Random(4);
  const write = async (): Promise<void> => {
    const id = random.int(1, ROWS);
    await source.query(
      `USE shop; UPDATE added SET n=n+1 WHERE id BETWEEN ${id} AND ${id + 50}; DELETE FROM added WHERE id=${random.int(1, ROWS)}; INSERT IGNORE INTO added VALUES (${id},9); UPDATE old SET n=n+1 WHERE id=${id}`,
    );
  };
  for (const failpoint of ['checkpoint.acquired', 'copy.beginning', 'copy.chunk-read:2', 'batch.before-commit:3']) {
    for (let i = 0; i < 20; i++) await write();
    await syncUntilCaughtUp({ ...process, failpoint });
  }
  const { source: from, target: to, ...rest } = process;
  const pipeline = new LivePipeline({ source: from, target: to, ...rest });
  try {
    for (let i = 0; i < 50; i++) await write();
    await pipeline.until(
      'the copy to end',
      ({ copy, state }) => state === 'running' && copy?.tablesDone === copy?.tables,
    );
    await pipeline.caughtUp(source);
    await mustBeEqual('old', 'added');
    expect(pipeline.status.parked).toEqual([]);
  } finally {
    await pipeline.stop();
  }
});
