import { TYPE } from '../events/column-type.ts';
import { corrupt } from '../events/corruption.ts';
import type { ColumnReader } from './column-reader.ts';
import { clockText, dateText, epochText, fractionText } from './temporal-text.ts';

/** The reader of a date, time, datetime or timestamp column; `digits` of the second's fraction. */
export function temporalReader(type: number, digits: number): ColumnReader {
  switch (type) {
    case TYPE.DATE:
    case TYPE.NEWDATE:
      return (cursor) => {
        const value = cursor.uint(3);
        return dateText(value >> 9, (value >> 5) & 15, value & 31);
      };
    case TYPE.TIME:
      return (cursor) => oldTimeText(cursor.buffer.readIntLE(cursor.take(3), 3));
    case TYPE.DATETIME:
      return (cursor) => oldDatetimeText(cursor.safeUint64());
    case TYPE.TIMESTAMP:
      return (cursor) => timestampText(cursor.uint32(), 0, 0);
    case TYPE.TIME2:
      return time2Reader(digits);
    case TYPE.DATETIME2:
      return datetime2Reader(digits);
    case TYPE.TIMESTAMP2:
      return timestamp2Reader(digits);
    default:
      throw corrupt(`type ${type} is no temporal type`);
  }
}

/** Before MySQL 5.6: the decimal number HHMMSS. */
function oldTimeText(value: number): string {
  const absolute = Math.abs(value);
  const text = clockText(Math.floor(absolute / 10_000), Math.floor(absolute / 100) % 100, absolute % 100);
  return value < 0 ? `-${text}` : text;
}

/** Before MySQL 5.6: the decimal number YYYYMMDDHHMMSS. */
function oldDatetimeText(value: number): string {
  const days = Math.floor(value / 1_000_000);
  const clock = value % 1_000_000;
  const date = dateText(Math.floor(days / 10_000), Math.floor(days / 100) % 100, days % 100);
  return `${date} ${clockText(Math.floor(clock / 10_000), Math.floor(clock / 100) % 100, clock % 100)}`;
}

function timestampText(seconds: number, fraction: number, digits: number): string {
  const text = seconds === 0 && fraction === 0 ? '0000-00-00 00:00:00' : epochText(seconds);
  return digits === 0 ? text : text + fractionText(fraction, digits);
}

/**
 * Big-endian, 1 bit sign (set: not negative), 1 unused, 10 hour, 6 minute, 6 second, then the fraction in 0 to 3
 * bytes; a negative value is the two's complement of the whole (MySQL `my_time_packed_from_binary`).
 */
function time2Reader(digits: number): ColumnReader {
  const fractionBytes = (digits + 1) >> 1;
  const length = 3 + fractionBytes;
  const zero = 2 ** (8 * length - 1);
  const unit = 2 ** (8 * fractionBytes);
  return (cursor) => {
    const value = cursor.buffer.readUIntBE(cursor.take(length), length) - zero;
    const absolute = Math.abs(value);
    const clock = Math.floor(absolute / unit);
    const text = clockText((clock >> 12) & 1023, (clock >> 6) & 63, clock & 63);
    return (value < 0 ? '-' : '') + text + fractionText(absolute % unit, digits);
  };
}

/** Big-endian, 1 bit sign (always set), 17 year × 13 + month, 5 day, 5 hour, 6 minute, 6 second; then the fraction. */
function datetime2Reader(digits: number): ColumnReader {
  const fractionBytes = (digits + 1) >> 1;
  return (cursor) => {
    const { buffer } = cursor;
    const at = cursor.take(5 + fractionBytes);
    const whole = buffer.readUIntBE(at, 5) - 2 ** 39;
    if (whole < 0) throw corrupt('a DATETIME is negative');
    const days = Math.floor(whole / 2 ** 17);
    const clock = whole % 2 ** 17;
    const months = days >> 5;
    const date = dateText(Math.floor(months / 13), months % 13, days & 31);
    const text = `${date} ${clockText(clock >> 12, (clock >> 6) & 63, clock & 63)}`;
    return fractionBytes === 0 ? text : text + fractionText(buffer.readUIntBE(at + 5, fractionBytes), digits);
  };
}

/** Big-endian seconds since 1970, unsigned (MariaDB 11.5 uses all 32 bits), then the fraction. */
function timestamp2Reader(digits: number): ColumnReader {
  const fractionBytes = (digits + 1) >> 1;
  return (cursor) => {
    const at = cursor.take(4 + fractionBytes);
    const fraction = fractionBytes === 0 ? 0 : cursor.buffer.readUIntBE(at + 4, fractionBytes);
    return timestampText(cursor.buffer.readUInt32BE(at), fraction, digits);
  };
}
