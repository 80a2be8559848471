import { OtterError, say, type LogTable, type UniqueKey, type Wording } from '@otter/core';
import { quoteName, quoteTable, type TargetTable } from '@otter/dialects';
import { keyColumns, keyRange, sameKeyOrder, type KeyRange } from '../keyrange/key-range.ts';
import type { TableDestination } from '../select/table-router.ts';
import { targetColumnName } from '../transform/routed-table.ts';
import { columnPair, incomparable, type ColumnPair } from './column-pair.ts';

/** `source` or `target`, to say the same of either. */
export type Side = 'source' | 'target';

/** The key by which rows of both sides are matched. */
export interface ComparedKey {
  source: KeyRange;
  target: KeyRange;
  /** Name of the target's key. */
  targetName: string;
  /** Positions of its parts among the compared columns. */
  positions: number[];
  /** Whether one bound cuts both tables alike; else each side is read in its own order. */
  sameOrder: boolean;
}

/** A table and its counterpart, with everything that is asked of them. Pure: no server is asked. */
export interface ComparedTable {
  /** `schema.table` of the source. */
  readonly name: string;
  readonly targetName: string;
  readonly source: TargetTable;
  readonly target: TargetTable;
  readonly destination: TableDestination;
  readonly pairs: readonly ColumnPair[];
  /** `null`: rows have no key and are compared as a multiset. */
  readonly key: ComparedKey | null;
  /** The quoted name. */
  from(side: Side): string;
  /** Two hashes of a row of 32 bits each; their product is the row's own. */
  hashes(side: Side): readonly [string, string];
  /** Hash of the key alone, 32 bits; of the whole row without a key. */
  keyHash(side: Side): string;
  /** The source table as a log would describe it, whose rows are the compared columns in their order. */
  readonly logTable: LogTable;
}

/** Pairs the columns of two tables; `signedZero` as for a column pair. Throws SCHEMA_MISMATCH when one of them cannot be compared. */
export function comparedTable(
  source: TargetTable,
  target: TargetTable,
  destination: TableDestination,
  signedZero: boolean,
): ComparedTable {
  const name = `${source.schema}.${source.table}`;
  const targetName = `${target.schema}.${target.table}`;
  const pairs = pairColumns(source, target, destination, signedZero);
  const key = matchedKey(source, target, pairs);
  const groups = hashGroups(pairs, key);
  const [first, second] = groups.map((positions) => positions.map((i) => pairs[i] as ColumnPair)) as [
    ColumnPair[],
    ColumnPair[],
  ];
  const keyPairs = key === null ? pairs : key.positions.map((i) => pairs[i] as ColumnPair);
  const bothSides = <T>(make: (side: Side) => T): Record<Side, T> => ({
    source: make('source'),
    target: make('target'),
  });
  const hashes = bothSides((side): [string, string] => [rowHash(first, side), rowHash(second, side)]);
  const keyHashes = bothSides((side) => rowHash(keyPairs, side));
  const names = {
    source: quoteTable(source.schema, source.table),
    target: quoteTable(target.schema, target.table),
  };
  return {
    ...{ name, targetName, source, target, destination, pairs, key },
    from: (side) => names[side],
    hashes: (side) => hashes[side],
    keyHash: (side) => keyHashes[side],
    logTable: {
      schema: source.schema,
      table: source.table,
      columns: pairs.map((pair) => pair.sent),
      primaryKey: null,
      problem: null,
    },
  };
}

function pairColumns(
  source: TargetTable,
  target: TargetTable,
  destination: TableDestination,
  signedZero: boolean,
): ColumnPair[] {
  const byName = new Map(target.columns.map((column) => [column.name.toLowerCase(), column]));
  const pairs: ColumnPair[] = [];
  const problems: Wording[] = [];
  for (const column of source.columns) {
    const wanted = targetColumnName(column.name, destination.columns);
    if (wanted === null) continue;
    const found = byName.get(wanted.toLowerCase());
    if (found === undefined) {
      // A column the source computes need not be there.
      if (column.generated === 'no') problems.push(say('target-lacks-column', { column: wanted }));
      continue;
    }
    const reason = incomparable(column, found);
    if (reason === null) pairs.push(columnPair(column, found, signedZero));
    else problems.push(say('columns-unfit', { source: column.name, target: found.name, reason }));
  }
  if (pairs.length === 0) problems.push(say('columns-none-common'));
  if (problems.length === 0) return pairs;
  throw new OtterError('SCHEMA_MISMATCH', {
    detail: say('tables-incomparable', {
      source: `${source.schema}.${source.table}`,
      target: `${target.schema}.${target.table}`,
      problems: {
        en: problems.map(({ en }) => en).join('; '),
        zh: problems.map(({ zh }) => zh).join('；'),
      },
    }),
    context: { table: `${source.schema}.${source.table}` },
  });
}

