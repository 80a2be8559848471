import { failpoint, OtterError, type RowsChange, type Stage, type Transaction } from '@otter/core';
import type { Session } from '@otter/dialects';
import { isFenced } from '../control/checkpoint-store.ts';
import { ConflictApplier } from '../conflict/conflict-applier.ts';
import { ConflictFound, touchedRows } from '../conflict/conflict-guard.ts';
import { DdlApplier } from '../ddl/ddl-applier.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { StageTrack } from '../status/stage-times.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import type { WrittenRows } from './applied-rows.ts';
import { BatchPlan, type RowOperation, type TablePlan } from './batch-plan.ts';
import { CarefulApplier } from './careful-applier.ts';
import { dropPresent } from './chunk-landing.ts';
import { Deferred } from './deferred.ts';
import { Gate } from './gate.ts';
import type { LoadContext } from './load-context.ts';
import { LoadRefusal, rollBack, runStatements, type Statement } from './statement.ts';
import { operationStatements, orderedStatements } from './plan-statements.ts';
import { SpilledApplier } from './spilled-applier.ts';

/** Most source transactions in one commit; more would only make a retry dearer. */
const BATCH_TRANSACTIONS_MAX = 20_000;
const BUSY_RETRIES_MAX = 5;

/** Batches without rows that wait for their turn to be counted, and transactions in one of them. */
const PASSING_FLIGHTS_MAX = 32;
const PASSING_TRANSACTIONS_MAX = 100;

/** A batch between being taken and being committed. */
class Flight {
  readonly items: readonly SelectedTransaction[];
  /** Net effect by target table; `null` may touch anything. */
  plan: BatchPlan | null = null;
  /** The plan is of exactly these items, with their rows, under this state of the parked tables; else `null`. */
  plannedUnder: number | null = null;
  /** Settled by the commit: later batches may then count on it. */
  readonly committed = new Deferred<void>();
  /** Settled when an earlier batch in trouble asks this one to give its locks back. */
  yielded = new Deferred<void>();
  mustYield = false;

  constructor(items: readonly SelectedTransaction[]) {
    this.items = items;
  }

  askToYield(): void {
    this.mustYield = true;
    this.yielded.resolve();
  }

  transactions(): Transaction[] {
    return this.items.map((item) => item.transaction);
  }

  /** Nothing of it goes to the target but the position. */
  get isRowless(): boolean {
    return this.items.every(({ transaction, stops, ddl, chunk }) => {
      const isSpecial = stops.length > 0 || ddl !== undefined || chunk !== undefined || transaction.spilled !== null;
      return !isSpecial && transaction.changes.length === 0;
    });
  }
}

/**
 * `apply: transaction`. Batches are runs of whole source transactions; each is one transaction on the
 * target. Connections execute batches side by side but commit them in source order: a row that an
 * uncommitted earlier batch touches too is left for last, after that one's commit. So a reader of the target sees
 * every source transaction whole, in the order of the source, and the checkpoint is one row.
 */
export class TransactionLoader {
  readonly #context: LoadContext;
  readonly #flights: Flight[] = [];
  readonly #gate = new Gate();
  readonly #tracks: ReadonlyMap<Session, StageTrack>;
  #failure: unknown = null;

  constructor(context: LoadContext) {
    this.#context = context;
    this.#tracks = new Map(context.sessions.map((session) => [session, context.stages.track()]));
  }

  /** Nothing is under way. */
  get idle(): boolean {
    return this.#flights.length === 0;
  }

