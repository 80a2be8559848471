/**
 * Goal: one owner (design §2.6). Of two processes with the same pipeline name only one ever commits, whatever the
 * other believes; a graceful stop loses nothing.
 *
 * Method: real processes under load. A second is started beside the first; the first is frozen (SIGSTOP) in the middle
 * of its work, its place is taken, and after SIGCONT it must end with OWNER_CHANGED and leave every counter exact.
 * The fence in the checkpoint table has its own test beside CheckpointStore.
 */
import { createHash } from 'node:crypto';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Bank } from '../support/bank.ts';
import { syncUntilCaughtUp, SyncProcess, type SyncProcessOptions } from '../support/sync-process.ts';

let source: RunningServer;
let target: RunningServer;
let bank: Bank;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(async () => {
  bank = new Bank(source, 3);
  await bank.open(target);
});

async function sequence(): Promise<number> {
  const [row] = await target.query('SELECT n FROM bank.sequence WHERE id=1');
  return Number(row?.['n'] ?? 0);
}

describe.each(['transaction', 'row'] as const)('apply: %s', (apply) => {
  const options = (): SyncProcessOptions => ({
    source: source.address,
    target: target.address,
    tables: 'bank.*',
    name: 'owned',
    apply,
  });

  /** Runs `work` with a process under load that is gone afterwards. */
  async function underLoad(work: (first: SyncProcess) => Promise<void>): Promise<void> {
    const first = new SyncProcess(options());
    const writing = new AbortController();
    const writer = bank.writeUntil(writing.signal, 400);
    try {
      await waitFor(async () => (await sequence()) > 20, { what: 'rows to flow' });
      await work(first);
    } finally {
      writing.abort();
      await writer;
      await first.remove();
    }
    await syncUntilCaughtUp(options());
    await bank.assertEqual(target);
  }

  test('a second process with the same name is refused, the first goes on', async () => {
    await underLoad(async (first) => {
      const end = await new SyncProcess(options()).ended;
      expect(end).toMatchObject({ code: 1, error: { code: 'OWNER_CHANGED' } });
      const before = await sequence();
      await waitFor(async () => (await sequence()) > before + 20, { what: 'the first to go on' });
      expect(first.child.exitCode).toBeNull();
    });
  });

  test('a frozen process whose place was taken commits nothing any more', async () => {
    await underLoad(async (first) => {
      first.kill('SIGSTOP');
      // What the server does by itself to an owner that has been silent for 20 s.
      const lock = `otter.${createHash('sha256').update('retl\u0000owned').digest('hex').slice(0, 40)}`;
      const [owner] = await target.query(`SELECT IS_USED_LOCK('${lock}') AS thread`);
      await target.query(`KILL ${String(owner?.['thread'])}`);
      const second = new SyncProcess(options());
      try {
        const before = await sequence();
        await waitFor(async () => (await sequence()) > before + 20, { what: 'the second to go on', timeoutMs: 20_000 });
        first.kill('SIGCONT');
        expect(await first.ended).toMatchObject({ code: 1, error: { code: 'OWNER_CHANGED' } });
        const later = await sequence();
        await waitFor(async () => (await sequence()) > later + 20, { what: 'the second to go on still' });
        second.kill('SIGTERM');
        expect(await second.ended).toMatchObject({ code: 0 });
      } finally {
        await second.remove();
      }
    });
  });

  test('a process whose epoch has passed stops at its next commit', async () => {
    await underLoad(async (first) => {
      first.kill('SIGSTOP');
      await target.query('UPDATE retl.otter_checkpoint SET epoch=epoch+1');
      const before = await sequence();
      first.kill('SIGCONT');
      expect(await first.ended).toMatchObject({ code: 1, error: { code: 'OWNER_CHANGED' } });
      // In row mode a shard may have been between its commit and the next when it was frozen; never after it.
      expect(await sequence()).toBe(before);
    });
  });

  test('SIGTERM under load ends within 10 s and loses nothing', async () => {
    await underLoad(async (first) => {
      const startedAt = performance.now();
      first.kill('SIGTERM');
      expect(await first.ended).toMatchObject({ code: 0, error: null });
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });
  });
});

test('SIGTERM ends within 10 s although somebody holds a lock on the target', async () => {
  const process = new SyncProcess({
    source: source.address,
    target: target.address,
    tables: 'bank.*',
    name: 'locked-out',
  });
  const blocker = await target.connect();
  try {
    await bank.write(10);
    await waitFor(async () => (await sequence()) === 10, { what: 'rows to flow' });
    await blocker.query('LOCK TABLES bank.sequence WRITE');
    await bank.write(10);
    await waitFor(async () => {
      const rows = await target.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for%'");
      return rows.length > 0;
    });
    const startedAt = performance.now();
    process.kill('SIGTERM');
    expect(await process.ended).toMatchObject({ code: 0 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  } finally {
    blocker.destroy();
    await process.remove();
  }
  await syncUntilCaughtUp({ source: source.address, target: target.address, tables: 'bank.*', name: 'locked-out' });
  await bank.assertEqual(target);
});
