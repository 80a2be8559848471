import { ensureSysbench, oltpCommand, Random, type RunningServer } from '@otter/testkit';
import { mustRun } from './command.ts';

/** The tables sysbench's OLTP tests work on, here made without it: the same columns, keys and kind of text. */
export const SBTEST_TABLES = ['sbtest1', 'sbtest2', 'sbtest3', 'sbtest4'];

const INSERT_ROWS = 1_000;
const WRITERS = 4;
const DEADLOCK = 1213;
const DUPLICATE = 1062;

type Connection = Awaited<ReturnType<RunningServer['connect']>>;

export async function createSbtest(server: RunningServer, rowsPerTable: number): Promise<void> {
  await server.query('CREATE DATABASE sbtest');
  const connection = await server.connect({ database: 'sbtest' });
  const random = new Random(1);
  for (const table of SBTEST_TABLES) {
    await createSbtestTable(connection, table);
    await insertSbtestRows(connection, table, 1, rowsPerTable, random);
  }
  connection.destroy();
}

async function createSbtestTable(connection: Connection, table: string): Promise<void> {
  await connection.query(
    `CREATE TABLE ${table} (id INT NOT NULL AUTO_INCREMENT, k INT NOT NULL DEFAULT 0, c CHAR(120) NOT NULL DEFAULT '',
       pad CHAR(60) NOT NULL DEFAULT '', PRIMARY KEY (id), KEY k_1 (k)) ENGINE = InnoDB`,
  );
}

/** More rows of one of these tables, on a server that has them empty. */
export async function fillSbtest(server: RunningServer, table: string, rows: number): Promise<void> {
  const connection = await server.connect({ database: 'sbtest' });
  await insertSbtestRows(connection, table, 1, rows, new Random(2));
  connection.destroy();
}

/** Inserts rows by statements of 1,000; each statement is a transaction. */
async function insertSbtestRows(
  connection: Connection,
  table: string,
  firstId: number,
  count: number,
  random: Random,
): Promise<void> {
  for (let done = 0; done < count; done += INSERT_ROWS) {
    const rows: string[] = [];
    for (let i = done; i < Math.min(count, done + INSERT_ROWS); i++) {
      rows.push(`(${firstId + i},${random.int(1, count)},'${digits(random, 10)}','${digits(random, 5)}')`);
    }
    await connection.query(`INSERT INTO ${table} (id, k, c, pad) VALUES ${rows.join(',')}`);
  }
}

/** Groups of eleven digits, as sysbench writes them. */
function digits(random: Random, groups: number): string {
  const parts: string[] = [];
  for (let i = 0; i < groups; i++) parts.push(String(random.int(10_000_000_000, 99_999_999_999)));
  return parts.join('-');
}

export interface OltpSettings {
  transactions: number;
  rowsPerTable: number;
  generator: 'sysbench' | 'js';
}

/** Runs sysbench's oltp_write_only on the tables of {@link createSbtest}; returns which generator did. */
export async function runOltp(server: RunningServer, settings: OltpSettings): Promise<string> {
  const version = settings.generator === 'sysbench' ? await ensureSysbench() : null;
  if (version === null) {
    await runOltpWithoutSysbench(server, settings);
    return 'js';
  }
  const { transactions: events, rowsPerTable } = settings;
  await mustRun(oltpCommand(server, { tables: SBTEST_TABLES.length, rowsPerTable, threads: WRITERS, events }));
  return version;
}

async function runOltpWithoutSysbench(server: RunningServer, settings: OltpSettings): Promise<void> {
  await runSite(server, { ...settings, site: null });
}

/** Rows that a transaction of {@link runSite} changes. */
export const SITE_ROWS = 4;

/**
 * The statements of oltp_write_only, without sysbench. `site`: that its rows are the odd ones, or the even ones, so that
 * the two meet in none; `null`: all of them.
 */
export async function runSite(
  server: RunningServer,
  settings: { transactions: number; rowsPerTable: number; site: 'odd' | 'even' | null },
): Promise<void> {
  const { rowsPerTable, site } = settings;
  const id = (random: Random): number => ownId(specialId(random, rowsPerTable), site);
  let left = settings.transactions;
  await inParallel(server, 'sbtest', async (connection, random) => {
    while (left > 0) {
      left -= 1;
      await untilAccepted(connection, oltpTransaction(random, id));
    }
  });
}

/** The row itself, or the one before it. */
function ownId(id: number, site: 'odd' | 'even' | null): number {
  if (site === null || (id % 2 === 1) === (site === 'odd')) return id;
  return id === 1 ? 2 : id - 1;
}

