import { OtterError } from '@otter/core';
import { quoteTable, quoteText, readCascades, readTables, type Session, type TargetTable } from '@otter/dialects';
import { foldedName, splitName } from '../select/table-name.ts';
import type { TableRouter } from '../select/table-router.ts';
import type { SyncOptions } from '../sync-options.ts';
import { ENDED_COPIES, firstCopy, type StoredCopy } from './copy-store.ts';
import { TableCopy } from './table-copy.ts';

/** Of the memory budget, what the rows of one chunk may weigh. */
export const CHUNK_SHARE = 128;

/** What the copy needs to know of one table before it begins. */
export interface CopyCandidate {
  definition: TargetTable;
  /** Target name, quoted; `null` when the target has no such table. */
  target: string | null;
  /** The target holds at least one row. */
  isFilled: boolean;
}

/** Looks at both sides of every mapped table. Reads only. */
export async function readCandidates(
  tables: readonly TargetTable[],
  target: Session,
  router: TableRouter,
): Promise<CopyCandidate[]> {
  const wanted = new Map(
    tables.map((definition) => {
      const destination = router.destination(definition.schema, definition.table);
      return [definition, destination === null ? '' : foldedName(destination)];
    }),
  );
  const names = new Set(wanted.values());
  const present = new Map(
    (await readTables(target, (schema, table) => names.has(foldedName({ schema, table })))).map((table) => [
      foldedName(table),
      quoteTable(table.schema, table.table),
    ]),
  );
  const filled = new Map<string, boolean>();
  for (const name of present.values()) {
    filled.set(name, (await target.rows(`SELECT 1 FROM ${name} LIMIT 1`)).length > 0);
  }
  return tables.map((definition) => {
    const name = present.get(wanted.get(definition) ?? '') ?? null;
    return { definition, target: name, isFilled: name !== null && filled.get(name) === true };
  });
}

/** Whether a pipeline that has never run copies, by its options and what the target holds. */
export function wantsCopy(options: SyncOptions, candidates: readonly CopyCandidate[]): boolean {
  if (options.mode === 'auto') return options.start.at === 'now' && !candidates.some((c) => c.isFilled);
  return options.mode !== 'incremental';
}

/** The tables to copy. Throws TARGET_NOT_EMPTY where a person has to decide. */
export function tablesToCopy(options: SyncOptions, candidates: readonly CopyCandidate[]): StoredCopy[] {
  const filled = candidates.filter((c) => c.isFilled);
  if (filled.length > 0 && options.ifNotEmpty === 'fail') {
    const names = filled.slice(0, 5).map((c) => c.target?.replaceAll('`', ''));
    const more = filled.length > names.length ? ` and ${filled.length - names.length} more` : '';
    throw new OtterError('TARGET_NOT_EMPTY', { detail: `${names.join(', ')}${more}` });
  }
  return candidates
    .filter((c) => !(c.isFilled && options.ifNotEmpty === 'keep'))
    .map(({ definition, isFilled }) => firstCopy(`${definition.schema}.${definition.table}`, isFilled));
}

/**
 * Makes the copies ready to go on. A table the source no longer has is left out: the stream has yet to say what became
 * of it. Throws NOT_SUPPORTED for circles.
 */
export async function openCopies(
  stored: readonly StoredCopy[],
  tables: readonly TargetTable[],
  source: Session,
  options: { logsCascades: boolean; memoryBytes: number },
): Promise<TableCopy[]> {
  const firsts = stored.filter(({ kind }) => kind === 'first');
  // Tables done before are shown beside those that are copied with them for the first time, not beside others.
  const isShown = firsts.some(({ state }) => !ENDED_COPIES.includes(state));
  const wanted = stored.filter(({ kind, state }) => !ENDED_COPIES.includes(state) || (isShown && kind === 'first'));
  const definitions = new Map(tables.map((table) => [`${table.schema}.${table.table}`, table]));
  const parents = options.logsCascades ? new Map<string, Set<string>>() : await cascadeParents(source);
  refuseCircles(parents, new Set(firsts.map(({ table }) => table)));
  const sizes = await readSizes(source, wanted);
  const copies: TableCopy[] = [];
  for (const entry of wanted) {
    const definition = definitions.get(entry.table);
    if (!definition) continue;
    const size = sizes.get(entry.table);
    const copy = new TableCopy(definition, {
      parents: ancestors(parents, entry.table),
      rows: entry.estimatedRows || (size?.rows ?? 0),
      rowBytes: size?.rowBytes ?? 1,
      replace: entry.replace,
      chunkBytes: options.memoryBytes / CHUNK_SHARE,
    });
    copy.resume({ ...entry, estimatedRows: copy.estimatedRows });
    copies.push(copy);
  }
  return copies;
}

/** Source tables whose foreign keys cascade into this one, directly or through others. */
export async function parentsOf(source: Session, table: string): Promise<ReadonlySet<string>> {
  return ancestors(await cascadeParents(source), table);
}

async function cascadeParents(source: Session): Promise<Map<string, Set<string>>> {
  const parents = new Map<string, Set<string>>();
  for (const { schema, table, parentSchema, parentTable } of await readCascades(source)) {
    const [child, parent] = [`${schema}.${table}`, `${parentSchema}.${parentTable}`];
    parents.set(child, (parents.get(child) ?? new Set()).add(parent));
  }
  return parents;
}

/** What is done to any of them may reach the table. */
function ancestors(parents: ReadonlyMap<string, ReadonlySet<string>>, table: string): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const parent of parents.get(name) ?? []) {
      if (found.has(parent)) continue;
      found.add(parent);
      visit(parent);
    }
  };
  visit(table);
  found.delete(table);
  return found;
}

/** Parents are copied before their children: what a cascade did to rows that are not there yet is in no log. */
function refuseCircles(parents: ReadonlyMap<string, ReadonlySet<string>>, copied: ReadonlySet<string>): void {
  const done = new Set<string>();
  const visit = (table: string, path: readonly string[]): void => {
    if (done.has(table)) return;
    if (path.includes(table)) {
      throw new OtterError('NOT_SUPPORTED', {
        detail: `${[...path.slice(path.indexOf(table)), table].join(' → ')}: foreign keys that cascade in a circle cannot be copied while they are written to; leave these tables out, or use --mode incremental after a copy of another kind`,
      });
    }
    for (const parent of parents.get(table) ?? []) if (copied.has(parent)) visit(parent, [...path, table]);
    done.add(table);
  };
  for (const table of parents.keys()) if (copied.has(table)) visit(table, []);
}

async function readSizes(
  source: Session,
  stored: readonly StoredCopy[],
): Promise<Map<string, { rows: number; rowBytes: number }>> {
  const schemas = [...new Set(stored.map((entry) => splitName(entry.table)[0]))];
  if (schemas.length === 0) return new Map();
  const rows = await source.rows(
    `SELECT TABLE_SCHEMA,TABLE_NAME,TABLE_ROWS,AVG_ROW_LENGTH FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (${schemas.map(quoteText).join(',')})`,
  );
  return new Map(
    rows.map(([schema, table, count, length]) => [
      `${schema}.${table}`,
      { rows: Number(count ?? 0), rowBytes: Number(length ?? 0) },
    ]),
  );
}
