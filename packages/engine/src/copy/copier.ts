import {
  failpoint,
  OtterError,
  say,
  type ErrorCode,
  type Log,
  type Row,
  type RowsChange,
  type Wording,
} from '@otter/core';
import { openTargetSession, quoteTable, readTables, type Session, type TargetTable } from '@otter/dialects';
import { commitError, type CheckpointStore } from '../control/checkpoint-store.ts';
import { ensureTables, type ControlTables } from '../control/control-tables.ts';
import { whenAborted } from '../heartbeat.ts';
import { Deferred } from '../load/deferred.ts';
import { Gate } from '../load/gate.ts';
import type { ParkedTables } from '../park/parked-tables.ts';
import type { ChunkRenewal, SelectedTransaction } from '../select/selected-transaction.ts';
import type { TableRouter } from '../select/table-router.ts';
import type { SyncOptions } from '../sync-options.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import type { RouteTable } from '../transform/route-table.ts';
import { Brake, type BrakeReason } from './brake.ts';
import { CopyWindow, observeSafely } from './copy-windows.ts';
import { NOTHING_COPIED, type CopyStore } from './copy-store.ts';
import type { KeyRange } from './chunk-key.ts';
import { Pace } from './pace.ts';
import { RateLimit } from './rate-limit.ts';
import type { ChunkTask, TableCopy } from './table-copy.ts';
import { parseWatermark, watermarkSql, type WatermarkSide } from './watermark.ts';

/** How often the bounds of a piece are asked for by a definition that turns out to be old. */
const TAKE_ATTEMPTS_MAX = 5;

/** Of a copy with a limit: pieces a second, as long as they do not become too small. */
const SLOW_CHUNKS_PER_SECOND = 16;
const SLOW_CHUNK_BYTES_MIN = 64 * 1024;

export interface CopierPorts {
  options: SyncOptions;
  log: Log;
  tables: ControlTables;
  checkpoints: CheckpointStore;
  store: CopyStore;
  epoch: bigint;
  router: TableRouter;
  parked: ParkedTables;
  routes: RouteTable;
  /** Whether rows that a foreign key of the source changes are in its log. */
  logsCascades: boolean;
  /** A connection to the target. */
  open(): Promise<Session>;
  /** How far the stream is behind, ms; `null` when it is not known. */
  lagMs(): number | null;
  now: () => number;
}

/** A chunk between being taken and being committed. */
interface Passage {
  task: ChunkTask;
  window: CopyWindow | null;
  data: { rows: Row[]; bytes: number } | null;
  /** Committed, given back, or given up. */
  over: Deferred<void>;
}

/**
 * Copies what was in the tables before the log began, while the log is read all the time (DBLog's watermarks, ADR 12).
 * Lanes read chunks between two watermarks written to the source; when the second comes back through the log, the
 * chunk's rows, without those the log changed in between, take their place in the stream as an insert.
 *
 * What holds all the while: the rows of a table in the target are a part of the source's rows as they were at the
 * stream's position. So no unique value can clash, and a row is either right or not there yet.
 */
export class Copier {
  readonly #ports: CopierPorts;
  readonly #copies: ReadonlyMap<string, TableCopy>;
  readonly #unknown: ReadonlySet<string>;
  readonly #passages = new Map<number, Passage>();
  /** Copies given up and not written down as such. */
  readonly #failed: TableCopy[] = [];
  readonly #rate: RateLimit;
  readonly #brake: Brake;
  readonly #pace = new Pace();
  #nextChunk = 1;
  #wake = new Deferred<void>();
  #control: Session | null = null;
  /** Connections to the source. */
  readonly #sessions = new Set<Session>();
  #beginning: Promise<unknown> = Promise.resolve();
  /** Closed while definitions change on the target. */
  readonly #gate = new Gate();
  #signal: AbortSignal | null = null;

