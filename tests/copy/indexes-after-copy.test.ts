/**
 * Goal: tables that are created get their secondary indexes when their rows are there, and end with the source's
 * definition and rows: under write load, killed at any moment, with changes of definition in between, and said when it
 * cannot be done (ADR 17).
 *
 * Method: real pipelines on empty targets; the source is the oracle of definitions and rows. A build is held in the
 * middle by a transaction of somebody else that has the table open.
 */
import { startServer, waitFor, type RunningServer, type ServerKind } from '@otter/testkit';
import { parseDdlPolicy } from '@otter/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import {
  freshName,
  preflightOf,
  runUntilCaughtUp,
  dryRunOf,
  type PipelineRunOptions,
} from '../support/pipeline-run.ts';
import { assertSchemasEqual, withoutKeyOrder } from '../support/same-schema.ts';
import { SyncProcess, syncUntilCaughtUp, type SyncProcessOptions } from '../support/sync-process.ts';

const ROWS = 4000;
const DDL = parseDdlPolicy('apply');
/** Slow enough to do something in the middle. */
const SLOW = 64 * 1024;
const MEMORY_BYTES = 1 << 20;

describe.each<ServerKind>(['mariadb-10.11', 'mysql-9.7'])('%s', (kind) => {
  let source: RunningServer;
  let target: RunningServer;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind }), startServer({ kind })]);
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  beforeEach(async () => {
    for (const server of [source, target]) await server.query('DROP DATABASE IF EXISTS shop');
    await target.query('DROP DATABASE IF EXISTS retl');
    await source.query(
      `CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop;
       CREATE TABLE parent (id INT PRIMARY KEY, code INT NOT NULL, n INT, KEY by_code (code), KEY by_n (n));
       CREATE TABLE entry (id INT PRIMARY KEY, code INT NOT NULL, n INT, KEY by_code (code), KEY by_n (n));
       CREATE TABLE item (
         id INT NOT NULL, seq INT NOT NULL AUTO_INCREMENT, parent_id INT, a INT, b VARCHAR(40), c TEXT, twice INT AS (a * 2) VIRTUAL, g POINT NOT NULL,
         PRIMARY KEY (id), KEY by_a (a), UNIQUE KEY one (b, id), KEY counter (seq), KEY by_b (b(5) DESC, a), KEY by_twice (twice),
         KEY to_parent (parent_id, a), FULLTEXT KEY words (c), SPATIAL KEY places (g),
         CONSTRAINT child FOREIGN KEY (parent_id) REFERENCES parent (id)) COMMENT='items';
       CREATE TABLE keyless (a INT, KEY by_a (a));
       INSERT INTO parent VALUES (1,1,1),(2,2,2); INSERT INTO entry SELECT * FROM parent; INSERT INTO keyless VALUES (1),(1),(2)`,
    );
    const row = (id: number): string =>
      `(${id},${1 + (id % 2)},${id % 97},'row ${id}','some words ${id}',POINT(${id},1))`;
    for (let id = 1; id <= ROWS; id += 1000) {
      const rows = Array.from({ length: 1000 }, (_, i) => row(id + i));
      await source.query(`INSERT INTO shop.item (id,parent_id,a,b,c,g) VALUES ${rows.join(',')}`);
    }
  });

  const from = (): PipelineRunOptions => ({
    ...{
      source,
      target,
      tables: 'shop.*',
      mode: 'full+incremental',
      start: { at: 'now' },
      ddl: DDL,
      memoryBytes: MEMORY_BYTES,
    },
  });
  const asProcess = (name: string): SyncProcessOptions => ({
    ...from(),
    ...{ name, source: source.address, target: target.address },
  });
  const equal = (): Promise<void> => assertSchemasEqual(source, target, 'shop', withoutKeyOrder);

  async function keysOf(table: string): Promise<string[]> {
    const rows = await target.query(`SHOW INDEX FROM ${table}`);
    return [...new Set(rows.map((row) => String(row['Key_name'])))].sort();
  }

  async function nothingLeft(): Promise<void> {
    expect(await target.query('SELECT * FROM retl.otter_index')).toEqual([]);
  }

  /** Somebody else has the table open on the target, until the function is called. */
  async function opened(table: string): Promise<() => Promise<void>> {
    const other = await target.connect();
    await other.query(`BEGIN; SELECT 1 FROM ${table} LIMIT 1`);
    return async () => {
      await other.query('COMMIT');
      await other.end();
    };
  }

  /** Connections whose ALTER TABLE waits. */
  async function altering(): Promise<number[]> {
    const rows = await target.query(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE%' AND STATE LIKE 'Waiting for%'",
    );
    return rows.map((row) => Number(row['id']));
  }

  test('what is created at once, what later, and what is said of it', async () => {
    const lines = await preflightOf(from(), true);
    const said = lines.filter(({ check }) => check === 'table').map(({ finding }) => finding);
    expect(said).toEqual([
      'shop.entry will be created for it, and its indexes by_code, by_n once its rows are there.',
      'shop.parent will be created for it.',
      'shop.item will be created for it, and its indexes by_a, by_b, by_twice once its rows are there.',
      'shop.keyless will be created for it.',
    ]);
    const shown = await dryRunOf({ ...from(), timeoutMs: 5000 });
    expect(shown).toContain('-- once its rows are there:');
    expect(shown.find((sql) => sql.startsWith('ALTER TABLE `shop`.`entry`'))).toBe(
      'ALTER TABLE `shop`.`entry` ADD KEY `by_code` (`code`), ADD KEY `by_n` (`n`), ALGORITHM=INPLACE, LOCK=NONE',
    );
    const pipeline = new LivePipeline({ ...asProcess(freshName()), copyBytesPerSecond: SLOW });
    try {
      await pipeline.until('the copy to have begun', ({ copy }) => copy !== null && copy.rows > 0);
      expect(await keysOf('shop.item')).toEqual(['PRIMARY', 'counter', 'one', 'places', 'to_parent', 'words']);
      expect(await keysOf('shop.keyless')).toEqual(['by_a']);
      await pipeline.until('all', ({ copy }) => copy?.tablesDone === 4 && copy.indexing.length === 0);
      expect(pipeline.complaints).toEqual([]);
    } finally {
      await pipeline.stop();
    }
    await equal();
    await nothingLeft();
  });

  test('with-table: at once', async () => {
    const pipeline = new LivePipeline({ ...asProcess(freshName()), indexes: 'with-table', copyBytesPerSecond: SLOW });
    try {
      await pipeline.until('the copy to have begun', ({ copy }) => copy !== null && copy.rows > 0);
      expect(await keysOf('shop.item')).toContain('by_a');
    } finally {
      await pipeline.stop();
    }
    await nothingLeft();
  });

  test('while rows are written by several batches at once, and the end is only said when the indexes are there', async () => {
    const writing = new AbortController();
    const write = async (lane: number): Promise<void> => {
      const connection = await source.connect();
      for (let i = 0; !writing.signal.aborted; i++) {
        const id = 1 + ((i * 2 + lane) % ROWS);
        await connection.query(
          `UPDATE shop.item SET a=a+1 WHERE id=${id}; UPDATE shop.entry SET n=n+1; UPDATE shop.parent SET n=n+1 WHERE id=${lane}; INSERT INTO shop.item (id,a,b,c,g) VALUES (${ROWS * (lane + 1) * 100 + i},1,'new','word ${i}',POINT(${i},2))`,
        );
      }
      await connection.end();
    };
    const writers = [write(1), write(2)];
    const pipeline = new LivePipeline({ ...asProcess(freshName()), workers: 4 });
    try {
      const began = Date.now();
      await pipeline.until('the indexes', ({ copy }) => copy?.tablesDone === 4 && copy.indexing.length === 0);
      // A metadata lock that two of our own connections waited for would be given up after a minute.
      expect(Date.now() - began).toBeLessThan(30_000);
      writing.abort();
      await Promise.all(writers);
      const status = await pipeline.caughtUp(source);
      expect(status).toMatchObject({ parked: [], retries: 0 });
    } finally {
      writing.abort();
      await pipeline.stop();
    }
    await equal();
    await nothingLeft();
  });

  test.each(['index.building', 'index.built'])('killed at %s', async (failpoint) => {
    const name = freshName();
    const first = await syncUntilCaughtUp({ ...asProcess(name), failpoint });
    expect(first.signal).toBe('SIGKILL');
    expect(await target.query('SELECT * FROM retl.otter_index')).toHaveLength(2);
    await source.query('UPDATE shop.item SET a=a+1 WHERE id<100');
    const second = await syncUntilCaughtUp({ ...asProcess(name), failpoint: `${failpoint}:2` });
    expect(second.signal).toBe('SIGKILL');
    await source.query('UPDATE shop.item SET a=a+1 WHERE id<100');
    await syncUntilCaughtUp(asProcess(name));
    await equal();
    await nothingLeft();
  });

  test('killed in the middle of ALTER TABLE, with which the server goes on', async () => {
    const name = freshName();
    const first = new SyncProcess({ ...asProcess(name), copyBytesPerSecond: SLOW });
    await waitFor(async () => (await target.query("SHOW TABLES FROM shop LIKE 'item'").catch(() => [])).length > 0, {
      what: 'the table',
    });
    const release = await opened('shop.item');
    let second: SyncProcess | null = null;
    try {
      await waitFor(async () => (await altering()).length === 1, { what: 'the statement to wait' });
      const before = await altering();
      await first.remove();
      second = new SyncProcess({ ...asProcess(name), untilCaughtUp: true });
      // MariaDB gives up a statement that waits for nobody; MySQL goes on with it.
      const isSecond = (id: number): boolean => !before.includes(id);
      await waitFor(async () => (await altering()).some(isSecond), {
        what: 'the second statement to wait',
        timeoutMs: 30_000,
      });
    } finally {
      await first.remove();
      await release();
    }
    expect(await second.ended).toMatchObject({ code: 0, error: null });
    await equal();
    await nothingLeft();
  });

  // What a statement does to what is written down is no matter of the family.
  test.runIf(kind === 'mariadb-10.11').each([
    ['several things at once', 'ALTER TABLE shop.item DROP KEY by_a, ADD COLUMN more INT, ADD KEY by_more (more)'],
    ['a column of an index goes', 'ALTER TABLE shop.item DROP KEY by_twice, DROP COLUMN twice'],
    ['a column gets another name', 'ALTER TABLE shop.item CHANGE b bb VARCHAR(60)'],
    ['an index gets another name', 'ALTER TABLE shop.item RENAME INDEX by_a TO by_aa'],
    ['an index goes', 'DROP INDEX by_a ON shop.item'],
    ['the table gets another name', 'RENAME TABLE shop.item TO shop.thing'],
    ['a table is made like it', 'CREATE TABLE shop.other LIKE shop.item'],
    ['it is emptied', 'TRUNCATE TABLE shop.item'],
    ['it is made anew', 'DROP TABLE shop.item; CREATE TABLE shop.item (id INT PRIMARY KEY, a INT)'],
  ])('a change of definition before the indexes are there: %s', async (_, sql) => {
    const name = freshName();
    const pipeline = new LivePipeline({ ...asProcess(name), copyBytesPerSecond: SLOW });
    try {
      await pipeline.until('the copy', ({ copy }) => copy?.current.some(({ rows }) => rows > 0) ?? false);
      expect(await keysOf('shop.item')).not.toContain('by_a');
      await source.query(sql);
      await pipeline.caughtUp(source);
    } finally {
      await pipeline.stop();
    }
    await runUntilCaughtUp({ ...from(), name });
    await equal();
    await nothingLeft();
  });

  test('killed at each step of such a change', async () => {
    const name = freshName();
    const first = new SyncProcess({ ...asProcess(name), failpoint: 'index.built', copyBytesPerSecond: SLOW });
    await waitFor(
      async () => (await target.query('SELECT 1 FROM retl.otter_copy WHERE rows_copied>0').catch(() => [])).length > 0,
      { what: 'the copy to have begun' },
    );
    await source.query('ALTER TABLE shop.item DROP KEY by_a, ADD COLUMN more INT, ADD KEY by_a (a, id)');
    expect((await first.ended).signal).toBe('SIGKILL');
    for (const failpoint of ['ddl.intended', 'ddl.executed']) {
      const next = await syncUntilCaughtUp({ ...asProcess(name), failpoint });
      expect(next.signal).toBe('SIGKILL');
    }
    await syncUntilCaughtUp(asProcess(name));
    await equal();
    await nothingLeft();
  });

  test('an index that cannot be added: rows go on, it is said, and the next start tries again', async () => {
    const name = freshName();
    const pipeline = new LivePipeline({ ...asProcess(name), copyBytesPerSecond: SLOW });
    try {
      await pipeline.until('the copy to have begun', ({ copy }) => copy !== null && copy.rows > 0);
      await target.query('ALTER TABLE shop.item ADD KEY by_a (b)');
      const { copy } = await pipeline.until('the failure', (status) =>
        Boolean(status.copy?.indexing.some(({ state }) => state === 'failed')),
      );
      expect(copy?.indexing.slice(0, 1)).toMatchObject([
        { table: 'shop.item', state: 'failed', indexes: ['by_a', 'by_b', 'by_twice'] },
      ]);
      expect(pipeline.complaints.join()).toMatch(/INDEX_NOT_BUILT.*it has an index by_a over \(b\).*ALTER TABLE/);
      await source.query('UPDATE shop.item SET a=-1 WHERE id<100');
      await pipeline.caughtUp(source);
    } finally {
      await pipeline.stop();
    }
    await expect(runUntilCaughtUp({ ...from(), name })).rejects.toMatchObject({ code: 'INDEX_NOT_BUILT' });
    await target.query('ALTER TABLE shop.item DROP KEY by_a');
    await runUntilCaughtUp({ ...from(), name });
    await equal();
    await nothingLeft();
  });

  test('a pipeline that is begun anew, under another name, adds what the first went without', async () => {
    const pipeline = new LivePipeline({ ...asProcess(freshName()), copyBytesPerSecond: SLOW });
    await pipeline.until('the copy to have begun', ({ copy }) => copy !== null && copy.rows > 0);
    await pipeline.stop();
    await runUntilCaughtUp({ ...from(), ifNotEmpty: 'replace', indexes: 'with-table' });
    await equal();
    await nothingLeft();
  });
});
