import { BinlogReader, type SourceFacts } from '@otter/binlog';
import {
  assert,
  compareCoordinates,
  failpoint,
  OtterError,
  type Log,
  type Position,
  type Row,
  type RowsChange,
} from '@otter/core';
import { openTargetSession, readTables, type Session, type TargetTable } from '@otter/dialects';
import { ControlTables } from '../control/control-tables.ts';
import { CATCH_UP_WORKER_BASE, commitError, type CheckpointStore } from '../control/checkpoint-store.ts';
import {
  settledState,
  type ErrorRecord,
  type ErrorRecords,
  type ErrorState,
  type NewErrorRecord,
  type ParkScope,
} from '../control/error-records.ts';
import { GhostStore } from '../control/ghost-store.ts';
import { SchemaStore } from '../control/schema-store.ts';
import type { IndexBuilds } from '../definition/index-builds.ts';
import { DdlJournal } from '../ddl/ddl-journal.ts';
import { GhostRuns } from '../ddl/ghost-runs.ts';
import { replacementStep } from '../ddl/replacement.ts';
import { pause, whenAborted } from '../heartbeat.ts';
import { backOff } from '../load/back-off.ts';
import { Commits } from '../load/commits.ts';
import type { LoadLimits } from '../load/load-context.ts';
import { LoadQueue } from '../load/load-queue.ts';
import { Progress } from '../load/progress.ts';
import { keepRows } from '../load/row-loader.ts';
import { shardOf } from '../load/shard.ts';
import { TransactionLoader } from '../load/transaction-loader.ts';
import { changeOf, SchemaHistory } from '../select/schema-history.ts';
import type { Site } from '../origin/commit-mark.ts';
import { SourceCatalogue } from '../select/source-catalogue.ts';
import { emptyBarrier, type DdlBarrier, type SelectedTransaction } from '../select/selected-transaction.ts';
import { Selector } from '../select/selector.ts';
import { splitName } from '../select/table-name.ts';
import type { TableRouter } from '../select/table-router.ts';
import { Counters } from '../status/counters.ts';
import type { SyncOptions } from '../sync-options.ts';
import { RouteTable } from '../transform/route-table.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import type { ParkedEntry, ParkedTables, PipelineParkedTables } from './parked-tables.ts';

export interface CatchUpPorts {
  options: SyncOptions;
  log: Log;
  now: () => number;
  counters: Counters;
  parked: PipelineParkedTables;
  router: TableRouter;
  errors: ErrorRecords;
  store: CheckpointStore;
  epoch: bigint;
  facts: SourceFacts;
  /** Tables of the original's marks on the source. */
  marks: readonly TargetTable[];
  /** Source and target, as marks name them; the target with all it has been before. */
  site: Site;
  target: readonly Site[];
  limits: LoadLimits;
  indexes: IndexBuilds;
  open(): Promise<Session>;
  /**
   * Brings the main stream to a halt between two commits; the function it gives lets it go on or, called with an
   * error, end with it.
   */
  hold(): Promise<(failure?: unknown) => void>;
  mainPosition(): Position;
  /** Stores the main stream's position as it is, for the transaction that lets a table join again. */
  mainCheckpointSql(): string[];
  /** Makes sure the main stream knows the table's definition for whatever it reads after the place it gives. */
  describe(table: string): Promise<Position>;
  /** A table that stopped while it was being copied is copied anew instead; says whether it was one. */
  recopy(record: ErrorRecord): Promise<boolean>;
  /** Makes the main stream look at the table's place in the target afresh. */
  rejoin(table: string): Promise<void>;
}

const LOOK_MS = 20;

function isDecided(state: ErrorState): boolean {
  return state === 'retrying' || state === 'skipping' || state === 'replacing';
}

/** The catch-up stopped at a change the target would not take, as the main stream did before. */
class StoppedAgain extends Error {
  readonly record: NewErrorRecord;

  constructor(record: NewErrorRecord) {
    super(record.message);
    this.record = record;
  }
}

/** Where a table that stops again is "parked": it is already, so the catch-up ends instead. */
const endOnPark: ParkedTables = {
  version: 0,
  isParked: () => false,
  park(record) {
    throw new StoppedAgain(record);
  },
};

/**
 * Brings parked tables back once a person has said retry or skip: reads the log a second time from where
 * the table stopped, for this table alone, up to where the main stream stands, halts that for a moment,
 * and lets the table join again. One table at a time; the others flow meanwhile.
 */
