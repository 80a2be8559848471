/**
 * Goal: rows whose keys are inserted into `retl_buffer` on the source are brought again through the running pipeline,
 * exactly as the source has them, whoever writes to them meanwhile and whatever dies (OT-F).
 *
 * Method: targets are spoilt by hand (rows missing, too many, changed), their keys are asked for in every form the
 * original knows, and both sides are compared row by row. A writer beside it, kills at failpoints, 100,000 keys at once.
 */
import { parseTablePattern } from '@otter/core';
import { parseDdlPolicy } from '@otter/engine';
import { assertTablesEqual, Random, startServer, waitFor, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import type { TestPipelineOptions } from '../support/pipeline-options.ts';
import { syncUntilCaughtUp } from '../support/sync-process.ts';

/** As the original creates it. */
const BUFFER = `CREATE DATABASE retl; CREATE TABLE retl.retl_buffer (ID BIGINT NOT NULL AUTO_INCREMENT, TABLE_ID INT NOT NULL,
  FULL_NAME VARCHAR(512), TYPE CHAR(1) NOT NULL, PK_DATA VARCHAR(256) NOT NULL, GMT_CREATE TIMESTAMP NULL,
  GMT_MODIFIED TIMESTAMP NULL, PRIMARY KEY (ID)) DEFAULT CHARSET utf8`;
const TEXT = 'VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const TABLES: Record<string, string> = {
  item: `id INT PRIMARY KEY, n INT NOT NULL, code ${TEXT}, UNIQUE KEY (code)`,
  pair: `b ${TEXT}, n INT, a BIGINT UNSIGNED, day DATE, PRIMARY KEY (a, day, b)`,
  order_7: 'id BIGINT PRIMARY KEY, n INT',
};
const ROWS = 1000;

let source: RunningServer;
let target: RunningServer;
let pipeline: LivePipeline | null = null;

async function open(from: ServerKind, to: ServerKind): Promise<void> {
  [source, target] = await Promise.all([startServer({ kind: from }), startServer({ kind: to })]);
}

async function close(): Promise<void> {
  await Promise.all([source?.stop(), target?.stop()]);
}

