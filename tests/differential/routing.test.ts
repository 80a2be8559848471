/**
 * Goal: tables that are renamed, merged, cut or differ from the source's arrive as the mapping says.
 *
 * Method: each case maps a source schema onto a target of another shape, writes inserts, updates, key changes
 * and deletes, and compares the source's rows, put in the target's shape by a query, with the target's.
 */
import { parseTablePattern } from '@otter/core';
import type { ColumnMapping, TableMapping } from '@otter/engine';
import { describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

interface RoutingCase {
  title: string;
  source: string[];
  target: string[];
  mappings?: [from: string, to: string][];
  columns?: (Omit<ColumnMapping, 'tables'> & { tables: string })[];
  statements: string[];
  /** Queries that must give the same rows: of the source, of the target. */
  same: [source: string, target: string][];
}

const SHARDS = ['01', '02', '03', '04'];
const CASES: RoutingCase[] = [
  {
    title: 'four shards t[01-04] into one table',
    source: ['CREATE DATABASE s', ...SHARDS.map((n) => `CREATE TABLE s.t${n} (id INT PRIMARY KEY, v VARCHAR(20))`)],
    target: ['CREATE DATABASE d', 'CREATE TABLE d.all_t (id INT PRIMARY KEY, v VARCHAR(20))'],
    mappings: [['s.t[01-04]', 'd.all_t']],
    statements: SHARDS.flatMap((n, i) => [
      `INSERT INTO s.t${n} SELECT seq * 4 + ${i}, 'shard ${n}' FROM s.seq_1_to_50`,
      `UPDATE s.t${n} SET v = CONCAT(v, '!') WHERE id % 3 = 0`,
      `DELETE FROM s.t${n} WHERE id % 5 = 0`,
      `UPDATE s.t${n} SET id = id + 1000 WHERE id % 7 = 0`,
    ]).concat('BEGIN; DELETE FROM s.t01 WHERE id = 8; INSERT INTO s.t02 VALUES (8, "moved"); COMMIT'),
    same: [
      [
        `SELECT * FROM (${SHARDS.map((n) => `SELECT * FROM s.t${n}`).join(' UNION ALL ')}) u ORDER BY id`,
        'SELECT * FROM d.all_t ORDER BY id',
      ],
    ],
  },
  {
    title: 'schema, table and columns renamed; range to range',
    source: [
      'CREATE DATABASE s',
      ...['1', '2'].map((n) => `CREATE TABLE s.p${n} (id INT PRIMARY KEY, \`old\` VARCHAR(20) UNIQUE, x INT)`),
    ],
    target: [
      'CREATE DATABASE d',
      ...['1', '2'].map((n) => `CREATE TABLE d.q${n} (x INT, \`new\` VARCHAR(20) UNIQUE, nr INT PRIMARY KEY)`),
    ],
    mappings: [['s.p[1-2]', 'd.q[1-2]']],
    columns: [{ tables: 's.p[1-2]', rename: { id: 'nr', old: 'new' } }],
    statements: ['1', '2'].flatMap((n) => [
      `INSERT INTO s.p${n} VALUES (1, 'a', 1), (2, 'b', 2), (3, NULL, 3), (4, 'd', 4)`,
      `BEGIN; UPDATE s.p${n} SET old = NULL WHERE id = 1; UPDATE s.p${n} SET old = 'a', id = 20 WHERE id = 2; COMMIT`,
      `DELETE FROM s.p${n} WHERE id = 4; REPLACE INTO s.p${n} VALUES (5, 'a', 9)`,
    ]),
    same: ['1', '2'].map((n) => [
      `SELECT x, old AS v, id AS nr FROM s.p${n} ORDER BY id`,
      `SELECT x, new AS v, nr FROM d.q${n} ORDER BY nr`,
    ]),
  },
  {
    title: 'columns left out, columns chosen, and a target with more columns and another unique key',
    source: [
      'CREATE DATABASE s',
      'CREATE TABLE s.a (id INT PRIMARY KEY, secret VARCHAR(20), v INT)',
      'CREATE TABLE s.b (id INT PRIMARY KEY, v INT, w INT, x INT)',
    ],
    target: [
      'CREATE DATABASE s',
      `CREATE TABLE s.a (id INT PRIMARY KEY, v INT UNIQUE, note VARCHAR(20) NOT NULL DEFAULT 'none', changed TIMESTAMP NOT NULL DEFAULT '2020-01-01' ON UPDATE CURRENT_TIMESTAMP)`,
      'CREATE TABLE s.b (id INT PRIMARY KEY, v INT, g INT AS (v * 2) STORED)',
    ],
    columns: [
      { tables: 's.a', exclude: ['secret'] },
      { tables: 's.b', include: ['id', 'v'] },
    ],
    statements: [
      "INSERT INTO s.a SELECT seq, 'x', seq FROM s.seq_1_to_20",
      // Values of the target's own unique key handed on within transactions.
      'BEGIN; UPDATE s.a SET v = 100 WHERE id = 1; UPDATE s.a SET v = 1 WHERE id = 2; UPDATE s.a SET v = 2 WHERE id = 1; COMMIT',
      "UPDATE s.a SET secret = 'only this' WHERE id < 9",
      'BEGIN; DELETE FROM s.a WHERE id = 3; INSERT INTO s.a VALUES (30, NULL, 3); UPDATE s.a SET id = 31 WHERE id = 30; COMMIT',
      'INSERT INTO s.b SELECT seq, seq, seq, seq FROM s.seq_1_to_9; UPDATE s.b SET w = 5; UPDATE s.b SET v = v + w; DELETE FROM s.b WHERE id = 4',
    ],
    same: [
      [
        "SELECT id, v, 'none' AS note, '2020-01-01 00:00:00' AS changed FROM s.a ORDER BY id",
        'SELECT id, v, note, changed FROM s.a ORDER BY id',
      ],
      ['SELECT id, v, CONCAT(v * 2) AS g FROM s.b ORDER BY id', 'SELECT id, v, CONCAT(g) AS g FROM s.b ORDER BY id'],
    ],
  },
];

describe('routing', () => {
  test.each(CASES)('$title', async ({ source, target, mappings = [], columns = [], statements, same }) => {
    await Scenario.run({ from: 'mariadb-10.11' }, async (scenario) => {
      await scenario.source.query(source.join('; '));
      await scenario.target.query(target.join('; '));
      const options = {
        mappings: mappings.map(([from, to]): TableMapping => ({
          source: parseTablePattern(from),
          target: parseTablePattern(to),
        })),
        columns: columns.map((column): ColumnMapping => ({ ...column, tables: parseTablePattern(column.tables) })),
      };
      // Once as the rows come, and once, from the start of the log, all in one catch-up by the other mode.
      for (const statement of statements) {
        await scenario.source.query(statement);
        await scenario.apply('s.*', options);
      }
      const check = async (): Promise<void> => {
        for (const [wanted, found] of same) {
          const rows = await scenario.source.query(wanted);
          expect(rows.length).toBeGreaterThan(0);
          expect(await scenario.target.query(found)).toEqual(rows);
        }
      };
      await check();
      const schema = target[0]?.split(' ').at(-1) ?? '';
      await scenario.target.query(`DROP DATABASE ${schema}; ${target.join('; ')}`);
      await scenario.apply('s.*', { ...options, name: `again-${schema}`, apply: 'row', workers: 3 });
      await check();
    });
  });
});
