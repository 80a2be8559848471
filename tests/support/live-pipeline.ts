import { compareCoordinates, type Log, type OtterError } from '@otter/core';
import {
  openControl,
  Pipeline,
  type Control,
  type ErrorRecord,
  type PipelineStatus,
  type SyncOptions,
} from '@otter/engine';
import { logEnd, waitFor, type RunningServer } from '@otter/testkit';
import { pipelineOptions, type TestPipelineOptions } from './pipeline-options.ts';

let nextName = 1;

/** A pipeline that runs in this process beside the test until it is stopped or fails. */
export class LivePipeline {
  readonly name: string;
  readonly options: SyncOptions;
  /** Everything logged as a warning or an error. */
  readonly complaints: string[] = [];
  readonly #stopping = new AbortController();
  readonly #pipeline: Pipeline;
  readonly #ended: Promise<OtterError | null>;

  constructor(options: TestPipelineOptions) {
    this.name = options.name ?? `live-${process.pid}-${nextName++}`;
    this.options = pipelineOptions({ ...options, name: this.name });
    this.#pipeline = new Pipeline(this.options, { log: this.#log() });
    this.#ended = this.#pipeline.run(this.#stopping.signal).then(
      () => null,
      (error: unknown) => error as OtterError,
    );
  }

  get status(): PipelineStatus {
    return this.#pipeline.status();
  }

  #log(): Log {
    const note = (level: string) => (facts: object, message: string) => {
      this.complaints.push(`${level} ${message} ${JSON.stringify(facts)}`);
    };
    return { debug: () => undefined, info: () => undefined, warn: note('warn'), error: note('error') };
  }

  /** Waits for a look at the status that pleases. */
  async until(
    what: string,
    condition: (status: PipelineStatus) => boolean,
    timeoutMs = 30_000,
  ): Promise<PipelineStatus> {
    const failed = this.#ended.then((error) => {
      throw error ?? new Error(`the pipeline ended before: ${what}`);
    });
    const reached = waitFor(() => (condition(this.status) ? this.status : null), { timeoutMs, what });
    try {
      return await Promise.race([reached, failed]);
    } catch (error) {
      reached.catch(() => undefined);
      throw new Error(
        `${(error as Error).message}; status ${JSON.stringify(this.status)}; ${this.complaints.join('; ')}`,
        {
          cause: error,
        },
      );
    } finally {
      failed.catch(() => undefined);
    }
  }

  /** Waits until everything that is in the source's log now has been applied. */
  async caughtUp(source: RunningServer, timeoutMs?: number): Promise<PipelineStatus> {
    const end = await logEnd(source);
    const reached = ({ position }: PipelineStatus): boolean =>
      position !== null && compareCoordinates(position, end) >= 0;
    return await this.until(`the pipeline to reach ${end.file}:${end.offset}`, reached, timeoutMs);
  }

  /** Waits until the table is parked with this code and has a record; gives the record. */
  async parked(table: string, code: string, timeoutMs?: number): Promise<ErrorRecord> {
    await this.until(`${table} to be parked with ${code}`, (status) => isParked(status, table, code), timeoutMs);
    const records = await this.control((control) => control.errors(this.name));
    const record = records.find((r) => r.table === table && r.code === code && r.state === 'open');
    if (!record) throw new Error(`no open record of ${table}: ${JSON.stringify(records)}`);
    return record;
  }

  /** What `otter errors` does. */
  async control<T>(work: (control: Control) => Promise<T>): Promise<T> {
    const control = await openControl(this.options.target, this.options.controlSchema);
    try {
      return await work(control);
    } finally {
      await control.close();
    }
  }

  /** Resolves when the pipeline has ended by itself, with its error. */
  async failure(): Promise<OtterError> {
    const error = await this.#ended;
    if (error === null) throw new Error('the pipeline ended without an error');
    return error;
  }

  /** Stops in order. Throws when the pipeline has failed. Idempotent. */
  async stop(): Promise<PipelineStatus> {
    this.#stopping.abort();
    const error = await this.#ended;
    if (error !== null) throw error;
    return this.status;
  }
}

function isParked(status: PipelineStatus, table: string, code: string): boolean {
  return status.parked.some(
    (entry) => entry.table === table && entry.code === code && entry.state === 'parked' && entry.id > 0,
  );
}

/** Rows read and not accounted for: zero whenever nothing is under way. */
export function unbalancedRows(status: PipelineStatus): number {
  return status.rowsRead - status.rowsApplied - status.rowsFiltered - status.rowsParked - status.rowsSkipped;
}
