import type { Column, Value } from '@otter/core';
import type { ByteCursor } from '../events/byte-cursor.ts';
import { TYPE } from '../events/column-type.ts';
import type { MappedColumn } from '../events/mapped-column.ts';
import type { ColumnReader } from './column-reader.ts';
import { decimalLength, decimalText } from './decimal-text.ts';
import { jsonText } from './json-binary.ts';
import { readBinary, readText, uncompressed } from './string-value.ts';
import { mariaTypeReader } from './maria-type.ts';
import { temporalReader } from './temporal-reader.ts';

/**
 * How long a column's values are: a number of bytes, or, negative, how many bytes of length stand in front.
 * `null` for a type whose length the log does not tell.
 */
export function storedLength(column: MappedColumn): number | null {
  switch (column.type) {
    case TYPE.TINY:
    case TYPE.YEAR:
      return 1;
    case TYPE.SHORT:
      return 2;
    case TYPE.INT24:
    case TYPE.DATE:
    case TYPE.NEWDATE:
    case TYPE.TIME:
      return 3;
    case TYPE.LONG:
    case TYPE.TIMESTAMP:
      return 4;
    case TYPE.LONGLONG:
    case TYPE.DATETIME:
      return 8;
    case TYPE.FLOAT:
    case TYPE.DOUBLE:
    case TYPE.ENUM:
    case TYPE.SET:
      return column.meta;
    case TYPE.BIT:
      return (column.meta + 7) >> 3;
    case TYPE.TIMESTAMP2:
      return 4 + ((column.meta + 1) >> 1);
    case TYPE.DATETIME2:
      return 5 + ((column.meta + 1) >> 1);
    case TYPE.TIME2:
      return 3 + ((column.meta + 1) >> 1);
    case TYPE.NEWDECIMAL:
      return decimalLength(column.meta, column.scale);
    case TYPE.VARCHAR:
    case TYPE.VAR_STRING:
    case TYPE.STRING:
    case TYPE.MARIA_VARCHAR_COMPRESSED:
      return column.meta < 256 ? -1 : -2;
    case TYPE.BLOB:
    case TYPE.TINY_BLOB:
    case TYPE.MEDIUM_BLOB:
    case TYPE.LONG_BLOB:
    case TYPE.GEOMETRY:
    case TYPE.JSON:
    case TYPE.VECTOR:
    case TYPE.MARIA_BLOB_COMPRESSED:
      return -column.meta;
    default:
      return null;
  }
}

/** The reader of a column's values, chosen once for a table map. */
export function columnReader(mapped: MappedColumn, column: Column): ColumnReader {
  switch (column.kind) {
    case 'int':
      return column.unsigned ? unsignedReader(column.length) : signedReader(column.length);
    case 'decimal':
      return decimalReader(column.precision, column.scale);
    case 'float':
      return readFloat;
    case 'double':
      return readDouble;
    case 'bit':
      return bigEndianReader((column.length + 7) >> 3);
    case 'year':
      return readYear;
    case 'enum':
    case 'set':
      return littleEndianReader(mapped.meta);
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
      return temporalReader(mapped.type, mapped.meta);
    case 'json':
      return jsonReader(mapped.meta);
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return mariaTypeReader(column.kind);
    case 'text':
    case 'binary':
    case 'geometry':
    case 'vector':
      return stringReader(mapped, column);
  }
}

const UTF8_CHARSETS: ReadonlySet<string> = new Set(['utf8', 'utf8mb3', 'utf8mb4', 'ascii']);

function stringReader(mapped: MappedColumn, column: Column): ColumnReader {
  const prefix = -(storedLength(mapped) as number);
  const isText = column.charset !== null && UTF8_CHARSETS.has(column.charset);
  if (mapped.type === TYPE.MARIA_BLOB_COMPRESSED || mapped.type === TYPE.MARIA_VARCHAR_COMPRESSED) {
    return (cursor) => {
      const length = cursor.uint(prefix);
      const plain = uncompressed(cursor.bytes(length));
      return isText ? readText(plain, 0, plain.length) : plain;
    };
  }
  if (isText) {
    return prefix === 1
      ? (cursor) => {
          const length = cursor.uint8();
          return readText(cursor.buffer, cursor.take(length), length);
        }
      : (cursor) => {
          const length = cursor.uint(prefix);
          return readText(cursor.buffer, cursor.take(length), length);
        };
  }
  // The server strips trailing zero bytes of BINARY(n), as it strips trailing blanks of CHAR(n).
  const width = mapped.type === TYPE.STRING && column.kind === 'binary' ? mapped.meta : 0;
  return (cursor) => {
    const length = cursor.uint(prefix);
    return readBinary(cursor.buffer, cursor.take(length), length, width);
  };
}

