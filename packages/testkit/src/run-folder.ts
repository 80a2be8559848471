import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A temporary folder of one server. It and the process named in it go away with the process that made
 * it, whatever way that ends: at normal exit and on signals by the handlers here, after SIGKILL by a
 * small guard process that notices its input closing, and if that was killed too by the next run's sweep.
 */
export interface RunFolder {
  path: string;
  /** Names the process to kill with the folder. */
  setPid(pid: number): void;
  /** Removes the folder. The process must have ended. */
  remove(): void;
}

const PREFIX = 'otter-srv-';
const PID_FILE = 'server.pid';
const folders = new Set<string>();
let prepared = false;

/** `$1` is the folder. A pid is killed only while its command line names the folder: pids are reused. */
const GUARD_SCRIPT = `cat >/dev/null
p=$(cat "$1/${PID_FILE}" 2>/dev/null)
if [ -n "$p" ] && grep -q -F "$1" "/proc/$p/cmdline" 2>/dev/null; then
  kill -9 "$p"; i=0
  while [ $i -lt 100 ] && grep -q -F "$1" "/proc/$p/cmdline" 2>/dev/null; do sleep 0.02; i=$((i+1)); done
fi
rm -rf "$1"`;

export function makeRunFolder(): RunFolder {
  if (!prepared) {
    prepared = true;
    sweepFolders();
    removeAtExit();
  }
  const path = mkdtempSync(join(tmpdir(), `${PREFIX}${processSpace()}-${process.pid}-`));
  folders.add(path);
  const guard = startGuard(path);
  return {
    path,
    setPid: (pid) => writeFileSync(join(path, PID_FILE), String(pid)),
    remove: () => {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
      folders.delete(path);
      guard.stdin?.end();
    },
  };
}

function startGuard(path: string): ChildProcess {
  // Detached: a signal to the whole group of the test run must not take the guard along.
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'otter-guard', path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  guard.on('error', () => undefined);
  guard.unref();
  const input = guard.stdin as Socket;
  input.on('error', () => undefined);
  input.unref();
  return guard;
}

/** Process ids mean nothing to a container with a process space of its own that shares the folder. */
function processSpace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

function sweepFolders(): void {
  const own = new RegExp(`^${PREFIX}${processSpace()}-(\\d+)-`);
  for (const name of readdirSync(tmpdir())) {
    const runner = own.exec(name)?.[1];
    if (runner === undefined || isAlive(Number(runner))) continue;
    const path = join(tmpdir(), name);
    killNamed(path);
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // another account's, or another sweep is at it
    }
  }
}

function removeAtExit(): void {
  const removeAll = (): void => {
    for (const path of folders) {
      killNamed(path);
      try {
        rmSync(path, { recursive: true, force: true, maxRetries: 5 });
      } catch {
        // the guard tries again
      }
    }
    folders.clear();
  };
  process.on('exit', removeAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const handler = (): void => {
      // Somebody else who listens decides when to end; without one, having listened must not change the outcome.
      if (process.listenerCount(signal) > 1) return;
      removeAll();
      process.removeListener(signal, handler);
      process.kill(process.pid, signal);
    };
    process.on(signal, handler);
  }
}

function killNamed(path: string): void {
  try {
    const pid = Number(readFileSync(join(path, PID_FILE), 'utf8'));
    if (pid > 1 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path)) process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