export class CatchUps {
  readonly #ports: CatchUpPorts;
  readonly #wanted = new Map<number, ParkedEntry>();
  #wake: () => void = () => {};
  #busy = false;

  constructor(ports: CatchUpPorts) {
    this.#ports = ports;
  }

  /** No table is catching up or waiting to. */
  get idle(): boolean {
    if (this.#busy || this.#wanted.size > 0) return false;
    // A decision found at the start counts before it has been acted upon.
    return [...this.#ports.parked.entries.values()].every((entry) => entry.state === 'open');
  }

  /** Tells what the target's records say now. */
  async decided(states: Map<number, ErrorState>, control: Session): Promise<void> {
    const { parked, errors } = this.#ports;
    const known = new Set([...parked.entries.values()].map((entry) => entry.id));
    if ([...states.keys()].some((id) => !known.has(id))) {
      for (const record of await errors.unresolved(control)) {
        const entry = parked.entries.get(record.table);
        if (entry && entry.id === null) entry.id = record.id;
      }
    }
    for (const entry of parked.entries.values()) {
      const state = entry.id === null ? undefined : states.get(entry.id);
      if (entry.id === null || state === undefined || state === 'open' || this.#wanted.has(entry.id)) continue;
      if (this.#busy && entry.state !== 'open') continue;
      entry.state = state;
      this.#wanted.set(entry.id, entry);
    }
    if (this.#wanted.size > 0) this.#wake();
  }

  /** Works until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const aborted = whenAborted(signal);
    while (!signal.aborted) {
      const next = this.#wanted.entries().next().value;
      if (next === undefined) {
        await Promise.race([aborted, new Promise<void>((resolve) => (this.#wake = resolve))]);
        continue;
      }
      const [id, entry] = next;
      this.#busy = true;
      this.#wanted.delete(id);
      try {
        await this.#catchUp(id, entry, signal);
      } finally {
        this.#busy = false;
      }
    }
  }

  async #catchUp(id: number, entry: ParkedEntry, signal: AbortSignal): Promise<void> {
    const { log, errors } = this.#ports;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const session = await this.#ports.open();
      let catchUp: CatchUp | null = null;
      try {
        const record = (await errors.list(session, `id=${id}`))[0];
        if (!record) return;
        entry.record = record;
        if (!isDecided(record.state)) {
          entry.state = record.state;
          return;
        }
        if (await this.#ports.recopy(record)) return;
        log.info({ table: record.table, position: record.position }, 'parked table catches up');
        catchUp = new CatchUp(this.#ports, record, session);
        await catchUp.run(signal);
        return;
      } catch (error) {
        if (catchUp?.joining) throw error;
        if (signal.aborted) return;
        if (OtterError.is(error) && error.code === 'OWNER_CHANGED') throw error;
        if (!OtterError.is(error) || error.scope !== 'retry') {
          await this.#stopAgain(id, entry, error);
          return;
        }
        await backOff(attempt, signal);
      } finally {
        await session.close();
      }
    }
  }

  async #stopAgain(id: number, entry: ParkedEntry, error: unknown): Promise<void> {
    // A loader that failed has dropped its connection.
    const session = await this.#ports.open();
    try {
      await this.#reopen(session, id, entry, error);
    } finally {
      await session.close();
    }
  }

  async #reopen(session: Session, id: number, entry: ParkedEntry, error: unknown): Promise<void> {
    const { errors, store, epoch, log, options } = this.#ports;
    const coded = OtterError.is(error) ? error : new OtterError('INTERNAL', { detail: String(error), cause: error });
    const worker = CATCH_UP_WORKER_BASE + id;
    const known = entry.record;
    let record: NewErrorRecord;
    if (error instanceof StoppedAgain) record = error.record;
    else {
      const stored = await store.readWorker(session, worker);
      const place = stored === null ? {} : { position: stored, scope: { change: 0 } };
      record = { ...known, code: coded.code, message: coded.message, messageZh: coded.messageZh, ...place };
    }
    const { partial, replacement } = known.scope;
    if (replacement !== undefined) record = { ...record, scope: { ...record.scope, replacement } };
    // What other shards applied before the first stop is still applied.
    if (partial && compareCoordinates(record.position, partial.until) < 0) {
      record = { ...record, scope: { ...record.scope, partial } };
    }
    // What failed is not about to be run any more, whatever the table looks like when it is tried again.
    const forget = new DdlJournal(new ControlTables(options.controlSchema), store, epoch, worker).clearSql();
    const sql = [errors.reopenSql(id, record), store.deleteWorkerSql(worker), forget];
    await session.query(['BEGIN', store.fenceSql(epoch), ...sql, 'COMMIT'].join(';'));
    entry.state = 'open';
    entry.record = record;
    log.warn({ table: record.table, code: record.code }, 'parked table stopped again');
  }
}

/** One table on its way back. */
class CatchUp {
  readonly #ports: CatchUpPorts;
  readonly #record: ErrorRecord;
  readonly #session: Session;
  /** Changes of the table seen since the position of the record and not applied then. */
  #seen = 0;
  #skipped = 0;
  /** Rows that other shards had applied before the table stopped. */
  #appliedBefore = 0;
  #isCounted = false;
  #release: (failure?: unknown) => void = () => {};
  /** The commit that ends the catch-up has been sent: from here on only a new start knows what is true. */
  joining = false;

  constructor(ports: CatchUpPorts, record: ErrorRecord, session: Session) {
    this.#ports = ports;
    this.#record = record;
    this.#session = session;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { options, store, epoch, facts, router, limits, log, now } = this.#ports;
    const { table, id } = this.#record;
    const worker = CATCH_UP_WORKER_BASE + id;
    const stored = await store.readWorker(this.#session, worker);
    const start = stored ?? this.#record.position;
    if (stored) this.#seen = Infinity;
    failpoint('table.catching-up');
    const described = await this.#ports.describe(table);
    const alone = router.only(table);
    const runs = await new GhostStore(new ControlTables(options.controlSchema), options.name).read(this.#session);
    // One that is under way where the main stream stands may not be where this one does.
    const ghosts = new GhostRuns(
      alone,
      runs.filter(({ swap }) => swap !== null),
    );
    const { site, target } = this.#ports;
    const selector = new Selector({ options, router: alone, known: [table], source: facts, ghosts, target });
    const routes = new RouteTable(alone, endOnPark);
    const queue = new LoadQueue(limits.batchBytes * 2);
    const progress = new Progress(start);
    const own = new Counters(now);
    const commits = new Commits({
      ...{ progress, store, epoch, source: facts.identity, site, routes, now },
      ...{ workers: [worker], counters: own, parked: endOnPark, original: options.originalMarks },
    });
    const loader = new TransactionLoader({
      ...{ sessions: [this.#session], queue, routes, commits, parked: endOnPark },
      ddl: new DdlJournal(new ControlTables(options.controlSchema), store, epoch, worker),
      indexes: this.#ports.indexes,
      limits,
      // Beside the stream, whose times tell why that is slow.
      stages: own.stages,
      log,
    });
    const catalogue = new SourceCatalogue([], options.controlSchema, this.#ports.marks);
    const history = await this.#history(catalogue, alone, start);
    const reader = this.#reader(start, catalogue, selector);
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    signal.addEventListener('abort', abort);
    let failure: unknown = null;
    const loading = loader.run().catch((error: unknown) => {
      failure = error;
      stop.abort();
    });
    try {
      const parts = { reader, selector, routes, history, queue, progress, loader, described, signal: stop.signal };
      const interrupted: unknown = await this.#follow(parts).catch((error: unknown) => error);
      signal.removeEventListener('abort', abort);
      stop.abort();
      queue.close(signal.aborted || failure !== null);
      await loading;
      // A loader that fails drops the connection both use: what the reading side hears of that is not the cause.
      const cause = failure ?? interrupted ?? null;
      if (cause !== null) throw cause as Error;
      if (!signal.aborted) await this.#join(worker, own);
      this.#release();
    } catch (error) {
      this.#release(this.joining ? error : undefined);
      throw error;
    } finally {
      this.#count(own);
    }
  }

  /** Once: whoever sees that the table is back sees its rows where they belong, and a failure counts what was done. */
  #count(own: Counters): void {
    if (!this.#isCounted) this.#ports.counters.caughtUp(own, this.#skipped, this.#appliedBefore);
    this.#isCounted = true;
  }

  #reader(start: Position, catalogue: SourceCatalogue, selector: Selector): BinlogReader {
    const { options, limits, log } = this.#ports;
    return new BinlogReader({
      address: options.source,
      start,
      wants: (s, t) => selector.wants(s, t),
      keeps: (s, t) => selector.keeps(s, t),
      describe: (s, t) => catalogue.get(s, t),
      memoryBytes: limits.batchBytes,
      spillBytes: options.memoryBytes / 8,
      spillDirectory: options.spillDirectory,
      log,
    });
  }

  /** The main stream stands still where the catch-up has arrived: both become one, in one commit. */
  async #join(worker: number, own: Counters): Promise<void> {
    const { errors, store, parked, log } = this.#ports;
    const { table, id } = this.#record;
    const state = settledState(this.#record.state);
    failpoint('table.rejoined');
    const main = this.#ports.mainCheckpointSql();
    const schemas = new SchemaStore(new ControlTables(this.#ports.options.controlSchema), store.pipeline);
    const forget = schemas.forgetSql('parked', [table]);
    this.joining = true;
    try {
      await this.#session.query(
        ['BEGIN', ...main, store.deleteWorkerSql(worker), errors.resolveSql(id, state), forget, 'COMMIT'].join(';'),
      );
    } catch (error) {
      throw commitError(error, store.pipeline);
    }
    this.#count(own);
    parked.unpark(table);
    await this.#ports.rejoin(table);
    log.info({ table }, 'parked table takes part again');
  }

  async #keep(sql: readonly string[]): Promise<void> {
    const { store, epoch } = this.#ports;
    if (sql.length > 0) await this.#session.query(['BEGIN', store.fenceSql(epoch), ...sql, 'COMMIT'].join(';'));
  }

  /** The table's definitions from where its changes wait on. */
  async #history(catalogue: SourceCatalogue, alone: TableRouter, start: Position): Promise<SchemaHistory> {
    const { options, facts } = this.#ports;
    const history = new SchemaHistory({
      ...{ options, facts, router: alone, catalogue, role: 'parked' },
      store: new SchemaStore(new ControlTables(options.controlSchema), options.name),
    });
    const session = await openTargetSession(options.source, { role: 'source' });
    try {
      const present = await readTables(session, (s, t) => `${s}.${t}` === this.#record.table);
      const sql = await history.open(this.#session, start, present, true);
      await this.#keep(sql);
      return history;
    } finally {
      await session.close();
    }
  }

  /** Feeds the loader up to the main stream's place and returns, the main stream held, once it is there. */
  async #follow(parts: {
    reader: BinlogReader;
    selector: Selector;
    routes: RouteTable;
    history: SchemaHistory;
    queue: LoadQueue;
    progress: Progress;
    loader: TransactionLoader;
    described: Position;
    signal: AbortSignal;
  }): Promise<void> {
    const { reader, selector, routes, history, queue, progress, loader, described, signal } = parts;
    // Behind it after a crash that lost a position of the main stream over transactions without rows.
    const atMain = (): boolean => {
      if (!loader.idle || queue.length > 0) return false;
      const main = this.#ports.mainPosition();
      return compareCoordinates(progress.position, main) === 0 && compareCoordinates(main, described) >= 0;
    };
    const stopReading = new AbortController();
    signal.addEventListener('abort', () => stopReading.abort());
    const aborted = whenAborted(stopReading.signal);
    // A quiet source sends nothing to be at the end with: the places reached are compared all the time.
    const meeting = (async (): Promise<void> => {
      let held = false;
      while (!signal.aborted) {
        if (atMain()) {
          if (held) return;
          this.#release = await this.#ports.hold();
          held = true;
        } else await pause(LOOK_MS, signal);
      }
    })().finally(() => stopReading.abort());
    // Whoever waits for it comes later.
    meeting.catch(() => {});
    for await (const transactions of reader.transactions(stopReading.signal)) {
      for (const transaction of transactions) {
        // Never ahead of the main stream: it would apply the same rows again after the meeting.
        while (!stopReading.signal.aborted && compareCoordinates(transaction, this.#ports.mainPosition()) > 0) {
          await pause(LOOK_MS, stopReading.signal);
        }
        if (stopReading.signal.aborted) break;
        const item = selector.select(transaction);
        for (const { table } of item.ddl ? [] : transaction.changes)
          if (!routes.has(table)) await routes.resolve(this.#session, [table]);
        const change = await changeOf(item, history);
        const steps = item.ddl?.steps;
        const narrow = this.#narrow(item, routes);
        // What a person decided says nothing of the source.
        const asLogged = narrow.ddl !== undefined && narrow.ddl.steps === steps;
        const isMirrored = asLogged && (await history.isMirrored(this.#session, narrow.ddl as DdlBarrier));
        await queue.push([narrow]);
        if (narrow.ddl) await Promise.race([aborted, narrow.ddl.settled.promise]);
        if (stopReading.signal.aborted) break;
        change?.apply();
        if (narrow.ddl && isMirrored) await this.#keep(await history.learn(this.#session, narrow.ddl));
      }
      if (stopReading.signal.aborted) break;
    }
    await meeting;
  }

  /** Leaves out what was applied before the table stopped, and the one change a person told us to skip or to replace. */
  #narrow(item: SelectedTransaction, routes: RouteTable): SelectedTransaction {
    const { scope, state } = this.#record;
    const { transaction } = item;
    const atChange = this.#seen <= scope.change;
    const skipping = state === 'skipping' && atChange;
    const isDefinition = item.ddl !== undefined && item.ddl.steps.length > 0;
    if (item.stops.length > 0 || isDefinition) {
      if (!atChange || state === 'retrying') return item;
      this.#seen = Infinity;
      if (state === 'replacing') return { ...item, stops: [], ddl: this.#replaced(item) };
      if (item.ddl) item.ddl.steps = [];
      return { ...item, stops: [] };
    }
    const partial = scope.partial && compareCoordinates(transaction, scope.partial.until) <= 0 ? scope.partial : null;
    if (!skipping && !partial) return item;
    const narrow = (changes: readonly RowsChange[]): RowsChange[] =>
      changes
        .map((change) => this.#narrowed(change, routes, partial, skipping))
        .filter((change) => change.rowCount > 0);
    const { spilled } = transaction;
    if (!spilled) {
      transaction.changes = narrow(transaction.changes);
      return item;
    }
    const before = { seen: this.#seen, skipped: this.#skipped, appliedBefore: this.#appliedBefore };
    // Read again after a rollback, it has to count again.
    const restart = (): void => {
      this.#seen = before.seen;
      this.#skipped = before.skipped;
      this.#appliedBefore = before.appliedBefore;
    };
    transaction.spilled = {
      read: async function* () {
        restart();
        for await (const piece of spilled.read()) {
          for (const { table } of piece) if (!routes.has(table)) await resolve(table);
          yield narrow(piece);
        }
      },
      release: () => spilled.release(),
    };
    const resolve = (table: RowsChange['table']): Promise<void> => routes.resolve(this.#session, [table]);
    return item;
  }

  /** The same place of the log, with a person's statement in place of the source's. */
  #replaced(item: SelectedTransaction): DdlBarrier {
    const { table, scope, statement } = this.#record;
    const place = this.#ports.router.destination(...splitName(table));
    assert(place && scope.replacement !== undefined, 'nothing was given to be run');
    const parts = { table, statement: statement ?? '', place, server: this.#session };
    return {
      ...(item.ddl ?? { ...emptyBarrier(), tables: [table], redefined: [table] }),
      steps: [replacementStep(scope.replacement, parts)],
    };
  }

  #narrowed(
    change: RowsChange,
    routes: RouteTable,
    partial: ParkScope['partial'] | null,
    skipping: boolean,
  ): RowsChange {
    const shardOfRow = partial ? shardReader(change, routes, partial.shards) : null;
    const missing = partial?.missing ?? [];
    return keepRows(change, (before, after) => {
      const shard = shardOfRow?.(before ?? after ?? []) ?? null;
      if (shard !== null && !missing.includes(shard)) {
        this.#appliedBefore += 1;
        return false;
      }
      // Changes were counted within the shard that failed, which is the first of those missing.
      if (!skipping || this.#seen > this.#record.scope.change || (shard !== null && shard !== missing[0])) return true;
      const keep = this.#seen !== this.#record.scope.change;
      this.#seen += 1;
      if (!keep) this.#skipped += 1;
      return keep;
    });
  }
}

/** Tells the shard of a row that was divided among shards; `null` where the table does not fit and nothing was applied. */
function shardReader(change: RowsChange, routes: RouteTable, shards: number): ((row: Row) => number) | null {
  let route: RoutedTable | null;
  try {
    route = routes.forChange(change);
  } catch (error) {
    // The loader finds the same and stops the table.
    if (OtterError.is(error) && error.scope === 'table') return null;
    throw error;
  }
  const table = route;
  return table && ((row) => shardOf(table.identityOf(row), shards));
}
