import { assert, failpoint, OtterError, type Row, type RowsChange } from '@otter/core';
import { compileRowSelect, logStatusSql, type Session } from '@otter/dialects';
import { backOff } from '../load/back-off.ts';
import { ALL_COLUMNS } from '../load/column-mask.ts';
import type { LoadContext } from '../load/load-context.ts';
import { changeStatement, insertStatement, leniently, updateStatement } from '../load/plan-statements.ts';
import type { RowKey } from '../load/row-key.ts';
import { rollBack, runStatements, type Statement } from '../load/statement.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import { imageText } from '../transform/image-text.ts';
import { hashOf, writeOf, type ConflictGuard, type DecidedRows, type IncomingChange } from './conflict-guard.ts';
import { bereavedSql, type Kinship } from './kinship.ts';
import { endOf, readEnd } from './log-end.ts';
import { isToSee, type Conflict, type ConflictKind } from './conflict-store.ts';
import type { RowMerge } from './row-merge.ts';
import { LOG_BEGIN, RowWrites, type LocalWrite } from './row-writes.ts';

/** So that the place of a row which is not there is locked too: nobody puts one in between looking and committing. */
const BEGIN = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;BEGIN';
/** Rows of one commit, about: a commit that fails is repeated as a whole. */
const COMMIT_ROWS_MAX = 1000;
const LOCK_ROWS_MAX = 500;
const BUSY_RETRIES_MAX = 20;

/** One change of one row, its key unchanged. */
interface RowStep extends IncomingChange {
  cascades: boolean | undefined;
}

/** Statements that are to be run, and what is known of the rows they touch. */
class Draft {
  readonly conflicts: Conflict[] = [];
  readonly decided: DecidedRows = new RowWrites();
  /** Rows that were written and have parents or children: the last step of each. */
  readonly kin = new Map<string, RowStep>();
  readonly #exists = new Map<string, boolean>();

  #name({ route, key }: RowStep): string {
    return `${route.targetName} ${typeof key} ${key}`;
  }

  /** Later changes of the commit stand on it already. */
  record(conflict: Conflict): void {
    this.conflicts.push(conflict);
    this.decided.add(conflict.table, conflict.keyHash, conflict.write);
  }

  knows(step: RowStep): boolean {
    return this.#exists.has(this.#name(step));
  }

  /** The row is now as the source has it. */
  written(step: RowStep, kinship: Kinship): void {
    this.set(step, step.after !== null);
    if (kinship.has(step.route)) this.kin.set(this.#name(step), step);
  }

  set(step: RowStep, exists: boolean): void {
    this.#exists.set(this.#name(step), exists);
  }

  exists(step: RowStep): boolean {
    const exists = this.#exists.get(this.#name(step));
    assert(exists !== undefined, 'a row was not locked');
    return exists;
  }
}

/**
 * The exact way where both sides are written: locks every row first, learns who else has written to them, and decides
 * row by row. What loses is left out, and written down in the same commit; what wins is written whole. Rows of others
 * are never touched.
 */
export class ConflictApplier {
  readonly #context: LoadContext;
  readonly #guard: ConflictGuard;

  constructor(context: LoadContext, guard: ConflictGuard) {
    this.#context = context;
    this.#guard = guard;
  }

  /** Transactions in their order, several of them in a commit. Throws TWO_WAY_STOPPED for what the target refuses. */
  async apply(session: Session, items: readonly SelectedTransaction[]): Promise<void> {
    let group: SelectedTransaction[] = [];
    let rows = 0;
    for (const item of items) {
      group.push(item);
      rows += item.rows;
      if (rows < COMMIT_ROWS_MAX) continue;
      await this.#commit(session, group);
      group = [];
      rows = 0;
    }
    if (group.length > 0) await this.#commit(session, group);
  }