  /** `unknown`: tables whose copy is not finished and which the source has no more, or not yet, under their names. */
  constructor(ports: CopierPorts, copies: readonly TableCopy[], unknown: readonly string[]) {
    this.#ports = ports;
    this.#unknown = new Set(unknown);
    this.#copies = new Map(copies.map((copy) => [copy.source, copy]));
    const { source, copyBytesPerSecond, copyLagMsMax = null, copyLoadMax = null } = ports.options;
    this.#rate = new RateLimit(copyBytesPerSecond);
    this.setRate(null);
    this.#brake = new Brake({ source, lagMsMax: copyLagMsMax, loadMax: copyLoadMax, lagMs: () => ports.lagMs() });
  }

  /** From now on so many bytes a second are read at most; `null`: what the options say. */
  setRate(bytesPerSecond: number | null): void {
    const rate = bytesPerSecond ?? this.#ports.options.copyBytesPerSecond;
    this.#rate.bytesPerSecond = rate;
    // A slow copy takes small pieces often, not large ones seldom: others notice each piece less.
    const chunkBytesMax = rate === 0 ? Infinity : Math.max(SLOW_CHUNK_BYTES_MIN, rate / SLOW_CHUNKS_PER_SECOND);
    for (const copy of this.#copies.values()) copy.chunkBytesMax = chunkBytesMax;
  }

  get bytesPerSecondMax(): number {
    return this.#rate.bytesPerSecond;
  }

  /** Why nothing is read at the moment, where that is on purpose. */
  get brake(): BrakeReason | null {
    return this.idle ? null : this.#brake.reason;
  }

  /** Rows and bytes a second of late, all tables together. */
  get pace(): { rows: number; bytes: number } {
    return this.#pace.perSecond(this.#ports.now());
  }

  get copies(): Iterable<TableCopy> {
    return this.#copies.values();
  }

  /** Every table is copied, or stopped, and nobody waits for the log to bring a watermark back. */
  get idle(): boolean {
    return this.#passages.size === 0 && [...this.#copies.values()].every((copy) => copy.isOver);
  }

  /** Whether a table's first copy has not come to its end. */
  isUnfinished(table: string): boolean {
    const copy = this.#copies.get(table);
    return copy !== undefined && !copy.isAgain && copy.state !== 'done';
  }

  isCopying(table: string): boolean {
    return this.#copies.get(table)?.state === 'copying';
  }

  isRenewing(table: string): boolean {
    const copy = this.#copies.get(table);
    return copy?.state === 'copying' && copy.isAgain;
  }

  // --- the stream's side -------------------------------------------------------------------------------------

  /** Takes out changes of tables whose copy has not begun: it will hold them. Called in the order of the log. */
  admit(item: SelectedTransaction): void {
    const { transaction } = item;
    const isWaiting = (change: RowsChange): boolean => this.isWaiting(`${change.table.schema}.${change.table.table}`);
    if (!transaction.changes.some(isWaiting)) return;
    for (const change of transaction.changes) {
      if (!isWaiting(change)) continue;
      transaction.filteredRows += change.rowCount;
      item.rows -= change.rowCount;
      this.#spoilWhole(`${change.table.schema}.${change.table.table}`);
    }
    transaction.changes = transaction.changes.filter((change) => !isWaiting(change));
  }

  /** No copy begins, and none is beginning, until the function it gives is called. */
  async hold(): Promise<() => void> {
    const release = this.#gate.close();
    await this.#beginning;
    return () => release();
  }

  /** Changes of the table are left out: its copy will hold them. */
  isWaiting(table: string): boolean {
    if (this.#unknown.has(table)) return true;
    const copy = this.#copies.get(table);
    return copy?.state === 'waiting' && !copy.isAgain;
  }

  #spoilWhole(table: string): void {
    for (const { window } of this.#passages.values()) if (window?.table === table) window.spoilt = true;
  }

  /**
   * Notes what the transaction does to tables that are being copied, and returns the chunks that belong right behind
   * it in the stream.
   */
  async observe(item: SelectedTransaction, target: Session): Promise<SelectedTransaction[]> {
    for (const { table } of item.stops) this.#copies.get(table)?.redefined();
    for (const table of item.ddl?.tables ?? []) this.#copies.get(table)?.redefined();
    if (item.ddl) this.#wakeUp();
    if (item.transaction.spilled && !this.idle) {
      for await (const changes of item.transaction.spilled.read()) this.#look(changes);
    } else this.#look(item.transaction.changes);
    const chunks: SelectedTransaction[] = [];
    for (const text of item.marks ?? []) {
      const mark = parseWatermark(text);
      if (mark?.epoch !== this.#ports.epoch) continue;
      const passage = this.#passages.get(mark.chunk);
      if (!passage) continue;
      await this.#ports.routes.resolve(target, [passage.task.table.logTable]);
      const chunk = this.#passed(mark.chunk, passage, mark.side, item);
      if (chunk) chunks.push(chunk);
    }
    return chunks;
  }

  #look(changes: readonly RowsChange[]): void {
    for (const change of changes) {
      const name = `${change.table.schema}.${change.table.table}`;
      const copy = this.#copies.get(name);
      if (copy?.state === 'copying') copy.mayMeet = true;
      for (const { window } of this.#passages.values()) {
        if (window?.table === name) observeSafely(window, change, this.#ports.routes);
        else if (window && this.#cascadesInto(change, name, window.table)) window.spoilt = true;
      }
    }
  }

  /** What a foreign key did to the rows of a child is not in the log of every server. */
  #cascadesInto(change: RowsChange, parent: string, child: string): boolean {
    if (this.#ports.logsCascades || change.kind === 'insert' || change.cascades === false) return false;
    return this.#copies.get(child)?.parents.has(parent) ?? false;
  }

  #passed(id: number, passage: Passage, side: WatermarkSide, item: SelectedTransaction): SelectedTransaction | null {
    const { task } = passage;
    if (side === 'low') {
      const { source, clearsRanges, chunkBytes } = task.table;
      passage.window = new CopyWindow(source, clearsRanges ? chunkBytes : null);
      return null;
    }
    this.#passages.delete(id);
    const { window, data } = passage;
    const usable = window && data && !window.spoilt && task.version === task.table.version;
    if (!usable || this.#stopWhenParked(task.table) || task.table.isOver) {
      task.table.giveBack(task.range, Math.ceil(task.rows / 2));
      passage.over.resolve();
      this.#wakeUp();
      return null;
    }
    // From here on the stream applies the changes of a table that was read at once.
    if (task.table.isWhole) task.table.state = 'done';
    return this.#chunkItem(passage, data, window, item);
  }

  #chunkItem(
    passage: Passage,
    data: { rows: Row[]; bytes: number },
    window: CopyWindow,
    { transaction }: SelectedTransaction,
  ): SelectedTransaction {
    const { task } = passage;
    const { table, range } = task;
    const { generation } = table;
    const done = { range, rows: data.rows.length, bytes: data.bytes };
    const { logTable } = table;
    const change: RowsChange = { kind: 'insert', table: logTable, rowCount: 0, before: [], after: data.rows };
    const route = this.#ports.routes.peek(change);
    if (window.touched.size > 0 && route?.identity) {
      change.after = data.rows.filter((row) => !window.touched.has(route.identityOf(row)));
      change.after.push(...window.latest());
    }
    change.rowCount = change.after.length;
    return {
      transaction: {
        ...transaction,
        gtid: null,
        changes: change.rowCount === 0 && !table.isAgain ? [] : [change],
        statements: [],
        spilled: null,
        bytes: data.bytes,
        filteredRows: 0,
      },
      stops: [],
      beatSentAtMs: null,
      rows: 0,
      chunk: {
        table: table.source,
        mayMeet: table.mayMeet,
        isStale: () => table.generation !== generation || this.#isLost(table),
        ...(table.isAgain ? { renewal: this.#renewalOf(table, range, route) } : {}),
        probeSql: route ? table.probeSql(range, { name: route.writer.name, columns: route.equalColumns }) : null,
        progressSql: () => this.#ports.store.saveSql(table.stored(done)),
        settle: (copied) => {
          if (copied) {
            table.settle(done, this.#ports.now());
            this.#pace.note(done.rows, done.bytes, this.#ports.now());
          }
          if (!copied) table.giveBack(range);
          if (!copied && table.isWhole) table.state = 'waiting';
          this.#stopWhenParked(table);
          if (table.state === 'done') this.#ports.log.info({ table: table.source, rows: table.rows }, 'table copied');
          passage.over.resolve();
          this.#wakeUp();
        },
      },
    };
  }

  /** A copy again that has ended otherwise, or is about to. */
  #isLost(copy: TableCopy): boolean {
    return copy.isAgain && (copy.state !== 'copying' || this.#ports.parked.isParked(copy.source));
  }

  #renewalOf(table: TableCopy, range: KeyRange, route: RoutedTable | null): ChunkRenewal {
    return {
      clearSql: () => (table.clearsRanges && route ? [table.clearSql(range, route.target, route.equalColumns)] : []),
      fail: (error) => this.#fail(table, error.code, error.said),
    };
  }

  #stopWhenParked(copy: TableCopy): boolean {
    if (!this.#ports.parked.isParked(copy.source)) return false;
    if (copy.isAgain) this.#fail(copy, 'COPY_AGAIN_REFUSED', say('copy-table-stopped', { table: copy.source }));
    else copy.stopped = true;
    return true;
  }

  /** Ends a copy again; it is written down by {@link run}. */
  #fail(copy: TableCopy, code: ErrorCode, detail: Wording): void {
    if (copy.isOver) return;
    copy.fail(code, detail);
    this.#failed.push(copy);
    this.#ports.log.error({ table: copy.source, code, detail }, 'copy given up, the table goes on');
    this.#wakeUp();
  }

  /** In the turn of those who begin, on their connection. */
  async #saveFailed(): Promise<void> {
    if (this.#failed.length === 0) return;
    const turn = this.#beginning.then(() => this.#saveFailedNow());
    this.#beginning = turn.catch(() => undefined);
    await turn;
  }

  async #saveFailedNow(): Promise<void> {
    const { checkpoints, epoch, store } = this.#ports;
    for (let copy = this.#failed[0]; copy; copy = this.#failed[0]) {
      this.#control ??= await this.#ports.open();
      await this.#control.query(
        ['BEGIN', checkpoints.fenceSql(epoch), store.saveSql(copy.stored()), 'COMMIT'].join(';'),
      );
      this.#failed.shift();
    }
  }

  // --- the source's side ---------------------------------------------------------------------------------------

  /** Works until every table is copied or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    const aborted = whenAborted(signal);
    // Nothing that is being read is lost by this, and a link that carries nothing would never answer.
    void aborted.then(() => {
      for (const session of this.#sessions) session.destroy();
      this.#brake.close();
    });
    while (!signal.aborted) {
      const wake = this.#wake.promise;
      await this.#saveFailed();
      if (this.idle) {
        await Promise.race([aborted, wake]);
        continue;
      }
      this.#control ??= await this.#ports.open();
      // All at once: asking the target for each of many tables would take longer than copying them.
      await this.#ports.routes.resolve(
        this.#control,
        [...this.#copies.values()].map((copy) => copy.logTable),
      );
      const { copyLanes } = this.#ports.options;
      await Promise.all(Array.from({ length: copyLanes }, (_, lane) => this.#lane(lane, signal, aborted)));
    }
  }

  /** Copies a table anew, from its first row. `alongside` is run in the commit that says so. */
  async restart(table: string, alongside: readonly string[] = []): Promise<void> {
    const copy = this.#copies.get(table);
    if (!copy) return;
    const { checkpoints, epoch, store } = this.#ports;
    if (this.#siblings(copy).length > 0) {
      throw new OtterError('NOT_SUPPORTED', {
        detail: `${table} goes into one table with others, whose rows would be taken away with its own`,
      });
    }
    const control = await this.#ports.open();
    try {
      const again = {
        ...copy.stored(),
        state: 'waiting' as const,
        replace: true,
        rest: NOTHING_COPIED,
        rows: 0,
        bytes: 0,
      };
      await control.query(
        ['BEGIN', checkpoints.fenceSql(epoch), store.saveSql(again), ...alongside, 'COMMIT'].join(';'),
      );
    } finally {
      await control.close();
    }
    copy.reset();
    this.#wakeUp();
  }

  async #lane(lane: number, signal: AbortSignal, aborted: Promise<false>): Promise<void> {
    let session = await this.#openSource(aborted);
    try {
      while (session !== null && !signal.aborted && !this.idle) {
        const wake = this.#wake.promise;
        await this.#saveFailed();
        await this.#brake.pass(signal);
        const task = await this.#nextTask(session);
        if (task === null) {
          if (!this.idle) await Promise.race([aborted, wake]);
          continue;
        }
        const passage = await this.#readChunk(session, lane, task);
        if (passage === null) {
          this.#drop(session);
          session = await this.#openSource(aborted);
          this.#wakeUp();
          continue;
        }
        await Promise.race([aborted, passage.over.promise]);
        await this.#rate.spend(passage.data?.bytes ?? 0, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#wakeUp();
      if (session) this.#drop(session);
    }
  }

  /** `null` when it was aborted meanwhile. */
  async #openSource(aborted: Promise<false>): Promise<Session | null> {
    const opening = this.#connectSource();
    const session = await Promise.race([aborted.then(() => null), opening]);
    if (session === null) {
      opening.then(
        (late) => this.#drop(late),
        () => undefined,
      );
    }
    return session;
  }

