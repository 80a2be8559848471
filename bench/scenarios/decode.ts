import { fileURLToPath } from 'node:url';
import { ensureMariadb } from '@otter/testkit';
import { mustRun } from '../command.ts';
import type { DecodeFigures } from '../decode-process.ts';
import { Lab } from '../lab.ts';
import type { BenchOptions } from '../options.ts';
import { OwnProcess } from '../otter-process.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { createSbtest, runBulk, runOltp, SBTEST_TABLES } from '../workloads.ts';

const DECODER = fileURLToPath(new URL('../decode-process.js', import.meta.url));

/** Our decoder against the servers' own tool, on the same log files: small transactions, then multi-row inserts. */
export async function runDecode(options: BenchOptions): Promise<Findings> {
  const transactions = options.transactions ?? (options.quick ? 3_000 : 100_000);
  const rows = options.rows ?? (options.quick ? 12_000 : 400_000);
  const rowsPerTable = options.quick ? 5_000 : 100_000;
  const tool = (await ensureMariadb()).binlogTool;
  if (tool === null) throw new Error('mariadb-binlog is missing: there is no control');
  const lab = await Lab.open({
    schema: 'sbtest',
    tables: SBTEST_TABLES,
    prepare: async (server) => createSbtest(server, rowsPerTable),
    targetLog: true,
  });
  try {
    const { generator } = options;
    const used = await runOltp(lab.source, { transactions, rowsPerTable, generator });
    await runBulk(lab.source, 'sbtest', 'sbtest1', rows);
    await lab.endLogFile();
    const files = lab.source.logFiles().slice(0, -1);
    const fromFile = new Measurements('otter, from the file', 'ours');
    const fromSocket = new Measurements('otter, from the server', 'ours');
    const verbose = new Measurements('mariadb-binlog -v', 'control');
    const rowsOnly = new Measurements('mariadb-binlog -v --base64-output=decode-rows', 'control');
    for (let run = 1; run <= options.runs; run++) {
      const ours = await decode(['file', lab.source.url(), ...files]);
      const { bytes, events } = ours;
      const control = async (...flags: string[]): Promise<Record<string, number>> => {
        const { seconds } = await mustRun([...tool, '-v', ...flags, ...files], true);
        return rates({ seconds, bytes, events, rows: ours.rows });
      };
      verbose.add(await control());
      rowsOnly.add(await control('--base64-output=decode-rows'));
      fromFile.add({ ...rates(ours), cpu: ours.cpuSeconds });
      const socket = await decode(['server', lab.source.url()]);
      if (socket.rows !== ours.rows) throw new Error(`${ours.rows} rows in the file, ${socket.rows} from the server`);
      // The reader hands out transactions and counts no events: they are those of the file.
      fromSocket.add({ ...rates({ ...socket, bytes, events }), cpu: socket.cpuSeconds });
    }
    return findings([verbose, rowsOnly, fromFile, fromSocket], { transactions, rows, generator: used });
  } finally {
    await lab.close();
  }
}

async function decode(parameters: string[]): Promise<DecodeFigures & { cpuSeconds: number }> {
  const own = new OwnProcess(DECODER, parameters);
  let text = '';
  own.child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const usage = await own.ended();
  return { ...(JSON.parse(text) as DecodeFigures), cpuSeconds: usage.cpuSeconds };
}

function rates(figures: Omit<DecodeFigures, 'transactions'>): Record<string, number> {
  const { seconds, bytes, rows, events } = figures;
  return { seconds, megabytes: bytes / 1e6 / seconds, rows: rows / seconds, events: events / seconds };
}

function findings(all: readonly Measurements[], settings: Record<string, string | number>): Findings {
  const [verbose, rowsOnly, fromFile] = all as [Measurements, Measurements, Measurements, Measurements];
  const control = verbose.median('megabytes');
  const lines = all.map((found) => {
    const line = found.line();
    const { median, min, max } = found.spread('megabytes');
    line.values['ratio'] = { median: median / control, min: min / control, max: max / control };
    return line;
  });
  const ours = fromFile.median('megabytes');
  return {
    title: 'decoding a log of small transactions and multi-row inserts, all values',
    settings,
    columns: [
      { key: 'seconds', label: 's', digits: 2 },
      { key: 'megabytes', label: 'MB/s', digits: 1 },
      { key: 'ratio', label: '× mariadb-binlog -v', digits: 2 },
      { key: 'rows', label: 'rows/s', digits: 0 },
      { key: 'events', label: 'events/s', digits: 0 },
      { key: 'cpu', label: 'our CPU s', digits: 2 },
    ],
    lines,
    verdicts: [
      verdict('otter from the file : mariadb-binlog -v', ours / control, ' ×', { atLeast: 5 }),
      verdict('otter from the file', ours, ' MB/s', { atLeast: 200 }),
      verdict('otter from the file : the control without base64', ours / rowsOnly.median('megabytes'), ' ×'),
    ],
    proof: 'the file and the server gave the same number of rows, each with all its values',
  };
}
