import { checkInChinese, OtterError, say, type Wording } from '@otter/core';
import {
  asFinding,
  asFix,
  quoteText,
  checkServers,
  checkSource,
  checkTarget,
  compareTables,
  openTargetSession,
  readTables,
  type PreflightLine,
  type Session,
  type TargetCheckOptions,
  type TargetTable,
} from '@otter/dialects';
import { copyLines } from './copy/copy-preflight.ts';
import { readCandidates, wantsCopy } from './copy/copy-plan.ts';
import { ruleLines } from './conflict/conflict-rule-preflight.ts';
import { askLines, twoWayLines } from './conflict/two-way-preflight.ts';
import { CheckpointStore } from './control/checkpoint-store.ts';
import { markLines } from './origin/mark-preflight.ts';
import { serverIdentity } from './origin/server-identity.ts';
import { ControlTables } from './control/control-tables.ts';
import { createsTables, defersIndexes, planCreation, type CreationPlan } from './definition/creation-plan.ts';
import { creationLines } from './definition/table-creation.ts';
import { withoutGhosts } from './ddl/ghost-tables.ts';
import { foldedName } from './select/table-name.ts';
import type { TableDestination, TableRouter } from './select/table-router.ts';
import type { SyncOptions } from './sync-options.ts';
import { logsCascades } from './transform/cascade-places.ts';
import { privilegesOf } from './ddl/ddl-policy.ts';
import { targetColumnName } from './transform/routed-table.ts';

/** What a preflight with stops refuses to start with, PREFLIGHT_FAILED; `null` when nothing stops it. */
export function preflightFailure(lines: readonly PreflightLine[]): OtterError | null {
  const stops = lines.filter((line) => line.verdict === 'stop');
  if (stops.length === 0) return null;
  const detail: Wording = {
    en: stops.map((line) => `${line.subject}, ${line.check}: ${line.finding}`).join('\n'),
    zh: stops.map((line) => `${line.subject}，${checkInChinese(line.check)}：${line.findingZh}`).join('\n'),
  };
  return new OtterError('PREFLIGHT_FAILED', { detail });
}

