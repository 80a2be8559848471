import { setTimeout as sleep } from 'node:timers/promises';
import {
  OtterError,
  type CatalogColumn,
  type ColumnKind,
  type ForeignKey,
  type TableSchema,
  type UniqueKey,
} from '@otter/core';
import { parseLabels } from './column-type.ts';
import { quoteTable, quoteText } from './quoting.ts';
import type { Session } from './session.ts';

/** A column with what the writer needs to know beyond the shared description. */
export interface TargetColumn extends CatalogColumn {
  /** Longest text in characters (bytes for the TEXT types); `null` for other kinds. */
  characters: number | null;
  /** Whether an UPDATE that does not name the column sets it to the present time. */
  updatedByServer: boolean;
}

/** A table as read by {@link readTables}. */
export interface TargetTable extends TableSchema {
  columns: TargetColumn[];
}

/** Schemas that belong to the server and never match a pattern. */
export const SYSTEM_SCHEMAS: ReadonlySet<string> = new Set([
  'information_schema',
  'mysql',
  'performance_schema',
  'sys',
  'ndbinfo',
]);

type TextRow = (string | null)[];

/** ER_WARN_I_S_SKIPPED_TABLE */
const TABLE_SKIPPED = '1684';
const SKIPPED_PAUSE_MS = 20;
const SKIPPED_ATTEMPTS_MAX = 1500;
const CASCADES_ATTEMPTS_MAX = 250;

type IsWanted = (schema: string, table: string) => boolean;

/**
 * Rows of one SELECT from information_schema, with every table that `isWanted`. A server does not make a session wait
 * that holds a lock, GET_LOCK too: it leaves out the table somebody's DDL has at that moment, as if there were none, and
 * warns. Throws TARGET_BUSY when one stays left out for half a minute.
 */
export async function catalogRows(session: Session, isWanted: IsWanted, select: string): Promise<TextRow[]> {
  const [rows = []] = await catalogRowsOfEach(session, isWanted, [select]);
  return rows;
}

/** The same of several, which take one round trip together. */
async function catalogRowsOfEach(
  session: Session,
  isWanted: IsWanted,
  selects: readonly string[],
): Promise<TextRow[][]> {
  const { rows, skipped } = await askAgain(session, isWanted, selects, SKIPPED_ATTEMPTS_MAX);
  if (skipped !== null) throw new OtterError('TARGET_BUSY', { detail: skipped });
  return rows;
}

/** Asks until no table that `isWanted` is left out; `skipped`: what the server said of one that still is. */
async function askAgain(
  session: Session,
  isWanted: IsWanted,
  selects: readonly string[],
  attemptsMax: number,
): Promise<{ rows: TextRow[][]; skipped: string | null }> {
  for (let attempt = 1; ; attempt++) {
    const results = await session.rowsOfEach(selects.flatMap((select) => [select, 'SHOW WARNINGS']));
    const rows = results.filter((_, i) => i % 2 === 0);
    const warnings = results.flatMap((result, i) => (i % 2 === 0 ? [] : result));
    const skipped = warnings.find(([, code, text]) => code === TABLE_SKIPPED && isAbout(text ?? '', isWanted))?.[2];
    if (skipped === undefined || attempt === attemptsMax) return { rows, skipped: skipped ?? null };
    await sleep(SKIPPED_PAUSE_MS);
  }
}

