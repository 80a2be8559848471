import { OtterError, say, type ErrorCode } from '@otter/core';

/**
 * Which Otter error a server error number of a target stands for. Numbers below 1900 are shared by both
 * families; 1901-1999 and 4000-4999 are MariaDB's alone where not marked, 3000-3999 MySQL's.
 * Source: MySQL "Server Error Message Reference", MariaDB "MariaDB Error Code Reference".
 */
const CODE_OF_NUMBER: Readonly<Record<number, ErrorCode>> = {
  // The server cannot do it now, but will later.
  1020: 'TARGET_BUSY', // ER_CHECKREAD: record has changed since last read (innodb_snapshot_isolation of MariaDB 11)
  1040: 'TARGET_BUSY', // ER_CON_COUNT_ERROR: too many connections
  1041: 'TARGET_BUSY', // ER_OUT_OF_RESOURCES
  1053: 'TARGET_UNREACHABLE', // ER_SERVER_SHUTDOWN
  1094: 'TARGET_BUSY', // ER_NO_SUCH_THREAD: the thread to kill is gone
  1114: 'TARGET_BUSY', // ER_RECORD_FILE_FULL: a table or its file system is full
  1021: 'TARGET_BUSY', // ER_DISK_FULL
  1203: 'TARGET_BUSY', // ER_TOO_MANY_USER_CONNECTIONS
  1226: 'TARGET_BUSY', // ER_USER_LIMIT_REACHED
  1205: 'TARGET_BUSY', // ER_LOCK_WAIT_TIMEOUT
  1206: 'TARGET_BUSY', // ER_LOCK_TABLE_FULL
  1213: 'TARGET_BUSY', // ER_LOCK_DEADLOCK
  1317: 'TARGET_BUSY', // ER_QUERY_INTERRUPTED: KILL QUERY
  1412: 'TARGET_BUSY', // ER_TABLE_DEF_CHANGED: retry the transaction
  1613: 'TARGET_BUSY', // ER_XA_RBTIMEOUT
  1614: 'TARGET_BUSY', // ER_XA_RBDEADLOCK
  1615: 'TARGET_BUSY', // ER_NEED_REPREPARE
  1637: 'TARGET_BUSY', // ER_TOO_MANY_CONCURRENT_TRXS
  1969: 'TARGET_BUSY', // ER_STATEMENT_TIMEOUT (MariaDB max_statement_time)
  3024: 'TARGET_BUSY', // ER_QUERY_TIMEOUT (MySQL max_execution_time)
  3058: 'TARGET_BUSY', // ER_USER_LOCK_DEADLOCK
  3100: 'TARGET_BUSY', // ER_RUN_HOOK_ERROR: Group Replication refused the commit
  3101: 'TARGET_BUSY', // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: lost the certification of Group Replication
  3169: 'TARGET_UNREACHABLE', // ER_SESSION_WAS_KILLED
  3572: 'TARGET_BUSY', // ER_LOCK_NOWAIT
  3168: 'TARGET_BUSY', // ER_SERVER_ISNT_AVAILABLE
  3032: 'TARGET_READ_ONLY', // ER_SERVER_OFFLINE_MODE
  4031: 'TARGET_UNREACHABLE', // ER_CLIENT_INTERACTION_TIMEOUT (MySQL wait_timeout)

  // read_only, super_read_only, innodb_read_only, a read-only transaction or schema.
  1290: 'TARGET_READ_ONLY', // ER_OPTION_PREVENTS_STATEMENT
  1792: 'TARGET_READ_ONLY', // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836: 'TARGET_READ_ONLY', // ER_READ_ONLY_MODE
  1874: 'TARGET_READ_ONLY', // ER_INNODB_READ_ONLY
  3989: 'TARGET_READ_ONLY', // ER_SCHEMA_READ_ONLY
  1015: 'TARGET_BUSY', // ER_CANT_LOCK
  1099: 'TARGET_BUSY', // ER_TABLE_NOT_LOCKED_FOR_WRITE
  1223: 'TARGET_BUSY', // ER_CANT_UPDATE_WITH_READLOCK: FLUSH TABLES WITH READ LOCK

  // The connection is gone.
  1077: 'TARGET_UNREACHABLE', // ER_NORMAL_SHUTDOWN
  1078: 'TARGET_UNREACHABLE', // ER_GOT_SIGNAL
  1079: 'TARGET_UNREACHABLE', // ER_SHUTDOWN_COMPLETE
  1080: 'TARGET_UNREACHABLE', // ER_FORCING_CLOSE
  1129: 'TARGET_UNREACHABLE', // ER_HOST_IS_BLOCKED
  1152: 'TARGET_UNREACHABLE', // ER_ABORTING_CONNECTION
  1154: 'TARGET_UNREACHABLE', // ER_NET_READ_ERROR_FROM_PIPE
  1158: 'TARGET_UNREACHABLE', // ER_NET_READ_ERROR
  1159: 'TARGET_UNREACHABLE', // ER_NET_READ_INTERRUPTED
  1160: 'TARGET_UNREACHABLE', // ER_NET_ERROR_ON_WRITE
  1161: 'TARGET_UNREACHABLE', // ER_NET_WRITE_INTERRUPTED
  1184: 'TARGET_UNREACHABLE', // ER_NEW_ABORTING_CONNECTION
  1927: 'TARGET_UNREACHABLE', // ER_CONNECTION_KILLED (MariaDB)
  2002: 'TARGET_UNREACHABLE', // CR_CONNECTION_ERROR
  2003: 'TARGET_UNREACHABLE', // CR_CONN_HOST_ERROR
  2006: 'TARGET_UNREACHABLE', // CR_SERVER_GONE_ERROR
  2013: 'TARGET_UNREACHABLE', // CR_SERVER_LOST

  // The account may not.
  1044: 'ACCESS_DENIED', // ER_DBACCESS_DENIED_ERROR
  1045: 'ACCESS_DENIED', // ER_ACCESS_DENIED_ERROR
  1130: 'ACCESS_DENIED', // ER_HOST_NOT_PRIVILEGED
  1131: 'ACCESS_DENIED', // ER_PASSWORD_ANONYMOUS_USER
  1142: 'ACCESS_DENIED', // ER_TABLEACCESS_DENIED_ERROR
  1143: 'ACCESS_DENIED', // ER_COLUMNACCESS_DENIED_ERROR
  1227: 'ACCESS_DENIED', // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1370: 'ACCESS_DENIED', // ER_PROCACCESS_DENIED_ERROR: a function a trigger or default calls
  1410: 'ACCESS_DENIED', // ER_CANT_CREATE_USER_WITH_GRANT
  1449: 'ACCESS_DENIED', // ER_NO_SUCH_USER: the definer of a trigger or view does not exist
  1524: 'ACCESS_DENIED', // ER_PLUGIN_IS_NOT_LOADED: an authentication plugin
  1698: 'ACCESS_DENIED', // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1820: 'ACCESS_DENIED', // ER_MUST_CHANGE_PASSWORD
  1862: 'ACCESS_DENIED', // ER_MUST_CHANGE_PASSWORD_LOGIN
  3118: 'ACCESS_DENIED', // ER_ACCOUNT_HAS_BEEN_LOCKED (MySQL)
  3159: 'ACCESS_DENIED', // ER_SECURE_TRANSPORT_REQUIRED (MySQL)
  3955: 'ACCESS_DENIED', // ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK
  4151: 'ACCESS_DENIED', // ER_ACCOUNT_HAS_BEEN_LOCKED (MariaDB)

  // The key is taken.
  1022: 'ROW_EXISTS', // ER_DUP_KEY
  1062: 'ROW_EXISTS', // ER_DUP_ENTRY
  1169: 'ROW_EXISTS', // ER_DUP_UNIQUE
  1557: 'ROW_EXISTS', // ER_FOREIGN_DUPLICATE_KEY
  1586: 'ROW_EXISTS', // ER_DUP_ENTRY_WITH_KEY_NAME
  1761: 'ROW_EXISTS', // ER_FOREIGN_DUPLICATE_KEY_WITH_CHILD_INFO
  1762: 'ROW_EXISTS', // ER_FOREIGN_DUPLICATE_KEY_WITHOUT_CHILD_INFO
  1859: 'ROW_EXISTS', // ER_DUP_UNKNOWN_IN_INDEX

  // The table is not there.
  1049: 'TABLE_MISSING', // ER_BAD_DB_ERROR
  1051: 'TABLE_MISSING', // ER_BAD_TABLE_ERROR
  1109: 'TABLE_MISSING', // ER_UNKNOWN_TABLE
  1146: 'TABLE_MISSING', // ER_NO_SUCH_TABLE
  1932: 'TABLE_MISSING', // ER_NO_SUCH_TABLE_IN_ENGINE (MariaDB)

  // The statement does not fit the table any more.
  1054: 'SCHEMA_MISMATCH', // ER_BAD_FIELD_ERROR
  1110: 'SCHEMA_MISMATCH', // ER_FIELD_SPECIFIED_TWICE
  1136: 'SCHEMA_MISMATCH', // ER_WRONG_VALUE_COUNT_ON_ROW
  1267: 'SCHEMA_MISMATCH', // ER_CANT_AGGREGATE_2COLLATIONS
  1270: 'SCHEMA_MISMATCH', // ER_CANT_AGGREGATE_3COLLATIONS
  1271: 'SCHEMA_MISMATCH', // ER_CANT_AGGREGATE_NCOLLATIONS
  1115: 'SCHEMA_MISMATCH', // ER_UNKNOWN_CHARACTER_SET
  1273: 'SCHEMA_MISMATCH', // ER_UNKNOWN_COLLATION
  1288: 'SCHEMA_MISMATCH', // ER_NON_UPDATABLE_TABLE: the target is a view
  1347: 'SCHEMA_MISMATCH', // ER_WRONG_OBJECT
  1348: 'SCHEMA_MISMATCH', // ER_NONUPDATEABLE_COLUMN
  1471: 'SCHEMA_MISMATCH', // ER_NON_INSERTABLE_TABLE
  1906: 'SCHEMA_MISMATCH', // ER_WARNING_NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN (MariaDB)
  3105: 'SCHEMA_MISMATCH', // ER_NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN (MySQL)
  4078: 'SCHEMA_MISMATCH', // ER_ILLEGAL_PARAMETER_DATA_TYPES2_FOR_OPERATION (MariaDB)
  4161: 'SCHEMA_MISMATCH', // ER_UNKNOWN_DATA_TYPE (MariaDB)

  // One packet, or one row, is too long.
  1105: 'ROW_REFUSED', // ER_UNKNOWN_ERROR
  1118: 'ROW_TOO_LARGE', // ER_TOO_BIG_ROWSIZE
  1139: 'ROW_REFUSED', // ER_REGEXP_ERROR: in a CHECK
  1153: 'ROW_TOO_LARGE', // ER_NET_PACKET_TOO_LARGE
  1162: 'ROW_TOO_LARGE', // ER_TOO_LONG_STRING
  1301: 'ROW_TOO_LARGE', // ER_WARN_ALLOWED_PACKET_OVERFLOWED
  1534: 'ROW_TOO_LARGE', // ER_BINLOG_ROW_LOGGING_FAILED
  1197: 'ROW_TOO_LARGE', // ER_TRANS_CACHE_FULL: max_binlog_cache_size
  1705: 'ROW_TOO_LARGE', // ER_STMT_CACHE_FULL

  // The server refuses the value.
  1048: 'ROW_REFUSED', // ER_BAD_NULL_ERROR
  1216: 'ROW_REFUSED', // ER_NO_REFERENCED_ROW
  1217: 'ROW_REFUSED', // ER_ROW_IS_REFERENCED
  1263: 'ROW_REFUSED', // ER_WARN_NULL_TO_NOTNULL
  1264: 'ROW_REFUSED', // ER_WARN_DATA_OUT_OF_RANGE
  1265: 'ROW_REFUSED', // WARN_DATA_TRUNCATED
  1291: 'ROW_REFUSED', // ER_DUPLICATED_VALUE_IN_TYPE
  1292: 'ROW_REFUSED', // ER_TRUNCATED_WRONG_VALUE
  1300: 'ROW_REFUSED', // ER_INVALID_CHARACTER_STRING
  1364: 'ROW_REFUSED', // ER_NO_DEFAULT_FOR_FIELD
  1365: 'ROW_REFUSED', // ER_DIVISION_BY_ZERO: in a generated column
  1366: 'ROW_REFUSED', // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
  1367: 'ROW_REFUSED', // ER_ILLEGAL_VALUE_FOR_TYPE
  1369: 'ROW_REFUSED', // ER_VIEW_CHECK_FAILED
  1406: 'ROW_REFUSED', // ER_DATA_TOO_LONG
  1411: 'ROW_REFUSED', // ER_WRONG_VALUE_FOR_TYPE
  1416: 'ROW_REFUSED', // ER_CANT_CREATE_GEOMETRY_OBJECT
  1441: 'ROW_REFUSED', // ER_DATETIME_FUNCTION_OVERFLOW
  1442: 'ROW_REFUSED', // ER_CANT_UPDATE_USED_TABLE_IN_SF_OR_TRG
  1451: 'ROW_REFUSED', // ER_ROW_IS_REFERENCED_2
  1452: 'ROW_REFUSED', // ER_NO_REFERENCED_ROW_2
  1526: 'ROW_REFUSED', // ER_NO_PARTITION_FOR_GIVEN_VALUE
  1591: 'ROW_REFUSED', // ER_NO_PARTITION_FOR_GIVEN_VALUE_SILENT
  1644: 'ROW_REFUSED', // ER_SIGNAL_EXCEPTION: a trigger said no
  1690: 'ROW_REFUSED', // ER_DATA_OUT_OF_RANGE
  1748: 'ROW_REFUSED', // ER_ROW_DOES_NOT_MATCH_GIVEN_PARTITION_SET
  3140: 'ROW_REFUSED', // ER_INVALID_JSON_TEXT
  3141: 'ROW_REFUSED', // ER_INVALID_JSON_TEXT_IN_PARAM
  3143: 'ROW_REFUSED', // ER_INVALID_JSON_PATH
  3144: 'ROW_REFUSED', // ER_INVALID_JSON_CHARSET
  3150: 'ROW_REFUSED', // ER_JSON_VALUE_TOO_BIG
  3157: 'ROW_REFUSED', // ER_JSON_DOCUMENT_TOO_DEEP
  3516: 'ROW_REFUSED', // ER_GIS_... a geometry of another SRS
  3548: 'ROW_REFUSED', // ER_SRS_NOT_FOUND
  3643: 'ROW_REFUSED', // ER_WRONG_SRID_FOR_COLUMN
  3732: 'ROW_REFUSED', // ER_GEOMETRY_PARAM_LONGITUDE_OUT_OF_RANGE
  3617: 'ROW_REFUSED', // ER_GEOMETRY_PARAM_LATITUDE_OUT_OF_RANGE
  3819: 'ROW_REFUSED', // ER_CHECK_CONSTRAINT_VIOLATED (MySQL)
  3903: 'ROW_REFUSED', // ER_INVALID_JSON_VALUE_FOR_FUNC_INDEX
  3904: 'ROW_REFUSED', // ER_JSON_VALUE_OUT_OF_RANGE_FOR_FUNC_INDEX
  4025: 'ROW_REFUSED', // ER_CONSTRAINT_FAILED (MariaDB CHECK)
  4038: 'ROW_REFUSED', // ER_JSON_SYNTAX (MariaDB)

  // Our own SQL is wrong.
  1064: 'INTERNAL', // ER_PARSE_ERROR
  1065: 'INTERNAL', // ER_EMPTY_QUERY
  1193: 'NOT_SUPPORTED', // ER_UNKNOWN_SYSTEM_VARIABLE
  1231: 'NOT_SUPPORTED', // ER_WRONG_VALUE_FOR_VAR
  1235: 'NOT_SUPPORTED', // ER_NOT_SUPPORTED_YET
  1305: 'NOT_SUPPORTED', // ER_SP_DOES_NOT_EXIST: a function this version lacks
};

