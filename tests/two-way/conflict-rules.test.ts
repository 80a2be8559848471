/**
 * Goal: where a table has a rule of its own, counters end exact, column merge keeps both edits, the greater value stays,
 * and both sides are equal afterwards (issue 5, Done when 2).
 *
 * Method: real servers. The pipelines stop, both sites write, the pipelines go on: whatever they find then is concurrent.
 * Counters are also written without a pause, by both sites at once, with the pipelines killed meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseTablePattern } from '@otter/core';
import { parseDdlPolicy, type ConflictPolicy, type TableRule } from '@otter/engine';
import { startServer, waitFor, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { SyncProcess } from '../support/sync-process.ts';
import { TwoWayPair } from '../support/two-way-pair.ts';

const RULES: Record<string, TableRule> = {
  stock: { kind: 'counter', columns: ['qty', 'price'] },
  customer: { kind: 'columns' },
  version: { kind: 'greatest', column: 'v' },
  moment: { kind: 'greatest', column: 'at' },
  home: { kind: 'source' },
  ticket: { kind: 'counter', columns: ['free'] },
};
const POLICY: ConflictPolicy = {
  keep: 'newest',
  tie: 'source',
  rules: Object.entries(RULES).map(([table, rule]) => ({ tables: parseTablePattern(`shop.${table}`), rule })),
};
const DEADLOCK = 1213;
const TABLES = ['stock', 'customer', 'version', 'moment', 'home', 'ticket', 'plain'];

describe.each<ServerKind>(['mariadb-10.11', 'mysql-9.7'])('%s', (kind) => {
  let a: RunningServer;
  let b: RunningServer;
  let pair: TwoWayPair;

  beforeAll(async () => {
    [a, b] = await Promise.all([startServer({ kind }), startServer({ kind })]);
  });

  afterAll(async () => {
    await Promise.all([a?.stop(), b?.stop()]);
  });

  beforeEach(async () => {
    const ids = [1, 2, 3, 4, 5, 6];
    const rows = (cells: string): string => ids.map((id) => `(${id},${cells})`).join(',');
    for (const site of [a, b]) {
      await site.query(
        `DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl; CREATE DATABASE shop; USE shop;
         CREATE TABLE stock (id INT PRIMARY KEY, qty BIGINT NOT NULL, price DECIMAL(30,10) NOT NULL, name VARCHAR(20), note TEXT);
         CREATE TABLE customer (id INT PRIMARY KEY, name VARCHAR(20), mail VARCHAR(20), doc JSON, seen TIMESTAMP(6) NULL);
         CREATE TABLE version (id INT PRIMARY KEY, v BIGINT UNSIGNED, text VARCHAR(20));
         CREATE TABLE moment (id INT PRIMARY KEY, at DATETIME(3), text VARCHAR(20));
         CREATE TABLE home (id INT PRIMARY KEY, text VARCHAR(20));
         CREATE TABLE ticket (id INT PRIMARY KEY, free INT UNSIGNED NOT NULL);
         CREATE TABLE plain (id INT PRIMARY KEY, text VARCHAR(20));
         INSERT INTO stock VALUES ${rows("100,'0.1','old','old'")};
         INSERT INTO customer VALUES ${rows("'old','old','{}',NULL")};
         INSERT INTO version VALUES ${rows("5,'old'")};
         INSERT INTO moment VALUES ${rows("'2020-01-01 00:00:00','old'")};
         INSERT INTO home VALUES ${rows("'old'")};
         INSERT INTO ticket VALUES ${rows('5')};
         INSERT INTO plain VALUES ${rows("'old'")}`,
      );
    }
    pair = new TwoWayPair(a, b, POLICY);
    await pair.start();
    await pair.quiet();
    await pair.stop();
  });

  afterEach(async () => {
    await pair.stop();
  });

  /** Writes at both sites with the pipelines stopped, `b` a moment later by the clock of its server. */
  async function apart(atA: string, atB: string): Promise<void> {
    await a.query(`USE shop; ${atA}`);
    await a.query('SELECT SLEEP(1.1)');
    await b.query(`USE shop; ${atB}`);
    await pair.start();
    await pair.quiet();
    expect(await pair.assertEqual(TABLES)).toBeGreaterThan(0);
  }

  const idOf = async (key: number): Promise<number> => {
    const where = `table_name='shop.stock' AND row_key='id=${key}' AND outcome='both' AND kind<>'merged'`;
    return Number((await b.query(`SELECT id FROM retl.otter_conflict WHERE ${where}`))[0]?.['id']);
  };
  const rowsOf = async (sql: string): Promise<unknown[]> =>
    (await a.query(sql)).map((row) =>
      Object.values(row)
        .map((cell) => (cell === null ? null : String(cell)))
        .join(' '),
    );

  test('every rule, in one table each', async () => {
    await apart(
      `UPDATE stock SET qty=qty-7, price=price+0.0000000001 WHERE id=1; UPDATE stock SET qty=qty+1 WHERE id=1;
       UPDATE stock SET qty=qty+1, note='a' WHERE id=2; UPDATE stock SET name='a' WHERE id=3;
       DELETE FROM stock WHERE id=4; UPDATE stock SET qty=105 WHERE id=5;
       UPDATE customer SET name='a', mail='a' WHERE id=1; UPDATE customer SET doc='{"a":1}' WHERE id=2;
       DELETE FROM customer WHERE id=3; UPDATE customer SET mail='a' WHERE id=4; UPDATE customer SET id=14 WHERE id=5;
       UPDATE version SET v=9,text='a' WHERE id IN (1,2); UPDATE version SET v=2,text='a2' WHERE id=2;
       UPDATE version SET v=18446744073709551615,text='a' WHERE id=3; DELETE FROM version WHERE id=4;
       UPDATE version SET v=NULL,text='a' WHERE id=5;
       UPDATE moment SET at='2030-01-01 00:00:00.002',text='a' WHERE id=1; UPDATE moment SET text='a' WHERE id=2;
       UPDATE home SET text='a' WHERE id=1; DELETE FROM home WHERE id=2;
       UPDATE plain SET text='a' WHERE id=1; DELETE FROM plain WHERE id=2`,
      `UPDATE stock SET qty=qty-5, price=price+99999999999999999999 WHERE id=1;
       UPDATE stock SET qty=qty-1, name='b' WHERE id=2; UPDATE stock SET qty=qty+10, note='b' WHERE id=3;
       UPDATE stock SET qty=qty+10 WHERE id=4; UPDATE stock SET qty=105 WHERE id=5;
       UPDATE customer SET mail='b', seen='2024-02-03 04:05:06.000007' WHERE id=1; UPDATE customer SET name='b' WHERE id=2;
       UPDATE customer SET name='b' WHERE id=3; UPDATE customer SET mail='a' WHERE id=4; UPDATE customer SET name='b' WHERE id=5;
       UPDATE version SET v=8,text='b' WHERE id IN (1,2,3,4,5);
       UPDATE moment SET at='2030-01-01 00:00:00.001',text='b' WHERE id IN (1,2);
       UPDATE home SET text='b' WHERE id IN (1,2);
       UPDATE plain SET text='b' WHERE id IN (1,2)`,
    );
    expect(await rowsOf('SELECT * FROM shop.stock WHERE id<6 ORDER BY id')).toEqual([
      '1 89 99999999999999999999.1000000001 old old',
      '2 100 0.1000000000 b old',
      '3 110 0.1000000000 old b',
      '5 110 0.1000000000 old old',
    ]);
    expect(await rowsOf('SELECT id,name,mail,doc,seen IS NULL FROM shop.customer ORDER BY id')).toMatchObject([
      '1 a b {} 0',
      expect.stringMatching(/^2 b old \{"a": ?1\} 1$/),
      '4 old a {} 1',
      '6 old old {} 1',
      '14 old old {} 1',
    ]);
    expect(await rowsOf('SELECT * FROM shop.version ORDER BY id')).toEqual([
      '1 9 a',
      '2 2 a2',
      '3 18446744073709551615 a',
      '4 8 b',
      '5 8 b',
      '6 5 old',
    ]);
    expect(await rowsOf('SELECT id,text FROM shop.moment WHERE id<3 ORDER BY id')).toEqual(['1 a', '2 b']);
    expect(await rowsOf('SELECT * FROM shop.home WHERE id<3')).toEqual(['1 a']);
    expect(await rowsOf('SELECT * FROM shop.plain WHERE id<3')).toEqual(['1 b', '2 b']);
    const { b: atB } = await pair.conflicts();
    expect(atB.filter(({ rule }) => rule === 'counter').map(({ what }) => what)).toEqual([
      'id=2 update-written both',
      'id=3 update-written local',
      'id=4 delete-written incoming',
    ]);
    expect(atB.filter(({ rule }) => rule === 'columns').map(({ what }) => what)).toEqual([
      'id=1 update-written both',
      'id=3 delete-written incoming',
      'id=5 delete-written incoming',
    ]);
    // What is left of both is known, so that it can be overruled column by column.
    await pair.there?.control(async (control) => {
      const [record] = await control.conflicts('there', 1, { table: 'shop.stock', before: (await idOf(2)) + 1 });
      expect(record?.left).toBe('{"id":"2","qty":"100","price":"0.1000000000","name":"b","note":"old"}');
      await control.overrule({ id: record?.id ?? 0, verdict: { columns: { note: 'incoming' } }, by: 'somebody' });
    });
    await pair.quiet();
    expect(await rowsOf('SELECT * FROM shop.stock WHERE id=2')).toEqual(['2 100 0.1000000000 b a']);
    await pair.assertEqual(TABLES);
  });

  // What is the same on every server is tried on one.
  const onOne = test.runIf(kind === 'mariadb-10.11');

  onOne('what was decided before a start counts on', async () => {
    pair = new TwoWayPair(a, b, { ...POLICY, keep: 'target' });
    const out = async (sql: string): Promise<void> => {
      await a.query(`USE shop; ${sql}`);
      const there = new LivePipeline(pair.options()[0]);
      await there.caughtUp(a);
      await there.stop();
    };
    await b.query(
      "USE shop; UPDATE version SET v=8,text='b' WHERE id<3; UPDATE customer SET name='b',mail='b' WHERE id=1; UPDATE customer SET name='b' WHERE id=2; UPDATE stock SET qty=1,name='b' WHERE id=1",
    );
    await out(
      `UPDATE version SET v=9,text='a' WHERE id=1; UPDATE version SET v=6 WHERE id=2;
       UPDATE customer SET mail='a' WHERE id=2; DELETE FROM customer WHERE id=1; DELETE FROM stock WHERE id=1;
       INSERT INTO customer VALUES (1,'a','a','{}',NULL); INSERT INTO stock VALUES (1,7,'0.1','a','a')`,
    );
    await out(
      "UPDATE version SET v=2 WHERE id=1; UPDATE version SET v=7 WHERE id=2; UPDATE customer SET mail='a2' WHERE id=1; UPDATE customer SET name='a2' WHERE id=2; UPDATE stock SET qty=9,name='a2' WHERE id=1",
    );
    await pair.start();
    await pair.quiet();
    await pair.assertEqual(TABLES);
    expect(await rowsOf('SELECT * FROM shop.version WHERE id<3 ORDER BY id')).toEqual(['1 2 a', '2 8 b']);
    expect(await rowsOf('SELECT name,mail FROM shop.customer WHERE id<3 ORDER BY id')).toEqual(['a a2', 'b a']);
    expect(await rowsOf('SELECT qty,name FROM shop.stock WHERE id=1')).toEqual(['9 a2']);
  });

  // More than the memory of a direction holds one by one; of a row it asks for the latest alone, and of each column.
  onOne.each([
    { table: 'plain', rows: 5, columns: 'NULL', code: null },
    { table: 'stock', rows: 5, columns: `ELT(1+seq%3,'["qty"]','["name","note"]',NULL)`, code: null },
    { table: 'stock', rows: 100_000, columns: `'["qty"]'`, code: 'CONFLICT_WINDOW' },
  ])('100,000 decisions about $rows rows of $table before a start: $code', async ({ table, rows, columns, code }) => {
    await b.query(
      `INSERT INTO retl.otter_conflict (pipeline,table_name,row_key,key_hash,kind,outcome,rule,incoming_at,source_file,source_offset,state,source_columns)
         SELECT 'there','shop.${table}',seq%${rows},MD5(seq%${rows}),'update-written','local','newest',seq,'bin.000999',seq,'decided',${columns} FROM seq_1_to_100000`,
    );
    if (code === null) {
      await pair.start();
      await a.query("UPDATE shop.plain SET text='new' WHERE id=1");
      await pair.quiet();
      await pair.assertEqual(TABLES);
    } else {
      pair.there = new LivePipeline(pair.options()[0]);
      expect((await pair.there.failure()).code).toBe(code);
      pair.there = null;
    }
  });

  onOne('decisions are removed that are old, unless they are open or something stands on them', async () => {
    const record = (state: string, days: number, n: number, file = 'bin.000001'): string =>
      `SELECT 'there','shop.plain',${n},MD5(${n}),'update-written','local','newest',0,'${file}',seq,'${state}',NOW()-INTERVAL ${days} DAY`;
    await b.query(
      `INSERT INTO retl.otter_conflict (pipeline,table_name,row_key,key_hash,kind,outcome,rule,incoming_at,source_file,source_offset,state,decided_at)
         ${record('decided', 91, 1)} FROM seq_1_to_2500 UNION ALL ${record('settled', 91, 2)} FROM seq_1_to_10
         UNION ALL ${record('open', 91, 3)} FROM seq_1_to_10 UNION ALL ${record('decided', 89, 4)} FROM seq_1_to_10
         UNION ALL ${record('settled', 91, 5, 'bin.000999')} FROM seq_1_to_10`,
    );
    await pair.start();
    const counts =
      "SELECT CONCAT_WS(' ',state,row_key,COUNT(*)) AS line FROM retl.otter_conflict GROUP BY state,row_key ORDER BY row_key";
    const left = async (): Promise<unknown[]> => (await b.query(counts)).map(({ line }) => line);
    await waitFor(async () => (await left()).length === 3, { what: 'what is old to be removed' });
    expect(await left()).toEqual(['open 3 10', 'decided 4 10', 'settled 5 10']);
  });

  onOne('a sum that its column cannot hold stops the direction, and is applied once it can', async () => {
    await a.query('UPDATE shop.ticket SET free=free-4 WHERE id=1');
    await b.query('UPDATE shop.ticket SET free=free-3 WHERE id=1');
    const both = pair.options().map((options) => new LivePipeline(options));
    const failures = await Promise.all(both.map(async (pipeline) => await pipeline.failure()));
    expect(failures.map(({ code }) => code)).toEqual(['TWO_WAY_STOPPED', 'TWO_WAY_STOPPED']);
    for (const site of [a, b]) await site.query('ALTER TABLE shop.ticket MODIFY free INT NOT NULL');
    pair = new TwoWayPair(a, b, POLICY, { ddl: parseDdlPolicy('ignore') });
    await pair.start();
    await pair.quiet();
    await pair.assertEqual(TABLES);
    expect(await rowsOf('SELECT free FROM shop.ticket WHERE id=1')).toEqual(['-2']);
  });

  test('counters under increments of both sites at once end exact, though the pipelines are killed', async () => {
    const writing = new AbortController();
    const sums = [0, 0, 0];
    const write = async (site: RunningServer): Promise<void> => {
      for (let i = 0; !writing.signal.aborted; i++) {
        const [row, gain] = [i % sums.length, (i % 7) - 2];
        const isDone = await site.query(`UPDATE shop.stock SET qty=qty+${gain} WHERE id=${row + 1}`).then(
          () => true,
          (error: Error & { errno?: number }) => {
            if (error.errno !== DEADLOCK) throw error;
            return false;
          },
        );
        if (isDone) sums[row] = (sums[row] ?? 0) + gain;
        await pause(8);
      }
    };
    // A start removes those that nothing stands on any more.
    const merged = new Set<unknown>();
    const noteMerged = async (): Promise<void> => {
      const where = "kind='merged' AND rule='counter'";
      for (const { id } of await b.query(`SELECT id FROM retl.otter_conflict WHERE ${where}`)) merged.add(id);
    };
    const writers = Promise.all([write(a), write(b)]);
    try {
      for (const failpoint of ['batch.before-commit:9', 'batch.committed:5']) {
        const processes = pair.options().map((options) => new SyncProcess({ ...options, failpoint }));
        const { signal } = await Promise.race(processes.map(({ ended }) => ended));
        await Promise.all(processes.map((process) => process.remove()));
        expect(signal).toBe('SIGKILL');
        await noteMerged();
      }
    } finally {
      writing.abort();
    }
    await writers;
    await pair.start();
    await pair.quiet();
    await pair.assertEqual(TABLES);
    expect(await rowsOf('SELECT qty FROM shop.stock WHERE id<4 ORDER BY id')).toEqual(
      sums.map((sum) => String(100 + sum)),
    );
    await noteMerged();
    expect(merged.size).toBeGreaterThan(10);
    expect((await pair.conflicts()).b).toEqual([]);
    // Once either side has seen everything, nothing stands on them any more.
    for (const site of [a, b]) {
      await site.query('UPDATE shop.stock SET qty=qty+1 WHERE id=6');
      await pair.quiet();
    }
    await pair.stop();
    await pair.start();
    for (const site of [a, b])
      expect(await site.query("SELECT id FROM retl.otter_conflict WHERE kind IN ('merged','equal')")).toEqual([]);
  });
});
