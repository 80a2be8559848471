import { isJsonDiff, type ChangeKind, type Row, type RowsChange, type Transaction } from '@otter/core';
import type { RoutedTable } from '../transform/routed-table.ts';
import { ALL_COLUMNS, MASK_COLUMNS_MAX } from './column-mask.ts';
import { WILD, type RowKey } from './row-key.ts';

/** What is left of all changes to one row within a batch. */
export class RowOperation {
  /** `replace`: taken away if it is there, and put in whole; only of tables that are being copied. */
  kind: ChangeKind | 'replace' | 'none';
  readonly key: RowKey;
  /** Image to write (insert, update) or to find the row by (delete); empty once its statement is written. */
  row: Row;
  /** Ordinals an update sets, or an insert names. */
  mask: number;
  /** Unique values taken or given up, beyond the identity. */
  uniques: RowKey[] | null = null;

  constructor(kind: RowOperation['kind'], key: RowKey, row: Row, mask: number) {
    this.kind = kind;
    this.key = key;
    this.row = row;
    this.mask = mask;
  }
}

const NO_ROW: Row = [];

/** One change of a table whose rows must be applied one after another, as logged. */
export interface OrderedChange {
  route: RoutedTable;
  kind: ChangeKind;
  /** See `RowsChange.cascades`. */
  cascades?: boolean | undefined;
  before: Row | null;
  after: Row | null;
}

/** Net effect of a batch on one table, or the wish to have it applied in log order. */
export class TablePlan {
  readonly route: RoutedTable;
  readonly operations = new Map<RowKey, RowOperation>();
  /** Who touched a unique value in this batch. */
  readonly uniqueOwners: Map<RowKey, RowOperation>;
  /** The order of changes can be observed: see {@link BatchPlan}. */
  ordered: boolean;
  /** Rows may be missing on the target, because the table is being copied. */
  readonly copying: boolean;
  /** Rows are taken away and put in again, or may be: only of a table that is being copied. */
  replaces = false;
  rows = 0;

  constructor(route: RoutedTable, uniqueOwners: Map<RowKey, RowOperation>) {
    this.route = route;
    this.uniqueOwners = uniqueOwners;
    this.ordered = route.ordered;
    this.copying = route.copying;
  }
}

/**
 * Reduces the changes of several source transactions to the least work with the same result.
 *
 * Changes of one row (same identity) are merged into their net effect where nobody can see the
 * difference: the table is identified by a key, no unique value passes from one row to another within
 * the batch, no key changes, no partial image needs the row before it, no cascade hangs on it.
 * A table where any of these happens is applied in log order instead, change by change.
 * Transactions that are merged share one commit on the target, so none is ever seen half.
 */
export class BatchPlan {
  readonly tables = new Map<RoutedTable, TablePlan>();
  /** Changes of ordered tables, by order group, in log order. */
  readonly ordered = new Map<string, OrderedChange[]>();
  readonly #byTarget = new Map<string, TablePlan[]>();
  readonly #groups = new Set<string>();

  static of(transactions: readonly Transaction[], routes: (change: RowsChange) => RoutedTable | null): BatchPlan {
    const plan = new BatchPlan();
    for (const transaction of transactions) {
      for (const change of transaction.changes) {
        const route = routes(change);
        if (route) plan.#add(change, route);
      }
    }
    plan.#orderShared();
    plan.#collectOrdered(transactions, routes);
    return plan;
  }

