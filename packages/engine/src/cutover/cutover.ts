import type { SourceFacts } from '@otter/binlog';
import { compareCoordinates, OtterError, type Log, type Position } from '@otter/core';
import { openTargetSession, type Session } from '@otter/dialects';
import { CheckpointStore } from '../control/checkpoint-store.ts';
import { ControlTables } from '../control/control-tables.ts';
import { factsOf } from '../control/source-log.ts';
import { pause } from '../heartbeat.ts';
import { Pipeline } from '../pipeline.ts';
import type { PipelineStatus, SyncOptions } from '../sync-options.ts';
import { Verification } from '../verify/verification.ts';
import type { TableResult, VerifyListener } from '../verify/verify-options.ts';
import { ReadOnlySwitch } from './read-only-switch.ts';

export interface CutoverOptions {
  /** The pipeline, as `otter sync` runs it; nobody else may run it meanwhile. */
  sync: SyncOptions;
  /** Makes the source read-only; it stays so after a go, and is made writable again after a no-go. */
  readOnly: boolean;
  /** How long nobody may have written to the mapped tables. */
  quietMs: number;
  /** How long to wait for the target to catch up before it is a no-go. */
  waitMsMax: number;
  /** Prepares the way back: see {@link CutoverResult.reverse}. */
  reverse: boolean;
}

/** One thing that was looked at. */
export interface CutoverFinding {
  check: 'copy' | 'parked tables' | 'lag' | 'read-only' | 'writes' | 'drained' | 'rows' | 'target' | 'way back';
  verdict: 'go' | 'no-go';
  finding: string;
}

export interface CutoverResult {
  /** Applications may be pointed at the target. */
  go: boolean;
  findings: CutoverFinding[];
  /** Where a pipeline from the target to the source has to begin; `null` when none was asked for, or on a no-go. */
  reverse: Position | null;
}

export interface CutoverPorts {
  log: Log;
  now: () => number;
  /** Hears of each finding as it is made. */
  onFinding(finding: CutoverFinding): void;
  /** Hears of the verification, but not of its tables. */
  verifying: VerifyListener;
}

const LOOK_MS = 50;

/** What ends a cutover as a no-go. */
class NoGo extends Error {}

/**
 * Moves applications from the source to the target of a pipeline: catches up, sees to it that nobody writes any more,
 * applies the rest, compares all rows, and says go or no-go. Nothing but `read_only` is changed on the source.
 */
export class Cutover {
  readonly #options: CutoverOptions;
  readonly #log: Log;
  readonly #onFinding: (finding: CutoverFinding) => void;
  readonly #verifying: VerifyListener;
  readonly #now: () => number;
  readonly #findings: CutoverFinding[] = [];

  constructor(options: CutoverOptions, ports: CutoverPorts) {
    // A heartbeat would be a write on a source that is read-only.
    this.#options = { ...options, sync: { ...options.sync, heartbeat: 'off', untilCaughtUp: false, restart: false } };
    this.#log = ports.log;
    this.#now = ports.now;
    this.#onFinding = (finding) => ports.onFinding(finding);
    this.#verifying = ports.verifying;
  }

