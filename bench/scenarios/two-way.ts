import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logGrowth, waitFor, type RunningServer } from '@otter/testkit';
import { removeAtEnd } from '../cleanup.ts';
import { Lab, serverSettings } from '../lab.ts';
import type { BenchOptions } from '../options.ts';
import { SyncProcess, type EndedSync, type SyncSettings } from '../otter-process.ts';
import { profileText } from '../profile.ts';
import { Measurements, verdict, type Findings } from '../result.ts';
import { createSbtest, runSite, SBTEST_TABLES, SITE_ROWS } from '../workloads.ts';

const SCHEMA = 'sbtest';
/** Behind all rows of the workload: the last that a site writes. */
const LAST_ID = 9_000_000;
/** As many rows as may be written at a site that the other has not seen, with the default of `--memory`. */
const TRANSACTIONS = 20_000;
const ARRIVAL_MS_MAX = 600_000;
const MARK_COMMITS = 500;

interface Play {
  transactions: number;
  rowsPerTable: number;
}

/** Both sites written at rows of their own or at the same ones, and both carried to the other. */
export async function runTwoWay(options: BenchOptions): Promise<Findings> {
  const play = {
    transactions: options.transactions ?? (options.quick ? 1_000 : TRANSACTIONS),
    rowsPerTable: options.quick ? 5_000 : 100_000,
  };
  const lab = await Lab.open({
    ...{ schema: SCHEMA, tables: SBTEST_TABLES, targetLog: true },
    prepare: async (server) => await createSbtest(server, play.rowsPerTable),
  });
  try {
    const found = {
      oneWay: new Measurements('otter, one way, all of it written at one site', 'control'),
      backlog: new Measurements('otter --two-way, a backlog at both', 'ours'),
      meanwhile: new Measurements('otter --two-way, written meanwhile', 'ours'),
      same: new Measurements('otter --two-way, a backlog at both, of the same rows', 'ours'),
    };
    let markBytes = 0;
    for (let run = 1; run <= options.runs; run++) {
      found.oneWay.add(await oneWay(lab, play, options));
      found.backlog.add(await backlog(lab, play, options));
      markBytes = await markBytesOf(lab.target);
      found.meanwhile.add(await meanwhile(lab, play, options));
      found.same.add(await sameRows(lab, play, options));
    }
    return findings(found, markBytes, play);
  } finally {
    await lab.close();
  }
}

/** The control: the same transactions, all of them written at the source. */
async function oneWay(lab: Lab, play: Play, options: BenchOptions): Promise<Record<string, number>> {
  await lab.resetBoth();
  await Promise.all([runSite(lab.source, { ...play, site: 'odd' }), runSite(lab.source, { ...play, site: 'even' })]);
  const ended = await sync(lab, options, { start: 'earliest', untilCaughtUp: true });
  await lab.mustBeEqual('one way');
  mustHaveApplied([ended.done], 2 * play.transactions);
  return figures(ended, play);
}

async function backlog(lab: Lab, play: Play, options: BenchOptions): Promise<Record<string, number>> {
  await begin(lab, options);
  const written = await writeBoth(lab, play);
  const ended = await sync(lab, options, { start: 'both-ways', untilCaughtUp: true });
  await mustHaveArrived(lab, written);
  mustHaveApplied(ended.directions, play.transactions);
  return figures(ended, play);
}

