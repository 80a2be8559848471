import { OtterError, say, type Column, type Row, type Value } from '@otter/core';
import { UTF8_FAMILY } from '@otter/dialects';

/**
 * Rows as JSON text that a person can read and from which each value can be had again, exactly: numbers, decimals and times as
 * text, bytes as `0x6f`, labels of ENUM and SET, and text that is not UTF-8 with its charset, `_latin1 0xe9`.
 */

/** A text that looks like bytes with their charset is written as such, so that nothing is taken for what it is not. */
const BYTES_OF_TEXT = /^_([a-z0-9_]+) 0x((?:[0-9a-f]{2})*)$/;
const BYTES = /^0x((?:[0-9a-f]{2})*)$/;

/** A row as JSON text; absent columns are left out. */
export function imageText(columns: readonly Column[], row: readonly unknown[]): string {
  const cells = columns.flatMap((column, o) =>
    row[o] === undefined ? [] : [[column.name, row[o] === null ? null : cellText(column, row[o])]],
  );
  return JSON.stringify(Object.fromEntries(cells));
}

/** One value that is there, as it stands in {@link imageText}. */
export function cellText(column: Pick<Column, 'kind' | 'charset' | 'labels'> | undefined, value: unknown): string {
  if (value === null) return 'null';
  // Steps of a JSON document, for a person alone: no server takes that for a document.
  if (Array.isArray(value)) return `steps ${JSON.stringify(value)}`;
  if (Object.is(value, -0)) return '-0';
  const kind = column?.kind;
  if (kind === 'enum') return labelText(column?.labels ?? [], Number(value));
  if (kind === 'set') return labelsText(column?.labels ?? [], BigInt(value as number | bigint));
  if (!Buffer.isBuffer(value)) return kind === 'text' ? plainText(String(value)) : String(value);
  const bytes = `0x${value.toString('hex')}`;
  return kind === 'text' ? `_${column?.charset ?? 'binary'} ${bytes}` : bytes;
}

function plainText(text: string): string {
  return BYTES_OF_TEXT.test(text) ? `_utf8mb4 0x${Buffer.from(text).toString('hex')}` : text;
}

/** Index 0 is the value '' a lenient server stores for a label it does not know. */
function labelText(labels: readonly string[], index: number): string {
  if (index === 0 && !labels.includes('')) return '';
  return labels[index - 1] ?? String(index);
}

/** A member '' would not be seen among the others. */
function labelsText(labels: readonly string[], mask: bigint): string {
  const isNamed = !labels.includes('') && mask >> BigInt(labels.length) === 0n;
  return isNamed ? labels.filter((_, i) => (mask >> BigInt(i)) & 1n).join(',') : String(mask);
}

/**
 * The row that {@link imageText} wrote, for these columns of whatever server; a column the text does not name is absent. Throws
 * CONFLICT_NOT_WRITABLE where the text was cut, or names what these columns cannot hold exactly.
 */
export function readImage(columns: readonly Column[], text: string): Row {
  let cells: Record<string, unknown>;
  try {
    cells = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new OtterError('CONFLICT_NOT_WRITABLE', { detail: say('image-cut'), cause });
  }
  const unknown = Object.keys(cells).find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined) {
    throw new OtterError('CONFLICT_NOT_WRITABLE', { detail: say('image-column-unknown', { column: unknown }) });
  }
  return columns.map((column) => {
    const cell = cells[column.name];
    if (typeof cell !== 'string') return cell === null ? null : undefined;
    const value = readCell(column, cell);
    if (value !== undefined) return value;
    throw new OtterError('CONFLICT_NOT_WRITABLE', { detail: say('image-value-unreadable', { column: column.name }) });
  });
}

/** `undefined`: no value of the column is written like that. */
function readCell(column: Column, text: string): Value {
  switch (column.kind) {
    case 'int':
    case 'bit':
    case 'year':
      return /^-?\d+$/.test(text) ? readInteger(text) : undefined;
    case 'float':
    case 'double':
      return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined;
    case 'enum':
      return readLabel(column.labels ?? [], text);
    case 'set':
      return readLabels(column.labels ?? [], text);
    case 'text':
      return readText(column, text);
    case 'binary':
    case 'geometry':
    case 'vector':
      return bytesOf(text);
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return bytesOf(text) ?? text;
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
    case 'json':
      return text;
  }
}

function readInteger(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function readLabel(labels: readonly string[], text: string): number | undefined {
  const index = labels.indexOf(text) + 1;
  return index === 0 && text !== '' ? undefined : index;
}

function readLabels(labels: readonly string[], text: string): bigint | undefined {
  if (text === '') return 0n;
  const positions = text.split(',').map((label) => labels.indexOf(label));
  if (positions.includes(-1)) return undefined;
  return positions.reduce((mask, position) => mask | (1n << BigInt(position)), 0n);
}

/** What comes from a column of another charset is not converted here. */
function readText(column: Column, text: string): Value {
  const [, charset, hex] = BYTES_OF_TEXT.exec(text) ?? [];
  if (charset === undefined || hex === undefined) return UTF8_FAMILY.has(column.charset ?? '') ? text : undefined;
  const bytes = Buffer.from(hex, 'hex');
  if (charset === column.charset) return bytes;
  return charset === 'utf8mb4' && UTF8_FAMILY.has(column.charset ?? '') ? bytes.toString('utf8') : undefined;
}

function bytesOf(text: string): Buffer | undefined {
  const [, hex] = BYTES.exec(text) ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}
