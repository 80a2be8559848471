import { assert, failpoint, OtterError, type Row, type RowsChange } from '@otter/core';
import { logStatusSql, type Session } from '@otter/dialects';
import { backOff } from '../load/back-off.ts';
import { ALL_COLUMNS } from '../load/column-mask.ts';
import type { LoadContext } from '../load/load-context.ts';
import { changeStatement, insertStatement, leniently, updateStatement } from '../load/plan-statements.ts';
import type { RowKey } from '../load/row-key.ts';
import { rollBack, runStatements, type Statement } from '../load/statement.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import { imageText } from '../transform/image-text.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import { hashOf, writeOf, type ConflictGuard, type DecidedRows, type IncomingChange } from './conflict-guard.ts';
import { bereavedSql, type Kinship } from './kinship.ts';
import { endOf, readEnd } from './log-end.ts';
import { isToSee, type Conflict, type ConflictKind } from './conflict-store.ts';
import type { RowMerge } from './row-merge.ts';
import { LOG_BEGIN, RowWrites, type LocalWrite } from './row-writes.ts';

/** So that the place of a row which is not there is locked too: nobody puts one in between looking and committing. */
const BEGIN = ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', 'BEGIN'];
/** Rows of one commit, about: a commit that fails is repeated as a whole. */
const COMMIT_ROWS = 1000;
/** The same for each millisecond of a round trip: a commit takes five of them, and rows are locked for it so long anyhow. */
const COMMIT_ROWS_A_MS = 20;
const COMMIT_ROWS_MAX = 8000;
const BUSY_RETRIES_MAX = 20;

/** One change of one row, its key unchanged. */
interface RowStep extends IncomingChange {
  cascades: boolean | undefined;
}

/** What is known of a row while its changes are gone through. */
interface RowState {
  exists: boolean;
  /** As it is; `null` where nobody knows before it is read. */
  text: (() => string | null) | null;
  /** Steps that would leave it as it is. */
  equal: ReadonlySet<RowStep>;
}

/** What is to be committed, and the rows as it leaves them. */
class Draft {
  readonly conflicts: Conflict[] = [];
  /** Not sent yet: it goes along with what is asked first, since a target may be a continent away. */
  begin: readonly string[] = BEGIN;
  /** Later changes of the commit stand on what was decided of earlier ones. */
  decided: DecidedRows = new RowWrites();
  /** Rows that were written and have parents or children: the last step of each. */
  readonly kin = new Map<string, RowStep>();
  readonly #rows = new Map<string, RowState>();
  /** What rows were before, in the order in which that changed. */
  readonly #former: { name: string; state: RowState | undefined; kin: RowStep | undefined }[] = [];

  record(conflict: Conflict): void {
    this.conflicts.push(conflict);
    this.decided.add(conflict.table, conflict.keyHash, conflict.write);
  }

  knows(step: RowStep): boolean {
    return this.#rows.has(nameOf(step));
  }

  set(step: RowStep, exists: boolean, text: RowState['text'] = null): void {
    this.#change(step, { exists, text, equal: NONE });
  }

  /** The row is now as the source has it, or has something of either side. */
  written(step: RowStep, outcome: 'incoming' | 'both', kinship: Kinship): void {
    const { route, after } = step;
    this.set(step, after !== null, outcome === 'both' ? null : () => route.sentText(after));
    if (kinship.has(route)) this.kin.set(nameOf(step), step);
  }

  /** The row as the target has it. */
  look(step: RowStep, text: string, isEqual: boolean): void {
    const { exists, equal } = this.at(step);
    this.#change(step, { exists, text: () => text, equal: isEqual ? new Set([...equal, step]) : equal });
  }

  at(step: RowStep): RowState {
    const row = this.#rows.get(nameOf(step));
    assert(row, 'a row was not locked');
    return row;
  }

