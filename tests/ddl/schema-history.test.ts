/**
 * Goal: rows of a log that does not name its columns are read with the definition they were written under, or stop their
 * table; a value never lands in another column (issue 3, "Schema history").
 *
 * Method: columns of one type change places again and again with rows in between, on servers with
 * binlog_row_metadata at its default. Every row holds the name of the column in each cell, so a shifted value is seen
 * at once: in every row of the target every cell must speak of its own column.
 */
import { parseDdlPolicy } from '@otter/engine';
import {
  assertTablesEqual,
  startServer,
  type MysqldOptions,
  type RunningServer,
  type ServerKind,
} from '@otter/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import type { TestPipelineOptions } from '../support/pipeline-options.ts';

const COLUMNS = ['a', 'b', 'c', 'd'];

/** The n-th change of places; another row in each. */
function turn(table: string, n: number): string[] {
  const [column, behind] = [COLUMNS[n % 4], COLUMNS[(n + 2) % 4]];
  return [
    `ALTER TABLE ${table} MODIFY ${column} VARCHAR(20) AFTER ${behind}`,
    `INSERT INTO ${table} (id,a,b,c,d) VALUES (${n},'a${n}','b${n}','c${n}','d${n}')`,
    `UPDATE ${table} SET a='a-${n}', d='d-${n}' WHERE id=${n - 1}`,
  ];
}

const KINDS: [ServerKind, MysqldOptions][] = [
  ['mariadb-10.11', { 'binlog-row-metadata': 'NO_LOG' }],
  ['mysql-9.7', { 'binlog-row-metadata': 'MINIMAL' }],
  ['mysql-5.6', {}],
];

describe.each(KINDS)('%s', (kind, options) => {
  let source: RunningServer;
  let target: RunningServer;
  let pipeline: LivePipeline | null = null;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind, options }), startServer({ kind, options })]);
  });

  afterEach(async () => {
    await pipeline?.stop().catch(() => undefined);
    pipeline = null;
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  async function create(schema: string): Promise<void> {
    for (const server of [source, target]) await server.query(`CREATE DATABASE ${schema}`);
    await source.query(
      `CREATE TABLE ${schema}.t (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), c VARCHAR(20), d VARCHAR(20))`,
    );
    await source.query(`INSERT INTO ${schema}.t VALUES (0,'a','b','c','d')`);
  }

  async function start(schema: string, more: Partial<TestPipelineOptions> = {}): Promise<LivePipeline> {
    pipeline = new LivePipeline({
      ...{ source: source.address, target: target.address, tables: `${schema}.*`, name: schema },
      ddl: parseDdlPolicy('apply'),
      ...more,
    });
    await pipeline.until('the pipeline to run', (status) => status.state === 'running');
    return pipeline;
  }

  async function write(schema: string, from: number, to: number): Promise<void> {
    for (let n = from; n <= to; n++) for (const sql of turn(`${schema}.t`, n)) await source.query(sql);
  }

  async function assertEqual(schema: string): Promise<void> {
    const tables = [{ schema, table: 't' }];
    await assertTablesEqual({ source: source.address, target: target.address, tables });
  }

  /** Throws when a cell holds what belongs to another column. */
  async function assertInPlace(schema: string): Promise<number> {
    const rows = await target.query(`SELECT * FROM ${schema}.t`);
    for (const row of rows) for (const name of COLUMNS) expect(String(row[name])[0]).toBe(name);
    return rows.length;
  }

  test('from before ten changes of places', async () => {
    await create('old');
    await write('old', 1, 10);
    const running = await start('old');
    await running.caughtUp(source);
    const rows = await assertInPlace('old');
    if (kind === 'mysql-9.7') {
      expect(running.status.parked).toEqual([]);
      await assertEqual('old');
    } else {
      // What the table was when it was created is in no log and on no server any more.
      expect(running.status.parked).toMatchObject([{ table: 'old.t', code: 'SCHEMA_MISMATCH' }]);
      expect(rows).toBe(0);
    }
  });

  test('live, and over restarts that come late', async () => {
    await create('live');
    const first = await start('live');
    await first.caughtUp(source);
    await write('live', 1, 5);
    await first.caughtUp(source);
    await first.stop();
    // One change only, then several: what came before the last is known from the history alone.
    await write('live', 6, 6);
    await (await start('live')).caughtUp(source);
    await pipeline?.stop();
    await source.query("INSERT INTO live.t (id,a,b,c,d) VALUES (100,'a','b','c','d')");
    await write('live', 7, 9);
    const last = await start('live');
    await last.caughtUp(source);
    await assertInPlace('live');
    expect(last.status.parked).toEqual([]);
    await assertEqual('live');
  });

  test('a parked table reads its rows with the definition of their time', async () => {
    await create('wait');
    const running = await start('wait');
    await running.caughtUp(source);
    await target.query('DELETE FROM wait.t WHERE id=0');
    await source.query("UPDATE wait.t SET b='b again' WHERE id=0");
    const record = await running.parked('wait.t', 'ROW_MISSING');
    await write('wait', 1, 3);
    await running.caughtUp(source);
    await target.query("INSERT INTO wait.t VALUES (0,'a','b','c','d')");
    await running.control((control) => control.retry('wait', record.id));
    await running.until('the table to be back', (status) => status.parked.length === 0);
    await running.caughtUp(source);
    await assertInPlace('wait');
    await assertEqual('wait');
  });
});
