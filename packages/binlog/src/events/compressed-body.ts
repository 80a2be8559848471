import { inflateSync } from 'node:zlib';
import type { ByteCursor } from './byte-cursor.ts';
import { corrupt } from './corruption.ts';

/** No server accepts a packet, and so no event, above 1 GiB. */
const INFLATED_MAX = 2 ** 30;

/**
 * What MariaDB compresses of an event with `log_bin_compress`: `0x80 | length bytes | length, big-endian | zlib`
 * (MariaDB `binlog_buf_compress`). Throws LOG_CORRUPT.
 */
export function inflateRest(cursor: ByteCursor): Buffer {
  const head = cursor.uint8();
  const lengthBytes = head & 0x07;
  if ((head & 0x80) === 0 || (head & 0x70) !== 0 || lengthBytes < 1 || lengthBytes > 4) {
    throw corrupt(`a compressed event begins with byte ${head}`);
  }
  const length = cursor.buffer.readUIntBE(cursor.take(lengthBytes), lengthBytes);
  if (length > INFLATED_MAX) throw corrupt(`a compressed event announces ${length} bytes`);
  const inflated = inflateSync(cursor.rest(), { maxOutputLength: Math.max(length, 1) });
  if (inflated.length !== length) throw corrupt(`a compressed event has ${inflated.length} bytes, not ${length}`);
  return inflated;
}
