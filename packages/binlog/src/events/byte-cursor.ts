import { corrupt } from './corruption.ts';

const TWO_32 = 0x1_0000_0000;

/**
 * A place in a buffer that holds a body, up to `end`; behind it there may be a checksum. Every method either advances
 * past what it returns, which lies before `end`, or throws LOG_CORRUPT (or a RangeError that the decoder turns into one).
 */
export class ByteCursor {
  buffer: Buffer;
  offset: number;
  /** First byte behind the body. */
  readonly end: number;

  constructor(buffer: Buffer, offset = 0, end = buffer.length) {
    this.buffer = buffer;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** Moves over `length` bytes and returns where they began. */
  take(length: number): number {
    const start = this.offset;
    const end = start + length;
    if (!(length >= 0 && end <= this.end)) {
      throw corrupt(`${length} bytes are announced where ${this.end - start} are left`);
    }
    this.offset = end;
    return start;
  }

  uint8(): number {
    return this.buffer.readUInt8(this.take(1));
  }

  uint16(): number {
    return this.buffer.readUInt16LE(this.take(2));
  }

  uint32(): number {
    return this.buffer.readUInt32LE(this.take(4));
  }

  /** An unsigned little-endian integer of `length` bytes, 1 to 6. */
  uint(length: number): number {
    return this.buffer.readUIntLE(this.take(length), length);
  }

  /** Eight bytes that must fit a safe integer: offsets, sizes, sequence numbers. */
  safeUint64(): number {
    const start = this.take(8);
    const value = this.buffer.readUInt32LE(start) + this.buffer.readUInt32LE(start + 4) * TWO_32;
    if (!Number.isSafeInteger(value)) throw corrupt('a 64-bit number is larger than any this version can hold');
    return value;
  }

  bigUint64(): bigint {
    return this.buffer.readBigUInt64LE(this.take(8));
  }

  /** MySQL's length-encoded integer (net_field_length): 1, 3, 4 or 9 bytes. */
  lengthEncoded(): number {
    const first = this.uint8();
    if (first < 251) return first;
    if (first === 252) return this.uint16();
    if (first === 253) return this.uint(3);
    if (first === 254) return this.safeUint64();
    throw corrupt(`a length begins with byte ${first}`);
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const start = this.take(length);
    return this.buffer.subarray(start, start + length);
  }

  /** A view of everything left. */
  rest(): Buffer {
    return this.bytes(this.remaining);
  }

  /** UTF-8 text; identifiers of the server are always valid in it. */
  utf8(length: number): string {
    const start = this.take(length);
    return this.buffer.toString('utf8', start, start + length);
  }
}
