import { Worker } from 'node:worker_threads';
import { ERRORS, keep, OtterError, say } from '@otter/core';
import { STOP_MS_MAX, type SyncOptions } from '@otter/engine';
import type { ReportBody, RunError } from './pipeline-report.ts';
import type { ThreadMessage, ThreadRequest } from './thread-message.ts';

/** The compiled one: threads do not share the loader by which tests run TypeScript. */
const ENTRY = new URL('../dist/pipeline-main.js', import.meta.url);

export interface ThreadSettings {
  options: SyncOptions;
  /** Memory of the thread's objects at most, MB; log events have their own limit. */
  heapMegabytes: number;
  /** Another program in place of the pipeline's, for tests. */
  entry?: URL | undefined;
  tell: (report: ReportBody) => void;
}

/** As much as `bin/otter.mjs` gives a process: a young generation is three times a semi-space of 32 MB. */
const YOUNG_MEGABYTES = 96;

/** One life of a pipeline in a thread of its own, from its beginning to its end, whatever ends it. */
export class PipelineThread {
  /** Resolves when the thread is gone. Never rejects. */
  readonly ended: Promise<void>;
  readonly #tell: ThreadSettings['tell'];
  readonly #worker: Worker;
  /** What it said last, or what became of it; `undefined` until then. */
  #end: RunError | null | undefined;
  #isStopping = false;
  #limit: NodeJS.Timeout | undefined;

  constructor({ options, heapMegabytes, entry = ENTRY, tell }: ThreadSettings) {
    this.#tell = tell;
    tell({ kind: 'state', state: 'starting', error: null });
    this.#worker = new Worker(entry, {
      workerData: options,
      // What the process was started with, a loader or a condition of packages, is not meant for compiled code.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    this.#worker.on('message', (message: ThreadMessage) => this.#hear(message));
    this.#worker.on('error', (error: Error) => (this.#end ??= crash(error.message)));
    this.ended = new Promise((resolve) => {
      this.#worker.once('exit', (exitCode) => {
        this.#finish(exitCode);
        resolve();
      });
    });
  }

  /** Whether it still does its work; one that has said its last word, or crashed, does not. */
  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /** How long the thread has worked, and how long it had nothing to do, since it began. */
  get loopMs(): { busyMs: number; idleMs: number } {
    const { active, idle } = this.#worker.performance.eventLoopUtilization();
    return { busyMs: active, idleMs: idle };
  }

  /** Lets the commit under way finish and ends the thread; by force when that takes too long. */
  async stop(): Promise<void> {
    if (!this.#isStopping && this.isAlive) {
      this.#isStopping = true;
      this.#tell({ kind: 'state', state: 'stopping', error: null });
      this.#worker.postMessage('stop' satisfies ThreadRequest);
      this.#limit = setTimeout(() => this.#force(), STOP_MS_MAX);
    }
    await this.ended;
  }

  #hear(message: ThreadMessage): void {
    switch (message.kind) {
      case 'running':
        // A wish to stop may have crossed it.
        if (!this.#isStopping) this.#tell({ kind: 'state', state: 'running', error: null });
        return;
      case 'ended':
        this.#end = message.error && withAdvice(message.error);
        return;
      default:
        this.#tell(message);
    }
  }

  #force(): void {
    const seconds = STOP_MS_MAX / 1000;
    const [{ en: text }, said] = [say('commit-left', { seconds }), keep('commit-left', { seconds })];
    this.#end ??= null;
    this.#tell({ kind: 'note', level: 'warn', code: 'TARGET_BUSY', text, said, mark: null });
    void this.#worker.terminate();
  }

  #finish(exitCode: number): void {
    clearTimeout(this.#limit);
    const error = this.#end === undefined ? crash(`its thread ended with ${exitCode}`) : this.#end;
    this.#end = error;
    this.#tell({ kind: 'state', state: error === null ? 'stopped' : 'failed', error });
  }
}

function crash(detail: string): RunError {
  const { code, message, messageZh } = new OtterError('PIPELINE_CRASHED', { detail });
  return withAdvice({ code, message, messageZh });
}

function withAdvice(error: Omit<RunError, 'advice' | 'adviceZh'>): RunError {
  const { advice, adviceZh } = ERRORS[error.code];
  return { ...error, advice, adviceZh };
}
