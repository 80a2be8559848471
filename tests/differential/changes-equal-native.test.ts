/**
 * Goal: the changes that break appliers end as a native replica has them, in both modes.
 *
 * Method: each case is written out in SQL and run on a real source; its log goes to the server's own replica
 * and, in one catch-up, to us, where batches, workers and the joining of rows into statements may reorder
 * what must stay in order. All four copies are compared bit by bit. No error may be recorded.
 */
import { availableKinds, SERVER_KINDS, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runChangeCase, times, together, type ChangeCase } from '../support/change-case.ts';
import { ReplicaTrio } from '../support/seed-run.ts';

const SMALL = 96 * 1024;
const UNIQUE =
  'CREATE TABLE u (id INT PRIMARY KEY, a INT NULL UNIQUE, b VARCHAR(20) NULL UNIQUE, n INT NOT NULL DEFAULT 0)';
const THREE_LEVELS = (action: string): string[] => [
  'CREATE TABLE grand (id INT PRIMARY KEY, n INT)',
  `CREATE TABLE parent (id INT PRIMARY KEY, g INT NULL, FOREIGN KEY (g) REFERENCES grand (id) ON DELETE ${action} ON UPDATE CASCADE)`,
  `CREATE TABLE child (id INT PRIMARY KEY, p INT NULL, t VARCHAR(10), FOREIGN KEY (p) REFERENCES parent (id) ON DELETE ${action} ON UPDATE CASCADE)`,
];
const FAMILY = times(12, (i) => [
  `INSERT INTO grand VALUES (${i}, 0)`,
  `INSERT INTO parent VALUES (${i * 2}, ${i}), (${i * 2 + 1}, ${i})`,
  `INSERT INTO child VALUES (${i * 4}, ${i * 2}, 'a'), (${i * 4 + 1}, ${i * 2}, 'b'), (${i * 4 + 2}, ${i * 2 + 1}, 'c')`,
]);
const FAMILY_CHANGES = [
  'DELETE FROM grand WHERE id = 1',
  together(
    'DELETE FROM parent WHERE id = 4',
    "INSERT INTO parent VALUES (4, 5); INSERT INTO child VALUES (100, 4, 'd')",
  ),
  together('UPDATE grand SET id = 50 WHERE id = 3', 'UPDATE parent SET id = 60 WHERE id = 6'),
  together(
    "UPDATE child SET t = 'z' WHERE p = 10",
    'DELETE FROM grand WHERE id = 5',
    'INSERT INTO grand VALUES (5, 1)',
  ),
  together('DELETE FROM child WHERE p = 14', 'DELETE FROM grand WHERE id = 7', 'DELETE FROM grand WHERE id IN (8, 9)'),
  "INSERT INTO child VALUES (200, 22, 'e')",
  'DELETE FROM grand WHERE id = 11',
  // What foreign keys did not do on the source they must not do on the target.
  'SET foreign_key_checks = 0; DELETE FROM grand WHERE id = 10; SET foreign_key_checks = 1',
];

