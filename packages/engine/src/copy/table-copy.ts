import { OtterError, say, type LogTable, type Row, type Wording } from '@otter/core';
import {
  compileRowSelect,
  quoteName,
  quoteTable,
  type RowSelect,
  type Session,
  type TargetTable,
} from '@otter/dialects';
import { ChunkKey, type KeyBound, type KeyRange } from './chunk-key.ts';
import { Pace } from './pace.ts';
import { ENDED_COPIES, NOTHING_COPIED, type CopyState, type StoredCopy } from './copy-store.ts';

/** However short the rows, and how many to begin with while their length is only estimated. */
const CHUNK_ROWS_MAX = 20_000;
const CHUNK_ROWS_FIRST = 4000;
/** A chunk that turns out this many times larger is given up, and read again in smaller pieces. */
const OVERSIZE = 4;
/** A table without a key is one chunk. */
const WHOLE_BYTES_MAX = 64 << 20;

/** A piece of a table that a lane has taken to read. */
export interface ChunkTask {
  table: TableCopy;
  range: KeyRange;
  /** Rows expected in it. */
  rows: number;
  /** Definition changes of the table the stream had seen when this was taken. */
  version: number;
}

/** How a table's rows are read: compiled anew when its definition changes. */
interface Reading {
  select: RowSelect;
  key: ChunkKey | null;
  logTable: LogTable;
  /** The quoted table with the index to use. */
  from: string;
}

/** One table's way through the copy. */
export class TableCopy {
  readonly source: string;
  readonly schema: string;
  readonly table: string;
  /** Tables whose foreign keys cascade into this one: they are copied first. */
  readonly parents: ReadonlySet<string>;
  state: CopyState = 'waiting';
  /** It takes part already, and its rows are copied over those that are there. */
  isAgain = false;
  /** Only rows of the source for which this SQL is true; the others of the target stay as they are. */
  predicate: string | null = null;
  /** Why it failed. */
  failure: { code: string; message: string; messageZh: string } | null = null;
  replace: boolean;
  rows = 0;
  bytes = 0;
  readonly pace = new Pace();
  estimatedRows: number;
  /** Changes of its rows came by while it was being copied: some of what is read may be there already. */
  mayMeet = false;
  /** Definition changes of it seen in the stream. */
  version = 0;
  /** Grows each time it is copied anew. */
  generation = 0;
  /** It is parked, and not copied any further. */
  stopped = false;
  /**
   * Its rows cannot be told apart: it is read at once, again until nobody wrote to it meanwhile, and its changes are
   * left out up to there.
   */
  isWhole = false;
  #reading: Reading;
  #readingVersion = 0;
  /** The definition has come to have another key than the bounds so far are of: it has to be copied anew. */
  isRekeyed = false;
  #through: KeyBound | null = null;
  #next: KeyBound | null = null;
  #divided = false;
  /** Given out and not committed. */
  readonly #open = new Set<KeyRange>();
  /** To be given out again. */
  readonly #again: KeyRange[] = [];
  /** Bytes of row values a chunk is meant to hold, unless {@link chunkBytesMax} is less. */
  readonly #chunkBytes: number;
  /** A limit of the moment. */
  chunkBytesMax = Infinity;
  #chunkRows: number;
  /** One lane at a time asks for bounds. */
  #dividing: Promise<unknown> = Promise.resolve();

