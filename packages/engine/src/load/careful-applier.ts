import { assert, failpoint, OtterError, type RowsChange, type Wording } from '@otter/core';
import type { Session } from '@otter/dialects';
import type { NewErrorRecord } from '../control/error-records.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import { RouteFailure } from '../transform/route-table.ts';
import type { OrderedChange } from './batch-plan.ts';
import { backOff } from './back-off.ts';
import type { LoadContext } from './load-context.ts';
import { changeStatement } from './plan-statements.ts';
import { rollBack, runStatements } from './statement.ts';

/** One change that the target would not take, and everything a person needs to know about it. */
export class ChangeFailure extends Error {
  readonly record: NewErrorRecord;

  constructor(record: NewErrorRecord) {
    super(record.message);
    this.record = record;
  }
}

/**
 * The slow and exact way: one source transaction a commit, one change a statement. Used where the fast way
 * failed, so that the change at fault is known and its table, and no other, is parked from this transaction on.
 */
export class CarefulApplier {
  readonly #context: LoadContext;

  constructor(context: LoadContext) {
    this.#context = context;
  }

  async apply(session: Session, items: readonly SelectedTransaction[]): Promise<void> {
    for (const item of items) await this.applyOne(session, item);
  }

  /** `alongside` is run in the same commit. */
  async applyOne(session: Session, item: SelectedTransaction, alongside: readonly string[] = []): Promise<void> {
    const { commits, parked, log } = this.#context;
    const extra = [...alongside];
    for (const stop of item.stops) {
      if (parked.isParked(stop.table)) continue;
      extra.push(parked.park(this.record({ ...stop, change: 0, key: null, before: null, after: null })));
    }
    for (let attempt = 1; ; attempt++) {
      try {
        await session.query(commits.beginSql.join(';'));
        await this.changes(session, item.transaction.changes, new Map());
        if (extra.length > alongside.length) failpoint('table.parked');
        await commits.commit(session, [item], extra);
        this.#context.applied?.leaveOut(item.transaction.changes);
        return;
      } catch (error) {
        if (session.lost) throw error;
        await rollBack(session);
        if (error instanceof ChangeFailure) extra.push(parked.park(error.record));
        else if (OtterError.is(error) && error.code === 'TARGET_BUSY') {
          log.debug({ attempt, detail: error.detail }, 'transaction rolled back');
          await backOff(attempt);
        } else throw error;
      }
    }
  }

  /**
   * Applies changes one by one inside the open transaction. `ordinals` counts the changes of each table
   * across calls. Throws {@link ChangeFailure} for what the table is to blame for, anything else as it came.
   */
  async changes(session: Session, changes: readonly RowsChange[], ordinals: Map<string, number>): Promise<void> {
    for (const change of changes) {
      const table = `${change.table.schema}.${change.table.table}`;
      for (let i = 0; i < change.rowCount; i++) {
        const ordinal = ordinals.get(table) ?? 0;
        ordinals.set(table, ordinal + 1);
        const before = change.before[i] ?? null;
        const after = change.after[i] ?? null;
        await this.#one(session, change, { before, after }, ordinal);
      }
    }
  }

  async #one(
    session: Session,
    change: RowsChange,
    images: Pick<OrderedChange, 'before' | 'after'>,
    ordinal: number,
  ): Promise<void> {
    const { routes, limits } = this.#context;
    let sql: string | null = null;
    try {
      const route = routes.forChange(change);
      if (!route) return;
      const statements = changeStatement({ route, kind: change.kind, cascades: change.cascades, ...images });
      sql = statements[0]?.sql ?? null;
      await runStatements(session, [], statements, limits.packetBytes);
    } catch (error) {
      if (!OtterError.is(error) || error.scope !== 'table' || session.lost) throw error;
      throw new ChangeFailure(this.#failure(error, change, images, ordinal, sql));
    }
  }

  #failure(
    error: OtterError,
    change: RowsChange,
    images: Pick<OrderedChange, 'before' | 'after'>,
    ordinal: number,
    statement: string | null,
  ): NewErrorRecord {
    const table = `${change.table.schema}.${change.table.table}`;
    const about = { table, code: error.code, detail: error.said, statement, change: ordinal };
    if (error instanceof RouteFailure) return this.record({ ...about, key: null, before: null, after: null });
    const route = this.#context.routes.forChange(change);
    assert(route, 'a parked table failed');
    const row = images.before ?? images.after;
    return this.record({
      ...about,
      key: row && route.keyText(row),
      before: route.rowText(images.before),
      after: route.rowText(images.after),
    });
  }

  /** The record of a failure in the transaction after the last committed one. */
  record(failure: {
    table: string;
    code: OtterError['code'];
    detail: Wording;
    statement: string | null;
    change: number;
    key: string | null;
    before: string | null;
    after: string | null;
  }): NewErrorRecord {
    const { table, code, detail, statement, change, key, before, after } = failure;
    const error = new OtterError(code, { detail });
    return {
      table,
      code,
      message: error.message,
      messageZh: error.messageZh,
      position: this.#context.commits.progress.position,
      scope: { change },
      statement,
      key,
      before,
      after,
    };
  }
}
