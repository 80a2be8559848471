import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dataSourceOf, ManagerClient, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { removeAtEnd } from '../cleanup.ts';
import type { BenchOptions } from '../options.ts';
import { OwnProcess } from '../otter-process.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { peakMegabytes } from '../process-usage.ts';
import { createShops, idleCost, shopsMustFlow } from '../shops.ts';

const OTTER = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
/** V8 gives back what a start has taken within two minutes. */
const SIZES = { channels: 200, running: 50, settleSeconds: 120 };
const SIZES_QUICK = { channels: 6, running: 2, settleSeconds: 2 };
const LISTINGS = 21;
/** Of each pipeline five on the target while it starts; and what the benchmark itself opens. */
const CONNECTIONS = SIZES.running * 8 + 50;

/** A whole manager with many channels, of which some run and wait; its control is the same one with none running. */
export async function runManager(options: BenchOptions): Promise<Findings> {
  const { channels, running, settleSeconds } = options.quick ? SIZES_QUICK : SIZES;
  const seconds = options.seconds ?? (options.quick ? 3 : 30);
  const servers = await Promise.all([1, 2].map(() => startServer({ options: { 'max-connections': CONNECTIONS } })));
  try {
    const [source, target] = servers as [RunningServer, RunningServer];
    await createShops(servers, channels);
    const still = new Measurements(`${channels} channels, none running`, 'control');
    const many = new Measurements(`${channels} channels, ${running} running`, 'ours');
    for (let run = 1; run <= options.runs; run++) {
      const manager = await configured(source, target, channels);
      try {
        still.add({ start: 0, ...(await waiting(manager, seconds)) });
        const startedAt = performance.now();
        for (const id of manager.channelIds.slice(0, running))
          await manager.client.ask('POST', `/channels/${id}/start`);
        await allRunning(manager, running);
        const start = (performance.now() - startedAt) / 1000;
        await sleep(settleSeconds * 1000);
        many.add({ start, ...(await waiting(manager, seconds)) });
        await shopsMustFlow({ source, target }, running, run);
      } finally {
        manager.process.child.kill('SIGTERM');
        await manager.ended;
      }
    }
    return findings(still, many, { seconds, channels, running });
  } finally {
    for (const server of servers) await server.stop();
  }
}

interface ConfiguredManager {
  process: OwnProcess;
  /** Rejects when it failed. */
  ended: Promise<unknown>;
  client: ManagerClient;
  channelIds: number[];
}

async function configured(source: RunningServer, target: RunningServer, channels: number): Promise<ConfiguredManager> {
  const dataDir = mkdtempSync(join(tmpdir(), 'otter-bench-'));
  removeAtEnd(dataDir);
  const own = new OwnProcess(OTTER, ['start', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--json']);
  const ended = own.ended();
  ended.catch(() => undefined);
  const { stdout } = own.child;
  if (stdout === null) throw new Error('the process has no standard output');
  const first = new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve));
  const line = await Promise.race([
    first,
    ended.then(() => {
      throw new Error(`otter start ended: ${own.stderr}`);
    }),
  ]);
  const { url, password } = JSON.parse(line) as { url: string; password: string };
  const client = new ManagerClient(url);
  await client.signIn('admin', password);
  const sourceId = await client.create('/data-sources', dataSourceOf('a', source.address));
  const targetId = await client.create('/data-sources', dataSourceOf('b', target.address));
  const channelIds: number[] = [];
  for (let i = 0; i < channels; i++) {
    const id = await client.create('/channels', { name: `shop ${i}` });
    const pipelineId = await client.create(`/channels/${id}/pipelines`, {
      ...{ name: `shop ${i}`, sourceId, targetId, parameters: { mode: 'incremental' } },
    });
    await client.replace(`/pipelines/${pipelineId}/mappings`, { mappings: [{ source: `shop_${i}.*` }] });
    channelIds.push(id);
  }
  return { process: own, ended, client, channelIds };
}

async function allRunning({ client, channelIds }: ConfiguredManager, running: number): Promise<void> {
  for (const id of channelIds.slice(0, running)) {
    const isRunning = async (): Promise<boolean> => {
      const status = await client.ask<{ pipelines: { state: string }[] }>('GET', `/channels/${id}/status`);
      return status.pipelines.every(({ state }) => state === 'running');
    };
    await waitFor(isRunning, { what: `channel ${id} to run`, timeoutMs: 180_000 });
  }
}

/** What it costs while nothing is written, and how long it takes to list all channels then. */
async function waiting({ process, client }: ConfiguredManager, seconds: number): Promise<Record<string, number>> {
  const cost = await idleCost(process.child.pid ?? 0, seconds);
  const times: number[] = [];
  for (let i = 0; i < LISTINGS; i++) {
    const startedAt = performance.now();
    const { items } = await client.ask<{ items: unknown[] }>('GET', '/channels?limit=500');
    if (items.length === 0) throw new Error('no channel was listed');
    times.push(performance.now() - startedAt);
  }
  return { ...cost, peak: peakMegabytes(process.child.pid ?? 0), list: Math.max(...times) };
}

function findings(still: Measurements, many: Measurements, settings: Findings['settings']): Findings {
  return {
    title: 'a manager and its node in one process, with channels of one pipeline each between two servers',
    settings,
    columns: [
      { key: 'cpu', label: 'CPU % of one core', digits: 2 },
      { key: 'resident', label: 'resident MB', digits: 0 },
      { key: 'peak', label: 'peak MB', digits: 0 },
      { key: 'list', label: 'listing all channels, slowest of 21, ms', digits: 1 },
      { key: 'start', label: 'all running after s', digits: 1 },
    ],
    lines: [still.line(), many.line()],
    verdicts: [
      verdict('listing all channels', many.median('list'), ' ms', { atMost: 500 }),
      verdict('all of them idle', many.median('cpu'), ' % CPU', { atMost: 10 }),
      verdict('resident', many.median('resident'), ' MB', { atMost: 1_500 }),
    ],
    proof: 'afterwards a row written to each table of the source arrived through its channel',
  };
}