  /** To be called to have it again as it is now. */
  keep(): () => void {
    const [decided, changed] = [this.conflicts.length, this.#former.length];
    return () => {
      this.conflicts.length = decided;
      this.decided = new RowWrites();
      for (const { table, keyHash, write } of this.conflicts) this.decided.add(table, keyHash, write);
      for (const { name, state, kin } of this.#former.splice(changed).toReversed()) {
        restore(this.#rows, name, state);
        restore(this.kin, name, kin);
      }
    };
  }

  /** Nothing goes back behind here: a transaction may be larger than memory, so whether rows exist is all that is kept. */
  close(): void {
    for (const { name } of this.#former.splice(0)) {
      const row = this.#rows.get(name);
      if (row) this.#rows.set(name, row.exists ? THERE : GONE);
    }
  }

  #change(step: RowStep, state: RowState): void {
    const name = nameOf(step);
    this.#former.push({ name, state: this.#rows.get(name), kin: this.kin.get(name) });
    this.#rows.set(name, state);
  }
}

const NONE: ReadonlySet<RowStep> = new Set();
const THERE: RowState = { exists: true, text: null, equal: NONE };
const GONE: RowState = { exists: false, text: null, equal: NONE };

function restore<T>(map: Map<string, T>, name: string, former: T | undefined): void {
  if (former === undefined) map.delete(name);
  else map.set(name, former);
}

function imageOf({ text }: RowState): string | null {
  return text?.() ?? null;
}

function nameOf({ route, key }: RowStep): string {
  return `${route.targetName} ${typeof key} ${key}`;
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
    const rowsMax = Math.min(Math.max(COMMIT_ROWS, this.#guard.roundTripMs * COMMIT_ROWS_A_MS), COMMIT_ROWS_MAX);
    let group: SelectedTransaction[] = [];
    let rows = 0;
    for (const item of items) {
      group.push(item);
      rows += item.rows;
      if (rows < rowsMax) continue;
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
    await this.#look(session, steps, draft);
    const goBack = draft.keep();
    try {
      await this.#run(session, steps, draft);
    } catch (error) {
      if (!isTaken(error, session)) throw error;
      // Which of them it is shows when they go one by one.
      await rollBack(session, 'otter_rows');
      goBack();
      for (const step of steps) await this.#put(session, step, draft);
    }
    await this.#lookAfter(session, draft);
    draft.close();
  }

  /** Decides the steps and writes them together, as long as what is decided of them needs no row as others have left it. */
  async #run(session: Session, steps: readonly RowStep[], draft: Draft): Promise<void> {
    let statements: Statement[] = [];
    let savepoint = ['SAVEPOINT otter_rows'];
    const flush = async (): Promise<void> => {
      await runStatements(session, savepoint, statements, this.#context.limits.packetBytes);
      savepoint = [];
      statements = [];
    };
    for (const step of steps) {
      if (this.#needsImage(step, draft)) {
        await flush();
        await this.#lookAt(session, [step], draft);
      }
      statements.push(...this.#decide(step, draft));
    }
    await flush();
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

  /** What is to be done for a change; what is decided of it is in the draft then. */
  #decide(step: RowStep, draft: Draft): Statement[] {
    const { route, kind, after } = step;
    const { kinship } = this.#guard;
    const writes = this.#writesOf(step);
    const row = draft.at(step);
    const { exists, equal } = row;
    const isAstray = writes.length === 0 && exists === (kind === 'insert');
    if (writes.length === 0 && !isAstray) {
      draft.written(step, 'incoming', kinship);
      return changeStatement(step);
    }
    if (after === null ? !exists : equal.has(step) && !this.#isCounted(route)) {
      draft.record(this.#record(step, 'equal', 'local', writes, null));
      return [];
    }
    if (isAstray) {
      draft.record(this.#record(step, 'astray', 'incoming', writes, imageOf(row)));
      draft.written(step, 'incoming', kinship);
      return wholeStatements(step, exists);
    }
    // Two changes of one row that did not know of each other.
    const merge = this.#guard.decide(step, exists, writes, draft.decided);
    const met: ConflictKind = merge.isLossy ? `${kind}-${exists ? 'written' : 'delete'}` : 'merged';
    const record = this.#record(step, met, merge.outcome, writes, imageOf(row));
    draft.record(record);
    if (merge.outcome === 'local') return [];
    draft.written(step, merge.outcome, kinship);
    const statements = mergeStatements(step, exists, merge);
    return merge.outcome === 'both' && isToSee(met) ? [...statements, leftQuestion(step, record)] : statements;
  }

  #writesOf({ route, key, item }: RowStep): readonly LocalWrite[] {
    return this.#guard.writesOf(route.targetName, key, item.seen ?? LOG_BEGIN);
  }

  #isCounted(route: RoutedTable): boolean {
    return this.#guard.ruleOf(route).kind === 'counter';
  }

  /** Whether the row as it is has to be known: sums are added up whatever they are. */
  #needsImage(step: RowStep, draft: Draft): boolean {
    const { exists, text } = draft.at(step);
    if (!exists || text !== null) return false;
    const writes = this.#writesOf(step);
    if (writes.length === 0) return step.kind === 'insert';
    return !this.#isCounted(step.route) || this.#guard.decide(step, exists, writes, draft.decided).isLossy;
  }

  /** A unique value that another row holds: that row stays, and what would have taken its value is left out. */
  async #put(session: Session, step: RowStep, draft: Draft): Promise<void> {
    const goBack = draft.keep();
    try {
      await this.#run(session, [step], draft);
    } catch (error) {
      if (!isTaken(error, session)) throw error;
      await rollBack(session, 'otter_rows');
      goBack();
      const { exists } = draft.at(step);
      // Somebody has put in the very row meanwhile, whose place nobody could lock.
      if (!exists && (await session.rows(lockSql(step))).length > 0)
        throw new OtterError('TARGET_BUSY', { detail: error.said, cause: error });
      if (exists) await this.#lookAt(session, [step], draft);
      draft.record(this.#record(step, 'unique', 'local', [], imageOf(draft.at(step))));
    }
  }

  /** Reads the rows that something is to be decided of. */
  async #look(session: Session, steps: readonly RowStep[], draft: Draft): Promise<void> {
    const met = steps.filter((step) => this.#needsImage(step, draft));
    const { packetBytes } = this.#context.limits;
    for (const some of inPackets(met, questionSql, packetBytes)) await this.#lookAt(session, some, draft);
  }

  /** Locked already, and read as they are now whatever the transaction has seen before. */
  async #lookAt(session: Session, steps: readonly RowStep[], draft: Draft): Promise<void> {
    const results = await session.query(steps.map(questionSql).join(';'));
    for (const [i, step] of steps.entries()) {
      const [image, equal] = results.slice(2 * i);
      const cells = image?.rows?.[0];
      assert(cells, 'a row that was locked is gone');
      const select = step.route.rowSelect;
      draft.look(step, imageText(select.columns, select.read(cells)), Number(equal?.rows?.[0]?.[0]) === 1);
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
    const packets = inPackets(unknown, lockSql, this.#context.limits.packetBytes);
    if (packets.length === 0 && draft.begin.length > 0) packets.push([]);
    for (const some of packets) {
      const results = await session.rowsOfEach([...draft.begin, ...some.map(lockSql), logStatusSql(session)]);
      const found = results.slice(draft.begin.length);
      draft.begin = [];
      for (const [i, step] of some.entries()) draft.set(step, (found[i]?.length ?? 0) > 0);
      await this.#guard.reach(endOf(found.at(-1) ?? []));
    }
  }
}

/** As many as fit into a packet at a time: a target may be a continent away. */
function inPackets(steps: readonly RowStep[], sqlOf: (step: RowStep) => string, packetBytes: number): RowStep[][] {
  const packets: RowStep[][] = [];
  let bytes = Infinity;
  for (const step of steps) {
    const length = sqlOf(step).length;
    if (bytes + length > packetBytes) {
      packets.push([]);
      bytes = 0;
    }
    packets.at(-1)?.push(step);
    bytes += length;
  }
  return packets;
}

/** No rule was needed. */
function isPlain(kind: ConflictKind): boolean {
  return kind === 'unique' || kind === 'parent-gone' || kind === 'astray' || kind === 'equal';
}

function lockSql({ route, before, after }: RowStep): string {
  return `${route.writer.exists((after ?? before) as Row)} FOR UPDATE`;
}

function imageSql({ route, before, after }: RowStep): string {
  const where = route.writer.exists((after ?? before) as Row).replace(/^SELECT 1/, '');
  return `SELECT ${route.rowSelect.expressions.join(',')}${where} FOR UPDATE`;
}

/** What the row is, and whether that is what the change would make it. */
function questionSql(step: RowStep): string {
  return `${imageSql(step)};${equalSql(step)}`;
}

/** Whether the row is what the change would make it. */
function equalSql({ route, after }: RowStep): string {
  return after === null ? 'SELECT 0' : `${route.writer.countEqual([after])} FOR UPDATE`;
}

/** Whether a row is in the way. */
function isTaken(error: unknown, session: Session): error is OtterError {
  return OtterError.is(error) && !session.lost && error.code === 'ROW_EXISTS';
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

/** What is left of a row that has something of both sides; it goes along with what makes it so. */
function leftQuestion(step: RowStep, record: Conflict): Statement {
  const { route } = step;
  return {
    ...{ sql: imageSql(step), route, rows: 1 },
    answered: ({ rows: [cells] = [] }) => {
      assert(cells, 'a row that was written is gone');
      record.left = imageText(route.rowSelect.columns, route.rowSelect.read(cells));
    },
  };
}

/** One direction cannot leave a table behind: the other would take what it has not applied for seen. */
function stopped(error: OtterError): OtterError {
  return new OtterError('TWO_WAY_STOPPED', { detail: error.said, cause: error });
}