/** The text is in the language of the server, the names are not. */
function isAbout(warning: string, isWanted: IsWanted): boolean {
  const [, schema, table] = /['`](.+)['`]\.['`](.+)['`]/.exec(warning) ?? [];
  return schema === undefined || table === undefined || isWanted(schema, table);
}

/**
 * Describes the tables for which `wanted` says yes, in two round trips whatever their number. Views and sequences are no tables; system schemas are left out before `wanted` is asked. Names
 * come as the server stores them. Triggers are only visible to an account with the TRIGGER privilege.
 */
export async function readTables(session: Session, wanted: IsWanted): Promise<TargetTable[]> {
  const system = [...SYSTEM_SCHEMAS].map(quoteText).join(',');
  const isWanted: IsWanted = (schema, table) => !SYSTEM_SCHEMAS.has(schema.toLowerCase()) && wanted(schema, table);
  const listed = await catalogRows(
    session,
    isWanted,
    `SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_COLLATION FROM information_schema.TABLES
      WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND TABLE_SCHEMA NOT IN (${system})`,
  );
  const tables = new Map<string, TargetTable>();
  for (const [schema, table, engine, collation] of listed as [string, string, string | null, string | null][]) {
    if (!isWanted(schema, table)) continue;
    const empty = { columns: [], uniqueKeys: [], foreignKeys: [], triggers: [] };
    tables.set(keyOf(schema, table), { schema, table, engine: engine ?? '', collation: collation ?? '', ...empty });
  }
  if (tables.size === 0) return [];
  const scope = scopeOf([...tables.values()]);
  const details = [
    columnsSql(scope('TABLE_SCHEMA', 'TABLE_NAME')),
    uniqueKeysSql(scope('TABLE_SCHEMA', 'TABLE_NAME')),
    foreignKeysSql(scope('CONSTRAINT_SCHEMA', 'TABLE_NAME')),
    foreignKeyColumnsSql(scope('TABLE_SCHEMA', 'TABLE_NAME')),
    triggersSql(scope('EVENT_OBJECT_SCHEMA', 'EVENT_OBJECT_TABLE')),
  ];
  // Together: a target may be a continent away.
  const [columns = [], uniqueKeys = [], foreignKeys = [], foreignKeyColumns = [], triggers = []] =
    await catalogRowsOfEach(session, among(tables), details);
  addColumns(tables, columns, session.isMariadb);
  addUniqueKeys(tables, uniqueKeys);
  addForeignKeys(tables, foreignKeys, foreignKeyColumns);
  addTriggers(tables, triggers);
  return [...tables.values()];
}

function keyOf(schema: string, table: string): string {
  return `${schema}\0${table}`;
}

/** They may be read together with others, of which a row more or less is no matter. */
function among(tables: ReadonlyMap<string, TargetTable>): IsWanted {
  return (schema, table) => tables.has(keyOf(schema, table));
}

/** Tables named one by one up to this number, by schema beyond it: MariaDB opens every table it lists. */
const NAMED_TABLES_MAX = 500;

function scopeOf(tables: readonly TargetTable[]): (schemaColumn: string, tableColumn: string) => string {
  const schemas = [...new Set(tables.map((t) => t.schema))].map(quoteText).join(',');
  const names = [...new Set(tables.map((t) => t.table))];
  // Of names that differ by case alone MariaDB looks up one.
  const ambiguous = new Set(names.map((name) => name.toLowerCase())).size < names.length;
  return (schemaColumn, tableColumn) => {
    const bySchema = `${schemaColumn} IN (${schemas})`;
    if (ambiguous || names.length > NAMED_TABLES_MAX) return bySchema;
    return `${bySchema} AND ${tableColumn} IN (${names.map(quoteText).join(',')})`;
  };
}

const COLUMN_FIELDS = `TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT,
  CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION,
  CHARACTER_SET_NAME, COLLATION_NAME, EXTRA`;

type Tables = ReadonlyMap<string, TargetTable>;

function columnsSql(scope: string): string {
  return `SELECT ${COLUMN_FIELDS} FROM information_schema.COLUMNS WHERE ${scope}
      ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`;
}

function addColumns(tables: Tables, rows: readonly TextRow[], isMariadb: boolean): void {
  for (const row of rows) tables.get(keyOf(row[0] ?? '', row[1] ?? ''))?.columns.push(columnOf(row, isMariadb));
}

function columnOf(row: TextRow, isMariadb: boolean): TargetColumn {
  const [, , name, dataType, typeText, nullable, defaultText, characters, octets] = row as string[];
  const [precision, scale, fraction, charset, collation, extra] = row.slice(9);
  const type = (dataType ?? '').toLowerCase();
  const kind = kindOf(type, charset ?? null);
  const extras = (extra ?? '').toUpperCase();
  const temporal = kind === 'time' || kind === 'datetime' || kind === 'timestamp';
  const isText = kind === 'text' || kind === 'enum' || kind === 'set';
  return {
    name: name ?? '',
    kind,
    length: INT_BYTES[type] ?? FIXED_BYTES[type] ?? Number(kind === 'bit' ? precision : (octets ?? 0)),
    unsigned: /\bunsigned\b/.test((typeText ?? '').replace(/'(?:[^']|'')*'/g, '')),
    nullable: nullable === 'YES',
    precision: kind === 'decimal' ? Number(precision) : 0,
    scale: kind === 'decimal' ? Number(scale) : temporal ? Number(fraction ?? 0) : 0,
    charset: isText ? charsetName(charset ?? null) : null,
    collation: isText ? collationName(collation ?? null) : null,
    labels: kind === 'enum' || kind === 'set' ? parseLabels(typeText ?? '') : null,
    typeText: typeText ?? '',
    generated: generatedOf(extras),
    invisible: /\bINVISIBLE\b/.test(extras),
    autoIncrement: extras.includes('AUTO_INCREMENT'),
    hasDefault:
      (defaultText !== null && defaultText !== undefined) || nullable === 'YES' || extras.includes('DEFAULT_GENERATED'),
    constantDefault: constantDefault(defaultText ?? null, {
      isMariadb,
      nullable: nullable === 'YES',
      isExpression: extras.includes('DEFAULT_GENERATED') || (temporal && /^current_timestamp/i.test(defaultText ?? '')),
    }),
    characters: kind === 'text' ? Number(characters) : null,
    updatedByServer: extras.includes('ON UPDATE'),
  };
}

/** MariaDB prints text in quotes and NULL as a word; whatever else is no number or bit string there is an expression. */
function constantDefault(
  text: string | null,
  { isMariadb, nullable, isExpression }: { isMariadb: boolean; nullable: boolean; isExpression: boolean },
): string | null {
  if (isExpression) return null;
  if (text === null || (isMariadb && text === 'NULL')) return nullable ? 'NULL' : null;
  if (!isMariadb) return `=${text}`;
  if (/^'.*'$/s.test(text)) return `=${text.slice(1, -1).replaceAll("''", "'")}`;
  return /^[-+\d.]+(?:e[-+]?\d+)?$|^[bx]'/i.test(text) ? `=${text}` : null;
}

/** DEFAULT_GENERATED means a default that is an expression: an ordinary column. */
function generatedOf(extras: string): CatalogColumn['generated'] {
  if (/\bVIRTUAL\b/.test(extras)) return 'virtual';
  if (/\b(STORED|PERSISTENT)\b/.test(extras)) return 'stored';
  return 'no';
}

const INT_BYTES: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 8 };
const FIXED_BYTES: Readonly<Record<string, number>> = { float: 4, double: 8, uuid: 16, inet4: 4, inet6: 16 };

