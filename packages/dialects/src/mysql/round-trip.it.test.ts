import type { Row } from '@otter/core';
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileBulkLoad } from './bulk-load.ts';
import { readTables, type TargetColumn } from './catalog.ts';
import { compileLiteral } from './literals.ts';
import { LENIENT_SQL_MODE, openTargetSession, WRITER_SQL_MODE, type Session } from './session.ts';
import { compileTableWriter, type TableWriter } from './statements.ts';
import { CASES, type Case } from './value-samples.fixture.ts';

/** Both forms of a many-row UPDATE on MariaDB. */
let valuesList = false;
const RUNS: [ServerKind, boolean][] = [
  ['mariadb-10.11', false],
  ['mariadb-10.11', true],
  ['mysql-9.7', false],
];

describe.each(RUNS)('values arrive as they left on %s, VALUES list %s', (kind, asList) => {
  let server: RunningServer;
  let session: Session;
  const loaded: string[] = [];

  beforeAll(async () => {
    valuesList = asList;
    server = await startServer({ kind, options: { 'local-infile': '1' } });
    session = await openTargetSession(server.address, { role: 'writer' });
    await session.query('CREATE DATABASE d; USE d');
  });

  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  const cases = CASES.filter((c) => c.only === undefined || kind.startsWith(c.only));
  it.each(cases.map((c, i) => [c.type.slice(0, 60), i] as const))('%s', async (_, i) => {
    const sample = cases[i];
    if (sample !== undefined && (await roundTrip(session, sample))) loaded.push(sample.type);
  });

  it('by bulk load as well, wherever the type allows it', () => {
    expect(loaded.length).toBeGreaterThan(cases.length / 2);
  });
});

/** Whether the values went by bulk load as well. */
async function roundTrip(session: Session, sample: Case): Promise<boolean> {
  const show = sample.show ?? 'HEX(v)';
  const { samples } = sample;
  await session.query(`DROP TABLE IF EXISTS s, t; CREATE TABLE s(id int primary key, v ${sample.type} NULL)`);
  // The driver's own session mode must not matter for what the server makes of its own literals.
  await session.query(`SET SESSION sql_mode='${LENIENT_SQL_MODE}'`);
  for (const [i, [sql]] of samples.entries()) await session.query(`INSERT INTO s VALUES (${i},${sql})`);
  await session.query(
    `INSERT INTO s VALUES (${samples.length},NULL); SET SESSION sql_mode='${WRITER_SQL_MODE}'; CREATE TABLE t LIKE s`,
  );
  const expected = await session.rows(`SELECT id, ${show} FROM s ORDER BY id`);
  const rows: Row[] = [...samples.map(([, value], i): Row => [i, value]), [samples.length, null]];
  const columns = await columnsOf(session, 't');
  const writer = writerOf(session, columns, [0]);
  const lenient = rows.reduce((sum, row) => sum + writer.lenientValues(row), 0);
  const shown = async (): Promise<unknown> => session.rows(`SELECT id, ${show} FROM t ORDER BY id`);

  await run(session, writer.insert(rows), rows.length, lenient);
  expect(await shown(), 'insert').toEqual(expected);

  await session.query('DELETE FROM t');
  const isLoaded = await bulkLoad(session, columns, rows);
  if (isLoaded) expect(await shown(), 'bulk load').toEqual(expected);
  else await run(session, writer.insert(rows), rows.length, lenient);

  const joinable = rows.filter((row) => writer.joinable(row, [1]));
  const alone = rows.filter((row) => !writer.joinable(row, [1]));
  for (const order of [joinable, joinable.toReversed()]) {
    await session.query('UPDATE t SET v=NULL');
    await run(session, writer.updateMany(order, [1]), order.length, lenient);
    for (const row of alone) await run(session, writer.updateOne(row, row, [1]), 1, 0);
    expect(await shown(), 'updateMany').toEqual(expected);
  }
  await run(session, writer.updateMany(joinable, [1]), joinable.length, lenient);
  await session.query('UPDATE t SET v=NULL');
  for (const row of rows) await run(session, writer.updateOne(row, row, [1]), 1, writer.lenientValues(row));
  expect(await shown(), 'updateOne').toEqual(expected);

  await fullRowIdentity(session, columns, rows);
  if (sample.noKey !== true) await asKey(session, sample, rows.slice(0, -1), expected.slice(0, -1));
  return isLoaded;
}