  /** Resolves when everything taken is committed; nothing is taken until the function it gives is called. */
  async hold(): Promise<(failure?: unknown) => void> {
    const release = this.#gate.close();
    await committed(this.#flights.slice());
    return release;
  }

  /** Resolves when everything taken so far is committed; more is taken meanwhile. */
  async settled(): Promise<void> {
    await committed(this.#flights.slice());
  }

  /** Stores the position reached over transactions without rows. */
  async flush(session: Session): Promise<void> {
    await this.#context.commits.flush(session);
  }

  /** Runs until the queue is closed and empty. Rejects with the first error that ends the attempt. */
  async run(): Promise<void> {
    await Promise.all(this.#context.sessions.map((session) => this.#guard(session)));
  }

  async #guard(session: Session): Promise<void> {
    try {
      await this.#work(session);
    } catch (error) {
      this.#failure ??= error;
      this.#context.queue.close(true);
      // Whoever waits for a batch that will never commit must not wait for ever.
      for (const flight of this.#flights) flight.committed.reject(this.#failure);
      for (const other of this.#context.sessions) other.destroy();
      throw this.#failure;
    }
  }

  async #work(session: Session): Promise<void> {
    const { queue, limits } = this.#context;
    for (;;) {
      // Looked at in the turn of the take: whoever closes the gate must find every flight in the list.
      if (this.#gate.whenOpen() !== null) {
        await this.#gate.whenOpen();
        continue;
      }
      const items = queue.tryTake({ transactions: BATCH_TRANSACTIONS_MAX, bytes: limits.batchBytes });
      if (items === null) {
        if (queue.closed) return;
        this.#stage(session, 'idle');
        await queue.readable();
        continue;
      }
      this.#stage(session, 'worker');
      // Taken and registered in one go, so that the order of flights is the order of the log.
      const flight = new Flight(items);
      const before = this.#flights.slice();
      this.#flights.push(flight);
      if (this.#mayPass(flight)) {
        flight.plan = BatchPlan.of([], () => null);
        void this.#pass(flight, before);
        continue;
      }
      await this.#fly(session, flight, before);
      this.#land(flight);
    }
  }

  /** A connection that waited with nothing to write would be missing where there is something. */
  #mayPass(flight: Flight): boolean {
    const waiting = this.#flights.length - 1;
    if (waiting === 0 || waiting >= PASSING_FLIGHTS_MAX || flight.items.length > PASSING_TRANSACTIONS_MAX) return false;
    return flight.isRowless;
  }

  async #pass(flight: Flight, before: readonly Flight[]): Promise<void> {
    try {
      await committed(before);
    } catch {
      // Whoever failed before it ends the attempt.
      return;
    }
    this.#context.commits.pass(flight.items);
    this.#land(flight);
  }

  #land(flight: Flight): void {
    this.#flights.splice(this.#flights.indexOf(flight), 1);
    this.#context.conflicts?.passed(flight.items);
    flight.committed.resolve();
  }

