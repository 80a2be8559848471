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

/**
 * Reads everything a reader must know before it can dump. Needs REPLICATION CLIENT (MariaDB: BINLOG MONITOR).
 * Throws SOURCE_UNREACHABLE, ACCESS_DENIED.
 */
export async function readSourceFacts(connection: Connection): Promise<SourceFacts> {
  const names = VARIABLES.map((name) => `'${name}'`).join(',');
  const rows = await queryRows(connection, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`);
  const variables = new Map(rows.map((row) => [text(row, 'Variable_name').toLowerCase(), text(row, 'Value')]));
  const variable = (name: string): string => variables.get(name) ?? '';
  const version = variable('version');
  const flavor: GtidFlavor = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  const logBin = variable('log_bin').toUpperCase() === 'ON';
  const gtidMode = flavor === 'mariadb' ? 'ON' : variable('gtid_mode').toUpperCase() || 'OFF';
  const serverId = Number(variable('server_id'));
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
    end: logBin ? await readLogEnd(connection, flavor) : { file: '', offset: 0, gtid: '' },
    logs: logBin ? await readLogFiles(connection) : [],
    gtidPurged:
      gtidMode === 'ON' && flavor === 'mysql' ? await readScalar(connection, 'SELECT @@GLOBAL.gtid_purged') : '',
    lowerCaseTableNames: Number(variable('lower_case_table_names')),
    collations: await readCollations(connection),
  };
}

/** Where the log ends now. On MySQL the set may lag behind the offset by transactions that are just committing. */
export async function readLogEnd(
  connection: Connection,
  flavor: GtidFlavor,
): Promise<{ file: string; offset: number; gtid: string }> {
  let end = await readStatus(connection, flavor);
  if (flavor === 'mysql') return end;
  // MariaDB shows the two halves in two places: ask until the offset stood still in between.
  for (let tries = 0; tries < 5; tries++) {
    const gtid = await readScalar(connection, 'SELECT @@GLOBAL.gtid_binlog_pos');
    const again = await readStatus(connection, flavor);
    if (again.file === end.file && again.offset === end.offset) return { ...end, gtid };
    end = again;
  }
  return { ...end, gtid: await binlogGtidPosition(connection, end.file, end.offset) };
}

async function readStatus(
  connection: Connection,
  flavor: GtidFlavor,
): Promise<{ file: string; offset: number; gtid: string }> {
  let refusal: unknown;
  // MySQL since 8.4 knows only the first, MySQL before 8.2 and MariaDB know only the second.
  for (const sql of flavor === 'mysql' ? ['SHOW BINARY LOG STATUS', 'SHOW MASTER STATUS'] : ['SHOW MASTER STATUS']) {
    try {
      const [row] = await queryRows(connection, sql);
      if (!row) return { file: '', offset: 0, gtid: '' };
      return {
        file: text(row, 'File'),
        offset: Number(text(row, 'Position')),
        gtid: text(row, 'Executed_Gtid_Set').replace(/\s+/g, ''),
      };
    } catch (error) {
      refusal = error;
      if (!isSyntaxError(error)) throw error;
    }
  }
  throw refusal;
}

/** The server's binary logs, oldest first. */
export async function readLogFiles(connection: Connection): Promise<LogFile[]> {
  const rows = await queryRows(connection, 'SHOW BINARY LOGS');
  return rows.map((row) => ({ name: text(row, 'Log_name'), size: Number(text(row, 'File_size')) }));
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

async function readCollations(connection: Connection): Promise<Map<number, { charset: string; collation: string }>> {
  const collations = new Map<number, { charset: string; collation: string }>();
  const add = (row: Row): void => {
    const id = Number(row['id']);
    if (row['id'] === null || row['cs'] === null || !Number.isSafeInteger(id)) return;
    collations.set(id, { charset: text(row, 'cs').toLowerCase(), collation: text(row, 'name').toLowerCase() });
  };
  const columns = 'ID AS id, CHARACTER_SET_NAME AS cs';
  const plain = `SELECT ${columns}, COLLATION_NAME AS name FROM information_schema.COLLATIONS`;
  for (const row of await queryRows(connection, plain)) add(row);
  // MariaDB 10.10 and later: the uca1400 collations have ids only per character set, and only here.
  const full =
    `SELECT ${columns}, FULL_COLLATION_NAME AS name ` + 'FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY';
  try {
    for (const row of await queryRows(connection, full)) add(row);
  } catch (error) {
    if (!hasErrno(error, 1054)) throw error;
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

/** The first column of the first row as text, '' for NULL or no row. */
export async function readScalar(connection: Connection, sql: string): Promise<string> {
  const [row] = await queryRows(connection, sql);
  const value = row === undefined ? null : Object.values(row)[0];
  return scalarText(value);
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}

function text(row: Row, name: string): string {
  return scalarText(row[name]);
}

function isSyntaxError(error: unknown): boolean {
  return hasErrno(error, 1064);
}

function hasErrno(error: unknown, errno: number): boolean {
  return OtterError.is(error) && error.context['errno'] === errno;
}

/** `10.11.19-MariaDB-log` → 101119; MariaDB's `5.5.5-` prefix for old clients is dropped. */
function versionNumber(version: string): number {
  const match = /^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (!match) return 0;
  return Number(match[1]) * 10_000 + Number(match[2]) * 100 + Number(match[3]);
}