const KINDS: Readonly<Record<string, ColumnKind>> = {
  tinyint: 'int',
  smallint: 'int',
  mediumint: 'int',
  int: 'int',
  bigint: 'int',
  decimal: 'decimal',
  float: 'float',
  double: 'double',
  bit: 'bit',
  year: 'year',
  date: 'date',
  time: 'time',
  datetime: 'datetime',
  timestamp: 'timestamp',
  enum: 'enum',
  set: 'set',
  json: 'json',
  vector: 'vector',
  uuid: 'uuid',
  inet4: 'inet4',
  inet6: 'inet6',
  geometry: 'geometry',
  point: 'geometry',
  linestring: 'geometry',
  polygon: 'geometry',
  multipoint: 'geometry',
  multilinestring: 'geometry',
  multipolygon: 'geometry',
  geometrycollection: 'geometry',
  geomcollection: 'geometry',
};

/** MariaDB's JSON is a LONGTEXT and listed as one. */
function kindOf(type: string, charset: string | null): ColumnKind {
  return KINDS[type] ?? (charset === null || charset === 'binary' ? 'binary' : 'text');
}

/** One name for the three-byte UTF-8 that older servers call `utf8`. */
export function charsetName(name: string | null): string | null {
  const lower = name?.toLowerCase() ?? null;
  return lower === 'utf8' ? 'utf8mb3' : lower;
}

function collationName(name: string | null): string | null {
  return name?.toLowerCase() ?? null;
}

