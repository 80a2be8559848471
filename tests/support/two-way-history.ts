import { tmpdir } from 'node:os';
import { BinlogReader } from '@otter/binlog';
import { compareCoordinates, fileSequence, type Row, type RowsChange, type Transaction } from '@otter/core';
import type { ConflictPolicy } from '@otter/engine';
import { logEnd, type LogEnd, type RunningServer } from '@otter/testkit';

/** Behind all offsets: a place in a log as one number. */
const FILE_BYTES = 2 ** 33;
const MEMORY_BYTES = 32 << 20;

/** Of one row in one transaction what it came to; `null`: the row was taken away. */
type Image = string | null;

/** What a transaction of a site's log did to the play's rows. Places are numbers that grow. */
interface Entry {
  at: number;
  committedAtMs: number;
  /** Up to where the other site's log has been applied with it; `null`: an application's. */
  applied: number | null;
  /** Up to where it had been applied before. */
  seen: number;
  rows: Map<string, Image>;
}

/** A decision that was written down. */
interface Decision {
  kind: string;
  outcome: string;
}

/** Everything that is to be known of a site when it is quiet. */
export interface SiteHistory {
  name: string;
  entries: Entry[];
  /** By row and place of the other site's transaction. */
  decisions: Map<string, Decision[]>;
  /** As they are. */
  rows: Map<string, string>;
}

export interface SiteHistoryOptions {
  name: string;
  server: RunningServer;
  /** Where the play has begun in its log. */
  begin: LogEnd;
  tables: readonly string[];
  /** The pipeline that writes there. */
  pipeline: string;
}

function placeOf({ file, offset }: LogEnd): number {
  return fileSequence(file) * FILE_BYTES + offset;
}

/** Reads a site's log, its decisions and its rows, by none of the engine's own means. */
export async function readHistory(options: SiteHistoryOptions): Promise<SiteHistory> {
  const { name, server, tables } = options;
  const decisions = new Map<string, Decision[]>();
  for (const row of await server.query('SELECT * FROM retl.otter_conflict')) {
    const at = placeOf({ file: String(row['source_file']), offset: Number(row['source_offset']) });
    const key = `${String(row['table_name'])} ${String(row['row_key'])} ${at}`;
    decisions.set(key, [...(decisions.get(key) ?? []), { kind: String(row['kind']), outcome: String(row['outcome']) }]);
  }
  const rows = new Map<string, string>();
  for (const table of tables) {
    for (const { id, n, site } of await server.query(`SELECT id,n,site FROM shop.${table}`))
      rows.set(`shop.${table} id=${String(id)}`, `${String(n)} ${String(site)}`);
  }
  return { name, entries: await readEntries(options), decisions, rows };
}

async function readEntries({ server, begin, pipeline }: SiteHistoryOptions): Promise<Entry[]> {
  const end = await logEnd(server);
  const reader = new BinlogReader({
    ...{ address: server.address, start: { ...begin, gtid: '' }, describe: () => undefined },
    wants: (schema, table) => schema === 'shop' || table === 'otter_checkpoint',
    ...{ memoryBytes: MEMORY_BYTES, spillBytes: MEMORY_BYTES, spillDirectory: tmpdir(), heartbeatMs: 200 },
  });
  const entries: Entry[] = [];
  const done = new AbortController();
  const look = setInterval(() => {
    const { drained, end: known } = reader.status;
    if (drained && known && compareCoordinates(known, end) >= 0) done.abort();
  }, 20);
  let seen = 0;
  try {
    for await (const batch of reader.transactions(done.signal)) {
      for (const transaction of batch) {
        const entry = entryOf(transaction, pipeline, seen);
        seen = entry.applied ?? seen;
        if (entry.rows.size > 0 || entry.applied !== null) entries.push(entry);
      }
    }
  } finally {
    clearInterval(look);
  }
  return entries;
}

