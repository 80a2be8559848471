/**
 * Goal: exactly once and whole transactions, whatever happens to the servers and the links (design §2.1, §2.2).
 *
 * Method: a writer on the source and a pipeline through a fault proxy on each side; servers are killed and restarted,
 * links cut, swallowed, slowed. All the while a reader of the target looks at the sum over two tables and at a number
 * every source transaction raises (default mode only: `apply: row` may show half of a transaction). At the end all
 * rows and counters are exact. The servers flush each commit, or a kill would lose what they had promised.
 */
import { startFaultProxy, startServer, type FaultProxy, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Auditor, Bank } from '../support/bank.ts';
import { LivePipeline, unbalancedRows } from '../support/live-pipeline.ts';

let source: RunningServer;
let target: RunningServer;
let links: { source: FaultProxy; target: FaultProxy };

beforeAll(async () => {
  [source, target] = await Promise.all([startServer({ durable: true }), startServer({ durable: true })]);
  links = { source: await startFaultProxy({ to: source }), target: await startFaultProxy({ to: target }) };
});

afterAll(async () => {
  await Promise.all([links?.source.stop(), links?.target.stop()]);
  await Promise.all([source?.stop(), target?.stop()]);
});

/** Waits until this many more transactions have arrived. */
async function applied(pipeline: LivePipeline, more: number): Promise<void> {
  const from = pipeline.status.transactionsApplied;
  await pipeline.until(`${more} transactions`, (status) => status.transactionsApplied >= from + more);
}

describe.each(['transaction', 'row'] as const)('apply: %s', (apply) => {
  /** Runs the faults beside the writer, then compares. */
  async function underLoad(faults: (pipeline: LivePipeline, bank: Bank) => Promise<void>): Promise<LivePipeline> {
    const bank = new Bank(source, 7);
    await bank.open(target);
    const addresses = {
      source: { ...source.address, port: links.source.port, connectTimeoutMs: 2000 },
      target: { ...target.address, port: links.target.port, connectTimeoutMs: 2000 },
    };
    const pipeline = new LivePipeline({ ...addresses, tables: 'bank.*', apply, memoryBytes: 4 << 20 });
    const auditor = new Auditor(target);
    const writing = new AbortController();
    const writer = bank.writeUntil(writing.signal);
    // Seen when it is awaited.
    writer.catch(() => undefined);
    try {
      await applied(pipeline, 50);
      await faults(pipeline, bank);
      await applied(pipeline, 50);
      writing.abort();
      await writer;
      await pipeline.caughtUp(source);
      await bank.assertEqual(target);
      expect(unbalancedRows(pipeline.status)).toBe(0);
      await pipeline.stop();
    } finally {
      writing.abort();
      await Promise.all([links.source.heal(), links.target.heal()]);
      await pipeline.stop().catch(() => undefined);
      const verdict = auditor.verdict();
      if (apply === 'transaction') await verdict;
      else await verdict.catch(() => undefined);
    }
    return pipeline;
  }

  test('connections are cut on both sides again and again', async () => {
    const pipeline = await underLoad(async (running) => {
      for (let round = 0; round < 4; round++) {
        links.target.cutAfter(20_000 + round * 7000);
        await applied(running, 40);
        links.source.cutAfter(10_000 + round * 7000);
        await applied(running, 40);
      }
    });
    expect(pipeline.status.retries).toBeGreaterThan(0);
  });

  test('both links are slow and late', async () => {
    await underLoad(async (running) => {
      for (const link of Object.values(links)) link.setLatency(30);
      await applied(running, 60);
      for (const link of Object.values(links)) link.slow(200_000);
      await applied(running, 60);
      await Promise.all(Object.values(links).map((link) => link.heal()));
    });
  });

  test('a link swallows everything and comes back', async () => {
    await underLoad(async (running, bank) => {
      for (const link of [links.target, links.source]) {
        link.halfOpen();
        await bank.write(20);
        await link.heal();
        await applied(running, 40);
      }
    });
  });

  test('the target is killed and restarted', async () => {
    const pipeline = await underLoad(async (running) => {
      await target.kill();
      await running.until('the loss to be noticed', (status) => status.state === 'retrying');
      expect(running.status.lastError?.code).toMatch(/TARGET_/);
      await target.restart();
    });
    expect(pipeline.status.parked).toEqual([]);
  });

  test('the source is killed and restarted', async () => {
    const bank = new Bank(source, 9);
    await bank.open(target);
    const pipeline = new LivePipeline({ source: source.address, target: target.address, tables: 'bank.*', apply });
    try {
      for (let round = 0; round < 2; round++) {
        await bank.write(60);
        await source.kill();
        await source.restart();
      }
      await bank.write(20);
      await pipeline.caughtUp(source);
      await bank.assertEqual(target);
      await pipeline.stop();
    } finally {
      await pipeline.stop().catch(() => undefined);
    }
  });
});
