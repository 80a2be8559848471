import { OtterError } from '@otter/core';
import type { EventHeader } from '../events/log-event.ts';

const LOW = 2 ** 32;
/** Events a server leaves out of the stream make holes; none is larger than one event. */
const HOLE_BYTES_MAX = 2 ** 30;
const FORMAT_DESCRIPTION = 15;
const HEARTBEAT = 27;
const FLAG_ARTIFICIAL = 0x20;

/**
 * Follows file and offset through a stream of events. The header holds only the low 32 bits of the offset after the
 * event, so the high ones are carried along.
 */
export class LogCoordinates {
  file: string;
  /** Offset after the last event. */
  offset: number;

  /** `offset` matters only above 4 GiB, when the server is to find the place in the same file by GTID. */
  constructor(file: string, offset: number) {
    this.file = file;
    this.offset = offset;
  }

  /** A ROTATE event: the log goes on at the place it names. */
  rotate(file: string, offset: number): void {
    // A dump by GTID names offset 4 wherever it begins; only we know that the place is past 4 GiB.
    const known = file === this.file && this.offset >= LOW && offset === 4;
    this.file = file;
    if (!known) this.offset = offset;
  }

  /** Any other event. Throws LOG_CORRUPT when offsets go backwards. */
  advance(header: EventHeader): void {
    const next = header.nextOffset;
    if (next === 0 || (header.flags & FLAG_ARTIFICIAL) !== 0) return;
    // A heartbeat repeats where the last event ended.
    if (header.typeCode === HEARTBEAT) return;
    const offset = this.offset;
    // The FORMAT_DESCRIPTION at the beginning of every dump comes from the start of the file.
    if (header.typeCode === FORMAT_DESCRIPTION && next !== offset + header.eventSize) return;
    const low = offset % LOW;
    if (next > low) {
      this.offset = offset - low + next;
    } else if (low + header.eventSize + HOLE_BYTES_MAX >= LOW) {
      this.offset = offset - low + LOW + next;
    } else {
      throw new OtterError('LOG_CORRUPT', {
        detail: `an event of type ${header.typeCode} after ${this.file}:${offset} says it ends at ${next}`,
      });
    }
  }
}
