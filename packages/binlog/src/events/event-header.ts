import { crc32 } from 'node:zlib';
import { corrupt } from './corruption.ts';
import { LOG_EVENT_BINLOG_IN_USE_F } from './event-type.ts';
import type { EventHeader } from './log-event.ts';

/** Bytes of the header of every event of binlog version 4. */
export const HEADER_LENGTH = 19;
export const CHECKSUM_LENGTH = 4;

const FLAGS_OFFSET = 17;

/**
 * ```
 * timestamp 4 | type 1 | server id 4 | event size 4 | next position 4 | flags 2
 * ```
 * Throws LOG_CORRUPT when the size is not that of the bytes from `start` to `end`.
 */
export function readHeader(bytes: Buffer, start: number, end: number): EventHeader {
  const length = end - start;
  if (length < HEADER_LENGTH) throw corrupt(`an event of ${length} bytes is shorter than its header`);
  const eventSize = bytes.readUInt32LE(start + 9);
  if (eventSize !== length) {
    throw corrupt(`an event says it has ${eventSize} bytes and has ${length}`);
  }
  return {
    timestamp: bytes.readUInt32LE(start),
    typeCode: bytes[start + 4] as number,
    serverId: bytes.readUInt32LE(start + 5),
    eventSize,
    nextOffset: bytes.readUInt32LE(start + 13),
    flags: bytes.readUInt16LE(start + FLAGS_OFFSET),
    start,
  };
}

/** CRC32 of any bytes followed by their own CRC32, little-endian: the residue of the polynomial (RFC 1662, C.2). */
export const RESIDUE = 0x2144df1c;

/** Whether the last four bytes are the CRC32 of all before them. */
export function checksumFits(event: Buffer): boolean {
  return event.length >= HEADER_LENGTH + CHECKSUM_LENGTH && crc32(event) === RESIDUE;
}

/**
 * The same for FORMAT_DESCRIPTION: the server sets the "in use" flag of a log's first event after it computed
 * the checksum (MySQL `Log_event_footer::event_checksum_test`), so the flag counts as clear.
 */
export function formatChecksumFits(event: Buffer): boolean {
  const flags = event.readUInt16LE(FLAGS_OFFSET);
  if ((flags & LOG_EVENT_BINLOG_IN_USE_F) === 0) return checksumFits(event);
  const copy = Buffer.from(event);
  copy.writeUInt16LE(flags & ~LOG_EVENT_BINLOG_IN_USE_F, FLAGS_OFFSET);
  return checksumFits(copy);
}
