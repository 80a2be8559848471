import type { Position, RowsChange } from '@otter/core';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import { StageTimes } from './stage-times.ts';

/** What a pipeline has done since its process started. Every row read ends in exactly one of the row counts. */
export class Counters {
  position: Position | null = null;
  transactionsRead = 0;
  /** Transactions with rows for us; those without only move the position. */
  transactionsApplied = 0;
  rowsRead = 0;
  rowsApplied = 0;
  rowsFiltered = 0;
  rowsParked = 0;
  rowsSkipped = 0;
  /** Rows that were there before, read by SELECT; not among the others, which come from the log. */
  rowsCopied = 0;
  bytesRead = 0;
  commits = 0;
  retries = 0;
  /** Rows both sides had written, decided. */
  conflicts = 0;
  /** Transactions whose rows had been at the source before and came round to it again. */
  echoes = 0;
  /** Those that wait for a person, also of earlier runs, as of the last look. */
  openConflicts = 0;
  /** Commit time of the last transaction applied, ms. */
  lastCommittedAtMs = 0;
  /** The newest heartbeat of ours that has been applied, ms; 0 before the first. */
  beatAppliedSentAtMs = 0;
  beatLagMs: number | null = null;
  /** The newest heartbeat that has been read, and how long it had travelled then. */
  beatReadSentAtMs = 0;
  beatReadLagMs: number | null = null;
  readonly stages = new StageTimes();
  readonly tables = new Map<string, { target: string; inserted: number; updated: number; deleted: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  read(items: readonly SelectedTransaction[]): void {
    this.transactionsRead += items.length;
    for (const { transaction, rows, beatSentAtMs, echo } of items) {
      if (echo) this.echoes += 1;
      this.rowsRead += rows + transaction.filteredRows;
      this.bytesRead += transaction.bytes;
      if (beatSentAtMs !== null) {
        this.beatReadSentAtMs = beatSentAtMs;
        this.beatReadLagMs = Math.max(0, this.#now() - beatSentAtMs);
      }
    }
  }

  /** `appliedTo` is null for a change that was left out because its table is parked. */
  committed(
    items: readonly SelectedTransaction[],
    position: Position,
    appliedTo: (change: RowsChange) => RoutedTable | null,
  ): void {
    this.position = position;
    this.commits += 1;
    for (const { transaction, beatSentAtMs, chunk } of items) {
      if (chunk) {
        for (const change of transaction.changes) this.rowsCopied += appliedTo(change) === null ? 0 : change.rowCount;
        continue;
      }
      if (transaction.changes.length > 0) this.transactionsApplied += 1;
      this.rowsFiltered += transaction.filteredRows;
      // Rows on disk are counted when they have been read from there.
      if (transaction.spilled) for (const change of transaction.changes) this.rowsRead += change.rowCount;
      for (const change of transaction.changes) this.applied(change, appliedTo(change));
      if (beatSentAtMs !== null) {
        this.beatAppliedSentAtMs = beatSentAtMs;
        this.beatLagMs = Math.max(0, this.#now() - beatSentAtMs);
      }
    }
    const last = items[items.length - 1];
    if (last && !last.chunk) this.lastCommittedAtMs = last.transaction.committedAtMs;
  }

  applied(change: RowsChange, route: RoutedTable | null): void {
    if (route === null) {
      this.rowsParked += change.rowCount;
      return;
    }
    this.rowsApplied += change.rowCount;
    let table = this.tables.get(route.source);
    if (!table)
      this.tables.set(route.source, (table = { target: route.targetName, inserted: 0, updated: 0, deleted: 0 }));
    if (change.kind === 'insert') table.inserted += change.rowCount;
    else if (change.kind === 'update') table.updated += change.rowCount;
    else table.deleted += change.rowCount;
  }

  /** Rows applied by what was done with them. */
  get changes(): { inserted: number; updated: number; deleted: number } {
    const sum = { inserted: 0, updated: 0, deleted: 0 };
    for (const { inserted, updated, deleted } of this.tables.values()) {
      sum.inserted += inserted;
      sum.updated += updated;
      sum.deleted += deleted;
    }
    return sum;
  }

  /** What was read and not committed is read again from the checkpoint on. */
  startAgain(): void {
    this.rowsRead = this.rowsApplied + this.rowsFiltered + this.rowsParked + this.rowsSkipped;
    this.transactionsRead = this.transactionsApplied;
  }

  /**
   * A catch-up ended: its rows were counted as parked, or read by itself alone when they were parked before the start.
   * `appliedBefore` of them had been applied when the table stopped.
   */
  caughtUp(own: Counters, skipped: number, appliedBefore: number): void {
    const rows = own.rowsApplied + skipped + appliedBefore;
    const known = Math.min(this.rowsParked, rows);
    this.rowsParked -= known;
    this.rowsRead += rows - known;
    this.rowsApplied += own.rowsApplied + appliedBefore;
    this.rowsSkipped += skipped;
    for (const [name, counts] of own.tables) {
      const table = this.tables.get(name);
      if (!table) {
        this.tables.set(name, counts);
        continue;
      }
      table.inserted += counts.inserted;
      table.updated += counts.updated;
      table.deleted += counts.deleted;
    }
  }
}
