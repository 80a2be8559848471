import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { runCommand } from './command.ts';
import type { RunningServer } from './server.ts';

/** The version of sysbench, installed when it is missing and may be; `null` when it cannot be had. */
export async function ensureSysbench(): Promise<string | null> {
  const version = async (): Promise<string | null> => {
    const run = await runCommand(['sysbench', '--version']).catch(() => null);
    return run?.code === 0 ? run.stdout.trim() : null;
  };
  const present = await version();
  if (present !== null) return present;
  if (process.getuid?.() === 0) {
    process.stderr.write('installing sysbench with apt-get …\n');
    await runCommand(['apt-get', 'install', '-y', '--no-install-recommends', 'sysbench']).catch(() => null);
  }
  const installed = await version();
  if (installed === null) process.stderr.write('sysbench is not here (Debian, Ubuntu: apt-get install sysbench)\n');
  return installed;
}

export interface OltpOptions {
  /** Tables `sbtest1` to `sbtestN` of the schema `sbtest`. */
  tables: number;
  rowsPerTable: number;
  threads: number;
  /** Transactions; 0: until it is stopped. */
  events: number;
  /** Transactions a second; as many as there can be when absent. */
  rate?: number;
}

/** sysbench's command for oltp_write_only on this server: an update of the key column, one of another, a delete, an insert. */
export function oltpCommand(server: RunningServer, options: OltpOptions): string[] {
  return [
    ...['sysbench', 'oltp_write_only', '--db-driver=mysql', '--mysql-user=root', '--mysql-db=sbtest'],
    ...[`--mysql-host=${server.host}`, `--mysql-port=${server.port}`],
    ...[`--tables=${options.tables}`, `--table-size=${options.rowsPerTable}`, `--threads=${options.threads}`],
    ...[`--events=${options.events}`, '--time=0', `--rate=${options.rate ?? 0}`, 'run'],
  ];
}

/** A load at full speed beside a test. */
export class OltpLoad {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = '';

  /** Throws nothing yet: {@link OltpLoad.stop} does, when the load did not run up to there. */
  constructor(server: RunningServer, options: OltpOptions) {
    const [program, ...parameters] = oltpCommand(server, options) as [string, ...string[]];
    this.#child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#said = (this.#said + chunk.toString()).slice(-2000)));
    this.#ended = once(this.#child, 'close');
  }

  /** Ends it. Throws with what it said when it had ended by itself. */
  async stop(): Promise<void> {
    const ran = this.#child.exitCode === null && this.#child.signalCode === null;
    this.#child.kill('SIGTERM');
    await this.#ended;
    if (!ran) throw new Error(`sysbench ended by itself: ${this.#said}`);
  }
}
