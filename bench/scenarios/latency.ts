import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor, type RunningServer } from '@otter/testkit';
import { Lab, serverSettings } from '../lab.ts';
import { configureReplica } from '../native-replica.ts';
import type { BenchOptions } from '../options.ts';
import { SyncProcess } from '../otter-process.ts';
import { cpuSeconds } from '../process-usage.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { percentile } from '../statistics.ts';

const WRITERS = 4;
const POLL_MS = 1;
const WARM_UP_S = 3;
const ARRIVAL_MS_MAX = 60_000;

/** Milliseconds on one clock, one entry a transaction; NaN until it has happened. */
interface Journey {
  due: Float64Array;
  committed: Float64Array;
  visible: Float64Array;
}

type Connection = Awaited<ReturnType<RunningServer['connect']>>;

/** How long a commit takes from the source to a reader of the target, at a steady rate nobody waits for. */
export async function runLatency(options: BenchOptions): Promise<Findings> {
  const seconds = options.seconds ?? (options.quick ? 3 : 30);
  const rate = options.quick ? Math.min(options.rate, 500) : options.rate;
  const lab = await Lab.open({
    schema: 'live',
    tables: ['event'],
    prepare: createEvents,
    targetLog: options.targetLog,
  });
  try {
    const native = new Measurements('native replica', 'control');
    const ours = new Measurements('otter, default mode', 'ours');
    for (let run = 1; run <= options.runs; run++) {
      native.add(await nativeRun(lab, rate, seconds));
      ours.add(await ourRun(lab, rate, seconds, options));
    }
    return findings(native, ours, { rate, seconds, 'warm-up s': WARM_UP_S, ...serverSettings(options.targetLog) });
  } finally {
    await lab.close();
  }
}

async function createEvents(server: RunningServer): Promise<void> {
  await server.query(
    `CREATE DATABASE live;
     CREATE TABLE live.event (id INT NOT NULL PRIMARY KEY, sent_us BIGINT NOT NULL, note VARCHAR(100) NOT NULL);
     INSERT INTO live.event VALUES (0, 0, 'first')`,
  );
}

async function nativeRun(lab: Lab, rate: number, seconds: number): Promise<Record<string, number>> {
  await lab.resetTarget();
  await configureReplica(lab.source, lab.target, 0);
  await lab.target.query('START SLAVE');
  const figures = await travel(lab, rate, seconds);
  await lab.target.query('STOP SLAVE');
  await lab.mustBeEqual('the native replica');
  return figures;
}

async function ourRun(lab: Lab, rate: number, seconds: number, options: BenchOptions): Promise<Record<string, number>> {
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
  const before = cpuSeconds(sync.pid);
  const figures = await travel(lab, rate, seconds);
  const cpu = (100 * (cpuSeconds(sync.pid) - before)) / (seconds + WARM_UP_S);
  const { usage } = await sync.stop();
  await lab.mustBeEqual('otter');
  return { ...figures, cpu, peak: usage.peakMegabytes };
}

/** Writes at the rate and watches what arrives; the first seconds do not count. */
async function travel({ source, target }: Lab, rate: number, seconds: number): Promise<Record<string, number>> {
  const firstId = await lastId(source);
  await waitFor(async () => (await lastId(target)) === firstId, { timeoutMs: ARRIVAL_MS_MAX, what: 'the backlog' });
  const count = rate * (seconds + WARM_UP_S);
  const times = (): Float64Array => new Float64Array(count).fill(Number.NaN);
  const journey: Journey = { due: times(), committed: times(), visible: times() };
  const stop = new AbortController();
  const watching = watch(target, firstId, journey, stop.signal);
  try {
    await write(source, firstId, rate, journey);
    await waitFor(() => !Number.isNaN(journey.visible.at(-1)) && journey.visible.every((at) => !Number.isNaN(at)), {
      timeoutMs: ARRIVAL_MS_MAX,
      what: 'all transactions to be visible on the target',
    });
  } finally {
    stop.abort();
    await watching;
  }
  return figuresOf(journey, rate * WARM_UP_S);
}

async function lastId(server: RunningServer): Promise<number> {
  return Number((await server.query('SELECT MAX(id) AS id FROM live.event'))[0]?.['id']);
}