  async #commit(session: Session, items: readonly SelectedTransaction[]): Promise<void> {
    const { commits, log } = this.#context;
    for (let attempt = 1; ; attempt++) {
      const draft = new Draft();
      try {
        await session.query(BEGIN);
        for (const item of items) if (item.transaction.spilled) await this.#spilled(session, item, draft);
        await this.#changes(session, items, draft);
        failpoint('batch.before-commit');
        await commits.commit(session, items, this.#guard.store.insertSql(draft.conflicts));
        failpoint('batch.committed');
        for (const item of items) await item.transaction.spilled?.release();
        this.#guard.settle(draft.conflicts);
        for (const { transaction } of items) {
          this.#context.applied?.leaveOut(transaction.changes);
          // Of a batch of nothing but conflicts the rows would stay decoded until its last commit.
          for (const change of transaction.changes) change.release?.();
        }
        return;
      } catch (error) {
        if (session.lost || !OtterError.is(error)) throw error;
        await rollBack(session);
        if (error.scope === 'table') throw stopped(error);
        if (error.code !== 'TARGET_BUSY' || attempt > BUSY_RETRIES_MAX) throw error;
        log.debug({ attempt, detail: error.detail }, 'conflicting rows rolled back');
        await backOff(attempt);
      }
    }
  }

