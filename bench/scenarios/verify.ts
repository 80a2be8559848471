import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { mustRun, runCommand } from '../command.ts';
import { Lab, serverSettings } from '../lab.ts';
import { configureReplica, replicaCaughtUp } from '../native-replica.ts';
import type { BenchOptions } from '../options.ts';
import { OwnProcess } from '../otter-process.ts';
import { cpuSeconds } from '../process-usage.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { createSbtest, fillSbtest } from '../workloads.ts';

const TABLE = 'sbtest1';
const OTTER = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));

/** Equal tables compared: every row of both sides has to be looked at. */
export async function runVerify(options: BenchOptions): Promise<Findings> {
  const rows = options.rows ?? (options.quick ? 20_000 : 2_000_000);
  const toolkit = await toolkitVersion();
  const lab = await Lab.open({
    schema: 'sbtest',
    tables: [TABLE],
    prepare: async (server) => {
      await createSbtest(server, 0);
      await fillSbtest(server, TABLE, rows);
    },
    targetLog: options.targetLog,
  });
  try {
    const control = new Measurements('pt-table-checksum', 'control');
    const ours = new Measurements('otter verify', 'ours');
    for (let run = 1; run <= options.runs; run++) {
      await lab.resetTarget();
      control.add(await measured(lab, rows, async () => toolkitRun(lab, rows)));
      ours.add(await measured(lab, rows, async () => ourRun(lab, rows, options)));
    }
    return findings(control, ours, { rows, 'percona-toolkit': toolkit, ...serverSettings(options.targetLog) });
  } finally {
    await lab.close();
  }
}

/** pt-table-checksum, installed when it is missing and may be. Throws when it cannot be had: there is no control then. */
async function toolkitVersion(): Promise<string> {
  const version = async (): Promise<string | null> => {
    const run = await runCommand(['pt-table-checksum', '--version']).catch(() => null);
    return run?.code === 0 ? run.stdout.trim().replace('pt-table-checksum ', '') : null;
  };
  const present = await version();
  if (present !== null) return present;
  if (process.getuid?.() === 0) {
    process.stderr.write('installing percona-toolkit with apt-get …\n');
    await runCommand(['apt-get', 'install', '-y', '--no-install-recommends', 'percona-toolkit']).catch(() => null);
  }
  const installed = await version();
  if (installed === null) {
    throw new Error('pt-table-checksum is not here (Debian, Ubuntu: apt-get install percona-toolkit)');
  }
  return installed;
}

async function measured(
  lab: Lab,
  rows: number,
  compare: () => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  const before = { source: cpuSeconds(lab.source.pid), target: cpuSeconds(lab.target.pid) };
  const own = await compare();
  const targetCpu = cpuSeconds(lab.target.pid) - before.target;
  const sourceCpu = cpuSeconds(lab.source.pid) - before.source;
  return { rate: rows / (own['seconds'] ?? Number.NaN), targetCpu, sourceCpu, ...own };
}

/**
 * As its manual says: the target is a native replica, the tool's statements are computed on the source and again, from its
 * log, on the replica. Its time ends when it has read the replica's checksums.
 */
async function toolkitRun({ source, target, schema }: Lab, rows: number): Promise<Record<string, number>> {
  await configureReplica(source, target, 0);
  await target.query('START SLAVE');
  await source.query(
    `CREATE DATABASE IF NOT EXISTS percona;
     CREATE OR REPLACE TABLE percona.dsns (id INT PRIMARY KEY, parent_id INT, dsn VARCHAR(255) NOT NULL);
     INSERT INTO percona.dsns VALUES (1, NULL, 'h=127.0.0.1,P=${target.port},u=root')`,
  );
  await replicaCaughtUp(source, target);
  const at = `h=127.0.0.1,P=${source.port},u=root`;
  const { seconds, stdout } = await mustRun([
    ...['pt-table-checksum', at, `--tables=${schema}.${TABLE}`, '--no-check-binlog-format', '--no-version-check'],
    ...['--no-check-replication-filters', `--recursion-method=dsn=${at},D=percona,t=dsns`],
  ]);
  await target.query('STOP SLAVE; RESET SLAVE ALL');
  const [sums] = await target.query(
    'SELECT SUM(this_cnt) AS n, SUM(this_crc <> master_crc) AS differ FROM percona.checksums',
  );
  if (Number(sums?.['n']) !== rows || Number(sums?.['differ']) !== 0) {
    throw new Error(`pt-table-checksum looked at ${String(sums?.['n'])} of ${rows} rows: ${stdout.slice(-800)}`);
  }
  return { seconds };
}

interface VerifyLine {
  event: string;
  verdict?: string;
  rows?: number;
  complete?: boolean;
}

async function ourRun(
  { source, target, schema }: Lab,
  rows: number,
  options: BenchOptions,
): Promise<Record<string, number>> {
  const parameters = [
    'verify',
    '--from',
    source.url(),
    '--to',
    target.url(),
    '--tables',
    `${schema}.${TABLE}`,
    '--json',
  ];
  const own = new OwnProcess(OTTER, parameters, options.profile ? ['--cpu-prof'] : []);
  const lines: VerifyLine[] = [];
  const { stdout } = own.child;
  if (stdout === null) throw new Error('the process has no standard output');
  createInterface({ input: stdout }).on('line', (line) => lines.push(JSON.parse(line) as VerifyLine));
  const usage = await own.ended();
  const found = lines.find(({ event }) => event === 'table');
  if (found?.verdict !== 'equal' || found.rows !== rows || found.complete !== true) {
    throw new Error(`otter verify did not find ${rows} equal rows: ${JSON.stringify(lines)}`);
  }
  return { seconds: (own.endedAt - own.startedAt) / 1000, cpu: usage.cpuSeconds, peak: usage.peakMegabytes };
}

function findings(control: Measurements, ours: Measurements, settings: Findings['settings']): Findings {
  const rate = ours.median('rate');
  return {
    title: 'two equal tables compared, every row of both',
    settings,
    columns: [
      { key: 'seconds', label: 's', digits: 2 },
      { key: 'rate', label: 'rows/s', digits: 0 },
      { key: 'cpu', label: 'our CPU s', digits: 2 },
      { key: 'sourceCpu', label: 'source CPU s', digits: 2 },
      { key: 'targetCpu', label: 'target CPU s', digits: 2 },
      { key: 'peak', label: 'our peak MB', digits: 0 },
    ],
    lines: [control.line(), ours.line()],
    verdicts: [
      verdict('otter : pt-table-checksum', rate / control.median('rate'), ' ×', { atLeast: 5 }),
      verdict('otter', rate, ' rows/s', { atLeast: 2_000_000 }),
      verdict('otter, peak resident memory', ours.median('peak'), ' MB', { atMost: 300 }),
    ],
    proof:
      'both counted every row and found no difference; the start of each program is part of its time, and of the control’s the replay on its replica',
  };
}
