import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAtEnd } from '../cleanup.ts';
import { Lab, serverSettings, type LabOptions } from '../lab.ts';
import { timeNativeReplica } from '../native-replica.ts';
import type { BenchOptions } from '../options.ts';
import { SyncProcess } from '../otter-process.ts';
import { cpuSeconds } from '../process-usage.ts';
import { profileText } from '../profile.ts';
import { Measurements, verdict, type Findings, type Verdict } from '../result.ts';
import { createBulk, createHot, createSbtest, runBulk, runHot, runOltp, SBTEST_TABLES } from '../workloads.ts';

type Apply = 'transaction' | 'row';

/** Work recorded on a source and then applied, again and again, to copies of what was there before it. */
interface Backlog {
  title: string;
  lab: Omit<LabOptions, 'targetLog'>;
  /** How many units the log holds and what they are called. */
  units: number;
  unit: 'tx' | 'rows';
  /** Writes them on the source; returns what else is to be said about them. */
  record(lab: Lab): Promise<Record<string, string | number>>;
  goals: Partial<Record<Apply, number>>;
}

const LINES: Record<Apply, string> = { transaction: 'otter, default mode', row: 'otter, --apply row' };

export function oltpBacklog(options: BenchOptions): Backlog {
  const transactions = options.transactions ?? (options.quick ? 3_000 : 100_000);
  const rowsPerTable = options.quick ? 5_000 : 100_000;
  return {
    title: 'sysbench oltp_write_only transactions applied from the log',
    lab: { schema: 'sbtest', tables: SBTEST_TABLES, prepare: async (server) => createSbtest(server, rowsPerTable) },
    units: transactions,
    unit: 'tx',
    record: async (lab) => ({
      transactions,
      tables: `${SBTEST_TABLES.length} × ${rowsPerTable} rows`,
      generator: await runOltp(lab.source, { transactions, rowsPerTable, generator: options.generator }),
    }),
    goals: { transaction: 1.5, row: 2.5 },
  };
}

export function bulkBacklog(options: BenchOptions): Backlog {
  const rows = options.rows ?? (options.quick ? 30_000 : 1_000_000);
  return {
    title: 'rows inserted by statements of 1,000 rows, applied from the log',
    lab: { schema: 'bulk', tables: ['item'], prepare: createBulk },
    units: rows,
    unit: 'rows',
    record: async (lab) => {
      await runBulk(lab.source, 'bulk', 'item', rows);
      return { rows };
    },
    goals: { transaction: 0.8 },
  };
}

export function hotBacklog(options: BenchOptions): Backlog {
  const transactions = options.transactions ?? (options.quick ? 3_000 : 100_000);
  return {
    title: 'transactions that all update the same 100 rows, applied from the log',
    lab: { schema: 'hot', tables: ['counter'], prepare: createHot },
    units: transactions,
    unit: 'tx',
    record: async (lab) => {
      await runHot(lab.source, transactions);
      return { transactions };
    },
    goals: { transaction: 2 },
  };
}

/** Every variant begins with the same data and the same log; each comparison with the source must come out equal. */
export async function runCatchup(backlog: Backlog, options: BenchOptions): Promise<Findings> {
  const lab = await Lab.open({ ...backlog.lab, targetLog: options.targetLog });
  try {
    const recorded = await backlog.record(lab);
    await lab.endLogFile();
    const natives = options.appliers.map((appliers) => ({
      appliers,
      found: new Measurements(`native replica, ${appliers} parallel appliers`, 'control'),
    }));
    const ours = (['transaction', 'row'] as const).map((apply) => ({
      apply,
      found: new Measurements(LINES[apply], 'ours'),
    }));
    for (let run = 1; run <= options.runs; run++) {
      for (const { appliers, found } of natives) found.add(await nativeRun(lab, backlog, appliers));
      for (const { apply, found } of ours) found.add(await ourRun(lab, backlog, apply, options));
    }
    return findings(
      backlog,
      options,
      recorded,
      natives.map((each) => each.found),
      ours,
    );
  } finally {
    await lab.close();
  }
}

async function nativeRun(lab: Lab, backlog: Backlog, appliers: number): Promise<Record<string, number>> {
  await lab.resetTarget();
  const serverCpu = serverCpuSeconds(lab);
  const seconds = await timeNativeReplica(lab.source, lab.target, appliers);
  const used = serverCpu();
  await lab.mustBeEqual(`the native replica with ${appliers} appliers`);
  return { seconds, rate: backlog.units / seconds, ...used };
}

