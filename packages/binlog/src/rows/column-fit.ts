import type { Column } from '@otter/core';
import { TYPE } from '../events/column-type.ts';
import type { MappedColumn } from '../events/mapped-column.ts';
import { MARIA_TYPE_LENGTHS } from './maria-type.ts';

/**
 * Why a column of the log cannot be the catalogue's column, or `null` when it can.
 * Compared is all that decides how bytes are read: a catalogue of another moment must not lend its names or signs.
 */
export function misfit(mapped: MappedColumn, column: Column, described: Column): string | null {
  if (!kindFits(column, described)) return `the log has ${column.kind}, the definition ${described.kind}`;
  switch (described.kind) {
    case 'int':
      if (column.length !== described.length) return differs('bytes', column.length, described.length);
      break;
    case 'decimal':
      if (column.precision !== described.precision || column.scale !== described.scale) {
        return differs('digits', `${column.precision},${column.scale}`, `${described.precision},${described.scale}`);
      }
      break;
    case 'time':
    case 'datetime':
    case 'timestamp':
      if (column.scale !== described.scale) return differs('fraction digits', column.scale, described.scale);
      break;
    case 'bit':
      if (column.length !== described.length) return differs('bits', column.length, described.length);
      break;
    case 'enum':
    case 'set':
      return labelsFit(mapped, described)
        ? null
        : differs('label bytes', mapped.meta, `${described.labels?.length} labels`);
    case 'uuid':
    case 'inet4':
    case 'inet6':
      if (mapped.meta !== MARIA_TYPE_LENGTHS[described.kind]) {
        return differs('bytes', mapped.meta, MARIA_TYPE_LENGTHS[described.kind]);
      }
      break;
    case 'text':
    case 'binary':
      if (!stringFits(mapped, described)) return differs('bytes', column.length, described.length);
      break;
    case 'float':
    case 'double':
    case 'year':
    case 'date':
    case 'json':
    case 'geometry':
    case 'vector':
      break;
  }
  if (column.unsigned !== described.unsigned && isNumber(column)) return 'log and definition differ in UNSIGNED';
  return charsetFits(column, described) ? null : differs('charset', column.charset ?? '', described.charset ?? '');
}

function differs(what: string, log: number | string, definition: number | string): string {
  return `${what} ${log} in the log, ${definition} in the definition`;
}

function isNumber({ kind }: Column): boolean {
  return kind === 'int' || kind === 'decimal' || kind === 'float' || kind === 'double';
}

function kindFits(column: Column, described: Column): boolean {
  if (column.kind === described.kind) return true;
  // JSON of MariaDB is a LONGTEXT with a check.
  return column.kind === 'text' && described.kind === 'json';
}

function labelsFit({ type, meta }: MappedColumn, { labels }: Column): boolean {
  if (labels === null) return true;
  if (type === TYPE.ENUM) return meta === (labels.length < 256 ? 1 : 2);
  const bytes = (labels.length + 7) >> 3;
  return meta === (bytes > 4 ? 8 : bytes);
}

/** A BLOB's length bytes and what the catalogue says of it: TEXT(n) may hold less than its length bytes could. */
function stringFits(mapped: MappedColumn, { length }: Column): boolean {
  switch (mapped.type) {
    case TYPE.BLOB:
    case TYPE.TINY_BLOB:
    case TYPE.MEDIUM_BLOB:
    case TYPE.LONG_BLOB:
    case TYPE.MARIA_BLOB_COMPRESSED:
      return length === 0 || length === 256 ** mapped.meta - 1;
    case TYPE.MARIA_VARCHAR_COMPRESSED:
      // One byte more than the column holds, for the byte that says how it is compressed.
      return length === mapped.meta || length + 1 === mapped.meta;
    default:
      return length === mapped.meta;
  }
}

/** utf8 is the old name of utf8mb3. */
function charsetFits(column: Column, described: Column): boolean {
  if (column.charset === null || described.charset === null) return true;
  const name = (charset: string): string => (charset === 'utf8' ? 'utf8mb3' : charset);
  return name(column.charset) === name(described.charset);
}
