import { crc32 } from 'node:zlib';
import { RESIDUE } from './event-header.ts';

/**
 * What stands between two events of a run: five bytes that bring the CRC32 of an event and its checksum, RESIDUE, back
 * to 0, with which every CRC begins. So the CRC32 of a whole run is RESIDUE again when each of its checksums fits.
 */
const SEAM = [0x00, 0x80, 0xfd, 0xfb, 0xab] as const;
/** As many bytes as a packet has in front of its event: 4 of header, 1 of status. */
export const SEAM_LENGTH = SEAM.length;

/**
 * Events that came one behind the other in one piece of memory. One object for many events: a view of each and a call
 * into zlib for each cost more than decoding the small ones.
 */
export class EventRun {
  readonly buffer: Buffer;
  /** Start and end of each event in turn. */
  readonly bounds: number[];

  /** The first event; more can follow in the same buffer. */
  constructor(buffer: Buffer, start: number, end: number) {
    this.buffer = buffer;
    this.bounds = [start, end];
  }

  /** Bytes of the events. */
  get byteLength(): number {
    const { bounds } = this;
    return this.#end - (bounds[0] as number) - (bounds.length / 2 - 1) * SEAM_LENGTH;
  }

  get #end(): number {
    return this.bounds[this.bounds.length - 1] as number;
  }

  /** Adds an event that begins {@link SEAM_LENGTH} behind the last one, and overwrites what is in between. */
  add(start: number, end: number): boolean {
    const { buffer } = this;
    const seam = this.#end;
    if (start !== seam + SEAM_LENGTH) return false;
    buffer[seam] = SEAM[0];
    buffer[seam + 1] = SEAM[1];
    buffer[seam + 2] = SEAM[2];
    buffer[seam + 3] = SEAM[3];
    buffer[seam + 4] = SEAM[4];
    this.bounds.push(start, end);
    return true;
  }

  /** Whether every event ends with its checksum. `false` says nothing about a single one: they may have none. */
  get checksumsFit(): boolean {
    return crc32(this.buffer.subarray(this.bounds[0], this.#end)) === RESIDUE;
  }
}
