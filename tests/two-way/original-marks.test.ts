/**
 * Goal: where the original otter still runs one direction of a channel and Otter the other, neither sends back what the
 * other brought; and what an application shields by `_SYNC` is not carried (OT-P-05).
 *
 * Method: the source gets transactions as the original writes them (its mark at the head and at the tail); the target's
 * log is read by the original's rule.
 */
import { BinlogReader, openConnection, readSourceFacts, resolveStart } from '@otter/binlog';
import type { Position, RowsChange, Transaction } from '@otter/core';
import { startServer, type RunningServer } from '@otter/testkit';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import type { TestPipelineOptions } from '../support/pipeline-options.ts';
import { TwoWayPair } from '../support/two-way-pair.ts';

/** As the original creates it. */
const MARKS = `CREATE DATABASE retl; CREATE TABLE retl.retl_mark (ID BIGINT AUTO_INCREMENT, CHANNEL_ID INT(11), CHANNEL_INFO varchar(128),
  CONSTRAINT RETL_MARK_ID PRIMARY KEY (ID)) ENGINE=InnoDB DEFAULT CHARSET=utf8;
  INSERT INTO retl.retl_mark (ID,CHANNEL_ID) VALUES (1,0),(2,0),(3,0)`;
const CHANNEL = 7;
const MEMORY_BYTES = 1 << 20;
const HUGE_ROWS = 3000;

const rows = (first: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `(${first + i},'${'x'.repeat(300)}')`).join(',');

/** A transaction of the original's, or of an application that shields itself. */
const marked = (sql: string, channel: number, info: string | null = null): string => {
  const text = info === null ? 'NULL' : `'${info}'`;
  return `BEGIN; INSERT INTO retl.retl_mark (ID,CHANNEL_ID,CHANNEL_INFO) VALUES (2,${channel},${text}) ON DUPLICATE KEY UPDATE CHANNEL_ID=${channel},CHANNEL_INFO=${text};
    ${sql}; UPDATE retl.retl_mark SET CHANNEL_ID=0,CHANNEL_INFO=NULL WHERE ID=2 AND CHANNEL_ID=${channel}; COMMIT`;
};

async function logEnd(site: RunningServer): Promise<Position> {
  const connection = await openConnection(site.address);
  try {
    return await resolveStart(connection, await readSourceFacts(connection), { at: 'now' });
  } finally {
    connection.destroy();
  }
}

/** What changes tables of shop in the site's log from a place on, with marks, up to and with the row `sentinel`. */
async function written(site: RunningServer, start: Position, sentinel: number): Promise<Transaction[]> {
  const abort = new AbortController();
  const reader = new BinlogReader({
    ...{ address: site.address, start, memoryBytes: 8 << 20, spillBytes: 64 << 20, spillDirectory: tmpdir() },
    wants: (schema, table) => schema === 'shop' || table === 'retl_mark',
    describe: () => undefined,
  });
  const found: Transaction[] = [];
  for await (const transactions of reader.transactions(abort.signal)) {
    for (const transaction of transactions) {
      const ofShop = transaction.changes.filter(({ table }) => table.schema === 'shop');
      if (ofShop.length > 0) found.push(transaction);
      if (ofShop.some(({ after }) => after.some(([id]) => id === sentinel))) abort.abort();
    }
  }
  return found;
}

/** The original's rule: of a mark its first row counts, either image. */
const isOfChannel = (change: RowsChange | undefined): boolean => {
  if (change === undefined) return false;
  const { table, after, before } = change;
  const at = table.columns.findIndex(({ name }) => name === 'CHANNEL_ID');
  return table.table === 'retl_mark' && [after[0]?.[at], before[0]?.[at]].includes(CHANNEL);
};

