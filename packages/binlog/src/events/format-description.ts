import { ByteCursor } from './byte-cursor.ts';
import { corrupt } from './corruption.ts';
import { CHECKSUM_LENGTH, HEADER_LENGTH } from './event-header.ts';

/** What FORMAT_DESCRIPTION says about the events after it. */
export interface LogFormat {
  serverVersion: string;
  /** Whether every later event ends with a CRC32. */
  checksum: boolean;
  /** Length of the fixed part of an event, by type code - 1. */
  postHeaderLengths: Buffer;
}

const CHECKSUM_OFF = 0;
const CHECKSUM_CRC32 = 1;

/**
 * ```
 * binlog version 2 | server version 50 | created 4 | header length 1 | post-header lengths n | checksum algorithm 1 | checksum 4
 * ```
 * Every server from MySQL 5.6 and MariaDB 5.3 on writes the last two fields, even with checksums off.
 * Throws LOG_CORRUPT.
 */
export function readFormat(event: Buffer): LogFormat {
  const cursor = new ByteCursor(event, HEADER_LENGTH);
  const version = cursor.uint16();
  if (version !== 4) throw corrupt(`the log has format version ${version}, not 4`);
  const serverVersion = cursor.bytes(50).toString('latin1').replace(/\0.*$/s, '');
  cursor.take(4);
  const headerLength = cursor.uint8();
  if (headerLength !== HEADER_LENGTH) throw corrupt(`events have headers of ${headerLength} bytes, not 19`);
  const lengths = cursor.remaining - 1 - CHECKSUM_LENGTH;
  if (lengths < 30) throw corrupt('FORMAT_DESCRIPTION is too short for a server of MySQL 5.6 or later');
  const postHeaderLengths = Buffer.from(cursor.bytes(lengths));
  const algorithm = cursor.uint8();
  if (algorithm !== CHECKSUM_OFF && algorithm !== CHECKSUM_CRC32) {
    throw corrupt(`checksum algorithm ${algorithm} is not known`);
  }
  return { serverVersion, checksum: algorithm === CHECKSUM_CRC32, postHeaderLengths };
}
