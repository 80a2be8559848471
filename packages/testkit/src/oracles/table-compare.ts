import type { ServerAddress } from '@otter/core';
import { createConnection, type Connection as StreamConnection } from 'mysql2';
import { canonicalJson } from './json-text.ts';

/** Two tables that should hold the same rows. */
export interface TablePair {
  schema: string;
  table: string;
  /** @default the source's */
  targetSchema?: string;
  /** @default the source's */
  targetTable?: string;
  /** Source column to target column, for those with another name. */
  renamed?: Record<string, string>;
  /** Compares these source columns only. @default all; both sides must then have the same ones */
  columns?: string[];
}

/** Key and cells are hex of the bytes, prefixed where that would hide something; null is SQL NULL. */
export interface RowDifference {
  table: string;
  kind: 'missing-on-target' | 'only-on-target' | 'different';
  key: string;
  column: string | null;
  source: string | null;
  target: string | null;
}

export interface CompareResult {
  equal: boolean;
  tables: number;
  /** Rows of the source. */
  rows: number;
  differenceCount: number;
  /** The first of them. */
  differences: RowDifference[];
}

export interface CompareOptions {
  source: ServerAddress;
  target: ServerAddress;
  tables: readonly TablePair[];
  /** @default 20 */
  differencesMax?: number;
}

/** Longer values are compared by digest: their hex would not fit into a packet and come as NULL from both. */
const HEX_BYTES_MAX = 1_000_000;

/**
 * Compares tables of two servers row by row and bit by bit: every column, ordered by primary key, or as
 * a multiset where there is none. Reads as a stream, so tables may be large. Throws when given no table.
 */
export async function compareTables(options: CompareOptions): Promise<CompareResult> {
  if (options.tables.length === 0) throw new Error('compareTables was given no table: it would prove nothing');
  const source = await openSide(options.source);
  const target = await openSide(options.target);
  const result: CompareResult = { equal: true, tables: 0, rows: 0, differenceCount: 0, differences: [] };
  try {
    for (const pair of options.tables) {
      await comparePair(source, target, pair, result, options.differencesMax ?? 20);
      result.tables += 1;
    }
  } finally {
    source.connection.destroy();
    target.connection.destroy();
  }
  result.equal = result.differenceCount === 0;
  return result;
}

/** Like {@link compareTables}, but throws with the differences listed. */
export async function assertTablesEqual(options: CompareOptions): Promise<CompareResult> {
  const result = await compareTables(options);
  if (result.equal) return result;
  const lines = result.differences.map(differenceText);
  throw new Error(`${result.differenceCount} differences in ${result.rows} rows:\n${lines.join('\n')}`);
}

/** All base tables of the schemas, as pairs of the same name, for {@link compareTables}. */
export async function tablesOf(address: ServerAddress, schemas: readonly string[]): Promise<TablePair[]> {
  const side = await openSide(address);
  try {
    const rows = await all(
      side.connection,
      `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM information_schema.TABLES
       WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA IN (?) ORDER BY 1, 2`,
      [schemas],
    );
    return rows.map((row) => ({ schema: cellText(row['s']), table: cellText(row['t']) }));
  } finally {
    side.connection.destroy();
  }
}

/** One difference on one line. */
export function differenceText(difference: RowDifference): string {
  const { table, kind, key, column, source, target } = difference;
  const at = `${table} key ${shorten(key)}`;
  if (kind !== 'different') return `${at}: ${kind}`;
  return `${at} column ${column}: source ${shorten(source)} target ${shorten(target)}`;
}

function shorten(text: string | null): string {
  if (text === null) return 'NULL';
  return text.length <= 200 ? text : `${text.slice(0, 200)}… (${text.length} characters)`;
}

interface Side {
  connection: StreamConnection;
  family: 'mariadb' | 'mysql';
}

interface SideColumn {
  name: string;
  type: string;
  charset: string | null;
  /** Position in the primary key from 0, -1 outside. */
  keyPart: number;
}

interface ColumnPair {
  source: SideColumn;
  target: SideColumn;
  /** How both texts are brought to one form here: that of JSON depends on the server's family. */
  form: 'json' | 'number' | null;
}

async function openSide(address: ServerAddress): Promise<Side> {
  const connection = createConnection({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    charset: 'UTF8MB4_UNICODE_CI',
  });
  connection.on('error', () => undefined);
  const [row] = await all(connection, 'SELECT VERSION() AS v');
  const family = cellText(row?.['v']).includes('MariaDB') ? 'mariadb' : 'mysql';
  // Primary keys go up to 3072 bytes, which are 6144 digits; the default sorts by the first 1024.
  await all(connection, "SET SESSION time_zone = '+00:00', max_sort_length = 8192, sql_mode = ''");
  await all(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await all(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT');
  return { connection, family };
}

async function all(
  connection: StreamConnection,
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, values, (error, rows) => {
      if (error) reject(error);
      else resolve(Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []);
    });
  });
}

