// Goal: a transaction that is in the source's log, and applied already, before anybody on the source can see it, is neither
// reported as a difference nor taken back by a repair.
// Method: a source of MySQL waits for a semi-synchronous replica that does not exist, between writing its log and committing:
// for seconds its readers see the old row and its log holds the new one, which the pipeline applies.
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { repairTables } from '../support/repair-run.ts';
import { verifyTables } from '../support/verify-run.ts';

const STALL_MS = 6000;

let source: RunningServer;
let target: RunningServer;
let pipeline: LivePipeline;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer({ kind: 'mysql-9.7' }), startServer()]);
  const definition =
    'CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, n INT NOT NULL, note VARCHAR(20)) ENGINE=InnoDB';
  await Promise.all([source.query(definition), target.query(definition)]);
  pipeline = new LivePipeline({
    ...{ source: source.address, target: target.address, tables: 'd.*', start: { at: 'now' }, name: 'stall' },
  });
  await pipeline.until('it runs', ({ state }) => state === 'running');
  await source.query("INSERT INTO d.t VALUES (1,0,'a'),(2,0,'b')");
  await pipeline.caughtUp(source);
  await source.query(
    `INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'; SET GLOBAL rpl_semi_sync_source_wait_point='AFTER_SYNC', GLOBAL rpl_semi_sync_source_timeout=${STALL_MS}, GLOBAL rpl_semi_sync_source_wait_no_replica=1`,
  );
});

afterAll(async () => {
  await pipeline?.stop();
  await Promise.all([source?.stop(), target?.stop()]);
});

async function countOn(server: RunningServer, id: number): Promise<number> {
  const [row] = await server.query('SELECT n FROM d.t WHERE id=?', [id]);
  return Number(row?.['n']);
}

/** Raises the counter of a row; returns once the target has it and the source does not show it yet. */
async function stalled(id: number): Promise<{ committed: Promise<unknown> }> {
  const before = await countOn(source, id);
  // It gives up waiting for good after the first time.
  await source.query('SET GLOBAL rpl_semi_sync_source_enabled=0; SET GLOBAL rpl_semi_sync_source_enabled=1');
  const connection = await source.connect();
  const committed = connection.query('UPDATE d.t SET n=n+1 WHERE id=?', [id]).finally(() => connection.destroy());
  const applied = async (): Promise<true | null> => ((await countOn(target, id)) === before + 1 ? true : null);
  await waitFor(applied, { timeoutMs: STALL_MS, what: 'the pipeline to apply what is not visible' });
  expect(await countOn(source, id)).toBe(before);
  return { committed };
}

it('is no difference', async () => {
  const { committed } = await stalled(1);
  const { found } = await verifyTables(source, target, 'd.t', { pipeline: 'stall' });
  await committed;
  expect(found).toEqual([]);
  expect(await countOn(source, 1)).toBe(await countOn(target, 1));
});

it('is not taken back by a repair of the row', async () => {
  await target.query("UPDATE d.t SET note='planted' WHERE id=2");
  let committed: Promise<unknown> = Promise.resolve();
  const run = await repairTables(source, target, 'd.t', {
    pipeline: 'stall',
    before: async () => {
      ({ committed } = await stalled(2));
    },
  });
  await committed;
  expect(run).toMatchObject({ updated: 1, kept: 0, repaired: ['d.t'] });
  expect(await target.query('SELECT * FROM d.t WHERE id=2')).toEqual([{ id: 2, n: 1, note: 'b' }]);
});
