import type { BinlogReader } from '@otter/binlog';
import type { Log, LogTable } from '@otter/core';
import type { Session } from '@otter/dialects';
import type { GhostStore } from '../control/ghost-store.ts';
import type { CopyStore } from '../copy/copy-store.ts';
import type { Copier } from '../copy/copier.ts';
import type { GhostRuns } from '../ddl/ghost-runs.ts';
import type { FreeGate } from '../freegate/free-gate.ts';
import { whenAborted } from '../heartbeat.ts';
import type { LoadQueue } from '../load/load-queue.ts';
import type { PipelineParkedTables } from '../park/parked-tables.ts';
import { changeOf, type SchemaHistory } from '../select/schema-history.ts';
import { emptyBarrier, type SelectedTransaction } from '../select/selected-transaction.ts';
import type { Selector } from '../select/selector.ts';
import type { Counters } from '../status/counters.ts';
import type { StageTrack } from '../status/stage-times.ts';
import type { RouteTable } from '../transform/route-table.ts';

export interface LogFeedPorts {
  log: Log;
  counters: Counters;
  parked: PipelineParkedTables;
  reader: BinlogReader;
  /** What the reading costs. */
  reading: StageTrack;
  /** Connection to the target. */
  control: Session;
  selector: Selector;
  ghosts: GhostRuns;
  ghostStore: GhostStore;
  routes: RouteTable;
  history: SchemaHistory;
  queue: LoadQueue;
  copies: CopyStore;
  /** `null`: nothing can be copied in this attempt. */
  copier: Copier | null;
  gate: FreeGate | null;
  /** Stores what is right at the checkpoint as it is. */
  keep: (sql: readonly string[]) => Promise<void>;
  /** Ends the attempt, to begin another one at once. */
  startAgain: () => void;
}

/** Brings the source's log to the loader's queue: transactions with what concerns the pipeline, chunks of copies among them. */
export class LogFeed {
  readonly #ports: LogFeedPorts;

  constructor(ports: LogFeedPorts) {
    this.#ports = ports;
  }

  /** Until `signal`. Throws what the reader and the selection of transactions throw. */
  async run(signal: AbortSignal): Promise<void> {
    const { reader, selector, queue, copier, gate, control, counters, reading } = this.#ports;
    const aborted = whenAborted(signal);
    for await (const transactions of reader.transactions(signal)) {
      const items = transactions.map((transaction) => selector.select(transaction));
      this.#tellOfEchoes(items);
      for (const item of items) await gate?.hear(item);
      // Only the last of them may change definitions.
      const last = items.at(-1);
      if (last) this.#keepGhosts(last);
      const passed = last && (await this.#changesDefinitions(last));
      await this.#resolve(items);
      const isCopying = copier !== null && !copier.idle;
      if (!isCopying) counters.read(items);
      const stream: SelectedTransaction[] = [];
      for (const item of items) {
        if (isCopying) {
          copier.admit(item);
          counters.read([item]);
        }
        // What has been pushed may be waited for: a chunk is only read on when the last one is committed.
        stream.push(item);
        if (isCopying) stream.push(...(await copier.observe(item, control)));
        if (gate) stream.push(...(await gate.observe(item, control)));
      }
      reading.to('queue');
      await queue.push(stream);
      reading.to('parse');
      if (passed && !(await passed(aborted))) return;
    }
  }

  /** Once: where rows come round, each of them does. */
  #tellOfEchoes(items: readonly SelectedTransaction[]): void {
    const { counters, log } = this.#ports;
    const echo = counters.echoes > 0 ? undefined : items.find((item) => item.echo);
    if (!echo) return;
    const { file, offset } = echo.transaction;
    log.warn({ file, offset }, 'rows came round: something beside Otter carries them');
  }

  /** What was learned of working tables goes into the commit that moves past where it was. */
  #keepGhosts(last: SelectedTransaction): void {
    const { ghosts, ghostStore } = this.#ports;
    const sql = ghostStore.saveSql(ghosts.takeChanged());
    if (sql.length === 0) return;
    last.afterwards = sql;
    if (last.transaction.statements.length > 0) last.ddl ??= emptyBarrier();
  }

  /**
   * Makes a transaction ready that changes definitions; `null` for any other. To be called once it is pushed: what
   * waits until they have changed on the target, and makes everybody know; `false` when it was aborted before.
   */
  async #changesDefinitions(
    item: SelectedTransaction,
  ): Promise<((aborted: Promise<false>) => Promise<boolean>) | null> {
    const { control, history, copier, copies, parked, keep, startAgain } = this.#ports;
    const change = await changeOf(item, history);
    if (change === null) return null;
    const barrier = item.ddl;
    if (!barrier) {
      // The tables stop here: nothing behind it is applied before they are back.
      return async () => {
        change.apply();
        return true;
      };
    }
    const isMirrored = await history.isMirrored(control, barrier);
    barrier.alongside = copies.movedSql(barrier.gone, barrier.moved);
    // Asked before the commit that forgets them.
    const isCopied = await copies.isUnfinished(control, [...barrier.gone, ...barrier.moved]);
    const release = (await copier?.hold()) ?? ((): void => undefined);
    return async (aborted) => {
      try {
        if (!(await Promise.race([aborted, barrier.settled.promise.then(() => true)]))) return false;
        change.apply();
        if (isMirrored && !barrier.tables.some((table) => parked.isParked(table)))
          await keep(await history.learn(control, barrier));
        if (isCopied) startAgain();
        return true;
      } finally {
        release();
      }
    };
  }

  /** Together: a target may be a continent away. */
  async #resolve(items: readonly SelectedTransaction[]): Promise<void> {
    const { selector, routes, control } = this.#ports;
    const fresh = new Set<LogTable>();
    for (const { ddl, transaction } of items) {
      if (ddl) continue;
      for (const { table } of transaction.changes) if (!routes.has(table)) fresh.add(table);
    }
    for (const table of fresh) selector.learn(table);
    await routes.resolve(control, fresh);
  }
}
