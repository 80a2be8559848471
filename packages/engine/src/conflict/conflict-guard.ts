import { createHash } from 'node:crypto';
import { compareCoordinates, matchesTable, OtterError, say, type ChangeKind, type Row } from '@otter/core';
import type { Session, TargetTable } from '@otter/dialects';
import type { BatchPlan } from '../load/batch-plan.ts';
import type { RowKey } from '../load/row-key.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { Counters } from '../status/counters.ts';
import { SYNC_DEFAULTS, type TwoWayOptions } from '../sync-options.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import { decide, ruleOf, type TableRule } from './conflict-policy.ts';
import { isToSee, type Conflict, type ConflictKind, type ConflictStore, type DecidedRow } from './conflict-store.ts';
import { Relatives, type Kinship, type Parent } from './kinship.ts';
import { readEnd } from './log-end.ts';
import { mergeRow, type RowMerge } from './row-merge.ts';
import { compileTrace, isParted, type TraceReader } from './row-trace.ts';
import { LOG_BEGIN, RowWrites, type LocalWrite, type LogPlace, type RowTrace, type RowWrite } from './row-writes.ts';
import type { TargetTail } from './target-tail.ts';

/** So many decisions that nobody looks at may come together before those are removed that nothing stands on any more. */
const FORGET_EVERY = 1000;
/** How often is looked for decisions that are too old. */
const EXPIRY_PERIOD_MS = 10 * 60 * 1000;

/** What no rule can decide for good. */
const PROVISIONAL: readonly ConflictKind[] = ['unique', 'astray', 'parent-gone'];

/** Somebody has written to a row of the batch meanwhile: it has to be decided row by row. */
export class ConflictFound extends OtterError {
  constructor(table: string) {
    super('TARGET_BUSY', { detail: `a row of ${table} was written on the target meanwhile` });
  }
}

export interface ConflictGuardPorts {
  policy: TwoWayOptions;
  tail: TargetTail;
  store: ConflictStore;
  counters: Pick<Counters, 'conflicts'>;
  /** Bytes of memory that decisions may take, about. */
  bytesMax: number;
  signal: AbortSignal;
  now: () => number;
  /** Up to where the pipeline's last commit has applied the source's log. */
  committed: () => LogPlace;
}

/** A change that comes in, and the row it is about. */
export interface IncomingChange {
  route: RoutedTable;
  key: RowKey;
  kind: ChangeKind;
  before: Row | null;
  after: Row | null;
  item: SelectedTransaction;
}

/** What a commit has decided of rows and not carried out yet, by table and {@link hashOf} the key. */
export type DecidedRows = RowWrites<RowWrite>;

/**
 * Stands between a batch and its commit where both sides are written: tells whether a row of it was written on the
 * target by somebody the source had not heard of, and who wins then.
 *
 * A change has seen of the target's log what the counterpart had brought to the source before it. Its rows are locked
 * when the log's end is asked for, and a transaction is in the log before it gives its locks back: so what the tail knows
 * then is everything there is.
 */
export class ConflictGuard {
  readonly store: ConflictStore;
  /** What a question to the target took at the beginning. */
  roundTripMs = 0;
  readonly #ports: ConflictGuardPorts;
  /** Changes of the source that met others: all those that something written on the target may not have seen. */
  readonly #decided: DecidedRows = new RowWrites();
  /** Decisions that nobody looks at, since some were removed. */
  #unlooked = 0;
  /** When it is looked for decisions that are too old. */
  #expiresAtMs = 0;
  readonly #rules = new Map<string, TableRule>();
  readonly #traces = new WeakMap<RoutedTable, TraceReader>();

  constructor(ports: ConflictGuardPorts) {
    this.#ports = ports;
    this.store = ports.store;
  }

  /** Decisions of before that others may stand on. Throws CONFLICT_WINDOW. */
  async open(session: Session): Promise<void> {
    const { bytesMax, tail } = this.#ports;
    await this.store.forget(session, tail.known);
    const decided = await this.store.decided(session, tail.known, bytesMax);
    for (const each of decided) this.#remember(each);
    this.#limit();
  }

