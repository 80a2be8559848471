import type { Row } from '@otter/core';
import { quoteName, quoteTable, type TargetTable } from '@otter/dialects';
import type { BatchPlan } from '../load/batch-plan.ts';
import { ALL_COLUMNS } from '../load/column-mask.ts';
import { compileIdentity, type IdentityReader, type RowKey } from '../load/row-key.ts';
import type { RoutedTable } from '../transform/routed-table.ts';

/** Values looked for in one statement. */
const VALUES_MAX = 500;

/** One foreign key, as one of its two tables sees the other. */
interface Kin {
  /** The other table, `schema.table` of the target. */
  name: string;
  /** The same, quoted. */
  quoted: string;
  /** Columns of this table, and of the other one, in the same order. */
  columns: readonly string[];
  others: readonly string[];
}

/** A parent table of a routed one. */
export interface Parent extends Kin {
  /** Where rows of the log hold the columns. */
  ordinals: readonly number[];
  /** Which row of it a row belongs to; `null`: not by its primary key. */
  keyOf: IdentityReader | null;
}

/** One row as it was, and as it is. */
export interface ChangedRow {
  route: RoutedTable;
  before: Row | null;
  after: Row | null;
}

/**
 * Foreign keys among the tables of a target that both sides write to. Rows are written there with the checks of foreign
 * keys off, since a batch has an order of its own: that a parent was deleted while the other side gave it a child has
 * to be looked for.
 */
export class Kinship {
  readonly #tables: ReadonlyMap<string, TargetTable>;
  readonly #children = new Map<string, Kin[]>();
  readonly #parents = new WeakMap<RoutedTable, Parent[]>();

  constructor(tables: ReadonlyMap<string, TargetTable>) {
    this.#tables = tables;
    for (const { schema, table, foreignKeys } of tables.values()) {
      for (const { parentSchema, parentTable, parentColumns, columns } of foreignKeys) {
        const parent = `${parentSchema}.${parentTable}`;
        const [name, quoted] = [`${schema}.${table}`, quoteTable(schema, table)];
        const children = this.#children.get(parent) ?? [];
        this.#children.set(parent, [...children, { name, quoted, columns: parentColumns, others: columns }]);
      }
    }
  }

  /** Whether rows of the table have parents or children. */
  has(route: RoutedTable): boolean {
    return this.#children.has(route.targetName) || this.parentsOf(route).length > 0;
  }

  /** Of tables that are kept equal. */
  parentsOf(route: RoutedTable): readonly Parent[] {
    const known = this.#parents.get(route);
    if (known) return known;
    const ordinalOf = (column: string): number => route.logTable.columns.findIndex(({ name }) => name === column);
    const parents = (this.#tables.get(route.targetName)?.foreignKeys ?? []).flatMap(
      ({ parentSchema, parentTable, parentColumns, columns }) => {
        const name = `${parentSchema}.${parentTable}`;
        const table = this.#tables.get(name);
        if (!table) return [];
        const key = table.uniqueKeys.find(({ primary }) => primary)?.parts.map(({ column }) => column ?? '') ?? [];
        const parts = key.map((column) => ordinalOf(columns[parentColumns.indexOf(column)] ?? ''));
        const isKey = key.length === columns.length && !parts.includes(-1);
        const keyOf = isKey ? compileIdentity(parts, route.source) : null;
        const quoted = quoteTable(parentSchema, parentTable);
        return [{ name, quoted, columns, others: parentColumns, ordinals: columns.map(ordinalOf), keyOf }];
      },
    );
    this.#parents.set(route, parents);
    return parents;
  }

  childrenOf({ targetName }: RoutedTable): readonly Kin[] {
    return this.#children.get(targetName) ?? [];
  }
}

/** What a batch says of other rows than those it writes, in as little as is needed to look at them. */
export class Relatives {
  /** Rows of parent tables that rows of the batch belong to; `null`: it is not known which. */
  readonly parents = new Map<string, Set<RowKey> | null>();
  /** Tables of which children knew rows by values that may have changed: what they were is not in the plan. */
  readonly unclear = new Set<string>();
  readonly #left = new Map<Kin, string[][]>();

