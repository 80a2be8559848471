import { say, type Wording } from '@otter/core';
import { compareTables, quoteName, quoteTable, quoteText, type Session, type TargetTable } from '@otter/dialects';
import { foldedName } from '../select/table-name.ts';
import type { TableDestination, TableRouter } from '../select/table-router.ts';
import type { SyncOptions } from '../sync-options.ts';
import { logsCascades } from '../transform/cascade-places.ts';
import { targetColumnName } from '../transform/routed-table.ts';
import type { DeferredIndex } from './deferred-index.ts';
import { Refusal } from './refusal.ts';
import { findCollation, readTraits, type ServerTraits } from './server-traits.ts';
import { targetDefinition, type SourceDefinition } from './target-definition.ts';

/** A table of the target that is missing, and how it is made. */
export interface PlannedTable {
  /** Source tables that go there, the one whose definition is used first. */
  sources: TargetTable[];
  destination: TableDestination;
  sql: string;
  /** Indexes left out of it, to be added when the rows are there. */
  deferred: DeferredIndex[];
  /** What it will lack or do otherwise, whole sentences. */
  warnings: Wording[];
}

/** A source table whose target cannot be made. */
interface RefusedTable {
  source: TargetTable;
  destination: TableDestination;
  reason: Wording;
}

/** What is to be created on the target, in order, and what cannot be. */
export interface CreationPlan {
  /** Schemas the target lacks, with the statements that make them. */
  schemas: { name: string; sql: string }[];
  /** Parents of foreign keys before their children. */
  tables: PlannedTable[];
  refused: RefusedTable[];
  source: ServerTraits;
  target: ServerTraits;
}

/** Whether missing tables are created; `copies`: whether this start is one with a full copy. */
export function createsTables(options: SyncOptions, copies: boolean): boolean {
  return options.createTables === 'yes' || (options.createTables === 'auto' && copies);
}

/** Whether the tables that are created get their secondary indexes when their rows are there. */
export function defersIndexes(options: SyncOptions, copies: boolean): boolean {
  return copies && options.indexes === 'after-copy';
}

/**
 * Works out how the target tables of `missing` are made; `defers`: their secondary indexes are added later. Reads only,
 * on both sides.
 */
export async function planCreation(parts: {
  source: Session;
  target: Session;
  router: TableRouter;
  missing: readonly TargetTable[];
  defers: boolean;
}): Promise<CreationPlan> {
  const { source, target, router, missing, defers } = parts;
  const traits = { source: await readTraits(source), target: await readTraits(target) };
  const plan: CreationPlan = { schemas: [], tables: [], refused: [], ...traits };
  if (missing.length === 0) return plan;
  const groups = new Map<string, SourceTable[]>();
  // In the order of their names: the catalogue's own is not the same at every look.
  for (const table of missing.toSorted((a, b) => compareNames(nameOf(a), nameOf(b)))) {
    const destination = router.destination(table.schema, table.table);
    if (!destination) continue;
    const name = quoteTable(destination.schema, destination.table);
    groups.set(name, [...(groups.get(name) ?? []), { table, destination }]);
  }
  await source.query('SET SESSION sql_quote_show_create=1');
  const collations = await tableCollations(source, missing);
  const parents = defers ? parentsOf(missing) : null;
  for (const group of groups.values()) await planTable(plan, group, { source, router, collations, parents });
  await planSchemas(plan, source, target);
  plan.tables = parentsFirst(plan.tables, router);
  return plan;
}

