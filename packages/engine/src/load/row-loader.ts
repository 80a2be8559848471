import { compareCoordinates, failpoint, OtterError, say, type Position, type RowsChange } from '@otter/core';
import type { Session } from '@otter/dialects';
import { DdlApplier } from '../ddl/ddl-applier.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { StageTrack } from '../status/stage-times.ts';
import type { WrittenRows } from './applied-rows.ts';
import { BatchPlan, type OrderedChange, type RowOperation } from './batch-plan.ts';
import { backOff } from './back-off.ts';
import { CarefulApplier, ChangeFailure } from './careful-applier.ts';
import { Gate } from './gate.ts';
import type { LoadContext } from './load-context.ts';
import { operationStatements, orderedStatements } from './plan-statements.ts';
import { shardOf } from './shard.ts';
import { SpilledApplier } from './spilled-applier.ts';
import { rollBack, runStatements, type Statement } from './statement.ts';

const RANGE_TRANSACTIONS_MAX = 40_000;

/** A run of transactions divided among the shards. */
interface Range {
  items: readonly SelectedTransaction[];
  statements: Statement[][];
  /** Tables whose rows went by key; of all others every row went to one shard. */
  byKey: ReadonlySet<string>;
  /** State of the parked tables it was divided under. */
  version: number;
  written: WrittenRows | undefined;
}

/**
 * `apply: row`, otter's own model: the rows of a run of transactions are spread over the connections by
 * key and each connection commits its part by itself, with its own row of the checkpoint. Every row goes
 * through its versions in order; a transaction may be seen half for the time of one run. The next run
 * begins when all parts of the last are committed, so at most one run is ever half done, and after a
 * crash exactly that run is divided again and finished.
 */
export class RowLoader {
  readonly #context: LoadContext;
  readonly #gate = new Gate();
  readonly #dividing: StageTrack;
  readonly #tracks: readonly StageTrack[];
  /** Where each shard stands; they differ only after a crash in the middle of a range. */
  readonly #positions: Position[];
  /** The beginning of a range that has to be taken as a whole. */
  readonly #gathered: SelectedTransaction[] = [];
  #running: Promise<void> | null = null;

  constructor(context: LoadContext, positions: readonly Position[]) {
    this.#context = context;
    this.#dividing = context.stages.track();
    this.#tracks = context.sessions.map(() => context.stages.track());
    for (const track of this.#tracks) track.to('idle');
    this.#positions = context.sessions.map((_, i) => positions[i] ?? (positions[0] as Position));
  }

  get idle(): boolean {
    return this.#running === null && this.#gathered.length === 0;
  }

  async hold(): Promise<(failure?: unknown) => void> {
    const release = this.#gate.close();
    await this.#running;
    return release;
  }

  /** Its parts wait for nobody once they have been sent: see {@link TransactionLoader.settled}. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async flush(session: Session): Promise<void> {
    await this.#context.commits.flush(session);
  }

  async run(): Promise<void> {
    const { queue, limits, sessions } = this.#context;
    let failure: unknown = null;
    try {
      for (;;) {
        if (failure !== null) throw failure;
        if (this.#gate.whenOpen() !== null) {
          await this.#gate.whenOpen();
          continue;
        }
        const items = this.#unfinished()
          ? this.#tryTakeUnfinished()
          : queue.tryTake({ transactions: RANGE_TRANSACTIONS_MAX, bytes: limits.batchBytes * sessions.length });
        if (items === null) {
          if (queue.closed) break;
          await queue.readable();
          continue;
        }
        // The next range is divided and written as SQL while the servers are busy with the last one.
        this.#dividing.to('worker');
        const range = this.#divide(items);
        this.#dividing.to(null);
        await this.#running;
        if (failure !== null) throw failure;
        // Held meanwhile: whoever holds counts on nothing being under way.
        while (this.#gate.whenOpen() !== null) await this.#gate.whenOpen();
        const turn = this.#turn(items, range);
        this.#running = turn.catch((error: unknown) => {
          failure = error;
          queue.wake();
        });
        void this.#running.then(() => {
          if (failure === null) this.#running = null;
        });
      }
      await this.#running;
      if (failure !== null) throw failure;
    } catch (error) {
      queue.close(true);
      for (const session of sessions) session.destroy();
      throw error;
    }
  }

  /**
   * Exactly the range that was under way when the process died, however slowly it is read now: how rows are divided
   * depends on all of its changes. `null` until all of it is there.
   */
  #tryTakeUnfinished(): SelectedTransaction[] | null {
    const furthest = this.#positions.reduce((a, b) => (compareCoordinates(a, b) >= 0 ? a : b));
    const isLast = (item: SelectedTransaction): boolean => compareCoordinates(item.transaction, furthest) >= 0;
    const limits = { transactions: Infinity, bytes: Infinity, until: isLast };
    for (let items = this.#context.queue.tryTake(limits); items !== null; items = this.#context.queue.tryTake(limits)) {
      this.#gathered.push(...items);
      const last = items[items.length - 1];
      if (last && isLast(last)) return this.#gathered.splice(0);
    }
    return null;
  }