/** Open loop: each transaction is sent when it is due, whether or not those before it have been committed. */
async function write(source: RunningServer, firstId: number, rate: number, journey: Journey): Promise<void> {
  const connections: Connection[] = [];
  for (let i = 0; i < WRITERS; i++) connections.push(await source.connect({ database: 'live' }));
  const count = journey.due.length;
  const startedAt = performance.now() + 50;
  const commits: Promise<void>[] = [];
  const note = 'x'.repeat(80);
  for (let next = 0; next < count;) {
    const now = performance.now();
    for (; next < count && startedAt + (next * 1000) / rate <= now; next++) {
      const index = next;
      journey.due[index] = startedAt + (index * 1000) / rate;
      const connection = connections[index % WRITERS] as Connection;
      const sql = `INSERT INTO event VALUES (${firstId + 1 + index}, ${Math.round(now * 1000)}, '${note}')`;
      commits.push(connection.query(sql).then(() => void (journey.committed[index] = performance.now())));
    }
    await sleep(POLL_MS);
  }
  await Promise.all(commits);
  for (const connection of connections) connection.destroy();
}

/** Notes when each transaction is first seen on the target. */
async function watch(target: RunningServer, firstId: number, journey: Journey, stop: AbortSignal): Promise<void> {
  const connection = await target.connect({ database: 'live', rowsAsArray: true });
  let seenUpTo = firstId;
  const { visible } = journey;
  while (!stop.aborted) {
    const [rows] = await connection.query(`SELECT id FROM event WHERE id > ${seenUpTo} ORDER BY id`);
    const now = performance.now();
    for (const [id] of rows as unknown as [number][]) {
      const index = id - firstId - 1;
      if (Number.isNaN(visible[index])) visible[index] = now;
    }
    // Transactions may arrive in another order than that of their ids: go on after the last one without a gap.
    while (seenUpTo - firstId < visible.length && !Number.isNaN(visible[seenUpTo - firstId])) seenUpTo += 1;
    await sleep(POLL_MS);
  }
  connection.destroy();
}

function figuresOf({ due, committed, visible }: Journey, warmUp: number): Record<string, number> {
  const between = (from: Float64Array, to: Float64Array): Float64Array =>
    to
      .map((at, i) => at - (from[i] as number))
      .subarray(warmUp)
      .toSorted();
  const travelled = between(committed, visible);
  const whole = between(due, visible);
  const commit = between(due, committed);
  return {
    p50: percentile(travelled, 50),
    p99: percentile(travelled, 99),
    max: percentile(travelled, 100),
    wholeP50: percentile(whole, 50),
    wholeP99: percentile(whole, 99),
    commitP50: percentile(commit, 50),
    commitP99: percentile(commit, 99),
  };
}

function findings(native: Measurements, ours: Measurements, settings: Findings['settings']): Findings {
  return {
    title: 'commit on the source to visible on the target, at a steady rate',
    settings,
    columns: [
      { key: 'p50', label: 'p50 ms', digits: 2 },
      { key: 'p99', label: 'p99 ms', digits: 2 },
      { key: 'max', label: 'max ms', digits: 1 },
      { key: 'wholeP50', label: 'from due p50', digits: 2 },
      { key: 'wholeP99', label: 'from due p99', digits: 2 },
      { key: 'commitP50', label: 'source commit p50', digits: 2 },
      { key: 'commitP99', label: 'source commit p99', digits: 2 },
      { key: 'cpu', label: 'our CPU %', digits: 1 },
      { key: 'peak', label: 'our peak MB', digits: 0 },
    ],
    lines: [native.line(), ours.line()],
    verdicts: [
      verdict('otter p50', ours.median('p50'), ' ms', { atMost: 5 }),
      verdict('otter p99', ours.median('p99'), ' ms', { atMost: 30 }),
      verdict('otter p50 : native replica', ours.median('p50') / native.median('p50'), ' ×'),
      verdict('otter p99 : native replica', ours.median('p99') / native.median('p99'), ' ×'),
    ],
    proof: 'every transaction was seen on the target, and CHECKSUM TABLE was equal after each run',
  };
}