  /** A piece at a time, all in one commit; what was counted of them replaces the rows. */
  async #spilled(session: Session, item: SelectedTransaction, draft: Draft): Promise<void> {
    const { spilled } = item.transaction;
    assert(spilled, 'the transaction is not spilled');
    for await (const changes of spilled.read()) {
      await this.#context.routes.resolve(
        session,
        changes.map(({ table }) => table),
      );
      await this.#steps(session, this.#stepsOf(item, changes), draft);
    }
  }

  async #changes(session: Session, items: readonly SelectedTransaction[], draft: Draft): Promise<void> {
    const steps = items.flatMap((item) =>
      this.#stepsOf(item, item.transaction.spilled ? [] : item.transaction.changes),
    );
    await this.#steps(session, steps, draft);
  }

  /** A change that gives a row another key takes one row away and puts in another. */
  #stepsOf(item: SelectedTransaction, changes: readonly RowsChange[]): RowStep[] {
    const steps: RowStep[] = [];
    for (const change of changes) {
      const route = this.#context.routes.forChange(change);
      if (!route) continue;
      const { kind, cascades } = change;
      for (let i = 0; i < change.rowCount; i++) {
        const [before, after] = [change.before[i] ?? null, change.after[i] ?? null];
        const [from, to] = [before && route.identityOf(before), after && route.identityOf(after)];
        const step = { item, route, cascades };
        if (before !== null && after !== null && from !== to) {
          steps.push({ ...step, kind: 'delete', before, after: null, key: from as RowKey });
          steps.push({ ...step, kind: 'insert', before: null, after, key: to as RowKey });
        } else steps.push({ ...step, kind, before, after, key: (to ?? from) as RowKey });
      }
    }
    return steps;
  }

  async #steps(session: Session, steps: readonly RowStep[], draft: Draft): Promise<void> {
    await this.#lock(session, steps, draft);
    let statements: Statement[] = [];
    const flush = async (): Promise<void> => {
      const list = statements;
      statements = [];
      await runStatements(session, [], list, this.#context.limits.packetBytes);
    };
    for (const step of steps) {
      const writes = this.#guard.writesOf(step.route.targetName, step.key, step.item.seen ?? LOG_BEGIN);
      const isAstray = writes.length === 0 && draft.exists(step) === (step.kind === 'insert');
      if (writes.length === 0 && !isAstray && step.route.uniques.length === 0) {
        statements.push(...changeStatement(step));
        draft.written(step, this.#guard.kinship);
        continue;
      }
      // What it finds and what it leaves is looked at with everything before it done.
      await flush();
      if (writes.length === 0 && !isAstray) await this.#put(session, step, changeStatement(step), draft);
      else await this.#meet(session, step, writes, draft);
    }
    await flush();
    await this.#lookAfter(session, draft);
  }

  /** Rows of foreign keys whose other side is gone: they are written all the same, so that both sites are equal. */
  async #lookAfter(session: Session, draft: Draft): Promise<void> {
    if (draft.kin.size === 0) return;
    await this.#guard.reach(await readEnd(session));
    for (const step of draft.kin.values()) {
      if (!(await this.#isBereaved(session, step))) continue;
      draft.record(this.#record(step, 'parent-gone', 'incoming', [], step.route.sentText(step.before)));
    }
    draft.kin.clear();
  }

  async #isBereaved(session: Session, step: RowStep): Promise<boolean> {
    const { parents, children } = bereavedSql(step, this.#guard.kinship);
    for (const [parent, sql] of parents) {
      const isWritten = this.#guard.isParentWritten(parent, step.after as Row, step.item.seen ?? LOG_BEGIN);
      if (isWritten && (await session.rows(sql)).length === 0) return true;
    }
    for (const sql of children) if ((await session.rows(sql)).length > 0) return true;
    return false;
  }

  /** Two changes of one row that did not know of each other. */
  async #meet(session: Session, step: RowStep, writes: readonly LocalWrite[], draft: Draft): Promise<void> {
    const { kind } = step;
    const exists = draft.exists(step);
    const local = exists ? await localImage(session, step) : null;
    if (step.after === null ? !exists : local?.isEqual && this.#guard.ruleOf(step.route).kind !== 'counter') {
      draft.record(this.#record(step, 'equal', 'local', writes, null));
      return;
    }
    if (writes.length === 0) {
      draft.record(this.#record(step, 'astray', 'incoming', writes, local?.text ?? null));
      await this.#put(session, step, wholeStatements(step, exists), draft);
      return;
    }
    const merge = this.#guard.decide(step, exists, writes, draft.decided);
    const met: ConflictKind = merge.isLossy ? `${kind}-${exists ? 'written' : 'delete'}` : 'merged';
    const record = this.#record(step, met, merge.outcome, writes, local?.text ?? null);
    draft.record(record);
    if (merge.outcome === 'local') return;
    await this.#put(session, step, mergeStatements(step, exists, merge), draft);
    if (merge.outcome === 'both' && merge.isLossy) record.left = (await localImage(session, step)).text;
  }

  /** A unique value that another row holds: that row stays, and what would have taken its value is left out. */
  async #put(session: Session, step: RowStep, statements: Statement[], draft: Draft): Promise<void> {
    const { limits } = this.#context;
    try {
      await runStatements(session, ['SAVEPOINT otter_row'], statements, limits.packetBytes);
      draft.written(step, this.#guard.kinship);
    } catch (error) {
      if (!OtterError.is(error) || session.lost || error.code !== 'ROW_EXISTS') throw error;
      await rollBack(session, 'otter_row');
      if (await isThere(session, step, draft))
        throw new OtterError('TARGET_BUSY', { detail: error.said, cause: error });
      const local = draft.exists(step) ? await localImage(session, step) : null;
      draft.record(this.#record(step, 'unique', 'local', [], local?.text ?? null));
    }
  }

  #record(
    step: RowStep,
    kind: ConflictKind,
    outcome: Conflict['outcome'],
    writes: readonly LocalWrite[],
    local: string | null,
  ): Conflict {
    const { route, key, before, after } = step;
    // There may be many of those that nobody looks at.
    const textOf = (row: Row | null): string | null => (isToSee(kind) ? route.sentText(row) : null);
    return {
      ...{ table: route.targetName, key: route.keyText((after ?? before) as Row), keyHash: hashOf(key) },
      ...{ kind, outcome, rule: isPlain(kind) ? kind : this.#guard.ruleOf(route).kind },
      ...{ write: writeOf(step, this.#guard.traceOf(step)), localAtMs: writes.at(-1)?.committedAtMs ?? null },
      ...{ before: textOf(before), after: textOf(after), local: isToSee(kind) ? local : null, left: null },
      state: this.#guard.stateOf(route.target, kind),
    };
  }

  /** Locks every row that is there, and waits until all that was written to them is known. */
  async #lock(session: Session, steps: readonly RowStep[], draft: Draft): Promise<void> {
    const unknown: RowStep[] = [];
    for (const step of steps) {
      if (draft.knows(step)) continue;
      draft.set(step, false);
      unknown.push(step);
    }
    for (let start = 0; start < unknown.length; start += LOCK_ROWS_MAX) {
      const some = unknown.slice(start, start + LOCK_ROWS_MAX);
      const found = await session.rowsOfEach([...some.map(lockSql), logStatusSql(session)]);
      for (const [i, step] of some.entries()) draft.set(step, (found[i]?.length ?? 0) > 0);
      await this.#guard.reach(endOf(found.at(-1) ?? []));
    }
  }
}

/** No rule was needed. */
function isPlain(kind: ConflictKind): boolean {
  return kind === 'unique' || kind === 'parent-gone' || kind === 'astray' || kind === 'equal';
}

function lockSql({ route, before, after }: RowStep): string {
  return `${route.writer.exists((after ?? before) as Row)} FOR UPDATE`;
}

/** Whether somebody has put in the very row meanwhile, whose place nobody could lock. */
async function isThere(session: Session, step: RowStep, draft: Draft): Promise<boolean> {
  return !draft.exists(step) && (await session.rows(lockSql(step))).length > 0;
}

/** The row as the source has it, whatever it is on the target. */
function wholeStatements({ route, before, after }: RowStep, exists: boolean): Statement[] {
  if (after === null) return exists ? [{ sql: route.writer.delete([before as Row]), route, rows: 1 }] : [];
  route.requireWhole(after);
  if (!exists) return [insertStatement(route, after)];
  const positions = route.setColumns(ALL_COLUMNS, after);
  return positions.length === 0 ? [] : [updateStatement(route, after, after, positions)];
}

/** What has been decided, where something of the change stays. */
function mergeStatements(step: RowStep, exists: boolean, merge: RowMerge): Statement[] {
  const { route, before, after } = step;
  const { outcome, set, add } = merge;
  if (outcome === 'incoming') return wholeStatements(step, exists);
  if (set.length === 0 && add.length === 0) return [];
  route.requireWhole(after as Row);
  if (before !== null) route.requireWhole(before);
  const positions = route.positionsOf(set);
  const sql = route.writer.merge(before ?? (after as Row), after as Row, positions, route.positionsOf(add));
  return [leniently({ sql, route, rows: 1 }, after as Row, positions)];
}

/** The row on the target as text, and whether it is what the change would make it. */
async function localImage(
  session: Session,
  { route, before, after }: RowStep,
): Promise<{ text: string; isEqual: boolean }> {
  const select = compileRowSelect(route.target);
  const where = route.writer.exists((after ?? before) as Row).replace(/^SELECT 1/, '');
  // Locked already, and read as it is now whatever the transaction has seen before.
  const questions = [`SELECT ${select.expressions.join(',')}${where} FOR UPDATE`];
  if (after !== null) questions.push(`${route.writer.countEqual([after])} FOR UPDATE`);
  const [found, equal] = await session.query(questions.join(';'));
  const cells = found?.rows?.[0];
  assert(cells, 'the row that was locked is gone');
  const isEqual = Number(equal?.rows?.[0]?.[0]) === 1;
  return { text: imageText(select.columns, select.read(cells)), isEqual };
}

/** One direction cannot leave a table behind: the other would take what it has not applied for seen. */
function stopped(error: OtterError): OtterError {
  return new OtterError('TWO_WAY_STOPPED', { detail: error.said, cause: error });
}