async function comparePair(
  source: Side,
  target: Side,
  pair: TablePair,
  result: CompareResult,
  differencesMax: number,
): Promise<void> {
  const targetSchema = pair.targetSchema ?? pair.schema;
  const targetTable = pair.targetTable ?? pair.table;
  const sourceColumns = await columnsOf(source, pair.schema, pair.table);
  const targetColumns = await columnsOf(target, targetSchema, targetTable);
  const columns = pairColumns(pair, sourceColumns, targetColumns, source.family !== target.family);
  const key = keyOf(columns, sourceColumns);
  const name = `${pair.schema}.${pair.table}`;
  const report = (difference: Omit<RowDifference, 'table'>): void => {
    result.differenceCount += 1;
    if (result.differences.length < differencesMax) result.differences.push({ table: name, ...difference });
  };
  // The order of a multiset is that of digests made by the server, of text that is not in one form yet.
  const rows = key === null && columns.some(({ form }) => form !== null) ? sortedRows : hexRows;
  const left = rows(source, pair.schema, pair.table, columns, 'source', key);
  const right = rows(target, targetSchema, targetTable, columns, 'target', key);
  let a = await left.next();
  let b = await right.next();
  while (!a.done || !b.done) {
    const order = a.done ? 1 : b.done ? -1 : compareText(a.value.key, b.value.key);
    if (order <= 0 && !a.done) result.rows += 1;
    if (order < 0 && !a.done) {
      report({ kind: 'missing-on-target', key: a.value.key, column: null, source: a.value.cells.join(), target: null });
    } else if (order > 0 && !b.done) {
      report({ kind: 'only-on-target', key: b.value.key, column: null, source: null, target: b.value.cells.join() });
    } else if (!a.done && !b.done) {
      compareCells(columns, a.value, b.value, report);
    }
    if (order <= 0) a = await left.next();
    if (order >= 0) b = await right.next();
  }
}

function compareCells(
  columns: ColumnPair[],
  source: HexRow,
  target: HexRow,
  report: (difference: Omit<RowDifference, 'table'>) => void,
): void {
  columns.forEach((column, i) => {
    const [left, right] = [source.cells[i] ?? null, target.cells[i] ?? null];
    if (left === right) return;
    report({ kind: 'different', key: source.key, column: column.source.name, source: left, target: right });
  });
}

async function columnsOf(side: Side, schema: string, table: string): Promise<SideColumn[]> {
  const rows = await all(
    side.connection,
    `SELECT c.COLUMN_NAME AS name, c.DATA_TYPE AS type, c.CHARACTER_SET_NAME AS charset, k.ORDINAL_POSITION AS part
     FROM information_schema.COLUMNS c
     LEFT JOIN information_schema.KEY_COLUMN_USAGE k ON k.CONSTRAINT_NAME = 'PRIMARY'
       AND k.TABLE_SCHEMA = c.TABLE_SCHEMA AND BINARY k.TABLE_NAME = BINARY c.TABLE_NAME AND k.COLUMN_NAME = c.COLUMN_NAME
     WHERE c.TABLE_SCHEMA = ? AND c.TABLE_NAME = ? AND BINARY c.TABLE_NAME = ? ORDER BY c.ORDINAL_POSITION`,
    [schema, table, table],
  );
  if (rows.length === 0) throw new Error(`there is no table ${schema}.${table} on the ${side.family} side`);
  return rows.map((row) => ({
    name: cellText(row['name']),
    type: cellText(row['type']).toLowerCase(),
    charset: row['charset'] === null ? null : cellText(row['charset']),
    keyPart: row['part'] === null ? -1 : Number(row['part']) - 1,
  }));
}

function pairColumns(pair: TablePair, source: SideColumn[], target: SideColumn[], families: boolean): ColumnPair[] {
  const wanted = pair.columns ? source.filter((column) => pair.columns?.includes(column.name)) : source;
  const name = `${pair.schema}.${pair.table}`;
  if (wanted.length === 0 || (pair.columns && wanted.length !== pair.columns.length)) {
    throw new Error(`${name} does not have all of the columns to compare`);
  }
  const pairs = wanted.map((column) => {
    const other = pair.renamed?.[column.name] ?? column.name;
    const counterpart = target.find((candidate) => candidate.name.toLowerCase() === other.toLowerCase());
    if (!counterpart) throw new Error(`the target of ${name} has no column ${other}`);
    return { source: column, target: counterpart, form: formOf(column, counterpart, families) };
  });
  const extra = target.filter((column) => !pairs.some((known) => known.target === column));
  if (!pair.columns && extra.length > 0) {
    throw new Error(`the target of ${name} has more columns: ${extra.map((column) => column.name).join(', ')}`);
  }
  return pairs;
}

function formOf(source: SideColumn, target: SideColumn, families: boolean): ColumnPair['form'] {
  if (FLOATING.has(source.type) && FLOATING.has(target.type)) return 'number';
  return families && (source.type === 'json' || target.type === 'json') ? 'json' : null;
}

function isFloating(column: ColumnPair): boolean {
  return column.form === 'number';
}

/** As the server prints a double for a client: all digits, whatever the column's declared decimals; * keeps -0. */
function numberExpression(column: ColumnPair, which: 'source' | 'target'): string {
  return `${quote(column[which].name)} * 1e0`;
}

