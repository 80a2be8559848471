import { assert, failpoint, OtterError, type RowsChange, type Transaction } from '@otter/core';
import type { Session } from '@otter/dialects';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { WrittenRows } from './applied-rows.ts';
import { BatchPlan } from './batch-plan.ts';
import { backOff } from './back-off.ts';
import { CarefulApplier, ChangeFailure } from './careful-applier.ts';
import type { LoadContext } from './load-context.ts';
import { operationStatements, orderedStatements } from './plan-statements.ts';
import { rollBack, runStatements } from './statement.ts';

/**
 * A source transaction too large for memory, as one transaction on the target: read from disk a piece at a
 * time, each piece reduced and written before the next is read. A piece that fails is repeated change by
 * change behind a savepoint to find the one at fault.
 */
export class SpilledApplier {
  readonly #context: LoadContext;

  constructor(context: LoadContext) {
    this.#context = context;
  }

  /** `alongside` is run in the same commit. */
  async apply(session: Session, item: SelectedTransaction, alongside: readonly string[] = []): Promise<void> {
    const { commits, parked } = this.#context;
    const { spilled } = item.transaction;
    assert(spilled, 'the transaction is not spilled');
    const careful = new CarefulApplier(this.#context);
    const extra = [
      ...alongside,
      ...item.stops.flatMap((stop) =>
        parked.isParked(stop.table)
          ? []
          : [parked.park(careful.record({ ...stop, change: 0, key: null, before: null, after: null }))],
      ),
    ];
    for (let attempt = 1; ; attempt++) {
      const written = this.#context.applied?.open();
      try {
        const applied = new Map<string, RowsChange>();
        const ordinals = new Map<string, number>();
        await session.query(commits.beginSql.join(';'));
        failpoint('spilled.begun');
        for await (const piece of spilled.read()) {
          await this.#piece(session, item.transaction, piece, { ordinals, careful, written });
          for (const change of piece) summarize(applied, change);
          failpoint('spilled.halfway');
        }
        failpoint('spilled.before-commit');
        const transaction = { ...item.transaction, changes: [...applied.values()] };
        written?.announce();
        await commits.commit(session, [{ ...item, transaction }], extra);
        written?.confirm();
        await spilled.release();
        return;
      } catch (error) {
        if (session.lost) throw error;
        await rollBack(session);
        if (error instanceof ChangeFailure) extra.push(parked.park(error.record));
        else if (OtterError.is(error) && error.code === 'TARGET_BUSY') await backOff(attempt);
        else throw error;
      } finally {
        written?.close();
      }
    }
  }

  async #piece(
    session: Session,
    transaction: Transaction,
    changes: RowsChange[],
    parts: { ordinals: Map<string, number>; careful: CarefulApplier; written: WrittenRows | undefined },
  ): Promise<void> {
    const { ordinals, careful, written } = parts;
    const { routes, limits } = this.#context;
    await routes.resolve(
      session,
      changes.map((change) => change.table),
    );
    await session.query('SAVEPOINT otter_piece');
    try {
      const plan = BatchPlan.of([{ ...transaction, changes }], (change) => routes.forChange(change));
      const statements = [...plan.tables.values()].flatMap((table) =>
        table.ordered ? [] : operationStatements(table, table.operations.values(), limits.statementBytes),
      );
      for (const list of plan.ordered.values()) statements.push(...orderedStatements(list, limits.statementBytes));
      await runStatements(session, [], statements, limits.packetBytes);
      written?.add(plan);
      for (const change of changes) {
        const table = `${change.table.schema}.${change.table.table}`;
        ordinals.set(table, (ordinals.get(table) ?? 0) + change.rowCount);
      }
    } catch (error) {
      if (!OtterError.is(error) || error.scope !== 'table' || session.lost) throw error;
      await rollBack(session, 'otter_piece');
      await careful.changes(session, changes, ordinals);
      this.#context.applied?.leaveOut(changes);
    }
  }
}

/** Counts without the rows: what the counters need of a piece once it is gone. */
function summarize(applied: Map<string, RowsChange>, change: RowsChange): void {
  const name = `${change.kind} ${change.table.schema}.${change.table.table}`;
  const known = applied.get(name);
  if (known) known.rowCount += change.rowCount;
  else applied.set(name, { ...change, before: [], after: [] });
}
