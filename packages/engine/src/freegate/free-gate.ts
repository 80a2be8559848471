import { failpoint, OtterError, type Log, type Row, type RowsChange, type TableSchema } from '@otter/core';
import { openTargetSession, readTables, type Session } from '@otter/dialects';
import type { CheckpointStore } from '../control/checkpoint-store.ts';
import { ensureTables, type ControlTables } from '../control/control-tables.ts';
import type { Copier } from '../copy/copier.ts';
import { CHUNK_SHARE, parentsOf } from '../copy/copy-plan.ts';
import { CopyWindow, observeSafely } from '../copy/copy-windows.ts';
import { requireOverwritable } from '../copy/renewal.ts';
import { parseWatermark, watermarkSql, type WatermarkSide } from '../copy/watermark.ts';
import { pause, whenAborted } from '../heartbeat.ts';
import { Deferred } from '../load/deferred.ts';
import type { ParkedTables } from '../park/parked-tables.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { TableRouter } from '../select/table-router.ts';
import type { SyncOptions } from '../sync-options.ts';
import type { RouteTable } from '../transform/route-table.ts';
import { bufferDefinition, bufferRows, isBufferTable } from './buffer-row.ts';
import type { GatePiece, GateStore } from './gate-store.ts';
import { GateTable, type GateLook } from './gate-table.ts';
import { HeardKeys } from './heard-keys.ts';

/** How often it is looked whether a table that could not be written to can be now. */
const LOOK_MS = 500;
/** Rows read that turn out this many times larger than meant are read in halves. */
const OVERSIZE = 4;
/** How often a piece is read that does not go together with the definition known of its table. */
const TRIES_MAX = 4;

export interface FreeGatePorts {
  options: SyncOptions;
  log: Log;
  tables: ControlTables;
  checkpoints: CheckpointStore;
  store: GateStore;
  epoch: bigint;
  router: TableRouter;
  parked: ParkedTables;
  routes: RouteTable;
  copier: Copier;
  /** Whether rows that a foreign key of the source changes are in its log. */
  logsCascades: boolean;
  /** A connection to the target, which others use as well. */
  target: Session;
}

/** A piece between its two watermarks, and up to its commit. */
interface Passage {
  id: number;
  piece: GatePiece;
  table: GateTable;
  window: CopyWindow | null;
  data: { rows: Row[]; bytes: number } | null;
  /** What the target or the source would not have. */
  refusal: OtterError | null;
  over: Deferred<'done' | 'again'>;
}

/**
 * The free gate: rows that are named in `retl_buffer` on the source are brought again through the stream (otter-spec §5,
 * ADR 20). What is asked for is stored in the target before the position moves past it; a piece of keys at a time is
 * then read between two watermarks, as a copy's chunk is, and takes its place in the stream: on the target these keys go,
 * and what the source has of them at that place of the log comes.
 */
export class FreeGate {
  readonly #ports: FreeGatePorts;
  readonly #definition: TableSchema;
  /** Pieces that are stored and not done, by source table. */
  readonly #waiting: Map<string, number>;
  /** Tables that were looked at, until their definition changes. */
  readonly #tables = new Map<string, GateTable>();
  /** Those of {@link #waiting} whose rows may be written over what is there. */
  readonly #open = new Set<string>();
  /** The log has mentioned `retl_buffer`. */
  #isMet = false;
  readonly #passages = new Map<number, Passage>();
  /** Marks that are written to see when the stream has come so far. */
  readonly #echoes = new Map<number, Deferred<void>>();
  #nextId = -1;
  /** Pieces that a lane works on. */
  readonly #taken = new Set<string>();
  /** Of pieces that were refused as a whole, how often. */
  readonly #tries = new Map<string, number>();
  #taking: Promise<unknown> = Promise.resolve();
  #wake = new Deferred<void>();

  /** `definition`: of `retl_buffer` on the source; absent: it is not there yet. */
  constructor(ports: FreeGatePorts, waiting: Map<string, number>, definition: TableSchema | undefined) {
    this.#ports = ports;
    this.#waiting = waiting;
    this.#definition = definition ?? bufferDefinition(ports.options.controlSchema);
  }

  /** Nothing that can be done now is left to be done. */
  get idle(): boolean {
    return this.#passages.size === 0 && [...this.#waiting.keys()].every((table) => this.#ports.parked.isParked(table));
  }

  /** Rows of the table are asked for and not there: whatever the stream finds on the target, it writes whole rows over it. */
  isOpen(table: string): boolean {
    return this.#open.has(table) && !this.#ports.copier.isUnfinished(table);
  }

