import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

export interface ProgramEnd {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** The lines of stdout as JSON. */
  lines: () => Record<string, unknown>[];
}

/** Runs the built program; `failpoint` kills it there, `onOutput` sees stdout grow and may end it. */
export async function runProgram(
  argv: readonly string[],
  options: { failpoint?: string; onOutput?: (stdout: string, kill: () => void) => void } = {},
): Promise<ProgramEnd> {
  const { failpoint, onOutput } = options;
  const child = spawn(process.execPath, [PROGRAM, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...(failpoint === undefined ? {} : { OTTER_FAILPOINT: failpoint }) },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout, () => child.kill('SIGKILL'));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const lines = (): Record<string, unknown>[] =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, signal, stdout, stderr, lines };
}
