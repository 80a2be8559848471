import type { UniqueKey } from '@otter/core';
import { quoteName, quoteText, type TargetColumn, type TargetTable } from '@otter/dialects';

/** The value of a key as SQL literals, one for each of its columns: exact, and compared by the column's own collation. */
export type KeyBound = readonly string[];

/** Rows whose key lies behind `after` (`null`: from the first one) and not behind `through` (empty: to the last one). */
export interface KeyRange {
  after: KeyBound | null;
  through: KeyBound;
}

/** The unique key along which a table is read in pieces. */
export class ChunkKey {
  readonly name: string;
  readonly #columns: readonly TargetColumn[];
  /** Bounds can be calculated: one integer column. */
  readonly isInteger: boolean;

  private constructor(name: string, columns: readonly TargetColumn[]) {
    this.name = name;
    this.#columns = columns;
    this.isInteger = columns.length === 1 && columns[0]?.kind === 'int';
  }

  /** The primary key, else another unique key without NULLs, of types a literal can stand for; `null` without one. */
  static of(table: TargetTable): ChunkKey | null {
    for (const key of table.uniqueKeys) {
      const columns = usableColumns(table, key);
      if (columns) return new ChunkKey(key.name, columns);
    }
    return null;
  }

  /** Tells whether bounds of an earlier definition still mean the same: name, types and order of its columns. */
  get text(): string {
    return JSON.stringify(this.#columns.map(({ name, typeText, collation }) => [name, typeText, collation]));
  }

  /** Its columns, in order. */
  get columns(): readonly TargetColumn[] {
    return this.#columns;
  }

  /** Names of its columns, in order. */
  get columnNames(): string[] {
    return this.#columns.map((column) => column.name);
  }

  /** What to select to get a bound: see {@link readBound}. */
  get boundExpressions(): string {
    return this.#columns.map(boundExpression).join(',');
  }

  readBound(cells: readonly (string | null)[]): KeyBound {
    return this.#columns.map((column, i) => boundLiteral(column, cells[i] ?? ''));
  }

  /** `a, b`, ascending or descending. */
  order(direction: 'ASC' | 'DESC' = 'ASC'): string {
    return this.#columns.map((column) => `${quoteName(column.name)} ${direction}`).join(',');
  }

  /** A condition the key's index serves; `names` are those of the same columns elsewhere. */
  condition(range: KeyRange, names: readonly string[] = this.columnNames): string {
    const quoted = names.map(quoteName);
    const conditions: string[] = [];
    if (range.after !== null) conditions.push(compareSql(quoted, range.after, '>', false));
    if (range.through.length > 0) conditions.push(compareSql(quoted, range.through, '<', true));
    return conditions.length === 0 ? '1=1' : conditions.join(' AND ');
  }
}

/** `(a > 1 OR (a = 1 AND b > 2))`: row comparisons in brackets are not read as a range by every server. */
function compareSql(names: readonly string[], bound: KeyBound, operator: '<' | '>', inclusive: boolean): string {
  const last = names.length - 1;
  let sql = `${names[last]} ${operator}${inclusive ? '=' : ''} ${bound[last]}`;
  for (let i = last - 1; i >= 0; i--) {
    sql = `(${names[i]} ${operator} ${bound[i]} OR (${names[i]} = ${bound[i]} AND ${sql}))`;
  }
  return sql;
}

function usableColumns(table: TargetTable, key: UniqueKey): TargetColumn[] | null {
  if (key.nullable) return null;
  const columns: TargetColumn[] = [];
  for (const part of key.parts) {
    const column = table.columns.find((c) => c.name === part.column);
    if (!column || part.prefix !== null || !BOUND_KINDS.has(column.kind)) return null;
    columns.push(column);
  }
  return columns;
}

/** An ENUM is ordered by number and compared by label; floating point may not find itself again. */
const BOUND_KINDS: ReadonlySet<TargetColumn['kind']> = new Set([
  'int',
  'year',
  'bit',
  'decimal',
  'date',
  'time',
  'datetime',
  'timestamp',
  'text',
  'binary',
  'uuid',
  'inet4',
  'inet6',
] as const);

function boundExpression(column: TargetColumn): string {
  const name = quoteName(column.name);
  if (column.kind === 'text' || column.kind === 'binary') return `HEX(${name})`;
  return column.kind === 'bit' ? `CAST(${name} AS UNSIGNED)` : name;
}

function boundLiteral(column: TargetColumn, cell: string): string {
  switch (column.kind) {
    case 'text':
      return `_${column.charset ?? 'binary'} X'${cell}'`;
    case 'binary':
      return `_binary X'${cell}'`;
    case 'int':
    case 'year':
    case 'bit':
    case 'decimal':
      return cell;
    default:
      return quoteText(cell);
  }
}
