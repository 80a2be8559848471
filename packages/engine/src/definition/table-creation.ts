import { failpoint, OtterError, say, type Log } from '@otter/core';
import {
  asFinding,
  asFix,
  compareTables,
  readTables,
  type PreflightLine,
  type Session,
  type TargetColumn,
  type TargetTable,
} from '@otter/dialects';
import type { IndexStore } from '../control/index-store.ts';
import { foldedName } from '../select/table-name.ts';
import { logsCascades } from '../transform/cascade-places.ts';
import { targetColumnName } from '../transform/routed-table.ts';
import type { CreationPlan, PlannedTable } from './creation-plan.ts';
import { findCollation } from './server-traits.ts';

/** What `--check` says of tables that are missing: created, with what they will lack, or the reason why not. */
export function creationLines(plan: CreationPlan): PreflightLine[] {
  const lines: PreflightLine[] = [];
  for (const { sources, destination, deferred, warnings } of plan.tables) {
    const target = `${destination.schema}.${destination.table}`;
    const indexes = deferred.map(({ name }) => name).join(', ');
    const said =
      indexes === '' ? say('table-created', { target }) : say('table-created-indexes-later', { target, indexes });
    for (const { schema, table } of sources) {
      const subject = `${schema}.${table}`;
      lines.push({ verdict: 'ok', subject, check: 'table', ...asFinding(said) });
    }
    const subject = `${sources[0]?.schema}.${sources[0]?.table}`;
    for (const warning of warnings) lines.push({ verdict: 'warning', subject, check: 'table', ...asFinding(warning) });
  }
  for (const { source, destination, reason } of plan.refused) {
    lines.push({
      verdict: 'stop',
      subject: `${source.schema}.${source.table}`,
      check: 'table',
      ...asFinding(say('table-not-creatable', { target: `${destination.schema}.${destination.table}`, reason })),
      ...asFix(say('fix-create-by-hand')),
    });
  }
  return lines;
}

/**
 * Creates what is planned, reads it back and compares; indexes a table goes without are written down first, so that they
 * are never forgotten. Nothing is dropped, whatever comes of it. Throws
 * TABLE_NOT_CREATED before the first statement when any table was refused, later when the target refuses one or made
 * another table than was asked for; TARGET_BUSY when stopped: the next start makes the rest.
 */
export async function createTables(
  plan: CreationPlan,
  target: Session,
  { indexes, log, signal }: { indexes: IndexStore; log: Log; signal: AbortSignal },
): Promise<void> {
  const [refused] = plan.refused;
  if (refused) {
    const { source, reason } = refused;
    throw notCreated(`${source.schema}.${source.table}: ${reason.en}`, plan.refused.length - 1);
  }
  for (const { name, sql } of plan.schemas) {
    await run(target, sql, `the schema ${name}`);
    log.info({ schema: name }, 'schema created');
  }
  for (const { destination, sql, deferred, warnings } of plan.tables) {
    const name = `${destination.schema}.${destination.table}`;
    // A MySQL server takes half a minute for 500 tables; whoever stops the pipeline does not wait for them.
    if (signal.aborted) throw new OtterError('TARGET_BUSY', { detail: `stopped before ${name} was created` });
    const stored = { schema: destination.schema, table: destination.table, indexes: deferred };
    await target.query(deferred.length > 0 ? indexes.saveSql(stored) : indexes.removeSql(stored));
    await run(target, sql, name);
    failpoint('table.created');
    for (const warning of warnings) log.warn({ table: name }, warning.en);
  }
  await checkCreated(plan, target);
  if (plan.tables.length > 0) log.info({ tables: plan.tables.length }, 'tables created');
}

async function run(target: Session, sql: string, name: string): Promise<void> {
  try {
    await target.query(sql);
  } catch (error) {
    if (!OtterError.is(error) || error.scope === 'retry' || error.code === 'ACCESS_DENIED') throw error;
    throw notCreated(`${name}: ${error.detail}`, 0, error);
  }
}

async function checkCreated(plan: CreationPlan, target: Session): Promise<void> {
  const wanted = new Set(plan.tables.map(({ destination }) => foldedName(destination)));
  const made = await readTables(target, (schema, table) => wanted.has(foldedName({ schema, table })));
  const byName = new Map(made.map((table) => [foldedName(table), table]));
  for (const planned of plan.tables) {
    const { schema, table } = planned.destination;
    const [problem, ...more] = problemsOf(plan, planned, byName.get(foldedName(planned.destination)));
    if (problem === undefined) continue;
    throw notCreated(`${schema}.${table} was created, but not as asked, and left as it is: ${problem}`, more.length);
  }
}

function problemsOf(plan: CreationPlan, planned: PlannedTable, made: TargetTable | undefined): string[] {
  const { schema, table, columns } = planned.destination;
  const columnMap = (name: string): string | null => targetColumnName(name, columns);
  const sourceLogsCascades = logsCascades(plan.source.isMariadb, plan.source.versionNumber);
  const problems = planned.sources.flatMap((source) =>
    compareTables(source, made, columnMap, { targetName: `${schema}.${table}`, sourceLogsCascades })
      .filter(({ verdict }) => verdict === 'stop')
      .map(({ finding }) => finding),
  );
  const [first] = planned.sources;
  if (!made || !first) return problems;
  for (const column of first.columns) {
    const name = columnMap(column.name);
    const found = made.columns.find((c) => c.name.toLowerCase() === name?.toLowerCase());
    if (found) problems.push(...columnProblems(plan, column, found));
  }
  const keys = first.uniqueKeys.filter(({ parts }) => parts.every((p) => p.column === null || columnMap(p.column)));
  if (keys.length !== made.uniqueKeys.length)
    problems.push(`it has ${made.uniqueKeys.length} unique keys, and ${keys.length} were asked for`);
  return problems;
}

function columnProblems(plan: CreationPlan, asked: TargetColumn, found: TargetColumn): string[] {
  const problems: string[] = [];
  const differs = (what: string, a: unknown, b: unknown): void => {
    if (a !== b) problems.push(`column "${found.name}" has ${what} ${String(b)}, and ${String(a)} was asked for`);
  };
  const collation = asked.collation && findCollation(asked.collation, plan.source, plan.target).collation;
  // JSON is a text to MariaDB.
  if (asked.kind !== 'json' || !plan.target.isMariadb) {
    differs('the type', asked.kind, found.kind);
    differs('the collation', collation, found.collation);
    differs('a width of', asked.length, found.length);
  }
  differs('the generation', asked.generated, found.generated);
  differs('AUTO_INCREMENT', asked.autoIncrement, found.autoIncrement);
  return problems;
}

function notCreated(detail: string, more: number, cause?: unknown): OtterError {
  const others = more > 0 ? ` (and ${more} more)` : '';
  return new OtterError('TABLE_NOT_CREATED', {
    detail: `${detail}${others}`,
    ...(cause === undefined ? {} : { cause }),
  });
}
