import { setTimeout as sleep } from 'node:timers/promises';
import { openControl, type Control } from '@otter/engine';
import { waitFor, type RunningServer } from '@otter/testkit';
import { Lab, serverSettings } from '../lab.ts';
import type { BenchOptions } from '../options.ts';
import { SyncProcess } from '../otter-process.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { percentile } from '../statistics.ts';
import { createSbtest, fillSbtest } from '../workloads.ts';

const COPIED = 'sbtest1';
const PROBED = 'sbtest2';
const PROBED_ROWS = 100_000;
const PROBES = 4;
const PROBES_PER_SECOND = 200;
const RATE = '5MB';
/** Nothing to speak of is read at this rate: the copy stands still and everything else goes on. */
const STILL = 1;
/** Between a change of the rate and the first probe that counts. */
const SETTLE_MS = 2000;
/** The server itself gathers what locks there are every 100 ms at most. */
const LOCK_POLL_MS = 120;
const LOCK_TRIAL_MS = 500;
const NAME = 'bench';

type Connection = Awaited<ReturnType<RunningServer['connect']>>;

/** What a copy costs the source's own users: a steady load of small transactions, with the copy and without, in turn. */
export async function runCopyProbe(options: BenchOptions): Promise<Findings> {
  const rows = options.rows ?? (options.quick ? 200_000 : 3_000_000);
  const seconds = options.seconds ?? (options.quick ? 1 : 10);
  const turns = options.quick ? 1 : 8;
  const lab = await Lab.open({
    schema: 'sbtest',
    tables: [COPIED],
    prepare: async (server) => createSbtest(server, 0),
    targetLog: options.targetLog,
  });
  try {
    await fillSbtest(lab.source, COPIED, rows);
    await fillSbtest(lab.source, PROBED, PROBED_ROWS);
    await lab.resetTarget();
    await mustSeeLocks(lab.source);
    const without = new Measurements('without the copy', 'control');
    const during = new Measurements(`while it copies at ${RATE}/s`, 'ours');
    const lockMs = await withCopy(lab, options, async (control) => {
      for (let turn = 0; turn < turns; turn++) {
        // Each in turn first, so that neither always follows the other.
        for (const isCopying of turn % 2 === 0 ? [false, true] : [true, false]) {
          await control.setCopyRate(NAME, isCopying ? null : STILL);
          await sleep(SETTLE_MS);
          (isCopying ? during : without).add(await probe(lab, seconds));
        }
      }
    });
    return findings({ without, during, lockMs }, { rows, seconds, turns, ...serverSettings(options.targetLog) });
  } finally {
    await lab.close();
  }
}

/** Runs `work` beside a copy and lets that come to its end; gives the longest time a lock of ours was seen. */
async function withCopy(lab: Lab, options: BenchOptions, work: (control: Control) => Promise<void>): Promise<number> {
  const sync = await SyncProcess.start({
    ...{ source: lab.source, target: lab.target, tables: `${lab.schema}.${COPIED}` },
    ...{ start: 'now', apply: 'transaction', untilCaughtUp: false, workers: options.workers, profileFolder: null },
    more: ['--mode', 'full+incremental', '--copy-rate', RATE],
  });
  await sync.running();
  const control = await openControl(lab.target.address, 'retl');
  const stop = new AbortController();
  const watching = watchLocks(lab.source, stop.signal);
  const copied = async (): Promise<string> => (await control.copies(NAME))[0]?.state ?? '';
  try {
    await work(control);
    if ((await copied()) !== 'copying') throw new Error('the copy was over before the probes were: take more --rows');
    await control.setCopyRate(NAME, 0);
    await waitFor(async () => (await copied()) === 'done', { timeoutMs: 600_000, what: 'the copy to end' });
  } finally {
    stop.abort();
    await control.close();
  }
  await sync.stop();
  await lab.mustBeEqual('otter');
  return await watching;
}

