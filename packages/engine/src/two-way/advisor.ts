import { say, type ServerAddress, type TablePattern } from '@otter/core';
import { asFinding, openTargetSession, readTables, type Session, type TargetTable } from '@otter/dialects';
import { withoutGhosts } from '../ddl/ghost-tables.ts';
import { foldedName } from '../select/table-name.ts';
import { TableRouter, type TableDestination } from '../select/table-router.ts';
import type { ColumnMapping, TableMapping } from '../sync-options.ts';
import { serverLine, type AdviceLine, type SideTable, type TablePair, type TwoWayAdvice } from './advice.ts';
import { adviceScore } from './advice-score.ts';
import { clockLines, measureClock } from './clock-advice.ts';
import { numberLines } from './number-advice.ts';
import { identityLine, readNumbering, serverLines } from './server-advice.ts';
import { absentLine, mergedLine, tableLines } from './table-advice.ts';
import { triggerLines } from './trigger-advice.ts';

/** What {@link adviseTwoWay} looks at. */
export interface AdvisedSides {
  a: Session;
  b: Session;
  /** From A to B; the way back is the same turned round. */
  router: TableRouter;
  controlSchema: string;
  /** Conflicts are decided for the later write, by the clocks of the servers. */
  newest: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** The same with servers that have yet to be connected to. */
export interface AdviceOptions {
  a: ServerAddress;
  b: ServerAddress;
  tables: TablePattern[];
  mappings: TableMapping[];
  columns: ColumnMapping[];
  controlSchema: string;
  newest: boolean;
}

/** Connects to both servers and looks at them. Throws SOURCE_UNREACHABLE (A), TARGET_UNREACHABLE (B) and the like. */
export async function runAdvisor(options: AdviceOptions, now: () => number): Promise<TwoWayAdvice> {
  const { controlSchema, newest } = options;
  const a = await openTargetSession(options.a, { role: 'source' });
  try {
    const b = await openTargetSession(options.b, { role: 'preflight' });
    try {
      return await adviseTwoWay({ a, b, router: new TableRouter(options), controlSchema, newest, now });
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}

/**
 * What goes wrong when both sides are written, with what cures it; what is only wrong in one direction, the preflight of
 * that direction finds. Reads only.
 */
export async function adviseTwoWay(sides: AdvisedSides): Promise<TwoWayAdvice> {
  const { a, b, router, controlSchema } = sides;
  const { pairs, alone, mapped } = await findTables(sides);
  const named = router
    .exactNames()
    .filter((name) => !mapped.some(({ table }) => foldedName(table) === foldedName(name)));
  const namesA = [...mapped.map(({ table }) => table), ...named];
  const namesB = namesA.flatMap(({ schema, table }) => router.destination(schema, table) ?? []);
  const lines = [
    ...(await serverLines('A', a, { tables: namesA, controlSchema })),
    ...(await serverLines('B', b, { tables: namesB, controlSchema })),
    await identityLine(a, b),
    ...clockLines({ A: await measureClock(a, sides.now), B: await measureClock(b, sides.now) }, sides.newest),
    ...numberLines(pairs, await readNumbering(a), await readNumbering(b)),
    ...alone,
  ];
  if (mapped.length === 0 && alone.length === 0) lines.push(noTableLine(router));
  const destinations = pairs.map(({ b: { table } }) => foldedName(table));
  const isMerged = ({ a: { table }, b: { table: target } }: TablePair): boolean =>
    router.isShared(table.schema, table.table) || destinations.filter((name) => name === foldedName(target)).length > 1;
  for (const pair of pairs) lines.push(...(isMerged(pair) ? [mergedLine(pair)] : tableLines(pair)));
  lines.push(...(await triggerLines(a, tablesAt(pairs, 'a'))), ...(await triggerLines(b, tablesAt(pairs, 'b'))));
  return { lines, score: adviceScore(lines, pairs.length) };
}

/** Nothing looked at is nothing proven. */
function noTableLine(router: TableRouter): AdviceLine {
  const finding = asFinding(say('tables-none', { patterns: String(router) }));
  return serverLine('A', { verdict: 'stop', check: 'tables', ...finding });
}

interface Found {
  pairs: TablePair[];
  /** Tables that one side lacks. */
  alone: AdviceLine[];
  /** All of A's. */
  mapped: { table: TargetTable; destination: TableDestination }[];
}

async function findTables({ a, b, router }: AdvisedSides): Promise<Found> {
  const present = await readTables(a, (schema, table) => router.destination(schema, table) !== null);
  const mapped = inOrder(withoutGhosts(present, router)).flatMap((table) => {
    const destination = router.destination(table.schema, table.table);
    return destination ? [{ table, destination }] : [];
  });
  const wanted = new Map(mapped.map(({ destination }) => [foldedName(destination), destination]));
  // Of a table that A lacks no mapping is known: by its name at B, where that is its name at A.
  const mayTravel = (schema: string, table: string): boolean => {
    const place = router.destination(schema, table);
    return place !== null && foldedName(place) === foldedName({ schema, table });
  };
  const there = withoutGhosts(
    await readTables(b, (schema, table) => wanted.has(foldedName({ schema, table })) || mayTravel(schema, table)),
    router,
  );
  const counterparts = new Map(there.map((table) => [foldedName(table), table]));
  const found: Found = { pairs: [], alone: [], mapped };
  for (const { table, destination } of mapped) {
    const name = `${table.schema}.${table.table}`;
    const counterpart = counterparts.get(foldedName(destination));
    const here: SideTable = { side: 'A', session: a, table };
    if (counterpart) {
      const pair = { name, a: here, b: { side: 'B' as const, session: b, table: counterpart } };
      found.pairs.push({ ...pair, columns: destination.columns });
    } else found.alone.push(absentLine(name, here, 'B', `${destination.schema}.${destination.table}`));
  }
  for (const table of there) {
    if (wanted.has(foldedName(table))) continue;
    const name = `${table.schema}.${table.table}`;
    found.alone.push(absentLine(name, { side: 'B', session: b, table }, 'A', name));
  }
  return found;
}

/** Servers list them in any order. */
function inOrder(tables: readonly TargetTable[]): TargetTable[] {
  return tables.toSorted((a, b) => (foldedName(a) < foldedName(b) ? -1 : 1));
}

function tablesAt(pairs: readonly TablePair[], at: 'a' | 'b'): Map<string, { name: string; at: SideTable }> {
  return new Map(pairs.map((pair) => [foldedName(pair[at].table), { name: pair.name, at: pair[at] }]));
}
