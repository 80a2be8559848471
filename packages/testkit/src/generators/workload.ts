import fc from 'fast-check';
import type { Connection } from 'mysql2/promise';
import type { RunningServer } from '../server.ts';
import { waitFor } from '../wait.ts';
import type { GeneratedTable } from './random-schema.ts';
import { Random } from './random.ts';
import { TableStatements, type StatementKind } from './table-statements.ts';

export interface WorkloadOptions {
  seed: number;
  transactions: number;
  server: RunningServer;
  /** Database that holds the tables. */
  schema: string;
  tables: readonly GeneratedTable[];
  /** Row images the sessions switch between. @default FULL, MINIMAL and NOBLOB */
  rowImages?: readonly ('FULL' | 'MINIMAL' | 'NOBLOB')[];
  /** Whether some transactions are XA ones. @default true */
  xa?: boolean;
  /** Ends the workload early. */
  signal?: AbortSignal;
}

/** What a workload really did. */
export interface WorkloadCounters {
  committed: number;
  rolledBack: number;
  xaCommitted: number;
  xaRolledBack: number;
  savepointsRolledBack: number;
  /** Rows the statements say they changed, those rolled back included. */
  rows: number;
  /** Statements that changed at least one row, by kind. */
  statements: Partial<Record<StatementKind, number>>;
  /** Those of several statements in which each write changed a row: a whole circle of keys, a value really handed over. */
  whole: Partial<Record<StatementKind, number>>;
  /** Statements that changed rows, by the tables they write. */
  tables: Record<string, number>;
  /** Rows changed between one START TRANSACTION and its COMMIT, at most. */
  largest: number;
  /** Errors that were expected to happen at times, by their code. */
  errors: Record<string, number>;
}

/** What two parts of one workload did together. */
export function sumCounters(a: WorkloadCounters, b: WorkloadCounters): WorkloadCounters {
  const added = <K extends string>(x: Partial<Record<K, number>>, y: Partial<Record<K, number>>): Record<K, number> => {
    const sum = { ...x } as Record<K, number>;
    for (const key of Object.keys(y) as K[]) sum[key] = (sum[key] ?? 0) + (y[key] ?? 0);
    return sum;
  };
  return {
    committed: a.committed + b.committed,
    rolledBack: a.rolledBack + b.rolledBack,
    xaCommitted: a.xaCommitted + b.xaCommitted,
    xaRolledBack: a.xaRolledBack + b.xaRolledBack,
    savepointsRolledBack: a.savepointsRolledBack + b.savepointsRolledBack,
    rows: a.rows + b.rows,
    statements: added(a.statements, b.statements),
    whole: added(a.whole, b.whole),
    tables: added(a.tables, b.tables),
    largest: Math.max(a.largest, b.largest),
    errors: added(a.errors, b.errors),
  };
}

const EXPECTED_ERRORS = new Set([
  'ER_DUP_ENTRY',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_WARN_DATA_OUT_OF_RANGE',
  'ER_DATA_OUT_OF_RANGE',
  'ER_DUP_ENTRY_WITH_KEY_NAME',
  'ER_XA_RBDEADLOCK',
  'ER_XA_RBTIMEOUT',
  'ER_XA_RBROLLBACK',
]);

/** Creates the database and its tables. */
export async function createTables(
  server: RunningServer,
  schema: string,
  tables: readonly GeneratedTable[],
): Promise<void> {
  await server.query(`CREATE DATABASE IF NOT EXISTS \`${schema}\` CHARACTER SET utf8mb4`);
  for (const table of tables) {
    await server.query(table.createSql.replace('CREATE TABLE ', `CREATE TABLE \`${schema}\`.`));
  }
}

/** For property tests: a failing workload shrinks towards fewer transactions of the same seed. */
export function workloadSeeds(transactionsMax: number): fc.Arbitrary<{ seed: number; transactions: number }> {
  return fc.record({
    seed: fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 })),
    transactions: fc.integer({ min: 1, max: transactionsMax }),
  });
}

