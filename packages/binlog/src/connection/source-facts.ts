import { MariadbGtidSet, OtterError, say, type GtidFlavor } from '@otter/core';
import { classifyServerError, type Connection } from './server-connection.ts';

export interface LogFile {
  name: string;
  /** Bytes; of the file being written, at the moment of asking. */
  size: number;
}

/** What a source server says about itself and its log. */
export interface SourceFacts {
  flavor: GtidFlavor;
  /** As the server prints it. */
  version: string;
  /** 10.11.19 → 101119, 9.7.4 → 90704. */
  versionNumber: number;
  /** Tells two servers apart: MySQL's server_uuid, MariaDB's server_uid with its server id. */
  identity: string;
  serverId: number;
  logBin: boolean;
  /** Upper case: ROW, MIXED, STATEMENT. */
  format: string;
  /** Upper case: FULL, MINIMAL, NOBLOB. */
  rowImage: string;
  /** Upper case: FULL, MINIMAL, NO_LOG; '' where the server has no such setting. */
  rowMetadata: string;
  /** CRC32 or NONE. */
  checksum: string;
  /** MySQL: ON, OFF, ON_PERMISSIVE, OFF_PERMISSIVE. MariaDB: always ON. */
  gtidMode: string;
  /** Where the log ends now; `gtid` is everything before it, '' without GTIDs. */
  end: { file: string; offset: number; gtid: string };
  /** Oldest first. Empty without a log. */
  logs: LogFile[];
  /** MySQL: GTIDs whose log is gone. '' on MariaDB. */
  gtidPurged: string;
  /** 0, 1 or 2 as the server's variable. */
  lowerCaseTableNames: number;
  /** Lower-case charset and collation by the collation id the log uses. */
  collations: ReadonlyMap<number, { charset: string; collation: string }>;
}

const VARIABLES = [
  'log_bin',
  'binlog_format',
  'binlog_row_image',
  'binlog_row_metadata',
  'binlog_checksum',
  'gtid_mode',
  'server_id',
  'server_uuid',
  'server_uid',
  'lower_case_table_names',
  'version',
];

const COLLATIONS =
  'SELECT ID AS id, CHARACTER_SET_NAME AS cs, COLLATION_NAME AS name FROM information_schema.COLLATIONS';
/** The uca1400 collations have ids only per character set, and only here. */
const FULL_COLLATIONS =
  'SELECT ID AS id, CHARACTER_SET_NAME AS cs, FULL_COLLATION_NAME AS name FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY';
/** MariaDB since then. */
const FULL_COLLATIONS_SINCE = 101_001;
const LOG_FILES = 'SHOW BINARY LOGS';

/**
 * Reads everything a reader must know before it can dump, in a few packets. Needs REPLICATION CLIENT (MariaDB: BINLOG
 * MONITOR). Throws SOURCE_UNREACHABLE, ACCESS_DENIED.
 */
