import type { GtidFlavor } from '@otter/core';
import { ByteCursor } from './byte-cursor.ts';
import { corrupt } from './corruption.ts';
import type { EventHeader, LogEvent } from './log-event.ts';

type Heartbeat = Extract<LogEvent, { type: 'heartbeat' }>;

/** HEARTBEAT: the file name; the offset is that of the header. MariaDB puts offsets above 4 GiB in front of the name. */
export function readHeartbeat(header: EventHeader, cursor: ByteCursor, flavor: GtidFlavor): Heartbeat {
  const offset = flavor === 'mariadb' && header.nextOffset === 0 ? cursor.safeUint64() : header.nextOffset;
  return { type: 'heartbeat', header, offset, file: cursor.utf8(cursor.remaining) };
}

/** Fields of HEARTBEAT_V2 (MySQL `codecs/binary.cpp`). */
const FIELD = { END: 0, FILE: 1, OFFSET: 2 } as const;

/** HEARTBEAT_V2, for offsets above 4 GiB: `{ field | length | value } | 0`, numbers length-encoded. */
export function readHeartbeatV2(header: EventHeader, cursor: ByteCursor): Heartbeat {
  let file: string | null = null;
  let offset: number | null = null;
  while (cursor.remaining > 0) {
    const field = cursor.lengthEncoded();
    if (field === FIELD.END) break;
    const value = new ByteCursor(cursor.bytes(cursor.lengthEncoded()));
    if (field === FIELD.FILE) file = value.utf8(value.remaining);
    else if (field === FIELD.OFFSET) offset = value.lengthEncoded();
  }
  if (file === null || offset === null) throw corrupt('HEARTBEAT_V2 lacks its file or offset');
  return { type: 'heartbeat', header, file, offset };
}
