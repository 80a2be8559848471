import { OtterError, say, type ErrorCode } from '@otter/core';

/** ER_MASTER_FATAL_ERROR_READING_BINLOG: everything the dump thread finds wrong with log or request. */
const READING_LOG = 1236;

/** The server's own words for each case, MySQL 5.6 to 9.7 and MariaDB 10.5 to 11.8; the first match wins. */
const TEXTS: [RegExp, ErrorCode][] = [
  [/same server_(uu)?id/i, 'SERVER_ID_CLASH'],
  [/more GTIDs than the (master|source)/i, 'LOG_AHEAD'],
  [/position > file size|impossible position|which is not in the (master|source)/i, 'LOG_AHEAD'],
  [/purged|could not find first log file|could not find GTID state|too old/i, 'LOG_PURGED'],
  [/server.?id was not set|binary log is not open|not configured as/i, 'LOG_FORMAT'],
  [/GTID_MODE/i, 'POSITION_INVALID'],
];

const DENIED = new Set([1045, 1044, 1142, 1143, 1227, 1698]);

/** What an error packet in a dump means. */
export function dumpError(errno: number, message: string): OtterError {
  return new OtterError(dumpErrorCode(errno, message), {
    detail: say('log-source-said', { errno, message }),
    context: { errno },
  });
}

function dumpErrorCode(errno: number, message: string): ErrorCode {
  if (DENIED.has(errno)) return 'ACCESS_DENIED';
  const known = TEXTS.find(([pattern]) => pattern.test(message));
  if (known) return known[1];
  return errno === READING_LOG ? 'LOG_CORRUPT' : 'SOURCE_UNREACHABLE';
}
