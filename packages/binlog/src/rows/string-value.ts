import { isUtf8 } from 'node:buffer';
import { inflateRawSync, inflateSync } from 'node:zlib';
import { corrupt } from '../events/corruption.ts';

/** Node's own slices, which Buffer.toString dispatches to and @types/node does not list. */
interface SliceableBuffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** Latin-1 text of a part of a buffer, without looking up an encoding by name. */
function latin1Slice(buffer: Buffer, start: number, end: number): string {
  return (buffer as unknown as SliceableBuffer).latin1Slice(start, end);
}

function utf8Slice(buffer: Buffer, start: number, end: number): string {
  return (buffer as unknown as SliceableBuffer).utf8Slice(start, end);
}

/** Up to here, looking at each byte costs less than a second call into the runtime. */
const SHORT = 256;

/** A string when the bytes are UTF-8, else a copy of the bytes (design §5, "Values"). */
export function readText(buffer: Buffer, start: number, length: number): string | Buffer {
  if (length === 0) return '';
  const end = start + length;
  if (length <= SHORT && isAscii(buffer, start, end)) return latin1Slice(buffer, start, end);
  const text = utf8Slice(buffer, start, end);
  // The replacement character may stand in the value itself; only then the bytes are looked at again.
  if (text.includes('\ufffd') && !isUtf8(buffer.subarray(start, end))) return copy(buffer, start, end);
  return text;
}

function isAscii(buffer: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if ((buffer[i] as number) >= 0x80) return false;
  return true;
}

/** A copy, for a view would keep the whole event in memory; filled with zero bytes up to `width`. */
export function readBinary(buffer: Buffer, start: number, length: number, width: number): Buffer {
  if (length >= width) return copy(buffer, start, start + length);
  const value = Buffer.alloc(width);
  buffer.copy(value, 0, start, start + length);
  return value;
}

function copy(buffer: Buffer, start: number, end: number): Buffer {
  const value = Buffer.allocUnsafeSlow(end - start);
  buffer.copy(value, 0, start, end);
  return value;
}

/** Longest value of any column. */
const INFLATED_MAX = 2 ** 30;

/**
 * The value of a COMPRESSED column of MariaDB (`field_comp.cc`): nothing for an empty one, else a byte and
 * what it says: 0, the value itself; 0x8n, its length in n bytes, big-endian, and zlib; 8 added, raw deflate.
 * Throws LOG_CORRUPT.
 */
export function uncompressed(stored: Buffer): Buffer {
  if (stored.length === 0) return Buffer.alloc(0);
  const head = stored.readUInt8(0);
  if (head === 0) return Buffer.from(stored.subarray(1));
  const lengthBytes = head & 0x07;
  if (head >> 4 !== 8 || lengthBytes < 1 || lengthBytes > 4) {
    throw corrupt(`a compressed column begins with byte ${head}`);
  }
  const length = stored.readUIntBE(1, lengthBytes);
  if (length > INFLATED_MAX) throw corrupt(`a compressed column announces ${length} bytes`);
  const options = { maxOutputLength: Math.max(length, 1) };
  const deflated = stored.subarray(1 + lengthBytes);
  const value = (head & 0x08) === 0 ? inflateSync(deflated, options) : inflateRawSync(deflated, options);
  if (value.length !== length) throw corrupt(`a compressed column has ${value.length} bytes, not ${length}`);
  return value;
}
