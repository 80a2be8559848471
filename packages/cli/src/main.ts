#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { armFailpoint } from '@otter/core';
import { Cutover, openControl, Pipeline, Repair, runAdvisor, Verification, VerifyRecords } from '@otter/engine';
import type { EnginePort } from './engine-port.ts';
import { EXIT } from './exit-code.ts';
import { runProgram } from './program.ts';
import type { DetachedProcess, Output, Surroundings } from './surroundings.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const COLUMNS_DEFAULT = 80;
const ROWS_DEFAULT = 24;

function outputOf(stream: NodeJS.WriteStream, brokenPipe: () => void): Output {
  // The reader of a pipe left: nothing more can be said, so the command ends as if it had been asked to.
  stream.on('error', brokenPipe);
  return {
    write: (text) => void stream.write(text),
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns || COLUMNS_DEFAULT;
    },
    get rows() {
      return stream.rows || ROWS_DEFAULT;
    },
  };
}

function realSurroundings(): Surroundings {
  const stoppers = new Set<(signal: string) => void>();
  const interrupt = (signal: string): void => {
    for (const stopper of stoppers) stopper(signal);
  };
  for (const signal of SIGNALS) process.on(signal, () => interrupt(signal));
  let pipeIsBroken = false;
  const brokenPipe = (): void => {
    if (pipeIsBroken) return;
    pipeIsBroken = true;
    interrupt('SIGPIPE');
  };
  return {
    argv: process.argv.slice(2),
    env: process.env,
    stdout: outputOf(process.stdout, brokenPipe),
    stderr: outputOf(process.stderr, brokenPipe),
    temporaryDirectory: tmpdir(),
    readFile: (path) => readFileSync(path, 'utf8'),
    isExposed: (path) => process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0,
    now: () => Date.now(),
    onSignal: (listener) => {
      stoppers.add(listener);
      return () => stoppers.delete(listener);
    },
    onKey,
    ask: async (question) => ask(question, interrupt),
    get isInteractive() {
      return process.stdin.isTTY === true;
    },
    startDetached,
    exit: (code) => process.exit(code),
  };
}

function onKey(listener: (key: string) => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const hear = (chunk: Buffer): void => {
    const text = chunk.toString('utf8');
    // An arrow or function key arrives as one chunk that begins with ESC; none of its letters was typed.
    if (text.startsWith('\u001b')) return;
    for (const key of text) listener(key);
  };
  stdin.setRawMode(true);
  stdin.on('data', hear);
  stdin.resume();
  const restore = (): void => void stdin.setRawMode(false);
  process.on('exit', restore);
  return () => {
    stdin.off('data', hear);
    stdin.pause();
    restore();
    process.off('exit', restore);
  };
}

/** On stderr, so that a command's output stays its own. Ctrl-C is for whoever listens to signals, and no answer. */
async function ask(question: string, interrupt: (signal: string) => void): Promise<string | null> {
  if (process.stdin.isTTY !== true) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.on('SIGINT', () => {
      interrupt('SIGINT');
      lines.close();
    });
    lines.once('close', () => resolve(null));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

async function startDetached(argv: readonly string[]): Promise<DetachedProcess> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...argv], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout });
  const firstLine = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
    child.once('error', () => resolve(''));
  });
  lines.close();
  child.stdout.destroy();
  child.unref();
  return { processId: child.pid ?? 0, firstLine, end: () => void child.kill('SIGTERM') };
}

const engine: EnginePort = {
  createPipeline: (options, log) => new Pipeline(options, { log }),
  createCutover: (options, ports) => new Cutover(options, ports),
  createVerification: (options, listener, now) => new Verification(options, { listener, now }),
  createRepair: (options, id, listener) => new Repair(options, id, listener),
  openVerifyRecords: (address, controlSchema) => VerifyRecords.open(address, controlSchema),
  advise: runAdvisor,
  openControl,
};

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

armFailpoint(process.env['OTTER_FAILPOINT']);
const surroundings = realSurroundings();
const exitCode = await runProgram(surroundings, {
  engine,
  version: packageVersion(),
  // Loaded only when asked for: the demonstration brings the test kit along.
  demo: async (options, context) => (await import('./demo/demo-command.ts')).runDemo(options, context),
  // The manager brings a web server and a store along.
  start: async (values, context) => (await import('./manager/start-run.ts')).runStart(values, context),
  setAdminPassword: async (values, context) =>
    (await import('./manager/start-run.ts')).runAdminPassword(values, context),
  keepServers: async (context) => {
    const { keepServers } = await import('./demo/demo-servers.ts');
    await keepServers(surroundings, context.stop.signal);
    return EXIT.done;
  },
});
// Sockets of connections that did not close in time must not keep the process.
process.exit(exitCode);