  async #connectSource(): Promise<Session> {
    const { options, tables } = this.#ports;
    const session = await openTargetSession(options.source, { role: 'source' });
    this.#sessions.add(session);
    try {
      await ensureTables(session, [tables.watermark], tables.sourceDefinitions());
      return session;
    } catch (error) {
      this.#drop(session);
      throw error;
    }
  }

  #drop(session: Session): void {
    this.#sessions.delete(session);
    session.destroy();
  }

  /** `null` when nothing can be taken now. Tables that have begun go first, so that few are open at a time. */
  async #nextTask(session: Session): Promise<ChunkTask | null> {
    for (const copy of this.#copies.values()) {
      if (copy.state !== 'copying' || copy.stopped || copy.exhausted || this.#stopWhenParked(copy)) continue;
      if (copy.isAgain && (copy.version > 0 || copy.isRekeyed)) {
        this.#fail(copy, 'DDL_SEEN', say('copy-definition-changed'));
        continue;
      }
      if (copy.isRekeyed) {
        // It is begun below; a piece taken before that would be left out and counted as copied.
        await this.restart(copy.source);
        continue;
      }
      const task = await this.#take(session, copy);
      if (task) return task;
    }
    for (const copy of this.#copies.values()) {
      if (copy.state !== 'waiting' || copy.stopped || !this.#parentsAreDone(copy)) continue;
      if (copy.isAgain && this.#stopWhenParked(copy)) continue;
      await this.#begin(copy);
      if (this.#signal?.aborted) return null;
      if (!copy.isWhole) return await this.#nextTask(session);
      if (copy.exhausted) continue;
      const task = await this.#take(session, copy);
      if (task) return task;
    }
    return null;
  }

  /** A definition that changed on the source since it was read, its key perhaps, is read again. */
  async #take(session: Session, copy: TableCopy): Promise<ChunkTask | null> {
    for (let attempt = 1; ; attempt++) {
      const isDefined = await copy.define(() => this.#definition(session, copy));
      if (!isDefined) {
        if (copy.isRekeyed) this.#wakeUp();
        return null;
      }
      try {
        return await copy.take(session);
      } catch (error) {
        if (!isAboutDefinition(error, session) || attempt === TAKE_ATTEMPTS_MAX) throw error;
        if (copy.isAgain) {
          this.#fail(copy, error.code, error.said);
          return null;
        }
        this.#ports.log.warn({ table: copy.source, detail: error.said }, 'bounds could not be read, trying again');
        copy.redefined();
      }
    }
  }

  #parentsAreDone(copy: TableCopy): boolean {
    return [...copy.parents].every((parent) => !this.isUnfinished(parent));
  }

  /** Other tables of the copy that go into the same target table. */
  #siblings(copy: TableCopy): TableCopy[] {
    const targetOf = ({ schema, table }: TableCopy): string => {
      const destination = this.#ports.router.destination(schema, table);
      return `${destination?.schema}.${destination?.table}`.toLowerCase();
    };
    return [...this.#copies.values()].filter((other) => other !== copy && targetOf(other) === targetOf(copy));
  }

  async #definition(session: Session, { schema, table }: TableCopy): Promise<TargetTable | undefined> {
    return (await readTables(session, (s, t) => s === schema && t === table))[0];
  }

  /** From here on the stream applies the table's changes; stored before the first of them is. */
  async #begin(copy: TableCopy): Promise<void> {
    while (this.#gate.whenOpen() !== null) await this.#gate.whenOpen();
    const turn = this.#beginning.then(() => this.#beginNow(copy));
    this.#beginning = turn.catch(() => undefined);
    await turn;
  }

  async #beginNow(copy: TableCopy): Promise<void> {
    // What an attempt that is ending knows of the tables may not be so any more.
    if (copy.state !== 'waiting' || copy.isWhole || this.#signal?.aborted) return;
    const { checkpoints, epoch, store, router, routes } = this.#ports;
    const control = this.#control as Session;
    await routes.resolve(control, [copy.logTable]);
    const route = routes.peek({ kind: 'insert', table: copy.logTable, rowCount: 0, before: [], after: [] });
    copy.isWhole = copy.key === null || route?.identity === null;
    if (copy.isAgain && (copy.isWhole || route === null)) {
      this.#fail(copy, 'SCHEMA_MISMATCH', say('copy-target-unfit'));
      return;
    }
    const destination = router.destination(copy.schema, copy.table);
    const isFirst = this.#siblings(copy).every((other) => other.state === 'waiting');
    if (copy.replace && destination && isFirst)
      await control.query(`TRUNCATE TABLE ${quoteTable(destination.schema, destination.table)}`);
    copy.replace = false;
    if (copy.isWhole) return;
    failpoint('copy.beginning');
    const begun = { ...copy.stored(), state: 'copying' as const, replace: false };
    try {
      await control.query(['BEGIN', checkpoints.fenceSql(epoch), store.saveSql(begun), 'COMMIT'].join(';'));
    } catch (error) {
      throw commitError(error, checkpoints.pipeline);
    }
    copy.state = 'copying';
    this.#ports.log.info({ table: copy.source }, 'copying');
  }

  /** `null`: the connection was given up, and the chunk with it. */
  async #readChunk(session: Session, lane: number, task: ChunkTask): Promise<Passage | null> {
    const { tables, options, epoch } = this.#ports;
    const chunk = this.#nextChunk++;
    const passage: Passage = { task, window: null, data: null, over: new Deferred<void>() };
    this.#passages.set(chunk, passage);
    await session.query(watermarkSql(tables, options.name, lane, { epoch, chunk, side: 'low' }));
    passage.data = await this.#rowsOf(session, task);
    if (passage.data === null && session.lost) {
      this.#passages.delete(chunk);
      return null;
    }
    failpoint('copy.chunk-read');
    await session.query(watermarkSql(tables, options.name, lane, { epoch, chunk, side: 'high' }));
    return passage;
  }

  /** A definition changed under the reading shows in the stream before the chunk's end does: it is read again. */
  async #rowsOf(session: Session, task: ChunkTask): Promise<{ rows: Row[]; bytes: number } | null> {
    try {
      return await task.table.read(session, task);
    } catch (error) {
      if (!isAboutDefinition(error, session)) throw error;
      if (task.table.isAgain) {
        this.#fail(task.table, error.code, error.said);
        return null;
      }
      this.#ports.log.warn({ table: task.table.source, detail: error.said }, 'chunk could not be read, trying again');
      task.table.redefined();
      return null;
    }
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = new Deferred<void>();
    wake.resolve();
  }
}

/** The source refused a statement that was right for the definition known: a column, a key or the table is gone. */
function isAboutDefinition(error: unknown, session: Session): error is OtterError {
  return OtterError.is(error) && !session.lost && error.scope !== 'retry' && error.code !== 'ACCESS_DENIED';
}
