import { Worker } from 'node:worker_threads';
import { matchesTable, OtterError, type ErrorCode, type Wording } from '@otter/core';
import { VerifyRecords, type SyncOptions, type VerifyOptions } from '@otter/engine';
import type {
  RowDifference,
  SyncOptionValues,
  VerificationEnd,
  VerificationNews,
  VerificationRequest,
  VerificationTools,
  VerificationWork,
} from '@otter/manager';
import type { RedactedPorts } from '@otter/options';
import { exactly, ifHeld } from './engine-tools.ts';
import { forPipeline } from './pipeline-request.ts';

/** The compiled one: threads do not share the loader by which tests run TypeScript. */
const ENTRY = new URL('../../dist/manager/verification-main.js', import.meta.url);
const HEAP_MEGABYTES = 512;
/** A statement under way on a server may hold up the end for so long. */
const STOP_MS_MAX = 10_000;

/** What a thread is started with. */
export interface VerificationTask {
  verify: VerifyOptions;
  /** `id`: of the verification that is repaired or taken back; `verify` holds the one that is gone on with. */
  work: { kind: 'verify' } | { kind: 'plan' | 'repair' | 'undo'; id: string };
}

/** What a thread tells; `end` or `error` is its last word. */
export type VerificationMessage =
  | { kind: 'news'; news: VerificationNews }
  | { kind: 'end'; end: VerificationEnd }
  | { kind: 'error'; code: ErrorCode; detail: Wording };

/** Verifications in threads of their own: comparing millions of rows would keep the manager from answering. */
export class VerificationThreads implements VerificationTools {
  readonly #ports: RedactedPorts;

  constructor(ports: RedactedPorts) {
    this.#ports = ports;
  }

  async run(
    options: SyncOptionValues,
    work: VerificationWork,
    ports: { tell: (news: VerificationNews) => void; signal: AbortSignal },
  ): Promise<VerificationEnd> {
    return forPipeline(options, this.#ports, async (sync) => {
      const verify = await verifyOptions(sync, work);
      const task = {
        verify,
        work: work.kind === 'verify' ? { kind: work.kind } : { kind: work.kind, id: work.verifyId },
      };
      return runThread(task, ports);
    });
  }

  async differences(
    options: SyncOptionValues,
    verifyId: string,
    page: { table: string | null; after: number; limit: number },
  ): Promise<RowDifference[]> {
    return forPipeline(options, this.#ports, async (sync) => {
      const records = await VerifyRecords.open(sync.target, sync.controlSchema);
      try {
        return await records.differences(verifyId, page);
      } finally {
        await records.close();
      }
    });
  }
}

/** As `otter verify --name` takes them: rows under way are judged by the pipeline's position, where it has one. */
async function verifyOptions(sync: SyncOptions, work: VerificationWork): Promise<VerifyOptions> {
  const request: VerificationRequest =
    work.kind === 'undo' ? { tables: null, samplePercent: null, rowsPerSecond: null } : work.request;
  const checkpoint = await ifHeld(sync, (control) => control.position(sync.name));
  return {
    source: sync.source,
    target: sync.target,
    tables: request.tables === null ? sync.tables : ofPipeline(sync, request.tables),
    mappings: sync.mappings,
    columns: sync.columns,
    controlSchema: sync.controlSchema,
    pipeline: checkpoint === null ? null : sync.name,
    sample: request.samplePercent === null ? null : { percent: request.samplePercent },
    rowsPerSecond: request.rowsPerSecond,
    hideValues: false,
    recorded: 'always',
    resume: work.kind === 'verify' ? work.verifyId : null,
    spillDirectory: sync.spillDirectory,
  };
}

/** A repair writes: it may only be about tables that the pipeline keeps equal. */
function ofPipeline(sync: SyncOptions, names: readonly string[]): SyncOptions['tables'] {
  const wanted = exactly(names);
  for (const [index, { schema, table }] of wanted.entries()) {
    const isMapped = sync.tables.some((pattern) => matchesTable(pattern, schema.text, table.text));
    if (!isMapped) throw new OtterError('USAGE', { detail: `${names[index]} is no table of this pipeline` });
  }
  return wanted;
}

function runThread(
  task: VerificationTask,
  { tell, signal }: { tell: (news: VerificationNews) => void; signal: AbortSignal },
): Promise<VerificationEnd> {
  const worker = new Worker(ENTRY, {
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  });
  let force: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage('stop');
    force ??= setTimeout(() => void worker.terminate(), STOP_MS_MAX);
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  return new Promise<VerificationEnd>((resolve, reject) => {
    worker.on('message', (message: VerificationMessage) => {
      if (message.kind === 'news') tell(message.news);
      else if (message.kind === 'end') resolve(message.end);
      else reject(new OtterError(message.code, { detail: message.detail }));
    });
    worker.on('error', (error: Error) => reject(new OtterError('PIPELINE_CRASHED', { detail: error.message })));
    worker.on('exit', () => {
      clearTimeout(force);
      signal.removeEventListener('abort', stop);
      // After its last word this changes nothing.
      if (signal.aborted) resolve({ kind: 'verified', stopped: true });
      else reject(new OtterError('PIPELINE_CRASHED', { detail: 'the thread of the verification ended early' }));
    });
  });
}
