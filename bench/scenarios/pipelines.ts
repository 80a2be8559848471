import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PipelineRun } from '@otter/node';
import { startServer, type RunningServer } from '@otter/testkit';
import type { BenchOptions } from '../options.ts';
import { OwnProcess } from '../otter-process.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { createShops, idleCost, shopsMustFlow } from '../shops.ts';

const NODE = fileURLToPath(new URL('../node-process.js', import.meta.url));
const PIPELINES = 50;
const PIPELINES_QUICK = 3;
/** Until what came before has been paid for: compiling, garbage, the servers' own tidying. */
const SETTLE_S = 120;
const SETTLE_QUICK_S = 2;
/** Of each pipeline five on the target while it starts; and what the benchmark itself opens. */
const CONNECTIONS = PIPELINES * 8 + 50;

/** What it costs a node to keep many pipelines waiting; its control is a node with one. */
export async function runPipelines(options: BenchOptions): Promise<Findings> {
  const count = options.quick ? PIPELINES_QUICK : PIPELINES;
  const seconds = options.seconds ?? (options.quick ? 3 : 30);
  const servers = await Promise.all([1, 2].map(() => startServer({ options: { 'max-connections': CONNECTIONS } })));
  try {
    const [source, target] = servers as [RunningServer, RunningServer];
    await createShops(servers, count);
    const one = new Measurements('a node with 1 pipeline', 'control');
    const many = new Measurements(`a node with ${count} pipelines`, 'ours');
    for (let run = 1; run <= options.runs; run++) {
      for (const [line, pipelines] of [
        [one, 1],
        [many, count],
      ] as const)
        line.add(await nodeRun({ source, target, pipelines, seconds, settleSeconds: settle(options), run }));
    }
    return findings(one, many, { seconds, pipelines: count });
  } finally {
    for (const server of servers) await server.stop();
  }
}

function settle(options: BenchOptions): number {
  return options.quick ? SETTLE_QUICK_S : SETTLE_S;
}

async function nodeRun(parts: {
  source: RunningServer;
  target: RunningServer;
  pipelines: number;
  seconds: number;
  settleSeconds: number;
  run: number;
}): Promise<Record<string, number>> {
  const { source, target, pipelines, seconds, settleSeconds } = parts;
  const runs: PipelineRun[] = Array.from({ length: pipelines }, (_, i) => ({
    id: String(i),
    options: { from: source.url(), to: target.url(), tables: `shop_${i}.*`, name: `shop-${i}`, mode: 'incremental' },
  }));
  const startedAt = performance.now();
  const node = new OwnProcess(NODE, [JSON.stringify(runs)]);
  const running = new Set<string>();
  const { stdout, pid = 0 } = node.child;
  if (stdout === null) throw new Error('the process has no standard output');
  createInterface({ input: stdout }).on('line', (id) => running.add(id));
  while (running.size < pipelines) {
    if (!node.running) await node.ended();
    await sleep(10);
  }
  const start = (performance.now() - startedAt) / 1000;
  await sleep(settleSeconds * 1000);
  const { cpu, resident } = await idleCost(pid, seconds);
  await shopsMustFlow(parts, pipelines, parts.run * 1000 + pipelines);
  node.child.kill('SIGTERM');
  const { peakMegabytes: peak } = await node.ended();
  return { start, cpu, resident, peak };
}

function findings(one: Measurements, many: Measurements, settings: Findings['settings']): Findings {
  return {
    title: 'pipelines of one node, each in a thread, between two servers, waiting for changes that do not come',
    settings,
    columns: [
      { key: 'cpu', label: 'CPU % of one core', digits: 2 },
      { key: 'resident', label: 'resident MB', digits: 0 },
      { key: 'peak', label: 'peak MB', digits: 0 },
      { key: 'start', label: 'all running after s', digits: 1 },
    ],
    lines: [one.line(), many.line()],
    verdicts: [
      verdict('all of them idle', many.median('cpu'), ' % CPU', { atMost: 10 }),
      verdict('resident', many.median('resident'), ' MB', { atMost: 1_500 }),
    ],
    proof: 'afterwards a row written to each table of the source arrived through its pipeline',
  };
}