export async function readSourceFacts(connection: Connection): Promise<SourceFacts> {
  const names = VARIABLES.map((name) => `'${name}'`).join(',');
  const [rows = [], collations = []] = await queryEach(connection, [
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`,
    COLLATIONS,
  ]);
  const variables = new Map(rows.map((row) => [text(row, 'Variable_name').toLowerCase(), text(row, 'Value')]));
  const variable = (name: string): string => variables.get(name) ?? '';
  const version = variable('version');
  const flavor: GtidFlavor = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  const logBin = variable('log_bin').toUpperCase() === 'ON';
  const gtidMode = flavor === 'mariadb' ? 'ON' : variable('gtid_mode').toUpperCase() || 'OFF';
  const serverId = Number(variable('server_id'));
  const end = logBin ? await readLogEnd(connection, flavor) : LOG_NONE;
  const hasMore = flavor === 'mariadb' && versionNumber(version) >= FULL_COLLATIONS_SINCE;
  const hasPurged = flavor === 'mysql' && gtidMode === 'ON';
  const [logs = [], more = [], purged = []] = await queryEach(connection, [
    logBin ? LOG_FILES : NOTHING,
    hasMore ? FULL_COLLATIONS : NOTHING,
    hasPurged ? 'SELECT @@GLOBAL.gtid_purged' : NOTHING,
  ]);
  return {
    flavor,
    version,
    versionNumber: versionNumber(version),
    identity: variable('server_uuid') || `${variable('server_uid')}#${serverId}`,
    serverId,
    logBin,
    format: variable('binlog_format').toUpperCase(),
    rowImage: variable('binlog_row_image').toUpperCase(),
    rowMetadata: variable('binlog_row_metadata').toUpperCase(),
    checksum: variable('binlog_checksum').toUpperCase() || 'NONE',
    gtidMode,
    end,
    logs: logs.map(logFile),
    gtidPurged: scalar(purged),
    lowerCaseTableNames: Number(variable('lower_case_table_names')),
    collations: collationsOf([...collations, ...more]),
  };
}

/** Where the log ends now. On MySQL the set may lag behind the offset by transactions that are just committing. */
export async function readLogEnd(connection: Connection, flavor: GtidFlavor): Promise<SourceFacts['end']> {
  if (flavor === 'mysql') return await readMysqlLogEnd(connection);
  // MariaDB shows the two halves in two places: ask until the offset stood still in between.
  let end = LOG_NONE;
  for (let tries = 0; tries < 5; tries++) {
    const [before, gtid = [], after] = await queryEach(connection, [
      'SHOW MASTER STATUS',
      'SELECT @@GLOBAL.gtid_binlog_pos',
      'SHOW MASTER STATUS',
    ]);
    end = logEnd(after);
    const { file, offset } = logEnd(before);
    if (file === end.file && offset === end.offset) return { ...end, gtid: scalar(gtid) };
  }
  return { ...end, gtid: await binlogGtidPosition(connection, end.file, end.offset) };
}

/** MySQL since 8.4 knows only the first of two questions, before 8.2 only the second. */
async function readMysqlLogEnd(connection: Connection): Promise<SourceFacts['end']> {
  try {
    return logEnd(await queryRows(connection, 'SHOW BINARY LOG STATUS'));
  } catch (error) {
    if (!isSyntaxError(error)) throw error;
    return logEnd(await queryRows(connection, 'SHOW MASTER STATUS'));
  }
}

const LOG_NONE = { file: '', offset: 0, gtid: '' };

function logEnd([row]: readonly Row[] = []): SourceFacts['end'] {
  if (!row) return LOG_NONE;
  const gtid = text(row, 'Executed_Gtid_Set').replace(/\s+/g, '');
  return { file: text(row, 'File'), offset: Number(text(row, 'Position')), gtid };
}

/** The server's binary logs, oldest first. */
export async function readLogFiles(connection: Connection): Promise<LogFile[]> {
  return (await queryRows(connection, LOG_FILES)).map(logFile);
}

function logFile(row: Row): LogFile {
  return { name: text(row, 'Log_name'), size: Number(text(row, 'File_size')) };
}

/**
 * MariaDB: the GTID position at a place of the log, '' at the beginning of the first log. Throws POSITION_INVALID
 * when the server has no such place.
 */
export async function binlogGtidPosition(connection: Connection, file: string, offset: number): Promise<string> {
  const [row] = await queryRows(connection, `SELECT BINLOG_GTID_POS(${connection.escape(file)}, ${offset}) AS gtid`);
  const gtid = row?.['gtid'];
  if (typeof gtid !== 'string') {
    throw new OtterError('POSITION_INVALID', { detail: say('gtid-unknown', { file, offset }) });
  }
  return MariadbGtidSet.parse(gtid).toString();
}

function collationsOf(rows: readonly Row[]): Map<number, { charset: string; collation: string }> {
  const collations = new Map<number, { charset: string; collation: string }>();
  for (const row of rows) {
    const id = Number(row['id']);
    if (row['id'] === null || row['cs'] === null || !Number.isSafeInteger(id)) continue;
    collations.set(id, { charset: text(row, 'cs').toLowerCase(), collation: text(row, 'name').toLowerCase() });
  }
  return collations;
}

export type Row = Record<string, unknown>;

/** Runs one statement. Throws coded errors. */
export async function queryRows(connection: Connection, sql: string): Promise<Row[]> {
  try {
    const [rows] = await connection.query(sql);
    return Array.isArray(rows) ? (rows as Row[]) : [];
  } catch (error) {
    throw classifyServerError(error, 'source');
  }
}

/** Takes the place of a question that this server cannot answer. */
const NOTHING = 'SELECT 1 FROM DUAL WHERE FALSE';

/** The rows of several statements, sent in one packet. Throws coded errors. */
async function queryEach(connection: Connection, statements: readonly string[]): Promise<Row[][]> {
  return (await queryRows(connection, statements.join(';'))) as unknown as Row[][];
}

/** The first column of the first row as text, '' for NULL or no row. */
export async function readScalar(connection: Connection, sql: string): Promise<string> {
  return scalar(await queryRows(connection, sql));
}

function scalar([row]: readonly Row[]): string {
  return row === undefined ? '' : scalarText(Object.values(row)[0]);
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}

function text(row: Row, name: string): string {
  return scalarText(row[name]);
}

function isSyntaxError(error: unknown): boolean {
  return OtterError.is(error) && error.context['errno'] === 1064;
}

/** `10.11.19-MariaDB-log` → 101119; MariaDB's `5.5.5-` prefix for old clients is dropped. */
function versionNumber(version: string): number {
  const match = /^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (!match) return 0;
  return Number(match[1]) * 10_000 + Number(match[2]) * 100 + Number(match[3]);
}
