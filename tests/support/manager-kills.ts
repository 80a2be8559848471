import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ManagerClient, Random, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { expect } from 'vitest';
import { ManagerProcess } from './manager-process.ts';

const CHANNELS = 3;
const COUNTERS = 5;
/** From the moment all channels apply something to the kill; every third kill comes while they start. */
const LIFE_MS_MAX = 1500;
const AGAIN_MS_MAX = 10_000;

/** Applied so far, for each channel. */
async function sums(server: RunningServer): Promise<number[]> {
  const one = (i: number): string => `(SELECT COALESCE(SUM(n),0) FROM killed_${i}.counter) AS s${i}`;
  const [row] = await server.query(`SELECT ${Array.from({ length: CHANNELS }, (_, i) => one(i)).join()}`);
  return Object.values(row as object).map(Number);
}

/** Adds one to a counter of each channel in turn until told to end; gives how often for each. */
async function countUntil(source: RunningServer, signal: AbortSignal): Promise<number> {
  const connection = await source.connect();
  let times = 0;
  for (; !signal.aborted; times++) {
    const updates = Array.from(
      { length: CHANNELS },
      (_, i) => `UPDATE killed_${i}.counter SET n=n+1 WHERE id=${times % COUNTERS}`,
    );
    await connection.query(updates.join(';'));
  }
  await connection.end();
  return times;
}

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
    const ids = Array.from({ length: COUNTERS }, (_, id) => `(${id},0)`).join(',');
    for (let i = 0; i < CHANNELS; i++) {
      await source.query(
        `CREATE DATABASE killed_${i}; CREATE TABLE killed_${i}.counter (id INT PRIMARY KEY, n INT NOT NULL); INSERT INTO killed_${i}.counter VALUES ${ids}`,
      );
    }
    life = new ManagerProcess(dataDir);
    const { url, password = '' } = await life.ready;
    await configure(url, password, source, target);
    await waitFor(async () => (await sums(target).catch(() => [])).length === CHANNELS, {
      what: 'the tables',
      timeoutMs: 30_000,
    });
    writer = countUntil(source, writing.signal);
    for (let kill = 1; kill <= options.kills; kill++) {
      if (kill % 3 !== 0) await pause(random.int(0, LIFE_MS_MAX));
      await life.end('SIGKILL');
      const before = await sums(target);
      life = new ManagerProcess(dataDir);
      if (kill % 3 === 2) {
        await pause(random.int(0, LIFE_MS_MAX));
        continue;
      }
      try {
        await waitFor(async () => (await sums(target)).every((sum, i) => sum > (before[i] ?? 0)), {
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
    await waitFor(async () => (await sums(target)).every((sum) => sum === times), {
      what: `all of ${times}`,
      timeoutMs: 30_000,
    });
    expect(await life.end('SIGTERM')).toBe(0);
    expect(await sums(target)).toEqual(Array.from({ length: CHANNELS }, () => times));
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
  const dataSource = async (name: string, { address }: RunningServer): Promise<number> => {
    const { host, port, user, password: secret } = address;
    const input = { name, primary: { host, port }, user, password: secret };
    return client.create('/data-sources', input);
  };
  const sourceId = await dataSource('a', source);
  const targetId = await dataSource('b', target);
  for (let i = 0; i < CHANNELS; i++) {
    await client.startChannel({ name: `killed-${i}`, sourceId, targetId, tables: `killed_${i}.*` });
  }
}
