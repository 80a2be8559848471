import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerAddress } from '@otter/core';
import { createConnection, type Connection, type ConnectionOptions } from 'mysql2/promise';
import { findProgram, runCommand } from './command.ts';
import { asCurrentUser, dataTemplate } from './data-template.ts';
import { ensureServer, type ServerBinaries, type ServerKind } from './install.ts';
import { freePort } from './port.ts';
import { makeRunFolder, type RunFolder } from './run-folder.ts';
import { clockEnvironment } from './server-clock.ts';
import { serverCertificate, type ServerCertificate } from './tls-certificate.ts';
import { waitFor } from './wait.ts';

export type SqlRow = Record<string, unknown>;
/** Extra server options: `true` gives `--name`, `false` gives `--skip-name`, anything else `--name=value`. */
export type MysqldOptions = Record<string, string | number | boolean>;

export interface ServerOptions {
  /** @default 'mariadb-10.11' */
  kind?: ServerKind;
  /** @default a number no other server of this process has */
  serverId?: number;
  /** Added after all others, so they win. */
  options?: MysqldOptions;
  /** MySQL: gtid_mode. MariaDB always writes GTIDs. @default true */
  gtid?: boolean;
  /** Offers TLS with a certificate for 127.0.0.1 and localhost, signed by `RunningServer.tlsCa`. @default false */
  tls?: boolean;
  /** Flushes the logs to disk at each commit. @default false: they survive a kill of the server, not of the machine */
  durable?: boolean;
  /** By which its clock is ahead, or behind. @default 0 */
  clockOffsetSeconds?: number;
  /** @default 64 */
  bufferPoolMb?: number;
  /** @default 32 */
  redoLogMb?: number;
}

/** A throw-away server on 127.0.0.1 with an empty data folder. */
export interface RunningServer {
  readonly kind: ServerKind;
  readonly binaries: ServerBinaries;
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly socketPath: string;
  readonly dataDir: string;
  readonly serverId: number;
  readonly pid: number;
  /** PEM of the authority that signed the server's certificate; null without `tls`. */
  readonly tlsCa: string | null;
  /** root without password, over TCP. */
  readonly address: ServerAddress;
  url(database?: string): string;
  /** A connection of its own: dates, JSON and numbers beyond 2^53 as text, several statements per query allowed. */
  connect(options?: ConnectionOptions): Promise<Connection>;
  /** Runs SQL on one connection kept for this purpose and returns the rows; of several statements, the last rows. */
  query(sql: string, values?: unknown[]): Promise<SqlRow[]>;
  /** Ends the server and removes everything. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL. The data stays; `restart` recovers it. */
  kill(): Promise<void>;
  /** Clean shutdown. The data stays; `restart` goes on with it. */
  shutdown(): Promise<void>;
  /** Clean shutdown if it runs, then start on the same port and data, with the new options merged into the old. */
  restart(options?: MysqldOptions): Promise<void>;
  /** Paths of the binary log files, oldest first. */
  logFiles(): string[];
  /** The last lines of the server's error log. */
  errorLog(lines?: number): string;
}

const START_TIMEOUT_MS = 60_000;
const SHUTDOWN_TIMEOUT_MS = 30_000;
const START_ATTEMPTS_MAX = 5;
const LOG_BASENAME = 'bin';
const setpriv = findProgram('setpriv');
let nextServerId = 100 + (process.pid % 10_000) * 100;

/** Starts a server and waits until it answers. Installs it first when it is not there. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const binaries = await ensureServer(options.kind ?? 'mariadb-10.11');
  const template = await dataTemplate(binaries);
  const folder = makeRunFolder();
  try {
    const server = new TestServer(binaries, options, folder);
    await server.prepare(template);
    await server.startOnFreePort();
    return server;
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/** A connection that nobody closes when the server is ended: queries under way fail then, as those of an application do. */
export async function connectLikeAnApplication({ host, port }: RunningServer): Promise<Connection> {
  const connection = await createConnection({ ...CONNECTION, host, port });
  // Lost while nobody uses it: its next use fails.
  connection.on('error', () => undefined);
  return connection;
}

