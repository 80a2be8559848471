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
 * Throws LOG_CORRUPT when the size is not that of the buffer.
 */
export function readHeader(event: Buffer): EventHeader {
  if (event.length < HEADER_LENGTH) throw corrupt(`an event of ${event.length} bytes is shorter than its header`);
  const eventSize = event.readUInt32LE(9);
  if (eventSize !== event.length) {
    throw corrupt(`an event says it has ${eventSize} bytes and has ${event.length}`);
  }
  return {
    timestamp: event.readUInt32LE(0),
    typeCode: event.readUInt8(4),
    serverId: event.readUInt32LE(5),
    eventSize,
    nextOffset: event.readUInt32LE(13),
    flags: event.readUInt16LE(FLAGS_OFFSET),
  };
}

/** CRC32 of any bytes followed by their own CRC32, little-endian: the residue of the polynomial (RFC 1662, C.2). */
const RESIDUE = 0x2144df1c;

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