function entryOf({ file, offset, committedAtMs, changes }: Transaction, pipeline: string, seen: number): Entry {
  const entry: Entry = { at: placeOf({ file, offset }), committedAtMs, applied: null, seen, rows: new Map() };
  for (const change of changes) {
    const cell = (row: Row, column: string): unknown =>
      row[change.table.columns.findIndex(({ name }) => name === column)];
    if (change.table.table === 'otter_checkpoint') {
      for (const row of change.after) {
        if (cell(row, 'pipeline') !== pipeline) continue;
        entry.applied = placeOf(JSON.parse(String(cell(row, 'position'))) as LogEnd);
      }
    } else note(entry.rows, change, cell);
    change.release?.();
  }
  return entry;
}

function note(rows: Map<string, Image>, change: RowsChange, cell: (row: Row, column: string) => unknown): void {
  const { schema, table } = change.table;
  const keyOf = (row: Row): string => `${schema}.${table} id=${String(cell(row, 'id'))}`;
  for (let i = 0; i < change.rowCount; i++) {
    const [before, after] = [change.before[i], change.after[i]];
    if (before) rows.set(keyOf(before), null);
    if (after) rows.set(keyOf(after), `${String(cell(after, 'n'))} ${String(cell(after, 'site'))}`);
  }
}

/** An application's write of one row. */
interface Write {
  at: number;
  committedAtMs: number;
  seen: number;
  image: Image;
}

function isWritten({ applied }: Entry): boolean {
  return applied === null;
}

function writesOf(entries: readonly Entry[]): Map<string, Write[]> {
  const writes = new Map<string, Write[]>();
  for (const { at, committedAtMs, seen, rows } of entries.filter(isWritten))
    for (const [key, image] of rows) push(writes, key, { at, committedAtMs, seen, image });
  return writes;
}

function push(writes: Map<string, Write[]>, key: string, write: Write): void {
  const known = writes.get(key);
  if (known) known.push(write);
  else writes.set(key, [write]);
}

/** The last time of those behind a place. */
function latest(writes: readonly Write[], behind: number): number {
  let time = 0;
  for (let i = writes.length - 1; i >= 0; i--) {
    const write = writes[i];
    if (!write || write.at <= behind) break;
    time = Math.max(time, write.committedAtMs);
  }
  return time;
}

/** What a history came to. */
export interface Explained {
  /** Transactions of applications at each site. */
  written: { a: number; b: number };
  /** Writes of rows that were brought over and stayed, lost to one that was there, or won over it. */
  brought: number;
  lost: number;
  won: number;
}

/**
 * Follows both logs and asks of every write whether what became of it is as it has to be, from the logs alone: brought over once, in order
 * and never back; written down where it met a write that it had not seen and that had not seen it; decided by the policy. And of every row
 * whether what is left is the last write that had seen the other, or the winner. Throws at the first thing that is not so.
 */
export function explain(a: SiteHistory, b: SiteHistory, keep: ConflictPolicy['keep']): Explained {
  const sum = { written: { a: 0, b: 0 }, brought: 0, lost: 0, won: 0 };
  // As seen from a, the source of the leading direction; of one time it wins too.
  const aWins = (ofA: number, ofB: number): boolean => (keep === 'newest' ? ofA >= ofB : keep === 'source');
  carried(a, b, (incoming, local) => aWins(incoming, local), sum);
  carried(b, a, (incoming, local) => !aWins(local, incoming), sum);
  sum.written = { a: a.entries.filter(isWritten).length, b: b.entries.filter(isWritten).length };
  const [ofA, ofB] = [writesOf(a.entries), writesOf(b.entries)];
  for (const key of new Set([...ofA.keys(), ...ofB.keys(), ...a.rows.keys(), ...b.rows.keys()])) {
    const left = remaining(ofA.get(key) ?? [], ofB.get(key) ?? [], aWins);
    for (const site of [a, b]) {
      if ((site.rows.get(key) ?? null) === left) continue;
      throw new Error(`${key} is ${String(site.rows.get(key))} at ${site.name} and has to be ${String(left)}`);
    }
  }
  return sum;
}

/** What has to be left of a row that was written like this at both sites. */
function remaining(ofA: readonly Write[], ofB: readonly Write[], aWins: (a: number, b: number) => boolean): Image {
  const [lastA, lastB] = [ofA.at(-1), ofB.at(-1)];
  if (!lastA || !lastB) return (lastA ?? lastB)?.image ?? null;
  if (lastA.seen >= lastB.at) return lastA.image;
  if (lastB.seen >= lastA.at) return lastB.image;
  return aWins(latest(ofA, lastB.seen), latest(ofB, lastA.seen)) ? lastA.image : lastB.image;
}

