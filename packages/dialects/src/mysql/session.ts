import { Readable } from 'node:stream';
import { addressText, assert, OtterError, say, type ServerAddress } from '@otter/core';
import { createConnection, type Connection, type ConnectionOptions, type QueryOptions, type SslOptions } from 'mysql2';
import { classifyTargetError } from './error-classification.ts';

/** What a connection is for; shown to the server as its program name. */
export type SessionRole = 'writer' | 'control' | 'source' | 'preflight';

/** What one statement of a packet did. */
export interface StatementResult {
  /** Rows inserted, deleted, or (for an UPDATE) matched, changed or not: the connection sets FOUND_ROWS. */
  affectedRows: number;
  /** UPDATE only: rows whose values differed. */
  changedRows: number;
  warnings: number;
  /** The server's summary, `Rows matched: 1  Changed: 0  Warnings: 0`; '' when it sends none. */
  info: string;
  /** Of a statement that returns rows: the exact bytes of each cell, `null` for NULL. */
  rows?: (Buffer | null)[][];
}

/**
 * One connection with the settings the writer needs. Statements run in the order of the calls; a call
 * needs no other to have finished.
 */
export interface Session {
  /**
   * Sends `sql` (one packet; several statements separated by `;`) and waits for all results, one per
   * statement. Rejects with an OtterError whose `context.statement` is the 0-based index of the statement
   * that failed: those before it have been executed, those after it have not.
   */
  query(sql: string): Promise<StatementResult[]>;
  /**
   * Runs a LOAD DATA LOCAL INFILE with `content` for its file, whatever name the server asks for. Only where
   * {@link Session.loadsData}.
   */
  load(sql: string, content: Buffer): Promise<StatementResult>;
  /**
   * Hands the rows of a single SELECT to `onRow` as they arrive, each cell as the bytes the server sent; they are
   * only valid during the call. Once it says `false` the rest is refused, which costs the connection.
   */
  each(sql: string, onRow: (cells: (Buffer | null)[]) => boolean): Promise<void>;
  /** Rows of a single SELECT as text (UTF-8), `null` for NULL. */
  rows(sql: string): Promise<(string | null)[][]>;
  /** The rows of several statements, sent in one packet. */
  rowsOfEach(statements: readonly string[]): Promise<(string | null)[][][]>;
  readonly threadId: number;
  /** As `version()` prints it. */
  readonly serverVersion: string;
  /** Major, minor and patch of it: `10.11.6` → 101106, `9.7.4` → 90704. */
  readonly versionNumber: number;
  readonly isMariadb: boolean;
  /** Longest packet the server takes, bytes. */
  readonly maxAllowedPacket: number;
  /**
   * Whether rows may be sent by LOAD DATA LOCAL INFILE: the connection is a writer's, the server allows it
   * (`local_infile`), and logs the rows rather than the file.
   */
  readonly loadsData: boolean;
  /** `user@host:port`. */
  readonly address: string;
  /** Whether the connection is known to be lost. */
  readonly lost: boolean;
  /** Ends the connection after the statements already sent. Never rejects. */
  close(): Promise<void>;
  /** Drops the socket now; statements under way reject with TARGET_UNREACHABLE. */
  destroy(): void;
  /** Kills the connection `otherThreadId`; resolves also when there is none such. */
  kill(otherThreadId: number): Promise<void>;
}

export interface SessionOptions {
  role: SessionRole;
  /** Seconds a statement waits for a row lock before it fails with TARGET_BUSY. @default 5 */
  lockWaitSeconds?: number;
}

/**
 * Strict, so that a value which does not fit is refused rather than bent; but with every date a server can
 * hold: zero dates (no NO_ZERO_DATE, NO_ZERO_IN_DATE) and days that do not exist (ALLOW_INVALID_DATES).
 * Accepted by MySQL 5.6 to 9.7 (warning 3135 from 5.7 on) and MariaDB 10.5 to 11.8.
 */
export const WRITER_SQL_MODE = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION';

/** The same without strictness, for values only a lenient server takes (see `needsLenientMode`). */
export const LENIENT_SQL_MODE = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION';

