import { type CatalogColumn, type Column, type Row, type Value, type Wording } from '@otter/core';
import { compatibility, quoteName } from '@otter/dialects';
import { sameJson } from './json-equality.ts';

/** Charsets whose bytes mean the same in each other's longer brother. */
const UTF8_FAMILY = new Set(['utf8', 'utf8mb3', 'utf8mb4', 'ascii']);

/** How one column is read and hashed on one side. */
interface SideColumn {
  readonly column: CatalogColumn;
  /** SQL whose text is the same on both sides exactly when the values are equal (or is settled by the rows). */
  readonly hashed: string;
  /** Whether `hashed` may hold any character, so that its length must stand before it. */
  readonly free: boolean;
  /** SQL that gives the value so that `decode` reads it exactly. */
  readonly read: string;
  decode(cell: Buffer | null): Value;
}

/** A source column and the target column it travels to. */
export interface ColumnPair {
  readonly source: SideColumn;
  readonly target: SideColumn;
  /** The source column as `source.decode` gives its values: text of another charset comes as UTF-8. */
  readonly sent: Column;
  same(source: Value, target: Value): boolean;
}

/** Why the two columns cannot be compared, `null` when they can. */
export function incomparable(source: CatalogColumn, target: CatalogColumn): Wording | null {
  // MariaDB's JSON is a text: it cannot be written into a JSON column as it came, but it can be compared.
  if (source.kind === 'text' && target.kind === 'json') return null;
  return compatibility(source, target);
}

/** `signedZero`: whether both servers keep -0; MariaDB reads it as 0 from every column. */
export function columnPair(source: CatalogColumn, target: CatalogColumn, signedZero: boolean): ColumnPair {
  const converted =
    source.kind === 'text' && target.kind === 'text' && !sameBytes(source, target) ? ('utf8mb4' as const) : null;
  const options = { converted, numbered: numbered(source, target), signedZero };
  return {
    source: sideColumn(source, target, options),
    target: sideColumn(target, source, options),
    sent: converted === null ? source : { ...source, charset: converted },
    same: nullSafe(comparison(source, target)),
  };
}

function sameBytes(a: Column, b: Column): boolean {
  return a.charset === b.charset || (UTF8_FAMILY.has(a.charset ?? '') && UTF8_FAMILY.has(b.charset ?? ''));
}

/** ENUM and SET of the same labels are compared by number, as the log carries them; a target may have more labels. */
function numbered(source: Column, target: Column): boolean {
  if (source.kind !== target.kind || source.labels === null || target.labels === null) return false;
  return source.labels.every((label, i) => label === target.labels?.[i]);
}

interface PairOptions {
  converted: string | null;
  numbered: boolean;
  signedZero: boolean;
}

function sideColumn(column: CatalogColumn, other: CatalogColumn, options: PairOptions): SideColumn {
  const name = quoteName(column.name);
  return { column, ...hashedOf(column, other, name, options), ...readerOf(column, name, options) };
}

function hashedOf(
  column: CatalogColumn,
  other: CatalogColumn,
  name: string,
  options: PairOptions,
): { hashed: string; free: boolean } {
  const asText = `CONVERT(${name} USING utf8mb4)`;
  switch (column.kind) {
    case 'float':
    case 'double':
      return { hashed: doubleText(name, options), free: false };
    case 'bit':
    case 'year':
      return other.kind === 'text' ? { hashed: name, free: false } : { hashed: `(${name}|0)`, free: false };
    case 'enum':
    case 'set':
      return options.numbered ? { hashed: `(${name}|0)`, free: false } : { hashed: asText, free: true };
    case 'date':
    case 'datetime':
    case 'timestamp':
    case 'time':
      return { hashed: temporalText(column, other, name), free: false };
    case 'text': {
      const plain = other.kind === 'text' ? options.converted === null : UTF8_FAMILY.has(column.charset ?? '');
      return { hashed: plain ? name : asText, free: true };
    }
    case 'json':
      return { hashed: asText, free: true };
    case 'binary':
      return { hashed: padded(column, other) ? `TRIM(TRAILING X'00' FROM ${name})` : name, free: true };
    case 'geometry':
    case 'vector':
      return { hashed: `HEX(${name})`, free: false };
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return { hashed: `CAST(${name} AS CHAR)`, free: false };
    case 'int':
    case 'decimal':
      return { hashed: name, free: false };
  }
}

/** As a double, since a FLOAT prints fewer digits than it holds. */
function doubleText(name: string, { signedZero }: PairOptions): string {
  return signedZero ? `${name}*1e0` : `${name}*1e0+0e0`;
}

function temporalText(column: Column, other: Column, name: string): string {
  if (other.kind === 'text' || (column.kind === other.kind && column.scale === other.scale)) return name;
  if (column.kind === 'timestamp' && other.kind === 'datetime' && column.scale === other.scale) return name;
  return column.kind === 'time' ? `CAST(${name} AS TIME(6))` : `CAST(${name} AS DATETIME(6))`;
}

