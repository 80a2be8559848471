import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** Kills `child` when the benchmark is interrupted. */
export function killAtEnd(child: ChildProcess): void {
  children.add(child);
  child.once('close', () => children.delete(child));
}

/** Removes `folder` when the benchmark ends, however it does. */
export function removeAtEnd(folder: string): void {
  folders.add(folder);
}

/** On Ctrl-C and its like nothing may stay behind. The test kit ends its servers itself when the process exits. */
export function cleanUpAtEnd(): void {
  const cleanUp = (): void => {
    for (const child of children) child.kill('SIGKILL');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', cleanUp);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
}
