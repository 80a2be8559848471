/**
 * Goal: a row that does not fit into one packet of the target stops its table, and no other, with ROW_TOO_LARGE; after
 * max_allowed_packet is raised the table catches up without a new copy, in the same run.
 *
 * Method: a target that takes 1 MB, rows of 3 MB written by INSERT and by UPDATE, as text and as bytes, also inside a
 * transaction with rows that fit; then the limit is raised, the table tried again while writes go on, and compared.
 */
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ParkingDrill } from '../support/parking-drill.ts';

const SMALL = 1024 * 1024;
const LARGE = 64 * 1024 * 1024;
const TABLE = 'id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, title LONGTEXT, bytes LONGBLOB';
const ROWS = "(1,'a','one',NULL),(2,'b','two',NULL),(3,'c','three',NULL)";

let drill: ParkingDrill;
let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  drill = new ParkingDrill(source, target);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(async () => {
  await target.query(`SET GLOBAL max_allowed_packet=${SMALL}`);
});

const CHANGES = [
  { name: 'an INSERT of text', key: 'id=4', change: "INSERT INTO fc.t VALUES (4,'d',REPEAT('é',1500000),NULL)" },
  {
    name: 'an INSERT of bytes that fit and whose literal does not',
    key: 'id=4',
    change: "INSERT INTO fc.t VALUES (4,'d','four',REPEAT(X'FF',700000))",
  },
  { name: 'an UPDATE', key: 'id=2', change: "UPDATE fc.t SET bytes=REPEAT(X'00',3000000) WHERE id=2" },
  {
    name: 'one row of a transaction',
    key: 'id=2',
    change:
      "BEGIN; UPDATE fc.t SET code='x'; UPDATE fc.t SET title=REPEAT('x',3000000) WHERE id=2; DELETE FROM fc.t WHERE id=3; COMMIT",
  },
];

describe.each(['transaction', 'row'] as const)('apply: %s', (apply) => {
  test.each(CHANGES)('$name: ROW_TOO_LARGE', async ({ key, change }) => {
    await drill.run(
      {
        name: '',
        code: 'ROW_TOO_LARGE',
        table: TABLE,
        rows: ROWS,
        change,
        key,
        repair: `SET GLOBAL max_allowed_packet=${LARGE}`,
        decision: 'retry',
      },
      apply,
    );
  });
});

test('rows that fit one by one are never refused for standing together', async () => {
  await drill.open(TABLE);
  await source.query(`INSERT INTO fc.t SELECT seq, 'c', REPEAT('x', 300000), NULL FROM fc.seq_1_to_30`);
  await source.query(`UPDATE fc.t SET bytes = REPEAT(X'61', 100000)`);
  const pipeline = drill.start();
  try {
    const status = await pipeline.caughtUp(source);
    expect(status.parked).toEqual([]);
    await drill.assertEqual();
  } finally {
    await pipeline.stop();
  }
});
