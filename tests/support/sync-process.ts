import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pipelineOptions, type TestPipelineOptions } from './pipeline-options.ts';

const ENTRY = fileURLToPath(new URL('sync-entry.mjs', import.meta.url));

export interface SyncProcessOptions extends TestPipelineOptions {
  name: string;
  /** Kills itself there: `batch.before-commit:3`. */
  failpoint?: string;
}

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT';

export interface ProcessEnd {
  code: number | null;
  signal: Signal | null;
  /** Coded error it ended with, `null` for none. */
  error: { code: string; message: string } | null;
}

/** A pipeline as a process of its own, so that it can be killed. */
export class SyncProcess {
  readonly child: ChildProcess;
  /** Resolves when the process is gone and its output read. */
  readonly ended: Promise<ProcessEnd>;
  /** Its log. */
  log = '';

  constructor(options: SyncProcessOptions) {
    const { failpoint, ...rest } = options;
    // The other process reads the patterns itself: they hold what JSON cannot.
    const sync = { ...pipelineOptions(rest), tables: rest.tables };
    this.child = spawn(process.execPath, [ENTRY, JSON.stringify(sync)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(failpoint === undefined ? {} : { OTTER_FAILPOINT: failpoint }) },
    });
    let output = '';
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as Signal | null,
      error: output === '' ? null : (JSON.parse(output) as ProcessEnd['error']),
    }));
  }

  kill(signal: Signal): void {
    this.child.kill(signal);
  }

  /** Ends it whatever it does. */
  async remove(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** Runs until caught up or killed by its failpoint. Throws what the process said when it ended with an error. */
export async function syncUntilCaughtUp(options: SyncProcessOptions): Promise<ProcessEnd> {
  const process = new SyncProcess({ ...options, untilCaughtUp: true });
  const end = await process.ended;
  if (end.code !== 0 && end.signal !== 'SIGKILL') {
    throw new Error(`the pipeline ended with ${end.code}: ${end.error?.message ?? process.log}`);
  }
  return end;
}