/** One event of oltp_write_only: an update of the indexed column, one of another, a delete and an insert. */
function oltpTransaction(random: Random, id: (random: Random) => number): string {
  const table = (): string => random.pick(SBTEST_TABLES);
  const removed = id(random);
  const replaced = table();
  return `BEGIN; UPDATE ${table()} SET k = k + 1 WHERE id = ${id(random)};
    UPDATE ${table()} SET c = '${digits(random, 10)}' WHERE id = ${id(random)};
    DELETE FROM ${replaced} WHERE id = ${removed};
    INSERT INTO ${replaced} (id, k, c, pad)
      VALUES (${removed}, ${id(random)}, '${digits(random, 10)}', '${digits(random, 5)}'); COMMIT`;
}

/** sysbench's default distribution: three of four rows come from the hundredth part in the middle. */
function specialId(random: Random, rows: number): number {
  if (!random.chance(0.75)) return random.int(1, rows);
  const first = Math.floor(rows * 0.495) + 1;
  return random.int(first, Math.max(first, Math.floor(rows * 0.505)));
}

/** Rows by statements of 1,000 into one table of sysbench's kind. */
export async function runBulk(server: RunningServer, schema: string, table: string, rows: number): Promise<void> {
  const connection = await server.connect({ database: schema });
  await insertSbtestRows(connection, table, 1_000_001, rows, new Random(2));
  connection.destroy();
}

/** One row is there from the start: an empty table has no checksum to believe in. */
export async function createBulk(server: RunningServer): Promise<void> {
  await server.query('CREATE DATABASE bulk');
  const connection = await server.connect({ database: 'bulk' });
  await createSbtestTable(connection, 'item');
  await insertSbtestRows(connection, 'item', 1, 1, new Random(3));
  connection.destroy();
}

const HOT_ROWS = 100;

export async function createHot(server: RunningServer): Promise<void> {
  const rows = Array.from({ length: HOT_ROWS }, (_, i) => `(${i + 1}, 0, 'new')`);
  await server.query(
    `CREATE DATABASE hot;
     CREATE TABLE hot.counter (id INT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, note VARCHAR(60) NOT NULL);
     INSERT INTO hot.counter VALUES ${rows.join(', ')}`,
  );
}

/** Transactions of one update each, all on the same hundred rows. */
export async function runHot(server: RunningServer, transactions: number): Promise<void> {
  const batch = 50;
  let left = transactions;
  await inParallel(server, 'hot', async (connection, random) => {
    while (left > 0) {
      const count = Math.min(batch, left);
      left -= count;
      const update = (): string =>
        `UPDATE counter SET n = n + 1, note = '${digits(random, 3)}' WHERE id = ${random.int(1, HOT_ROWS)}`;
      await untilAccepted(connection, Array.from({ length: count }, update).join(';'));
    }
  });
}

async function inParallel(
  server: RunningServer,
  database: string,
  work: (connection: Connection, random: Random) => Promise<void>,
): Promise<void> {
  const writers = Array.from({ length: WRITERS }, async (_, i) => {
    const connection = await server.connect({ database });
    await work(connection, new Random(100 + i));
    connection.destroy();
  });
  await Promise.all(writers);
}

/** What two writers do to each other is undone by the server and tried again. */
async function untilAccepted(connection: Connection, sql: string): Promise<void> {
  for (;;) {
    try {
      await connection.query(sql);
      return;
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno !== DEADLOCK && errno !== DUPLICATE) throw error;
      await connection.query('ROLLBACK');
    }
  }
}

const ROW_BYTES_MIN = 256;
const ROW_BYTES_MAX = 4_096;
const STATEMENT_BYTES = 1 << 20;

export async function createHuge(server: RunningServer): Promise<void> {
  await server.query(
    `CREATE DATABASE huge;
     CREATE TABLE huge.document (id INT NOT NULL PRIMARY KEY, body VARCHAR(${ROW_BYTES_MAX}) CHARACTER SET latin1 NOT NULL);
     INSERT INTO huge.document VALUES (0, 'first')`,
  );
}

/** One transaction of so many megabytes in rows of 256 bytes to 4 KB; returns the number of rows. */
export async function runHuge(server: RunningServer, megabytes: number): Promise<number> {
  const random = new Random(4);
  const text = Array.from({ length: 8_192 }, () => digits(random, 1)).join('');
  const connection = await server.connect({ database: 'huge' });
  await connection.query('BEGIN');
  let id = 0;
  for (let bytes = 0; bytes < megabytes * 2 ** 20;) {
    const rows: string[] = [];
    let statementBytes = 0;
    while (statementBytes < STATEMENT_BYTES) {
      const length = random.int(ROW_BYTES_MIN, ROW_BYTES_MAX);
      const first = random.int(0, text.length - length);
      id += 1;
      rows.push(`(${id},'${text.slice(first, first + length)}')`);
      statementBytes += length;
    }
    await connection.query(`INSERT INTO document VALUES ${rows.join(',')}`);
    bytes += statementBytes;
  }
  await connection.query('COMMIT');
  connection.destroy();
  return id;
}
