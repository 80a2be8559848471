import { BinlogReader } from '@otter/binlog';
import {
  compareCoordinates,
  type LogTable,
  type Position,
  type Row,
  type RowsChange,
  type ServerAddress,
  type Transaction,
} from '@otter/core';
import { pause } from '../heartbeat.ts';
import { compileUnique, WILD, type RowKey, type UniquePart } from '../load/row-key.ts';
import type { ComparedKey, ComparedTable } from './compared-table.ts';

/** A place in the source's log. */
export type Coordinates = Pick<Position, 'file' | 'offset'>;

const SOCKET_BYTES = 2 * 1024 * 1024;
const SPILL_BYTES = 8 * 1024 * 1024;
const HEARTBEAT_MS = 250;
const LOOK_EVERY_MS = 10;

/** Kinds whose values a log and a SELECT give in the same form; a key with any other is told apart from none. */
const SAME_FORM = new Set([
  'int',
  'decimal',
  'year',
  'bit',
  'date',
  'time',
  'datetime',
  'timestamp',
  'enum',
  'set',
  'text',
]);

/**
 * Reads the source's log from a place on and remembers where each of a few rows of one table was last changed.
 * Where two keys cannot be told apart for certain, a change to one counts as a change to the other.
 */
export class LogWatch {
  readonly #table: ComparedTable;
  readonly #key: ComparedKey | null;
  readonly #reader: BinlogReader;
  readonly #stopping = new AbortController();
  readonly #changes = new Map<RowKey, Coordinates>();
  readonly #readers = new Map<LogTable, (row: Row) => RowKey | null | undefined>();
  #wildChange: Coordinates | null = null;
  #anyChange: Coordinates | null = null;
  #at: Coordinates;
  #busy = false;
  #isRedefined = false;
  #failure: unknown = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: {
    table: ComparedTable;
    key: ComparedKey | null;
    source: ServerAddress;
    start: Position;
    spillDirectory: string;
  }) {
    const { table } = options;
    this.#table = table;
    this.#key = options.key;
    this.#at = options.start;
    this.#reader = new BinlogReader({
      address: options.source,
      start: options.start,
      wants: (schema, name) => schema === table.source.schema && name === table.source.table,
      describe: (schema, name) =>
        schema === table.source.schema && name === table.source.table ? table.source : undefined,
      memoryBytes: SOCKET_BYTES,
      spillBytes: SPILL_BYTES,
      spillDirectory: options.spillDirectory,
      heartbeatMs: HEARTBEAT_MS,
    });
  }

  /** Before {@link LogWatch.start}: changes to these rows (compared columns in their order) are to be told apart. */
  remember(rows: readonly Row[]): void {
    for (const row of rows) {
      const id = this.keyOf(row);
      if (id !== WILD) this.#changes.set(id, { file: '', offset: 0 });
    }
  }

  /** Begins to read. */
  start(): void {
    this.#ended = this.#run().catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** What a row of compared columns is known by. */
  keyOf(row: Row): RowKey {
    const key = this.#key;
    if (key === null) return WILD;
    const parts: UniquePart[] = [];
    for (const position of key.positions) {
      const pair = this.#table.pairs[position];
      const { column } = pair?.source ?? {};
      if (pair === undefined || column === undefined || column !== pair.sent || !SAME_FORM.has(column.kind))
        return WILD;
      if (column.kind !== pair.target.column.kind) return WILD;
      parts.push({ ordinal: position, source: column, target: column, prefix: null });
    }
    return compileUnique(parts, 'k')(row) ?? WILD;
  }

  /** Whether the row may have been changed behind `place`, as far as the log was read; true for one not watched. */
  changedSince(row: Row, place: Coordinates): boolean {
    const behind = (at: Coordinates | null | undefined): boolean =>
      at !== null && at !== undefined && at.file !== '' && compareCoordinates(at, place) > 0;
    const id = this.keyOf(row);
    if (id === WILD) return behind(this.#anyChange);
    const changed = this.#changes.get(id);
    return changed === undefined || behind(this.#wildChange) || behind(changed);
  }

  /** Waits until everything before `place` was read; false when that takes longer than `waitMs`. Throws the reader's error. */
  async reach(place: Coordinates, waitMs: number, signal: AbortSignal): Promise<boolean> {
    const until = Date.now() + waitMs;
    while (!this.#passed(place)) {
      if (this.#failure !== null) throw this.#failure as Error;
      if (signal.aborted || Date.now() > until) return false;
      await pause(LOOK_EVERY_MS, signal);
    }
    return true;
  }

  /** Whether a statement was read that may have changed the table's definition. */
  get isRedefined(): boolean {
    return this.#isRedefined;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  #passed(place: Coordinates): boolean {
    if (this.#busy) return false;
    if (compareCoordinates(this.#at, place) >= 0) return true;
    const { drained, end } = this.#reader.status;
    return drained && end !== null && compareCoordinates(end, place) >= 0;
  }

  async #run(): Promise<void> {
    for await (const transactions of this.#reader.transactions(this.#stopping.signal)) {
      this.#busy = true;
      for (const transaction of transactions) await this.#take(transaction);
      this.#busy = false;
    }
  }

  async #take(transaction: Transaction): Promise<void> {
    const place = { file: transaction.file, offset: transaction.offset };
    const pieces = transaction.spilled ? transaction.spilled.read() : [transaction.changes];
    for await (const changes of pieces) for (const change of changes) this.#note(change, place);
    await transaction.spilled?.release();
    const name = this.#table.source.table.toLowerCase();
    // A statement that may be about the table may have changed any row of it.
    if (transaction.statements.some(({ sql }) => sql.toLowerCase().includes(name))) {
      this.#wildChange = this.#anyChange = place;
      this.#isRedefined = true;
    }
    this.#at = place;
  }

  #note(change: RowsChange, place: Coordinates): void {
    this.#anyChange = place;
    const read = this.#readerOf(change.table);
    for (const row of [...change.before, ...change.after]) {
      const id = read(row);
      // An after image that lacks the key has the key of its before image.
      if (id === undefined) continue;
      if (id === WILD || id === null) this.#wildChange = place;
      else if (this.#changes.has(id)) this.#changes.set(id, place);
    }
    if (change.before.length + change.after.length === 0) this.#wildChange = place;
    change.release?.();
  }

  #readerOf(logTable: LogTable): (row: Row) => RowKey | null | undefined {
    let read = this.#readers.get(logTable);
    if (read === undefined) {
      read = this.#compile(logTable) ?? (() => WILD);
      this.#readers.set(logTable, read);
    }
    return read;
  }

  #compile(logTable: LogTable): ((row: Row) => RowKey | null | undefined) | null {
    if (this.#key === null || logTable.problem !== null) return null;
    const parts: UniquePart[] = [];
    for (const position of this.#key.positions) {
      const column = this.#table.pairs[position]?.source.column;
      const ordinal = logTable.columns.findIndex(({ name }) => name === column?.name);
      const logged = logTable.columns[ordinal];
      if (column === undefined || logged === undefined || logged.kind !== column.kind) return null;
      parts.push({ ordinal, source: column, target: column, prefix: null });
    }
    return compileUnique(parts, 'k');
  }
}