  #open(route: RoutedTable): TablePlan {
    const siblings = this.#byTarget.get(route.targetName) ?? [];
    // Tables merged into one target share its unique values, the identity among them.
    const table = new TablePlan(route, siblings[0]?.uniqueOwners ?? new Map<RowKey, RowOperation>());
    siblings.push(table);
    this.#byTarget.set(route.targetName, siblings);
    this.#groups.add(route.orderGroup);
    this.tables.set(route, table);
    return table;
  }

  #add(change: RowsChange, route: RoutedTable): void {
    let table = this.tables.get(route);
    if (!table) table = this.#open(route);
    table.rows += change.rowCount;
    if (table.ordered || change.rowCount === 0) return;
    if (needsOrder(change, route)) {
      table.ordered = true;
      return;
    }
    const merged =
      change.kind === 'insert'
        ? mergeInserts(table, change.after)
        : change.kind === 'delete'
          ? mergeDeletes(table, change.before)
          : table.copying
            ? mergeReplacements(table, change.before, change.after)
            : mergeUpdates(table, change.before, change.after);
    if (!merged) table.ordered = true;
    if (table.copying && change.kind !== 'insert') table.replaces = true;
    // Of the decoded rows only those an operation holds are needed from here on.
    change.release?.();
  }

  /** Plans of every source table that goes to this target. */
  forTarget(targetName: string): TablePlan[] {
    return this.#byTarget.get(targetName) ?? [];
  }

  /**
   * Lets go of every row image: once the statements are written, only keys are needed to keep later batches
   * off these rows.
   */
  forgetRows(transactions: readonly Transaction[]): void {
    for (const table of this.tables.values()) for (const operation of table.operations.values()) operation.row = NO_ROW;
    this.ordered.clear();
    for (const transaction of transactions) for (const change of transaction.changes) change.release?.();
  }

  /** Makes later batches wait with every row of these tables, whichever it is. */
  holdTables(): void {
    for (const table of this.tables.values()) table.ordered = true;
  }

  touchesGroup(group: string): boolean {
    return this.#groups.has(group);
  }

  /** Each source table merges its changes for itself; rows of the target that two of them touch need the log's order. */
  #orderShared(): void {
    for (const [first, ...others] of this.#byTarget.values()) {
      if (!first || others.length === 0) continue;
      const keys = new Set(first.operations.keys());
      for (const { route, operations } of others) {
        if (route.keySpace !== first.route.keySpace || [...operations.keys()].some((key) => keys.has(key)))
          first.ordered = true;
        for (const key of operations.keys()) keys.add(key);
      }
    }
  }

  #collectOrdered(transactions: readonly Transaction[], routes: (change: RowsChange) => RoutedTable | null): void {
    const groups = new Set<string>();
    for (const table of this.tables.values()) if (table.ordered) groups.add(table.route.orderGroup);
    if (groups.size === 0) return;
    for (const table of this.tables.values()) {
      if (groups.has(table.route.orderGroup)) table.ordered = true;
      if (table.ordered) table.operations.clear();
    }
    for (const transaction of transactions) {
      for (const change of transaction.changes) {
        const route = routes(change);
        if (!route || !groups.has(route.orderGroup)) continue;
        let list = this.ordered.get(route.orderGroup);
        if (!list) this.ordered.set(route.orderGroup, (list = []));
        pushOrdered(list, change, route);
      }
    }
  }
}

function pushOrdered(list: OrderedChange[], change: RowsChange, route: RoutedTable): void {
  const { kind, cascades } = change;
  for (let i = 0; i < change.rowCount; i++) {
    list.push({ route, kind, cascades, before: change.before[i] ?? null, after: change.after[i] ?? null });
  }
}

/** Every change of one transaction as an ordered list: the careful way to apply it. */
export function orderedChanges(
  changes: readonly RowsChange[],
  routes: (change: RowsChange) => RoutedTable | null,
): OrderedChange[] {
  const list: OrderedChange[] = [];
  for (const change of changes) {
    const route = routes(change);
    if (route) pushOrdered(list, change, route);
  }
  return list;
}

/** Partial JSON reads the row it changes; a partial delete or key image cannot be merged. */
function needsOrder(change: RowsChange, route: RoutedTable): boolean {
  if (change.kind === 'delete') return false;
  const first = change.after[0] as Row;
  for (const ordinal of route.jsonOrdinals) {
    if (change.after.some((row) => isJsonDiff(row[ordinal]))) return true;
  }
  // Without a mask nothing says which columns a partial insert leaves to their defaults.
  return change.kind === 'insert' && (route.widerTarget || !route.narrow) && first.includes(undefined);
}

function mergeInserts(table: TablePlan, rows: readonly Row[]): boolean {
  const { route, operations } = table;
  const first = rows[0] as Row;
  const complete = !first.includes(undefined);
  const mask = complete ? ALL_COLUMNS : presentMask(first);
  for (const row of rows) {
    const key = route.identityOf(row);
    let operation = operations.get(key);
    if (operation === undefined) {
      operation = new RowOperation('insert', key, row, mask);
      operations.set(key, operation);
    } else if (operation.kind === 'none') {
      operation.kind = 'insert';
      operation.row = row;
      operation.mask = mask;
    } else if (operation.kind === 'delete' && table.copying) {
      operation.kind = 'replace';
      operation.row = row;
    } else if (operation.kind === 'delete' && complete && !route.widerTarget) {
      operation.kind = 'update';
      operation.row = row;
      operation.mask = ALL_COLUMNS;
    } else return false;
    if (route.uniques.length > 0 && !takeUniques(table, operation, row, null)) return false;
  }
  return true;
}

