import { OtterError, type Gtid } from '@otter/core';
import type { ByteCursor } from './byte-cursor.ts';
import { corrupt } from './corruption.ts';
import type { EventHeader, LogEvent } from './log-event.ts';

type GtidEvent = Extract<LogEvent, { type: 'gtid' }>;

const LOGICAL_TIMESTAMP = 2;
/** High bit of the 7-byte commit time: a second time, that of the original server, follows. */
const ORIGINAL_FOLLOWS = 2 ** 55;

/**
 * GTID and ANONYMOUS_GTID of MySQL. 5.6 ends after the number, 5.7 after the logical clock.
 * ```
 * flags 1 | uuid 16 | number 8 | 2 | last committed 8 | sequence number 8 | commit time 7 [| original 7] | …
 * ```
 */
export function readGtid(header: EventHeader, cursor: ByteCursor, anonymous: boolean): GtidEvent {
  cursor.uint8();
  const uuid = uuidText(cursor.bytes(16));
  const sequence = cursor.safeUint64();
  if (!anonymous && sequence === 0) throw corrupt('a GTID has number 0');
  const event = plainGtid(header, anonymous ? null : { domain: uuid, server: 0, sequence });
  if (cursor.remaining < 17 || cursor.uint8() !== LOGICAL_TIMESTAMP) return event;
  event.lastCommitted = cursor.safeUint64();
  event.sequenceNumber = cursor.safeUint64();
  if (cursor.remaining < 7) return event;
  let micros = uint56(cursor);
  if (micros >= ORIGINAL_FOLLOWS) micros = uint56(cursor);
  event.committedAtMs = Math.floor(micros / 1000);
  return event;
}

function plainGtid(header: EventHeader, gtid: Gtid | null): GtidEvent {
  return {
    type: 'gtid',
    header,
    gtid,
    committedAtMs: null,
    standalone: false,
    undone: false,
    lastCommitted: 0,
    sequenceNumber: 0,
    xa: 'none',
    threadId: null,
  };
}

function uint56(cursor: ByteCursor): number {
  const low = cursor.uint(4);
  return low + cursor.uint(3) * 2 ** 32;
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Fields of GTID_TAGGED by their id in MySQL's `Gtid_event::define_fields`. */
const TAGGED = { FLAGS: 0, UUID: 1, NUMBER: 2, TAG: 3, LAST: 4, SEQUENCE: 5, COMMITTED: 6, ORIGINAL: 7 } as const;
/** The commit group ticket. */
const LAST_KNOWN = 11n;

/**
 * GTID_TAGGED (MySQL 8.3 and later), written by the serialization library (`libs/mysql/serialization`, readme):
 * ```
 * format version | size | last field a reader must know | { field id | value }
 * ```
 * every number as a variable-length integer. Fields come in ascending order and absent ones are left out;
 * those after the commit times mean nothing here.
 */
export function readTaggedGtid(header: EventHeader, cursor: ByteCursor): GtidEvent {
  const version = varlen(cursor);
  if (version !== 0n && version !== 1n && version !== 2n) throw corrupt(`GTID_TAGGED has format ${version}`);
  varlen(cursor);
  const lastRequired = varlen(cursor);
  if (lastRequired > LAST_KNOWN) {
    throw new OtterError('EVENT_UNKNOWN', {
      detail: `GTID_TAGGED has a field ${lastRequired} that must be understood`,
    });
  }
  const event = plainGtid(header, null);
  let uuid = '';
  let tag = '';
  let sequence = -1;
  let committed: bigint | null = null;
  fields: while (cursor.remaining > 0) {
    const id = Number(varlen(cursor));
    switch (id) {
      case TAGGED.FLAGS:
        varlen(cursor);
        break;
      case TAGGED.UUID:
        // An array of 16 unsigned integers, each of variable length.
        uuid = uuidText(Buffer.from(Array.from({ length: 16 }, () => byte(varlen(cursor)))));
        break;
      case TAGGED.NUMBER:
        sequence = safe(signed(varlen(cursor)));
        break;
      case TAGGED.TAG:
        tag = cursor.utf8(safe(varlen(cursor)));
        break;
      case TAGGED.LAST:
        event.lastCommitted = safe(signed(varlen(cursor)));
        break;
      case TAGGED.SEQUENCE:
        event.sequenceNumber = safe(signed(varlen(cursor)));
        break;
      case TAGGED.COMMITTED:
      case TAGGED.ORIGINAL:
        committed = varlen(cursor);
        break;
      default:
        break fields;
    }
  }
  if (uuid === '' || sequence < 1) throw corrupt('GTID_TAGGED lacks its UUID or number');
  event.gtid = { domain: tag === '' ? uuid : `${uuid}:${tag}`, server: 0, sequence };
  event.committedAtMs = committed === null ? null : safe(committed / 1000n);
  return event;
}

/** As many bytes as the first one has trailing ones, plus one; the value is what is left of all of them. */
function varlen(cursor: ByteCursor): bigint {
  const first = cursor.uint8();
  let more = 0;
  while (more < 8 && (first & (1 << more)) !== 0) more += 1;
  let value = more === 8 ? 0n : BigInt(first >> (more + 1));
  const shift = more === 8 ? 0 : 7 - more;
  for (let i = 0; i < more; i += 1) value |= BigInt(cursor.uint8()) << BigInt(shift + 8 * i);
  return value;
}

function byte(value: bigint): number {
  if (value > 255n) throw corrupt('a byte of a UUID is larger than 255');
  return Number(value);
}

/** Signed numbers carry their sign in the lowest bit. */
function signed(value: bigint): bigint {
  return (value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n;
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -1n) throw corrupt('a number of a GTID is out of range');
  return Number(value);
}

const FL_STANDALONE = 1;
const FL_GROUP_COMMIT_ID = 2;
const FL_PREPARED_XA = 64;
const FL_COMPLETED_XA = 128;
/** Of the second byte of flags, which is 0 or absent in most events. */
const FL_START_ALTER = 2;
const FL_ROLLBACK_ALTER = 8;
const FL_MULTI_ENGINE = 1;
const FL_COMMIT_ALTER = 4;
const FL_THREAD_ID = 16;

/** GTID of MariaDB: `number 8 | domain 4 | flags 1 | [commit id 8] | [XA name] | [more flags 1 | [engines 1] | [number of the ALTER 8] | [thread 4]] | …`; its server id is that of the header. */
export function readMariaGtid(header: EventHeader, cursor: ByteCursor): GtidEvent {
  const sequence = cursor.safeUint64();
  const domain = cursor.uint32();
  const flags = cursor.uint8();
  const event = plainGtid(header, { domain: String(domain), server: header.serverId, sequence });
  event.standalone = (flags & FL_STANDALONE) !== 0;
  if ((flags & FL_PREPARED_XA) !== 0) event.xa = 'prepare';
  else if ((flags & FL_COMPLETED_XA) !== 0) event.xa = 'decide';
  if ((flags & FL_GROUP_COMMIT_ID) !== 0) cursor.take(8);
  // Behind the name of an XA transaction nothing of interest follows.
  const more = event.xa === 'none' && cursor.remaining > 0 ? cursor.uint8() : 0;
  event.undone = (more & (FL_START_ALTER | FL_ROLLBACK_ALTER)) !== 0;
  if ((more & FL_THREAD_ID) !== 0) {
    cursor.take(
      ((more & FL_MULTI_ENGINE) !== 0 ? 1 : 0) + ((more & (FL_COMMIT_ALTER | FL_ROLLBACK_ALTER)) !== 0 ? 8 : 0),
    );
    event.threadId = cursor.uint32();
  }
  return event;
}
