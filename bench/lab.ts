import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startServer, type MysqldOptions, type RunningServer } from '@otter/testkit';
import { mustRun, runCommand } from './command.ts';

export interface LabOptions {
  /** Schema of the tables under test. */
  schema: string;
  tables: readonly string[];
  /** Creates and fills the tables; what it does is in no log. */
  prepare(server: RunningServer): Promise<void>;
  targetLog: boolean;
}

/** Both ends the same, and the same for the control and for ours. */
const BUFFER_POOL_MB = 512;
const REDO_LOG_MB = 512;
const EQUAL_OPTIONS: MysqldOptions = {
  'log-slave-updates': true,
  // A restart must not find its pages by itself in the background: every target is warmed the same way instead.
  'innodb-buffer-pool-load-at-startup': 0,
  'innodb-buffer-pool-dump-at-shutdown': 0,
};

/** What {@link EQUAL_OPTIONS} and the test kit set, for the report. */
export function serverSettings(targetLog: boolean): Record<string, string | number | boolean> {
  return {
    innodb_buffer_pool_size: `${BUFFER_POOL_MB}M`,
    innodb_log_file_size: `${REDO_LOG_MB}M`,
    innodb_flush_log_at_trx_commit: 2,
    sync_binlog: 0,
    'log_bin, log_slave_updates of the target': targetLog,
  };
}

/** A source and a target that begin with the same data, byte for byte; the target can begin anew as often as needed. */
export class Lab {
  readonly source: RunningServer;
  readonly target: RunningServer;
  readonly schema: string;
  readonly #base: RunningServer;
  readonly #options: LabOptions;

  private constructor(base: RunningServer, source: RunningServer, target: RunningServer, options: LabOptions) {
    this.#base = base;
    this.source = source;
    this.target = target;
    this.schema = options.schema;
    this.#options = options;
  }

  static async open(options: LabOptions): Promise<Lab> {
    const servers: RunningServer[] = [];
    const start = async (extra: MysqldOptions, redoLogMb: number): Promise<RunningServer> => {
      const merged = { ...EQUAL_OPTIONS, ...extra };
      const server = await startServer({ bufferPoolMb: BUFFER_POOL_MB, redoLogMb, options: merged });
      servers.push(server);
      return server;
    };
    try {
      // Its data is copied for the others, so its redo log is kept small.
      const base = await start(NO_LOG, 32);
      await options.prepare(base);
      // Otherwise the plans of the first statements hang on when the server's own thread comes to count the rows.
      for (const table of options.tables) await base.query(`ANALYZE TABLE \`${options.schema}\`.\`${table}\``);
      await base.shutdown();
      const source = await start({}, REDO_LOG_MB);
      const target = await start(options.targetLog ? {} : NO_LOG, REDO_LOG_MB);
      const lab = new Lab(base, source, target, options);
      await lab.#beginAnew(source);
      return lab;
    } catch (error) {
      for (const server of servers) await server.stop();
      throw error;
    }
  }

  /** The target as it was before anything was applied, warm and with nothing left to be written by the system. */
  async resetTarget(): Promise<void> {
    await this.#beginAnew(this.target);
    await runCommand(['sync', '-f', this.target.dataDir]);
  }

  /** Both as they were before anything was written. */
  async resetBoth(): Promise<void> {
    await this.#beginAnew(this.source);
    await this.resetTarget();
  }

  /** Ends the log file being written, so that files before it no longer change. */
  async endLogFile(): Promise<void> {
    await this.source.query('FLUSH BINARY LOGS');
  }

  async checksums(server: RunningServer): Promise<string> {
    const names = this.#options.tables.map((table) => `\`${this.schema}\`.\`${table}\``);
    const rows = await server.query(`CHECKSUM TABLE ${names.join(', ')} EXTENDED`);
    const sums = rows.map((row) => `${String(row['Table'])}=${String(row['Checksum'])}`);
    if (sums.length !== names.length || sums.some((sum) => sum.endsWith('=null') || sum.endsWith('=0'))) {
      throw new Error(`a table under test is empty or missing: ${sums.join(' ')}`);
    }
    return sums.join(' ');
  }

  /** Throws when the tables of source and target differ: then no figure means anything. */
  async mustBeEqual(who: string): Promise<void> {
    const expected = await this.checksums(this.source);
    const found = await this.checksums(this.target);
    if (expected !== found) throw new Error(`DIFFERENT DATA after ${who}:\n  source ${expected}\n  target ${found}`);
  }

  async close(): Promise<void> {
    for (const server of [this.target, this.source, this.#base]) await server.stop();
  }

  async #beginAnew(server: RunningServer): Promise<void> {
    await server.kill();
    rmSync(server.dataDir, { recursive: true, force: true });
    await mustRun(['cp', '-r', '--reflink=auto', '--sparse=always', this.#base.dataDir, server.dataDir]);
    for (const name of readdirSync(server.dataDir)) {
      if (name.startsWith('bin.') || name.startsWith('own.')) rmSync(join(server.dataDir, name));
    }
    await server.restart();
    for (const table of this.#options.tables) await server.query(`CHECKSUM TABLE \`${this.schema}\`.\`${table}\``);
  }
}

const NO_LOG: MysqldOptions = { 'log-bin': false, 'log-slave-updates': false };