  #remember({ table, keyHash, write }: DecidedRow): void {
    this.#decided.add(table, keyHash, write);
  }

  /** Foreign keys among the tables of the target. */
  get kinship(): Kinship {
    return this.#ports.tail.kinship;
  }

  /** Throws {@link ConflictFound}. To be called with the batch's statements run and nothing committed. */
  async check(
    session: Session,
    items: readonly SelectedTransaction[],
    { rows, relatives, kinship }: TouchedRows,
  ): Promise<void> {
    // Of all transactions of the batch the first has seen least.
    const seen = items[0]?.seen ?? LOG_BEGIN;
    await this.reach(await readEnd(session));
    // Somebody has changed definitions meanwhile.
    if (kinship !== this.kinship) throw new ConflictFound(rows[0]?.[0] ?? '');
    for (const [table, keys] of rows) this.#requireUnwritten(table, keys, seen);
    for (const [table, keys] of relatives.parents) this.#requireUnwritten(table, keys, seen);
    for (const table of relatives.unclear) throw new ConflictFound(table);
    for (const { table, sql } of relatives.childrenSql())
      if ((await session.rows(sql)).length > 0) throw new ConflictFound(table);
  }

  /** `keys`: `null` for any row of the table. */
  #requireUnwritten(table: string, keys: Iterable<RowKey> | null, seen: LogPlace): void {
    if (!this.#ports.tail.writes.has(table)) return;
    if (keys === null) throw new ConflictFound(table);
    for (const key of keys) if (this.writesOf(table, key, seen).length > 0) throw new ConflictFound(table);
  }

  /** Whether somebody has written to the parent of a row, or to some row of its table where it is not known which. */
  isParentWritten({ name, keyOf }: Parent, row: Row, seen: LogPlace): boolean {
    return keyOf === null ? this.#ports.tail.writes.has(name) : this.writesOf(name, keyOf(row), seen).length > 0;
  }

  /**
   * Waits until every write before `end` is known. Throws LOOP_SUSPECTED where the pipeline's last commit, which is among
   * them, was not recognised: the next one would be the second that is sent back.
   */
  async reach(end: LogPlace): Promise<void> {
    const { tail, signal, committed } = this.#ports;
    await tail.reach(end, signal);
    if (compareCoordinates(tail.applied, committed()) < 0) throw tail.lost(end);
  }

  /** Proves that commits are recognised in the target's log, before rows flow. Throws LOOP_PROBE_FAILED. */
  async prove(session: Session, epoch: bigint): Promise<void> {
    const askedAt = performance.now();
    const end = await readEnd(session);
    this.roundTripMs = performance.now() - askedAt;
    await this.#ports.tail.prove(epoch, end, this.#ports.signal);
  }

  /** What others have written to the row that whoever has seen `seen` does not know of. */
  writesOf(table: string, key: RowKey, seen: LogPlace): readonly LocalWrite[] {
    return this.#ports.tail.writes.behind(table, key, seen);
  }

  /** How conflicts of a table are decided; patterns are matched once. */
  ruleOf({ target: { schema, table }, targetName }: RoutedTable): TableRule {
    let rule = this.#rules.get(targetName);
    if (!rule) this.#rules.set(targetName, (rule = ruleOf(this.#ports.policy, schema, table)));
    return rule;
  }

  /** What the rule has to know of a change. Throws SCHEMA_MISMATCH, ROW_IMAGE_PARTIAL. */
  traceOf({ route, before, after }: IncomingChange): RowTrace {
    let reader = this.#traces.get(route);
    if (!reader) this.#traces.set(route, (reader = compileTrace(this.ruleOf(route), route.logTable)));
    return reader(before, after);
  }

  /** Who wins, or what becomes of the parts. `writes`: at least one. */
  decide(change: IncomingChange, exists: boolean, writes: readonly LocalWrite[], decided: DecidedRows): RowMerge {
    const { policy } = this.#ports;
    const { route, kind } = change;
    const rule = this.ruleOf(route);
    const own = [...this.#own(change, decided), writeOf(change, this.traceOf(change))];
    if (isParted(rule)) return mergeRow(policy, { rule, columns: route.settable, kind, exists }, own, writes);
    const keep = rule.kind === 'source' || rule.kind === 'target' ? rule.kind : 'newest';
    return { outcome: decide({ keep, tie: policy.tie }, own, writes), isLossy: true, set: [], add: [] };
  }

  /** What is known of the source's changes to the row before this one. */
  #own({ route: { targetName }, key }: IncomingChange, decided: DecidedRows): RowWrite[] {
    const hash = hashOf(key);
    return [this.#decided, decided].flatMap((rows) => rows.behind(targetName, hash, LOG_BEGIN));
  }

  /** Whether a person is asked: about tables of their choice, and about what no rule has decided for good. */
  stateOf({ schema, table }: TargetTable, kind: ConflictKind): Conflict['state'] {
    if (!isToSee(kind)) return 'decided';
    const isAsked = this.#ports.policy.ask?.some((pattern) => matchesTable(pattern, schema, table)) ?? false;
    return isAsked || PROVISIONAL.includes(kind) ? 'open' : 'decided';
  }

  /** To be called once the commit that carried these decisions out has succeeded. Throws CONFLICT_WINDOW. */
  settle(conflicts: readonly Conflict[]): void {
    for (const conflict of conflicts) this.#remember(conflict);
    this.#ports.counters.conflicts += conflicts.filter(({ kind }) => isToSee(kind)).length;
    this.#unlooked += conflicts.filter(({ kind }) => !isToSee(kind)).length;
    this.#limit();
  }

  /**
   * Keeps the records from growing: of sums there is one for each two that met, and of the others nobody asks any more
   * after some time. To be called once in a while.
   */
  async tidy(session: Session): Promise<void> {
    const { tail, policy, now } = this.#ports;
    if (this.#unlooked >= FORGET_EVERY) {
      this.#unlooked = 0;
      await this.store.forget(session, tail.known);
    }
    if (now() < this.#expiresAtMs) return;
    const isMore = await this.store.expire(session, tail.known, policy.keepDays ?? SYNC_DEFAULTS.conflictDays);
    if (!isMore) this.#expiresAtMs = now() + EXPIRY_PERIOD_MS;
  }

  #limit(): void {
    const { bytesMax } = this.#ports;
    if (this.#decided.bytes > bytesMax)
      throw new OtterError('CONFLICT_WINDOW', { detail: say('conflict-window', { megabytes: bytesMax >> 20 }) });
  }

  /** The source has seen what the last of these had: nothing before that is asked for any more. */
  passed(items: readonly SelectedTransaction[]): void {
    const { tail } = this.#ports;
    const seen = items.findLast((item) => item.seen !== undefined)?.seen;
    if (seen) tail.writes.prune(seen);
    this.#decided.prune(tail.known);
  }
}

/** A change that comes in, as it is remembered. */
export function writeOf({ item }: IncomingChange, trace: RowTrace): RowWrite {
  const { file, offset, committedAtMs } = item.transaction;
  return { at: { file, offset }, committedAtMs, ...trace };
}

/** Rows of a batch by target name, and what it says of others. */
export interface TouchedRows {
  rows: readonly (readonly [table: string, keys: Iterable<RowKey>])[];
  relatives: Relatives;
  kinship: Kinship;
}

/** Every row a batch touches; to be called while the plan still holds its rows. */
export function touchedRows(plan: BatchPlan, kinship: Kinship): TouchedRows {
  const touched: [string, Iterable<RowKey>][] = [];
  for (const { route, operations } of plan.tables.values()) {
    // Nothing is left of what was put in and taken away again: no statement locks its place.
    for (const { kind } of operations.values()) if (kind === 'none') throw new ConflictFound(route.targetName);
    touched.push([route.targetName, operations.keys()]);
  }
  for (const changes of plan.ordered.values()) {
    for (const { route, before, after } of changes) {
      const images = [before, after].filter((image) => image !== null);
      touched.push([route.targetName, images.map((image) => route.identityOf(image))]);
    }
  }
  return { rows: touched, relatives: Relatives.of(plan, kinship), kinship };
}

export function hashOf(key: RowKey): string {
  return createHash('sha256')
    .update(`${typeof key} ${key}`)
    .digest('hex')
    .slice(0, 32);
}