  /**
   * Runs to the verdict. Aborted, it is a no-go. Throws USAGE when the pipeline has never run, OWNER_CHANGED while
   * another process runs it, and whatever ends the pipeline.
   */
  async run(signal: AbortSignal): Promise<CutoverResult> {
    await this.#requirePipeline();
    if (!(await this.#canTakeOver())) return { go: false, findings: this.#findings, reverse: null };
    const source = await openTargetSession(this.#options.sync.source, { role: 'source' });
    const readOnly = new ReadOnlySwitch(source);
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const pipeline = new Pipeline(this.#options.sync, { log: this.#log, now: this.#now });
    const running = pipeline.run(stop.signal);
    let isGo = false;
    try {
      const ended = running.then(() => {
        throw new NoGo();
      });
      await Promise.race([ended, this.#steps(pipeline, readOnly, signal)]);
      stop.abort();
      await running;
      const reverse = this.#options.reverse ? await this.#wayBack() : null;
      isGo = true;
      return { go: true, findings: this.#findings, reverse };
    } catch (error) {
      if (!(error instanceof NoGo)) throw error;
      return { go: false, findings: this.#findings, reverse: null };
    } finally {
      signal.removeEventListener('abort', abort);
      stop.abort();
      await running.catch(() => undefined);
      if (!isGo) await readOnly.restore();
      await source.close();
    }
  }

  async #requirePipeline(): Promise<void> {
    const { name, target, controlSchema } = this.#options.sync;
    const session = await openTargetSession(target, { role: 'control' });
    try {
      const store = new CheckpointStore(new ControlTables(controlSchema), name);
      const stored = await store.read(session).catch(() => null);
      if (stored) return;
    } finally {
      await session.close();
    }
    throw new OtterError('USAGE', {
      detail: `the target holds no pipeline ${name}: start it with otter sync, with the same options and name, and let it catch up`,
    });
  }

  async #steps(pipeline: Pipeline, readOnly: ReadOnlySwitch, signal: AbortSignal): Promise<void> {
    await this.#caughtUp(pipeline, signal);
    if (this.#options.readOnly) {
      const refused = await denial(readOnly.set());
      this.#found('read-only', refused === null, refused ?? 'The source is read-only.');
    }
    await this.#quiet(pipeline, signal);
    await this.#drained(pipeline, signal);
    await this.#compared(signal);
  }

  #found(check: CutoverFinding['check'], isGood: boolean, finding: string): void {
    const found: CutoverFinding = { check, verdict: isGood ? 'go' : 'no-go', finding };
    this.#findings.push(found);
    this.#onFinding(found);
    if (!isGood) throw new NoGo();
  }

  async #caughtUp(pipeline: Pipeline, signal: AbortSignal): Promise<void> {
    const until = this.#now() + this.#options.waitMsMax;
    const isReady = (status: PipelineStatus): boolean =>
      status.state === 'running' &&
      status.caughtUp &&
      (status.copy === null || (status.copy.tablesDone === status.copy.tables && status.copy.indexing.length === 0));
    while (!isReady(pipeline.status())) {
      this.#refuseParked(pipeline);
      const { copy, lagMs } = pipeline.status();
      if (signal.aborted) this.#found('lag', false, 'Interrupted before the target had caught up.');
      if (this.#now() > until) {
        if (copy && copy.tablesDone < copy.tables)
          this.#found('copy', false, `The full copy is not done: ${copy.tablesDone} of ${copy.tables} tables.`);
        if (copy && copy.indexing.length > 0) {
          const tables = copy.indexing.map(({ table }) => table).join(', ');
          this.#found('copy', false, `Indexes are still being added to ${tables}.`);
        }
        this.#found('lag', false, `The target is still ${Math.ceil((lagMs ?? 0) / 1000)} s behind.`);
      }
      await pause(LOOK_MS, signal);
    }
    this.#refuseParked(pipeline);
    this.#found('lag', true, 'The target has caught up.');
  }

  #refuseParked(pipeline: Pipeline): void {
    const { parked } = pipeline.status();
    if (parked.length === 0) return;
    const names = parked.map(({ table, code }) => `${table} (${code})`).join(', ');
    this.#found('parked tables', false, `${names} wait for a decision: otter errors list.`);
  }

  /** Rows of mapped tables are counted as they are read; our own writes are not among them. */
  async #quiet(pipeline: Pipeline, signal: AbortSignal): Promise<void> {
    const { quietMs } = this.#options;
    const before = pipeline.status().rowsRead;
    const until = this.#now() + quietMs;
    while (this.#now() < until && pipeline.status().rowsRead === before && !signal.aborted)
      await pause(LOOK_MS, signal);
    const written = pipeline.status().rowsRead - before;
    if (signal.aborted) this.#found('writes', false, 'Interrupted while nobody was to write.');
    const seconds = Math.round(quietMs / 100) / 10;
    if (written > 0) {
      const how = this.#options.readOnly
        ? 'by an account that read_only does not bind'
        : 'stop the applications, or give --read-only';
      this.#found('writes', false, `${written} rows were written to the source meanwhile: ${how}.`);
    }
    this.#found('writes', true, `Nobody wrote to the tables for ${seconds} s.`);
  }

  async #drained(pipeline: Pipeline, signal: AbortSignal): Promise<void> {
    const { end } = await factsOf(this.#options.sync.source);
    const until = this.#now() + this.#options.waitMsMax;
    for (;;) {
      const { position } = pipeline.status();
      if (position !== null && compareCoordinates(position, end) >= 0) break;
      if (signal.aborted || this.#now() > until)
        this.#found('drained', false, `${end.file}:${end.offset} was not reached.`);
      await pause(LOOK_MS, signal);
    }
    this.#refuseParked(pipeline);
    this.#found('drained', true, `Everything up to ${end.file}:${end.offset} is applied.`);
  }

  async #compared(signal: AbortSignal): Promise<void> {
    const { source, target, tables, mappings, columns, controlSchema, name, spillDirectory } = this.#options.sync;
    const results: TableResult[] = [];
    const verification = new Verification(
      {
        ...{ source, target, tables, mappings, columns, controlSchema, spillDirectory, pipeline: name },
        ...{ sample: null, rowsPerSecond: null, hideValues: true, recorded: 'if-possible', resume: null },
      },
      { listener: { ...this.#verifying, table: (result) => results.push(result) }, now: this.#now },
    );
    const { stopped } = await verification.run(signal);
    if (stopped) this.#found('rows', false, 'Interrupted while rows were compared.');
    const unequal = results.filter(({ verdict }) => verdict !== 'equal');
    const named = unequal.map(({ table, verdict, differing, missing, extra }) =>
      verdict === 'differs' ? `${table} (${differing + missing + extra} rows)` : `${table} (${verdict})`,
    );
    if (unequal.length > 0) this.#found('rows', false, `Not equal: ${named.join(', ')}. otter verify says more.`);
    const rows = results.reduce((sum, result) => sum + result.rows, 0);
    this.#found('rows', true, `${rows} rows of ${results.length} tables are equal.`);
  }

  /** Looked at first: before anybody has to stop. */
  async #canTakeOver(): Promise<boolean> {
    try {
      await this.#target();
      return true;
    } catch (error) {
      if (error instanceof NoGo) return false;
      throw error;
    }
  }

  async #target(): Promise<void> {
    const session = await openTargetSession(this.#options.sync.target, { role: 'control' });
    try {
      const [row] = await session.rows('SELECT @@global.read_only');
      const isWritable = row?.[0] === '0' || row?.[0] === 'OFF';
      this.#found('target', isWritable, isWritable ? 'The target can be written to.' : 'The target is read_only.');
      if (!this.#options.reverse) return;
      const client = session.isMariadb ? 'BINLOG MONITOR' : 'REPLICATION CLIENT';
      let facts: SourceFacts | null = null;
      const refused = await denial(factsOf(this.#options.sync.target).then((found) => void (facts = found)));
      if (refused !== null) {
        this.#found(
          'way back',
          false,
          `The target's account may not read its log: GRANT REPLICATION SLAVE, ${client} ON *.* TO it.`,
        );
      }
      const problem = logProblem(facts);
      this.#found('way back', problem === null, problem ?? 'The target logs what a way back needs.');
    } finally {
      await session.close();
    }
  }

  /** Where a pipeline the other way round begins. The one that has been cut over does not stand in its way any more. */
  async #wayBack(): Promise<Position> {
    const { target, controlSchema, name } = this.#options.sync;
    const session = await openTargetSession(target, { role: 'control' });
    try {
      const { end, gtidMode } = await factsOf(target);
      await retire(session, new ControlTables(controlSchema), name);
      return { ...end, gtid: gtidMode === 'ON' ? end.gtid : '' };
    } finally {
      await session.close();
    }
  }
}

function logProblem(facts: SourceFacts | null): string | null {
  if (!facts?.logBin) return 'The target writes no binary log.';
  return facts.format === 'ROW' ? null : `The target logs ${facts.format}, not ROW.`;
}

/** What a server said when it refused the account; `null` when it did not. */
async function denial(work: Promise<void>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (OtterError.is(error) && error.code === 'ACCESS_DENIED') return error.detail;
    throw error;
  }
}

/**
 * The pipeline's checkpoint goes by another name from now on: with both ways in force every change would go round for
 * ever, and the preflight of the way back looks for it.
 */
async function retire(session: Session, tables: ControlTables, name: string): Promise<void> {
  const store = new CheckpointStore(tables, name);
  const { epoch } = await store.acquire(session);
  const cut = `${name.slice(0, 48)}.cut-over-${epoch}`;
  await session.query(
    ['BEGIN', `DELETE FROM ${tables.checkpoint} WHERE pipeline='${cut}'`, store.renameSql(cut), 'COMMIT'].join(';'),
  );
}