  constructor(
    definition: TargetTable,
    options: { parents: ReadonlySet<string>; rows: number; rowBytes: number; replace: boolean; chunkBytes: number },
  ) {
    this.schema = definition.schema;
    this.table = definition.table;
    this.source = `${definition.schema}.${definition.table}`;
    this.parents = options.parents;
    this.estimatedRows = options.rows;
    this.replace = options.replace;
    this.#reading = readingOf(definition);
    this.#chunkBytes = options.chunkBytes;
    const fitting = Math.floor(this.#chunkBytes / Math.max(options.rowBytes, 1));
    this.#chunkRows = Math.max(1, Math.min(CHUNK_ROWS_FIRST, fitting));
  }

  /** Goes on where an earlier process stopped. What it had given out and not committed is read again. */
  resume(stored: StoredCopy): void {
    const { key } = stored.rest;
    this.isRekeyed = key !== '' && key !== (this.#reading.key?.text ?? '');
    this.state = stored.state;
    this.isAgain = stored.kind === 'again';
    this.predicate = stored.predicate;
    this.replace = stored.replace;
    this.rows = stored.rows;
    this.bytes = stored.bytes;
    this.#through = stored.rest.through;
    this.#next = stored.rest.next;
    this.#divided = stored.rest.divided;
    this.#again.push(...stored.rest.open);
    this.mayMeet = stored.state === 'copying';
  }

  /** What is stored for it now, without `done`, which is being committed. */
  stored(done?: { range: KeyRange; rows: number; bytes: number }): StoredCopy {
    const open = [...this.#open, ...this.#again].filter((range) => range !== done?.range);
    const finished = done !== undefined && this.#divided && open.length === 0;
    return {
      table: this.source,
      state: finished ? 'done' : this.state,
      kind: this.isAgain ? 'again' : 'first',
      predicate: this.predicate,
      code: this.failure?.code ?? null,
      message: this.failure?.message ?? null,
      messageZh: this.failure?.messageZh ?? null,
      updatedAt: '',
      replace: this.replace,
      rest:
        this.state === 'waiting'
          ? NOTHING_COPIED
          : {
              ...{ through: this.#through, next: this.#next, divided: this.#divided, open },
              key: this.#reading.key?.text ?? '',
            },
      rows: this.rows + (done?.rows ?? 0),
      bytes: this.bytes + (done?.bytes ?? 0),
      estimatedRows: this.estimatedRows,
    };
  }

  /** Nothing of it will be read any more. */
  get isOver(): boolean {
    return this.stopped || ENDED_COPIES.includes(this.state);
  }

  /** Everything in the key's ranges is taken away before the rows that were read are put in. */
  get clearsRanges(): boolean {
    return this.isAgain && this.predicate === null;
  }

  /** Bytes of row values a chunk is meant to hold. */
  get chunkBytes(): number {
    return Math.min(this.#chunkBytes, this.chunkBytesMax);
  }

  /** A copy again that cannot go on: what it has copied stays, and the table takes part as before. */
  fail(code: string, { en: message, zh: messageZh }: Wording): void {
    this.state = 'failed';
    this.failure = { code, message, messageZh };
  }

  /** The chunk is committed. */
  settle(done: { range: KeyRange; rows: number; bytes: number }, nowMs: number): void {
    this.pace.note(done.rows, done.bytes, nowMs);
    this.rows += done.rows;
    this.bytes += done.bytes;
    this.#open.delete(done.range);
    if (this.#divided && this.#open.size === 0 && this.#again.length === 0) this.state = 'done';
  }

  /** The chunk must be read again, in pieces of about `rows`. */
  giveBack(range: KeyRange, rows = this.#chunkRows): void {
    // A piece of a copy that has been begun anew since is nobody's any more.
    if (!this.#open.delete(range)) return;
    this.#chunkRows = Math.max(1, Math.min(rows, this.#chunkRows));
    this.#again.push(range);
  }

  /** Nothing left to be given out. */
  get exhausted(): boolean {
    return this.#divided && this.#again.length === 0;
  }

  /** The definition is read anew before the next chunk. */
  redefined(): void {
    this.version += 1;
  }

  async define(read: () => Promise<TargetTable | undefined>): Promise<boolean> {
    if (this.#readingVersion === this.version) return true;
    const version = this.version;
    const definition = await read();
    if (!definition || this.isRekeyed) return false;
    const reading = readingOf(definition);
    this.isRekeyed = this.#through !== null && reading.key?.text !== this.#reading.key?.text;
    if (this.isRekeyed) return false;
    this.#reading = reading;
    this.#readingVersion = version;
    return true;
  }

  get logTable(): LogTable {
    return this.#reading.logTable;
  }

  get key(): ChunkKey | null {
    return this.#reading.key;
  }

  /** The next piece to read, or `null` when all have been given out. `session` asks the source for bounds. */
  async take(session: Session): Promise<ChunkTask | null> {
    const turn = this.#dividing.then(() => this.#take(session));
    this.#dividing = turn.catch(() => undefined);
    return await turn;
  }

  async #take(session: Session): Promise<ChunkTask | null> {
    const range = (await this.#nextAgain(session)) ?? (await this.#nextRange(session));
    return range === null ? null : { table: this, range, rows: this.#chunkRows, version: this.#readingVersion };
  }

  /** A piece that has to be read again, cut down to the present size. */
  async #nextAgain(session: Session): Promise<KeyRange | null> {
    const range = this.#again[this.#again.length - 1];
    if (!range) return null;
    const isWhole = range.through.length === 0 && !this.isAgain;
    const through = isWhole ? range.through : await this.#boundOf(session, range);
    // All at once: at every moment each part of the table is committed, open, to be read again, or behind `next`.
    this.#again.splice(this.#again.indexOf(range), 1);
    if (same(through, range.through)) return this.#opened(range);
    this.#again.push({ after: through, through: range.through });
    return this.#opened({ after: range.after, through });
  }

  #opened(range: KeyRange): KeyRange {
    this.#open.add(range);
    return range;
  }

  async #nextRange(session: Session): Promise<KeyRange | null> {
    const { key, from } = this.#reading;
    if (this.#divided) return null;
    if (key === null || this.isWhole) {
      this.#divided = true;
      return this.#opened({ after: null, through: [] });
    }
    if (this.#through === null) {
      const [last] = await session.rows(
        `SELECT ${key.boundExpressions} FROM ${from} ORDER BY ${key.order('DESC')} LIMIT 1`,
      );
      if (key.isInteger && last && !this.isAgain) await this.#startAtFirst(session, key);
      this.#through = last ? key.readBound(last) : [];
      // Behind the last row, where the target may hold more: at once, while the source holds next to nothing there.
      if (this.isAgain && last) return this.#opened({ after: this.#through, through: [] });
    }
    if (this.#through.length === 0) {
      this.#divided = true;
      // An empty table is one chunk, whose commit says that it is done.
      return this.#opened({ after: null, through: [] });
    }
    const rest: KeyRange = { after: this.#next, through: this.#through };
    const through = await this.#boundOf(session, rest);
    this.#next = through;
    this.#divided = same(through, rest.through);
    return this.#opened({ after: rest.after, through });
  }

  async #startAtFirst(session: Session, key: ChunkKey): Promise<void> {
    const { from } = this.#reading;
    const [first] = await session.rows(`SELECT ${key.boundExpressions} FROM ${from} ORDER BY ${key.order()} LIMIT 1`);
    if (first) this.#next = [String(BigInt(first[0] ?? '0') - 1n)];
  }

  /** The key that ends the first piece of `range`. */
  async #boundOf(session: Session, range: KeyRange): Promise<KeyBound> {
    const { key, from } = this.#reading as Reading & { key: ChunkKey };
    if (key.isInteger && this.#isDense && range.after !== null && range.through.length > 0) {
      const end = BigInt(range.after[0] as string) + BigInt(this.#width);
      const last = BigInt(range.through[0] as string);
      return [String(end < last ? end : last)];
    }
    const [row] = await session.rows(
      `SELECT ${key.boundExpressions} FROM ${from} WHERE ${key.condition(range)} ORDER BY ${key.order()} LIMIT 1 OFFSET ${this.#chunkRows - 1}`,
    );
    return row ? key.readBound(row) : range.through;
  }

  /** Of the last pieces, how many keys held a row: a sparse key is divided by looking, not by calculating. */
  #density = 1;

  get #isDense(): boolean {
    // Of rows that were not selected nothing is known.
    return this.predicate === null && this.#density > 1 / 16;
  }

  get #width(): number {
    return Math.ceil(this.#chunkRows / this.#density);
  }

  /**
   * Reads a piece. `null` when it holds far more bytes than meant, which costs the session: it has been given back.
   * Rows come in the key's order.
   */
  async read(session: Session, task: ChunkTask): Promise<{ rows: Row[]; bytes: number } | null> {
    const { select, key, from } = this.#reading;
    const { range } = task;
    // A table found empty may have rows by now: those came after the beginning and are in the log.
    if (range.through.length === 0 && !this.isWhole && !this.isAgain) return { rows: [], bytes: 0 };
    const where = key === null || this.isWhole ? '' : ` WHERE ${key.condition(range)}${this.#predicateSql()}`;
    const bytesMax = this.isWhole ? WHOLE_BYTES_MAX : this.#chunkBytes * OVERSIZE;
    const rows: Row[] = [];
    let bytes = 0;
    let complete = true;
    await session.each(`SELECT ${select.expressions.join(',')} FROM ${from}${where}`, (cells) => {
      for (const cell of cells) if (cell !== null) bytes += cell.length;
      rows.push(select.read(cells));
      complete = bytes <= bytesMax || rows.length === 1;
      return complete;
    });
    if (!complete && this.isWhole) {
      throw new OtterError('COPY_IMPOSSIBLE', {
        detail: say('table-keyless-large', { table: this.source, megabytes: WHOLE_BYTES_MAX >> 20 }),
      });
    }
    if (!complete) {
      // Behind a gap in the keys more rows may lie than were counted on: what was seen of them corrects the guess.
      this.#learnDensity(range, rows.length);
      this.giveBack(range, Math.max(1, Math.floor(rows.length / OVERSIZE)));
      return null;
    }
    this.#learn(range, rows.length, bytes);
    return { rows, bytes };
  }

  /** On lines of its own, so that a comment in it ends with it. */
  #predicateSql(): string {
    return this.predicate === null ? '' : ` AND (\n${this.predicate}\n)`;
  }

  #learnDensity(range: KeyRange, rows: number): void {
    if (this.predicate !== null) return;
    if (!this.#reading.key?.isInteger || range.after === null || range.through.length === 0) return;
    const keys = Number(BigInt(range.through[0] as string) - BigInt(range.after[0] as string));
    if (keys > 0) this.#density = Math.max(1e-6, Math.min(1, (rows + 1) / keys));
  }

  #learn(range: KeyRange, rows: number, bytes: number): void {
    this.#learnDensity(range, rows);
    if (rows === 0) return;
    const fitting = Math.floor(this.chunkBytes / (bytes / rows + 8));
    // Never much more than the last time: what is known is what was just read.
    this.#chunkRows = Math.max(1, Math.min(CHUNK_ROWS_MAX, fitting, Math.max(this.#chunkRows, rows) * 2));
  }

  /** SELECT that finds whether the target holds any row of the range; `null` when the key is not the same there. */
  probeSql(range: KeyRange, target: { name: string; columns: ReadonlyMap<string, string> }): string | null {
    const { key } = this.#reading;
    if (key === null || range.through.length === 0) return null;
    const names = key.columnNames.map((name) => target.columns.get(name));
    if (names.includes(undefined)) return null;
    return `SELECT 1 FROM ${target.name} WHERE ${key.condition(range, names as string[])} LIMIT 1`;
  }

  /**
   * DELETE of everything the target holds in the range, by the index that begins with the key's columns there; throws
   * SCHEMA_MISMATCH where there is none any more.
   */
  clearSql(range: KeyRange, target: TargetTable, columns: ReadonlyMap<string, string>): string {
    const { key } = this.#reading;
    const names = key?.columnNames.map((name) => columns.get(name) ?? '') ?? [''];
    const index = target.uniqueKeys.find(({ parts }) =>
      names.every((name, i) => name !== '' && parts[i]?.column === name && parts[i].prefix === null),
    );
    if (key === null || index === undefined) {
      throw new OtterError('SCHEMA_MISMATCH', { detail: say('copy-key-lost', { table: this.source }) });
    }
    const name = quoteTable(target.schema, target.table);
    return `DELETE ${name} FROM ${name} FORCE INDEX (${quoteName(index.name)}) WHERE ${key.condition(range, names)}`;
  }

  /** Everything begins anew: the target's rows are taken away first. */
  reset(): void {
    this.generation += 1;
    this.state = 'waiting';
    this.replace = true;
    this.stopped = false;
    this.isRekeyed = false;
    this.mayMeet = false;
    this.rows = 0;
    this.bytes = 0;
    this.#through = null;
    this.#next = null;
    this.#divided = false;
    this.isWhole = false;
    this.#open.clear();
    this.#again.length = 0;
  }
}

function same(a: KeyBound, b: KeyBound): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function readingOf(definition: TargetTable): Reading {
  const select = compileRowSelect(definition);
  const key = ChunkKey.of(definition);
  const name = quoteTable(definition.schema, definition.table);
  const { schema, table } = definition;
  return {
    select,
    key,
    logTable: { schema, table, columns: select.columns, primaryKey: null, problem: null },
    from: key === null ? name : `${name} FORCE INDEX (${quoteName(key.name)})`,
  };
}