  /** Looks at the tables that wait since an earlier attempt. To be called before the stream begins. */
  async open(): Promise<void> {
    for (const table of this.#waiting.keys()) await this.#lookSafely(table);
  }

  // --- the stream's side -------------------------------------------------------------------------------------

  /** Whether rows of this table are worth decoding. */
  wants(schema: string, table: string): boolean {
    const isBuffer = this.#isBuffer({ schema, table });
    if (isBuffer) this.#isMet = true;
    return isBuffer;
  }

  /** What `retl_buffer` is; `undefined` for any other table. */
  describe(schema: string, table: string): TableSchema | undefined {
    return this.#isBuffer({ schema, table }) ? this.#definition : undefined;
  }

  #isBuffer({ schema, table }: { schema: string; table: string }): boolean {
    return isBufferTable({ schema, table }, this.#ports.options.controlSchema);
  }

  /**
   * Takes the rows of `retl_buffer` out of the transaction and stores what they ask for, in the order of the log and
   * before the transaction is committed: it may be asked for once more after a crash, never not at all.
   */
  async hear(item: SelectedTransaction): Promise<void> {
    if (!this.#isMet) return;
    const { transaction } = item;
    const { spilled } = transaction;
    const heard = new HeardKeys((table, keys) => this.#add(table, keys));
    const isBuffer = (change: RowsChange): boolean => this.#isBuffer(change.table);
    for (const change of transaction.changes.filter(isBuffer)) {
      item.rows -= change.rowCount;
      await this.#hearChange(change, heard);
    }
    transaction.changes = transaction.changes.filter((change) => !isBuffer(change));
    if (spilled) {
      for await (const changes of spilled.read())
        for (const change of changes) if (isBuffer(change)) await this.#hearChange(change, heard);
      transaction.spilled = {
        async *read() {
          for await (const changes of spilled.read()) yield changes.filter((change) => !isBuffer(change));
        },
        release: () => spilled.release(),
      };
    }
    await heard.end();
    for (const [detail, rows] of heard.refused) this.#complain({ rows, detail });
    if (heard.stored > 0) failpoint('gate.stored');
  }

  async #hearChange(change: RowsChange, heard: HeardKeys): Promise<void> {
    for (const row of bufferRows(change)) {
      if (typeof row === 'string') {
        heard.refuse(row);
        continue;
      }
      const look = heard.look(row.table) ?? (await this.#lookSafely(row.table));
      heard.know(row.table, look);
      if (look.refusal !== null && !mayBePassing(look.refusal)) heard.refuse(look.refusal.detail);
      else if (look.table?.isKey(row.key) === false) heard.refuse(wrongKey(look.source));
      else await heard.add(look.source, row.key);
    }
    change.release?.();
  }

  async #add(table: string, keys: readonly string[]): Promise<void> {
    const { checkpoints, epoch, store, log } = this.#ports;
    // Before it is stored, and a lane can take it.
    this.#waiting.set(table, (this.#waiting.get(table) ?? 0) + 1);
    await this.#onTarget(['BEGIN', checkpoints.fenceSql(epoch), store.addSql(table, keys), 'COMMIT']);
    log.info({ table, rows: keys.length }, 'rows asked for through retl_buffer');
    this.#wakeUp();
  }

  #complain(facts: { rows: number; detail: string; table?: string }): void {
    this.#ports.log.warn({ code: 'GATE_REFUSED', ...facts }, 'rows asked for are passed over');
  }

  /** Notes what the transaction does, and returns the piece that belongs right behind it in the stream. */
  async observe(item: SelectedTransaction, target: Session): Promise<SelectedTransaction[]> {
    for (const { table } of item.stops) this.#tables.delete(table);
    for (const table of item.ddl?.tables ?? []) this.#tables.delete(table);
    if (this.#passages.size + this.#echoes.size === 0) return [];
    if (item.transaction.spilled) {
      for await (const changes of item.transaction.spilled.read()) this.#look(changes);
    } else this.#look(item.transaction.changes);
    const chunks: SelectedTransaction[] = [];
    for (const text of item.marks ?? []) {
      const mark = parseWatermark(text);
      if (mark?.epoch !== this.#ports.epoch) continue;
      this.#echoes.get(mark.chunk)?.resolve();
      const passage = this.#passages.get(mark.chunk);
      if (!passage) continue;
      await this.#ports.routes.resolve(target, [passage.table.logTable]);
      const chunk = this.#passed(passage, mark.side, item);
      if (chunk) chunks.push(chunk);
    }
    return chunks;
  }

  #look(changes: readonly RowsChange[]): void {
    for (const change of changes) {
      const name = `${change.table.schema}.${change.table.table}`;
      for (const { window, table } of this.#passages.values()) {
        if (window === null) continue;
        if (name === table.source) observeSafely(window, change, this.#ports.routes);
        else if (table.parents.has(name) && change.kind !== 'insert' && change.cascades !== false) window.spoilt = true;
      }
    }
  }

  #passed(passage: Passage, side: WatermarkSide, item: SelectedTransaction): SelectedTransaction | null {
    const { piece, table, data } = passage;
    if (side === 'low') {
      passage.window = new CopyWindow(table.source, this.#bytesMax);
      return null;
    }
    const { window } = passage;
    const isKnown = this.#tables.get(piece.table) === table;
    if (!window || !data || window.spoilt || !isKnown || this.#ports.parked.isParked(piece.table)) {
      passage.over.resolve('again');
      return null;
    }
    try {
      return this.#chunkItem(passage, { window, data }, item);
    } catch (error) {
      if (!OtterError.is(error)) throw error;
      passage.refusal = error;
      passage.over.resolve('again');
      return null;
    }
  }

  #chunkItem(
    passage: Passage,
    { window, data }: { window: CopyWindow; data: { rows: Row[]; bytes: number } },
    { transaction }: SelectedTransaction,
  ): SelectedTransaction {
    const { piece, table } = passage;
    const { parked, routes, store } = this.#ports;
    const { logTable } = table;
    const change: RowsChange = { kind: 'insert', table: logTable, rowCount: 0, before: [], after: data.rows };
    const route = routes.forChange(change);
    if (route === null) throw new OtterError('GATE_REFUSED', { detail: `${piece.table} has stopped` });
    const clearSql = table.clearSql(piece.keys, route);
    // Where every key has its row, each of them is written, or has been by the stream, over what is there.
    const isComplete = data.rows.length === piece.keys.length;
    change.after = data.rows.filter((row) => !window.touched.has(route.identityOf(row)));
    change.after.push(...window.latest());
    change.rowCount = change.after.length;
    return {
      transaction: {
        ...{ ...transaction, gtid: null, changes: [change], statements: [], spilled: null },
        ...{ bytes: data.bytes, filteredRows: 0 },
      },
      ...{ stops: [], beatSentAtMs: null, rows: 0 },
      chunk: {
        ...{ table: piece.table, mayMeet: false, probeSql: null },
        isStale: () => passage.refusal !== null || parked.isParked(piece.table),
        renewal: { clearSql: () => (isComplete ? [] : clearSql), fail: (error) => (passage.refusal = error) },
        progressSql: () => store.removeSql(piece),
        settle: (isWritten) => passage.over.resolve(isWritten ? 'done' : 'again'),
      },
    };
  }

  // --- the source's side ---------------------------------------------------------------------------------------

  /** Brings what is asked for until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { copyLanes } = this.#ports.options;
    const lanes = Array.from({ length: copyLanes }, (_, i): Lane => ({ number: copyLanes + i, signal }));
    const aborted = whenAborted(signal);
    // What is being read is read again by the next attempt, and a link that carries nothing would never answer.
    void aborted.then(() => lanes.forEach(drop));
    await Promise.all([this.#tick(signal, aborted), ...lanes.map((lane) => this.#work(lane, aborted))]);
  }

  /** A table that had stopped, or was being copied, may take part again. */
  async #tick(signal: AbortSignal, aborted: Promise<false>): Promise<void> {
    while (!signal.aborted) {
      const wake = this.#wake.promise;
      if (this.#waiting.size === 0) await Promise.race([aborted, wake]);
      await pause(LOOK_MS, signal);
      this.#wakeUp();
    }
  }

  async #work(lane: Lane, aborted: Promise<false>): Promise<void> {
    const { signal } = lane;
    try {
      while (!signal.aborted) {
        const wake = this.#wake.promise;
        const piece = await this.#take();
        if (piece) await this.#bring(piece, lane, aborted).finally(() => this.#taken.delete(piece.id));
        else {
          if (this.#waiting.size === 0) drop(lane);
          await Promise.race([aborted, wake]);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      drop(lane);
    }
  }

  /** The oldest piece that nobody works on and whose table can be written to. */
  async #take(): Promise<GatePiece | null> {
    const turn = this.#taking.then(() => this.#takeNow());
    this.#taking = turn.catch(() => undefined);
    return await turn;
  }

  async #takeNow(): Promise<GatePiece | null> {
    const { copier, parked, store, target } = this.#ports;
    const tables = [...this.#waiting.keys()].filter((table) => !parked.isParked(table) && !copier.isUnfinished(table));
    const piece = tables.length === 0 ? null : await store.first(target, tables, [...this.#taken]);
    if (piece) this.#taken.add(piece.id);
    return piece;
  }

  async #bring(piece: GatePiece, lane: Lane, aborted: Promise<false>): Promise<void> {
    const { table, refusal } = await this.#lookTwice(piece.table, lane, aborted);
    if (lane.signal.aborted) return;
    if (table === null) return await this.#giveUp(piece, refusal);
    const keys = piece.keys.filter((key) => table.isKey(key));
    if (keys.length < piece.keys.length) return await this.#leaveOut(piece, keys, table);
    const over = new Deferred<'done' | 'again'>();
    const id = this.#nextId--;
    const passage: Passage = { id, piece, table, window: null, data: null, refusal: null, over };
    this.#passages.set(id, passage);
    try {
      const isRead = await this.#read(passage, lane);
      const end = isRead ? await Promise.race([aborted, over.promise]) : 'again';
      if (end === 'done') this.#done(piece);
      else if (end === 'again' && !this.#ports.parked.isParked(piece.table)) await this.#again(passage, lane, aborted);
    } finally {
      this.#passages.delete(id);
    }
  }

  /** What is wrong with a table may be that a change of its definition is on its way to the target. */
  async #lookTwice(name: string, lane: Lane, aborted: Promise<false>): Promise<GateLook> {
    const known = this.#tables.get(name);
    if (known) return { source: name, table: known, refusal: null };
    const look = await this.#lookSafely(name);
    if (look.refusal === null || !mayBePassing(look.refusal)) return look;
    await this.#streamComes(lane, aborted);
    return await this.#lookSafely(name);
  }

  /** Resolves when the stream has come to what is the end of the log now, definitions that change on the way included. */
  async #streamComes(lane: Lane, aborted: Promise<false>): Promise<void> {
    const id = this.#nextId--;
    const echo = new Deferred<void>();
    this.#echoes.set(id, echo);
    try {
      await (await this.#sourceOf(lane)).query(this.#mark(lane, id, 'high'));
      await Promise.race([aborted, echo.promise]);
    } finally {
      this.#echoes.delete(id);
    }
  }

  async #sourceOf(lane: Lane): Promise<Session> {
    lane.session ??= await openTargetSession(this.#ports.options.source, { role: 'source' });
    if (lane.signal.aborted) lane.session.destroy();
    return lane.session;
  }

  #mark(lane: Lane, chunk: number, side: WatermarkSide): string {
    const { tables, options, epoch } = this.#ports;
    return watermarkSql(tables, options.name, lane.number, { epoch, chunk, side });
  }

  /** `false`: nothing that could be used. */
  async #read(passage: Passage, lane: Lane): Promise<boolean> {
    const { id, piece, table } = passage;
    const session = await this.#sourceOf(lane);
    await session.query(this.#mark(lane, id, 'low'));
    try {
      passage.data = await table.read(session, piece.keys, this.#bytesMax * OVERSIZE);
    } catch (error) {
      if (!OtterError.is(error) || session.lost || error.scope === 'retry') throw error;
      passage.refusal = error;
    }
    if (passage.data === null) {
      drop(lane);
      return false;
    }
    failpoint('gate.rows-read');
    await session.query(this.#mark(lane, id, 'high'));
    return true;
  }

  get #bytesMax(): number {
    return this.#ports.options.memoryBytes / CHUNK_SHARE;
  }

  #done({ id, table }: GatePiece): void {
    this.#tries.delete(id);
    const left = (this.#waiting.get(table) ?? 1) - 1;
    if (left > 0) {
      this.#waiting.set(table, left);
      return;
    }
    this.#waiting.delete(table);
    this.#open.delete(table);
    this.#ports.log.info({ table }, 'rows asked for are there');
  }

  /** One row that does not go is given up, and the others are not. */
  async #again({ piece, table, refusal }: Passage, lane: Lane, aborted: Promise<false>): Promise<void> {
    if (this.#tables.get(piece.table) !== table) return;
    if (refusal === null || (isOfRow(refusal) && piece.keys.length > 1)) return await this.#divide(piece);
    const tries = (this.#tries.get(piece.id) ?? 0) + 1;
    if (isOfRow(refusal) || tries === TRIES_MAX) return await this.#giveUp(piece, refusal);
    // A definition that has changed on the source, and not in the stream yet.
    this.#tries.set(piece.id, tries);
    this.#tables.delete(piece.table);
    await this.#streamComes(lane, aborted);
  }

  /** Tries in halves what did not go whole. */
  async #divide(piece: GatePiece): Promise<void> {
    const { table, keys } = piece;
    if (keys.length === 1) return;
    const { checkpoints, epoch, store } = this.#ports;
    const middle = keys.length >> 1;
    const halves = [keys.slice(0, middle), keys.slice(middle)].map((half) => store.addSql(table, half));
    this.#waiting.set(table, (this.#waiting.get(table) ?? 1) + 1);
    await this.#onTarget(['BEGIN', checkpoints.fenceSql(epoch), store.removeSql(piece), ...halves, 'COMMIT']);
    this.#wakeUp();
  }

  /** Goes on without the keys that cannot be keys of the table. */
  async #leaveOut(piece: GatePiece, keys: string[], { source }: GateTable): Promise<void> {
    const refusal = new OtterError('GATE_REFUSED', { detail: wrongKey(source) });
    if (keys.length === 0) return await this.#giveUp(piece, refusal);
    const { checkpoints, epoch, store } = this.#ports;
    const rest = store.addSql(piece.table, keys);
    await this.#onTarget(['BEGIN', checkpoints.fenceSql(epoch), store.removeSql(piece), rest, 'COMMIT']);
    this.#complain({ table: source, rows: piece.keys.length - keys.length, detail: refusal.detail });
    this.#wakeUp();
  }

  async #giveUp(piece: GatePiece, { detail }: OtterError): Promise<void> {
    const { checkpoints, epoch, store } = this.#ports;
    await this.#onTarget(['BEGIN', checkpoints.fenceSql(epoch), store.removeSql(piece), 'COMMIT']);
    this.#complain({ table: piece.table, rows: piece.keys.length, detail });
    this.#done(piece);
  }

  async #onTarget(statements: readonly string[]): Promise<void> {
    await this.#ports.target.query(statements.join(';'));
  }

  /** What is wrong with the table is told; what is wrong with the link is thrown. */
  async #lookSafely(name: string): Promise<GateLook> {
    const { options } = this.#ports;
    const source = await openTargetSession(options.source, { role: 'source' });
    const look = { source: name };
    try {
      const table = await this.#lookAt(source, look);
      this.#tables.set(table.source, table);
      this.#open.add(table.source);
      return { ...look, table, refusal: null };
    } catch (error) {
      if (!OtterError.is(error) || error.scope === 'retry' || error.code === 'INTERNAL') throw error;
      return { ...look, table: null, refusal: error };
    } finally {
      await source.close();
    }
  }