/** `false`, and nothing is there, where the rows need SQL text. */
async function bulkLoad(session: Session, columns: TargetColumn[], rows: Row[]): Promise<boolean> {
  const pairs = columns.map((target, sourceIndex) => ({ sourceIndex, source: target, target }));
  const load = compileBulkLoad('d', 't', pairs);
  const content = load?.content(rows) ?? null;
  if (load === null || content === null) return false;
  const { affectedRows, warnings } = await session.load(load.sql, content);
  if (affectedRows === rows.length && warnings === 0) return true;
  await session.query('DELETE FROM t');
  return false;
}

/** Every row is found by all of its columns, and only that row. */
async function fullRowIdentity(session: Session, columns: TargetColumn[], rows: Row[]): Promise<void> {
  const byValue = writerOf(session, columns, []);
  for (const row of rows) {
    expect((await session.rows(byValue.exists(row))).length, `same ${String(row[0])}`).toBe(1);
    await run(session, byValue.updateOne(row, row, [0]), 1, byValue.lenientValues(row, [0]));
  }
  for (const row of rows) await run(session, byValue.delete([row]), 1, 0);
  expect(await session.rows('SELECT * FROM t')).toEqual([]);
}

/** The column as (unique) key: addressed one by one, joined, and deleted by list. */
async function asKey(session: Session, sample: Case, rows: Row[], expected: unknown): Promise<void> {
  const show = sample.show ?? 'HEX(v)';
  await session.query(`DROP TABLE t; CREATE TABLE t(id int, v ${sample.type} NOT NULL, n int, KEY(v))`);
  const columns = await columnsOf(session, 't');
  const writer = writerOf(session, columns, [1]);
  const distinct = [...new Map(rows.map((row) => [row[0], row])).values()];
  const full = distinct.map((row): Row => [row[0], row[1], 0]);
  const lenient = full.reduce((sum, row) => sum + writer.lenientValues(row), 0);
  await run(session, writer.insert(full), full.length, lenient);
  const marked = full.map((row, i): Row => [row[0], row[1], i + 1]);
  const joinable = marked.filter((row) => writer.joinable(row, [2]));
  for (const row of marked) {
    await session.query(writer.updateOne(row, row, [2]));
    const [found] = await session.rows(`SELECT n FROM t WHERE id=${String(row[0])}`);
    expect(found?.[0], `key ${String(row[0])}`).toBe(String(row[2]));
  }
  if (joinable.length > 0) {
    await session.query('UPDATE t SET n=0');
    const [result] = await session.query(writer.updateMany(joinable, [2]));
    expect(result?.affectedRows).toBeGreaterThanOrEqual(joinable.length);
    const missing = await session.rows(`SELECT id FROM t WHERE n=0 AND id IN (${joinable.map((r) => r[0]).join(',')})`);
    expect(missing).toEqual([]);
  }
  expect(await session.rows(`SELECT id, ${show} FROM t ORDER BY id`)).toEqual(expected);
  await run(session, writer.delete(full), full.length, 0);
}

async function columnsOf(session: Session, name: string): Promise<TargetColumn[]> {
  const [table] = await readTables(session, (schema, table) => schema === 'd' && table === name);
  return table?.columns ?? [];
}

function writerOf(session: Session, columns: TargetColumn[], identity: number[]): TableWriter {
  const compiled = columns.map((target, sourceIndex) => ({
    sourceIndex,
    target,
    literal: compileLiteral(target, target, session),
  }));
  return compileTableWriter({
    schema: 'd',
    table: 't',
    columns: compiled,
    identity,
    valuesList: session.isMariadb && valuesList,
  });
}

/** Deprecation of a charset name, and (1300) of a byte without a character that is stored as it is. */
const HARMLESS = new Set(['1287', '3719', '1300']);

async function run(session: Session, sql: string, rows: number, lenient: number): Promise<void> {
  if (lenient === 0) {
    const [result] = await session.query(sql);
    expect(result).toMatchObject({ affectedRows: rows });
    if (result?.warnings === 0) return;
    const warnings = await session.rows('SHOW WARNINGS');
    expect(warnings.filter(([, code]) => !HARMLESS.has(code ?? ''))).toEqual([]);
    return;
  }
  const packet = `SET SESSION sql_mode='${LENIENT_SQL_MODE}';${sql};SET SESSION sql_mode='${WRITER_SQL_MODE}'`;
  const [, result] = await session.query(packet);
  expect(result).toMatchObject({ affectedRows: rows, warnings: lenient });
}
