import { OtterError, say, type UniqueKey, type Wording } from '@otter/core';
import { readCascades, readTables, type Session, type TargetColumn, type TargetTable } from '@otter/dialects';
import { sameKeyOrder } from '../keyrange/key-range.ts';
import { foldedName } from '../select/table-name.ts';
import type { TableDestination, TableRouter } from '../select/table-router.ts';
import { targetColumnName } from '../transform/routed-table.ts';
import { ChunkKey } from './chunk-key.ts';
import type { StoredCopy } from './copy-store.ts';
import { tryPredicate } from './predicate.ts';

/** What the pipeline looks at before a table is copied again. */
export interface RenewalGrounds {
  source: Session;
  target: Session;
  router: TableRouter;
  /** Every source table of the pipeline. */
  tables: readonly TargetTable[];
  isParked(table: string): boolean;
  /** The target is written by others too. */
  isTwoWay: boolean;
  /** Whether what foreign keys of the source do is in its log. */
  logsCascades: boolean;
}

/** Both sides of the table. */
interface Pair {
  source: TargetTable;
  target: TargetTable;
  destination: TableDestination;
}

/**
 * Whether the rows of a table may be copied over those that are there. What is asked for is exact only where one range
 * of the key is the same rows on both sides, and where a row of the target that is in the way of another cannot be one
 * of the source's. Throws COPY_AGAIN_REFUSED, COPY_IMPOSSIBLE, TABLE_MISSING, LOG_FORMAT, PREDICATE_INVALID.
 */
export async function requireRenewable(copy: StoredCopy, grounds: RenewalGrounds): Promise<void> {
  if (grounds.isParked(copy.table)) throw refused(say('copy-retry-first', { table: copy.table }));
  if (grounds.isTwoWay) throw refused(say('copy-both-ways', { table: copy.table }));
  const { pair, key } = await requireOverwritable(copy.table, grounds);
  if (copy.predicate === null) requireRanges(copy.table, pair, key, grounds);
  else await tryPredicate(grounds.source, pair.source.schema, pair.source.table, copy.predicate);
}

/**
 * Whether rows of a table may be written over those that are there, row by row: each of them is told apart by the same
 * key on both sides, and what is in its way is no row of the source. Throws COPY_AGAIN_REFUSED, COPY_IMPOSSIBLE,
 * TABLE_MISSING, LOG_FORMAT.
 */
export async function requireOverwritable(
  table: string,
  grounds: Omit<RenewalGrounds, 'isParked' | 'isTwoWay'>,
): Promise<{ pair: Pair; key: ChunkKey }> {
  const pair = await pairOf(table, grounds);
  await requireLog(grounds.source);
  const key = ChunkKey.of(pair.source);
  if (key === null) {
    throw new OtterError('COPY_IMPOSSIBLE', { detail: say('copy-key-none', { table }) });
  }
  requireAllColumns(table, pair);
  requireKeys(table, pair);
  await requireNoCascade(table, pair, grounds);
  return { pair, key };
}

async function pairOf(name: string, grounds: Omit<RenewalGrounds, 'isParked' | 'isTwoWay'>): Promise<Pair> {
  const { router, tables, target } = grounds;
  const source = tables.find((table) => `${table.schema}.${table.table}` === name);
  const destination = source ? router.destination(source.schema, source.table) : null;
  if (!source || !destination) throw refused(say('copy-not-ours', { table: name }));
  const sibling = tables.find((table) => {
    const other = table === source ? null : router.destination(table.schema, table.table);
    return other !== null && foldedName(other) === foldedName(destination);
  });
  if (sibling) {
    throw refused(say('copy-shares-target', { table: name, other: `${sibling.schema}.${sibling.table}` }));
  }
  const found = await readTables(target, (schema, table) => foldedName({ schema, table }) === foldedName(destination));
  const exact = found.find(({ schema, table }) => schema === destination.schema && table === destination.table);
  const there = exact ?? found[0];
  if (!there) {
    throw new OtterError('TABLE_MISSING', {
      detail: say('target-for', { target: `${destination.schema}.${destination.table}`, source: name }),
    });
  }
  return { source, target: there, destination };
}

