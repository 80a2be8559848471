/**
 * Goal: rows that were there before the pipeline began arrive too, each exactly once and as it is, while the source is
 * written to all the time (issue 3, "Copy").
 *
 * Method: tables of many shapes are filled, then a writer changes them at random while the pipeline copies in small
 * chunks and follows the log; at the end all rows are equal.
 */
import { assertTablesEqual, Random, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

const TABLES = [
  'CREATE TABLE copied.auto (id INT AUTO_INCREMENT PRIMARY KEY, n INT NOT NULL, name VARCHAR(80) NOT NULL)',
  'CREATE TABLE copied.text_key (code VARCHAR(40) COLLATE utf8mb4_general_ci PRIMARY KEY, n INT, UNIQUE KEY (n))',
  'CREATE TABLE copied.pair (a INT, b VARCHAR(20), n INT, PRIMARY KEY (a, b))',
  'CREATE TABLE copied.sparse (id BIGINT PRIMARY KEY, n INT)',
  'CREATE TABLE copied.bytes (id VARBINARY(16) PRIMARY KEY, n INT)',
];

async function fill(rows: number): Promise<void> {
  for (const server of [source, target]) {
    await server.query(`DROP DATABASE IF EXISTS copied; CREATE DATABASE copied; ${TABLES.join(';')}`);
  }
  await target.query('DROP DATABASE IF EXISTS retl');
  await source.query(
    `USE copied; INSERT INTO copied.auto (n,name) SELECT seq, CONCAT('name ', seq) FROM seq_1_to_${rows};
     INSERT INTO copied.text_key SELECT CONCAT(CHAR(97 + seq MOD 26), '-', seq), seq FROM seq_1_to_${rows};
     INSERT INTO copied.pair SELECT seq DIV 50, CONCAT('k', seq MOD 50), seq FROM seq_1_to_${rows};
     INSERT INTO copied.sparse SELECT CAST(seq * 230584300921369 AS SIGNED) - 2000000000000000000, seq FROM seq_1_to_${rows};
     INSERT INTO copied.bytes SELECT UNHEX(MD5(seq)), seq FROM seq_1_to_${rows}`,
  );
}

function change(random: Random, rows: number): string {
  const id = random.int(1, rows);
  const other = random.int(1, rows);
  return random.pick([
    `UPDATE copied.auto SET n=n+1 WHERE id=${id}`,
    `DELETE FROM copied.auto WHERE id=${id}`,
    `INSERT INTO copied.auto (n,name) VALUES (${id},'new')`,
    `UPDATE IGNORE copied.auto SET id=${rows * 3 + id * 7 + other} WHERE id=${id}`,
    `DELETE FROM copied.auto WHERE id=${id}; INSERT INTO copied.auto VALUES (${id},0,'again')`,
    `UPDATE IGNORE copied.text_key SET n=-n WHERE n=${id}`,
    `UPDATE IGNORE copied.text_key SET code=UPPER(code) WHERE n=${id}`,
    `BEGIN; DELETE FROM copied.text_key WHERE n=${id}; UPDATE copied.text_key SET n=${id} WHERE n=${other}; COMMIT`,
    `DELETE FROM copied.pair WHERE a=${id % 400} AND b='k${other % 50}'`,
    `REPLACE INTO copied.pair VALUES (${id % 400},'k${other % 50}',${other})`,
    `UPDATE copied.sparse SET id=id+${other} WHERE n=${id}`,
    `UPDATE copied.sparse SET n=n+1 WHERE n=${id}`,
    `DELETE FROM copied.bytes WHERE n=${id}`,
    `INSERT IGNORE INTO copied.bytes VALUES (UNHEX(MD5(${rows + id})),${id})`,
    `UPDATE copied.bytes SET n=n+1 WHERE n BETWEEN ${id} AND ${id + 20}`,
  ]);
}

test.each([1, 2, 3])('many shapes of keys under a random writer, seed %i', async (seed) => {
  const rows = 20_000;
  await fill(rows);
  const random = new Random(seed);
  const pipeline = new LivePipeline({
    source: source.address,
    target: target.address,
    tables: 'copied.*',
    mode: 'full+incremental',
    start: { at: 'now' },
    copyBytesPerSecond: 2_000_000,
    copyLanes: 3,
    memoryBytes: 4 << 20,
  });
  try {
    let writes = 0;
    while (pipeline.status.copy === null || pipeline.status.copy.tablesDone < TABLES.length) {
      await source.query(change(random, rows));
      writes += 1;
      expect(pipeline.status.parked).toEqual([]);
      expect(pipeline.complaints).toEqual([]);
    }
    expect(writes).toBeGreaterThan(50);
    await pipeline.caughtUp(source);
    await assertTablesEqual({
      source: source.address,
      target: target.address,
      tables: ['auto', 'text_key', 'pair', 'sparse', 'bytes'].map((table) => ({ schema: 'copied', table })),
    });
    expect(pipeline.status.parked).toEqual([]);
    expect(pipeline.status.copy?.rows).toBeGreaterThan(rows * 4);
  } finally {
    await pipeline.stop().catch(() => undefined);
  }
});