/** Both sides alike, and `far.order_7` for the target's other name of `shop.order_7`. */
async function fill(): Promise<void> {
  const numbers = Array.from({ length: ROWS }, (_, i) => i + 1);
  for (const server of [source, target]) {
    await server.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS far; DROP DATABASE IF EXISTS retl');
    await server.query('CREATE DATABASE shop; CREATE DATABASE far');
    const place = (table: string): string => (server === target && table === 'order_7' ? 'far' : 'shop');
    for (const [table, columns] of Object.entries(TABLES)) {
      await server.query(`CREATE TABLE ${place(table)}.${table} (${columns})`);
    }
    await server.query(`INSERT INTO shop.item VALUES ${numbers.map((i) => `(${i},${i},'c${i}')`).join(',')}`);
    await server.query(
      `INSERT INTO shop.pair VALUES ${numbers.map((i) => `('é\\'${i % 7}',${i},${i},'2024-01-${10 + (i % 9)}')`).join(',')}`,
    );
    await server.query(
      `INSERT INTO ${place('order_7')}.order_7 VALUES ${numbers.map((i) => `(${i}000000000,${i})`).join(',')}`,
    );
  }
  await source.query(BUFFER);
}

function options(more: Partial<TestPipelineOptions> = {}): TestPipelineOptions {
  return {
    ...{ source: source.address, target: target.address, tables: 'shop.*', start: { at: 'now' } },
    mappings: [{ source: parseTablePattern('shop.order_[1-9]'), target: parseTablePattern('far.order_[1-9]') }],
    ...more,
  };
}

async function run(more: Partial<TestPipelineOptions> = {}): Promise<LivePipeline> {
  pipeline = new LivePipeline(options(more));
  await pipeline.until('it runs', ({ state }) => state === 'running');
  return pipeline;
}

/** One row of the buffer. */
async function ask(table: string, type: string, key: string, id = 0): Promise<void> {
  await source.query('INSERT INTO retl.retl_buffer (TABLE_ID,FULL_NAME,TYPE,PK_DATA) VALUES (?,?,?,?)', [
    ...[id, table, type, key],
  ]);
}

/** The statement people use for whole tables. */
async function askAll(table: string, key: string, where = '1=1'): Promise<void> {
  await source.query(
    `INSERT INTO retl.retl_buffer (ID,TABLE_ID,FULL_NAME,TYPE,PK_DATA,GMT_CREATE,GMT_MODIFIED) SELECT NULL,0,'${table}','I',${key},NOW(),NOW() FROM ${table} WHERE ${where}`,
  );
}

async function left(): Promise<number> {
  const [row] = await target.query('SELECT COUNT(*) AS n FROM retl.otter_gate');
  return Number(row?.['n']);
}

/** Everything that was asked for up to now has been brought. */
async function brought(live: LivePipeline, timeoutMs = 30_000): Promise<void> {
  await live.caughtUp(source, timeoutMs);
  await waitFor(async () => (await left()) === 0, { timeoutMs, what: 'the rows asked for to be brought' });
  await live.caughtUp(source, timeoutMs);
}

/** The numbers below `count`, in an order that is always the same. */
function shuffled(count: number): number[] {
  const random = new Random(9);
  const places = Array.from({ length: count }, (_, n) => ({ n, place: random.fraction() }));
  return places.toSorted((a, b) => a.place - b.place).map(({ n }) => n);
}

async function assertEqual(...tables: string[]): Promise<void> {
  for (const table of tables) {
    const place = table === 'order_7' ? { targetSchema: 'far' } : {};
    await assertTablesEqual({
      ...{ source: source.address, target: target.address },
      tables: [{ schema: 'shop', table, ...place }],
    });
  }
}

describe.each<[ServerKind, ServerKind]>([
  ['mariadb-10.11', 'mysql-9.7'],
  ['mysql-9.7', 'mariadb-10.11'],
])('%s → %s', (from, to) => {
  beforeAll(() => open(from, to));
  afterAll(close);
  beforeEach(fill);
  afterEach(async () => {
    await pipeline?.stop().catch(() => undefined);
    pipeline = null;
  });

  test('a row becomes what the source has: of whatever TYPE, by an inserted or an updated row of the buffer', async () => {
    const live = await run();
    await source.query('SET sql_log_bin=0; DELETE FROM shop.item WHERE id IN (8,9); SET sql_log_bin=1');
    await target.query(
      "DELETE FROM shop.item WHERE id IN (1,2,3); UPDATE shop.item SET n=-1,code=NULL WHERE id IN (4,5,6); INSERT INTO shop.item VALUES (5000,0,'c1'),(5001,0,'c2')",
    );
    for (const [type, key] of [
      ...[
        ['I', '1'],
        ['u', '2'],
        ['D', '3'],
        ['i', '4'],
        ['U', '5'],
        ['d', '6'],
      ],
      ...[
        ['I', '8'],
        ['U', '9'],
        ['D', '5000'],
        ['I', '5001'],
        ['D', '7'],
      ],
    ] as const)
      await ask('shop.item', type, key);
    await brought(live);
    await assertEqual('item');
    await target.query('UPDATE shop.item SET n=-2 WHERE id=10; UPDATE shop.item SET n=-3 WHERE id=11');
    await source.query("UPDATE retl.retl_buffer SET PK_DATA='10' WHERE PK_DATA='1'");
    await source.query('DELETE FROM retl.retl_buffer');
    await brought(live);
    expect(await target.query('SELECT n FROM shop.item WHERE id IN (10,11) ORDER BY id')).toMatchObject([
      ...[{ n: 10 }, { n: -3 }],
    ]);
    expect(live.complaints).toEqual([]);
    expect(live.status.parked).toEqual([]);
  });

  test('composite keys in the order of the table, a table of a range under another name', async () => {
    const live = await run();
    await target.query(
      "DELETE FROM shop.pair WHERE a<400; UPDATE shop.pair SET n=-1 WHERE a>600; INSERT INTO shop.pair VALUES ('x',1,18446744073709551615,'2024-01-01')",
    );
    await target.query('DELETE FROM far.order_7 WHERE n<300; UPDATE far.order_7 SET n=-1 WHERE n>900');
    await askAll('shop.pair', 'CONCAT(b,CHAR(1),a,CHAR(1),day)');
    await ask('shop.pair', 'D', 'x\u000118446744073709551615\u00012024-01-01');
    await askAll('shop.order_7', 'id');
    await brought(live);
    await assertEqual('pair', 'order_7');
    expect(live.complaints).toEqual([]);
  });

  test('what cannot be brought is told and stops nothing', async () => {
    for (const server of [source, target]) await server.query('CREATE TABLE shop.keyless (n INT)');
    const live = await run();
    await target.query('UPDATE shop.item SET n=-1; DELETE FROM shop.pair; ALTER TABLE shop.pair MODIFY n TINYINT');
    await ask('shop.nosuch', 'I', '1');
    await ask('other.table', 'I', '1');
    await ask('shop.item', 'I', '1', 7);
    await ask('shop.item', 'C', '1');
    await ask('shop.item', 'I', 'one');
    await ask('shop.pair', 'I', '1');
    await ask('item', 'I', '1');
    await ask('shop.keyless', 'U', '1');
    await ask('shop.item', 'I', '2');
    await askAll('shop.pair', 'CONCAT(b,CHAR(1),a,CHAR(1),day)', 'a BETWEEN 100 AND 130');
    await brought(live);
    expect(await target.query('SELECT COUNT(*) AS n FROM shop.item WHERE n<>-1')).toMatchObject([{ n: '1' }]);
    // Those that fit into the column of the target, and no other.
    expect(await target.query('SELECT MIN(n) AS least,MAX(n) AS most,COUNT(*) AS n FROM shop.pair')).toMatchObject([
      { least: 100, most: 127, n: '28' },
    ]);
    const told = live.complaints.map((line) => /GATE_REFUSED.*"detail":"([^"]*)/.exec(line)?.[1]);
    expect(told.slice(0, 7)).toEqual([
      'shop.nosuch is no table of the source that this pipeline keeps equal',
      'other.table is no table of the source that this pipeline keeps equal',
      'TABLE_ID is not 0: tables have no numbers here, FULL_NAME names them',
      'TYPE is none of I, U, D',
      'PK_DATA is not the key of shop.item',
      'PK_DATA is not the key of shop.pair',
      'FULL_NAME is not schema.table',
    ]);
    const later = told.slice(7);
    expect(later.filter((line) => line?.startsWith('shop.keyless has no key'))).toHaveLength(1);
    expect(later.filter((line) => /Out of range/i.test(line ?? ''))).toHaveLength(3);
    expect(later).toHaveLength(4);
    expect(live.status.parked).toEqual([]);
  });

  test('a writer on the same keys', async () => {
    const live = await run();
    const random = new Random(5);
    await target.query("DELETE FROM shop.item WHERE id<300; UPDATE shop.item SET n=-1,code=CONCAT('w',id)");
    await askAll('shop.item', 'id');
    const write = async (): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        const id = random.int(1, ROWS);
        await source.query(
          `UPDATE shop.item SET n=n+1 WHERE id BETWEEN ${id} AND ${id + 20}; DELETE FROM shop.item WHERE id=${random.int(1, ROWS)};
           REPLACE INTO shop.item VALUES (${id},0,'c${random.int(1, ROWS)}'); UPDATE IGNORE shop.item SET id=id+1 WHERE id=${id}`,
        );
      }
    };
    for (let i = 0; i < 5; i++) {
      const asked = (async (): Promise<void> => {
        for (let j = 0; j < 4; j++) await askAll('shop.item', 'id', `id BETWEEN ${i * 140} AND ${i * 160 + j * 60}`);
      })();
      await Promise.all([write(), asked]);
      await brought(live);
    }
    await brought(live);
    await assertEqual('item');
    expect(live.status.parked).toEqual([]);
    expect(live.complaints).toEqual([]);
  });

  test('changes between the reading of a row and its place in the stream: each row asked for once, changed once', async () => {
    const last = 4000;
    const ids = Array.from({ length: last }, (_, i) => i + 1);
    for (const server of [source, target]) {
      await server.query('CREATE TABLE shop.wide (id INT PRIMARY KEY, n INT, filler VARCHAR(1000))');
      await server.query(`INSERT INTO shop.wide VALUES ${ids.map((id) => `(${id},0,REPEAT('f',1000))`).join(',')}`);
    }
    const live = await run({ memoryBytes: 256 << 20 });
    await target.query('DELETE FROM shop.wide WHERE id MOD 3=0; UPDATE shop.wide SET n=-1');
    await askAll('shop.wide', 'id');
    const blocks = shuffled(last / 5).map((i) => i * 5);
    for (const [i, block] of blocks.entries()) {
      const where = `WHERE id BETWEEN ${block + 1} AND ${block + 5}`;
      await source.query(i % 10 === 0 ? `DELETE FROM shop.wide ${where}` : `UPDATE shop.wide SET n=${i + 1} ${where}`);
    }
    await brought(live);
    await assertEqual('wide');
    expect(live.status.parked).toEqual([]);
  });

  test('a definition that changes, a table that has stopped', async () => {
    const live = await run({ ddl: parseDdlPolicy('apply') });
    await target.query('UPDATE shop.item SET n=-1; DELETE FROM far.order_7 WHERE n=5');
    await askAll('shop.item', 'id', 'id<500');
    await source.query('ALTER TABLE shop.item ADD COLUMN more INT DEFAULT 7; UPDATE shop.item SET more=8 WHERE id<100');
    await askAll('shop.item', 'id', 'id>=500');
    await source.query('ALTER TABLE shop.item DROP COLUMN code');
    await askAll('shop.item', 'id', 'id MOD 2=1');
    await source.query('UPDATE shop.order_7 SET n=-n WHERE n=5');
    const record = await live.parked('shop.order_7', 'ROW_MISSING');
    await ask('shop.order_7', 'U', '5000000000');
    await ask('shop.order_7', 'U', '6000000000');
    await target.query('UPDATE far.order_7 SET n=0 WHERE n=6');
    await live.caughtUp(source);
    await waitFor(async () => (await left()) === 2, { what: 'only those of the stopped table to be left' });
    expect(live.complaints.filter((line) => line.includes('GATE_REFUSED'))).toEqual([]);
    await assertEqual('item');
    await target.query('INSERT INTO far.order_7 VALUES (5000000000,5)');
    await live.control((control) => control.retry(live.name, record.id));
    await brought(live);
    await assertEqual('order_7');
    expect(live.status.parked).toEqual([]);
    expect(live.complaints.filter((line) => line.includes('GATE_REFUSED'))).toEqual([]);
  });

  test('skipped when told to; by row it is brought all the same', async () => {
    const off = await run({ freeGate: 'off' });
    await target.query('UPDATE shop.item SET n=-1 WHERE id<=10');
    await ask('shop.item', 'I', '1');
    await off.caughtUp(source);
    await off.stop();
    expect(await left()).toBe(0);
    const rows = await run({ apply: 'row', name: 'by-row' });
    await ask('shop.item', 'I', '2');
    await brought(rows);
    await source.query('UPDATE shop.item SET n=n+1 WHERE id=3');
    await rows.caughtUp(source);
    expect(await target.query('SELECT id FROM shop.item WHERE n<0 ORDER BY id LIMIT 2')).toMatchObject([
      ...[{ id: 1 }, { id: 4 }],
    ]);
    expect(rows.status.parked).toEqual([]);
  });
});