function uniqueKeysSql(scope: string): string {
  return `SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART, NULLABLE FROM information_schema.STATISTICS
      WHERE NON_UNIQUE = 0 AND ${scope} ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;
}

function addUniqueKeys(tables: Tables, rows: readonly TextRow[]): void {
  for (const [schema, table, name, column, prefix, nullable] of rows) {
    const keys = tables.get(keyOf(schema ?? '', table ?? ''))?.uniqueKeys;
    if (keys === undefined) continue;
    let key: UniqueKey | undefined = keys.find((k) => k.name === name);
    if (key === undefined) {
      key = { name: name ?? '', primary: name === 'PRIMARY', parts: [], nullable: false };
      if (key.primary) keys.unshift(key);
      else keys.push(key);
    }
    key.parts.push({ column: column ?? null, prefix: prefix === null || prefix === undefined ? null : Number(prefix) });
    // An expression may be NULL whatever the columns in it.
    if (nullable === 'YES' || column === null) key.nullable = true;
  }
}

const NO_SUCH_SCHEMA = 1049;
const NO_SUCH_TABLE = 1146;

/**
 * Every index of one table, its columns in their order ('' for an expression), by name in lower case; `null` when there
 * is no such table.
 */
export async function readIndexes(
  session: Session,
  { schema, table }: { schema: string; table: string },
): Promise<Map<string, string[]> | null> {
  const indexes = new Map<string, string[]>();
  try {
    for (const row of await session.rows(`SHOW INDEX FROM ${quoteTable(schema, table)}`)) {
      const name = (row[2] ?? '').toLowerCase();
      indexes.set(name, [...(indexes.get(name) ?? []), row[4] ?? '']);
    }
    return indexes;
  } catch (error) {
    const errno = OtterError.is(error) ? error.context['errno'] : undefined;
    if (errno === NO_SUCH_TABLE || errno === NO_SUCH_SCHEMA) return null;
    throw error;
  }
}

/** A foreign key by which deleting or re-keying a parent changes rows of the child. */
export interface Cascade {
  schema: string;
  table: string;
  parentSchema: string;
  parentTable: string;
}

/**
 * Every cascading foreign key the account may see, of whatever table: a child need not be one that is written to. What
 * somebody holds for more than five seconds is left out: only a table that is just being made and filled is held so long.
 */
export async function readCascades(session: Session): Promise<Cascade[]> {
  const system = [...SYSTEM_SCHEMAS].map(quoteText).join(',');
  const acts = "IN ('CASCADE','SET NULL','SET DEFAULT')";
  const select = `SELECT CONSTRAINT_SCHEMA, TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME
       FROM information_schema.REFERENTIAL_CONSTRAINTS
      WHERE CONSTRAINT_SCHEMA NOT IN (${system}) AND (DELETE_RULE ${acts} OR UPDATE_RULE ${acts})`;
  const { rows } = await askAgain(session, () => true, [select], CASCADES_ATTEMPTS_MAX);
  return (rows.flat() as string[][]).map(([schema = '', table = '', parentSchema = '', parentTable = '']) => {
    return { schema, table, parentSchema, parentTable };
  });
}

function foreignKeysSql(scope: string): string {
  return `SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE
       FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE ${scope}`;
}

function foreignKeyColumnsSql(scope: string): string {
  return `SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,
            REFERENCED_COLUMN_NAME
       FROM information_schema.KEY_COLUMN_USAGE
      WHERE REFERENCED_TABLE_NAME IS NOT NULL AND ${scope}
      ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`;
}

function addForeignKeys(tables: Tables, rules: readonly TextRow[], columns: readonly TextRow[]): void {
  const found = new Map<string, ForeignKey>();
  for (const [schema = '', table = '', name = '', onDelete = '', onUpdate = ''] of rules as string[][]) {
    const key = { name, schema, table, columns: [], parentSchema: '', parentTable: '', parentColumns: [] };
    const foreignKey: ForeignKey = { ...key, onDelete, onUpdate };
    tables.get(keyOf(schema, table))?.foreignKeys.push(foreignKey);
    found.set(`${keyOf(schema, table)}\0${name}`, foreignKey);
  }
  for (const [
    schema = '',
    table = '',
    name = '',
    column = '',
    parentSchema = '',
    parentTable = '',
    parent = '',
  ] of columns as string[][]) {
    const foreignKey = found.get(`${keyOf(schema, table)}\0${name}`);
    if (foreignKey === undefined) continue;
    foreignKey.columns.push(column);
    foreignKey.parentSchema = parentSchema;
    foreignKey.parentTable = parentTable;
    foreignKey.parentColumns.push(parent);
  }
}

function triggersSql(scope: string): string {
  return `SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE ${scope}`;
}

function addTriggers(tables: Tables, rows: readonly TextRow[]): void {
  for (const [schema, table, trigger] of rows) {
    tables.get(keyOf(schema ?? '', table ?? ''))?.triggers.push(trigger ?? '');
  }
}
