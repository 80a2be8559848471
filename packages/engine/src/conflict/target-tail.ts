import { BinlogReader } from '@otter/binlog';
import {
  addressText,
  assert,
  compareCoordinates,
  fileSequence,
  OtterError,
  say,
  type Log,
  type LogTable,
  type Position,
  type RowsChange,
  type Transaction,
} from '@otter/core';
import { logStatusSql, openTargetSession, readTables, type Session, type TargetTable } from '@otter/dialects';
import { pause } from '../heartbeat.ts';
import { compileIdentity, type IdentityReader, type RowKey } from '../load/row-key.ts';
import { CHECKPOINT_TABLE, haveBeenAt, marksOf, type CommitMark, type Site } from '../origin/commit-mark.ts';
import { isKept, isMarkTable } from '../origin/original-mark.ts';
import { SourceCatalogue } from '../select/source-catalogue.ts';
import type { SyncOptions } from '../sync-options.ts';
import { ruleOf, type ConflictPolicy } from './conflict-policy.ts';
import { Kinship } from './kinship.ts';
import { endOf } from './log-end.ts';
import { compileTrace, isTraced, type TraceReader } from './row-trace.ts';
import { RowWrites, type LocalWrite, type LogPlace, type RowTrace, type Seen } from './row-writes.ts';

const SOCKET_BYTES = 2 * 1024 * 1024;
const SPILL_BYTES = 16 * 1024 * 1024;
const HEARTBEAT_MS = 10_000;
/** How long the log may bring nothing more although its end was not reached. */
const SILENT_MS_MAX = 20_000;
/** How often a place is asked for again that is behind events which make no transaction. */
const LOOK_EVERY_MS = 2;

export interface TargetTailPorts {
  options: SyncOptions;
  policy: ConflictPolicy;
  /** The source of the pipeline: what has been there is not a local write. */
  source: Site;
  /** Whether a table of the target is one that the pipeline writes to. */
  isMapped(schema: string, table: string): boolean;
  /** What the source had seen of the target's log where the pipeline begins. */
  start: Seen;
  bytesMax: number;
  log: Log;
}

/**
 * Follows the target's own log and remembers which rows others have written there: applications, and pipelines from
 * elsewhere. Whoever holds a row's lock and waits for {@link reach} the end of the log knows every write to the row,
 * since a transaction is in the log before it lets go of its locks.
 */
