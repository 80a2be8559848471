import { corrupt } from '../events/corruption.ts';

/** Bytes that hold 0 to 9 decimal digits (MySQL `decimal.cc`, dig2bytes). */
const BYTES_OF_DIGITS = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4] as const;
const LIMITS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const;

/** Length of a binary DECIMAL. */
export function decimalLength(precision: number, scale: number): number {
  return digitsLength(precision - scale) + digitsLength(scale);
}

function digitsLength(digits: number): number {
  return Math.floor(digits / 9) * 4 + (BYTES_OF_DIGITS[digits % 9] as number);
}

/**
 * Exact text of a binary DECIMAL at `offset` (MySQL `bin2decimal`): groups of nine digits in four bytes,
 * big-endian, the odd group of the integer part first and that of the fraction last; the first bit inverted;
 * all bits inverted in a negative number. Throws LOG_CORRUPT for digits that are none.
 */
export function decimalText(buffer: Buffer, offset: number, precision: number, scale: number): string {
  const negative = buffer.readUInt8(offset) < 0x80;
  let at = offset;
  let flip = 0x80;
  let any = 0;
  let integer = '';
  for (let left = precision - scale; left > 0;) {
    const digits = left % 9 || 9;
    const value = group(buffer, at, digits, negative, flip);
    any |= value;
    if (integer !== '') integer += String(value).padStart(9, '0');
    else if (value !== 0) integer = String(value);
    at += BYTES_OF_DIGITS[digits] as number;
    flip = 0;
    left -= digits;
  }
  let text = integer === '' ? '0' : integer;
  if (scale > 0) text += '.';
  for (let left = scale; left > 0;) {
    const digits = left < 9 ? left : 9;
    const value = group(buffer, at, digits, negative, flip);
    any |= value;
    text += String(value).padStart(digits, '0');
    at += BYTES_OF_DIGITS[digits] as number;
    flip = 0;
    left -= digits;
  }
  // The servers know no negative zero.
  return negative && any !== 0 ? `-${text}` : text;
}

/** The number in one group of `digits` digits; `flip` is what the number's first byte has inverted. */
function group(buffer: Buffer, at: number, digits: number, negative: boolean, flip: number): number {
  const length = BYTES_OF_DIGITS[digits] as number;
  const invert = negative ? 0xff : 0;
  let value = buffer.readUInt8(at) ^ flip ^ invert;
  for (let i = 1; i < length; i += 1) value = value * 256 + (buffer.readUInt8(at + i) ^ invert);
  if (value >= (LIMITS[digits] as number)) throw corrupt('a DECIMAL holds a digit above 9');
  return value;
}