/** The target's addressing key that the source has too: best one that orders rows alike on both sides. */
function matchedKey(source: TargetTable, target: TargetTable, pairs: readonly ColumnPair[]): ComparedKey | null {
  const keys: ComparedKey[] = [];
  for (const key of target.uniqueKeys) {
    const positions = positionsOf(key, pairs, 'target');
    if (positions === null) continue;
    const counterpart = source.uniqueKeys.find((candidate) => {
      const others = positionsOf(candidate, pairs, 'source');
      return others !== null && others.length === positions.length && others.every((p, i) => p === positions[i]);
    });
    if (counterpart === undefined) continue;
    keys.push({
      source: keyRange(source, counterpart.name, keyColumns(counterpart, source.columns)),
      target: keyRange(target, key.name, keyColumns(key, target.columns)),
      targetName: key.name,
      positions,
      sameOrder: positions.every((p) => {
        const pair = pairs[p] as ColumnPair;
        return sameKeyOrder(pair.source.column, pair.target.column);
      }),
    });
  }
  return keys.find((key) => key.sameOrder) ?? keys[0] ?? null;
}

/** Where the parts of a key that identifies rows stand among the pairs; `null` when it does not or they are not there. */
function positionsOf(key: UniqueKey, pairs: readonly ColumnPair[], side: Side): number[] | null {
  if (key.nullable || key.parts.some((part) => part.prefix !== null || part.column === null)) return null;
  const positions = key.parts.map((part) => pairs.findIndex((pair) => pair[side].column.name === part.column));
  return positions.includes(-1) ? null : positions;
}

/**
 * Each column goes into one of two hashes of about equal length, the key into both: every column costs once, and
 * the product of the two mixes them so that no exchange of values between rows cancels out in an XOR.
 */
function hashGroups(pairs: readonly ColumnPair[], key: ComparedKey | null): [number[], number[]] {
  const inKey = new Set(key?.positions ?? []);
  const rest = pairs.flatMap((_, i) => (inKey.has(i) ? [] : [i]));
  const groups: [number[], number[]] = [[...inKey], [...inKey]];
  const widths = [0, 0];
  for (const i of rest.toSorted((a, b) => width(pairs[b]) - width(pairs[a]))) {
    const to = (widths[0] as number) <= (widths[1] as number) ? 0 : 1;
    groups[to].push(i);
    widths[to] = (widths[to] as number) + width(pairs[i]);
  }
  return groups;
}

/** About how many characters a value has. */
function width(pair: ColumnPair | undefined): number {
  const column = pair?.source.column;
  if (column === undefined) return 0;
  return column.kind === 'text' || column.kind === 'binary' ? Math.min(column.length, 255) : 16;
}

const FLAGS_MAX = 60;

/**
 * CRC32 of a text that no two rows share: which columns are NULL, then every value with a comma between them. A value
 * that may hold commas has its length before it, but for the last one, whose end needs no mark. Both sides of a pair
 * are treated alike, whichever of them asks for it.
 */
function rowHash(pairs: readonly ColumnPair[], side: Side): string {
  const parts: string[] = [];
  const nullable = pairs.filter(({ source, target }) => source.column.nullable || target.column.nullable);
  for (let i = 0; i < nullable.length; i += FLAGS_MAX) {
    const flags = nullable
      .slice(i, i + FLAGS_MAX)
      .map((pair, bit) => `((${quoteName(pair[side].column.name)} IS NULL)<<${bit})`);
    parts.push(`(${flags.join('|')})`);
  }
  const isFree = ({ source, target }: ColumnPair): boolean => source.free || target.free;
  const free = pairs.filter(isFree);
  for (const pair of pairs) if (!isFree(pair)) parts.push(pair[side].hashed);
  for (const [i, pair] of free.entries()) {
    if (i < free.length - 1) parts.push(`LENGTH(${pair[side].hashed})`);
    parts.push(pair[side].hashed);
  }
  if (parts.length === 0) parts.push('0');
  // The binary separator makes the whole a string of bytes: no charset is converted, no collation clashes.
  return `CRC32(CONCAT_WS(_binary',',${parts.join(',')}))`;
}