/** Throws when a lock that somebody holds is not seen: then none of ours would be either. */
async function mustSeeLocks(source: RunningServer): Promise<void> {
  const stop = new AbortController();
  const watching = watchLocks(source, stop.signal);
  const connection = await source.connect();
  await connection.query(`BEGIN; UPDATE sbtest.${PROBED} SET k=k WHERE id=1`);
  await sleep(LOCK_TRIAL_MS);
  await connection.query('ROLLBACK');
  connection.destroy();
  stop.abort();
  const seenMs = await watching;
  if (seenMs < LOCK_TRIAL_MS / 2) throw new Error(`a lock of ${LOCK_TRIAL_MS} ms was seen for ${seenMs} ms`);
}

/** Longest time, ms, that one transaction of another program than the probe was seen to hold a lock on the source. */
async function watchLocks(source: RunningServer, stop: AbortSignal): Promise<number> {
  const connection = await source.connect({ rowsAsArray: true });
  const since = new Map<string, number>();
  let longest = 0;
  while (!stop.aborted) {
    const [rows] = await connection.query(
      `SELECT trx_id FROM information_schema.INNODB_TRX JOIN information_schema.PROCESSLIST ON ID=trx_mysql_thread_id
        WHERE trx_rows_locked+trx_tables_locked>0 AND (DB IS NULL OR DB<>'sbtest')`,
    );
    const now = performance.now();
    const seen = new Set((rows as unknown as [string][]).map(([id]) => String(id)));
    for (const id of since.keys()) if (!seen.has(id)) since.delete(id);
    for (const id of seen) {
      const from = since.get(id) ?? now;
      since.set(id, from);
      longest = Math.max(longest, now - from + LOCK_POLL_MS);
    }
    await sleep(LOCK_POLL_MS);
  }
  connection.destroy();
  return longest;
}

/** Open loop: each transaction is sent when it is due, and measured from then on. */
async function probe({ source }: Lab, seconds: number): Promise<Record<string, number>> {
  const connections: Connection[] = [];
  for (let i = 0; i < PROBES; i++) connections.push(await source.connect({ database: 'sbtest' }));
  const count = seconds * PROBES_PER_SECOND;
  const times = new Float64Array(count);
  const startedAt = performance.now() + 50;
  const ends: Promise<void>[] = [];
  for (let next = 0; next < count;) {
    for (; next < count && startedAt + (next * 1000) / PROBES_PER_SECOND <= performance.now(); next++) {
      const index = next;
      const id = 1 + ((index * 7919) % PROBED_ROWS);
      const sql = `BEGIN; SELECT c FROM ${PROBED} WHERE id=${id}; UPDATE ${PROBED} SET k=k+1 WHERE id=${id}; COMMIT`;
      const due = startedAt + (index * 1000) / PROBES_PER_SECOND;
      const connection = connections[index % PROBES] as Connection;
      ends.push(connection.query(sql).then(() => void (times[index] = performance.now() - due)));
    }
    await sleep(1);
  }
  await Promise.all(ends);
  for (const connection of connections) connection.destroy();
  const sorted = times.toSorted();
  return { p50: percentile(sorted, 50), p99: percentile(sorted, 99), max: percentile(sorted, 100) };
}

function findings(
  found: { without: Measurements; during: Measurements; lockMs: number },
  settings: Findings['settings'],
): Findings {
  const { without, during, lockMs } = found;
  const rise = (key: string): number => 100 * (during.median(key) / without.median(key) - 1);
  return {
    title: `small transactions on the source, ${PROBES_PER_SECOND} a second, beside a copy`,
    settings,
    columns: [
      { key: 'p50', label: 'p50 ms', digits: 2 },
      { key: 'p99', label: 'p99 ms', digits: 2 },
      { key: 'max', label: 'max ms', digits: 1 },
    ],
    lines: [without.line(), during.line()],
    verdicts: [
      verdict('p99, median of the turns, with the copy', rise('p99'), ' % more', { atMost: 10 }),
      verdict('p50, with the copy', rise('p50'), ' % more'),
      verdict('longest lock of ours on the source', lockMs, ' ms', { atMost: 1000 }),
    ],
    proof: 'the copy was under way until the last probe, then came to its end: CHECKSUM TABLE was equal',
  };
}
