// Goal: the store keeps its promises on a real MariaDB server too. Method: the suite of SQLite, a database for each test.
import { randomBytes } from 'node:crypto';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { StoreLock } from './store-lock.ts';
import { storeSuite } from './store.fixture.ts';
import { Store } from './store.ts';
import type { StoreLocation } from './database.ts';

let server: RunningServer;
let databases = 0;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => server.stop());

async function emptyDatabase(): Promise<StoreLocation> {
  const database = `store_${(databases += 1)}`;
  // Not the charset and collation the tables need: they must not depend on it.
  await server.query(`CREATE DATABASE ${database} CHARACTER SET latin1`);
  return { family: 'mysql', address: server.address, database };
}

storeSuite('MariaDB', emptyDatabase);

test('two managers that open an empty store at once both find it whole', async () => {
  const location = await emptyDatabase();
  const key = randomBytes(32);
  const opened = await Promise.allSettled([Store.open(location, key), Store.open(location, key)]);
  expect(opened.map((o) => (o.status === 'fulfilled' ? 'ok' : String(o.reason)))).toEqual(['ok', 'ok']);
  for (const each of opened) if (each.status === 'fulfilled') await each.value.close();
});

test('a server that is not there is STORE_UNREACHABLE', async () => {
  const location: StoreLocation = { family: 'mysql', address: { ...server.address, port: 1 }, database: 'x' };
  await expect(Store.open(location, randomBytes(32))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
});

describe('the lock of a store', () => {
  let location: StoreLocation & { family: 'mysql' };
  const locks: StoreLock[] = [];
  beforeEach(async () => {
    location = (await emptyDatabase()) as typeof location;
  });
  afterEach(async () => {
    for (const lock of locks.splice(0)) await lock.close();
  });

  async function take(where = location): Promise<StoreLock> {
    const lock = await StoreLock.take(where);
    locks.push(lock);
    return lock;
  }

  async function connections(): Promise<number[]> {
    const rows = await server.query(
      `SELECT id FROM information_schema.processlist WHERE db='${location.database}' ORDER BY id`,
    );
    return rows.map((row) => Number(row['id']));
  }

  test('keeps another manager out of this store, not of another, until it is closed', async () => {
    const first = await take();
    await expect(take()).rejects.toMatchObject({ code: 'STORE_IN_USE', detail: location.database });
    await take((await emptyDatabase()) as typeof location);
    await first.close();
    await take();
  });

  test('is taken again when its connection is lost', async () => {
    const first = await take();
    const [before = 0] = await connections();
    await server.query(`KILL ${before}`);
    await waitFor(async () => (await connections()).some((id) => id !== before), { what: 'another connection' });
    await expect(take()).rejects.toMatchObject({ code: 'STORE_IN_USE' });
    expect(await Promise.race([first.lost, Promise.resolve('held')])).toBe('held');
  });

  test('is lost when another manager was faster, and says so', async () => {
    const first = await take();
    const [before = 0] = await connections();
    const second = take();
    const isWaiting = async (): Promise<boolean> =>
      (await server.query("SELECT 1 FROM information_schema.processlist WHERE state='User lock'")).length > 0;
    await waitFor(isWaiting, { what: 'the second to wait' });
    await server.query(`KILL ${before}`);
    await second;
    expect(await first.lost).toMatchObject({ code: 'STORE_IN_USE' });
  });
});