const KEEP_ALIVE_MS = 10_000;

/**
 * Connects and prepares the session: UTC, utf8mb4, strict SQL mode, no foreign key checks, READ COMMITTED,
 * short lock waits, no statement time limit. Autocommit stays on; the caller sends BEGIN and COMMIT.
 * Throws TARGET_UNREACHABLE, ACCESS_DENIED or TARGET_BUSY (too many connections).
 */
export async function openTargetSession(address: ServerAddress, options: SessionOptions): Promise<Session> {
  const session = await TargetSession.connect(address, options.role);
  try {
    await session.prepare(options.lockWaitSeconds ?? 5, options.role === 'writer');
  } catch (error) {
    session.destroy();
    throw error;
  }
  return session;
}

function connectionOptions(address: ServerAddress, role: SessionRole): ConnectionOptions {
  const options: ConnectionOptions = {
    user: address.user,
    password: address.password,
    connectTimeout: address.connectTimeoutMs,
    charset: 'utf8mb4_general_ci',
    multipleStatements: true,
    rowsAsArray: true,
    // Without type casting every cell arrives as the bytes the server sent.
    typeCast: false,
    // Statements come with their values written in; looking for placeholders would cost a pass over each.
    queryFormat: (sql: string) => sql,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    // FOUND_ROWS is one of mysql2's defaults, named because the count of matched rows depends on it.
    // LOCAL_FILES lets a forged server ask for files: it gets what was to be loaded anyway, or nothing.
    flags: ['FOUND_ROWS', role === 'writer' ? 'LOCAL_FILES' : '-LOCAL_FILES'],
    connectAttributes: { program_name: `otter-${role}` },
  };
  if (address.socketPath === undefined) {
    options.host = address.host;
    options.port = address.port;
  } else {
    options.socketPath = address.socketPath;
  }
  const ssl = sslOptions(address);
  if (ssl !== undefined) options.ssl = ssl;
  return options;
}

function sslOptions(address: ServerAddress): SslOptions | undefined {
  if (address.tls === 'off') return undefined;
  const ssl: SslOptions = {
    rejectUnauthorized: address.tls !== 'on',
    verifyIdentity: address.tls === 'verify-full',
  };
  if (address.tlsCa !== undefined) ssl.ca = address.tlsCa;
  if (address.tlsCert !== undefined) ssl.cert = address.tlsCert;
  if (address.tlsKey !== undefined) ssl.key = address.tlsKey;
  return ssl;
}

function sideOf(role: SessionRole): 'source' | 'target' {
  return role === 'source' ? 'source' : 'target';
}

/** What mysql2 hands to the callback for a statement without rows. */
interface OkPacket {
  affectedRows: number;
  changedRows: number;
  warningStatus: number;
  info: string;
}

type RawResult = OkPacket | (Buffer | null)[][];

class TargetSession implements Session {
  serverVersion = '';
  versionNumber = 0;
  isMariadb = false;
  maxAllowedPacket = 0;
  loadsData = false;
  readonly address: string;
  readonly #connection: Connection;
  readonly #side: 'source' | 'target';
  /** What to call when the connection is dropped under statements that wait for their results. */
  readonly #underWay = new Set<(reason: OtterError) => void>();
  #lost = false;

  private constructor(connection: Connection, address: string, side: 'source' | 'target') {
    this.#connection = connection;
    this.#side = side;
    this.address = address;
    // Without a listener a connection lost while idle would end the process.
    connection.on('error', () => {
      this.#lost = true;
    });
    connection.on('end', () => {
      this.#lost = true;
    });
  }

  static async connect(address: ServerAddress, role: SessionRole): Promise<TargetSession> {
    const server = addressText(address);
    return new Promise((resolve, reject) => {
      let connection: Connection;
      try {
        connection = createConnection(connectionOptions(address, role));
      } catch (error) {
        // An unreadable certificate or key.
        reject(new OtterError('USAGE', { detail: `${server}: ${(error as Error).message}` }));
        return;
      }
      const session = new TargetSession(connection, server, sideOf(role));
      connection.connect((error) => {
        if (error === null || error === undefined) resolve(session);
        else {
          connection.destroy();
          reject(classifyTargetError(error, { server, side: sideOf(role) }));
        }
      });
    });
  }

