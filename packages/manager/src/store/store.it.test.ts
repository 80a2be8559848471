// Goal: the store keeps its promises on a real MariaDB server too. Method: the suite of SQLite, a database for each test.
import { randomBytes } from 'node:crypto';
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
