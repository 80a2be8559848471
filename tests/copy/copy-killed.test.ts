/**
 * Goal: a copy that is interrupted goes on inside the table, loses nothing and writes nothing twice (issue 3, Copy).
 *
 * Method: counters and transfers (`Bank`) run on the source beside a large table that is being copied in small chunks;
 * the process is killed by SIGKILL at the copy's failpoints, at those of the stream, and at random; the servers are
 * restarted. After each kill what is stored names at most one open chunk for each lane. At the end all is equal.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { assertTablesEqual, Random, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BANK_TABLES, Bank } from '../support/bank.ts';
import { LivePipeline } from '../support/live-pipeline.ts';
import { SyncProcess, syncUntilCaughtUp, type SyncProcessOptions } from '../support/sync-process.ts';

const ROWS = 30_000;
const LANES = 2;

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer({ durable: true }), startServer({ durable: true })]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

function options(name: string): SyncProcessOptions {
  return {
    ...{ source: source.address, target: target.address, tables: 'bank.*', name },
    mode: 'full+incremental',
    start: { at: 'now' },
    copyLanes: LANES,
    memoryBytes: 1 << 20,
  };
}

interface Scene {
  bank: Bank;
  /** Ends the writing. */
  rest: () => Promise<void>;
}

/** The bank with a life before the pipeline, and a large table whose rows are changed all the time. */
async function withScene(seed: number, play: (scene: Scene) => Promise<void>): Promise<void> {
  const bank = new Bank(source, seed);
  await bank.open(target);
  for (const server of [source, target]) {
    await server.query('CREATE TABLE bank.large (id INT PRIMARY KEY, n INT NOT NULL, filler VARCHAR(100) NOT NULL)');
  }
  await source.query(`USE bank; INSERT INTO large SELECT seq*3,0,REPEAT('f',seq MOD 100) FROM seq_1_to_${ROWS}`);
  await bank.write(100);
  const writing = new AbortController();
  const writer = writeUntil(writing.signal, bank, new Random(seed));
  // Seen when it is awaited.
  writer.catch(() => undefined);
  const rest = async (): Promise<void> => {
    writing.abort();
    await writer;
  };
  try {
    await play({ bank, rest });
  } finally {
    await rest();
  }
}

async function writeUntil(signal: AbortSignal, bank: Bank, random: Random): Promise<void> {
  while (!signal.aborted) {
    await bank.write(2);
    const id = random.int(1, ROWS * 3);
    await source.query(
      `UPDATE bank.large SET n=n+1 WHERE id BETWEEN ${id} AND ${id + 100}; INSERT IGNORE INTO bank.large VALUES (${id},0,'new'); DELETE FROM bank.large WHERE id=${random.int(1, ROWS * 3)}`,
    );
  }
}

async function finish(name: string, { bank, rest }: Scene): Promise<void> {
  await rest();
  const end = await syncUntilCaughtUp(options(name));
  expect(end.error).toBeNull();
  await bank.assertEqual(target);
  const tables = [...BANK_TABLES, { schema: 'bank', table: 'large' }];
  const result = await assertTablesEqual({ source: source.address, target: target.address, tables });
  expect(result.rows).toBeGreaterThan(ROWS * 0.9);
  expect(await target.query("SELECT 1 FROM retl.otter_copy WHERE state<>'done'")).toEqual([]);
}

async function openChunks(): Promise<number[]> {
  const rows = await target.query("SELECT rest FROM retl.otter_copy WHERE state='copying'");
  return rows.map((row) => (JSON.parse(String(row['rest'])) as { open: unknown[] }).open.length);
}

test.each([
  'copy.beginning',
  'copy.beginning:4',
  'copy.chunk-read',
  'copy.chunk-read:9',
  'batch.before-commit:6',
  'batch.committed:9',
])('killed at %s', async (failpoint) => {
  await withScene(5, async (scene) => {
    const killed = await syncUntilCaughtUp({ ...options('killed-copy'), failpoint });
    expect(killed.signal).toBe('SIGKILL');
    for (const count of await openChunks()) expect(count).toBeLessThanOrEqual(LANES);
    await finish('killed-copy', scene);
  });
});

test('killed at random, 8 times', async () => {
  await withScene(7, async (scene) => {
    const random = new Random(3);
    let copying = 0;
    for (let i = 0; i < 8; i++) {
      const process = new SyncProcess({ ...options('random-copy'), copyBytesPerSecond: 300_000 });
      await pause(random.int(600, 1400));
      await process.remove();
      const counts = await openChunks();
      copying += counts.length;
      for (const count of counts) expect(count).toBeLessThanOrEqual(LANES);
    }
    expect(copying).toBeGreaterThan(0);
    await finish('random-copy', scene);
  });
});

test('source and target are restarted in the middle', async () => {
  await withScene(9, async (scene) => {
    await scene.rest();
    const { tables, ...rest } = options('restarted-copy');
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
    await finish('restarted-copy', scene);
  });
});