describe('many', () => {
  beforeAll(() => open('mariadb-10.11', 'mariadb-10.11'));
  afterAll(close);
  beforeEach(fill);

  test('100,000 keys in one statement, more than the memory for transactions', async () => {
    await source.query(
      "CREATE TABLE shop.many (id INT PRIMARY KEY, n INT, filler VARCHAR(200)); USE shop; INSERT INTO many SELECT seq*3,seq,REPEAT('f',100) FROM seq_1_to_100000",
    );
    await target.query('CREATE TABLE shop.many (id INT PRIMARY KEY, n INT, filler VARCHAR(200))');
    const live = await run({ memoryBytes: 8 << 20 });
    const began = Date.now();
    await askAll('shop.many', 'id');
    await source.query('UPDATE shop.many SET n=n+1 WHERE id MOD 100=0; DELETE FROM shop.many WHERE id MOD 1000=0');
    await brought(live);
    expect(Date.now() - began).toBeLessThan(15_000);
    await live.stop();
    await assertEqual('many');
  });

  test('two ways: what is brought does not come back', async () => {
    const there = await run({ tables: 'shop.item', mappings: [] });
    const back = new LivePipeline({
      ...{ source: target.address, target: source.address, tables: 'shop.item', start: { at: 'now' } },
    });
    try {
      await back.until('it runs', ({ state }) => state === 'running');
      await target.query('SET sql_log_bin=0; DELETE FROM shop.item WHERE id<500; UPDATE shop.item SET n=0');
      await askAll('shop.item', 'id');
      await brought(there);
      await back.caughtUp(target);
      await assertEqual('item');
      expect(back.status.rowsApplied).toBe(0);
    } finally {
      await Promise.all([back.stop(), there.stop()]);
    }
  });

  test.each([
    'gate.stored',
    'gate.rows-read',
    // The position has passed what is asked for, and not all of it is brought.
    'gate.rows-read:3',
    'batch.committed:2',
  ])('killed at %s', async (failpoint) => {
    const sync = { ...options({ memoryBytes: 1 << 20 }), name: 'gate-killed' };
    await syncUntilCaughtUp(sync);
    await target.query('DELETE FROM shop.item WHERE id<500; UPDATE shop.pair SET n=-1; DELETE FROM far.order_7');
    await askAll('shop.item', 'id');
    await askAll('shop.pair', 'CONCAT(b,CHAR(1),a,CHAR(1),day)');
    await askAll('shop.order_7', 'id');
    await source.query('UPDATE shop.item SET n=n+1; DELETE FROM shop.pair WHERE a MOD 10=0');
    await source.query('DELETE FROM retl.retl_buffer');
    const killed = await syncUntilCaughtUp({ ...sync, failpoint });
    expect(killed.signal).toBe('SIGKILL');
    await source.query('UPDATE shop.item SET n=n+1; INSERT INTO shop.pair VALUES (1,1,5000,20240101)');
    await syncUntilCaughtUp(sync);
    expect(await left()).toBe(0);
    await assertEqual('item', 'pair', 'order_7');
  });
});