/** Both sites write as fast as they can beside the two pipelines; over when the last row of each is at the other. */
async function meanwhile(lab: Lab, play: Play, options: BenchOptions): Promise<Record<string, number>> {
  await begin(lab, options);
  const process = await start(lab, options, { start: 'both-ways', untilCaughtUp: false });
  await process.running();
  const startedAt = performance.now();
  const written = await writeBoth(lab, play);
  const { source, target } = lab;
  for (const [site, id] of [
    [source, LAST_ID + 1],
    [target, LAST_ID],
  ] as const) {
    const what = 'the last row of the other site';
    await waitFor(async () => (await site.query(`SELECT 1 FROM sbtest.sbtest1 WHERE id=${id}`)).length === 1, {
      ...{ what, timeoutMs: ARRIVAL_MS_MAX },
    });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const ended = await process.stop();
  await mustHaveArrived(lab, written);
  mustHaveApplied(ended.directions, play.transactions);
  return { ...figures(ended, play), seconds, rate: rowsOf(play) / seconds };
}

/** Nearly every row has been written by both: nothing but conflicts. */
async function sameRows(lab: Lab, play: Play, options: BenchOptions): Promise<Record<string, number>> {
  await begin(lab, options);
  await Promise.all([lab.source, lab.target].map((site) => runSite(site, { ...play, site: null })));
  const ended = await sync(lab, options, { start: 'both-ways', untilCaughtUp: true });
  await lab.mustBeEqual('two ways over the same rows');
  let conflicts = 0;
  for (const site of [lab.source, lab.target]) {
    const [row] = await site.query(
      "SELECT COUNT(*) AS n FROM retl.otter_conflict WHERE kind NOT IN ('equal','merged')",
    );
    conflicts += Number(row?.['n']);
  }
  if (conflicts === 0) throw new Error('both sites wrote the same rows, and there was no conflict');
  return { ...figures(ended, play), conflicts };
}

/** Two equal sites, and both directions begun and stopped: what is written from now on is carried over. */
async function begin(lab: Lab, options: BenchOptions): Promise<void> {
  await lab.resetBoth();
  const process = await start(lab, { ...options, profile: false }, { start: 'both-ways', untilCaughtUp: false });
  await process.running();
  await process.stop();
}

/** Each site its own rows, at the same time, and one row more at the end. Gives what each has left there. */
async function writeBoth({ source, target }: Lab, play: Play): Promise<string[]> {
  const write = async (site: RunningServer, own: 'odd' | 'even'): Promise<string> => {
    await runSite(site, { ...play, site: own });
    const rest = own === 'odd' ? 1 : 0;
    await site.query(`INSERT INTO sbtest.sbtest1 (id) VALUES (${LAST_ID + rest})`);
    return await ownRows(site, rest);
  };
  return await Promise.all([write(source, 'odd'), write(target, 'even')]);
}

/** Number and checksum of the rows of one of the sites. */
async function ownRows(site: RunningServer, rest: number): Promise<string> {
  const sums: string[] = [];
  for (const table of SBTEST_TABLES) {
    const [row] = await site.query(
      `SELECT CONCAT(COUNT(*),':',SUM(CRC32(CONCAT_WS('#',id,k,c,pad)))) AS sum FROM sbtest.${table} WHERE id%2=${rest}`,
    );
    sums.push(String(row?.['sum']));
  }
  return sums.join(' ');
}

/** Every row is at both sites as its own site has left it. */
async function mustHaveArrived(lab: Lab, [odd, even]: readonly string[]): Promise<void> {
  await lab.mustBeEqual('two ways');
  for (const site of [lab.source, lab.target]) {
    const found = [await ownRows(site, 1), await ownRows(site, 0)];
    if (found[0] !== odd || found[1] !== even) throw new Error('rows are not as their own site has left them');
  }
}

/** Each direction has applied every transaction, and none twice. */
function mustHaveApplied(lines: EndedSync['directions'], transactions: number): void {
  for (const { name, transactionsApplied, rowsApplied } of lines) {
    const last = lines.length > 1 ? 1 : 0;
    if (transactionsApplied === transactions + last && rowsApplied === transactions * SITE_ROWS + last) continue;
    throw new Error(`${name} applied ${transactionsApplied} transactions of ${transactions}, ${rowsApplied} rows`);
  }
  if (lines.length === 0) throw new Error('no direction told what it has applied');
}

type Way = Pick<SyncSettings, 'start' | 'untilCaughtUp'>;

async function start({ source, target, schema }: Lab, options: BenchOptions, way: Way): Promise<SyncProcess> {
  return await SyncProcess.start({
    ...{ source, target, tables: `${schema}.*`, apply: 'transaction', workers: options.workers, profileFolder: null },
    ...way,
  });
}

async function sync({ source, target, schema }: Lab, options: BenchOptions, way: Way): Promise<EndedSync> {
  const profileFolder = options.profile ? mkdtempSync(join(tmpdir(), 'otter-bench-profile-')) : null;
  if (profileFolder !== null) removeAtEnd(profileFolder);
  const process = await SyncProcess.start({
    ...{ source, target, tables: `${schema}.*`, apply: 'transaction', workers: options.workers, profileFolder },
    ...way,
  });
  const ended = await process.ended();
  if (profileFolder !== null) {
    globalThis.process.stderr.write(`${way.start}, CPU profile:\n${profileText(profileFolder)}`);
    rmSync(profileFolder, { recursive: true, force: true });
  }
  return ended;
}

function rowsOf({ transactions }: Play): number {
  return 2 * transactions * SITE_ROWS;
}

function figures(
  { wallSeconds, streamSeconds, usage, directions, done }: EndedSync,
  play: Play,
): Record<string, number> {
  const seconds = streamSeconds || wallSeconds;
  const lines = directions.length === 0 ? [done] : directions;
  return {
    ...{ seconds, wallSeconds, rate: rowsOf(play) / seconds },
    ...{ cpu: usage.cpuSeconds, peak: usage.peakMegabytes },
    commits: lines.reduce((sum, { commits = 0 }) => sum + commits, 0),
  };
}

/**
 * What the mark adds to the target's log: the log's growth by commits that move the place of a pipeline as it has left it,
 * and by as many that move the place alone.
 */
async function markBytesOf(server: RunningServer): Promise<number> {
  const [row] = await server.query("SELECT position FROM retl.otter_checkpoint WHERE pipeline='bench.out'");
  const { via, seen, ...place } = JSON.parse(String(row?.['position'])) as Record<string, unknown>;
  if (via === undefined || seen === undefined) throw new Error('the place that is stored has no mark');
  await server.query('CREATE TABLE sbtest.place LIKE retl.otter_checkpoint');
  await server.query(
    'INSERT INTO sbtest.place SELECT * FROM retl.otter_checkpoint; SET SESSION binlog_annotate_row_events=0',
  );
  const growth = async (more: object): Promise<number> => {
    const commits = async (): Promise<void> => {
      for (let i = 0; i < MARK_COMMITS; i++) {
        const text = JSON.stringify({ ...place, offset: 100_000_000 + i, ...more });
        await server.query('UPDATE sbtest.place SET position=?', [text]);
      }
    };
    // The first time the row gets its length.
    await commits();
    return await logGrowth(server, commits);
  };
  return ((await growth({ via, seen })) - (await growth({}))) / MARK_COMMITS;
}

function findings(
  found: Record<'oneWay' | 'backlog' | 'meanwhile' | 'same', Measurements>,
  markBytes: number,
  play: Play,
): Findings {
  const rate = (which: keyof typeof found): number => found[which].median('rate');
  return {
    title: 'two sites written, and both carried to the other, row changes of both directions together',
    settings: {
      ...{ 'transactions at each site': play.transactions, 'row changes': rowsOf(play) },
      ...{ tables: `${SBTEST_TABLES.length} × ${play.rowsPerTable} rows`, ...serverSettings(true) },
    },
    columns: [
      { key: 'seconds', label: 's', digits: 2 },
      { key: 'rate', label: 'row changes/s', digits: 0 },
      { key: 'wallSeconds', label: 's with start', digits: 2 },
      { key: 'cpu', label: 'our CPU s', digits: 2 },
      { key: 'commits', label: 'commits', digits: 0 },
      { key: 'conflicts', label: 'conflicts', digits: 0 },
      { key: 'peak', label: 'our peak MB', digits: 0 },
    ],
    lines: Object.values(found).map((each) => each.line()),
    verdicts: [
      verdict('both ways, a backlog', rate('backlog'), ' row changes/s', { atLeast: 10_000 }),
      verdict('both ways, written meanwhile', rate('meanwhile'), ' row changes/s', { atLeast: 10_000 }),
      verdict('both ways : one way, a backlog', rate('backlog') / rate('oneWay'), ' ×'),
      verdict('both ways : one way, all of the same rows', rate('same') / rate('oneWay'), ' ×'),
      verdict('a mark in the log of the target', markBytes, ' bytes a commit', { atMost: 120 }),
    ],
    proof:
      'each direction applied every transaction once; CHECKSUM TABLE was equal on both sides, and rows of one site were as that site had left them',
  };
}
