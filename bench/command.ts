import { spawn } from 'node:child_process';
import { killAtEnd } from './cleanup.ts';

export interface CommandRun {
  code: number;
  /** '' when thrown away. */
  stdout: string;
  stderr: string;
  seconds: number;
}

/** Runs a program to its end. With `discard` its standard output goes to /dev/null. Throws when it cannot be run. */
export async function runCommand(command: readonly string[], discard = false): Promise<CommandRun> {
  const [program, ...parameters] = command as [string, ...string[]];
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', discard ? 'ignore' : 'pipe', 'pipe'] });
    killAtEnd(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        seconds: (performance.now() - startedAt) / 1000,
      }),
    );
  });
}

/** Like {@link runCommand}, but throws when the program fails. */
export async function mustRun(command: readonly string[], discard = false): Promise<CommandRun> {
  const run = await runCommand(command, discard);
  if (run.code === 0) return run;
  throw new Error(
    `${command.slice(0, 3).join(' ')} … ended with ${run.code}: ${(run.stderr + run.stdout).slice(-800)}`,
  );
}
