import type { Store } from '../store/store.ts';
import { addTableSamples, NO_ROWS, pruneTableSamples, sumOf, tableTotals } from '../store/table-statistics.ts';
import type { RowCounts, TableSample } from '../store/table-statistics.ts';
import type { LiveState, Tables } from './live-state.ts';

const PERIOD_MS = 60_000;
const PRUNE_EVERY_MS = 3600_000;
/** Tables written in one minute, of all pipelines; those that wait longest come first, and nothing is lost. */
const TABLES_MAX = 2000;

interface Course {
  /** What the run that goes on has counted so far. */
  told: Tables;
  /** What was counted and is not written yet, the one that waits longest first. */
  pending: Map<string, RowCounts>;
}

/**
 * Adds up what is applied to each table over all runs of its pipeline, and writes once a minute what has changed. A
 * manager that is killed loses at most what was counted since then; rows it never loses.
 */
export class TableHistory {
  readonly #store: Store;
  readonly #live: LiveState;
  readonly #courses = new Map<number, Course>();
  readonly #unsubscribe: readonly (() => void)[];
  #timer: NodeJS.Timeout | null = null;
  #prunedAtMs = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, live: LiveState) {
    this.#store = store;
    this.#live = live;
    this.#unsubscribe = [
      live.subscribeTables((pipelineId, tables) => this.#hear(pipelineId, tables)),
      live.subscribe(({ pipelineId, state }) => {
        const course = this.#courses.get(pipelineId);
        // The next run counts from nothing.
        if (state === 'starting' && course !== undefined) course.told = {};
      }),
    ];
  }

  start(): void {
    // A moment before the minute ends: what happened in it is written under it.
    const untilNextMs = PERIOD_MS - 1000 - (this.#store.now() % PERIOD_MS);
    this.#timer = setTimeout(
      () => {
        void this.tick();
        this.start();
      },
      untilNextMs > 0 ? untilNextMs : untilNextMs + PERIOD_MS,
    );
  }

  /** Writes what was counted since the last time; resolves when it is written, or could not be. */
  async tick(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.tick();
  }

  /** What was applied to each table since its pipeline was made, what is not written yet among it. */
  async totals(pipelineId: number): Promise<Map<string, RowCounts>> {
    const totals = await tableTotals(this.#store, pipelineId);
    for (const [table, counts] of this.#courses.get(pipelineId)?.pending ?? []) {
      totals.set(table, sumOf(counts, totals.get(table) ?? NO_ROWS));
    }
    return totals;
  }

  #hear(pipelineId: number, tables: Tables): void {
    const course = this.#courses.get(pipelineId) ?? { told: {}, pending: new Map<string, RowCounts>() };
    this.#courses.set(pipelineId, course);
    for (const [table, counts] of Object.entries(tables)) {
      const more = difference(counts, course.told[table] ?? NO_ROWS);
      if (isNothing(more)) continue;
      course.pending.set(table, sumOf(more, course.pending.get(table) ?? NO_ROWS));
    }
    course.told = tables;
  }

  async #write(): Promise<void> {
    const samples = this.#longestWaiting();
    try {
      if (samples.length > 0) await addTableSamples(this.#store, samples);
    } catch {
      // A store that does not answer stops no pipeline; what was not written stays here.
      return;
    }
    for (const sample of samples) this.#settle(sample);
    this.#forgetDeleted();
    const nowMs = this.#store.now();
    if (nowMs - this.#prunedAtMs < PRUNE_EVERY_MS) return;
    // What fails now is done the next time.
    await pruneTableSamples(this.#store).then(
      () => (this.#prunedAtMs = nowMs),
      () => undefined,
    );
  }

  #longestWaiting(): TableSample[] {
    const samples: TableSample[] = [];
    // In turns, so that a pipeline with many tables leaves room for the others.
    const queues = [...this.#courses].map(([pipelineId, { pending }]) => ({ pipelineId, next: pending.entries() }));
    while (queues.length > 0 && samples.length < TABLES_MAX) {
      for (const queue of [...queues]) {
        const { done, value } = queue.next.next();
        if (done === true) queues.splice(queues.indexOf(queue), 1);
        else if (samples.length < TABLES_MAX) {
          samples.push({ pipelineId: queue.pipelineId, table: value[0], ...value[1] });
        }
      }
    }
    return samples;
  }

  /** It was written; what was counted meanwhile waits anew. */
  #settle({ pipelineId, table, ...written }: TableSample): void {
    const pending = this.#courses.get(pipelineId)?.pending;
    const counts = pending?.get(table);
    if (pending === undefined || counts === undefined) return;
    pending.delete(table);
    const more = difference(counts, written);
    if (!isNothing(more)) pending.set(table, more);
  }

  #forgetDeleted(): void {
    const known = new Set(this.#live.all().map(({ pipelineId }) => pipelineId));
    for (const id of this.#courses.keys()) if (!known.has(id)) this.#courses.delete(id);
  }
}

function difference(counts: RowCounts, before: RowCounts): RowCounts {
  return {
    inserted: counts.inserted - before.inserted,
    updated: counts.updated - before.updated,
    deleted: counts.deleted - before.deleted,
  };
}

function isNothing({ inserted, updated, deleted }: RowCounts): boolean {
  return inserted === 0 && updated === 0 && deleted === 0;
}