function mergeDeletes(table: TablePlan, rows: readonly Row[]): boolean {
  const { route, operations } = table;
  for (const row of rows) {
    const key = route.identityOf(row);
    let operation = operations.get(key);
    if (operation === undefined) {
      operation = new RowOperation('delete', key, row, ALL_COLUMNS);
      operations.set(key, operation);
    } else if (operation.kind === 'insert') operation.kind = 'none';
    else if (operation.kind === 'update' || operation.kind === 'replace') {
      operation.kind = 'delete';
      operation.row = row;
    } else return false;
    if (route.uniques.length > 0 && !takeUniques(table, operation, row, null)) return false;
  }
  return true;
}

function mergeUpdates(table: TablePlan, before: readonly Row[], after: readonly Row[]): boolean {
  const { route, operations } = table;
  const complete = !(after[0] as Row).includes(undefined);
  for (let i = 0; i < after.length; i++) {
    const old = before[i] as Row;
    let row = after[i] as Row;
    const key = route.identityOf(old);
    let mask: number;
    if (complete) {
      if (route.identityOf(row) !== key) return false;
      mask = route.narrow ? changedMask(old, row) : ALL_COLUMNS;
    } else {
      mask = route.narrow ? changedMask(old, row) : ALL_COLUMNS;
      row = withKey(route, old, row);
      if (route.identityOf(row) !== key) return false;
    }
    let operation = operations.get(key);
    if (operation === undefined) {
      operation = new RowOperation('update', key, row, mask);
      operations.set(key, operation);
    } else if (operation.kind === 'insert' || operation.kind === 'update') {
      if (operation.mask !== ALL_COLUMNS) operation.mask |= mask === ALL_COLUMNS ? presentMask(row) : mask;
      operation.row = complete ? row : overlay(operation.row, row);
    } else return false;
    if (route.uniques.length > 0 && !takeUniques(table, operation, old, row)) return false;
  }
  return true;
}

/**
 * Updates of a table that is being copied: the row may not be there yet, so its after image takes its place
 * whole. Throws ROW_IMAGE_PARTIAL.
 */
function mergeReplacements(table: TablePlan, before: readonly Row[], after: readonly Row[]): boolean {
  const { route, operations } = table;
  for (let i = 0; i < after.length; i++) {
    const old = before[i] as Row;
    const row = after[i] as Row;
    route.requireWhole(row);
    const key = route.identityOf(old);
    if (route.identityOf(row) !== key) return false;
    const operation = operations.get(key) ?? new RowOperation('replace', key, row, ALL_COLUMNS);
    if (operation.kind !== 'insert' && operation.kind !== 'replace') return false;
    operation.row = row;
    operations.set(key, operation);
    if (route.uniques.length > 0 && !takeUniques(table, operation, old, row)) return false;
  }
  return true;
}

/**
 * Notes the unique values this change touches. False when another row of the batch touched one of them,
 * or when it cannot be told.
 */
function takeUniques(table: TablePlan, operation: RowOperation, image: Row, after: Row | null): boolean {
  for (const unique of table.route.uniques) {
    if (after !== null && !unique.ordinals.some((o) => after[o] !== undefined && !sameValue(image[o], after[o])))
      continue;
    if (!takeUnique(table, operation, unique.read(image))) return false;
    if (after !== null && !takeUnique(table, operation, unique.read(after))) return false;
  }
  return true;
}

function takeUnique(table: TablePlan, operation: RowOperation, value: RowKey | null | undefined): boolean {
  if (value === null) return true;
  if (value === undefined || value === WILD) return false;
  const owner = table.uniqueOwners.get(value);
  if (owner === operation) return true;
  if (owner !== undefined) return false;
  table.uniqueOwners.set(value, operation);
  (operation.uniques ??= []).push(value);
  return true;
}

function sameValue(a: Row[number], b: Row[number]): boolean {
  if (a === b) return true;
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return a.equals(b);
  // -0 and 0 are equal to `===` and not to the server's row image.
  return false;
}

function changedMask(before: Row, after: Row): number {
  let mask = 0;
  for (let i = 0; i < after.length; i++) {
    const value = after[i];
    if (value === undefined) continue;
    const old = before[i];
    if (old === value ? value === 0 && !Object.is(old, value) : !sameValue(old, value)) mask |= 1 << i;
  }
  return mask;
}

function presentMask(row: Row): number {
  if (row.length > MASK_COLUMNS_MAX) return ALL_COLUMNS;
  let mask = 0;
  for (let i = 0; i < row.length; i++) if (row[i] !== undefined) mask |= 1 << i;
  return mask;
}

function overlay(base: Row, top: Row): Row {
  return top.map((value, i) => (value === undefined ? base[i] : value));
}

/** An after image that leaves the key out (MINIMAL) gets it from the before image. */
export function withKey(route: RoutedTable, before: Row, after: Row): Row {
  const row = after.slice();
  for (const ordinal of route.identity ?? []) if (row[ordinal] === undefined) row[ordinal] = before[ordinal];
  return row;
}