  #unfinished(): boolean {
    const first = this.#positions[0] as Position;
    return this.#positions.some((position) => compareCoordinates(position, first) !== 0);
  }

  /** `null`: goes alone, or cannot be divided and has to be looked at change by change. */
  #divide(items: readonly SelectedTransaction[]): Range | null {
    const first = items[0] as SelectedTransaction;
    if (first.stops.length > 0 || first.ddl || first.transaction.spilled !== null) return null;
    const { routes, sessions, limits } = this.#context;
    let plan: BatchPlan;
    try {
      plan = BatchPlan.of(
        items.map((item) => item.transaction),
        (change) => routes.forChange(change),
      );
    } catch (error) {
      if (OtterError.is(error) && error.scope === 'table') return null;
      throw error;
    }
    const shards = sessions.length;
    const statements: Statement[][] = sessions.map(() => []);
    const byKey = new Set<string>();
    for (const table of plan.tables.values()) {
      if (table.ordered) continue;
      byKey.add(table.route.source);
      const parts: RowOperation[][] = sessions.map(() => []);
      for (const operation of table.operations.values())
        (parts[shardOf(operation.key, shards)] as RowOperation[]).push(operation);
      parts.forEach((part, shard) =>
        statements[shard]?.push(...operationStatements(table, part, limits.statementBytes)),
      );
    }
    for (const [group, changes] of plan.ordered) {
      statements[shardOf(group, shards)]?.push(...orderedStatements(changes, limits.statementBytes));
    }
    const written = this.#context.applied?.open();
    written?.add(plan);
    plan.forgetRows(items.map((item) => item.transaction));
    return { items, statements, byKey, version: this.#context.parked.version, written };
  }

  async #turn(items: readonly SelectedTransaction[], divided: Range | null): Promise<void> {
    const { commits, sessions } = this.#context;
    const session = sessions[0] as Session;
    const first = items[0] as SelectedTransaction;
    // A table may have been parked, or come back, since the range was divided.
    const isStale = divided !== null && divided.version !== this.#context.parked.version;
    if (isStale) divided.written?.close();
    const range = isStale ? this.#divide(items) : divided;
    if (range === null && this.#unfinished()) {
      throw new OtterError('CHECKPOINT_UNUSABLE', { detail: say('range-undividable') });
    }
    const track = this.#tracks[0] as StageTrack;
    if (range === null) {
      track.to('sql');
      if (first.ddl) await new DdlApplier(this.#context).apply(session, first);
      else if (first.transaction.spilled !== null) await new SpilledApplier(this.#context).apply(session, first);
      else await new CarefulApplier(this.#context).apply(session, items);
    } else if (range.statements.every((list) => list.length === 0)) {
      await commits.skip(session, items);
    } else await this.#applyRange(range);
    track.to('idle');
    this.#positions.fill(commits.progress.position);
  }

  async #applyRange(range: Range): Promise<void> {
    const { commits, sessions } = this.#context;
    const start = commits.progress.position;
    range.written?.announce();
    const end = commits.progress.after(range.items.map((item) => item.transaction));
    const due = sessions
      .map((_, shard) => shard)
      .filter((shard) => compareCoordinates(this.#positions[shard] as Position, end) < 0);
    const outcomes = await Promise.allSettled(due.map((shard) => this.#applyShard(range, shard, end)));
    const failed: number[] = [];
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') continue;
      const error: unknown = outcome.reason;
      if (!OtterError.is(error) || error.scope !== 'table') throw error;
      failed.push(due[i] as number);
    }
    for (const [i, shard] of failed.entries()) await this.#applyCarefully(range, shard, start, end, failed.slice(i));
    commits.settle(range.items, end);
    range.written?.confirm();
  }

  async #applyShard(range: Range, shard: number, end: Position): Promise<void> {
    const { commits, sessions, limits, log } = this.#context;
    const session = sessions[shard] as Session;
    const track = this.#tracks[shard] as StageTrack;
    for (let attempt = 1; ; attempt++) {
      try {
        failpoint('batch.begun');
        track.to('sql');
        await runStatements(session, commits.beginSql, range.statements[shard] ?? [], limits.packetBytes);
        failpoint('batch.executed');
        failpoint('batch.before-commit');
        track.to('commit');
        await commits.commitShard(session, shard, end, range.items);
        track.to('idle');
        failpoint('batch.committed');
        return;
      } catch (error) {
        if (session.lost || !OtterError.is(error)) throw error;
        // Also after losing ownership: the lock on the checkpoint would keep the other shards waiting for ever.
        await rollBack(session);
        if (error.code !== 'TARGET_BUSY') throw error;
        log.debug({ shard, attempt, detail: error.detail }, 'shard rolled back');
        await backOff(attempt);
      }
    }
  }

  /** One shard's part of a range, change by change in one commit; a table that fails is parked for it. */
  async #applyCarefully(range: Range, shard: number, start: Position, end: Position, missing: number[]): Promise<void> {
    const { commits, sessions, parked } = this.#context;
    const session = sessions[shard] as Session;
    const shards = sessions.length;
    const careful = new CarefulApplier(this.#context);
    const extra: string[] = [];
    for (;;) {
      try {
        await session.query(commits.beginSql.join(';'));
        const ordinals = new Map<string, number>();
        for (const item of range.items) {
          const mine = item.transaction.changes.map((change) => this.#ofShard(change, range, shard, shards));
          await careful.changes(session, mine, ordinals);
        }
        if (extra.length > 0) {
          failpoint('table.parked');
          await session.query(extra.join(';'));
        }
        await commits.commitShard(session, shard, end, range.items);
        return;
      } catch (error) {
        if (session.lost) throw error;
        await rollBack(session);
        if (!(error instanceof ChangeFailure)) throw error;
        const { record } = error;
        const scope = range.byKey.has(record.table)
          ? { ...record.scope, partial: { until: end, missing, shards } }
          : record.scope;
        extra.push(parked.park({ ...record, position: start, scope }));
      }
    }
  }

  #ofShard(change: RowsChange, range: Range, shard: number, shards: number): RowsChange {
    const route = this.#context.routes.forChange(change);
    if (!route) return change;
    const owns = (image: Pick<OrderedChange, 'before' | 'after'>): boolean =>
      range.byKey.has(route.source)
        ? shardOf(route.identityOf(image.before ?? image.after ?? []), shards) === shard
        : shardOf(route.orderGroup, shards) === shard;
    return keepRows(change, (before, after) => owns({ before, after }));
  }
}

/** The same change with only some of its rows. */
export function keepRows(
  change: RowsChange,
  keep: (before: OrderedChange['before'], after: OrderedChange['after']) => boolean,
): RowsChange {
  const kept = Array.from({ length: change.rowCount }, (_, i) => i).filter((i) =>
    keep(change.before[i] ?? null, change.after[i] ?? null),
  );
  return {
    ...change,
    rowCount: kept.length,
    before: change.before.length === 0 ? [] : kept.map((i) => change.before[i] ?? []),
    after: change.after.length === 0 ? [] : kept.map((i) => change.after[i] ?? []),
  };
}
