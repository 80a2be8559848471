/**
 * Goal: a stale owner commits nothing, on either family: not the main stream, not a shard whose row the new owner has
 * dropped, not the first commit of a catch-up (design §2.6).
 *
 * Method: two stores over one table. The second acquires; every way the first could commit is tried with a row of data
 * in the same packet, as the loaders send it.
 */
import { openTargetSession, type Session } from '@otter/dialects';
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATCH_UP_WORKER_BASE, CheckpointStore, isFenced } from './checkpoint-store.ts';
import { ControlTables } from './control-tables.ts';

const KINDS: ServerKind[] = ['mariadb-10.11', 'mysql-9.7'];
const POSITION = { file: 'bin.000001', offset: 4, gtid: '' };

describe.each(KINDS)('%s', (kind) => {
  let server: RunningServer;
  let session: Session;
  const store = new CheckpointStore(new ControlTables('retl'), 'p');

  beforeAll(async () => {
    server = await startServer({ kind });
    session = await openTargetSession(server.address, { role: 'writer' });
    await server.query('CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY)');
  });

  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  async function commit(worker: number, epoch: bigint, id: number): Promise<unknown> {
    const checkpoint = store.commitSql(worker, epoch, 's', JSON.stringify({ ...POSITION, offset: id }));
    try {
      await session.query(`BEGIN;INSERT INTO d.t VALUES (${id});${checkpoint};COMMIT`);
      return null;
    } catch (error) {
      await session.query('ROLLBACK');
      return error;
    }
  }

  test('only the owner of the newest epoch commits', async () => {
    await store.prepare(session);
    const first = await store.acquire(session);
    await store.initialize(session, first.epoch, 's', JSON.stringify(POSITION), 2);
    expect(await commit(0, first.epoch, 1)).toBeNull();
    expect(await commit(1, first.epoch, 2)).toBeNull();
    expect(await commit(CATCH_UP_WORKER_BASE + 1, first.epoch, 3)).toBeNull();

    const second = await store.acquire(session);
    expect(second.epoch).toBeGreaterThan(first.epoch);
    // With one worker where there were two: the row of the other is gone.
    await store.initialize(session, second.epoch, 's', JSON.stringify(POSITION), 1);
    const stale = [0, 1, CATCH_UP_WORKER_BASE + 1, CATCH_UP_WORKER_BASE + 2];
    for (const worker of stale) {
      expect(isFenced(await commit(worker, first.epoch, 100)), `worker ${worker}`).toBe(true);
    }
    expect(await server.query('SELECT id FROM d.t ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(await commit(0, second.epoch, 4)).toBeNull();
    expect(await commit(CATCH_UP_WORKER_BASE + 2, second.epoch, 5)).toBeNull();
    const stored = await store.read(session);
    expect(stored).toMatchObject({ epoch: second.epoch, workers: [{ worker: 0, position: { offset: 4 } }] });
  });
});
