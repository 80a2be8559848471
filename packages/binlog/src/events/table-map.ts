import type { GtidFlavor } from '@otter/core';
import { ByteCursor } from './byte-cursor.ts';
import { TYPE } from './column-type.ts';
import { corrupt } from './corruption.ts';
import type { MappedColumn } from './mapped-column.ts';
import { readMetadata, type TableMetadata } from './table-metadata.ts';

export interface TableMap {
  schema: string;
  table: string;
  columns: MappedColumn[];
  metadata: TableMetadata;
}

/** More columns than any server allows: 4096, 8 of them hidden by MariaDB's system versioning and the like. */
const COLUMNS_MAX = 8192;

/** Names are all that is needed to know whether a table is wanted. The cursor stands behind table id and flags. */
export function readTableName(cursor: ByteCursor): { schema: string; table: string } {
  const schema = cursor.utf8(cursor.lengthEncoded());
  cursor.take(1);
  const table = cursor.utf8(cursor.lengthEncoded());
  cursor.take(1);
  return { schema, table };
}

/**
 * The body of TABLE_MAP behind table id and flags:
 * ```
 * schema length | schema | 0 | table length | table | 0 | columns n | types n | meta length | meta | null bits | optional metadata
 * ```
 * Throws LOG_CORRUPT.
 */
export function readTableMap(body: Buffer, flavor: GtidFlavor): TableMap {
  const cursor = new ByteCursor(body);
  const { schema, table } = readTableName(cursor);
  const count = cursor.lengthEncoded();
  if (count < 1 || count > COLUMNS_MAX) throw corrupt(`TABLE_MAP of ${schema}.${table} has ${count} columns`);
  const types = cursor.bytes(count);
  const meta = new ByteCursor(cursor.bytes(cursor.lengthEncoded()));
  const columns: MappedColumn[] = [];
  for (const type of types) columns.push(readColumn(type, meta));
  if (meta.remaining !== 0)
    throw corrupt(`TABLE_MAP of ${schema}.${table} has ${meta.remaining} bytes of meta too many`);
  const nulls = cursor.bytes((count + 7) >> 3);
  columns.forEach((column, i) => {
    column.nullable = ((nulls[i >> 3] as number) & (1 << (i & 7))) !== 0;
  });
  return { schema, table, columns, metadata: readMetadata(cursor.rest(), columns, flavor) };
}

function readColumn(type: number, meta: ByteCursor): MappedColumn {
  const column: MappedColumn = { type, nullable: false, meta: 0, scale: 0 };
  switch (type) {
    case TYPE.FLOAT:
    case TYPE.DOUBLE:
    case TYPE.TIMESTAMP2:
    case TYPE.DATETIME2:
    case TYPE.TIME2:
    case TYPE.BLOB:
    case TYPE.TINY_BLOB:
    case TYPE.MEDIUM_BLOB:
    case TYPE.LONG_BLOB:
    case TYPE.GEOMETRY:
    case TYPE.JSON:
    case TYPE.VECTOR:
    case TYPE.MARIA_BLOB_COMPRESSED:
      column.meta = meta.uint8();
      break;
    case TYPE.VARCHAR:
    case TYPE.VAR_STRING:
    case TYPE.MARIA_VARCHAR_COMPRESSED:
      column.meta = meta.uint16();
      break;
    case TYPE.BIT: {
      const odd = meta.uint8();
      column.meta = meta.uint8() * 8 + odd;
      break;
    }
    case TYPE.NEWDECIMAL:
      column.meta = meta.uint8();
      column.scale = meta.uint8();
      break;
    case TYPE.STRING:
    case TYPE.ENUM:
    case TYPE.SET:
      readStringMeta(column, meta.uint8(), meta.uint8());
      break;
    case TYPE.TYPED_ARRAY:
      readColumn(meta.uint8(), meta);
      break;
    default:
  }
  checkColumn(column);
  return column;
}

/** CHAR longer than 255 bytes keeps two bits of its length in the type byte, inverted (MySQL bug 37426). */
function readStringMeta(column: MappedColumn, high: number, low: number): void {
  if ((high & 0x30) !== 0x30) {
    column.type = high | 0x30;
    column.meta = low | (((high & 0x30) ^ 0x30) << 4);
  } else {
    column.type = high;
    column.meta = low;
  }
  if (column.type !== TYPE.STRING && column.type !== TYPE.ENUM && column.type !== TYPE.SET) {
    throw corrupt(`a STRING column has real type ${column.type}`);
  }
}

/** What no server writes. A number let through here would become a wrong length later. */
function checkColumn({ type, meta, scale }: MappedColumn): void {
  let valid = true;
  switch (type) {
    case TYPE.FLOAT:
      valid = meta === 4;
      break;
    case TYPE.DOUBLE:
      valid = meta === 8;
      break;
    case TYPE.TIMESTAMP2:
    case TYPE.DATETIME2:
    case TYPE.TIME2:
      valid = meta <= 6;
      break;
    case TYPE.BLOB:
    case TYPE.GEOMETRY:
    case TYPE.JSON:
    case TYPE.VECTOR:
    case TYPE.MARIA_BLOB_COMPRESSED:
    case TYPE.TINY_BLOB:
    case TYPE.MEDIUM_BLOB:
    case TYPE.LONG_BLOB:
      valid = meta >= 1 && meta <= 4;
      break;
    case TYPE.BIT:
      valid = meta >= 1 && meta <= 64;
      break;
    case TYPE.NEWDECIMAL:
      valid = meta >= 1 && meta <= 65 && scale <= 38 && scale <= meta;
      break;
    case TYPE.ENUM:
      valid = meta === 1 || meta === 2;
      break;
    case TYPE.SET:
      valid = meta >= 1 && meta <= 8;
      break;
    default:
  }
  if (!valid) throw corrupt(`a column of type ${type} has meta ${meta}, ${scale}`);
}
