import { parseTablePatterns, type Log } from '@otter/core';
import { openTargetSession, readTables, type Session } from '@otter/dialects';
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ControlTables } from '../control/control-tables.ts';
import { IndexStore } from '../control/index-store.ts';
import { TableRouter } from '../select/table-router.ts';
import { planCreation, type CreationPlan } from './creation-plan.ts';
import { createTables } from './table-creation.ts';

let server: RunningServer;
let other: RunningServer;
let source: Session;
let target: Session;

beforeAll(async () => {
  [server, other] = await Promise.all([startServer(), startServer()]);
  source = await openTargetSession(server.address, { role: 'source' });
  target = await openTargetSession(other.address, { role: 'control' });
  for (const sql of CONTROL.targetDefinitions()) await target.query(sql);
});

afterAll(async () => {
  await Promise.all([source?.close(), target?.close()]);
  await Promise.all([server?.stop(), other?.stop()]);
});

const ROUTER = new TableRouter({
  tables: parseTablePatterns('shop.*'),
  mappings: [],
  columns: [],
  controlSchema: 'retl',
});
const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const CONTROL = new ControlTables('retl');
const PORTS = { indexes: new IndexStore(CONTROL), log: SILENT, signal: new AbortController().signal };
const DEFINITION = `id INT PRIMARY KEY, name VARCHAR(20) COLLATE utf8mb4_bin NOT NULL, n INT UNIQUE, twice INT AS (n * 2) STORED`;

beforeEach(async () => {
  for (const one of [server, other])
    await one.query('DROP DATABASE IF EXISTS shop; CREATE DATABASE shop CHARACTER SET utf8mb4');
  await server.query(`CREATE TABLE shop.t (${DEFINITION})`);
});

async function plan(): Promise<CreationPlan> {
  const missing = await readTables(source, (schema) => schema === 'shop');
  return await planCreation({ source, target, router: ROUTER, missing, defers: true });
}

describe('what is there after the statement is compared with what was asked for', () => {
  test.each([
    ['another type', DEFINITION.replace('n INT', 'n BIGINT'), 'column "n" has a width of 8, and 4 was asked for'],
    ['a shorter text', DEFINITION.replace('(20)', '(10)'), 'column "name" has a width of 40, and 80 was asked for'],
    [
      'another collation',
      DEFINITION.replace('utf8mb4_bin', 'utf8mb4_unicode_ci'),
      'column "name" has the collation utf8mb4_unicode_ci, and utf8mb4_bin was asked for',
    ],
    ['a missing key', DEFINITION.replace('UNIQUE', ''), 'it has 1 unique keys, and 2 were asked for'],
    [
      'another generation',
      DEFINITION.replace('STORED', 'VIRTUAL'),
      'column "twice" has the generation virtual, and stored was asked for',
    ],
    ['a missing column', DEFINITION.replace('name VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,', ''), 'no column "name"'],
  ])('%s', async (_, made, problem) => {
    const planned = await plan();
    // Somebody else is faster: CREATE TABLE IF NOT EXISTS finds a table of that name.
    await other.query(`CREATE TABLE shop.t (${made})`);
    await expect(createTables(planned, target, PORTS)).rejects.toMatchObject({
      code: 'TABLE_NOT_CREATED',
      detail: expect.stringContaining(problem),
    });
    expect(await other.query('SHOW TABLES FROM shop')).toHaveLength(1);
  });

  test('a view of that name', async () => {
    const planned = await plan();
    await other.query('CREATE VIEW shop.t AS SELECT 1 AS id');
    await expect(createTables(planned, target, PORTS)).rejects.toMatchObject({
      code: 'TABLE_NOT_CREATED',
      detail: expect.stringContaining('The target has no table shop.t'),
    });
  });

  test('the same table made by somebody else is fine', async () => {
    const planned = await plan();
    await other.query(`CREATE TABLE shop.t (${DEFINITION})`);
    await createTables(planned, target, PORTS);
  });
});

test('a lost connection is no refusal: it is tried again', async () => {
  const planned = await plan();
  const dying = await openTargetSession(other.address, { role: 'control' });
  await target.kill(dying.threadId);
  await expect(createTables(planned, dying, PORTS)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
  dying.destroy();
});

test('whoever is stopped creates no further table, and the next start makes the rest', async () => {
  await server.query('CREATE TABLE shop.u (id INT PRIMARY KEY)');
  const stop = new AbortController();
  const once: Session = Object.create(target, {
    query: {
      value: async (sql: string) => {
        const results = await target.query(sql);
        stop.abort();
        return results;
      },
    },
  });
  const stopped = createTables(await plan(), once, { ...PORTS, signal: stop.signal });
  await expect(stopped).rejects.toMatchObject({
    code: 'TARGET_BUSY',
    scope: 'retry',
    detail: 'stopped before shop.u was created',
  });
  expect(await other.query('SHOW TABLES FROM shop')).toHaveLength(1);
  await createTables(await plan(), target, PORTS);
  expect(await other.query('SHOW TABLES FROM shop')).toHaveLength(2);
});