/** Indexes of the primary key's columns in key order; null where not all of them are compared: a multiset. */
function keyOf(columns: ColumnPair[], source: SideColumn[]): number[] | null {
  const parts = source.filter((column) => column.keyPart >= 0).toSorted((a, b) => a.keyPart - b.keyPart);
  const indexes = parts.map((part) => columns.findIndex((column) => column.source === part));
  return parts.length === 0 || indexes.includes(-1) ? null : indexes;
}

interface HexRow {
  key: string;
  cells: (string | null)[];
}

async function* hexRows(
  side: Side,
  schema: string,
  table: string,
  columns: ColumnPair[],
  which: 'source' | 'target',
  key: number[] | null,
): AsyncGenerator<HexRow, undefined> {
  const expressions = columns.map((column) => cellExpression(column, which));
  // Digits of the first key part stand before those of the second: a separator below the digits keeps the order.
  const parts = (key ?? expressions.map((_, i) => i)).map((i) => `COALESCE(${expressions[i]}, '!')`);
  const whole = `CONCAT_WS(' ', ${parts.join(', ')})`;
  const keyExpression = key ? whole : `SHA2(${whole}, 256)`;
  const cells = columns.map(
    (column, i) => `${isFloating(column) ? numberExpression(column, which) : expressions[i]} AS c${i}`,
  );
  const sql = `SELECT CAST(${keyExpression} AS BINARY) AS k, ${cells.join(', ')} FROM ${quote(schema)}.${quote(table)} ORDER BY k`;
  // The driver's own reading of a DOUBLE is not exact to the last bit.
  const typeCast = (field: { string(): string | null }): string | null => field.string();
  const stream = side.connection.query({ sql, rowsAsArray: true, typeCast }).stream({ highWaterMark: 256 });
  for await (const row of stream as AsyncIterable<unknown[]>) {
    const texts = row.map((cell) => (cell === null ? null : cellText(cell)));
    const raw = texts.slice(1).map((text, i) => canonicalHex(text, columns[i]?.form ?? null));
    yield { key: texts[0] ?? '', cells: raw };
  }
  return undefined;
}

/** The same for a small table, with the order made here. */
async function* sortedRows(...parameters: Parameters<typeof hexRows>): AsyncGenerator<HexRow, undefined> {
  const rows: HexRow[] = [];
  for await (const { cells } of hexRows(...parameters)) rows.push({ key: cells.join(), cells });
  yield* rows.toSorted((a, b) => compareText(a.key, b.key));
  return undefined;
}

/** SQL for the hex of a column's bytes, such that two different stored values never give the same. */
function cellExpression(column: ColumnPair, which: 'source' | 'target'): string {
  const { name, type, charset } = column[which];
  const c = quote(name);
  switch (type) {
    case 'bit':
      return `HEX(CAST(${c} AS UNSIGNED))`;
    case 'float':
    case 'double':
      // CONCAT may leave digits out: for the order of rows only.
      return `HEX(CONCAT(${c} * 1e0))`;
    case 'enum':
      // The invalid value 0 reads as '', which may be a member as well.
      return `CONCAT(IF(${c} + 0 = 0, 'invalid:', ''), HEX(CAST(${c} AS BINARY)))`;
    case 'json':
      return bounded(`CAST(CAST(${c} AS CHAR CHARACTER SET utf8mb4) AS BINARY)`);
    default:
      if (GEOMETRY.has(type)) return `HEX(${c})`;
      if (charset !== null && column.source.charset !== column.target.charset) {
        return bounded(`CAST(CONVERT(${c} USING utf8mb4) AS BINARY)`);
      }
      return BOUNDED.has(type) ? bounded(`CAST(${c} AS BINARY)`) : `HEX(CAST(${c} AS BINARY))`;
  }
}

const BOUNDED = new Set(['mediumtext', 'longtext', 'mediumblob', 'longblob']);
const FLOATING = new Set(['float', 'double']);
const GEOMETRY = new Set([
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
  'vector',
]);

function bounded(bytes: string): string {
  return `IF(LENGTH(${bytes}) > ${HEX_BYTES_MAX}, CONCAT('sha2:', SHA2(${bytes}, 256)), HEX(${bytes}))`;
}

/** A digest stays one: between families JSON above the limit is reported as different if its text is. */
function canonicalHex(text: string | null, form: ColumnPair['form']): string | null {
  if (text === null || form === null || text.startsWith('sha2:')) return text;
  // -0 is not 0 here.
  if (form === 'number') return Object.is(Number(text), -0) ? '-0' : String(Number(text));
  return Buffer.from(canonicalJson(Buffer.from(text, 'hex').toString()))
    .toString('hex')
    .toUpperCase();
}

/** Everything selected here is text, or bytes of ASCII. */
function cellText(cell: unknown): string {
  if (typeof cell === 'string') return cell;
  if (Buffer.isBuffer(cell)) return cell.toString();
  throw new Error(`text was expected, not ${typeof cell}`);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
