/**
 * Goal: a copy that is interrupted goes on inside the table, loses nothing and writes nothing twice (issue 3, Copy).
 *
 * Method: counters and transfers (`Bank`) run on the source beside a large table that is being copied in small chunks;
 * the process is killed by SIGKILL at the copy's failpoints, at those of the stream, and at random; the servers are
 * restarted. After each kill what is to be read again is at most one chunk for each lane. At the end all is equal.
 */
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CopyScene } from '../support/copy-scene.ts';
import { LivePipeline } from '../support/live-pipeline.ts';
import { syncUntilCaughtUp } from '../support/sync-process.ts';

let source: RunningServer;
let target: RunningServer;
let scene: CopyScene;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer({ durable: true }), startServer({ durable: true })]);
  scene = new CopyScene({ source, target });
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

test.each([
  'copy.beginning',
  'copy.beginning:4',
  'copy.chunk-read',
  'copy.chunk-read:9',
  'batch.before-commit:6',
  'batch.committed:9',
])('killed at %s', async (failpoint) => {
  await scene.play(5, async (play) => {
    const killed = await syncUntilCaughtUp({ ...scene.options('killed-copy'), failpoint });
    expect(killed.signal).toBe('SIGKILL');
    await scene.assertLittleOpen();
    await scene.finish('killed-copy', play);
  });
});

test('killed at random, 8 times', async () => {
  await scene.killAtRandom(8, 300_000);
});

test('source and target are restarted in the middle', async () => {
  await scene.play(9, async (play) => {
    await play.rest();
    const { tables, ...rest } = scene.options('restarted-copy');
    const pipeline = new LivePipeline({ ...rest, tables, copyBytesPerSecond: 500_000 });
    try {
      for (const server of [target, source]) {
        const from = pipeline.status.copy?.rows ?? 0;
        await pipeline.until('rows to be copied', ({ copy }) => copy !== null && copy.rows > from + 1000);
        await server.restart();
      }
      await pipeline.until(
        'the copy to end',
        ({ copy, state }) => state === 'running' && copy !== null && copy.tablesDone === copy.tables,
      );
      await pipeline.stop();
    } finally {
      await pipeline.stop().catch(() => undefined);
    }
    await scene.finish('restarted-copy', play);
  });
});