/** Codes of Node.js and mysql2 that mean: no connection, or not any more. */
const NETWORK_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOENT', // a socket file that does not exist (yet)
  'ENOTCONN',
  'ENOTFOUND',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_QUIT',
]);

/** A setting of the operator that no retry can cure: the certificate, its name, the protocol version. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HANDSHAKE_(NO_SSL|SSL))/;

interface DriverError {
  message: string;
  code?: string;
  errno?: number;
  sqlState?: string;
  fatal?: boolean;
}

/** Where an error came up. */
export interface FailurePlace {
  /** Which side of the pipeline the server is. @default 'target' */
  side?: 'source' | 'target';
  /** `user@host:port`. */
  server: string;
  /** Index of the statement inside its packet, counted from 0. */
  statement?: number;
}

/**
 * The OtterError for an error of the driver or the server. Its context holds `server`, `errno`, `sqlState`
 * (server errors), `code` (network errors) and `statement`, the 0-based index inside the packet. The detail
 * is the server's message with quoted row values cut out; the driver's error is not kept as cause, since
 * it carries the whole SQL text.
 */
export function classifyTargetError(error: unknown, place: FailurePlace): OtterError {
  if (OtterError.is(error)) return error;
  const driver = error as DriverError;
  const context: Record<string, string | number> = { server: place.server };
  if (place.statement !== undefined) context['statement'] = place.statement;
  const fromServer = typeof driver.sqlState === 'string' && typeof driver.errno === 'number';
  if (fromServer) {
    context['errno'] = driver.errno as number;
    context['sqlState'] = driver.sqlState as string;
  } else if (driver.code !== undefined) {
    context['code'] = driver.code;
  }
  const message = withoutValues(String(driver.message ?? error));
  const side = place.side ?? 'target';
  const code = codeOf(driver, fromServer);
  const coded = side === 'source' && code === 'TARGET_UNREACHABLE' ? 'SOURCE_UNREACHABLE' : code;
  return new OtterError(coded, {
    detail: fromServer ? say(`${side}-said`, { errno: driver.errno as number, message }) : message,
    context,
  });
}