  /** To be called while the plan still holds its rows. */
  static of(plan: BatchPlan, kinship: Kinship): Relatives {
    const relatives = new Relatives();
    for (const { route, operations } of plan.tables.values()) {
      if (!kinship.has(route)) continue;
      const known = referenced(route, kinship);
      for (const { kind, row, mask } of operations.values()) {
        const isGone = kind === 'delete';
        if (kind === 'update' && (mask === ALL_COLUMNS ? known !== 0 : (mask & known) !== 0))
          relatives.unclear.add(route.targetName);
        relatives.#add({ route, before: isGone ? row : null, after: isGone ? null : row }, kinship);
      }
    }
    for (const changes of plan.ordered.values()) {
      for (const change of changes) if (kinship.has(change.route)) relatives.#add(change, kinship);
    }
    return relatives;
  }

  #add(row: ChangedRow, kinship: Kinship): void {
    const { route, before, after } = row;
    if (after !== null) {
      for (const parent of kinship.parentsOf(route)) {
        if (parent.ordinals.some((ordinal) => (after[ordinal] ?? null) === null)) continue;
        const keys = this.parents.get(parent.name);
        if (parent.keyOf === null || keys === null) this.parents.set(parent.name, null);
        else this.parents.set(parent.name, (keys ?? new Set<RowKey>()).add(parent.keyOf(after)));
      }
    }
    for (const kin of kinship.childrenOf(route)) {
      const values = valuesLeft(row, kin);
      if (values === null || before === null) continue;
      const all = this.#left.get(kin);
      if (all) all.push(values);
      else this.#left.set(kin, [values]);
    }
  }

  /** Statements that return a row where one of the rows taken away has a child, by child table. */
  *childrenSql(): Iterable<{ table: string; sql: string }> {
    for (const [kin, all] of this.#left) {
      for (let start = 0; start < all.length; start += VALUES_MAX)
        yield { table: kin.name, sql: relativeSql(kin, all.slice(start, start + VALUES_MAX)) };
    }
  }
}

/** Ordinals, as a mask, of columns beyond the key by which children know their parent; all where there are too many. */
function referenced(route: RoutedTable, kinship: Kinship): number {
  const names = kinship.childrenOf(route).flatMap(({ columns }) => columns);
  const ordinals = names.map((name) => route.logTable.columns.findIndex((column) => column.name === name));
  const beyond = ordinals.filter((ordinal) => !route.identity?.includes(ordinal));
  if (!route.narrow) return beyond.length === 0 ? 0 : ALL_COLUMNS;
  return beyond.reduce((mask, ordinal) => mask | (1 << ordinal), 0);
}

/** The values by which children knew the row, where it does not have them any more; `null`: it has, or never had. */
function valuesLeft({ route, before, after }: ChangedRow, kin: Kin): string[] | null {
  const values = before && route.valuesOf(before, kin.columns);
  if (values === null || after === null) return values;
  return values.join() === route.valuesOf(after, kin.columns)?.join() ? null : values;
}

/** Which statements tell that the row is without its parent, or its children without it, locked as they are now. */
export function bereavedSql(row: ChangedRow, kinship: Kinship): { parents: [Parent, string][]; children: string[] } {
  const { route, after } = row;
  const parents = kinship.parentsOf(route).flatMap((parent): [Parent, string][] => {
    const values = after && route.valuesOf(after, parent.columns);
    return values === null ? [] : [[parent, `${relativeSql(parent, [values])} LOCK IN SHARE MODE`]];
  });
  const children = kinship.childrenOf(route).flatMap((kin) => {
    const values = valuesLeft(row, kin);
    return values === null ? [] : [`${relativeSql(kin, [values])} LOCK IN SHARE MODE`];
  });
  return { parents, children };
}

function relativeSql({ quoted, others }: Kin, all: readonly string[][]): string {
  const names = others.map(quoteName);
  const where =
    names.length === 1
      ? `${names[0]} IN (${all.map(([value]) => value).join(',')})`
      : all.map((values) => `(${names.map((name, i) => `${name}=${values[i]}`).join(' AND ')})`).join(' OR ');
  return `SELECT 1 FROM ${quoted} WHERE ${where} LIMIT 1`;
}
