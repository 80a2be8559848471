import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { availableKinds } from '../install.ts';
import { startServer, type RunningServer } from '../server.ts';
import { assertTablesEqual, compareTables, tablesOf } from './table-compare.ts';

const TABLES = `
CREATE DATABASE d CHARACTER SET utf8mb4;
CREATE TABLE d.t (
  a INT, b VARCHAR(20) COLLATE utf8mb4_general_ci, f FLOAT, g DOUBLE, h DOUBLE(20,2), i DECIMAL(30,10), j BIT(64),
  k ENUM('','x'), l SET('p','q'), m DATETIME(6), n TIMESTAMP(3) NULL, o TIME(2), p YEAR, q DATE, r BLOB, s LONGTEXT,
  u POINT, v BINARY(4), w VARBINARY(10), x BIGINT UNSIGNED, y CHAR(5) CHARACTER SET latin1, z INT ZEROFILL,
  PRIMARY KEY (b, a));
CREATE TABLE d.n (a INT NULL, b VARCHAR(10));
`;
const ROWS = `
SET SESSION sql_mode = '';
INSERT INTO d.t VALUES
 (1, 'k', 1.1, 0.1, 123456789.12, -0.5, b'1', '', 'p,q', '2024-02-29 01:02:03.000001', '2024-01-01 00:00:00.123',
  '-838:59:59', 1999, '2024-01-01', x'00ff', 'text', POINT(1,2), x'01', x'0100', 18446744073709551615, 'é', 7),
 (2, 'k', -3.4e38, 1.7976931348623157e308, -0.01, 1, b'${'1'.repeat(64)}', 'nonsense', '', '1000-01-01', NULL,
  '00:00:00.01', 0, '0000-00-00', '', REPEAT('ab', 600000), NULL, '', '', 0, '', 0),
 (3, '', 0, -0e0, 0, 0, b'0', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO d.n VALUES (1, 'x'), (1, 'x'), (NULL, 'x'), (NULL, NULL);
`;

/** Each changes one row by as little as its type allows. */
const PLANTED: [column: string, sql: string][] = [
  ['f', 'UPDATE d.t SET f = 1.1000001 WHERE a = 1'],
  ['g', 'UPDATE d.t SET g = 0.10000000000000002 WHERE a = 1'],
  ['h', 'UPDATE d.t SET h = 123456789.11 WHERE a = 1'],
  ['j', `UPDATE d.t SET j = b'${'1'.repeat(63)}0' WHERE a = 2`],
  ['k', 'UPDATE d.t SET k = 1 WHERE a = 2'],
  ['k', 'UPDATE d.t SET k = NULL WHERE a = 2'],
  ['m', "UPDATE d.t SET m = '2024-02-29 01:02:03.000002' WHERE a = 1"],
  ['n', "SET time_zone = '+05:00'; UPDATE d.t SET n = '2024-01-01 00:00:00.123' WHERE a = 1"],
  ['r', "UPDATE d.t SET r = x'00fe' WHERE a = 1"],
  ['s', "UPDATE d.t SET s = CONCAT(LEFT(s, LENGTH(s) - 1), 'c') WHERE a = 2"],
  ['u', 'UPDATE d.t SET u = POINT(1, 2.0000000000000004) WHERE a = 1'],
  ['w', "UPDATE d.t SET w = x'01' WHERE a = 1"],
  ['x', 'UPDATE d.t SET x = 18446744073709551614 WHERE a = 1'],
  ['y', "UPDATE d.t SET y = 'e' WHERE a = 1"],
];

describe('compareTables', () => {
  let source: RunningServer;
  let target: RunningServer;

  beforeAll(async () => {
    const options = { options: { 'default-time-zone': '+00:00' } };
    [source, target] = await Promise.all([startServer(options), startServer(options)]);
    for (const server of [source, target]) await server.query(TABLES + ROWS);
  });
  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('finds equal what is equal', async () => {
    const tables = await tablesOf(source.address, ['d']);
    const result = await assertTablesEqual({ source: source.address, target: target.address, tables });
    expect(result).toMatchObject({ equal: true, tables: 2, rows: 7 });
  });

  test.each(PLANTED)('finds one small difference in column %s', async (column, sql) => {
    const saved = await target.connect();
    try {
      await saved.query("SET sql_mode = ''");
      await saved.query(sql);
      const result = await compareTables({
        source: source.address,
        target: target.address,
        tables: [{ schema: 'd', table: 't' }],
      });
      expect(result.differences.map((difference) => [difference.kind, difference.column])).toEqual([
        ['different', column],
      ]);
    } finally {
      await saved.end();
      await target.query(`DROP DATABASE d; ${TABLES} ${ROWS}`);
    }
  });

  test('finds missing and additional rows, and a key that differs in case only', async () => {
    await target.query("DELETE FROM d.t WHERE a = 2; INSERT INTO d.t (a, b) VALUES (9, 'z')");
    await target.query("UPDATE d.t SET b = 'K' WHERE a = 1; DELETE FROM d.n WHERE a = 1 LIMIT 1");
    const tables = await tablesOf(source.address, ['d']);
    const result = await compareTables({ source: source.address, target: target.address, tables });
    await target.query(`DROP DATABASE d; ${TABLES} ${ROWS}`);
    expect(result.differences.map((difference) => `${difference.table} ${difference.kind}`).toSorted()).toEqual([
      'd.n missing-on-target',
      'd.t missing-on-target',
      'd.t missing-on-target',
      'd.t only-on-target',
      'd.t only-on-target',
    ]);
  });

  test('follows other names of tables and columns', async () => {
    await target.query('CREATE TABLE d.other (a2 INT, b VARCHAR(10)); INSERT INTO d.other SELECT * FROM d.n');
    const pair = { schema: 'd', table: 'n', targetTable: 'other', renamed: { a: 'a2' } };
    const both = { source: source.address, target: target.address };
    expect(await compareTables({ ...both, tables: [pair] })).toMatchObject({ equal: true, rows: 4 });
    await expect(compareTables({ ...both, tables: [{ ...pair, renamed: {} }] })).rejects.toThrow(/no column a/);
  });

  test('refuses to prove something with nothing', async () => {
    await expect(compareTables({ source: source.address, target: target.address, tables: [] })).rejects.toThrow(
      /no table/,
    );
  });

  test('brings JSON of both families to one form', async () => {
    const [mysql] = await availableKinds(['mysql-9.7']);
    if (mysql === undefined) return;
    const other = await startServer({ kind: mysql });
    try {
      for (const server of [source, other]) {
        await server.query('CREATE DATABASE IF NOT EXISTS d; CREATE TABLE d.j (a INT PRIMARY KEY, b JSON)');
        await server.query(
          `INSERT INTO d.j VALUES (1, '{"b": [1, 2.50, "\\\\u00e9"],"a":12345678901234567890}'), (2, NULL)`,
        );
      }
      const both = { source: source.address, target: other.address, tables: [{ schema: 'd', table: 'j' }] };
      expect(await compareTables(both)).toMatchObject({ equal: true, rows: 2 });
      await other.query(`UPDATE d.j SET b = '{"b": [1, 2.5, "é"], "a": 12345678901234567891}' WHERE a = 1`);
      expect(await compareTables(both)).toMatchObject({ equal: false, differenceCount: 1 });
    } finally {
      await other.stop();
    }
  });
});
