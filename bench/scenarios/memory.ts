import { Lab, serverSettings } from '../lab.ts';
import { timeNativeReplica } from '../native-replica.ts';
import type { BenchOptions } from '../options.ts';
import { SyncProcess } from '../otter-process.ts';
import { peakMegabytes } from '../process-usage.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { createHuge, runHuge } from '../workloads.ts';

/** One transaction far larger than memory should hold. */
export async function runMemory(options: BenchOptions): Promise<Findings> {
  const megabytes = options.megabytes ?? (options.quick ? 160 : 2_048);
  const lab = await Lab.open({
    schema: 'huge',
    tables: ['document'],
    prepare: createHuge,
    targetLog: options.targetLog,
  });
  try {
    const rows = await runHuge(lab.source, megabytes);
    await lab.endLogFile();
    const native = new Measurements('native replica, the whole server', 'control');
    const ours = new Measurements('otter, default mode', 'ours');
    for (let run = 1; run <= options.runs; run++) {
      await lab.resetTarget();
      const seconds = await timeNativeReplica(lab.source, lab.target, 0);
      native.add({ seconds, rate: megabytes / seconds, peak: peakMegabytes(lab.target.pid) });
      await mustHold(lab, rows, 'the native replica');
      ours.add(await ourRun(lab, megabytes, options));
      await mustHold(lab, rows, 'otter');
    }
    return findings(native, ours, { megabytes, rows, ...serverSettings(options.targetLog) });
  } finally {
    await lab.close();
  }
}

async function ourRun(lab: Lab, megabytes: number, options: BenchOptions): Promise<Record<string, number>> {
  await lab.resetTarget();
  const sync = await SyncProcess.start({
    source: lab.source,
    target: lab.target,
    tables: `${lab.schema}.*`,
    start: 'earliest',
    apply: 'transaction',
    untilCaughtUp: true,
    workers: options.workers,
    profileFolder: null,
  });
  const { wallSeconds, streamSeconds, usage } = await sync.ended();
  const seconds = streamSeconds || wallSeconds;
  return { seconds, rate: megabytes / seconds, peak: usage.peakMegabytes, cpu: usage.cpuSeconds };
}

async function mustHold(lab: Lab, rows: number, who: string): Promise<void> {
  const [found] = await lab.target.query('SELECT COUNT(*) AS count FROM huge.document');
  // One row was there before.
  if (Number(found?.['count']) !== rows + 1) {
    throw new Error(`DIFFERENT DATA after ${who}: ${String(found?.['count'])} rows instead of ${rows + 1}`);
  }
  await lab.mustBeEqual(who);
}

function findings(native: Measurements, ours: Measurements, settings: Findings['settings']): Findings {
  return {
    title: 'one huge transaction, applied from the log',
    settings,
    columns: [
      { key: 'peak', label: 'peak RSS MB', digits: 0 },
      { key: 'seconds', label: 's', digits: 1 },
      { key: 'rate', label: 'MB/s', digits: 1 },
      { key: 'cpu', label: 'our CPU s', digits: 1 },
    ],
    lines: [native.line(), ours.line()],
    verdicts: [
      verdict('otter, peak resident memory', ours.median('peak'), ' MB', { atMost: 300 }),
      verdict('otter : native replica, speed', ours.median('rate') / native.median('rate'), ' ×'),
    ],
    proof: 'the number of rows and CHECKSUM TABLE were equal to the source after each run',
  };
}
