import { Random, startFaultProxy, type FaultProxy, type RunningServer } from '@otter/testkit';
import { Lab, serverSettings } from '../lab.ts';
import { timeNativeReplica } from '../native-replica.ts';
import type { BenchOptions } from '../options.ts';
import { SyncProcess, type SyncSettings } from '../otter-process.ts';
import { Measurements, verdict, type Findings } from '../result.ts';

const SCHEMA = 'far';
const TABLES = Array.from({ length: 50 }, (_, i) => `t${i}`);
const ROWS_PER_TABLE = 100;
const CHANGES = 4;
/** Transactions that are sent together. */
const SENT = 100;
/** One way; a question and its answer take twice that. */
const LATENCY_MS = 50;

/** Begun again behind a backlog, over a link between continents: a replica reads its log over it, and ours either that or writes over it. */
export async function runFar(options: BenchOptions): Promise<Findings> {
  const transactions = options.transactions ?? (options.quick ? 500 : 20_000);
  const lab = await Lab.open({ schema: SCHEMA, tables: TABLES, prepare: create, targetLog: options.targetLog });
  const links = [await startFaultProxy({ to: lab.source }), await startFaultProxy({ to: lab.target })] as const;
  for (const link of links) link.setLatency(LATENCY_MS);
  try {
    const native = new Measurements('native replica, its log over the link', 'control');
    const beside = new Measurements('otter beside the target, its log over the link', 'ours');
    const away = new Measurements('otter beside the source, its writes over the link', 'ours');
    const [source, target] = [behind(lab.source, links[0]), behind(lab.target, links[1])];
    for (let run = 1; run <= options.runs; run++) {
      native.add(await nativeRun(lab, source, transactions));
      beside.add(await ourRun(lab, { source, target: lab.target }, transactions, options));
      away.add(await ourRun(lab, { source: lab.source, target }, transactions, options));
    }
    return findings({ native, beside, away }, transactions, options);
  } finally {
    for (const link of links) await link.stop();
    await lab.close();
  }
}

async function create(server: RunningServer): Promise<void> {
  await server.query(`CREATE DATABASE ${SCHEMA}`);
  const rows = Array.from({ length: ROWS_PER_TABLE }, (_, i) => `(${i},0,'first')`).join(',');
  for (const table of TABLES) {
    await server.query(
      `CREATE TABLE ${SCHEMA}.${table} (id INT NOT NULL PRIMARY KEY, n INT NOT NULL, note VARCHAR(60) NOT NULL);
       INSERT INTO ${SCHEMA}.${table} VALUES ${rows}`,
    );
  }
}

async function write(server: RunningServer, transactions: number): Promise<void> {
  const random = new Random(1);
  for (let done = 0; done < transactions; done += SENT) {
    const texts = Array.from({ length: Math.min(SENT, transactions - done) }, (_, i) => {
      const changes = Array.from({ length: CHANGES }, () => {
        const id = random.int(0, ROWS_PER_TABLE - 1);
        return `UPDATE ${SCHEMA}.${random.pick(TABLES)} SET n=n+1,note='of ${done + i}' WHERE id=${id}`;
      });
      return `BEGIN;${changes.join(';')};COMMIT`;
    });
    await server.query(texts.join(';'));
  }
}

/** The same server at the other end of the link. */
function behind(server: RunningServer, { host, port }: FaultProxy): RunningServer {
  const url = new URL(server.url());
  url.port = String(port);
  const far = new Map<PropertyKey, unknown>([
    ['host', host],
    ['port', port],
    ['url', () => url.href],
  ]);
  return new Proxy(server, {
    get: (near, name) => {
      const value: unknown = far.get(name) ?? Reflect.get(near, name, near);
      return typeof value === 'function' ? (value.bind(near) as unknown) : value;
    },
  });
}

async function nativeRun(lab: Lab, source: RunningServer, transactions: number): Promise<Record<string, number>> {
  await lab.resetBoth();
  await write(lab.source, transactions);
  const seconds = await timeNativeReplica(source, lab.target, 0);
  await lab.mustBeEqual('the native replica');
  return { seconds, rate: transactions / seconds };
}

/** It has run before: that a first start makes tables of its own is not what is measured. */
async function ourRun(
  lab: Lab,
  ends: { source: RunningServer; target: RunningServer },
  transactions: number,
  options: BenchOptions,
): Promise<Record<string, number>> {
  await lab.resetBoth();
  const settings: Omit<SyncSettings, 'source' | 'target'> = {
    ...{ tables: `${SCHEMA}.*`, apply: 'transaction', workers: options.workers, profileFolder: null },
    ...{ start: 'now', untilCaughtUp: true },
  };
  await (await SyncProcess.start({ ...settings, source: lab.source, target: lab.target })).ended();
  await write(lab.source, transactions);
  const { wallSeconds, usage, done } = await (await SyncProcess.start({ ...settings, ...ends })).ended();
  await lab.mustBeEqual('otter');
  if (done.transactionsApplied !== transactions)
    throw new Error(`${done.transactionsApplied} transactions of ${transactions} were applied`);
  return { seconds: wallSeconds, rate: transactions / wallSeconds, cpu: usage.cpuSeconds, peak: usage.peakMegabytes };
}

function findings(
  { native, beside, away }: Record<'native' | 'beside' | 'away', Measurements>,
  transactions: number,
  options: BenchOptions,
): Findings {
  const seconds = (line: Measurements): number => line.median('seconds');
  return {
    title: 'begun again behind a backlog, over a link between continents, with the start of the process',
    settings: {
      ...{ transactions, 'changes in each': CHANGES, tables: TABLES.length, 'there and back': `${2 * LATENCY_MS} ms` },
      ...serverSettings(options.targetLog),
    },
    columns: [
      { key: 'seconds', label: 's', digits: 2 },
      { key: 'rate', label: 'transactions/s', digits: 0 },
      { key: 'cpu', label: 'our CPU s', digits: 2 },
      { key: 'peak', label: 'our peak MB', digits: 0 },
    ],
    lines: [native.line(), beside.line(), away.line()],
    verdicts: [
      verdict('otter beside the target : native replica', seconds(native) / seconds(beside), ' ×'),
      verdict('otter beside the source : native replica', seconds(native) / seconds(away), ' ×'),
    ],
    proof: 'every transaction was applied once, and CHECKSUM TABLE was equal after each run',
  };
}