  get threadId(): number {
    return this.#connection.threadId;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** In two packets: a server may be a continent away. */
  async prepare(lockWaitSeconds: number, loadsData: boolean): Promise<void> {
    const results = await this.rowsOfEach([
      'SELECT VERSION(), @@max_allowed_packet',
      // A collation every version has, so that literals mean the same everywhere.
      'SET NAMES utf8mb4 COLLATE utf8mb4_general_ci',
      "SET SESSION time_zone='+00:00'",
      `SET SESSION sql_mode='${WRITER_SQL_MODE}'`,
      'SET SESSION foreign_key_checks=0, unique_checks=1, autocommit=1, sql_safe_updates=0',
      `SET SESSION innodb_lock_wait_timeout=${lockWaitSeconds}, lock_wait_timeout=60`,
      'SET SESSION net_read_timeout=600, net_write_timeout=600, wait_timeout=28800, sql_notes=1',
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
      'SET SESSION TRANSACTION READ WRITE',
      ...(loadsData ? [LOAD_VARIABLES] : []),
    ]);
    const [version, packet] = results[0]?.[0] ?? [];
    this.serverVersion = version ?? '';
    this.maxAllowedPacket = Number(packet);
    this.isMariadb = /mariadb/i.test(this.serverVersion);
    this.versionNumber = versionNumberOf(this.serverVersion);
    this.loadsData = loadsData && mayLoadData(new Map(results.at(-1) as [string, string][]));
    if (this.isMariadb) await this.#prepareMariadb();
    else await this.#prepareMysql();
  }

  async #prepareMysql(): Promise<void> {
    const settings: string[] = [];
    if (this.versionNumber >= 50708) settings.push('SET SESSION max_execution_time=0');
    // A generated invisible primary key must be seen: it is the identity of its rows.
    if (this.versionNumber >= 80030) settings.push('SET SESSION show_gipk_in_create_table_and_information_schema=1');
    if (settings.length > 0) await this.query(settings.join(';'));
  }

