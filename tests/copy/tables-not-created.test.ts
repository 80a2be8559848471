/**
 * Goal: a definition that is not known to mean the same on the target is refused before anything is created, with the
 * table, the reason and the remedy; what is left out or done otherwise is said (issue 3, Target schema).
 *
 * Method: one table for each case, between every pair of families it concerns; the preflight must name the reason, and a
 * run that is started all the same must end with TABLE_NOT_CREATED and an empty target.
 */
import type { PreflightLine } from '@otter/engine';
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { preflightOf, runUntilCaughtUp, type PipelineRunOptions } from '../support/pipeline-run.ts';

const MARIADB = 'mariadb-10.11';
const MYSQL = 'mysql-9.7';
const OLD = 'mariadb-10.5';

const running = new Map<string, Promise<RunningServer>>();

afterAll(async () => {
  await Promise.all([...running.values()].map(async (server) => (await server).stop()));
});

async function server(kind: ServerKind, side: string): Promise<RunningServer> {
  const key = `${kind} ${side}`;
  const found = running.get(key) ?? startServer({ kind });
  running.set(key, found);
  const started = await found;
  await started.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl');
  return started;
}

async function start(from: ServerKind, to: ServerKind, sql: string): Promise<PipelineRunOptions> {
  const [source, target] = await Promise.all([server(from, 'source'), server(to, 'target')]);
  await source.query(`CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; USE shop; ${sql}`);
  return { source, target, tables: 'shop.*', mode: 'auto', start: { at: 'now' } };
}

function stopsOf(lines: readonly PreflightLine[]): string {
  return lines
    .filter(({ verdict, check }) => verdict === 'stop' && check === 'table')
    .map(({ subject, finding }) => `${subject} ${finding}`)
    .join('\n');
}

function warningsOf(lines: readonly PreflightLine[]): string[] {
  return lines.filter(({ verdict, check }) => verdict === 'warning' && check === 'table').map(({ finding }) => finding);
}

async function tablesIn(target: RunningServer): Promise<string[]> {
  const rows = await target.query(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA='shop' ORDER BY 1",
  );
  return rows.map((row) => String(row['name']));
}

