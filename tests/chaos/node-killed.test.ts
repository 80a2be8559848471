/**
 * Goal: a node that is killed loses nothing and repeats nothing of any of its pipelines.
 *
 * Method: three pipelines in the threads of one process, counters that only ever grow by one on the source, SIGKILL at
 * random moments under load; after the last start everything is equal, and a pipeline failed in no life but by the kill.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counters } from '../support/counters.ts';

const ENTRY = fileURLToPath(new URL('../support/node-entry.mjs', import.meta.url));
const PIPELINES = 3;
const KILLS = 3;
const counters = new Counters(PIPELINES);
/** From the moment all of them run to the kill, or from the start for every second life. */
const LIFE_MS_MAX = 600;

interface StateLine {
  id: string;
  state: string;
  error: { code: string; message: string } | null;
}

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  for (const server of [source, target]) await counters.define(server);
});

const lives: NodeProcess[] = [];

afterAll(async () => {
  for (const life of lives) life.child.kill('SIGKILL');
  await Promise.all([source?.stop(), target?.stop()]);
});

/** One life of the node. */
class NodeProcess {
  readonly lines: StateLine[] = [];
  readonly child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor() {
    const options = (i: number) => ({
      ...{ from: source.url(), to: target.url(), tables: `killed_${i}.*`, name: `killed-${i}` },
      ...{ mode: 'incremental', start: 'earliest', heartbeat: 'off', ddl: 'ignore' },
    });
    const runs = Array.from({ length: PIPELINES }, (_, i) => ({ id: String(i), options: options(i) }));
    this.child = spawn(process.execPath, [ENTRY, JSON.stringify(runs)], { stdio: ['ignore', 'pipe', 'inherit'] });
    lives.push(this);
    this.#closed = once(this.child, 'close');
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      this.lines.push(JSON.parse(line) as StateLine),
    );
  }

  async running(): Promise<void> {
    await waitFor(() => this.lines.filter(({ state }) => state === 'running').length === PIPELINES, {
      what: `all to run: ${JSON.stringify(this.lines)}`,
      timeoutMs: 60_000,
    });
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.child.kill(signal);
    await this.#closed;
    expect(this.lines.filter(({ state }) => state === 'failed')).toEqual([]);
  }
}

test(`${PIPELINES} pipelines in one process, ${KILLS} kills under load`, async () => {
  const random = new Random(4);
  const writing = new AbortController();
  await counters.fill(source);
  const writer = counters.countUntil(source, writing.signal);
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await counters.sums(target);
      const life = new NodeProcess();
      if (kill % 2 === 0) {
        await life.running();
        await waitFor(async () => (await counters.sums(target)).every((sum, i) => sum > (before[i] ?? 0)), {
          what: 'each of them to apply something',
          timeoutMs: 30_000,
        });
      }
      await pause(random.int(0, LIFE_MS_MAX));
      await life.end('SIGKILL');
    }
  } finally {
    writing.abort();
    await writer;
  }
  const times = await writer;
  expect(times).toBeGreaterThan(100);
  const last = new NodeProcess();
  await waitFor(async () => (await counters.sums(target)).every((sum) => sum >= times), {
    what: 'all to catch up',
    timeoutMs: 60_000,
  });
  await last.end('SIGTERM');
  expect(await counters.sums(source)).toEqual(Array.from({ length: PIPELINES }, () => times));
  expect(await counters.sums(target)).toEqual(await counters.sums(source));
});