/**
 * Runs random transactions against the tables, decides every XA transaction it began, and returns what it
 * did. Equal seeds give equal statements as long as the server answers alike. Throws on an error that is
 * not expected, and when no row was changed.
 */
export async function runWorkload(options: WorkloadOptions): Promise<WorkloadCounters> {
  const run = new WorkloadRun(options);
  await run.open();
  try {
    for (let i = 0; i < options.transactions && !options.signal?.aborted; i++) await run.transaction();
    await run.decideAll();
  } finally {
    await run.close();
  }
  if (run.counters.rows === 0) throw new Error(`the workload of seed ${options.seed} changed no row`);
  return run.counters;
}

class WorkloadRun {
  readonly counters: WorkloadCounters = {
    committed: 0,
    rolledBack: 0,
    xaCommitted: 0,
    xaRolledBack: 0,
    savepointsRolledBack: 0,
    rows: 0,
    statements: {},
    whole: {},
    tables: {},
    largest: 0,
    errors: {},
  };
  readonly #options: WorkloadOptions;
  readonly #random: Random;
  readonly #statements: TableStatements;
  /** Prepared and not decided yet. */
  #prepared: string[] = [];
  #nextXa = 1;
  #connection: Connection | null = null;

  constructor(options: WorkloadOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#statements = new TableStatements(options.tables, this.#random);
  }

  async open(): Promise<void> {
    this.#connection = await this.#connect();
  }

  async close(): Promise<void> {
    await this.#connection?.end();
  }