  /** `look.source` becomes the name as the source spells it. Throws GATE_REFUSED and what {@link requireOverwritable} does. */
  async #lookAt(source: Session, look: { source: string }): Promise<GateTable> {
    const { router, tables, target, logsCascades } = this.#ports;
    const found = await readTables(source, (schema, table) => router.destination(schema, table) !== null);
    const names = found.map(({ schema, table }) => `${schema}.${table}`);
    const known = spelled(look.source, names);
    if (known === null) {
      const detail = `${look.source.slice(0, 200)} is no table of the source that this pipeline keeps equal`;
      throw new OtterError('GATE_REFUSED', { detail });
    }
    look.source = known;
    await ensureTables(source, [tables.watermark], tables.sourceDefinitions());
    const grounds = { source, target, router, tables: found, logsCascades };
    const { pair, key } = await requireOverwritable(known, grounds);
    const parents = logsCascades ? new Set<string>() : await parentsOf(source, known);
    return new GateTable(pair.source, key, parents);
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = new Deferred<void>();
    wake.resolve();
  }
}

function wrongKey(table: string): string {
  return `PK_DATA is not the key of ${table}`;
}

/** Both sides do not go together, and may when the stream has come to where the source is. */
function mayBePassing({ code }: OtterError): boolean {
  return ['COPY_AGAIN_REFUSED', 'COPY_IMPOSSIBLE', 'TABLE_MISSING', 'SCHEMA_MISMATCH'].includes(code);
}

/** Reads the source along the others. */
interface Lane {
  /** Of its watermarks; those below are the copy's. */
  number: number;
  signal: AbortSignal;
  session?: Session | undefined;
}

function drop(lane: Lane): void {
  lane.session?.destroy();
  lane.session = undefined;
}

/** What one row is to blame for, so that others may do without it. */
function isOfRow({ code }: OtterError): boolean {
  return code === 'ROW_REFUSED' || code === 'ROW_TOO_LARGE' || code === 'ROW_EXISTS';
}

/** The name as the source spells it: exactly, or but for case where that is one table. */
function spelled(name: string, known: readonly string[]): string | null {
  if (known.includes(name)) return name;
  const alike = known.filter((other) => other.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? (alike[0] as string) : null;
}