/** Whether the zeros a BINARY(n) adds must not count: the two are not of the same width. */
function padded(a: CatalogColumn, b: CatalogColumn): boolean {
  const isFixed = (column: CatalogColumn): boolean => column.typeText.startsWith('binary(');
  return (isFixed(a) || isFixed(b)) && a.typeText !== b.typeText;
}

function readerOf(
  column: CatalogColumn,
  name: string,
  options: PairOptions,
): { read: string; decode: (cell: Buffer | null) => Value } {
  const decoded = (read: string, decode: (cell: Buffer) => Value): ReturnType<typeof readerOf> => ({
    read,
    decode: (cell) => (cell === null ? null : decode(cell)),
  });
  switch (column.kind) {
    case 'int':
    case 'year':
      return decoded(name, integerValue);
    case 'bit':
    case 'enum':
    case 'set':
      return decoded(`${name}|0`, integerValue);
    case 'float':
    case 'double':
      return decoded(doubleText(name, options), (cell) => Number(cell.toString('latin1')));
    case 'text': {
      if (options.converted !== null)
        return decoded(`CAST(CONVERT(${name} USING utf8mb4) AS BINARY)`, (cell) => cell.toString('utf8'));
      const isUtf8 = UTF8_FAMILY.has(column.charset ?? '');
      return decoded(`CAST(${name} AS BINARY)`, (cell) => (isUtf8 ? textValue(cell) : cell));
    }
    case 'json':
      return decoded(`CONVERT(${name} USING utf8mb4)`, (cell) => cell.toString('utf8'));
    case 'binary':
    case 'geometry':
    case 'vector':
      return decoded(name, (cell) => cell);
    case 'decimal':
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return decoded(name, (cell) => cell.toString('utf8'));
  }
}

function integerValue(cell: Buffer): Value {
  const text = cell.toString('latin1');
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** As the log gives it: a string when the bytes are one, else the bytes. */
function textValue(cell: Buffer): Value {
  const text = cell.toString('utf8');
  return text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(cell) ? cell : text;
}

type Same = (source: Value, target: Value) => boolean;

function nullSafe(same: Same): Same {
  return (source, target) => (source === null || target === null ? source === target : same(source, target));
}

function comparison(source: CatalogColumn, target: CatalogColumn): Same {
  if (source.kind === 'json' || target.kind === 'json') {
    return (a, b) => sameJson(textOf(a), textOf(b));
  }
  if (target.kind === 'text' && source.kind !== 'text') {
    const text = wordOf(source);
    return (a, b) => text(a) === textOf(b);
  }
  switch (source.kind) {
    case 'float':
    case 'double':
    case 'int':
    case 'decimal':
    case 'bit':
    case 'year':
      if (target.kind === 'float' || target.kind === 'double') return (a, b) => Object.is(Number(a), Number(b));
      return (a, b) => plainNumber(a) === plainNumber(b);
    case 'enum':
    case 'set':
      if (numbered(source, target)) return (a, b) => plainNumber(a) === plainNumber(b);
      return (a, b) => wordOf(source)(a) === wordOf(target)(b);
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
      return (a, b) => moment(a) === moment(b);
    case 'binary':
      return padded(source, target) ? (a, b) => unpadded(a) === unpadded(b) : sameBytesOf;
    default:
      return sameBytesOf;
  }
}

function sameBytesOf(a: Value, b: Value): boolean {
  return bytesOf(a).equals(bytesOf(b));
}

function bytesOf(value: Value): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'utf8');
}

function textOf(value: Value): string {
  return bytesOf(value).toString('utf8');
}

/** `5`, `5.00` and 5 are one number; the digits stay exact. */
function plainNumber(value: Value): string {
  const text = String(value);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A date is the midnight it begins with; zeros at the end of a fraction say nothing. */
function moment(value: Value): string {
  const text = String(value);
  const whole = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text;
  return whole.includes('.') ? whole.replace(/\.?0+$/, '') : whole;
}

function unpadded(value: Value): string {
  return bytesOf(value)
    .toString('hex')
    .replace(/(00)+$/, '');
}

/** The text the engine writes for a value that goes into a text column. */
function wordOf(column: CatalogColumn): (value: Value) => string {
  const labels = column.labels ?? [];
  switch (column.kind) {
    case 'enum':
      return (value) => labels[Number(value) - 1] ?? '';
    case 'set':
      return (value) => {
        const mask = BigInt(String(value));
        return labels.filter((_, i) => (mask >> BigInt(i)) & 1n).join(',');
      };
    case 'year':
      return (value) => String(value).padStart(4, '0');
    default:
      return (value) => textOf(value);
  }
}

/** A value as text for a report: bytes in hex, NULL as null. */
export function reportText(value: Value, column: Column): string | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`;
  if (column.kind === 'enum') return column.labels?.[Number(value) - 1] ?? '';
  if (column.kind === 'set') return wordOf(column as CatalogColumn)(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The columns, by position, in which two rows are not the same. */
export function differingColumns(pairs: readonly ColumnPair[], source: Row, target: Row): number[] {
  return pairs.flatMap((pair, i) => (pair.same(source[i], target[i]) ? [] : [i]));
}
