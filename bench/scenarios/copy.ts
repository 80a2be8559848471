import { Lab, serverSettings } from '../lab.ts';
import { mustRun } from '../command.ts';
import type { BenchOptions } from '../options.ts';
import { SyncProcess } from '../otter-process.ts';
import { cpuSeconds } from '../process-usage.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { createSbtest, fillSbtest } from '../workloads.ts';

const TABLE = 'sbtest1';

/** Rows that are there already, into a table that whoever copies them creates. */
export async function runCopy(options: BenchOptions): Promise<Findings> {
  const rows = options.rows ?? (options.quick ? 20_000 : 10_000_000);
  const lab = await Lab.open({
    schema: 'sbtest',
    tables: [TABLE],
    prepare: async (server) => createSbtest(server, 0),
    targetLog: options.targetLog,
  });
  try {
    await fillSbtest(lab.source, TABLE, rows);
    const dump = new Measurements('mariadb-dump | mariadb', 'control');
    const ours = new Measurements('otter sync --mode full', 'ours');
    for (let run = 1; run <= options.runs; run++) {
      dump.add(await measured(lab, rows, 'mariadb-dump | mariadb', async () => dumpRun(lab)));
      ours.add(await measured(lab, rows, 'otter', async () => ourRun(lab, options)));
    }
    return findings(dump, ours, { rows, ...serverSettings(options.targetLog) });
  } finally {
    await lab.close();
  }
}

async function measured(
  lab: Lab,
  rows: number,
  who: string,
  copy: () => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  await lab.resetTarget();
  await lab.target.query(`DROP TABLE ${lab.schema}.${TABLE}`);
  const before = { source: cpuSeconds(lab.source.pid), target: cpuSeconds(lab.target.pid) };
  const startedAt = performance.now();
  const own = await copy();
  const seconds = (performance.now() - startedAt) / 1000;
  const targetCpu = cpuSeconds(lab.target.pid) - before.target;
  const sourceCpu = cpuSeconds(lab.source.pid) - before.source;
  await lab.mustBeEqual(who);
  return { seconds, rate: rows / seconds, targetCpu, sourceCpu, ...own };
}

async function dumpRun({ source, target, schema }: Lab): Promise<Record<string, number>> {
  const connection = (port: number): string => `--no-defaults -h127.0.0.1 -P${port} -uroot`;
  const dump = `mariadb-dump ${connection(source.port)} --single-transaction ${schema} ${TABLE}`;
  await mustRun(['bash', '-o', 'pipefail', '-c', `${dump} | mariadb ${connection(target.port)} ${schema}`]);
  return {};
}

async function ourRun({ source, target, schema }: Lab, options: BenchOptions): Promise<Record<string, number>> {
  const sync = await SyncProcess.start({
    ...{ source, target, tables: `${schema}.${TABLE}` },
    start: 'copy',
    apply: 'transaction',
    untilCaughtUp: false,
    workers: options.workers,
    profileFolder: null,
  });
  const { usage } = await sync.ended();
  return { cpu: usage.cpuSeconds, peak: usage.peakMegabytes };
}

function findings(dump: Measurements, ours: Measurements, settings: Findings['settings']): Findings {
  const rate = ours.median('rate');
  return {
    title: 'rows that are there already, copied into a table that is created on the way, with its secondary index',
    settings,
    columns: [
      { key: 'seconds', label: 's', digits: 2 },
      { key: 'rate', label: 'rows/s', digits: 0 },
      { key: 'cpu', label: 'our CPU s', digits: 2 },
      { key: 'targetCpu', label: 'target CPU s', digits: 2 },
      { key: 'sourceCpu', label: 'source CPU s', digits: 2 },
      { key: 'peak', label: 'our peak MB', digits: 0 },
    ],
    lines: [dump.line(), ours.line()],
    verdicts: [
      verdict('otter : mariadb-dump | mariadb', rate / dump.median('rate'), ' ×', { atLeast: 1.5 }),
      verdict('otter', rate, ' rows/s', { atLeast: 120_000 }),
      verdict('otter, peak resident memory', ours.median('peak'), ' MB', { atMost: 300 }),
    ],
    proof: 'CHECKSUM TABLE was equal to the source after each run; the start of our process is part of its time',
  };
}