describe.each([
  ['mariadb-10.11', ''],
  ['mysql-9.7', 'binlog_row_image=MINIMAL'],
] as const)('%s %s', (kind, setting) => {
  let a: RunningServer;
  let b: RunningServer;
  let pipeline: LivePipeline | null = null;

  beforeAll(async () => {
    [a, b] = await Promise.all([
      startServer({ kind }),
      startServer({ kind, options: { 'binlog-row-metadata': 'FULL' } }),
    ]);
    if (setting !== '') await a.query(`SET GLOBAL ${setting}`);
  });

  afterAll(async () => {
    await Promise.all([a?.stop(), b?.stop()]);
  });

  beforeEach(async () => {
    for (const site of [a, b]) {
      await site.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl');
      await site.query('CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, text VARCHAR(400))');
    }
    await a.query(MARKS);
  });

  afterEach(async () => {
    await pipeline?.stop();
    pipeline = null;
  });

  async function open(more: Partial<TestPipelineOptions>): Promise<LivePipeline> {
    const between = { source: a.address, target: b.address, tables: 'shop.*', memoryBytes: MEMORY_BYTES };
    pipeline = new LivePipeline({ ...between, start: { at: 'now' }, ...more });
    await pipeline.until('it runs', ({ state }) => state === 'running');
    return pipeline;
  }

  const ids = async (site: RunningServer): Promise<unknown[]> =>
    (await site.query('SELECT id FROM shop.item WHERE id<1000 ORDER BY id')).map(({ id }) => id);

  test.each(['transaction', 'row'] as const)(
    'by %s: what the channel or an application has marked stays',
    async (apply) => {
      const there = await open({ apply, originalMarks: { channel: { id: CHANNEL, info: 'site-b' } } });
      await a.query(
        [
          marked(`INSERT INTO shop.item VALUES ${rows(1, 1)}`, CHANNEL),
          marked(`INSERT INTO shop.item VALUES ${rows(2, 1)}`, 8),
          marked(`INSERT INTO shop.item VALUES ${rows(3, 1)}`, 8, 'SITE-B'),
          marked(`INSERT INTO shop.item VALUES ${rows(4, 1)}`, 0, 'bulk_SYNC'),
          `INSERT INTO shop.item VALUES ${rows(5, 1)}`,
          marked(`INSERT INTO shop.item VALUES ${rows(1000, HUGE_ROWS)}`, CHANNEL),
          `INSERT INTO shop.item VALUES ${rows(6, 1)}`,
        ].join(';'),
      );
      expect(await there.caughtUp(a)).toMatchObject({ rowsApplied: 3, echoes: 0, parked: [] });
      expect(await ids(b)).toEqual([2, 5, 6]);
      expect(await b.query('SELECT 1 FROM shop.item WHERE id>=1000')).toEqual([]);
    },
  );

  test('shield alone heeds no channel', async () => {
    const there = await open({ originalMarks: { channel: null } });
    await a.query(
      `${marked(`INSERT INTO shop.item VALUES ${rows(1, 1)}`, CHANNEL)};${marked(`INSERT INTO shop.item VALUES ${rows(2, 1)}`, 0, 'x_sync')}`,
    );
    await there.caughtUp(a);
    expect(await ids(b)).toEqual([1]);
    expect(await b.query("SHOW TABLES FROM retl LIKE 'retl_mark'")).toEqual([]);
  });

  test.each(['transaction', 'row'] as const)('by %s: every commit of ours is marked for the channel', async (apply) => {
    await a.query(`INSERT INTO shop.item VALUES ${rows(1, 50)}`);
    const start = await logEnd(b);
    const there = await open({
      apply,
      mode: 'full+incremental',
      originalMarks: { channel: { id: CHANNEL, info: null } },
    });
    await there.until(
      'the copy',
      ({ state, copy }) => state === 'running' && (copy?.tablesDone ?? 1) === (copy?.tables ?? 1),
    );
    await a.query(`INSERT INTO shop.item VALUES ${rows(1000, HUGE_ROWS)}; UPDATE shop.item SET text='new' WHERE id=1`);
    await there.caughtUp(a);
    await a.query('DELETE FROM shop.item WHERE id=2; INSERT INTO shop.item VALUES (999,NULL)');
    await there.caughtUp(a);
    const transactions = await written(b, start, 999);
    expect(transactions.length).toBeGreaterThan(2);
    for (const { changes } of transactions) {
      expect(isOfChannel(changes[0])).toBe(true);
      expect(isOfChannel(changes.at(-1))).toBe(true);
    }
    // No row of a mark is left behind.
    expect(await b.query('SELECT * FROM retl.retl_mark')).toEqual([]);
  });
});

test('both ways: what is shielded stays where it is, and is nothing that the other side would have to know of', async () => {
  const [a, b] = await Promise.all([startServer(), startServer()]);
  const pair = new TwoWayPair(a, b, { keep: 'newest', tie: 'source' }, { originalMarks: { channel: null } });
  try {
    for (const site of [a, b])
      await site.query(
        `${MARKS}; CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, text VARCHAR(400)); INSERT INTO shop.item VALUES (1,'old'),(2,'old')`,
      );
    await pair.start();
    await a.query(marked("UPDATE shop.item SET text='shielded' WHERE id IN (1,2)", 0, 'fix_SYNC'));
    await b.query("UPDATE shop.item SET text='from b' WHERE id=1");
    await pair.quiet();
    expect(await a.query('SELECT text FROM shop.item ORDER BY id')).toEqual([{ text: 'from b' }, { text: 'shielded' }]);
    expect(await b.query('SELECT text FROM shop.item ORDER BY id')).toEqual([{ text: 'from b' }, { text: 'old' }]);
    expect(await pair.conflicts()).toEqual({ a: [], b: [] });
  } finally {
    await pair.stop();
    await Promise.all([a.stop(), b.stop()]);
  }
});
