/**
 * Goal: tables that take part can be copied again while they are written to on both sides' behalf: afterwards they hold
 * the source's rows and no others, and no reader of the target ever misses a row that was right (issue 3, Copy).
 *
 * Method: targets are spoilt by hand in every way a foreign writer could (rows too many below, between and above the
 * source's, missing ones, changed ones, unique values that other rows own), a random writer goes on at the source, and
 * `otter copy` asks for the tables. A reader counts all the while rows that nobody changes.
 */
import { parseTablePatterns } from '@otter/core';
import { parseDdlPolicy, type Control } from '@otter/engine';
import { assertTablesEqual, Random, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import type { TestPipelineOptions } from '../support/pipeline-options.ts';

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

const ROWS = 12_000;
const TABLES = ['item', 'named', 'pair', 'bytes'] as const;

beforeEach(async () => {
  for (const server of [source, target]) {
    await server.query(
      `DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl; CREATE DATABASE shop; USE shop;
       CREATE TABLE item (id INT PRIMARY KEY, n INT NOT NULL, name VARCHAR(80) NOT NULL);
       CREATE TABLE named (code VARCHAR(40) COLLATE utf8mb4_general_ci PRIMARY KEY, n INT, UNIQUE KEY (n));
       CREATE TABLE pair (a INT, b VARCHAR(20), n INT, PRIMARY KEY (a, b));
       CREATE TABLE bytes (id VARBINARY(16) PRIMARY KEY, n INT);
       INSERT INTO item SELECT seq*3,0,CONCAT('name ',seq) FROM seq_1_to_${ROWS};
       INSERT INTO named SELECT CONCAT(CHAR(97 + seq MOD 26), '-', seq), seq FROM seq_1_to_${ROWS};
       INSERT INTO pair SELECT seq DIV 50, CONCAT('k', seq MOD 50), seq FROM seq_1_to_${ROWS};
       INSERT INTO bytes SELECT UNHEX(MD5(seq)), seq FROM seq_1_to_${ROWS}`,
    );
  }
});

/** Every way in which a target can have been changed behind our back. Rows 30000 and above of `item` stay right. */
async function spoil(): Promise<void> {
  await target.query(
    `USE shop;
     INSERT INTO item VALUES (-5,1,'below'),(1,1,'between'),(20000,1,'between'),(9999999,1,'above');
     INSERT IGNORE INTO item SELECT seq*3+1,7,'too many' FROM seq_1_to_3000;
     DELETE FROM item WHERE id BETWEEN 600 AND 2400; UPDATE item SET n=99 WHERE id BETWEEN 9000 AND 12000;
     DELETE FROM named WHERE n BETWEEN 100 AND 300; INSERT INTO named VALUES ('zzz',150),('',151),('M-0',NULL);
     UPDATE named SET n=n+1000000 WHERE n BETWEEN 5000 AND 5500; UPDATE named SET n=n-1000000-30 WHERE n BETWEEN 1005031 AND 1005300;
     DELETE FROM pair WHERE a BETWEEN 10 AND 20; INSERT INTO pair VALUES (-1,'k',1),(15,'zz',1),(99999,'k',1);
     UPDATE bytes SET n=-1 WHERE n MOD 7=0; INSERT INTO bytes VALUES ('',1),(REPEAT('z',16),1)`,
  );
}

/** Changes of rows, none of which the stream alone would stumble over on a spoilt target before the copy has begun. */
function change(random: Random): string {
  const id = random.int(1, ROWS * 2);
  const other = random.int(1, ROWS);
  return random.pick([
    `UPDATE item SET n=n+1 WHERE id=${id} AND id<30000`,
    `DELETE FROM item WHERE id=${id} AND id<30000`,
    `INSERT IGNORE INTO item VALUES (${id},${other},'new')`,
    `INSERT IGNORE INTO item VALUES (${ROWS * 3 + id},${other},'behind')`,
    `UPDATE IGNORE item SET id=${id} WHERE id=${other}`,
    `UPDATE IGNORE named SET n=-n WHERE n=${other}`,
    `UPDATE IGNORE named SET code=UPPER(code) WHERE n=${other}`,
    `BEGIN; DELETE FROM named WHERE n=${other}; UPDATE named SET n=${other} WHERE n=${id % ROWS}; COMMIT`,
    `DELETE FROM pair WHERE a=${id % 240} AND b='k${other % 50}'`,
    `REPLACE INTO pair VALUES (${id % 240},'k${other % 50}',${other})`,
    `UPDATE pair SET a=a+1000 WHERE a=${id % 240} AND b='k${other % 50}'`,
    `DELETE FROM bytes WHERE n=${other}`,
    `INSERT IGNORE INTO bytes VALUES (UNHEX(MD5(${ROWS + id})),${id})`,
    `UPDATE bytes SET n=n+1 WHERE n BETWEEN ${other} AND ${other + 20}`,
  ]);
}

const live = (): TestPipelineOptions => ({
  ...{ source: source.address, target: target.address, tables: 'shop.*', start: { at: 'now' } },
  mode: 'incremental',
  memoryBytes: 2 << 20,
  copyLanes: 2,
});

async function mustBeEqual(...names: readonly string[]): Promise<void> {
  const tables = names.map((table) => ({ schema: 'shop', table }));
  await assertTablesEqual({ source: source.address, target: target.address, tables });
}

async function copyAgain(pipeline: LivePipeline, tables: string, where: string | null = null): Promise<string[]> {
  return await pipeline.control((control) => control.copyAgain(pipeline.name, parseTablePatterns(tables), where));
}

type Copies = Awaited<ReturnType<Control['copies']>>;

/** Waits until every copy has come to an end; gives them. */
async function ended(pipeline: LivePipeline): Promise<Copies> {
  return await waitFor(
    async () => {
      const copies = await pipeline.control((control) => control.copies(pipeline.name));
      return copies.every(({ state }) => ['done', 'failed', 'canceled'].includes(state)) ? copies : null;
    },
    { timeoutMs: 60_000, what: 'the copies to end' },
  );
}

async function withPipeline(
  options: Partial<TestPipelineOptions>,
  play: (pipeline: LivePipeline) => Promise<void>,
): Promise<void> {
  const pipeline = new LivePipeline({ ...live(), ...options });
  try {
    await pipeline.until('it to run', ({ state }) => state === 'running');
    await play(pipeline);
  } finally {
    await pipeline.stop().catch(() => undefined);
  }
}

describe('a spoilt target under a random writer', () => {
  test.each([1, 2, 3])('is equal afterwards, and right rows are never missing, seed %i', async (seed) => {
    await withPipeline({ copyBytesPerSecond: 600_000 }, async (pipeline) => {
      await spoil();
      await copyAgain(pipeline, 'shop.*');
      await pipeline.until('all tables to be begun', ({ copy }) => (copy?.tables ?? 0) === TABLES.length);
      const random = new Random(seed);
      const reading = new AbortController();
      const reader = countUntil(reading.signal);
      let writes = 0;
      const copies = ended(pipeline);
      let isOver = false;
      void copies.finally(() => (isOver = true)).catch(() => undefined);
      // A change of a row that is spoilt parks a table whose turn has not come: only tables under way are written to.
      while (!isOver) {
        const sql = change(random);
        const begun = pipeline.status.copy?.current.map(({ table }) => table) ?? [];
        const table = TABLES.find((name) => new RegExp(`\\b${name}\\b`).test(sql));
        if (!begun.includes(`shop.${table}`)) {
          await new Promise((resolve) => setImmediate(resolve));
          continue;
        }
        await source.query(`USE shop; ${sql}`);
        writes += 1;
      }
      reading.abort();
      const { counts, least } = await reader;
      expect(await copies).toMatchObject(TABLES.map(() => ({ state: 'done', kind: 'again' })));
      await pipeline.caughtUp(source);
      expect(pipeline.status.parked).toEqual([]);
      await mustBeEqual(...TABLES);
      expect(writes).toBeGreaterThan(50);
      expect(counts).toBeGreaterThan(50);
      expect(least).toBe(ROWS - 10_000 + 1);
    });
  });
});

/** Counts, again and again, rows of the target that are right and nobody touches. */
async function countUntil(signal: AbortSignal): Promise<{ counts: number; least: number }> {
  let counts = 0;
  let least = Infinity;
  while (!signal.aborted) {
    const rows = await target.query('SELECT COUNT(*) AS n FROM shop.item WHERE id BETWEEN 30000 AND 36000');
    least = Math.min(least, Number(rows[0]?.['n']));
    counts += 1;
  }
  return { counts, least };
}

describe('what may be asked for', () => {
  test('a predicate: matching rows are brought, no other row is touched', async () => {
    await withPipeline({}, async (pipeline) => {
      await spoil();
      const before = await target.query('SELECT COUNT(*) AS n FROM shop.item WHERE id NOT BETWEEN 600 AND 3000');
      await copyAgain(pipeline, 'shop.item', 'id BETWEEN 600 AND 3000');
      expect(await ended(pipeline)).toMatchObject([
        { table: 'shop.item', state: 'done', predicate: 'id BETWEEN 600 AND 3000' },
      ]);
      const rows = await target.query(
        'SELECT SUM(1) AS n, SUM(id MOD 3<>0) AS extra FROM shop.item WHERE id BETWEEN 600 AND 3000',
      );
      // 200 of the rows too many lie among them.
      expect(rows).toMatchObject([{ n: '1001', extra: '200' }]);
      expect(await target.query('SELECT COUNT(*) AS n FROM shop.item WHERE id NOT BETWEEN 600 AND 3000')).toEqual(
        before,
      );
      expect(await target.query('SELECT n FROM shop.item WHERE id=9000')).toMatchObject([{ n: 99 }]);
    });
  });

  test('a predicate the source refuses is the error of the request, or of the command that can ask it', async () => {
    await withPipeline({}, async (pipeline) => {
      await copyAgain(pipeline, 'shop.pair', 'nosuch=1');
      expect(await ended(pipeline)).toMatchObject([{ state: 'failed', code: 'PREDICATE_INVALID' }]);
      const { name, options } = pipeline;
      const asked = pipeline.control((control) =>
        control.copyAgain(name, parseTablePatterns('shop.item'), 'nosuch=1', options.source),
      );
      await expect(asked).rejects.toMatchObject({ code: 'PREDICATE_INVALID', detail: /nosuch/ });
      await expect(copyAgain(pipeline, 'shop.item', '1=1); DROP TABLE item')).rejects.toMatchObject({
        code: 'PREDICATE_INVALID',
      });
      expect(await pipeline.control((control) => control.copies(name))).toHaveLength(1);
    });
  });

  test.each([
    ['no key', 'CREATE TABLE odd (n INT)', 'CREATE TABLE odd (n INT)', 'COPY_IMPOSSIBLE', /no key/],
    [
      'unique keys that hold other values equal',
      'CREATE TABLE odd (id INT PRIMARY KEY, c VARCHAR(9) COLLATE utf8mb4_bin NOT NULL, UNIQUE KEY (c))',
      'CREATE TABLE odd (id INT PRIMARY KEY, c VARCHAR(9) COLLATE utf8mb4_general_ci NOT NULL, UNIQUE KEY (c))',
      'COPY_AGAIN_REFUSED',
      /no unique key like "c"/,
    ],
    [
      'a column the source does not send',
      'CREATE TABLE odd (id INT PRIMARY KEY)',
      'CREATE TABLE odd (id INT PRIMARY KEY, mine INT)',
      'COPY_AGAIN_REFUSED',
      /"mine"/,
    ],
    [
      'children of a cascade',
      'CREATE TABLE odd (id INT PRIMARY KEY); CREATE TABLE child (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES odd (id) ON DELETE CASCADE)',
      'CREATE TABLE odd (id INT PRIMARY KEY); CREATE TABLE child (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES odd (id) ON DELETE CASCADE)',
      'COPY_AGAIN_REFUSED',
      /shop.child cascades/,
    ],
  ])('%s', async (_, there, here, code, message) => {
    await source.query(`USE shop; ${there}`);
    await target.query(`USE shop; ${here}`);
    await withPipeline({}, async (pipeline) => {
      await copyAgain(pipeline, 'shop.odd');
      const [copy] = await ended(pipeline);
      expect(copy).toMatchObject({ table: 'shop.odd', state: 'failed', code });
      expect(copy?.message).toMatch(message);
      expect(copy?.messageZh).toMatch(/\p{Script=Han}/u);
    });
  });

  test('tables that are no part of it, unknown pipelines, and a copy under way', async () => {
    await withPipeline({ copyBytesPerSecond: 50_000 }, async (pipeline) => {
      await expect(copyAgain(pipeline, 'shop.nosuch')).rejects.toMatchObject({ code: 'USAGE' });
      const other = pipeline.control((control) => control.copyAgain('nosuch', parseTablePatterns('shop.item'), null));
      await expect(other).rejects.toMatchObject({ code: 'USAGE', detail: /no pipeline nosuch/ });
      await copyAgain(pipeline, 'shop.item');
      await expect(copyAgain(pipeline, 'shop.*')).rejects.toMatchObject({ code: 'USAGE', detail: /is being copied/ });
    });
  });

  test('a copy is cancelled: what it has copied stays, the table goes on, and it can be asked for again', async () => {
    await withPipeline({ copyBytesPerSecond: 100_000 }, async (pipeline) => {
      await spoil();
      await copyAgain(pipeline, 'shop.item');
      await pipeline.until('rows to be copied', ({ copy }) => (copy?.rows ?? 0) > 1000);
      await pipeline.control((control) => control.cancelCopies(pipeline.name, parseTablePatterns('shop.*')));
      const [canceled] = await ended(pipeline);
      expect(canceled).toMatchObject({ state: 'canceled' });
      expect(canceled?.rows).toBeLessThan(ROWS);
      await source.query('UPDATE shop.item SET n=5 WHERE id=36000');
      await pipeline.caughtUp(source);
      expect(await target.query('SELECT n FROM shop.item WHERE id=36000')).toMatchObject([{ n: 5 }]);
      await pipeline.control((control) => control.setCopyRate(pipeline.name, 0));
      await copyAgain(pipeline, 'shop.item');
      expect(await ended(pipeline)).toMatchObject([{ state: 'done' }]);
      await mustBeEqual('item');
    });
  });

  test('a row the target refuses ends the copy, and the table goes on', async () => {
    await withPipeline({}, async (pipeline) => {
      const silent = await source.connect();
      await silent.query("SET sql_log_bin=0; UPDATE shop.item SET name=REPEAT('x',80) WHERE id=300");
      silent.destroy();
      await target.query('ALTER TABLE shop.item MODIFY name VARCHAR(20) NOT NULL');
      await copyAgain(pipeline, 'shop.item');
      expect(await ended(pipeline)).toMatchObject([{ state: 'failed', code: 'ROW_REFUSED' }]);
      await source.query('UPDATE shop.item SET n=6 WHERE id=3000');
      await pipeline.caughtUp(source);
      expect(pipeline.status.parked).toEqual([]);
      expect(await target.query('SELECT n FROM shop.item WHERE id=3000')).toMatchObject([{ n: 6 }]);
    });
  });

  test('a definition that changes meanwhile ends the copy, and the next one has it', async () => {
    await withPipeline({ copyBytesPerSecond: 50_000, ddl: parseDdlPolicy('apply') }, async (pipeline) => {
      await spoil();
      await copyAgain(pipeline, 'shop.item');
      await pipeline.until('rows to be copied', ({ copy }) => (copy?.rows ?? 0) > 0);
      await source.query("ALTER TABLE shop.item ADD COLUMN extra VARCHAR(9) NOT NULL DEFAULT 'x'");
      expect(await ended(pipeline)).toMatchObject([{ state: 'failed', code: 'DDL_SEEN' }]);
      await pipeline.control((control) => control.setCopyRate(pipeline.name, 0));
      await copyAgain(pipeline, 'shop.item');
      await source.query("UPDATE shop.item SET extra='y' WHERE id=30000");
      expect(await ended(pipeline)).toMatchObject([{ state: 'done' }]);
      await pipeline.caughtUp(source);
      expect(pipeline.status.parked).toEqual([]);
      await mustBeEqual('item');
    });
  });

  test('a table that stops meanwhile ends its copy; back again, it can be asked for again', async () => {
    await withPipeline({ copyBytesPerSecond: 50_000 }, async (pipeline) => {
      await spoil();
      await copyAgain(pipeline, 'shop.item');
      await pipeline.until('rows to be copied', ({ copy }) => (copy?.rows ?? 0) > 0);
      for (const server of [source, target]) await server.query('ALTER TABLE shop.item ADD COLUMN extra INT');
      const record = await pipeline.parked('shop.item', 'DDL_SEEN');
      expect(await ended(pipeline)).toMatchObject([{ state: 'failed', code: 'COPY_AGAIN_REFUSED' }]);
      await copyAgain(pipeline, 'shop.item');
      expect(await ended(pipeline)).toMatchObject([{ state: 'failed', code: 'COPY_AGAIN_REFUSED' }]);
      await pipeline.control((control) => control.skip(pipeline.name, record.id, 'done by hand'));
      await pipeline.until('it to be back', ({ parked }) => parked.length === 0);
      await pipeline.control((control) => control.setCopyRate(pipeline.name, 0));
      await copyAgain(pipeline, 'shop.item');
      expect(await ended(pipeline)).toMatchObject([{ state: 'done' }]);
      await mustBeEqual('item');
    });
  });

  test('apply: row copies in the other mode and goes back', async () => {
    await withPipeline({ apply: 'row' }, async (pipeline) => {
      await spoil();
      await copyAgain(pipeline, 'shop.*');
      expect(await ended(pipeline)).toMatchObject(TABLES.map(() => ({ state: 'done' })));
      await source.query('UPDATE shop.item SET n=n+1 WHERE id<9000');
      await pipeline.caughtUp(source);
      await mustBeEqual(...TABLES);
    });
  });
});

describe('how fast', () => {
  test('the rate can be changed while it runs, and lasts', async () => {
    await withPipeline({ name: 'rate-copy', copyBytesPerSecond: 2000 }, async (pipeline) => {
      await copyAgain(pipeline, 'shop.item');
      await pipeline.until('it to crawl', ({ copy }) => copy?.bytesPerSecondMax === 2000 && copy.rows > 0);
      await pipeline.control((c) => c.setCopyRate('rate-copy', 10_000_000));
      expect(await ended(pipeline)).toMatchObject([{ state: 'done' }]);
    });
    await withPipeline({ name: 'rate-copy', copyBytesPerSecond: 2000 }, async (pipeline) => {
      await copyAgain(pipeline, 'shop.item');
      await pipeline.until('the rate to be remembered', ({ copy }) => copy?.bytesPerSecondMax === 10_000_000);
      await pipeline.control((c) => c.setCopyRate('rate-copy', null));
      expect(await ended(pipeline)).toMatchObject([{ state: 'done' }]);
    });
  });

  test('it waits while the source is busy', async () => {
    await withPipeline({ copyLoadMax: 5 }, async (pipeline) => {
      const others = await Promise.all(Array.from({ length: 8 }, () => source.connect()));
      const busy = others.map((other) => other.query('DO SLEEP(4)'));
      await copyAgain(pipeline, 'shop.item');
      await pipeline.until('it to wait', ({ copy }) => copy?.paused === 'load' && copy.rows === 0);
      await Promise.all(busy);
      for (const other of others) other.destroy();
      expect(await ended(pipeline)).toMatchObject([{ state: 'done' }]);
    });
  });

  test('it waits while the stream is behind', async () => {
    await withPipeline({ copyLagMsMax: 1000, heartbeat: 'auto', copyBytesPerSecond: 1000 }, async (pipeline) => {
      await copyAgain(pipeline, 'shop.item');
      await pipeline.until('rows to be copied', ({ copy, lagMs }) => (copy?.rows ?? 0) > 0 && lagMs !== null);
      const lock = await target.connect();
      try {
        await lock.query('BEGIN');
        await lock.query('SELECT * FROM shop.pair WHERE a=3 FOR UPDATE');
        await source.query('UPDATE shop.pair SET n=n+1 WHERE a=3');
        await pipeline.until('the lag to grow', ({ lagMs }) => (lagMs ?? 0) > 1500);
        // Until now it has been waiting for its rate.
        await pipeline.control((control) => control.setCopyRate(pipeline.name, 0));
        await pipeline.until('it to wait', ({ copy }) => copy?.paused === 'lag');
        expect(pipeline.status.copy?.rows).toBeLessThan(ROWS);
        await lock.query('COMMIT');
      } finally {
        lock.destroy();
      }
      expect(await ended(pipeline)).toMatchObject([{ state: 'done' }]);
    });
  });
});