function decimalReader(precision: number, scale: number): ColumnReader {
  const length = decimalLength(precision, scale);
  return (cursor) => decimalText(cursor.buffer, cursor.take(length), precision, scale);
}

function jsonReader(prefix: number): ColumnReader {
  return (cursor) => {
    const length = cursor.uint(prefix);
    const start = cursor.take(length);
    return jsonText(cursor.buffer, start, start + length);
  };
}

const TWO_32 = 0x1_0000_0000;
const HIGH_SAFE = 0x20_0000;

function readInt64(cursor: ByteCursor): Value {
  const at = cursor.take(8);
  const high = cursor.buffer.readInt32LE(at + 4);
  // -2^53 itself is not a safe integer.
  if (high >= HIGH_SAFE || high < -HIGH_SAFE) return cursor.buffer.readBigInt64LE(at);
  const value = high * TWO_32 + cursor.buffer.readUInt32LE(at);
  return Number.isSafeInteger(value) ? value : cursor.buffer.readBigInt64LE(at);
}

function readUint64(cursor: ByteCursor): Value {
  const at = cursor.take(8);
  const high = cursor.buffer.readUInt32LE(at + 4);
  if (high >= HIGH_SAFE) return cursor.buffer.readBigUInt64LE(at);
  return high * TWO_32 + cursor.buffer.readUInt32LE(at);
}

function signedReader(length: number): ColumnReader {
  switch (length) {
    case 1:
      return (cursor) => cursor.buffer.readInt8(cursor.take(1));
    case 2:
      return (cursor) => cursor.buffer.readInt16LE(cursor.take(2));
    case 3:
      return (cursor) => cursor.buffer.readIntLE(cursor.take(3), 3);
    case 4:
      return (cursor) => cursor.buffer.readInt32LE(cursor.take(4));
    default:
      return readInt64;
  }
}

function unsignedReader(length: number): ColumnReader {
  switch (length) {
    case 1:
      return (cursor) => cursor.buffer.readUInt8(cursor.take(1));
    case 2:
      return (cursor) => cursor.buffer.readUInt16LE(cursor.take(2));
    case 3:
      return (cursor) => cursor.buffer.readUIntLE(cursor.take(3), 3);
    case 4:
      return (cursor) => cursor.buffer.readUInt32LE(cursor.take(4));
    default:
      return readUint64;
  }
}

function readFloat(cursor: ByteCursor): Value {
  return cursor.buffer.readFloatLE(cursor.take(4));
}

function readDouble(cursor: ByteCursor): Value {
  return cursor.buffer.readDoubleLE(cursor.take(8));
}

function readYear(cursor: ByteCursor): Value {
  const value = cursor.buffer.readUInt8(cursor.take(1));
  return value === 0 ? 0 : 1900 + value;
}

function littleEndianReader(length: number): ColumnReader {
  if (length <= 6) return (cursor) => cursor.buffer.readUIntLE(cursor.take(length), length);
  return (cursor) => {
    const at = cursor.take(length);
    let value = BigInt(cursor.buffer.readUIntLE(at, 6));
    for (let i = 6; i < length; i += 1) value |= BigInt(cursor.buffer.readUInt8(at + i)) << BigInt(8 * i);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  };
}

function bigEndianReader(length: number): ColumnReader {
  if (length <= 6) return (cursor) => cursor.buffer.readUIntBE(cursor.take(length), length);
  return (cursor) => {
    const at = cursor.take(length);
    let value = 0n;
    for (let i = 0; i < length; i += 1) value = (value << 8n) | BigInt(cursor.buffer.readUInt8(at + i));
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  };
}