function codeOf(driver: DriverError, fromServer: boolean): ErrorCode {
  if (fromServer) {
    const errno = driver.errno as number;
    if (errno === 1290 && !/read[-_]only/i.test(driver.message)) return 'ROW_REFUSED';
    const code = CODE_OF_NUMBER[errno];
    if (code !== undefined) return code;
    if (driver.sqlState === '40001') return 'TARGET_BUSY';
    if (driver.sqlState?.startsWith('28')) return 'ACCESS_DENIED';
    if (driver.sqlState?.startsWith('08')) return 'TARGET_UNREACHABLE';
    if (driver.sqlState?.startsWith('23')) return 'ROW_REFUSED';
    // Unknown: stop the table with the server's words rather than the pipeline.
    return 'ROW_REFUSED';
  }
  const code = driver.code ?? '';
  if (NETWORK_CODES.has(code)) return 'TARGET_UNREACHABLE';
  if (TLS_CODE.test(code)) return 'ACCESS_DENIED';
  // mysql2 raises a few connection errors with neither code nor errno.
  if (driver.fatal === true || /closed state|connection is closed|Connection lost/i.test(driver.message ?? '')) {
    return 'TARGET_UNREACHABLE';
  }
  return 'INTERNAL';
}

/** Messages quote the row's values: `Duplicate entry '…' for key 'k'`; a log must not. */
const QUOTED_VALUES: readonly (readonly [RegExp, string])[] = [
  [/^(Duplicate entry )'[\s\S]*'( for key )/i, "$1'…'$2"],
  [/^(Can't write, because of unique constraint)[\s\S]*/i, '$1'],
  [/((?:Incorrect|Truncated incorrect|Invalid|Illegal)[^:']* value: )'[\s\S]*?'(?= for | at row |$)/i, "$1'…'"],
  [/((?:Incorrect|Truncated incorrect|Invalid) [\w() ]* ?value: )'[\s\S]*'/i, "$1'…'"],
  [/(character string: )'[\s\S]*'/i, "$1'…'"],
  [/^(Table has no partition for value )[\s\S]*/i, '$1…'],
  [/( near )'[\s\S]*'( at line \d+)/i, "$1'…'$2"],
  [/( value is out of range in )'[\s\S]*'/i, "$1'…'"],
];

function withoutValues(message: string): string {
  let text = message;
  for (const [pattern, replacement] of QUOTED_VALUES) text = text.replace(pattern, replacement);
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