/** What one site has written, on its way into the other one. */
function carried(
  source: SiteHistory,
  target: SiteHistory,
  wins: (incoming: number, local: number) => boolean,
  sum: Explained,
): void {
  const incoming = source.entries.filter(isWritten);
  const sent = new Map<string, Write[]>();
  const ofTarget = new Map<string, Write[]>();
  const left = new Map(target.decisions);
  const rows = new Map<string, Image>();
  let [place, next] = [0, 0];
  for (const entry of target.entries) {
    if (entry.applied === null) {
      const { at, committedAtMs, seen } = entry;
      for (const [key, image] of entry.rows) {
        push(ofTarget, key, { at, committedAtMs, seen, image });
        rows.set(key, image);
      }
      continue;
    }
    if (entry.applied < place) throw new Error(`${target.name} went back from ${place} to ${entry.applied}`);
    const expected = new Map<string, Image>();
    for (; next < incoming.length; next++) {
      const write = incoming[next];
      if (!write || write.at > entry.applied) break;
      const { at, seen, committedAtMs, rows: images } = write;
      for (const [key, image] of images) {
        const decisions = left.get(`${key} ${at}`) ?? [];
        left.delete(`${key} ${at}`);
        push(sent, key, { at, committedAtMs, seen, image });
        const met = { source: sent.get(key) ?? [], target: ofTarget.get(key) ?? [] };
        const there = expected.has(key) ? (expected.get(key) ?? null) : (rows.get(key) ?? null);
        // That both came to the same is written down only as long as something stands on it.
        const isForgotten = decisions.length === 0 && image === there && met.target.some((each) => each.at > seen);
        const isIn = !isForgotten && isTaken(key, met, decisions, wins, sum);
        expected.set(key, isIn ? image : there);
      }
    }
    landed(target.name, entry, expected, rows);
    place = entry.applied;
  }
  if (next < incoming.length) throw new Error(`${incoming.length - next} transactions of ${source.name} are missing`);
  const [spurious] = left;
  if (spurious) throw new Error(`${target.name} decided without a conflict: ${JSON.stringify(spurious)}`);
}

/**
 * Whether the last write of the source has to take its row's place at the target. Throws where that is not decided, or
 * otherwise.
 */
function isTaken(
  key: string,
  writes: { source: readonly Write[]; target: readonly Write[] },
  decisions: readonly Decision[],
  wins: (incoming: number, local: number) => boolean,
  sum: Explained,
): boolean {
  const { at, seen } = writes.source.at(-1) as Write;
  const last = writes.target.at(-1);
  const said = `${key} of ${at}, decided as ${JSON.stringify(decisions)},`;
  if (!last || last.at <= seen) {
    if (decisions.length > 0) throw new Error(`${said} met nothing it had not seen`);
    sum.brought += 1;
    return true;
  }
  if (decisions.length === 0) throw new Error(`${said} met what it had not seen, and nothing says so`);
  const isIn = wins(latest(writes.source, last.seen), latest(writes.target, seen));
  const wrong = decisions.some(({ kind, outcome }) => kind !== 'equal' && (outcome === 'incoming') !== isIn);
  if (wrong) throw new Error(`${said} had to be ${isIn ? 'incoming' : 'local'}`);
  sum[isIn ? 'won' : 'lost'] += 1;
  return isIn;
}

/** What a commit of a pipeline has done to rows, and nothing else. */
function landed(site: string, entry: Entry, expected: Map<string, Image>, rows: Map<string, Image>): void {
  for (const [key, image] of entry.rows) {
    if (!expected.has(key)) throw new Error(`${key} came to ${site} at ${entry.at}, and nobody had sent it`);
    rows.set(key, image);
  }
  for (const [key, image] of expected) {
    if ((rows.get(key) ?? null) === image) continue;
    throw new Error(`${key} is ${String(rows.get(key))} at ${site}:${entry.at} and had to be ${String(image)}`);
  }
}
