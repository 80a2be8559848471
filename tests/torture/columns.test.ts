/**
 * Goal: columns the log or the target treats in their own way (N8), huge values (N21), bytes that are no text
 * of their charset (N12), absent columns (N22) and partitions (N24) arrive as they left.
 *
 * Method: one small scenario each, through insert, update and delete; compared by HEX.
 */
import { availableKinds, SERVER_KINDS } from '@otter/testkit';
import { describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

const kinds = (await availableKinds(SERVER_KINDS)).filter((kind) => kind === 'mariadb-10.11' || kind === 'mysql-9.7');
const HUGE = { 'max-allowed-packet': '256M', 'innodb-buffer-pool-size': '128M' };

describe.each(kinds)('%s', (kind) => {
  const isMariadb = kind === 'mariadb-10.11';

  test.each(['FULL', 'MINIMAL'])('N8 generated, invisible and compressed columns, row image %s', async (image) => {
    await Scenario.run({ from: kind, sourceOptions: { 'binlog-row-image': image } }, async (scenario) => {
      const hidden = isMariadb ? 'INVISIBLE DEFAULT 7' : 'DEFAULT 7 INVISIBLE';
      await scenario.both(
        'CREATE DATABASE d',
        `CREATE TABLE d.t (id INT PRIMARY KEY, a INT, v INT AS (a * 2) VIRTUAL, s VARCHAR(40) AS (CONCAT('n', a)) STORED, h INT ${hidden}, z TEXT, UNIQUE KEY (s), KEY (v))`,
        'CREATE TABLE d.nk (a INT, v INT AS (a + 1) VIRTUAL, s INT AS (a + 2) STORED, b VARCHAR(20))',
        isMariadb
          ? 'CREATE TABLE d.c (id INT PRIMARY KEY, c TEXT COMPRESSED, b BLOB COMPRESSED)'
          : 'CREATE TABLE d.c (id INT PRIMARY KEY, c TEXT, b BLOB)',
      );
      const { source } = scenario;
      await source.query(
        `INSERT INTO d.t (id, a, z) VALUES (1, 10, 'x'), (2, 20, NULL), (3, NULL, ''); INSERT INTO d.t (id, a, h) VALUES (4, 40, NULL)`,
      );
      await source.query(`INSERT INTO d.nk (a, b) VALUES (1, 'x'), (1, 'x'), (NULL, NULL)`);
      await source.query(
        `INSERT INTO d.c VALUES (1, REPEAT('compress me ', 500), REPEAT(X'00FF', 3000)), (2, '', ''), (3, NULL, NULL), (4, 'short', X'00')`,
      );
      await scenario.apply('d.*');
      await source.query(
        `BEGIN; UPDATE d.t SET a = NULL WHERE id = 1; UPDATE d.t SET a = 10 WHERE id = 2; UPDATE d.t SET h = 5 WHERE id = 3; COMMIT`,
      );
      await source.query(
        `UPDATE d.t SET id = id + 10 WHERE id > 2; UPDATE d.nk SET b = 'y' LIMIT 1; DELETE FROM d.nk WHERE a IS NULL`,
      );
      await source.query(`UPDATE d.c SET c = CONCAT(c, REPEAT('é', 200)), b = c WHERE id < 4`);
      await scenario.apply('d.*');
      expect(await scenario.equal('d')).toBe(10);
    });
  });

  test.runIf(!isMariadb)('N8 a generated invisible primary key', async () => {
    const options = { 'sql-generate-invisible-primary-key': 'ON' };
    await Scenario.run({ from: kind, sourceOptions: options, targetOptions: options }, async (scenario) => {
      await scenario.both('CREATE DATABASE d', 'CREATE TABLE d.t (a INT, b VARCHAR(9))');
      await scenario.source.query(`INSERT INTO d.t VALUES (1, 'x'), (1, 'x'), (1, 'x'), (2, NULL)`);
      await scenario.apply('d.*');
      await scenario.source.query(`DELETE FROM d.t WHERE a = 1 LIMIT 1; UPDATE d.t SET b = 'y' WHERE a = 1 LIMIT 1`);
      await scenario.apply('d.*');
      expect(await scenario.equal('d')).toBe(3);
      const keys = 'SELECT my_row_id, a, b FROM d.t ORDER BY my_row_id';
      expect(await scenario.target.query(keys)).toEqual(await scenario.source.query(keys));
    });
  });

  test('N24 partitioned tables, rows that move between partitions', async () => {
    await Scenario.run({ from: kind }, async (scenario) => {
      await scenario.both(
        'CREATE DATABASE d',
        'CREATE TABLE d.p (id INT, d DATE, n INT, PRIMARY KEY (id, d)) PARTITION BY RANGE (YEAR(d)) (PARTITION a VALUES LESS THAN (2020), PARTITION b VALUES LESS THAN MAXVALUE)',
      );
      await scenario.source.query(
        `INSERT INTO d.p VALUES (1, '2019-01-01', 1), (2, '2021-01-01', 2), (3, '2019-05-05', 3)`,
      );
      await scenario.apply('d.*');
      await scenario.source.query(
        `UPDATE d.p SET d = '2022-02-02' WHERE id = 1; UPDATE d.p SET n = n + 1; DELETE FROM d.p PARTITION (a) WHERE id = 3`,
      );
      await scenario.apply('d.*');
      expect(await scenario.equal('d')).toBe(2);
    });
  });
});

/** Columns a MINIMAL image leaves out when an INSERT does not name them: constants only, the rest is logged. */
const DEFAULTED = [
  ...[
    'a INT DEFAULT 3',
    'b INT NULL',
    "c VARCHAR(20) DEFAULT 'it''s'",
    "d VARCHAR(20) DEFAULT ''",
    'e DECIMAL(10,2) DEFAULT 0.50',
  ],
  ...[
    "f DATETIME(3) DEFAULT '2000-01-01 00:00:00.000'",
    "g ENUM('x','y') DEFAULT 'y'",
    "h BIT(3) DEFAULT b'101'",
    'i TEXT NULL',
  ],
  ...["j VARCHAR(20) DEFAULT 'NULL'", 'k DOUBLE DEFAULT -1.5', 'l TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6)'],
  ...['m VARCHAR(40) DEFAULT (uuid())', 'n DOUBLE DEFAULT (rand())'],
];
const PAIRS = kinds.flatMap((from) => kinds.map((to) => ({ from, to })));

test.each(PAIRS)(
  'N21 $from → $to: values of 17 to 20 MB, over several packets, also without a key',
  async ({ from, to }) => {
    await Scenario.run({ from, to, sourceOptions: HUGE, targetOptions: HUGE }, async (scenario) => {
      await scenario.both(
        'CREATE DATABASE d',
        'CREATE TABLE d.t (id INT PRIMARY KEY, b LONGBLOB, t LONGTEXT)',
        'CREATE TABLE d.nk (id INT, t LONGTEXT)',
      );
      const { source } = scenario;
      await source.query(
        `INSERT INTO d.t VALUES (1, REPEAT(X'00275CFF', 5000000), NULL), (2, X'01', REPEAT('é😀', 3000000)), (3, NULL, '')`,
      );
      await source.query(`INSERT INTO d.nk VALUES (1, REPEAT('q''', 8500000)), (2, 'small')`);
      await scenario.apply('d.*');
      await source.query(
        `UPDATE d.t SET b = CONCAT(b, X'00'), t = 'now' WHERE id = 1; UPDATE d.t SET id = 5 WHERE id = 2; DELETE FROM d.nk WHERE id = 1`,
      );
      await scenario.apply('d.*');
      expect(await scenario.equal('d')).toBe(4);
    });
  },
);

test.each(PAIRS)('N22 $from → $to: absent, NULL and empty under MINIMAL images', async ({ from, to }) => {
  await Scenario.run({ from, to, sourceOptions: { 'binlog-row-image': 'MINIMAL' } }, async (scenario) => {
    const { source } = scenario;
    await scenario.both(
      'CREATE DATABASE d',
      `CREATE TABLE d.t (id INT PRIMARY KEY, ${DEFAULTED.join(', ')})`,
      "CREATE TABLE d.z (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(9) DEFAULT 'z')",
    );
    await source.query(
      'INSERT INTO d.t (id) VALUES (1); INSERT INTO d.t (id) VALUES (2),(3),(4); INSERT INTO d.z () VALUES (),()',
    );
    await source.query(
      "INSERT INTO d.t (id,a,c,i) VALUES (5,NULL,NULL,''),(6,0,'','x'); INSERT INTO d.t (id,b) VALUES (7,DEFAULT)",
    );
    await scenario.apply('d.*');
    expect(await scenario.equal('d')).toBe(9);
    await source.query(
      "UPDATE d.t SET a=NULL, c='' WHERE id<3; UPDATE d.t SET b=0, i=NULL WHERE id>3; UPDATE d.z SET v=NULL WHERE id=1",
    );
    await source.query(
      'BEGIN; DELETE FROM d.t WHERE id=3; INSERT INTO d.t (id) VALUES (3); UPDATE d.t SET d=NULL WHERE id=3; COMMIT',
    );
    await scenario.apply('d.*');
    expect(await scenario.equal('d')).toBe(9);
  });
});

test('N12 bytes that are no text of their charset stop the table or arrive as they are, never as others', async () => {
  await Scenario.run({ from: 'mariadb-10.11' }, async (scenario) => {
    await scenario.both(
      'CREATE DATABASE d',
      'CREATE TABLE d.u (id INT PRIMARY KEY, v VARBINARY(20))',
      'CREATE TABLE d.l (id INT PRIMARY KEY, v VARCHAR(20) CHARACTER SET latin1)',
    );
    // The source's column becomes text over bytes that already are in it.
    await scenario.source.query(
      `INSERT INTO d.u VALUES (1, X'FF41'), (2, X'C328'); INSERT INTO d.l VALUES (1, _latin1 X'81'), (2, _latin1 X'E9')`,
    );
    await scenario.apply('d.*');
    await scenario.source.query(`UPDATE d.l SET v = CONCAT(v, _latin1 X'8D'); UPDATE d.u SET v = CONCAT(v, X'00')`);
    await scenario.apply('d.*');
    expect(await scenario.equal('d')).toBe(4);
  });
});
