import { setTimeout as sleep } from 'node:timers/promises';
import { Lab, serverSettings } from '../lab.ts';
import { configureReplica, replicaCaughtUp } from '../native-replica.ts';
import type { BenchOptions } from '../options.ts';
import { SyncProcess } from '../otter-process.ts';
import { cpuSeconds } from '../process-usage.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { createHot, runHot } from '../workloads.ts';

/** Until what came before has been paid for: compiling, garbage, the servers' own tidying. */
const SETTLE_S = 5;
const BACKLOG = 2_000;

/** What it costs to wait for changes that do not come. */
export async function runIdle(options: BenchOptions): Promise<Findings> {
  const seconds = options.seconds ?? (options.quick ? 5 : 30);
  const lab = await Lab.open({ schema: 'hot', tables: ['counter'], prepare: createHot, targetLog: options.targetLog });
  try {
    await runHot(lab.source, BACKLOG);
    const native = new Measurements('native replica, the whole server', 'control');
    const ours = new Measurements('otter, default mode', 'ours');
    for (let run = 1; run <= options.runs; run++) {
      native.add(await nativeRun(lab, seconds));
      ours.add(await ourRun(lab, seconds, options));
    }
    return findings(native, ours, { seconds, ...serverSettings(options.targetLog) });
  } finally {
    await lab.close();
  }
}

async function nativeRun(lab: Lab, seconds: number): Promise<Record<string, number>> {
  await lab.resetTarget();
  await configureReplica(lab.source, lab.target, 0);
  await lab.target.query('START SLAVE');
  await replicaCaughtUp(lab.source, lab.target);
  const cpu = await cpuPercent(lab.target.pid, seconds);
  await lab.target.query('STOP SLAVE');
  await lab.mustBeEqual('the native replica');
  return { cpu };
}

async function ourRun(lab: Lab, seconds: number, options: BenchOptions): Promise<Record<string, number>> {
  await lab.resetTarget();
  const sync = await SyncProcess.start({
    source: lab.source,
    target: lab.target,
    tables: `${lab.schema}.*`,
    start: 'earliest',
    apply: 'transaction',
    untilCaughtUp: false,
    workers: options.workers,
    profileFolder: null,
  });
  await sync.running();
  const cpu = await cpuPercent(sync.pid, seconds);
  const { usage } = await sync.stop();
  await lab.mustBeEqual('otter');
  return { cpu, peak: usage.peakMegabytes };
}

async function cpuPercent(pid: number, seconds: number): Promise<number> {
  await sleep(SETTLE_S * 1000);
  const before = cpuSeconds(pid);
  const startedAt = performance.now();
  await sleep(seconds * 1000);
  return (100_000 * (cpuSeconds(pid) - before)) / (performance.now() - startedAt);
}

function findings(native: Measurements, ours: Measurements, settings: Findings['settings']): Findings {
  return {
    title: 'waiting for changes that do not come, after a small backlog',
    settings,
    columns: [
      { key: 'cpu', label: 'CPU % of one core', digits: 2 },
      { key: 'peak', label: 'our peak MB', digits: 0 },
    ],
    lines: [native.line(), ours.line()],
    verdicts: [verdict('otter idle', ours.median('cpu'), ' % CPU', { atMost: 1 })],
    proof: 'the backlog had been applied: CHECKSUM TABLE was equal after each run',
  };
}
