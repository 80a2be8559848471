// Entry of a thread: runs the pipeline it was given until it is told to stop, caught up (where that was asked for) or
// failed.
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { codedError, ERRORS, keep, noteLog, say, type ErrorCode, type Log } from '@otter/core';
import {
  backOff,
  DDL_APPLIED,
  Pipeline,
  preflightFailure,
  statusFacts,
  type PipelineStatus,
  type SyncOptions,
} from '@otter/engine';
import type { NoteMark } from './pipeline-report.ts';
import type { ThreadMessage, ThreadRequest } from './thread-message.ts';

const STATUS_EVERY_MS = 1000;
const TABLES_EVERY_MS = 5000;
/** Of a pipeline for which there is nothing to do: of fifty, what they say would be most of what they cost. */
const IDLE_STATUS_EVERY_MS = 3000;
/** A lag that is worth a look each second. */
const LAG_MS_MIN = 2000;

assert(parentPort);
const port = parentPort;
const tell = (message: ThreadMessage): void => port.postMessage(message);

const stopping = new AbortController();
port.on('message', (request: ThreadRequest) => {
  if (request === 'stop') stopping.abort();
});

const pipeline: Pipeline = new Pipeline(workerData as SyncOptions, {
  log: portLog(),
  onState: (state) => {
    if (state === 'running') tell({ kind: 'running' });
    tellStatus();
  },
});

let told = { news: '', atMs: 0 };
let tablesTold = { rowsApplied: 0, atMs: 0 };

function tellStatus(status = pipeline.status()): void {
  const nowMs = performance.now();
  told = { news: newsOf(status), atMs: nowMs };
  tell({ kind: 'status', status: statusFacts(status) });
  if (nowMs - tablesTold.atMs >= TABLES_EVERY_MS) tellTables(status);
}

function tellTables({ rowsApplied, tables }: PipelineStatus): void {
  if (rowsApplied === tablesTold.rowsApplied) return;
  tablesTold = { rowsApplied, atMs: performance.now() };
  tell({ kind: 'tables', tables });
}

/** Once a second; less often while nothing happens. */
function tellChanges(): void {
  const status = pipeline.status();
  const isIdle = newsOf(status) === told.news && (status.lagMs ?? 0) < LAG_MS_MIN;
  if (!isIdle || performance.now() - told.atMs >= IDLE_STATUS_EVERY_MS) tellStatus(status);
}

/** What moves when something is done for a user's rows; heartbeats alone move more. */
function newsOf({ state, rowsRead, rowsApplied, rowsParked, retries, parked, copy }: PipelineStatus): string {
  return [state, rowsRead, rowsApplied, rowsParked, retries, parked.length, copy?.rows, copy?.tablesDone].join();
}

/** The engine's log as notes, with the error code among its facts kept apart, and what charts mark. */
function portLog(): Log {
  let code: ErrorCode | null = null;
  let mark: NoteMark | null = null;
  const texts = noteLog((level, text, said) => tell({ kind: 'note', level, code, text, said, mark }));
  const at = (level: 'info' | 'warn' | 'error') => (facts: object, message: string) => {
    code = codeOf(facts);
    mark = message === DDL_APPLIED ? 'ddl' : null;
    texts[level](facts, message);
  };
  return { debug() {}, info: at('info'), warn: at('warn'), error: at('error') };
}

function codeOf(facts: object): ErrorCode | null {
  const code: unknown = 'code' in facts ? facts.code : null;
  return typeof code === 'string' && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : null;
}

/** Waits for what passes by itself, as a running pipeline does; throws what a person must look at. */
async function preflight(): Promise<void> {
  for (let attempt = 1; !stopping.signal.aborted; attempt++) {
    try {
      const failure = preflightFailure(await pipeline.preflight());
      if (failure) throw failure;
      return;
    } catch (error) {
      const { code, scope, said: detail } = codedError(error);
      if (scope !== 'retry') throw error;
      const { en: text } = say('not-started-yet', { detail });
      tell({ kind: 'note', level: 'warn', code, text, said: keep('not-started-yet', { detail }), mark: null });
      await backOff(attempt, stopping.signal);
    }
  }
}

/** Resolves once told to stop: a preflight only reads and is not waited for. */
function stopped(): Promise<void> {
  return new Promise((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function run(): Promise<void> {
  await Promise.race([preflight(), stopped()]);
  if (stopping.signal.aborted) return;
  const timer = setInterval(tellChanges, STATUS_EVERY_MS);
  try {
    await pipeline.run(stopping.signal);
  } finally {
    clearInterval(timer);
    // What is counted up over all runs misses nothing of this one.
    tellTables(pipeline.status());
  }
}

let error: Extract<ThreadMessage, { kind: 'ended' }>['error'] = null;
try {
  await run();
} catch (thrown) {
  const { code, message, messageZh } = codedError(thrown);
  error = { code, message, messageZh };
}
tell({ kind: 'ended', error });
// Ends this thread alone. Sockets of connections that did not close in time must not keep it.
process.exit();