  async transaction(): Promise<void> {
    const random = this.#random;
    if (this.#prepared.length > 0 && random.chance(0.4)) await this.#decide(this.#prepared.shift() as string);
    if ((this.#options.xa ?? true) && random.chance(0.05)) return this.#xaTransaction();
    const connection = this.#own;
    if (random.chance(0.1)) {
      const images = this.#options.rowImages ?? ['FULL', 'MINIMAL', 'NOBLOB'];
      await connection.query(`SET SESSION binlog_row_image = ${random.pick(images)}`);
    }
    if (random.chance(0.2)) {
      await this.#block(connection);
      this.counters.committed += 1;
      return;
    }
    await connection.query('START TRANSACTION');
    const rowsBefore = this.counters.rows;
    const blocks = random.chance(0.05) ? random.int(10, 40) : random.int(1, 5);
    for (let i = 0; i < blocks; i++) {
      if (random.chance(0.15)) await this.#savepoint(connection);
      else await this.#block(connection);
    }
    const commits = random.chance(0.9);
    await connection.query(commits ? 'COMMIT' : 'ROLLBACK');
    this.counters[commits ? 'committed' : 'rolledBack'] += 1;
    if (commits) this.counters.largest = Math.max(this.counters.largest, this.counters.rows - rowsBefore);
  }

  async decideAll(): Promise<void> {
    for (const xid of this.#prepared) await this.#decide(xid);
    this.#prepared = [];
  }

  get #own(): Connection {
    if (!this.#connection) throw new Error('the workload is not open');
    return this.#connection;
  }

  async #connect(): Promise<Connection> {
    // Without FOUND_ROWS an UPDATE that changes nothing counts no row: nothing of it would be prepared.
    const flags = ['-IGNORE_SPACE', '-FOUND_ROWS'];
    const connection = await this.#options.server.connect({ database: this.#options.schema, flags });
    // Not NO_ZERO_DATE: zero dates are values as well. Locks of prepared transactions last: do not wait long.
    await connection.query(
      `SET SESSION sql_mode = 'STRICT_TRANS_TABLES', time_zone = '+00:00', innodb_lock_wait_timeout = 1`,
    );
    return connection;
  }

  async #savepoint(connection: Connection): Promise<void> {
    await connection.query('SAVEPOINT s');
    await this.#block(connection);
    if (!this.#random.chance(0.6)) return;
    const undone = await this.#query(connection, 'ROLLBACK TO SAVEPOINT s', ['ER_SP_DOES_NOT_EXIST']);
    if (undone !== null) this.counters.savepointsRolledBack += 1;
  }

  /** Runs one block of statements; one that fails as expected ends the block. */
  async #block(connection: Connection, keyed = false): Promise<void> {
    const { kind, sql, tables } = this.#statements.next({ keyed });
    let rows = 0;
    let isWhole = true;
    for (const statement of sql) {
      const changed = await this.#query(connection, statement);
      if (!changed && statement.startsWith('UPDATE')) isWhole = false;
      if (changed === null) break;
      // SELECT … INTO counts the row it reads.
      if (!statement.startsWith('SELECT')) rows += changed;
    }
    if (rows === 0) return;
    const { counters } = this;
    counters.rows += rows;
    counters.statements[kind] = (counters.statements[kind] ?? 0) + 1;
    if (isWhole) counters.whole[kind] = (counters.whole[kind] ?? 0) + 1;
    for (const table of tables) counters.tables[table] = (counters.tables[table] ?? 0) + 1;
  }

  /** Rows changed, or null after an expected error. */
  async #query(connection: Connection, sql: string, alsoExpected: string[] = []): Promise<number | null> {
    try {
      const [result] = await connection.query(sql);
      return (result as { affectedRows?: number }).affectedRows ?? 0;
    } catch (error) {
      const { code = '', message } = error as Error & { code?: string };
      if (!EXPECTED_ERRORS.has(code) && !alsoExpected.includes(code)) {
        throw new Error(`seed ${this.#options.seed}: ${message} in ${sql.slice(0, 500)}`, { cause: error });
      }
      this.counters.errors[code] = (this.counters.errors[code] ?? 0) + 1;
      return null;
    }
  }

  /** Prepared by a connection that goes away, decided by another one later; at once on 5.6, which forgets it otherwise. */
  async #xaTransaction(): Promise<void> {
    const xid = `'w${this.#options.seed}-${this.#nextXa++}'`;
    const connection = await this.#connect();
    try {
      await connection.query(`XA START ${xid}`);
      const rowsBefore = this.counters.rows;
      // A replica finds rows without a key by reading on until one fits, into rows that are prepared and locked.
      for (let i = this.#random.int(1, 3); i > 0; i--) await this.#block(connection, true);
      const ended = await this.#query(connection, `XA END ${xid}`);
      // Servers forget a prepared transaction that wrote nothing when its connection goes.
      const empty = this.counters.rows === rowsBefore;
      const prepared = ended === null || empty ? null : await this.#query(connection, `XA PREPARE ${xid}`);
      if (prepared === null) {
        await this.#query(connection, `XA ROLLBACK ${xid}`, ['ER_XAER_NOTA', 'ER_XAER_RMFAIL']);
        return;
      }
      if (this.#options.server.kind === 'mysql-5.6') await this.#decide(xid, connection);
      else this.#prepared.push(xid);
    } finally {
      const { threadId } = connection;
      await connection.end();
      await this.#gone(threadId);
    }
  }

  /**
   * Waits until a connection has left the server for good. MariaDB 10.11 loses about one in five thousand transactions
   * that somebody decides while the connection that prepared them is leaving: XA COMMIT says OK and is in the log, and the
   * rows are not there.
   */
  async #gone(threadId: number): Promise<void> {
    const isGone = async (): Promise<boolean> => {
      const [rows] = await this.#own.query('SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ?', [threadId]);
      return (rows as unknown[]).length === 0;
    };
    await waitFor(isGone, { what: `connection ${threadId} to leave` });
  }

  async #decide(xid: string, connection = this.#own): Promise<void> {
    const commits = this.#random.chance(0.7);
    const decide = async (): Promise<boolean> => {
      await connection.query(`XA ${commits ? 'COMMIT' : 'ROLLBACK'} ${xid}`);
      return true;
    };
    // The server lets others decide only after it has noticed that the preparing connection is gone.
    await waitFor(decide, { what: `XA transaction ${xid} to be free` });
    this.counters[commits ? 'xaCommitted' : 'xaRolledBack'] += 1;
  }
}