function nameOf({ schema, table }: TargetTable): string {
  return `${schema}\0${table}`;
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function parentsOf(tables: readonly TargetTable[]): Set<string> {
  const keys = tables.flatMap(({ foreignKeys }) => foreignKeys);
  return new Set(keys.map(({ parentSchema, parentTable }) => foldedName({ schema: parentSchema, table: parentTable })));
}

interface SourceTable {
  table: TargetTable;
  destination: TableDestination;
}

async function planTable(
  plan: CreationPlan,
  group: readonly SourceTable[],
  parts: {
    source: Session;
    router: TableRouter;
    collations: ReadonlyMap<string, string>;
    /** Folded names of tables that others point to by foreign keys; `null`: no index is deferred. */
    parents: ReadonlySet<string> | null;
  },
): Promise<void> {
  const [first, ...others] = group as [SourceTable, ...SourceTable[]];
  const { table, destination } = first;
  const rows = await parts.source.rows(`SHOW CREATE TABLE ${quoteTable(table.schema, table.table)}`);
  const collation = parts.collations.get(quoteTable(table.schema, table.table)) ?? '';
  const definition: SourceDefinition = { table, destination, sql: rows[0]?.[1] ?? '', collation };
  // ALTER TABLE of a parent locks its children too (MariaDB), which a batch may have open that comes to the parent next.
  const { parents } = parts;
  const defers = parents !== null && !group.some((member) => parents.has(foldedName(member.table)));
  try {
    const { router } = parts;
    const made = targetDefinition(definition, { router, source: plan.source, target: plan.target, defers });
    plan.tables.push({ ...made, sources: group.map((member) => member.table), destination });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    plan.refused.push({ source: table, destination, reason: error.reason });
    return;
  }
  const sourceLogsCascades = logsCascades(plan.source.isMariadb, plan.source.versionNumber);
  for (const other of others) {
    const columnMap = (name: string): string | null => targetColumnName(name, other.destination.columns);
    const targetName = `${destination.schema}.${destination.table}`;
    const compared = compareTables(other.table, expectedTable(first), columnMap, { targetName, sourceLogsCascades });
    const misfit = compared.find((line) => line.verdict === 'stop');
    if (!misfit) continue;
    const finding = { en: misfit.finding.replace(/\.$/, ''), zh: misfit.findingZh.replace(/。$/, '') };
    const reason = say('several-unfit', { target: targetName, first: `${table.schema}.${table.table}`, finding });
    plan.refused.push({ source: other.table, destination: other.destination, reason });
  }
}

/** The table as it will be on the target, near enough to see whether another one fits into it. */
function expectedTable({ table, destination }: SourceTable): TargetTable {
  const name = (column: string): string | null => targetColumnName(column, destination.columns);
  const columns = table.columns.flatMap((column) => {
    const target = name(column.name);
    return target === null ? [] : [{ ...column, name: target }];
  });
  const uniqueKeys = table.uniqueKeys.map((key) => ({
    ...key,
    parts: key.parts.map((part) => ({ ...part, column: part.column === null ? null : name(part.column) })),
  }));
  const { schema, table: tableName } = destination;
  return { ...table, schema, table: tableName, columns, uniqueKeys, triggers: [], engine: 'InnoDB' };
}

async function tableCollations(source: Session, tables: readonly TargetTable[]): Promise<Map<string, string>> {
  const schemas = [...new Set(tables.map(({ schema }) => schema))].map(quoteText).join(',');
  const rows = await source.rows(
    `SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (${schemas})`,
  );
  return new Map(
    rows.map(([schema, table, collation]) => [quoteTable(schema ?? '', table ?? ''), (collation ?? '').toLowerCase()]),
  );
}

/** Schemas of the target that are not there get the defaults of the first source schema that goes into them. */
async function planSchemas(plan: CreationPlan, source: Session, target: Session): Promise<void> {
  const wanted = new Map<string, string>();
  for (const { destination, sources } of plan.tables) {
    if (!wanted.has(destination.schema)) wanted.set(destination.schema, sources[0]?.schema ?? '');
  }
  if (wanted.size === 0) return;
  const collations = new Map(await schemaCollations(source, [...wanted.values()]));
  const present = new Map(await schemaCollations(target, [...wanted.keys()]));
  for (const [name, from] of wanted) {
    if (present.has(name)) continue;
    try {
      const found = findCollation(collations.get(from) ?? '', plan.source, plan.target);
      const defaults = `DEFAULT CHARACTER SET ${found.charset} DEFAULT COLLATE ${found.collation}`;
      plan.schemas.push({ name, sql: `CREATE DATABASE IF NOT EXISTS ${quoteName(name)} ${defaults}` });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const reason = say('schema-not-made', { schema: name, reason: error.reason });
      for (const { sources, destination } of plan.tables.filter((table) => table.destination.schema === name))
        plan.refused.push(...sources.map((table) => ({ source: table, destination, reason })));
      plan.tables = plan.tables.filter((table) => table.destination.schema !== name);
    }
  }
}

async function schemaCollations(session: Session, names: readonly string[]): Promise<[string, string][]> {
  const rows = await session.rows(
    `SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (${names.map(quoteText).join(',')})`,
  );
  return rows.map(([name, collation]) => [name ?? '', (collation ?? '').toLowerCase()]);
}

/** Tables that refer to each other in a circle come in any order: the session does not check. */
function parentsFirst(tables: readonly PlannedTable[], router: TableRouter): PlannedTable[] {
  const byName = new Map(tables.map((table) => [quoteTable(table.destination.schema, table.destination.table), table]));
  const sorted = new Set<PlannedTable>();
  const visiting = new Set<PlannedTable>();
  const visit = (table: PlannedTable): void => {
    if (visiting.has(table)) return;
    visiting.add(table);
    for (const { parentSchema, parentTable } of table.sources[0]?.foreignKeys ?? []) {
      const place = router.destination(parentSchema, parentTable);
      const parent = place && byName.get(quoteTable(place.schema, place.table));
      if (parent) visit(parent);
    }
    sorted.add(table);
  };
  for (const table of tables) visit(table);
  return [...sorted];
}