  /**
   * Annotations repeat the text of every statement in the target's own log, beside its rows: twice the log for
   * nothing. Switching them off takes BINLOG ADMIN; without it they stay on.
   */
  async #prepareMariadb(): Promise<void> {
    try {
      await this.query('SET SESSION max_statement_time=0;SET SESSION binlog_annotate_row_events=0');
    } catch (error) {
      const isRefused = OtterError.is(error) && error.code === 'ACCESS_DENIED' && error.context['statement'] === 1;
      if (!isRefused) throw error;
    }
  }

  async query(sql: string): Promise<StatementResult[]> {
    return await this.#run({ sql });
  }

  async load(sql: string, content: Buffer): Promise<StatementResult> {
    assert(this.loadsData, 'a session that does not load data was to do so');
    const [result] = await this.#run({ sql, infileStreamFactory: () => Readable.from(piecesOf(content)) });
    return result as StatementResult;
  }

  async #run(options: QueryOptions): Promise<StatementResult[]> {
    return new Promise((resolve, reject) => {
      this.#underWay.add(reject);
      // Set later than a first use: on a closed connection mysql2 calls back before it returns.
      let command: unknown = null;
      command = this.#connection.query(options, (error: unknown, raw: unknown) => {
        this.#underWay.delete(reject);
        if (error !== null && error !== undefined) {
          if ((error as { fatal?: boolean }).fatal === true) this.#lost = true;
          reject(
            classifyTargetError(error, { server: this.address, side: this.#side, statement: failedStatement(command) }),
          );
          return;
        }
        resolve(statementResults(raw, command));
      });
    });
  }

  async each(sql: string, onRow: (cells: (Buffer | null)[]) => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#underWay.add(reject);
      let enough = false;
      const command = this.#connection.query(sql);
      const end = (settle: () => void): void => {
        enough = true;
        this.#underWay.delete(reject);
        this.destroy();
        settle();
      };
      command.on('result', (row: unknown) => {
        if (enough || !Array.isArray(row)) return;
        // Thrown into the driver, an error of the reader's would be lost and the rest waited for.
        try {
          if (!onRow(row as (Buffer | null)[])) end(resolve);
        } catch (error) {
          const reason = error as Error;
          end(() => reject(reason));
        }
      });
      command.on('error', (error: unknown) => {
        this.#underWay.delete(reject);
        if ((error as { fatal?: boolean }).fatal === true) this.#lost = true;
        reject(classifyTargetError(error, { server: this.address, side: this.#side }));
      });
      command.on('end', () => {
        this.#underWay.delete(reject);
        resolve();
      });
    });
  }

  async rows(sql: string): Promise<(string | null)[][]> {
    const [rows] = await this.rowsOfEach([sql]);
    return rows ?? [];
  }

  async rowsOfEach(statements: readonly string[]): Promise<(string | null)[][][]> {
    const results = await this.query(statements.join(';'));
    return results.map(({ rows }) =>
      (rows ?? []).map((row) => row.map((cell) => (cell === null ? null : cell.toString('utf8')))),
    );
  }

  async close(): Promise<void> {
    if (this.#lost) {
      this.#connection.destroy();
      return;
    }
    await new Promise<void>((resolve) => {
      // A connection that breaks meanwhile does not call back.
      this.#connection.once('error', () => resolve());
      this.#connection.once('end', () => resolve());
      this.#connection.end(() => resolve());
    });
    this.#connection.destroy();
  }

  destroy(): void {
    this.#lost = true;
    this.#connection.destroy();
    // A connection we close ourselves calls nobody back: who waits for it would wait for ever.
    const code = this.#side === 'source' ? 'SOURCE_UNREACHABLE' : 'TARGET_UNREACHABLE';
    const dropped = new OtterError(code, { detail: say('connection-dropped', { server: this.address }) });
    for (const reject of this.#underWay) reject(dropped);
    this.#underWay.clear();
  }

  async kill(otherThreadId: number): Promise<void> {
    try {
      await this.query(`KILL ${otherThreadId}`);
    } catch (error) {
      // 1094: there is no such thread, which is what was wanted.
      if (OtterError.is(error) && error.context['errno'] === 1094) return;
      throw error;
    }
  }
}

const LOAD_VARIABLES = "SHOW VARIABLES WHERE Variable_name IN ('local_infile','log_bin','binlog_format')";

function mayLoadData(settings: ReadonlyMap<string, string>): boolean {
  const logsRows = settings.get('log_bin') !== 'ON' || (settings.get('binlog_format') ?? 'ROW') === 'ROW';
  return settings.get('local_infile') === 'ON' && logsRows;
}

/** A packet holds 16 MB at most; smaller pieces let the server begin before all of them are copied. */
const LOAD_PACKET_BYTES = 256 * 1024;

function* piecesOf(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; start += LOAD_PACKET_BYTES)
    yield content.subarray(start, start + LOAD_PACKET_BYTES);
}

/** mysql2 counts the results it has read of a packet in a field its typings leave out. */
function failedStatement(command: unknown): number {
  const index = (command as { _resultIndex?: number } | null)?._resultIndex;
  return index ?? 0;
}

/** A packet of one statement gives one result, of several an array of them: an array of rows is told apart by the count. */
function statementResults(raw: unknown, command: unknown): StatementResult[] {
  return failedStatement(command) === 0
    ? [statementResult(raw as RawResult)]
    : (raw as RawResult[]).map(statementResult);
}

function statementResult(raw: RawResult): StatementResult {
  if (Array.isArray(raw)) return { affectedRows: 0, changedRows: 0, warnings: 0, info: '', rows: raw };
  return {
    affectedRows: Number(raw.affectedRows),
    changedRows: raw.changedRows,
    warnings: raw.warningStatus ?? 0,
    info: raw.info,
  };
}

/** `10.11.6-MariaDB` → 101106, `5.6.51` → 50651. */
export function versionNumberOf(version: string): number {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return Number(major ?? 0) * 10_000 + Number(minor ?? 0) * 100 + Number(patch ?? 0);
}
