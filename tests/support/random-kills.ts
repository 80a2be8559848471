import { setTimeout as pause } from 'node:timers/promises';
import { Random, type RunningServer } from '@otter/testkit';
import { Auditor, Bank } from './bank.ts';
import { syncUntilCaughtUp, SyncProcess } from './sync-process.ts';

/** From the start of a process to its kill: some die before they are connected, some in the middle of the stream. */
const LIFE_MS_MAX = 900;

/** Kills a pipeline this many times at random moments under load, lets the last one finish and compares. */
export async function killAtRandom(
  servers: { source: RunningServer; target: RunningServer },
  options: { kills: number; apply: 'transaction' | 'row'; seed: number },
): Promise<void> {
  const { source, target } = servers;
  const { kills, apply, seed } = options;
  const random = new Random(seed);
  const bank = new Bank(source, seed);
  await bank.open(target);
  const sync = { source: source.address, target: target.address, tables: 'bank.*', name: 'random', apply };
  const writing = new AbortController();
  const writer = bank.writeUntil(writing.signal, 300);
  const auditor = new Auditor(target);
  try {
    for (let i = 0; i < kills; i++) {
      const process = new SyncProcess({ ...sync, memoryBytes: 1 << 20 });
      await pause(random.int(250, LIFE_MS_MAX));
      await process.remove();
    }
  } finally {
    writing.abort();
    await writer;
  }
  await syncUntilCaughtUp(sync);
  const verdict = auditor.verdict();
  if (apply === 'transaction') await verdict;
  else await verdict.catch(() => undefined);
  await bank.assertEqual(target);
}