const CASES: ChangeCase[] = [
  {
    title: 'two unique values swapped in one transaction, 200 times',
    tables: [UNIQUE],
    before: times(10, (i) => [`INSERT INTO u VALUES (${i}, ${i}, 'v${i}', 0)`]),
    statements: times(200, (i) => {
      const [x, y] = [i % 10, (i * 7 + 3) % 10];
      if (x === y) return [];
      return [
        together(
          `SELECT a, b INTO @xa, @xb FROM u WHERE id = ${x}; SELECT a, b INTO @ya, @yb FROM u WHERE id = ${y}`,
          `UPDATE u SET a = NULL, b = NULL WHERE id = ${x}`,
          `UPDATE u SET a = @xa, b = @xb, n = n + 1 WHERE id = ${y}`,
          `UPDATE u SET a = @ya, b = @yb, n = n + 1 WHERE id = ${x}`,
        ),
      ];
    }),
    workers: 4,
    memoryBytes: SMALL,
  },
  {
    title: 'a unique value handed on 1,000 times, with 4 workers',
    tables: ['CREATE TABLE chain (id INT PRIMARY KEY, v VARCHAR(20) NULL UNIQUE, pad VARCHAR(600))'],
    before: times(10, (i) => [
      `INSERT INTO chain SELECT seq, NULL, REPEAT('p', 500) FROM seq_${i * 101}_to_${i * 101 + 100}`,
    ]).concat("UPDATE chain SET v = 'baton' WHERE id = 0"),
    statements: times(1000, (i) => [
      together(
        `UPDATE chain SET v = NULL, pad = REPEAT('q', 500) WHERE id = ${i}`,
        `UPDATE chain SET v = '${i % 2 ? 'baton' : 'Baton'}' WHERE id = ${i + 1}`,
      ),
    ]),
    workers: 4,
    memoryBytes: SMALL,
  },
  {
    title: 'N17 keys 3→4, 2→3, 1→2 in one transaction, and as one statement',
    tables: ['CREATE TABLE k (id INT PRIMARY KEY, n INT)', 'CREATE TABLE s (id VARCHAR(10) PRIMARY KEY, n INT)'],
    before: ['INSERT INTO k VALUES (1, 1), (2, 2), (3, 3)', "INSERT INTO s VALUES ('a', 1), ('b', 2)"],
    statements: [
      together(...[3, 2, 1].map((id) => `UPDATE k SET id = id + 1 WHERE id = ${id}`), 'INSERT INTO k VALUES (1, 10)'),
      'UPDATE k SET id = id + 1 ORDER BY id DESC',
      'UPDATE k SET id = id - 1, n = n + 1 ORDER BY id',
      together(
        'UPDATE k SET id = 99 WHERE id = 1',
        'UPDATE k SET id = 1 WHERE id = 2',
        'UPDATE k SET id = 2 WHERE id = 99',
      ),
      together(
        "UPDATE s SET id = 'tmp' WHERE id = 'a'",
        "UPDATE s SET id = 'A' WHERE id = 'b'",
        "UPDATE s SET id = 'b' WHERE id = 'tmp'",
      ),
      "UPDATE s SET id = 'a' WHERE id = 'A'",
      together('DELETE FROM k WHERE id = 3', 'UPDATE k SET id = 3 WHERE id = 4', 'INSERT INTO k VALUES (4, 4)'),
    ],
  },
  {
    title: 'N18 REPLACE and ON DUPLICATE KEY UPDATE over several unique keys',
    tables: [UNIQUE],
    before: ["INSERT INTO u VALUES (1, 1, 'a', 0), (2, 2, 'b', 0), (3, 3, 'c', 0), (4, 4, 'd', 0)"],
    statements: times(30, (i) => [
      `REPLACE INTO u VALUES (${i % 6}, ${(i * 5) % 7}, '${'abcdefg'[(i * 3) % 7]}', ${i})`,
      `INSERT INTO u VALUES (${10 + (i % 4)}, ${i % 5}, '${'ABCDEFG'[i % 7]}', ${i}) ON DUPLICATE KEY UPDATE n = n + 100`,
      `INSERT IGNORE INTO u VALUES (${20 + i}, ${i % 9}, NULL, ${i})`,
      together(
        `REPLACE INTO u VALUES (1, 2, 'c', ${i})`,
        `REPLACE INTO u VALUES (2, 1, 'b', ${i})`,
        `DELETE FROM u WHERE a = ${i % 7}`,
      ),
    ]),
    memoryBytes: SMALL,
  },
  {
    title: 'N16 tables without a key, with duplicates and NULLs, and unique keys over NULLs',
    tables: [
      'CREATE TABLE bag (a INT, b VARCHAR(10), f FLOAT, x TEXT)',
      'CREATE TABLE nullable (a INT NULL, b INT NULL, n INT, UNIQUE KEY (a, b))',
    ],
    before: [
      ...times(3, () => [
        "INSERT INTO bag VALUES (1, 'x', 0.1, 'é'), (NULL, NULL, NULL, NULL), (1, 'X', 0.1, 'é'), (2, '', 1e30, '')",
      ]),
      ...times(3, (i) => [`INSERT INTO nullable VALUES (NULL, 1, ${i}), (1, NULL, ${i}), (NULL, NULL, 5)`]),
      'INSERT INTO nullable VALUES (1, 1, 0), (1, 2, 0)',
    ],
    statements: [
      'DELETE FROM bag WHERE a = 1 LIMIT 1',
      "UPDATE bag SET b = 'y' WHERE a IS NULL LIMIT 2",
      'UPDATE bag SET f = f + 0.1 WHERE a = 1 LIMIT 2',
      'DELETE FROM bag WHERE a IS NULL AND b IS NULL',
      together('INSERT INTO bag SELECT * FROM bag', 'UPDATE bag SET a = NULL WHERE a = 2 LIMIT 1'),
      'UPDATE nullable SET n = n + 1 WHERE a IS NULL',
      'DELETE FROM nullable WHERE n = 6 LIMIT 1',
      together('DELETE FROM nullable WHERE a = 1 AND b = 1', 'UPDATE nullable SET b = 1 WHERE a = 1 AND b = 2'),
      'UPDATE nullable SET a = NULL, b = NULL',
    ],
  },
  {
    title: 'savepoints, and XA transactions decided in another order than prepared',
    tables: ['CREATE TABLE x (id INT PRIMARY KEY, n INT)'],
    before: ['INSERT INTO x SELECT seq, 0 FROM seq_1_to_20'],
    statements: [
      together(
        'UPDATE x SET n = 1 WHERE id = 1',
        'SAVEPOINT s',
        'UPDATE x SET n = 9',
        'ROLLBACK TO s',
        'UPDATE x SET n = n + 1 WHERE id = 1',
      ),
      together(
        'SAVEPOINT a',
        'DELETE FROM x WHERE id = 2',
        'SAVEPOINT b',
        'DELETE FROM x WHERE id = 3',
        'ROLLBACK TO b',
        'RELEASE SAVEPOINT a',
      ),
      "XA START 'one'; UPDATE x SET n = n + 10 WHERE id = 4; XA END 'one'; XA PREPARE 'one'; XA COMMIT 'one'",
      "XA START 'two'; DELETE FROM x WHERE id = 5; XA END 'two'; XA PREPARE 'two'; XA ROLLBACK 'two'",
      "XA START 'three'; INSERT INTO x VALUES (30, 3); XA END 'three'; XA COMMIT 'three' ONE PHASE",
      "XA START 'four','b',7; UPDATE x SET id = 31 WHERE id = 6; XA END 'four','b',7; XA PREPARE 'four','b',7; XA COMMIT 'four','b',7",
      'UPDATE x SET n = n + 1',
    ],
  },
  {
    title: 'N19 foreign keys with ON DELETE CASCADE over three levels',
    tables: THREE_LEVELS('CASCADE'),
    before: FAMILY,
    statements: FAMILY_CHANGES,
  },
  {
    title: 'N19 foreign keys with ON DELETE SET NULL over three levels',
    tables: THREE_LEVELS('SET NULL'),
    before: FAMILY,
    statements: FAMILY_CHANGES,
  },
  {
    title: 'N14 keys that are equal but for case, accent or spaces at the end',
    tables: [
      'CREATE TABLE ci (k VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY, n INT)',
      'CREATE TABLE bin (k VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, n INT)',
      'CREATE TABLE two (k CHAR(9) COLLATE utf8mb4_unicode_ci, j VARCHAR(9) COLLATE latin1_swedish_ci, n INT, PRIMARY KEY (k, j))',
    ],
    before: [
      "INSERT INTO ci VALUES ('a', 1), ('é1', 2), ('b ', 3)",
      "INSERT INTO bin VALUES ('a', 1), ('A', 2), ('é', 3)",
      "INSERT INTO two VALUES ('ä', 'ß', 1), ('x', 'S', 2)",
    ],
    statements: [
      together("UPDATE ci SET k = 'A' WHERE k = 'a'", 'UPDATE ci SET n = n + 10'),
      together(
        "DELETE FROM ci WHERE k = 'a'",
        "INSERT INTO ci VALUES ('a ', 5)",
        "REPLACE INTO ci VALUES ('E1', 6)",
        "UPDATE ci SET k = 'B' WHERE k = 'b'",
      ),
      together(
        "DELETE FROM bin WHERE k = 'a'",
        "UPDATE bin SET k = 'a' WHERE k = 'A'",
        "INSERT INTO bin VALUES ('A', 9), ('É', 4)",
      ),
      together(
        "UPDATE two SET k = 'A', n = 5 WHERE k = 'ä'",
        "UPDATE two SET j = 's' WHERE k = 'x'",
        "INSERT IGNORE INTO two VALUES ('X', 's', 7)",
      ),
    ],
  },
  {
    title: 'N13 binary keys that end in zero bytes',
    tables: ['CREATE TABLE z (k BINARY(4) PRIMARY KEY, v VARBINARY(9), n INT, UNIQUE KEY (v))'],
    before: ["INSERT INTO z VALUES (X'61', X'00', 1), (X'6100000A', X'0000', 2), (X'', X'', 3)"],
    statements: [
      'UPDATE z SET n = n + 1',
      together(
        "UPDATE z SET k = X'62' WHERE n = 2",
        "UPDATE z SET v = X'01' WHERE n = 3",
        "UPDATE z SET v = X'0000' WHERE n = 2",
      ),
      "DELETE FROM z WHERE k = X'00000000'",
    ],
  },
];

/** Those whose SQL only MariaDB has. */
const MARIADB_ONLY = /seq_\d/;
const RUNS: ServerKind[] = ['mariadb-10.11', 'mysql-9.7'];
const kinds = await availableKinds(SERVER_KINDS);

describe.each(RUNS.filter((kind) => kinds.includes(kind)))('%s', (kind) => {
  let trio: ReplicaTrio;
  const cases = CASES.filter(({ before = [], statements }) => {
    return kind.startsWith('mariadb') || ![...before, ...statements].some((sql) => MARIADB_ONLY.test(sql));
  });

  beforeAll(async () => {
    trio = await ReplicaTrio.start(kind);
  });

  afterAll(async () => {
    await trio?.stop();
  });

  test.each(cases)('$title', async (change) => {
    expect(await runChangeCase(trio, cases.indexOf(change), change)).toBeGreaterThan(0);
  });
});