describe('refused', () => {
  test.each<[string, ServerKind, ServerKind, string, string]>([
    ['a UUID', MARIADB, MYSQL, 'CREATE TABLE t (id UUID PRIMARY KEY)', 'column "id" has the type uuid'],
    ['an INET6', MARIADB, MYSQL, 'CREATE TABLE t (id INT PRIMARY KEY, a INET6)', 'column "a" has the type inet6'],
    [
      'a PERIOD',
      MARIADB,
      MYSQL,
      'CREATE TABLE t (id INT PRIMARY KEY, a DATE, b DATE, PERIOD FOR p (a, b))',
      'it has a PERIOD',
    ],
    [
      'WITHOUT OVERLAPS',
      MARIADB,
      MYSQL,
      'CREATE TABLE t (id INT, a DATE, b DATE, PERIOD FOR p (a, b), UNIQUE (id, p WITHOUT OVERLAPS))',
      'it has a PERIOD|WITHOUT OVERLAPS',
    ],
    [
      'a sequence as default',
      MARIADB,
      MYSQL,
      'CREATE SEQUENCE s; CREATE TABLE t (id INT PRIMARY KEY DEFAULT NEXTVAL(s))',
      'nextval',
    ],
    ['history', MARIADB, MARIADB, 'CREATE TABLE t (id INT PRIMARY KEY) WITH SYSTEM VERSIONING', 'it keeps its history'],
    [
      'history with named columns',
      MARIADB,
      MYSQL,
      'CREATE TABLE t (id INT PRIMARY KEY, a TIMESTAMP(6) GENERATED ALWAYS AS ROW START, b TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (a, b)) WITH SYSTEM VERSIONING',
      'it keeps its history',
    ],
    [
      'a function of one family',
      MARIADB,
      MYSQL,
      'CREATE TABLE t (id INT PRIMARY KEY, a TEXT, b INT AS (JSON_LENGTH(a)) STORED)',
      'the generated column "b" uses json_length',
    ],
    [
      'a regular expression in a CHECK',
      MYSQL,
      MARIADB,
      "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), CONSTRAINT c CHECK (a RLIKE 'x'))",
      'the CHECK "c" uses regexp_like',
    ],
    [
      'a key over an expression',
      MYSQL,
      MARIADB,
      'CREATE TABLE t (id INT PRIMARY KEY, a INT, KEY k ((a * 2)))',
      'the key "k" is over an expression',
    ],
    [
      'a key over many values',
      MYSQL,
      MARIADB,
      "CREATE TABLE t (id INT PRIMARY KEY, a JSON, KEY k ((CAST(a->'$.x' AS UNSIGNED ARRAY))))",
      'the key "k" is over an expression',
    ],
    [
      'a parser of full texts',
      MYSQL,
      MARIADB,
      'CREATE TABLE t (id INT PRIMARY KEY, a TEXT, FULLTEXT KEY k (a) WITH PARSER ngram)',
      'the key "k" says WITH',
    ],
    ['a VECTOR', MYSQL, MARIADB, 'CREATE TABLE t (id INT PRIMARY KEY, a VECTOR(3))', 'column "a" has the type vector'],
    [
      'a collation that is too coarse for a key',
      MYSQL,
      OLD,
      'CREATE TABLE t (id VARCHAR(9) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY)',
      'in the unique key "PRIMARY", and the nearest of MariaDB 10.5',
    ],
    [
      'a collation without anything near',
      MYSQL,
      OLD,
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) COLLATE utf8mb4_ja_0900_as_cs_ks)',
      'neither the collation utf8mb4_ja_0900_as_cs_ks',
    ],
    [
      'a charset of one family',
      MYSQL,
      MARIADB,
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET gb18030)',
      'neither the collation gb18030_chinese_ci',
    ],
    [
      'labels that cannot be read',
      MARIADB,
      MARIADB,
      "SET NAMES utf8mb4; CREATE TABLE t (id INT PRIMARY KEY, a ENUM('😀','b') CHARACTER SET utf8mb4)",
      'a label of column "a" holds a question mark',
    ],
    [
      'bytes as a default',
      MARIADB,
      MARIADB,
      "CREATE TABLE t (id INT PRIMARY KEY, a BINARY(2) DEFAULT X'FF00')",
      'bytes that are no text',
    ],
    [
      'bytes as a default of MySQL 5.6',
      'mysql-5.6',
      MYSQL,
      "CREATE TABLE t (id INT PRIMARY KEY, a BINARY(2) DEFAULT X'FF00')",
      'printed with question marks',
    ],
    [
      'an engine whose rows are elsewhere',
      MYSQL,
      MYSQL,
      'CREATE TABLE t (id INT PRIMARY KEY) ENGINE=BLACKHOLE',
      'its engine BLACKHOLE',
    ],
    [
      'an engine whose rows are in other tables',
      MARIADB,
      MARIADB,
      'CREATE TABLE a (id INT PRIMARY KEY) ENGINE=MyISAM; CREATE TABLE t (id INT PRIMARY KEY) ENGINE=MERGE UNION=(a)',
      'its definition cannot be read|its engine MRG_MyISAM',
    ],
    [
      'partitions of one family',
      MARIADB,
      MYSQL,
      'CREATE TABLE t (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION a VALUES IN (1), PARTITION b DEFAULT)',
      'its partitioning uses DEFAULT',
    ],
  ])('%s (%s → %s)', async (_, from, to, sql, reason) => {
    const options = await start(from, to, `CREATE TABLE fine (id INT PRIMARY KEY); ${sql}`);
    const stops = stopsOf(await preflightOf(options));
    expect(stops).toMatch(
      new RegExp(`^shop\\.t The target has no table shop\\.t, and it cannot be created: .*(?:${reason})`, 'm'),
    );
    await expect(runUntilCaughtUp(options)).rejects.toMatchObject({ code: 'TABLE_NOT_CREATED' });
    expect(await tablesIn(options.target)).toEqual([]);
  });

  test('by the target itself: its words are passed on, nothing is dropped, and the next start goes on', async () => {
    const options = await start(MYSQL, MYSQL, 'CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE keyless (n INT)');
    await options.target.query('SET GLOBAL sql_require_primary_key=ON');
    try {
      const run = runUntilCaughtUp(options);
      await expect(run).rejects.toMatchObject({
        code: 'TABLE_NOT_CREATED',
        detail: expect.stringMatching(/^shop\.keyless: error 3750 of the target/),
      });
      expect(await tablesIn(options.target)).toEqual(['a']);
    } finally {
      await options.target.query('SET GLOBAL sql_require_primary_key=OFF');
    }
    await runUntilCaughtUp(options);
    expect(await tablesIn(options.target)).toEqual(['a', 'keyless']);
  });
});