export class TargetTail {
  readonly writes = new RowWrites<LocalWrite>();
  readonly #ports: TargetTailPorts;
  readonly #readers = new WeakMap<LogTable, RowReader>();
  #tables = new Map<string, TargetTable>();
  /** Foreign keys among the tables. */
  kinship = new Kinship(this.#tables);
  #catalogue = new SourceCatalogue([], '');
  /** That the target's log was written to at the beginning. */
  #file = '';
  #reader: BinlogReader | null = null;
  #at: LogPlace;
  /** Up to where the source's log has been applied at {@link #at}. */
  #applied: LogPlace;
  /** Epoch of the newest commit of the pipeline that was recognised. */
  #epoch: bigint | null = null;
  #busy = false;

  constructor(ports: TargetTailPorts) {
    this.#ports = ports;
    this.#at = ports.start;
    this.#applied = ports.start.applied;
  }

  /** Has to be called first: what the tables are, and how they hang together. */
  async open(session: Session): Promise<void> {
    await this.#readTables(session);
    this.#file = endOf(await session.rows(logStatusSql(session))).file;
  }

  /**
   * Works until aborted. Throws what reading the log throws, CONFLICT_WINDOW when there is more than it may remember,
   * SCHEMA_MISMATCH when rows in it cannot be read.
   */
  async run(signal: AbortSignal): Promise<void> {
    const reader = (this.#reader = this.#open(this.#start()));
    for await (const transactions of reader.transactions(signal)) {
      this.#busy = true;
      for (const transaction of transactions) await this.#take(transaction);
      this.#at = reader.position;
      this.#busy = false;
    }
  }

  /** Up to where the source's log is known to be applied, by the newest commit of the pipeline that was recognised. */
  get applied(): LogPlace {
    return this.#applied;
  }

  /**
   * Proves that what the pipeline commits is recognised in this log, by its commit of this epoch, which lies before
   * `end`. Throws LOOP_PROBE_FAILED.
   */
  async prove(epoch: bigint, end: LogPlace, signal: AbortSignal): Promise<void> {
    const facts = this.#factsAt(end);
    let silentMs = 0;
    while (!this.#hasPassed(end)) {
      if (signal.aborted) throw new OtterError('TARGET_BUSY', { detail: 'the pipeline is stopping' });
      silentMs = this.#reader?.status.drained ? silentMs + LOOK_EVERY_MS : 0;
      if (silentMs > SILENT_MS_MAX) throw new OtterError('LOOP_PROBE_FAILED', { detail: say('probe-silent', facts) });
      await pause(LOOK_EVERY_MS, signal);
    }
    if (this.#epoch !== epoch) throw new OtterError('LOOP_PROBE_FAILED', { detail: say('probe-unmarked', facts) });
  }

  /** What to say where the log, read up to `end`, does not hold the mark of the pipeline's last commit. */
  lost(end: LogPlace): OtterError {
    return new OtterError('LOOP_SUSPECTED', { detail: say('mark-lost', this.#factsAt(end)) });
  }

  #factsAt({ file, offset }: LogPlace): { pipeline: string; server: string; file: string; offset: number } {
    const { name, target } = this.#ports.options;
    return { pipeline: name, server: addressText(target), file, offset };
  }

  /** Waits until everything up to `end` has been looked at. */
  async reach(end: LogPlace, signal: AbortSignal): Promise<void> {
    while (!this.#hasPassed(end)) {
      if (signal.aborted) throw new OtterError('TARGET_BUSY', { detail: 'the pipeline is stopping' });
      await pause(LOOK_EVERY_MS, signal);
    }
  }

  /** Up to where the source's log is known to whatever is remembered, or will be. */
  get known(): LogPlace {
    return this.writes.first?.seen ?? this.#applied;
  }

  #hasPassed(end: LogPlace): boolean {
    if (this.#busy) return false;
    if (compareCoordinates(this.#at, end) >= 0) return true;
    const status = this.#reader?.status;
    // Behind it are events that make no transaction.
    return status !== undefined && status.drained && status.end !== null && compareCoordinates(status.end, end) >= 0;
  }

  /** A place that was read from a mark knows the number of its file alone. */
  #start(): Position {
    const { start } = this.#ports;
    const file = this.#file.replace(/\d+$/, (digits) => numbered(start.file, digits.length));
    return { file, offset: start.offset, gtid: '' };
  }

  #open(position: Position): BinlogReader {
    const { options, log } = this.#ports;
    return new BinlogReader({
      address: options.target,
      start: position,
      wants: (schema, table) => this.#keeps(table) || this.#ports.isMapped(schema, table),
      keeps: (_schema, table) => this.#keeps(table),
      describe: (schema, table) => this.#catalogue.get(schema, table),
      memoryBytes: SOCKET_BYTES,
      spillBytes: SPILL_BYTES,
      spillDirectory: options.spillDirectory,
      heartbeatMs: HEARTBEAT_MS,
      log,
    });
  }

  async #readTables(session: Session): Promise<void> {
    const found = await readTables(
      session,
      (schema, table) => this.#isOriginal(table) || this.#ports.isMapped(schema, table),
    );
    const tables = found.filter(({ table }) => !this.#isOriginal(table));
    const marks = found.filter(({ table }) => this.#isOriginal(table));
    this.#tables = new Map(tables.map((table) => [`${table.schema}.${table.table}`, table]));
    this.kinship = new Kinship(this.#tables);
    this.#catalogue = new SourceCatalogue(tables, this.#ports.options.controlSchema, marks);
  }

  /** Somebody has changed definitions. */
  async #readTablesAgain(): Promise<void> {
    const session = await openTargetSession(this.#ports.options.target, { role: 'control' });
    try {
      await this.#readTables(session);
    } finally {
      await session.close();
    }
  }

  async #take(transaction: Transaction): Promise<void> {
    const { changes, spilled } = transaction;
    const marks = changes.flatMap((change) => (change.table.table === CHECKPOINT_TABLE ? marksOf(change) : []));
    const isReturned = haveBeenAt(marks, [this.#ports.source]);
    if (isReturned || this.#isShielded(changes)) {
      if (isReturned) for (const mark of marks) this.#note(mark);
      await spilled?.release();
    } else if (spilled) {
      for await (const piece of spilled.read()) this.#add(transaction, piece);
      await spilled.release();
    } else this.#add(transaction, changes);
    if (transaction.statements.length > 0) await this.#readTablesAgain();
  }

  /** Rows of it tell where others come from. */
  #keeps(table: string): boolean {
    return table === CHECKPOINT_TABLE || this.#isOriginal(table);
  }

  #isOriginal(table: string): boolean {
    return this.#ports.options.originalMarks !== undefined && isMarkTable(table);
  }

  /** What is not carried to the source is nothing that the source would have to know of. */
  #isShielded(changes: readonly RowsChange[]): boolean {
    const { originalMarks } = this.#ports.options;
    return (
      originalMarks !== undefined && changes.some((one) => isMarkTable(one.table.table) && isKept(originalMarks, one))
    );
  }

  #note({ pipeline, position, worker, epoch }: CommitMark): void {
    if (pipeline !== this.#ports.options.name || worker !== 0) return;
    this.#applied = position;
    this.#epoch = epoch;
  }

  #add({ file, offset, committedAtMs }: Transaction, changes: readonly RowsChange[]): void {
    const write = { at: { file, offset }, committedAtMs, seen: this.#applied };
    for (const change of changes) {
      const { schema, table, problem } = change.table;
      if (this.#keeps(table) || !this.#ports.isMapped(schema, table)) continue;
      if (problem) throw problem;
      this.#addRows(`${schema}.${table}`, change, write);
      change.release?.();
    }
    if (this.writes.bytes <= this.#ports.bytesMax) return;
    throw new OtterError('CONFLICT_WINDOW', {
      detail: say('conflict-window', { megabytes: this.#ports.bytesMax >> 20 }),
    });
  }

  #addRows(name: string, change: RowsChange, write: LocalWrite): void {
    const { keyOf, traceOf } = this.#readerOf(change.table);
    if (traceOf === null) {
      const keys = new Set([...change.before, ...change.after].map((row) => keyOf(row)));
      for (const key of keys) this.writes.add(name, key, write);
      return;
    }
    const add = (key: RowKey, trace: RowTrace): void => this.writes.add(name, key, { ...write, ...trace });
    for (let i = 0; i < change.rowCount; i++) {
      const [before, after] = [change.before[i] ?? null, change.after[i] ?? null];
      const [from, to] = [before && keyOf(before), after && keyOf(after)];
      // Another key is another row: one is taken away, one is put in.
      if (from !== null && from !== to) add(from, traceOf(before, null));
      if (to !== null) add(to, traceOf(from === to ? before : null, after));
    }
  }

  #readerOf(table: LogTable): RowReader {
    const known = this.#readers.get(table);
    if (known) return known;
    const rule = ruleOf(this.#ports.policy, table.schema, table.table);
    const traceOf = isTraced(rule) ? compileTrace(rule, table) : null;
    const reader = { keyOf: this.#keyOf(table), traceOf };
    this.#readers.set(table, reader);
    return reader;
  }

  #keyOf(table: LogTable): IdentityReader {
    const name = `${table.schema}.${table.table}`;
    const primary = this.#tables.get(name)?.uniqueKeys.find((key) => key.primary);
    if (!primary) throw new OtterError('SCHEMA_MISMATCH', { detail: say('conflict-keyless', { table: name }) });
    const ordinals = primary.parts.map((part) => {
      const ordinal = table.columns.findIndex((column) => column.name === part.column);
      assert(ordinal !== -1, `the primary key of ${name} is not in its log`);
      return ordinal;
    });
    return compileIdentity(ordinals, name);
  }
}

/** What is read of the rows of a table; `null`: place and time are all its rule asks for. */
interface RowReader {
  keyOf: IdentityReader;
  traceOf: TraceReader | null;
}

/** The number of a log file as its name holds it. */
function numbered(file: string, digits: number): string {
  return String(fileSequence(file)).padStart(digits, '0');
}