/** Looks at both servers and at every mapped table on both sides. Reads only. Throws SOURCE_UNREACHABLE and the like. */
export async function runPreflight(options: SyncOptions, router: TableRouter): Promise<PreflightLine[]> {
  const source = await openTargetSession(options.source, { role: 'source' });
  try {
    const target = await openTargetSession(options.target, { role: 'preflight' });
    try {
      return await inspect(options, router, source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function inspect(
  options: SyncOptions,
  router: TableRouter,
  source: Session,
  target: Session,
): Promise<PreflightLine[]> {
  const present = await readTables(source, (schema, table) => router.destination(schema, table) !== null);
  const found = withoutGhosts(present, router);
  const destinations = new Map<TargetTable, TableDestination>();
  for (const table of found) destinations.set(table, router.destination(table.schema, table.table) as TableDestination);
  const wanted = new Set([...destinations.values()].map(foldedName));
  const targets = new Map(
    (await readTables(target, (schema, table) => wanted.has(foldedName({ schema, table })))).map((table) => [
      foldedName(table),
      table,
    ]),
  );
  const running = await hasCheckpoint(options, target);
  const candidates = running || options.mode === 'incremental' ? [] : await readCandidates(found, target, router);
  const copies = candidates.length > 0 && wantsCopy(options, candidates);
  const missing = [...destinations].filter(([, place]) => !targets.has(foldedName(place))).map(([table]) => table);
  const creates = !running && createsTables(options, copies);
  const plan =
    creates && missing.length > 0
      ? await planCreation({ source, target, router, missing, defers: defersIndexes(options, copies) })
      : null;
  const lines = [
    ...(await checkSource(source, {
      // A table our account may not read is not in the catalogue it sees.
      tables: [
        ...found,
        ...router.exactNames().filter((name) => !found.some((table) => foldedName(table) === foldedName(name))),
      ],
      controlSchema: options.controlSchema,
      heartbeat: options.heartbeat === 'auto',
      copy: copies,
    })),
    ...(await checkTarget(target, {
      tables: [...destinations.values()],
      controlSchema: options.controlSchema,
      definitionPrivileges: privilegesOf(options.ddl),
      ...(plan ? { created: createdNames(plan, router) } : {}),
    })),
    ...(await checkServers(source, target)),
    ...(await markLines(options, target, [...destinations.values()])),
    ...(await bothWaysLines(options, { source, target }, { source: found, target: [...targets.values()] })),
    ...(await copyLines(options, source, candidates)),
  ];
  if (found.length === 0) {
    const finding = asFinding(say('tables-none', { patterns: String(router) }));
    lines.push({ verdict: 'warning', subject: 'source', check: 'tables', ...finding });
  }
  const sourceLogsCascades = logsCascades(source.isMariadb, source.versionNumber);
  if (plan) lines.push(...creationLines(plan));
  for (const [table, destination] of destinations) {
    if (plan && missing.includes(table)) continue;
    const columnMap = (name: string): string | null => targetColumnName(name, destination.columns);
    const targetName = `${destination.schema}.${destination.table}`;
    const compared = compareTables(table, targets.get(foldedName(destination)), columnMap, {
      targetName,
      sourceLogsCascades,
    });
    if (running) lines.push(...compared.map(parkInstead));
    else if (missing.includes(table) && options.createTables === 'auto') lines.push(...compared.map(offerCreation));
    else lines.push(...compared);
  }
  return lines;
}

/** What an account must be allowed to make. */
function createdNames(plan: CreationPlan, router: TableRouter): NonNullable<TargetCheckOptions['created']> {
  const parents = plan.tables
    .flatMap(({ sources }) => sources[0]?.foreignKeys ?? [])
    .flatMap((key) => router.destination(key.parentSchema, key.parentTable) ?? []);
  const unique = new Map(parents.map((parent) => [foldedName(parent), parent]));
  return {
    schemas: plan.schemas.map(({ name }) => name),
    tables: plan.tables.map(({ destination }) => destination),
    altered: plan.tables.filter(({ deferred }) => deferred.length > 0).map(({ destination }) => destination),
    parents: [...unique.values()],
  };
}

/** Where no rows are copied, tables are created only when that is asked for. */
function offerCreation(line: PreflightLine): PreflightLine {
  const { fix = '', fixZh = fix } = line;
  return { ...line, ...asFix(say('fix-or-create-tables', { fix: { en: fix, zh: fixZh } })) };
}

/** A pipeline that has run before goes on without the table in question, as it would have had it not been restarted. */
function parkInstead(line: PreflightLine): PreflightLine {
  if (line.verdict !== 'stop') return line;
  return {
    ...line,
    verdict: 'warning',
    ...asFinding(say('stops-later', { finding: { en: line.finding, zh: line.findingZh } })),
  };
}

async function hasCheckpoint(options: SyncOptions, target: Session): Promise<boolean> {
  if (options.restart) return false;
  try {
    const store = new CheckpointStore(new ControlTables(options.controlSchema), options.name);
    return (await store.read(target)) !== null;
  } catch {
    // No control schema, or none we may read: then nothing has run.
    return false;
  }
}

/** What has to hold where the target's changes come back, and nobody else may bring them. */
async function bothWaysLines(
  options: SyncOptions,
  sides: { source: Session; target: Session },
  tables: { source: readonly TargetTable[]; target: readonly TargetTable[] },
): Promise<PreflightLine[]> {
  const lines = await loopLines(options, sides.source, sides.target, tables.source);
  const { twoWay } = options;
  if (!twoWay) return lines;
  lines.push(...(await twoWayLines(sides, tables)));
  return [...lines, ...askLines(twoWay, tables.source), ...ruleLines(twoWay, tables)];
}

/**
 * Nobody would decide between the changes of two pipelines that know nothing of each other: one into our source that
 * reads from our target is refused, unless it is the counterpart.
 */
async function loopLines(
  options: SyncOptions,
  source: Session,
  target: Session,
  tables: readonly TargetTable[],
): Promise<PreflightLine[]> {
  const checkpoint = new ControlTables(options.controlSchema).checkpoint;
  let incoming: (string | null)[][];
  try {
    incoming = await source.rows(`SELECT pipeline, source FROM ${checkpoint} WHERE worker=0`);
  } catch {
    return [];
  }
  const identity = await serverIdentity(target);
  const [against] = incoming.filter((row) => row[1] === identity && row[0] !== options.twoWay?.counterpart);
  if (!against || tables.length === 0) return [];
  const finding = asFinding(say('loop', { pipeline: against[0] ?? '' }));
  const fix = `DELETE FROM ${checkpoint} WHERE pipeline=${quoteText(against[0] ?? '')}; -- on the source, when that pipeline is gone for good`;
  return [{ verdict: 'stop', subject: 'source', check: 'loop', ...finding, fix }];
}
