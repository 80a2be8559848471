import type { ColumnReader } from './column-reader.ts';
import { readBinary } from './string-value.ts';

/** Bytes in the record of MariaDB's types that log as BINARY(n). */
export const MARIA_TYPE_LENGTHS = { uuid: 16, inet4: 4, inet6: 16 } as const;

export type MariaKind = keyof typeof MARIA_TYPE_LENGTHS;

const TEXTS: Readonly<Record<MariaKind, (bytes: Buffer) => string>> = {
  uuid: uuidText,
  inet4: (bytes) => bytes.join('.'),
  inet6: inet6Text,
};

/** Reads UUID, INET4, INET6 of MariaDB as the text the server prints. */
export function mariaTypeReader(kind: MariaKind): ColumnReader {
  const width = MARIA_TYPE_LENGTHS[kind];
  const text = TEXTS[kind];
  return (cursor) => {
    const length = cursor.uint8();
    return text(readBinary(cursor.buffer, cursor.take(length), length, width));
  };
}

/**
 * The record holds versions 1 to 5 with their parts reversed, so that they sort by time (MariaDB `sql_type_uuid.h`:
 * `memory_to_record`): node, clock sequence, time high, mid, low. Others, and those not of the RFC variant, stand as they are.
 */
function uuidText(record: Buffer): string {
  const hex = record.toString('hex');
  const swapped = isSwapped(record);
  return swapped
    ? [hex.slice(24), hex.slice(20, 24), hex.slice(16, 20), hex.slice(12, 16), hex.slice(0, 12)].join('-')
    : [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function isSwapped(record: Buffer): boolean {
  return ((record[6] as number) & 0x80) !== 0 && ((record[8] as number) & 0x80) === 0;
}

/** As the server's `Inet6::to_string`: the first longest run of zeros, even one alone, is `::`; IPv4 tails are dotted. */
function inet6Text(bytes: Buffer): string {
  const words = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i));
  let best = { start: -1, length: 0 };
  for (let i = 0; i < 8; i += 1) {
    let length = 0;
    while (i + length < 8 && words[i + length] === 0) length += 1;
    if (length > best.length) best = { start: i, length };
  }
  const dotted = best.start === 0 && (best.length === 6 || (best.length === 5 && words[5] === 0xffff));
  const parts = words.map((word) => word.toString(16));
  if (dotted) parts.splice(6, 2, bytes.subarray(12).join('.'));
  if (best.start < 0) return parts.join(':');
  return `${parts.slice(0, best.start).join(':')}::${parts.slice(best.start + best.length).join(':')}`;
}
