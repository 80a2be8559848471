import { failpoint, OtterError, say, verbatim, type Log, type Wording } from '@otter/core';
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
    const what = `${source.schema}.${source.table}`;
    throw notCreated(say('about', { what, detail: reason }), plan.refused.length - 1);
  }
  for (const { name, sql } of plan.schemas) {
    await run(target, sql, say('schema-named', { schema: name }));
    log.info({ schema: name }, 'schema created');
  }
  for (const { destination, sql, deferred, warnings } of plan.tables) {
    const name = `${destination.schema}.${destination.table}`;
    // A MySQL server takes half a minute for 500 tables; whoever stops the pipeline does not wait for them.
    if (signal.aborted) throw new OtterError('TARGET_BUSY', { detail: say('stopped-before-created', { table: name }) });
    const stored = { schema: destination.schema, table: destination.table, indexes: deferred };
    await target.query(deferred.length > 0 ? indexes.saveSql(stored) : indexes.removeSql(stored));
    await run(target, sql, verbatim(name));
    failpoint('table.created');
    for (const warning of warnings) log.warn({ table: name }, warning.en);
  }
  await checkCreated(plan, target);
  if (plan.tables.length > 0) log.info({ tables: plan.tables.length }, 'tables created');
}

async function run(target: Session, sql: string, what: Wording): Promise<void> {
  try {
    await target.query(sql);
  } catch (error) {
    if (!OtterError.is(error) || error.scope === 'retry' || error.code === 'ACCESS_DENIED') throw error;
    throw notCreated(say('about', { what, detail: error.said }), 0, error);
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
    const about = { table: `${schema}.${table}`, problem };
    throw notCreated(say('created-otherwise', about), more.length);
  }
}

function problemsOf(plan: CreationPlan, planned: PlannedTable, made: TargetTable | undefined): Wording[] {
  const { schema, table, columns } = planned.destination;
  const columnMap = (name: string): string | null => targetColumnName(name, columns);
  const sourceLogsCascades = logsCascades(plan.source.isMariadb, plan.source.versionNumber);
  const problems = planned.sources.flatMap((source) =>
    compareTables(source, made, columnMap, { targetName: `${schema}.${table}`, sourceLogsCascades })
      .filter(({ verdict }) => verdict === 'stop')
      .map(({ finding: en, findingZh: zh }) => ({ en, zh })),
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
    problems.push(say('unique-keys-differ', { found: made.uniqueKeys.length, asked: keys.length }));
  return problems;
}

function columnProblems(plan: CreationPlan, asked: TargetColumn, found: TargetColumn): Wording[] {
  const problems: Wording[] = [];
  const differs = (what: Wording, a: unknown, b: unknown): void => {
    if (a === b) return;
    problems.push(say('column-made-otherwise', { column: found.name, what, found: String(b), asked: String(a) }));
  };
  const collation = asked.collation && findCollation(asked.collation, plan.source, plan.target).collation;
  // JSON is a text to MariaDB.
  if (asked.kind !== 'json' || !plan.target.isMariadb) {
    differs(say('the-type'), asked.kind, found.kind);
    differs(say('the-collation'), collation, found.collation);
    differs(say('a-width'), asked.length, found.length);
  }
  differs(say('the-generation'), asked.generated, found.generated);
  differs(say('the-attribute', { attribute: 'AUTO_INCREMENT' }), asked.autoIncrement, found.autoIncrement);
  return problems;
}

function notCreated(what: Wording, more: number, cause?: unknown): OtterError {
  return new OtterError('TABLE_NOT_CREATED', {
    detail: more > 0 ? say('and-more', { what, more }) : what,
    ...(cause === undefined ? {} : { cause }),
  });
}