  async #fly(session: Session, flight: Flight, before: readonly Flight[]): Promise<void> {
    const first = flight.items[0] as SelectedTransaction;
    if (first.ddl) {
      await this.#behind(session, before);
      await new DdlApplier(this.#context).apply(session, first);
    } else if (first.transaction.spilled !== null) {
      await this.#behind(session, before);
      if (this.#context.conflicts)
        await new ConflictApplier(this.#context, this.#context.conflicts).apply(session, flight.items);
      else await new SpilledApplier(this.#context).apply(session, first);
    } else if (first.stops.length > 0) {
      await this.#behind(session, before);
      await new CarefulApplier(this.#context).apply(session, flight.items);
    } else if (first.chunk) {
      await this.#flyChunk(session, flight, before);
    } else if (flight.isRowless) {
      await this.#behind(session, before);
      await this.#context.commits.skip(session, flight.items);
    } else {
      await this.#flyPlanned(session, flight, before);
    }
  }

  /** Waits for what goes before; what follows waits for the target. */
  async #behind(session: Session, before: readonly Flight[]): Promise<void> {
    this.#stage(session, 'dependency');
    await committed(before);
    this.#stage(session, 'sql');
  }

  #stage(session: Session, stage: Stage): void {
    this.#tracks.get(session)?.to(stage);
  }

  /** Rows the stream has put in meanwhile are newer than the chunk's; chunks themselves never share rows. */
  async #flyChunk(session: Session, flight: Flight, before: readonly Flight[]): Promise<void> {
    const { version } = this.#context.parked;
    this.#claim(flight);
    if (flight.items[0]?.chunk?.renewal) return await this.#flyRenewal(session, flight, before);
    await this.#behind(
      session,
      before.filter((other) => other.items[0]?.chunk === undefined && !other.isRowless),
    );
    const isWhole = await dropPresent(session, flight.items[0] as SelectedTransaction, this.#context.routes);
    if (isWhole && flight.plan !== null) flight.plannedUnder = version;
    await this.#flyPlanned(session, flight, before);
  }

  /**
   * A chunk of a table that is copied again takes away rows that no log names: nothing of the table goes on beside it.
   * What the target refuses ends the copy, not the table.
   */
  async #flyRenewal(session: Session, flight: Flight, before: readonly Flight[]): Promise<void> {
    const item = flight.items[0] as SelectedTransaction;
    await this.#behind(session, before);
    for (let attempt = 1; ; attempt++) {
      if (item.chunk?.isStale() || this.#context.parked.isParked(item.chunk?.table ?? ''))
        item.transaction.changes = [];
      try {
        await this.#execute(session, flight, []);
        return;
      } catch (error) {
        if (isFenced(error) || session.lost || this.#failure !== null || !OtterError.is(error)) throw error;
        if (error.scope === 'pipeline' || error.scope === 'usage') throw error;
        if (error.scope === 'retry' && attempt > BUSY_RETRIES_MAX) throw error;
        await rollBack(session);
        this.#yieldAfter(flight);
        flight.mustYield = false;
        flight.yielded = new Deferred<void>();
        if (error.scope === 'retry') this.#context.log.debug({ code: error.code, attempt }, 'chunk rolled back');
        else item.chunk?.renewal?.fail(error);
      }
    }
  }

  /** Shows later batches, before anything is waited for, which rows they must leave for last. */
  #claim(flight: Flight): void {
    try {
      const plan = BatchPlan.of(flight.transactions(), (change) => this.#context.routes.forChange(change));
      if (clearingOf(flight) !== null) plan.holdTables();
      flight.plan = plan;
    } catch (error) {
      // A table that does not fit: without a plan later batches wait, and the careful way will park it.
      if (!OtterError.is(error) || error.scope !== 'table') throw error;
    }
  }

  async #flyPlanned(session: Session, flight: Flight, before: readonly Flight[]): Promise<void> {
    let earlier = before;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#execute(session, flight, earlier);
        return;
      } catch (error) {
        if (isFenced(error) || session.lost || this.#failure !== null || !OtterError.is(error)) throw error;
        if (error.scope === 'pipeline' || error.scope === 'usage') throw error;
        await rollBack(session);
        // Nothing behind this batch may hold what it needs, and everything before it must be final.
        this.#yieldAfter(flight);
        await this.#behind(session, before);
        earlier = [];
        flight.mustYield = false;
        flight.yielded = new Deferred<void>();
        if (error instanceof YieldRequest) continue;
        if (error instanceof LoadRefusal) {
          this.#context.log.debug({ detail: error.detail }, 'bulk load taken back, rows go as SQL');
          continue;
        }
        this.#context.log.debug({ code: error.code, attempt }, 'batch rolled back');
        if (error.scope === 'retry' && attempt <= BUSY_RETRIES_MAX && !(error instanceof ConflictFound)) continue;
        if (error.scope === 'retry' && !(error instanceof ConflictFound)) throw error;
        await this.#applyCarefully(session, flight);
        return;
      }
    }
  }

  async #applyCarefully(session: Session, { items }: Flight): Promise<void> {
    const { conflicts } = this.#context;
    const isCopied = items[0]?.chunk !== undefined;
    if (conflicts && !isCopied) await new ConflictApplier(this.#context, conflicts).apply(session, items);
    else await new CarefulApplier(this.#context).apply(session, items);
  }

  #yieldAfter(flight: Flight): void {
    for (const later of this.#flights.slice(this.#flights.indexOf(flight) + 1)) later.askToYield();
  }

  async #execute(session: Session, flight: Flight, earlier: readonly Flight[]): Promise<void> {
    const { applied } = this.#context;
    // Rows of a copy come from a SELECT, not from the log.
    const written = flight.items[0]?.chunk === undefined ? applied?.open() : undefined;
    try {
      await this.#write(session, flight, earlier, written);
    } finally {
      written?.close();
    }
  }

