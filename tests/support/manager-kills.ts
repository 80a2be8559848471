import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dataSourceOf, ManagerClient, Random, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { expect } from 'vitest';
import { Counters } from './counters.ts';
import { ManagerProcess } from './manager-process.ts';

const CHANNELS = 3;
const counters = new Counters(CHANNELS);
/** From the moment all channels apply something to the kill; every third kill comes while they start. */
const LIFE_MS_MAX = 1500;
const AGAIN_MS_MAX = 10_000;

/**
 * Kills `otter start` again and again while its channels carry counters that only ever grow by one. Expects each of them
 * to apply something within ten seconds of the next start, and in the end nothing lost and nothing twice.
 */
export async function killManager(options: { kills: number; seed: number }): Promise<void> {
  const random = new Random(options.seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'otter-killed-'));
  const [source, target] = await Promise.all([startServer(), startServer()]);
  const writing = new AbortController();
  let writer: Promise<number> = Promise.resolve(0);
  let life: ManagerProcess | undefined;
  try {
    await counters.define(source);
    await counters.fill(source);
    life = new ManagerProcess(dataDir);
    const { url, password = '' } = await life.ready;
    await configure(url, password, source, target);
    await waitFor(async () => (await counters.sums(target).catch(() => [])).length === CHANNELS, {
      what: 'the tables',
      timeoutMs: 30_000,
    });
    writer = counters.countUntil(source, writing.signal);
    for (let kill = 1; kill <= options.kills; kill++) {
      if (kill % 3 !== 0) await pause(random.int(0, LIFE_MS_MAX));
      await life.end('SIGKILL');
      const before = await counters.sums(target);
      life = new ManagerProcess(dataDir);
      if (kill % 3 === 2) {
        await pause(random.int(0, LIFE_MS_MAX));
        continue;
      }
      try {
        await waitFor(async () => (await counters.sums(target)).every((sum, i) => sum > (before[i] ?? 0)), {
          what: `each channel to apply something after kill ${kill}`,
          timeoutMs: AGAIN_MS_MAX,
        });
      } catch (cause) {
        throw new Error(`${(cause as Error).message}; ${await told(life, password)}`, { cause });
      }
    }
    writing.abort();
    const times = await writer;
    expect(times).toBeGreaterThan(0);
    await waitFor(async () => (await counters.sums(target)).every((sum) => sum === times), {
      what: `all of ${times}`,
      timeoutMs: 30_000,
    });
    expect(await life.end('SIGTERM')).toBe(0);
    expect(await counters.sums(target)).toEqual(Array.from({ length: CHANNELS }, () => times));
  } finally {
    writing.abort();
    await writer;
    await life?.end('SIGKILL');
    await Promise.all([source.stop(), target.stop()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** What a manager has to say about its channels. */
async function told(life: ManagerProcess, password: string): Promise<string> {
  const client = new ManagerClient((await life.ready).url);
  await client.signIn('admin', password);
  const channels = await Promise.all(
    Array.from({ length: CHANNELS }, (_, i) => client.ask('GET', `/channels/${i + 1}/status`)),
  );
  return `${life.stderr} ${JSON.stringify(channels)} ${JSON.stringify(await client.ask('GET', '/events?limit=20'))}`;
}

async function configure(url: string, password: string, source: RunningServer, target: RunningServer): Promise<void> {
  const client = new ManagerClient(url);
  await client.signIn('admin', password);
  const sourceId = await client.create('/data-sources', dataSourceOf('a', source.address));
  const targetId = await client.create('/data-sources', dataSourceOf('b', target.address));
  for (let i = 0; i < CHANNELS; i++) {
    await client.startChannel({ name: `killed-${i}`, sourceId, targetId, tables: `killed_${i}.*` });
  }
}
