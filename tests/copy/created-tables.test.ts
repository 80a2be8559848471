/**
 * Goal: tables the target lacks are created as the source has them, within a family to the letter, across families as far
 * as both say the same; what cannot be said there is refused with a reason, and nothing is guessed (issue 3, Target
 * schema).
 *
 * Method: a schema with everything a definition can hold, created by a pipeline on an empty target, copied and followed.
 * Within a family SHOW CREATE TABLE of both sides must be equal but for the mapping. Each refusal has its table.
 */
import { assertTablesEqual, startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { runUntilCaughtUp, type PipelineRunOptions } from '../support/pipeline-run.ts';
import { withoutKeyOrder } from '../support/same-schema.ts';
import { rentalSchema, tablesOfSchema } from '../support/rental-schema.ts';

const running = new Map<string, Promise<RunningServer>>();

afterAll(async () => {
  await Promise.all([...running.values()].map(async (server) => (await server).stop()));
});

async function server(kind: ServerKind, side: 'source' | 'target'): Promise<RunningServer> {
  const key = `${kind} ${side}`;
  const found = running.get(key) ?? startServer({ kind });
  running.set(key, found);
  const started = await found;
  await started.query('DROP DATABASE IF EXISTS rental; DROP DATABASE IF EXISTS far; DROP DATABASE IF EXISTS retl');
  return started;
}

async function pair(from: ServerKind, to: ServerKind): Promise<{ source: RunningServer; target: RunningServer }> {
  const [source, target] = await Promise.all([server(from, 'source'), server(to, 'target')]);
  return { source, target };
}

async function fill(source: RunningServer, statements: readonly string[], charset = 'utf8mb4'): Promise<void> {
  await source.query(`CREATE DATABASE rental CHARACTER SET ${charset}; USE rental; SET sql_mode=''`);
  for (const sql of statements) await source.query(sql);
}

async function shown(on: RunningServer, schema: string, table: string): Promise<string> {
  const [row] = await on.query(`SHOW CREATE TABLE \`${schema}\`.\`${table}\``);
  return withoutKeyOrder(String(row?.['Create Table']).replace(/ AUTO_INCREMENT=\d+/, ''));
}

function run(options: Partial<PipelineRunOptions> & { source: RunningServer; target: RunningServer }) {
  return runUntilCaughtUp({ tables: 'rental.*', mode: 'auto', start: { at: 'now' }, ...options });
}

describe('within a family, to the letter', () => {
  test.each<[ServerKind, ServerKind]>([
    ['mariadb-10.11', 'mariadb-10.11'],
    ['mysql-9.7', 'mysql-9.7'],
  ])('%s → %s', async (from, to) => {
    const { source, target } = await pair(from, to);
    const schema = rentalSchema(from);
    await fill(source, schema);
    await run({ source, target });
    const names = tablesOfSchema(schema);
    for (const name of names) expect(await shown(target, 'rental', name)).toBe(await shown(source, 'rental', name));
    const tables = names.map((table) => ({ schema: 'rental', table }));
    await assertTablesEqual({ source: source.address, target: target.address, tables });
    const defaults = 'SELECT DEFAULT_COLLATION_NAME AS c FROM information_schema.SCHEMATA WHERE SCHEMA_NAME="rental"';
    expect(await target.query(defaults)).toEqual(await source.query(defaults));
  });
});

describe('across families and versions, what both say alike', () => {
  test.each<[ServerKind, ServerKind]>([
    ['mariadb-10.11', 'mysql-9.7'],
    ['mysql-9.7', 'mariadb-10.11'],
    ['mysql-9.7', 'mariadb-11.8'],
    ['mariadb-11.8', 'mysql-9.7'],
    ['mariadb-11.8', 'mariadb-10.11'],
    ['mysql-5.6', 'mysql-9.7'],
    ['mysql-5.6', 'mariadb-10.11'],
  ])('%s → %s', async (from, to) => {
    const { source, target } = await pair(from, to);
    const schema = rentalSchema(from, { common: true });
    await fill(source, schema);
    const { status } = await run({ source, target });
    const names = tablesOfSchema(schema);
    expect(status.copy).toMatchObject({ tables: names.length, tablesDone: names.length });
    const tables = names.map((table) => ({ schema: 'rental', table }));
    await assertTablesEqual({ source: source.address, target: target.address, tables });
    expect(await plainDefinitions(target)).toEqual(await plainDefinitions(source));
  });
});

/** What the catalogues of both families say in the same words of columns, keys, foreign keys and partitions. */
async function plainDefinitions(on: RunningServer): Promise<string[]> {
  const queries = [
    `SELECT 'column', TABLE_NAME AS t, COLUMN_NAME AS c, ORDINAL_POSITION AS o, REPLACE(REPLACE(DATA_TYPE,'json','longtext'),'geomcollection','geometrycollection') AS type,
            IS_NULLABLE AS n, DATETIME_PRECISION AS dp, IF(DATA_TYPE='bigint',19,NUMERIC_PRECISION) AS np, NUMERIC_SCALE AS ns, COLUMN_COMMENT AS comment,
            IF(DATA_TYPE IN ('json','longtext'), NULL, CHARACTER_MAXIMUM_LENGTH) AS l,
            IF(DATA_TYPE IN ('json','longtext'), NULL, REPLACE(CHARACTER_SET_NAME,'utf8mb3','utf8')) AS cs,
            EXTRA LIKE '%auto_increment%' AS ai, EXTRA LIKE '%on update%' AS ou, EXTRA LIKE '%INVISIBLE%' AS inv,
            EXTRA LIKE '%VIRTUAL%' AS v, EXTRA LIKE '%STORED%' AS s
       FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='rental'`,
    `SELECT 'key', TABLE_NAME AS t, INDEX_NAME AS k, SEQ_IN_INDEX AS s, COLUMN_NAME AS c, NON_UNIQUE AS u,
            IF(INDEX_TYPE='SPATIAL',NULL,SUB_PART) AS p, INDEX_TYPE AS it
       FROM information_schema.STATISTICS WHERE TABLE_SCHEMA='rental'`,
    `SELECT 'foreign key', CONSTRAINT_NAME AS c, TABLE_NAME AS t, REPLACE(DELETE_RULE,'NO ACTION','RESTRICT') AS d,
            REPLACE(UPDATE_RULE,'NO ACTION','RESTRICT') AS u, REFERENCED_TABLE_NAME AS r
       FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA='rental'`,
    `SELECT 'partition', TABLE_NAME AS t, PARTITION_NAME AS p, SUBPARTITION_METHOD AS sm, PARTITION_METHOD AS m,
            PARTITION_DESCRIPTION AS d, PARTITION_COMMENT AS c
       FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA='rental' AND PARTITION_NAME IS NOT NULL`,
  ];
  const lines: string[] = [];
  for (const sql of queries) {
    const rows = await on.query(sql);
    lines.push(...rows.map((row) => Object.values(row).join(' | ')));
  }
  return lines.sort();
}
