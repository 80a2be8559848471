import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

/** `otter start` as a process of its own, so that it can be killed. */
export class ManagerProcess {
  readonly child: ChildProcess;
  /** Its first line. Rejects with what it said on stderr when it ended before. */
  readonly ready: Promise<{ url: string; password?: string }>;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  stderr = '';

  constructor(dataDir: string, ...options: string[]) {
    const argv = ['start', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--json', ...options];
    this.child = spawn(process.execPath, [PROGRAM, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '' },
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
    const first = once(lines, 'line').then(([line]) => {
      const event = JSON.parse(line as string) as { event: string; url: string; code: string };
      if (event.event !== 'ready') throw new Error(`otter start: ${event.code}`);
      return event;
    });
    this.ready = Promise.race([
      first,
      this.ended.then((code) => {
        throw new Error(`otter start ended with ${code}: ${this.stderr}`);
      }),
    ]);
    this.ready.catch(() => undefined);
  }

  /** Gives its exit code; null when the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Runs a command to its end. */
export async function otter(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, ...argv],
      { env: { PATH: process.env['PATH'] ?? '' } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