/** A row that may not be there can only be written whole. */
async function requireLog(source: Session): Promise<void> {
  const rows = await source.rows(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_row_image','binlog_order_commits','binlog_row_value_options')",
  );
  for (const [name, value] of rows) {
    const text = value?.toUpperCase() ?? '';
    const isFine =
      name === 'binlog_row_image'
        ? text.startsWith('FULL')
        : name === 'binlog_order_commits'
          ? text !== 'OFF'
          : text === '';
    if (!isFine)
      throw new OtterError('LOG_FORMAT', { detail: say('copy-log-setting', { name: name ?? '', value: value ?? '' }) });
  }
}

function targetColumn({ target, destination }: Pair, name: string): TargetColumn | undefined {
  const mapped = targetColumnName(name, destination.columns)?.toLowerCase();
  return target.columns.find((column) => column.name.toLowerCase() === mapped);
}

/** Rows are written anew: what stands in columns that the source does not send would be lost. */
function requireAllColumns(name: string, pair: Pair): void {
  const sent = new Set(pair.source.columns.map((column) => targetColumn(pair, column.name)));
  const unsent = pair.target.columns.find((column) => column.generated === 'no' && !sent.has(column));
  if (unsent) throw refused(say('copy-column-unsent', { table: name, column: unsent.name }));
}

/** Every unique key of the target is one of the source, so no row of the source is in the way of another. */
function requireKeys(name: string, pair: Pair): void {
  for (const key of pair.target.uniqueKeys) {
    if (!pair.source.uniqueKeys.some((candidate) => isSameKey(pair, candidate, key))) {
      throw refused(say('copy-key-unmatched', { table: name, key: key.name }));
    }
  }
  if (!pair.target.uniqueKeys.some((key) => !key.nullable && key.parts.every((part) => part.prefix === null))) {
    throw new OtterError('COPY_IMPOSSIBLE', { detail: say('copy-target-keyless', { table: name }) });
  }
}

/** The same columns in any order, compared alike. */
function isSameKey(pair: Pair, source: UniqueKey, target: UniqueKey): boolean {
  if (source.parts.length !== target.parts.length) return false;
  return source.parts.every((part) => {
    const from = pair.source.columns.find((column) => column.name === part.column);
    const to = from && targetColumn(pair, from.name);
    if (!from || !to || !comparesAlike(from, to)) return false;
    return target.parts.some((other) => other.column === to.name && other.prefix === part.prefix);
  });
}

function comparesAlike(source: TargetColumn, target: TargetColumn): boolean {
  return sameKeyOrder(source, target) && source.scale === target.scale;
}

async function requireNoCascade(
  name: string,
  { target }: Pair,
  grounds: Pick<RenewalGrounds, 'target' | 'logsCascades'>,
): Promise<void> {
  if (grounds.logsCascades) return;
  const child = (await readCascades(grounds.target)).find(
    (cascade) => cascade.parentSchema === target.schema && cascade.parentTable === target.table,
  );
  if (child) {
    throw refused(say('copy-cascade', { table: name, child: `${child.schema}.${child.table}` }));
  }
}

/** One range of the key is the same rows on both sides, and found by an index. */
function requireRanges(name: string, pair: Pair, key: ChunkKey, { source, target }: RenewalGrounds): void {
  const columns = key.columns.map((column) => ({ source: column, target: targetColumn(pair, column.name) }));
  for (const { source: from, target: to } of columns) {
    if (!to || !comparesAlike(from, to) || !isOrderKnown(from, source.isMariadb === target.isMariadb)) {
      throw refused(say('copy-order-differs', { table: name, key: key.name, column: from.name }));
    }
  }
  const isIndexed = pair.target.uniqueKeys.some(({ parts }) =>
    columns.every(({ target: to }, i) => parts[i]?.column === to?.name && parts[i]?.prefix === null),
  );
  if (!isIndexed) throw refused(say('copy-key-unindexed', { table: name, key: key.name }));
}

/** MySQL and MariaDB order by the same name alike only in collations that never changed; versions differ over UUIDs. */
function isOrderKnown({ kind, collation }: TargetColumn, isSameFamily: boolean): boolean {
  if (kind === 'uuid') return false;
  return kind !== 'text' || isSameFamily || /_(bin|general_ci)$/.test(collation ?? '');
}

function refused(detail: Wording): OtterError {
  return new OtterError('COPY_AGAIN_REFUSED', { detail });
}
