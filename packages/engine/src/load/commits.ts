import { OtterError, say, type Position, type RowsChange } from '@otter/core';
import type { Session } from '@otter/dialects';
import { isFenced, type CheckpointStore } from '../control/checkpoint-store.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { ParkedTables } from '../park/parked-tables.ts';
import type { Counters } from '../status/counters.ts';
import { markedPosition, type Known, type Site } from '../origin/commit-mark.ts';
import { channelSql, type OriginalMarks } from '../origin/original-mark.ts';
import type { RouteTable } from '../transform/route-table.ts';
import type { Progress } from './progress.ts';

/** How old the stored position of a pipeline without rows to apply may get. */
const IDLE_CHECKPOINT_MS = 5000;

/**
 * Ends target transactions: writes the position into the same commit as the rows, then tells the
 * counters. There is no other way to commit.
 */
export class Commits {
  readonly progress: Progress;
  readonly #store: CheckpointStore;
  readonly #original: { head: string; tail: string } | null;
  readonly #epoch: bigint;
  readonly #source: string;
  readonly #site: Site;
  readonly #workers: readonly number[];
  #known: Required<Known>;
  readonly #routes: RouteTable;
  readonly #counters: Counters;
  readonly #now: () => number;
  readonly #parked: ParkedTables;
  #storedAtMs: number;
  #stored: Position;

  constructor(options: {
    progress: Progress;
    store: CheckpointStore;
    epoch: bigint;
    source: string;
    /** The source, as marks name it. */
    site: Site;
    /** Rows of the checkpoint that a commit moves: one, or that of every shard. */
    workers: readonly number[];
    /** What was known where reading begins. @default nothing */
    known?: Required<Known>;
    /** Where commits are marked for the original too. @default undefined */
    original?: OriginalMarks | undefined;
    routes: RouteTable;
    counters: Counters;
    now: () => number;
    parked: ParkedTables;
  }) {
    this.progress = options.progress;
    this.#store = options.store;
    this.#original = options.original ? channelSql(options.original) : null;
    this.#epoch = options.epoch;
    this.#source = options.source;
    this.#site = options.site;
    this.#workers = options.workers;
    this.#known = options.known ?? { seen: null, drops: [] };
    this.#routes = options.routes;
    this.#counters = options.counters;
    this.#now = options.now;
    this.#parked = options.parked;
    this.#storedAtMs = options.now();
    this.#stored = options.progress.position;
  }

  /** What a transaction that brings rows begins with. */
  get beginSql(): string[] {
    return this.#original === null ? ['BEGIN'] : ['BEGIN', this.#original.head];
  }

  get #endSql(): string[] {
    return this.#original === null ? [] : [this.#original.tail];
  }

  /** Commits what the session has open, with the position after `items` and whatever `extra` says. */
  async commit(session: Session, items: readonly SelectedTransaction[], extra: readonly string[]): Promise<void> {
    const position = this.progress.after(items.map((item) => item.transaction));
    const copied = items.flatMap(({ chunk }) =>
      chunk && !chunk.isStale() && !this.#parked.isParked(chunk.table) ? [chunk] : [],
    );
    const afterwards = items.flatMap((item) => item.afterwards ?? []);
    const via = this.viaOf(items);
    const before = this.#known;
    this.#known = knownAfter(items, before);
    try {
      await this.#write(session, position, via, [
        ...extra,
        ...copied.map((chunk) => chunk.progressSql()),
        ...afterwards,
        ...this.#endSql,
      ]);
    } catch (error) {
      this.#known = before;
      throw error;
    }
    this.progress.settle(position);
    this.#counters.committed(items, position, (change) => this.#appliedTo(change));
    for (const { chunk } of items) chunk?.settle(copied.includes(chunk));
  }

  /** Moves over transactions without rows; the position is stored once in a while. */
  async skip(session: Session, items: readonly SelectedTransaction[]): Promise<void> {
    this.pass(items);
    if (this.#now() - this.#storedAtMs >= IDLE_CHECKPOINT_MS) await this.flush(session);
  }

  /** The same without a connection: the position is stored by whoever comes next. */
  pass(items: readonly SelectedTransaction[]): void {
    const position = this.progress.after(items.map((item) => item.transaction));
    this.progress.settle(position);
    this.#known = knownAfter(items, this.#known);
    this.#counters.committed(items, position, (change) => this.#appliedTo(change));
  }

  /** The position of the last commit. */
  get stored(): Position {
    return this.#stored;
  }

  /** Stores the position when it is newer than what is stored. */
  async flush(session: Session): Promise<void> {
    if (this.progress.position === this.#stored) return;
    await this.#write(session, this.progress.position, [this.#site], ['BEGIN']);
  }

  /** Statements that store the position as it is now, for a transaction of somebody else. */
  currentSql(): string[] {
    return this.#workers.map((worker) => this.#checkpointSql(worker, this.progress.position, [this.#site]));
  }

  /** Commits one shard's part of a range; the others move their own rows of the checkpoint. */
  async commitShard(
    session: Session,
    worker: number,
    position: Position,
    items: readonly SelectedTransaction[],
  ): Promise<void> {
    const row = this.#checkpointSql(worker, position, this.viaOf(items), knownAfter(items, this.#known));
    await this.#send(session, [row, ...this.#endSql, 'COMMIT']);
  }

  /** Tells the counters that every shard has committed its part. */
  settle(items: readonly SelectedTransaction[], position: Position): void {
    this.progress.settle(position);
    this.#known = knownAfter(items, this.#known);
    this.#stored = position;
    this.#storedAtMs = this.#now();
    this.#counters.committed(items, position, (change) => this.#appliedTo(change));
  }

  async #write(session: Session, position: Position, via: readonly Site[], extra: readonly string[]): Promise<void> {
    const rows = this.#workers.map((worker) => this.#checkpointSql(worker, position, via));
    await this.#send(session, [...extra, ...rows, 'COMMIT']);
    this.#stored = position;
    this.#storedAtMs = this.#now();
  }

  #checkpointSql(worker: number, position: Position, via: readonly Site[], known = this.#known): string {
    return this.#store.commitSql(worker, this.#epoch, this.#source, markedPosition(position, via, known));
  }

  /** Sites that what is committed has been at. A batch holds rows of one origin only, and changes of definition alone. */
  viaOf(items: readonly SelectedTransaction[]): Site[] {
    const from = items.find(({ via, ddl, transaction }) => via && (ddl || hasRows(transaction)))?.via ?? [];
    return [...from.filter((site) => site !== this.#site), this.#site];
  }

  async #send(session: Session, statements: readonly string[]): Promise<void> {
    try {
      await session.query(statements.join(';'));
    } catch (error) {
      if (!isFenced(error)) throw error;
      throw new OtterError('OWNER_CHANGED', {
        detail: say('pipeline-epoch', { pipeline: this.#store.pipeline, epoch: String(this.#epoch) }),
        cause: error,
      });
    }
  }

  #appliedTo(change: RowsChange): ReturnType<RouteTable['peek']> {
    return this.#routes.peek(change);
  }
}

function knownAfter(items: readonly SelectedTransaction[], known: Required<Known>): Required<Known> {
  const seen = items.findLast((item) => item.seen !== undefined)?.seen;
  const drops = items.findLast((item) => item.drops !== undefined)?.drops;
  return seen || drops ? { seen: seen ?? known.seen, drops: drops ?? known.drops } : known;
}

function hasRows({ changes, spilled }: SelectedTransaction['transaction']): boolean {
  return changes.length > 0 || spilled !== null;
}
