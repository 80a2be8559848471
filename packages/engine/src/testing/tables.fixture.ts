import type { CatalogColumn, Column, ForeignKey, LogTable, Row, RowsChange, Transaction, UniqueKey } from '@otter/core';
import type { TargetColumn, TargetTable } from '@otter/dialects';
import type { ColumnMapping } from '../sync-options.ts';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { CascadePlace } from '../transform/cascade-places.ts';
import { RoutedTable } from '../transform/routed-table.ts';

/** Tables, routes and transactions built by hand: the real classes, no server. */

export function column(name: string, over: Partial<TargetColumn> = {}): TargetColumn {
  const common: CatalogColumn = {
    name,
    kind: 'int',
    length: 4,
    unsigned: false,
    nullable: true,
    precision: 0,
    scale: 0,
    charset: null,
    collation: null,
    labels: null,
    typeText: 'int(11)',
    generated: 'no',
    invisible: false,
    autoIncrement: false,
    hasDefault: true,
    constantDefault: 'NULL',
  };
  return { ...common, characters: null, updatedByServer: false, ...over };
}

export function text(name: string, collation = 'utf8mb4_general_ci', over: Partial<TargetColumn> = {}): TargetColumn {
  const charset = collation.split('_')[0] ?? null;
  return column(name, {
    kind: 'text',
    length: 80,
    characters: 20,
    charset,
    collation,
    typeText: 'varchar(20)',
    ...over,
  });
}

/** `key('PRIMARY', 'id')`, `key('u1', 'a', ['b', 5])` with a prefix. */
export function key(name: string, ...parts: (string | null | [column: string, prefix: number])[]): UniqueKey {
  return {
    name,
    primary: name === 'PRIMARY',
    parts: parts.map((part) =>
      Array.isArray(part) ? { column: part[0], prefix: part[1] } : { column: part, prefix: null },
    ),
    nullable: false,
  };
}

export interface TableSpec {
  schema?: string;
  table?: string;
  columns: TargetColumn[];
  uniqueKeys?: UniqueKey[];
  foreignKeys?: ForeignKey[];
}

/** A key over a column that may be NULL may be NULL. */
function targetTable(spec: TableSpec): TargetTable {
  const uniqueKeys = (spec.uniqueKeys ?? []).map((k) => ({
    ...k,
    nullable: k.parts.some((part) => spec.columns.find((c) => c.name === part.column)?.nullable ?? true),
  }));
  return {
    schema: spec.schema ?? 'shop',
    table: spec.table ?? 't',
    engine: 'InnoDB',
    columns: spec.columns,
    uniqueKeys,
    foreignKeys: spec.foreignKeys ?? [],
    triggers: [],
  };
}

export function logTable(columns: Column[], schema = 'shop', table = 't'): LogTable {
  return { schema, table, columns, primaryKey: null, problem: null };
}

export function routeOf(spec: {
  source?: { schema?: string; table?: string; columns: Column[] };
  target: TableSpec;
  columns?: ColumnMapping[];
  cascade?: CascadePlace | null;
  isMariadb?: boolean;
}): RoutedTable {
  const target = targetTable(spec.target);
  const source = spec.source ?? { columns: spec.target.columns };
  return new RoutedTable({
    logTable: logTable(source.columns, source.schema ?? target.schema, source.table ?? target.table),
    target,
    destination: { schema: target.schema, table: target.table, columns: spec.columns ?? [] },
    isMariadb: spec.isMariadb ?? false,
    cascade: spec.cascade ?? null,
  });
}

export function inserts(route: RoutedTable, ...after: Row[]): RowsChange {
  return { kind: 'insert', table: route.logTable, rowCount: after.length, before: [], after };
}

export function deletes(route: RoutedTable, ...before: Row[]): RowsChange {
  return { kind: 'delete', table: route.logTable, rowCount: before.length, before, after: [] };
}

export function updates(route: RoutedTable, ...pairs: [before: Row, after: Row][]): RowsChange {
  const before = pairs.map((pair) => pair[0]);
  const after = pairs.map((pair) => pair[1]);
  return { kind: 'update', table: route.logTable, rowCount: pairs.length, before, after };
}

export function transaction(changes: RowsChange[], over: Partial<Transaction> = {}): Transaction {
  return {
    file: 'bin.000001',
    offset: 100,
    startOffset: 4,
    gtid: null,
    committedAtMs: 1_700_000_000_000,
    serverId: 1,
    threadId: null,
    changes,
    statements: [],
    spilled: null,
    bytes: 100,
    filteredRows: 0,
    prepared: [],
    ...over,
  };
}

export function selected(changes: RowsChange[], over: Partial<Transaction> = {}): SelectedTransaction {
  const rows = changes.reduce((sum, change) => sum + change.rowCount, 0);
  return { transaction: transaction(changes, over), stops: [], beatSentAtMs: null, rows };
}
