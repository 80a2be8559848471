import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunningServer } from '@otter/testkit';
import type { ChildUsage } from './child-probe.ts';
import { killAtEnd, removeAtEnd } from './cleanup.ts';

const PROBE = new URL('./child-probe.js', import.meta.url).href;
const OTTER = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const WATCH_MS = 4;

type Connection = Awaited<ReturnType<RunningServer['connect']>>;

export interface SyncSettings {
  source: RunningServer;
  target: RunningServer;
  tables: string;
  /** `copy`: copies what is there and ends. `both-ways`: from now on, or from where it was, in both directions. */
  start: 'earliest' | 'now' | 'copy' | 'both-ways';
  /** Not asked for both ways, which knows one. */
  apply: 'transaction' | 'row';
  untilCaughtUp: boolean;
  workers: number | undefined;
  /** Folder for a CPU profile, null for none. */
  profileFolder: string | null;
  /** Further options of the command. */
  more?: readonly string[];
}

/** What one line of `otter sync --json` says; only what the benchmark looks at. */
interface SyncLine {
  event: string;
  name?: string;
  state?: string;
  reason?: string;
  commits?: number;
  transactionsApplied?: number;
  rowsApplied?: number;
  bytesRead?: number;
}

export interface EndedSync {
  /** From starting the process to its end. */
  wallSeconds: number;
  /** From the source sending the first byte of its log to the end of the process; 0 when that was not seen. */
  streamSeconds: number;
  usage: ChildUsage;
  /** The last line it printed. */
  done: SyncLine;
  /** That of each direction, of `both-ways`. */
  directions: SyncLine[];
}

/** A program of ours in a process of its own, so that what it uses is told apart from what the benchmark uses. */
export class OwnProcess {
  readonly child: ChildProcess;
  readonly startedAt = performance.now();
  endedAt = 0;
  readonly #usagePath: string;
  readonly #folder: string;
  readonly #stderr: string[] = [];
  readonly #closed: Promise<number>;

  constructor(script: string, parameters: readonly string[], nodeOptions: readonly string[] = []) {
    this.#folder = mkdtempSync(join(tmpdir(), 'otter-bench-'));
    removeAtEnd(this.#folder);
    this.#usagePath = join(this.#folder, 'usage.json');
    this.child = spawn(
      process.execPath,
      ['--max-semi-space-size=32', '--import', PROBE, ...nodeOptions, script, ...parameters],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, OTTER_BENCH_USAGE: this.#usagePath, TMPDIR: this.#folder },
      },
    );
    killAtEnd(this.child);
    this.child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk.toString()));
    this.#closed = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', () => (this.endedAt = performance.now()));
      this.child.once('close', (code) => resolve(code ?? -1));
    });
    this.#closed.catch(() => undefined);
  }

  get running(): boolean {
    return this.endedAt === 0;
  }

  get stderr(): string {
    return this.#stderr.join('').slice(-2_000);
  }

  /** Waits for the end. Throws when it failed. */
  async ended(): Promise<ChildUsage> {
    const code = await this.#closed;
    if (code !== 0) throw new Error(`our process ended with ${code}: ${this.stderr}`);
    const usage = JSON.parse(readFileSync(this.#usagePath, 'utf8')) as ChildUsage;
    rmSync(this.#folder, { recursive: true, force: true });
    return usage;
  }
}

/** `otter sync` as a person runs it. */
export class SyncProcess {
  readonly #process: OwnProcess;
  readonly #lines: SyncLine[] = [];
  readonly #streaming: Promise<number>;
  /** Pipelines it runs. */
  readonly #pipelines: number;

  static async start(settings: SyncSettings): Promise<SyncProcess> {
    return new SyncProcess(settings, await settings.source.connect());
  }

  private constructor(settings: SyncSettings, watcher: Connection) {
    const { source, target, profileFolder } = settings;
    const nodeOptions = profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
    const parameters = ['sync', '--from', source.url(), '--to', target.url(), '--tables', settings.tables];
    parameters.push('--name', 'bench', '--json', ...waysOf(settings));
    if (settings.untilCaughtUp) parameters.push('--until-caught-up');
    if (settings.workers !== undefined) parameters.push('--workers', String(settings.workers));
    parameters.push(...(settings.more ?? []));
    this.#pipelines = settings.start === 'both-ways' ? 2 : 1;
    this.#process = new OwnProcess(OTTER, parameters, nodeOptions);
    const { stdout } = this.#process.child;
    if (stdout === null) throw new Error('the process has no standard output');
    createInterface({ input: stdout }).on('line', (line) => this.#lines.push(JSON.parse(line) as SyncLine));
    this.#streaming = dumpStart(watcher, this.#process);
    this.#streaming.catch(() => undefined);
  }

  get pid(): number {
    return this.#process.child.pid ?? 0;
  }

  /** Waits until it reads the log and applies what comes. */
  async running(): Promise<void> {
    const names = (): Set<unknown> =>
      new Set(this.#lines.filter(({ state }) => state === 'running').map(({ name }) => name));
    while (names().size < this.#pipelines) {
      if (!this.#process.running) await this.#process.ended();
      if (!this.#process.running) throw new Error('our process ended before it was running');
      await sleep(20);
    }
    await this.#streaming;
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<EndedSync> {
    const usage = await this.#process.ended().catch((error: unknown) => {
      const failure = this.#lines.findLast((line) => line.event === 'error');
      throw new Error(`${String(error)} ${JSON.stringify(failure)}`, { cause: error });
    });
    const streamAt = await this.#streaming;
    const { startedAt, endedAt } = this.#process;
    return {
      wallSeconds: (endedAt - startedAt) / 1000,
      streamSeconds: streamAt === 0 ? 0 : (endedAt - streamAt) / 1000,
      usage,
      done: this.#lines.findLast((line) => line.event === 'done') ?? { event: 'none' },
      directions: this.#lines.filter((line) => line.event === 'done'),
    };
  }

  /** Asks it to end and waits. */
  async stop(): Promise<EndedSync> {
    this.#process.child.kill('SIGTERM');
    return this.ended();
  }
}

function waysOf({ start, apply }: SyncSettings): string[] {
  if (start === 'both-ways') return ['--two-way'];
  return ['--apply', apply, ...(start === 'copy' ? ['--mode', 'full'] : ['--start', start])];
}

/** When the source began to send its log to us, by its list of threads; 0 when the process ended before it was seen. */
async function dumpStart(watcher: Connection, process: OwnProcess): Promise<number> {
  try {
    while (process.running) {
      // Threads are numbered upwards: one that is left from a replica before us does not count.
      const [rows] = await watcher.query(
        `SELECT TIME_MS AS ms FROM information_schema.PROCESSLIST
         WHERE COMMAND = 'Binlog Dump' AND ID > CONNECTION_ID()`,
      );
      const [row] = rows as { ms: string | number }[];
      if (row !== undefined) return performance.now() - Number(row.ms);
      await sleep(WATCH_MS);
    }
    return 0;
  } finally {
    watcher.destroy();
  }
}