  async #write(
    session: Session,
    flight: Flight,
    earlier: readonly Flight[],
    written: WrittenRows | undefined,
  ): Promise<void> {
    const { commits, indexes, limits, parked } = this.#context;
    this.#stage(session, 'worker');
    const version = parked.version;
    const routes = (change: RowsChange): RoutedTable | null => this.#context.routes.forChange(change);
    const transactions = flight.transactions();
    const isPlanned = flight.plannedUnder === version && flight.plan !== null;
    const plan = isPlanned && flight.plan ? flight.plan : BatchPlan.of(transactions, routes);
    flight.plannedUnder = null;
    flight.plan = plan;
    const pending = earlier.filter((other) => this.#flights.includes(other));
    const { now, later } = split(plan, pending, limits.statementBytes, (group) => indexes.isInTurn(group));
    const clearing = clearingOf(flight);
    if (clearing !== null) plan.holdTables();
    written?.add(plan);
    const { conflicts } = this.#context;
    const isFromLog = flight.items[0]?.chunk === undefined;
    const touched = conflicts && isFromLog ? touchedRows(plan, conflicts.kinship) : null;
    plan.forgetRows(transactions);
    failpoint('batch.begun');
    this.#stage(session, 'sql');
    await runStatements(session, [...commits.beginSql, ...(clearing ?? [])], now, limits.packetBytes);
    failpoint('batch.executed');
    this.#stage(session, 'dependency');
    for (const other of pending) {
      await Promise.race([other.committed.promise, flight.yielded.promise]);
      if (flight.mustYield) throw new YieldRequest();
    }
    failpoint('batch.waited');
    // An earlier batch has parked a table meanwhile: its rows must not go on with this one.
    if (parked.version !== version) throw new YieldRequest();
    this.#stage(session, 'sql');
    if (later.length > 0) await runStatements(session, [], later, limits.packetBytes);
    if (conflicts && touched !== null && touched.rows.length > 0) await conflicts.check(session, flight.items, touched);
    failpoint('batch.before-commit');
    written?.announce();
    this.#stage(session, 'commit');
    await commits.commit(session, flight.items, []);
    written?.confirm();
    failpoint('batch.committed');
  }
}

/** An earlier batch asked for the locks of this one; not an error of anybody. */
class YieldRequest extends OtterError {
  constructor() {
    super('TARGET_BUSY', { detail: 'an earlier batch needs the rows this one has locked' });
  }
}

/** Statements that a chunk of a table that is copied again begins with; `null` for every other batch. */
function clearingOf({ items }: Flight): string[] | null {
  const { chunk } = items[0] as SelectedTransaction;
  if (!chunk?.renewal) return null;
  return chunk.isStale() ? [] : chunk.renewal.clearSql();
}

async function committed(flights: readonly Flight[]): Promise<void> {
  for (const flight of flights) await flight.committed.promise;
}

/**
 * Separates what touches nothing of the batches still uncommitted from what has to wait for them. `isInTurn`: groups of
 * tables that always have to.
 */
export function split(
  plan: BatchPlan,
  pending: readonly Pick<Flight, 'plan'>[],
  statementBytes: number,
  isInTurn: (orderGroup: string) => boolean = () => false,
): { now: Statement[]; later: Statement[] } {
  const now: Statement[] = [];
  const later: Statement[] = [];
  const plans = pending.flatMap((flight) => (flight.plan === null ? [] : [flight.plan]));
  const unknown = pending.length > plans.length;
  for (const table of plan.tables.values()) {
    if (table.ordered) continue;
    const rivals = plans.flatMap((other) => other.forTarget(table.route.targetName));
    const waits = unknown || (plans.length > 0 && isInTurn(table.route.orderGroup)) || contends(table, rivals);
    if (waits || rivals.some((rival) => rival.ordered)) {
      later.push(...operationStatements(table, table.operations.values(), statementBytes));
    } else if (rivals.length === 0) {
      now.push(...operationStatements(table, table.operations.values(), statementBytes));
    } else {
      const free: RowOperation[] = [];
      const held: RowOperation[] = [];
      for (const operation of table.operations.values())
        (touches(rivals, table, operation) ? held : free).push(operation);
      now.push(...operationStatements(table, free, statementBytes));
      later.push(...operationStatements(table, held, statementBytes));
    }
  }
  for (const [group, changes] of plan.ordered) {
    const statements = orderedStatements(changes, statementBytes);
    const waits = unknown || plans.some((other) => other.touchesGroup(group)) || (plans.length > 0 && isInTurn(group));
    (waits ? later : now).push(...statements);
  }
  return { now, later };
}

/**
 * A row that is put in again leaves its old unique values behind as deleted ones for a while; who puts the same values
 * in locks the values next to them too, which are other rows'.
 */
function contends(table: TablePlan, rivals: readonly TablePlan[]): boolean {
  if (table.route.uniques.length === 0 || rivals.length === 0) return false;
  return table.replaces || rivals.some((rival) => rival.replaces);
}

function touches(rivals: readonly TablePlan[], { route }: TablePlan, operation: RowOperation): boolean {
  for (const rival of rivals) {
    if (rival.route.keySpace !== route.keySpace || rival.operations.has(operation.key)) return true;
    if (operation.uniques?.some((value) => rival.uniqueOwners.has(value))) return true;
  }
  return false;
}