class TestServer implements RunningServer {
  readonly kind: ServerKind;
  readonly binaries: ServerBinaries;
  readonly host = '127.0.0.1';
  port = 0;
  readonly socketPath: string;
  readonly dataDir: string;
  readonly serverId: number;
  readonly #options: ServerOptions;
  readonly #folder: RunFolder;
  readonly #certificate: ServerCertificate | null;
  readonly #connections = new Set<Connection>();
  #extra: MysqldOptions;
  #clock: NodeJS.ProcessEnv = {};
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #queries: Promise<Connection> | null = null;
  /** What to call when connections are closed under queries that wait: mysql2 calls nobody back then. */
  readonly #underWay = new Set<(reason: Error) => void>();

  constructor(binaries: ServerBinaries, options: ServerOptions, folder: RunFolder) {
    this.kind = binaries.kind;
    this.binaries = binaries;
    this.serverId = options.serverId ?? nextServerId++;
    this.#options = options;
    this.#extra = options.options ?? {};
    this.#folder = folder;
    this.#certificate = options.tls ? serverCertificate() : null;
    this.socketPath = join(folder.path, 's.sock');
    this.dataDir = join(folder.path, 'data');
  }

  get pid(): number {
    if (!this.#child?.pid) throw new Error('the server does not run');
    return this.#child.pid;
  }

  get tlsCa(): string | null {
    return this.#certificate?.ca ?? null;
  }

  get address(): ServerAddress {
    return { host: this.host, port: this.port, user: 'root', password: '', tls: 'off', connectTimeoutMs: 10_000 };
  }

  url(database = ''): string {
    return `mysql://root@${this.host}:${this.port}/${database}`;
  }

  async prepare(template: string): Promise<void> {
    mkdirSync(join(this.#folder.path, 'tmp'));
    this.#certificate?.write(this.#folder.path);
    const { clockOffsetSeconds = 0 } = this.#options;
    if (clockOffsetSeconds !== 0) this.#clock = await clockEnvironment(clockOffsetSeconds);
    await copyFolder(template, this.dataDir);
    rmSync(join(this.dataDir, 'auto.cnf'), { force: true });
    if (!this.binaries.runAsNobody) return;
    const home = join(this.binaries.shareDir, '..');
    const linked = await runCommand(['cp', '-rl', home, join(this.#folder.path, 'home')]);
    if (linked.code !== 0) await copyFolder(home, join(this.#folder.path, 'home'));
    await runCommand(['chmod', '755', this.#folder.path]);
    await runCommand(['chown', '-R', 'nobody', this.dataDir, join(this.#folder.path, 'tmp')]);
    await runCommand(['chown', 'nobody', this.#folder.path]);
  }

  async startOnFreePort(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.port = await freePort();
      try {
        return await this.#start();
      } catch (error) {
        const taken = /address already in use|port.*in use/i.test(this.errorLog(100));
        if (!taken || attempt >= START_ATTEMPTS_MAX) throw error;
        rmSync(join(this.#folder.path, 'error.log'), { force: true });
      }
    }
  }

  async connect(options: ConnectionOptions = {}): Promise<Connection> {
    const connection = await createConnection({ ...CONNECTION, host: this.host, port: this.port, ...options });
    // A connection the server closes while nobody uses it must not end the test run; its next use fails anyway.
    connection.on('error', () => this.#connections.delete(connection));
    this.#connections.add(connection);
    return connection;
  }

  async query(sql: string, values?: unknown[]): Promise<SqlRow[]> {
    this.#queries ??= this.connect();
    const pending = this.#queries;
    pending.catch(() => (this.#queries = null));
    const connection = await pending;
    let reject: (reason: Error) => void = () => undefined;
    const closed = new Promise<never>((_, refuse) => (reject = refuse));
    this.#underWay.add(reject);
    try {
      return lastRows((await Promise.race([connection.query(sql, values), closed]))[0]);
    } catch (error) {
      if ((error as { fatal?: boolean }).fatal || isClosed(error)) this.#queries = null;
      throw error;
    } finally {
      this.#underWay.delete(reject);
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#folder.remove();
  }

  async kill(): Promise<void> {
    this.#closeConnections();
    this.#end('SIGKILL');
    await this.#exited;
  }

  async shutdown(): Promise<void> {
    this.#closeConnections();
    this.#end('SIGTERM');
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), SHUTDOWN_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  async restart(options: MysqldOptions = {}): Promise<void> {
    this.#extra = { ...this.#extra, ...options };
    await this.shutdown();
    await this.#start();
  }

  logFiles(): string[] {
    const names = readdirSync(this.dataDir).filter((name) => new RegExp(`^${LOG_BASENAME}\\.\\d+$`).test(name));
    const sequence = (name: string): number => Number(name.slice(LOG_BASENAME.length + 1));
    return names.toSorted((a, b) => sequence(a) - sequence(b)).map((name) => join(this.dataDir, name));
  }

  errorLog(lines = 20): string {
    try {
      return readFileSync(join(this.#folder.path, 'error.log'), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '';
    }
  }

  async #start(): Promise<void> {
    const log = openSync(join(this.#folder.path, 'error.log'), 'a');
    const [program, ...parameters] = this.#command() as [string, ...string[]];
    const child = spawn(program, parameters, {
      stdio: ['ignore', log, log],
      cwd: this.#folder.path,
      env: this.#environment(),
    });
    closeSync(log);
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      const ended = (): void => {
        if (this.#child === child) this.#child = null;
        resolve();
      };
      child.once('exit', ended);
      child.once('error', ended);
    });
    if (child.pid) this.#folder.setPid(child.pid);
    await this.#untilReady(child);
    // Only a test that waits for something else should keep the process alive.
    child.unref();
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    try {
      await waitFor(
        async () => {
          if (this.#child !== child) return 'ended';
          const connection = await createConnection({ ...CONNECTION, host: this.host, port: this.port });
          connection.destroy();
          return 'ready';
        },
        { timeoutMs: START_TIMEOUT_MS, what: `${this.kind} to answer` },
      );
      if (this.#child !== child) throw new Error(`${this.kind} ended while it was starting`);
    } catch (error) {
      await this.kill();
      throw new Error(`${(error as Error).message}; its error log ends with:\n${this.errorLog(30)}`, { cause: error });
    }
  }

  #environment(): NodeJS.ProcessEnv {
    const own = this.binaries.runAsNobody ? { LD_LIBRARY_PATH: join(this.#folder.path, 'home') } : process.env;
    return { ...own, ...this.#clock };
  }

  #command(): string[] {
    const prefix: string[] = [];
    if (setpriv && this.binaries.runAsNobody) {
      prefix.push(setpriv, '--reuid=nobody', '--regid=nogroup', '--clear-groups');
    }
    // The kernel kills the server when the thread that started it ends, even by SIGKILL.
    if (setpriv && process.platform === 'linux') prefix.push(setpriv, '--pdeathsig', 'KILL');
    return [...prefix, ...this.#program(), ...this.#serverOptions()];
  }

  #program(): string[] {
    if (this.kind !== 'mysql-5.6') return [...this.binaries.server, ...asCurrentUser()];
    const home = this.binaries.runAsNobody ? join(this.#folder.path, 'home') : join(this.binaries.shareDir, '..');
    const share = join(home, 'share');
    return [
      join(home, 'mysqld'),
      '--no-defaults',
      `--basedir=${home}`,
      `--lc-messages-dir=${share}`,
      `--character-sets-dir=${join(share, 'charsets')}`,
    ];
  }

  #serverOptions(): string[] {
    const { durable = false, bufferPoolMb = 64, redoLogMb = 32 } = this.#options;
    const options: MysqldOptions = {
      datadir: this.dataDir,
      tmpdir: join(this.#folder.path, 'tmp'),
      socket: this.socketPath,
      port: this.port,
      'pid-file': join(this.#folder.path, 'own.pid'),
      'bind-address': '127.0.0.1',
      'server-id': this.serverId,
      'log-bin': LOG_BASENAME,
      'binlog-format': 'ROW',
      'binlog-row-image': 'FULL',
      'skip-name-resolve': true,
      'character-set-server': 'utf8mb4',
      'performance-schema': 'OFF',
      'innodb-use-native-aio': 0,
      'innodb-buffer-pool-size': `${bufferPoolMb}M`,
      'sync-binlog': durable ? 1 : 0,
      'innodb-flush-log-at-trx-commit': durable ? 1 : 2,
      ...kindOptions(this.kind, this.#options.gtid ?? true, redoLogMb),
      ...this.#certificate?.options(this.#folder.path),
      ...this.#extra,
    };
    return Object.entries(options).map(([name, value]) => {
      const dashed = name.replaceAll('_', '-');
      if (value === true) return `--${dashed}`;
      return value === false ? `--skip-${dashed}` : `--${dashed}=${value}`;
    });
  }

  #end(signal: NodeJS.Signals): void {
    this.#child?.ref();
    this.#child?.kill(signal);
  }

  #closeConnections(): void {
    for (const connection of this.#connections) connection.destroy();
    this.#connections.clear();
    this.#queries = null;
    for (const reject of this.#underWay) reject(new Error('the server was ended under this query'));
    this.#underWay.clear();
  }
}

const CONNECTION: ConnectionOptions = {
  user: 'root',
  password: '',
  dateStrings: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  multipleStatements: true,
  jsonStrings: true,
  charset: 'UTF8MB4_UNICODE_CI',
  // mysql2 asks for it by default, and the server then runs the session with sql_mode IGNORE_SPACE.
  flags: ['-IGNORE_SPACE'],
  connectTimeout: 10_000,
};

function kindOptions(kind: ServerKind, gtid: boolean, redoLogMb: number): MysqldOptions {
  switch (kind) {
    case 'mariadb-10.5':
    case 'mariadb-10.11':
    case 'mariadb-11.8':
      return { 'binlog-row-metadata': 'FULL', 'innodb-log-file-size': `${redoLogMb}M` };
    case 'mysql-9.7':
      return {
        'binlog-row-metadata': 'FULL',
        'innodb-redo-log-capacity': `${redoLogMb}M`,
        'gtid-mode': gtid ? 'ON' : 'OFF',
        'enforce-gtid-consistency': gtid ? 'ON' : 'OFF',
        mysqlx: 'OFF',
        'table-open-cache': 400,
        'table-definition-cache': 400,
      };
    case 'mysql-5.6':
      return {
        'innodb-log-file-size': `${Math.max(redoLogMb / 2, 8)}M`,
        'gtid-mode': gtid ? 'ON' : 'OFF',
        'enforce-gtid-consistency': gtid,
        'log-slave-updates': gtid,
      };
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  const result = await runCommand(['cp', '-r', '--reflink=auto', '--sparse=always', from, to]);
  if (result.code !== 0) throw new Error(`cannot copy ${from}: ${result.stderr}`);
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && /closed state|ECONNRESET|EPIPE|PROTOCOL_CONNECTION_LOST/.test(error.message);
}

/** mysql2 gives one array of rows, or for several statements an array of results of which some are rows. */
function lastRows(result: unknown): SqlRow[] {
  if (!Array.isArray(result)) return [];
  const parts: unknown[] = result;
  const rowSets = parts.filter((part): part is SqlRow[] => Array.isArray(part));
  if (rowSets.length > 0) return rowSets.at(-1) as SqlRow[];
  const isHeader = (part: unknown): boolean => (part as object | null)?.constructor.name === 'ResultSetHeader';
  return parts.some(isHeader) ? [] : (parts as SqlRow[]);
}