async function ourRun(
  lab: Lab,
  backlog: Backlog,
  apply: Apply,
  options: BenchOptions,
): Promise<Record<string, number>> {
  await lab.resetTarget();
  const profileFolder = options.profile ? mkdtempSync(join(tmpdir(), 'otter-bench-profile-')) : null;
  if (profileFolder !== null) removeAtEnd(profileFolder);
  const serverCpu = serverCpuSeconds(lab);
  const sync = await SyncProcess.start({
    source: lab.source,
    target: lab.target,
    tables: `${lab.schema}.*`,
    start: 'earliest',
    apply,
    untilCaughtUp: true,
    workers: options.workers,
    profileFolder,
  });
  const ended = await sync.ended();
  const used = serverCpu();
  await lab.mustBeEqual(LINES[apply]);
  if (profileFolder !== null) {
    process.stderr.write(`${LINES[apply]}, CPU profile:\n${profileText(profileFolder)}`);
    rmSync(profileFolder, { recursive: true, force: true });
  }
  const { wallSeconds, streamSeconds, usage, done } = ended;
  return {
    // A backlog so small that the stream was over before it was seen is counted from the start.
    seconds: streamSeconds || wallSeconds,
    wallSeconds,
    rate: backlog.units / (streamSeconds || wallSeconds),
    wallRate: backlog.units / wallSeconds,
    cpu: usage.cpuSeconds,
    peak: usage.peakMegabytes,
    commits: done.commits ?? 0,
    ...used,
  };
}

/** Tells later what both servers have used since now. */
function serverCpuSeconds({ source, target }: Lab): () => { sourceCpu: number; targetCpu: number } {
  const before = { source: cpuSeconds(source.pid), target: cpuSeconds(target.pid) };
  return () => ({
    sourceCpu: cpuSeconds(source.pid) - before.source,
    targetCpu: cpuSeconds(target.pid) - before.target,
  });
}

function findings(
  backlog: Backlog,
  options: BenchOptions,
  recorded: Record<string, string | number>,
  natives: readonly Measurements[],
  ours: readonly { apply: Apply; found: Measurements }[],
): Findings {
  const best = natives.toSorted((a, b) => b.median('rate') - a.median('rate'))[0];
  if (best === undefined) throw new Error('no native replica was measured: there is no control');
  const control = best.median('rate');
  const { unit } = backlog;
  const verdicts: Verdict[] = [];
  for (const { apply, found } of ours) {
    const goal = backlog.goals[apply];
    const bound = goal === undefined ? null : { atLeast: goal };
    verdicts.push(verdict(`${LINES[apply]} : best native replica`, found.median('rate') / control, ' ×', bound));
    const whole = found.median('wallRate') / control;
    verdicts.push(verdict(`${LINES[apply]}, start of the process included`, whole, ' ×'));
  }
  const all = [...natives, ...ours.map((each) => each.found)];
  const lines = all.map((found) => {
    const line = found.line();
    const { median, min, max } = found.spread('rate');
    line.values['ratio'] = { median: median / control, min: min / control, max: max / control };
    return line;
  });
  return {
    title: backlog.title,
    settings: { ...recorded, ...serverSettings(options.targetLog), workers: options.workers ?? 'default' },
    columns: [
      { key: 'seconds', label: 's', digits: 2 },
      { key: 'rate', label: `${unit}/s`, digits: 0 },
      { key: 'ratio', label: '× best native', digits: 2 },
      { key: 'wallSeconds', label: 's with start', digits: 2 },
      { key: 'wallRate', label: `${unit}/s with start`, digits: 0 },
      { key: 'cpu', label: 'our CPU s', digits: 2 },
      { key: 'targetCpu', label: 'target CPU s', digits: 2 },
      { key: 'sourceCpu', label: 'source CPU s', digits: 2 },
      { key: 'commits', label: 'commits', digits: 0 },
      { key: 'peak', label: 'our peak MB', digits: 0 },
    ],
    lines,
    verdicts,
    proof: `CHECKSUM TABLE of ${backlog.lab.tables.length} tables was equal to the source after each of ${all.length * options.runs} runs`,
  };
}
