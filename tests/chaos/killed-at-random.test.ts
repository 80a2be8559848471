/**
 * Goal: exactly once under SIGKILL at moments nobody chose, an XA transaction over a kill, and an honest lag.
 *
 * Method: a dozen kills under load in each run of the tests (two hundred in killed-at-random.nightly.test.ts); a
 * reader of the target watches the invariant all the while.
 */
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bank } from '../support/bank.ts';
import { LivePipeline } from '../support/live-pipeline.ts';
import { killAtRandom } from '../support/random-kills.ts';
import { syncUntilCaughtUp } from '../support/sync-process.ts';

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

test.each(['transaction', 'row'] as const)('apply: %s, 6 kills', async (apply) => {
  await killAtRandom({ source, target }, { kills: 6, apply, seed: 11 });
});

test('prepared before a kill, committed after the restart', async () => {
  const bank = new Bank(source);
  await bank.open(target);
  const sync = { source: source.address, target: target.address, tables: 'bank.*', name: 'xa' };
  const session = await source.connect();
  await session.query("XA START 'x'; UPDATE bank.hit SET n=n+1 WHERE id=3; XA END 'x'; XA PREPARE 'x'");
  await source.query('UPDATE bank.hit SET n=n+1 WHERE id=4');
  expect(await syncUntilCaughtUp({ ...sync, failpoint: 'batch.committed' })).toMatchObject({ signal: 'SIGKILL' });
  await syncUntilCaughtUp(sync);
  expect(await target.query('SELECT id,n FROM bank.hit WHERE id IN (3,4) ORDER BY id')).toEqual([
    { id: 3, n: 0 },
    { id: 4, n: 1 },
  ]);
  await session.query("XA COMMIT 'x'");
  session.destroy();
  await syncUntilCaughtUp(sync);
  expect(await target.query('SELECT n FROM bank.hit WHERE id=3')).toEqual([{ n: 1 }]);
});

test('the lag grows while the target is blocked and falls when it is free', async () => {
  const bank = new Bank(source);
  await bank.open(target);
  const pipeline = new LivePipeline({
    source: source.address,
    target: target.address,
    tables: 'bank.*',
    heartbeat: 'auto',
  });
  const blocker = await target.connect();
  try {
    await pipeline.until('a first heartbeat', ({ lagMs }) => lagMs !== null && lagMs < 1000);
    await blocker.query('LOCK TABLES bank.hit WRITE');
    await bank.write(5);
    await pipeline.until('the lag to grow', ({ lagMs }) => (lagMs ?? 0) > 2500);
    await blocker.query('UNLOCK TABLES');
    await pipeline.until('the lag to fall', ({ lagMs }) => lagMs !== null && lagMs < 1000);
    await pipeline.caughtUp(source);
    await bank.assertEqual(target);
  } finally {
    blocker.destroy();
    await pipeline.stop();
  }
});