describe('created otherwise, with a warning', () => {
  test.each<[string, ServerKind, ServerKind, string, string]>([
    [
      'an engine without transactions',
      MARIADB,
      MARIADB,
      'CREATE TABLE t (id INT PRIMARY KEY, a TEXT, FULLTEXT KEY (a)) ENGINE=MyISAM DELAY_KEY_WRITE=1 ROW_FORMAT=FIXED',
      'Its engine is InnoDB in place of MyISAM',
    ],
    [
      'another collation',
      MYSQL,
      MARIADB,
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) COLLATE utf8mb4_0900_as_cs UNIQUE)',
      'Columns "a": the collation utf8mb4_0900_as_cs becomes utf8mb4_uca1400_nopad_as_cs, .*; in the unique key "a"',
    ],
    [
      'another collation, coarser, in no key',
      MYSQL,
      OLD,
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) COLLATE utf8mb4_0900_ai_ci)',
      'utf8mb4_0900_ai_ci becomes utf8mb4_unicode_520_nopad_ci, where characters newer than Unicode 5.2',
    ],
    [
      'the collation of a newer MariaDB',
      'mariadb-11.8',
      OLD,
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) COLLATE utf8mb4_uca1400_ai_ci)',
      'utf8mb4_uca1400_ai_ci becomes utf8mb4_unicode_520_ci, where characters newer than Unicode 5.2',
    ],
    [
      'the collation of a newer MariaDB in three bytes',
      'mariadb-11.8',
      MYSQL,
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET utf8mb3)',
      'utf8mb3_uca1400_ai_ci becomes utf8mb3_unicode_520_ci, where characters newer than Unicode 5.2',
    ],
    [
      'padding',
      MARIADB,
      MYSQL,
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) COLLATE utf8mb4_uca1400_ai_ci)',
      'utf8mb4_uca1400_ai_ci becomes utf8mb4_0900_ai_ci, .*trailing spaces count',
    ],
    [
      'compressed pages and columns',
      MARIADB,
      MYSQL,
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(90) COMPRESSED) PAGE_COMPRESSED=1',
      'COMPRESSED of column "a" is left out.*PAGE_COMPRESSED=1 is left out',
    ],
    [
      'compressed pages of MySQL',
      MYSQL,
      MARIADB,
      "CREATE TABLE t (id INT PRIMARY KEY) COMPRESSION='zlib'",
      'COMPRESSION=ZLIB is left out',
    ],
    [
      'NOT NULL of a generated column, SRID, a CHECK that is not enforced',
      MYSQL,
      MARIADB,
      'CREATE TABLE t (id INT PRIMARY KEY, a INT NOT NULL, b INT AS (a + 1) STORED NOT NULL, p POINT NOT NULL SRID 4326, SPATIAL KEY (p), CONSTRAINT c CHECK (a > 0) NOT ENFORCED)',
      'NOT NULL of the generated column "b" is left out.*SRID of column "p" is left out.*The CHECK "c" is left out: it is not enforced',
    ],
    [
      'a default with a question mark',
      MARIADB,
      MARIADB,
      "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) DEFAULT 'why?')",
      'The default of column "a" holds a question mark',
    ],
    [
      'checks that the target forgets',
      MARIADB,
      'mysql-5.6',
      'CREATE TABLE t (id INT PRIMARY KEY, a INT CHECK (a > 1), CHECK (a < 9))',
      'The CHECK of column "a" is left out: MySQL 5.6.*The CHECK "CONSTRAINT_1" is left out',
    ],
  ])('%s (%s → %s)', async (_, from, to, sql, warning) => {
    const options = await start(from, to, sql);
    const lines = await preflightOf(options);
    expect(stopsOf(lines)).toBe('');
    expect(warningsOf(lines).join(' ')).toMatch(new RegExp(warning));
    const { complaints } = await runUntilCaughtUp(options);
    expect(complaints.join(' ').replaceAll('\\"', '"')).toMatch(new RegExp(warning.replaceAll('.*', '[^]*')));
    expect(await tablesIn(options.target)).toEqual(['t']);
  });

  test.each<[ServerKind, ServerKind]>([
    [MARIADB, MYSQL],
    [MYSQL, MARIADB],
  ])('invisible keys and columns, equal collations (%s → %s): without a warning', async (from, to) => {
    const invisible = from === MARIADB ? 'IGNORED' : 'INVISIBLE';
    const binary = from === MARIADB ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
    const options = await start(
      from,
      to,
      `CREATE TABLE t (id INT PRIMARY KEY, a INT INVISIBLE DEFAULT 3, b VARCHAR(9) COLLATE ${binary} UNIQUE, KEY k (a) ${invisible},
         g INT AS (a + 1) STORED INVISIBLE, f VARCHAR(9) AS (CONCAT(b, '-', a)) VIRTUAL) COLLATE utf8mb4_general_ci`,
    );
    expect(warningsOf(await preflightOf(options))).toEqual([]);
    await runUntilCaughtUp(options);
    const [shown] = await options.target.query('SHOW CREATE TABLE shop.t');
    const text = String(shown?.['Create Table']);
    expect(text).toMatch(to === MYSQL ? /KEY `k` \(`a`\) \/\*!80000 INVISIBLE \*\// : /KEY `k` \(`a`\) IGNORED/);
    expect(text).toMatch(to === MYSQL ? /`b` .*utf8mb4_0900_bin/ : /`b` .*utf8mb4_nopad_bin/);
    expect(text).toMatch(/`g` int(?:\(11\))? GENERATED ALWAYS AS .* STORED.*INVISIBLE/);
  });
});
