/**
 * Goal: fail closed (design §2.3). Whatever a table cannot follow stops this table and no other, with a coded error
 * that says where, which key, why and what to do; after the repair it catches up without a new copy, while writes go on.
 *
 * Method: one drill for each cause, on real servers: break the target or the log, change the source, read the record
 * as `otter errors` does, see the other table flow and the counters balance, repair, retry or skip under load, compare.
 */
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ParkingDrill, type ParkingCase } from '../support/parking-drill.ts';

const CASES: ParkingCase[] = [
  {
    name: 'a write logged as a statement',
    code: 'STATEMENT_DML',
    change: "SET binlog_format=STATEMENT; UPDATE fc.t SET title='by statement' WHERE id<3; SET binlog_format=ROW",
    statement: 'UPDATE fc.t',
    repair: "UPDATE fc.t SET title='by statement' WHERE id<3",
    decision: 'skip',
  },
  {
    name: 'a write with SET STATEMENT logged as a statement',
    code: 'STATEMENT_DML',
    change:
      "SET binlog_format=STATEMENT; SET STATEMENT max_statement_time=10 FOR UPDATE fc.t SET title='x' WHERE id<3; SET binlog_format=ROW",
    repair: "UPDATE fc.t SET title='x' WHERE id<3",
    decision: 'skip',
  },
  {
    name: 'ALTER TABLE',
    code: 'DDL_SEEN',
    change: "ALTER TABLE fc.t ADD COLUMN extra INT NOT NULL DEFAULT 7 AFTER id; UPDATE fc.t SET title='after'",
    statement: 'ALTER TABLE fc.t',
    repair: 'ALTER TABLE fc.t ADD COLUMN extra INT NOT NULL DEFAULT 7 AFTER id',
    decision: 'skip',
  },
  {
    name: 'ALTER TABLE under SET STATEMENT',
    code: 'DDL_SEEN',
    change: 'SET STATEMENT lock_wait_timeout=10 FOR ALTER TABLE fc.t MODIFY title VARCHAR(61) NOT NULL',
    repair: 'ALTER TABLE fc.t MODIFY title VARCHAR(61) NOT NULL',
    decision: 'skip',
  },
  {
    name: 'TRUNCATE',
    code: 'DDL_SEEN',
    change: "TRUNCATE fc.t; INSERT INTO fc.t VALUES (1,'a','again')",
    repair: 'TRUNCATE fc.t',
    decision: 'skip',
  },
  {
    name: 'DROP TABLE and a new one of the same name',
    code: 'DDL_SEEN',
    change:
      'DROP TABLE fc.t; CREATE TABLE fc.t (id INT PRIMARY KEY, code VARCHAR(9), title VARCHAR(9), note INT) DEFAULT CHARSET utf8mb4',
    repair:
      'DROP TABLE fc.t; CREATE TABLE fc.t (id INT PRIMARY KEY, code VARCHAR(9), title VARCHAR(9), note INT) DEFAULT CHARSET utf8mb4',
    decision: 'skip',
  },
  {
    name: 'target table dropped',
    code: 'TABLE_MISSING',
    sabotage: 'RENAME TABLE fc.t TO saved.t',
    change: "INSERT INTO fc.t VALUES (4,'d','four')",
    repair: 'RENAME TABLE saved.t TO fc.t',
    decision: 'retry',
  },
  {
    name: 'target column renamed',
    code: 'SCHEMA_MISMATCH',
    sabotage: 'ALTER TABLE fc.t CHANGE title titel VARCHAR(60) NOT NULL',
    change: "INSERT INTO fc.t VALUES (4,'d','four')",
    repair: 'ALTER TABLE fc.t CHANGE titel title VARCHAR(60) NOT NULL',
    decision: 'retry',
  },
  {
    name: 'row missing for an UPDATE',
    code: 'ROW_MISSING',
    sabotage: 'DELETE FROM fc.t WHERE id=2',
    change: "UPDATE fc.t SET title=CONCAT(title,'!')",
    key: 'id=2',
    repair: "INSERT INTO fc.t VALUES (2,'b','two')",
    decision: 'retry',
  },
  {
    name: 'row missing for a DELETE',
    code: 'ROW_MISSING',
    sabotage: 'DELETE FROM fc.t WHERE id=2',
    change:
      "BEGIN; UPDATE fc.t SET title='first' WHERE id=1; DELETE FROM fc.t WHERE id=2; UPDATE fc.t SET title='last' WHERE id=3; COMMIT",
    key: 'id=2',
    repair: 'DO 0',
    decision: 'skip',
  },
  {
    name: 'a foreign row holds the primary key',
    code: 'ROW_EXISTS',
    sabotage: "INSERT INTO fc.t VALUES (4,'foreign','somebody else')",
    change: "INSERT INTO fc.t VALUES (4,'d','four')",
    key: 'id=4',
    untouched: ['SELECT code,title FROM fc.t WHERE id=4', [{ code: 'foreign', title: 'somebody else' }]],
    repair: 'DELETE FROM fc.t WHERE id=4',
    decision: 'retry',
  },
  {
    name: 'a foreign row holds a secondary unique value',
    code: 'ROW_EXISTS',
    sabotage: "INSERT INTO fc.t VALUES (77,'d','somebody else')",
    change: "INSERT INTO fc.t VALUES (4,'d','four')",
    key: 'id=4',
    untouched: ['SELECT id,code,title FROM fc.t WHERE id IN (4,77)', [{ id: 77, code: 'd', title: 'somebody else' }]],
    repair: 'DELETE FROM fc.t WHERE id=77',
    decision: 'retry',
  },
  {
    name: 'a foreign row holds the unique value an UPDATE gives',
    code: 'ROW_EXISTS',
    sabotage: "INSERT INTO fc.t VALUES (77,'z','somebody else')",
    change: "UPDATE fc.t SET code='z' WHERE id=1",
    key: 'id=1',
    untouched: [
      'SELECT id,code FROM fc.t WHERE id IN (1,77)',
      [
        { id: 1, code: 'a' },
        { id: 77, code: 'z' },
      ],
    ],
    repair: 'DELETE FROM fc.t WHERE id=77',
    decision: 'retry',
  },
  {
    name: 'target column too short',
    code: 'ROW_REFUSED',
    sabotage: 'ALTER TABLE fc.t MODIFY title VARCHAR(5) NOT NULL',
    change: "UPDATE fc.t SET title='much too long' WHERE id=2",
    key: 'id=2',
    repair: 'ALTER TABLE fc.t MODIFY title VARCHAR(60) NOT NULL',
    decision: 'retry',
  },
  {
    name: 'CHECK constraint of the target',
    code: 'ROW_REFUSED',
    sabotage: 'ALTER TABLE fc.t ADD CONSTRAINT small CHECK (id<50)',
    change: "INSERT INTO fc.t VALUES (60,'k','sixty')",
    key: 'id=60',
    repair: 'ALTER TABLE fc.t DROP CONSTRAINT small',
    decision: 'retry',
  },
  // Rows by the hundred go as a bulk load, which the servers let skip and bend what INSERT refuses.
  {
    name: 'a foreign row holds the primary key of one of many',
    code: 'ROW_EXISTS',
    sabotage: "INSERT INTO fc.t VALUES (444,'foreign','somebody else')",
    change: "INSERT INTO fc.t SELECT seq,CONCAT('c',seq),'many' FROM fc.seq_201_to_900",
    key: 'id=444',
    untouched: ['SELECT code,title FROM fc.t WHERE id=444', [{ code: 'foreign', title: 'somebody else' }]],
    repair: 'DELETE FROM fc.t WHERE id=444',
    decision: 'retry',
  },
  {
    name: 'a foreign row holds a unique value of one of many',
    code: 'ROW_EXISTS',
    sabotage: "INSERT INTO fc.t VALUES (77,'c444','somebody else')",
    change: "INSERT INTO fc.t SELECT seq,CONCAT('c',seq),'many' FROM fc.seq_201_to_900",
    key: 'id=444',
    untouched: ['SELECT id,title FROM fc.t WHERE id IN (77,444)', [{ id: 77, title: 'somebody else' }]],
    repair: 'DELETE FROM fc.t WHERE id=77',
    decision: 'retry',
  },
  {
    name: 'CHECK constraint of the target and one of many',
    code: 'ROW_REFUSED',
    sabotage: 'ALTER TABLE fc.t ADD CONSTRAINT other CHECK (id<>444)',
    change: "INSERT INTO fc.t SELECT seq,CONCAT('c',seq),'many' FROM fc.seq_201_to_900",
    key: 'id=444',
    repair: 'ALTER TABLE fc.t DROP CONSTRAINT other',
    decision: 'retry',
  },
  {
    name: 'target number too small for one of many',
    code: 'ROW_REFUSED',
    sabotage: 'ALTER TABLE fc.t MODIFY id SMALLINT NOT NULL',
    change: "INSERT INTO fc.t SELECT seq,CONCAT('c',seq),'many' FROM fc.seq_32001_to_32768",
    key: 'id=32768',
    repair: 'ALTER TABLE fc.t MODIFY id INT NOT NULL',
    decision: 'retry',
  },
  {
    name: 'row image without a column that is needed',
    code: 'ROW_IMAGE_PARTIAL',
    targetTable: 'id INT NOT NULL, code VARCHAR(20) NOT NULL PRIMARY KEY, title VARCHAR(60) NOT NULL',
    change: "SET binlog_row_image=MINIMAL; UPDATE fc.t SET title='minimal' WHERE id=2; SET binlog_row_image=FULL",
    repair: "UPDATE fc.t SET title='minimal' WHERE id=2",
    decision: 'skip',
  },
  {
    name: 'an INSERT whose image leaves out a column with another default on the target',
    code: 'ROW_IMAGE_PARTIAL',
    table: 'id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, title VARCHAR(60) NOT NULL, n INT DEFAULT 3',
    targetTable: 'id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, title VARCHAR(60) NOT NULL, n INT DEFAULT 4',
    rows: "(1,'a','one',1),(2,'b','two',2)",
    change:
      "SET binlog_row_image=MINIMAL; INSERT INTO fc.t (id,code,title) VALUES (3,'c','three'); SET binlog_row_image=FULL",
    key: 'id=3',
    untouched: ['SELECT n FROM fc.t WHERE id=3', []],
    repair: "INSERT INTO fc.t VALUES (3,'c','three',3)",
    decision: 'skip',
  },
  {
    name: 'an INSERT whose image leaves out a column that has a default on the target alone',
    code: 'ROW_IMAGE_PARTIAL',
    table: 'id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, title VARCHAR(60) NULL',
    targetTable: "id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, title VARCHAR(60) NULL DEFAULT 'NULL'",
    change: "SET binlog_row_image=MINIMAL; INSERT INTO fc.t (id,code) VALUES (4,'d'); SET binlog_row_image=FULL",
    key: 'id=4',
    untouched: ['SELECT id FROM fc.t WHERE id=4', []],
    repair: 'ALTER TABLE fc.t ALTER title DROP DEFAULT; ALTER TABLE fc.t ALTER title SET DEFAULT NULL',
    decision: 'retry',
  },
  {
    name: 'a table that changed on the source without a trace in the log',
    code: 'SCHEMA_MISMATCH',
    change:
      "SET sql_log_bin=0; ALTER TABLE fc.t ADD COLUMN extra INT NOT NULL DEFAULT 7 FIRST; SET sql_log_bin=1; INSERT INTO fc.t (id,code,title) VALUES (4,'d','four')",
    untouched: ['SELECT id FROM fc.t WHERE id=4', []],
    repair: 'ALTER TABLE fc.t ADD COLUMN extra INT NOT NULL DEFAULT 7 FIRST',
    decision: 'retry',
  },
];

let drill: ParkingDrill;
let servers: RunningServer[] = [];

beforeAll(async () => {
  const [source, target] = await Promise.all([startServer(), startServer()]);
  servers = [source, target];
  drill = new ParkingDrill(source, target);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

describe('apply: transaction', () => {
  test.each(CASES)('$name: $code', async (parking) => {
    await drill.run(parking, 'transaction');
  });
});

/** One for each way a failure comes to light; the rest of the way is the same code. */
const IN_ROW_MODE = [
  'a write logged as a statement',
  'ALTER TABLE',
  'target table dropped',
  'row missing for an UPDATE',
  'row missing for a DELETE',
  'a foreign row holds a secondary unique value',
  'row image without a column that is needed',
];

describe('apply: row', () => {
  test.each(CASES.filter(({ name }) => IN_ROW_MODE.includes(name)))('$name: $code', async (parking) => {
    await drill.run(parking, 'row');
  });
});
