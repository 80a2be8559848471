import { ByteCursor } from './byte-cursor.ts';
import { TYPE } from './column-type.ts';
import { corrupt } from './corruption.ts';
import type { GtidFlavor } from '@otter/core';
import type { MappedColumn } from './mapped-column.ts';

/** The optional metadata of TABLE_MAP; a list is `null` where the log lacks it, and has one entry a column else. */
export interface TableMetadata {
  names: string[] | null;
  /** Meaningless for columns that are no numbers. */
  unsigned: boolean[] | null;
  /** Collation id of text, binary, enum and set columns; 0 for others. */
  collations: number[] | null;
  /** Labels of enum and set columns, in the bytes of the column's charset. */
  labels: (Buffer[] | null)[] | null;
  /** Ordinals. */
  primaryKey: number[] | null;
}

/** Field types of the optional metadata: MySQL `Table_map_event::Optional_metadata_field_type`. */
const FIELD = {
  SIGNEDNESS: 1,
  DEFAULT_CHARSET: 2,
  COLUMN_CHARSET: 3,
  COLUMN_NAME: 4,
  SET_LABELS: 5,
  ENUM_LABELS: 6,
  PRIMARY_KEY: 8,
  PRIMARY_KEY_WITH_PREFIX: 9,
  ENUM_SET_DEFAULT_CHARSET: 10,
  ENUM_SET_COLUMN_CHARSET: 11,
} as const;

/** `{ field type 1 | length | value }` up to the end of the event. Unknown fields are passed over. */
export function readMetadata(bytes: Buffer, columns: MappedColumn[], flavor: GtidFlavor): TableMetadata {
  const cursor = new ByteCursor(bytes);
  const isCharacter = flavor === 'mysql' ? isMysqlCharacter : isMariaCharacter;
  const characters = ordinals(columns, isCharacter);
  const metadata: TableMetadata = { names: null, unsigned: null, collations: null, labels: null, primaryKey: null };
  while (cursor.remaining > 0) {
    const field = cursor.uint8();
    readField(metadata, field, new ByteCursor(cursor.bytes(cursor.lengthEncoded())), columns, characters);
  }
  return metadata;
}

function readField(
  metadata: TableMetadata,
  field: number,
  value: ByteCursor,
  columns: MappedColumn[],
  characters: number[],
): void {
  switch (field) {
    case FIELD.SIGNEDNESS:
      metadata.unsigned = readSignedness(value, columns);
      break;
    case FIELD.DEFAULT_CHARSET:
      readDefaultCollation(metadata, value, columns, characters);
      break;
    case FIELD.COLUMN_CHARSET:
      readCollations(metadata, value, columns, characters);
      break;
    case FIELD.ENUM_SET_DEFAULT_CHARSET:
      readDefaultCollation(metadata, value, columns, ordinals(columns, isEnumOrSet));
      break;
    case FIELD.ENUM_SET_COLUMN_CHARSET:
      readCollations(metadata, value, columns, ordinals(columns, isEnumOrSet));
      break;
    case FIELD.COLUMN_NAME:
      metadata.names = readNames(value, columns.length);
      break;
    case FIELD.SET_LABELS:
      readLabels(metadata, value, columns, ordinals(columns, isSet));
      break;
    case FIELD.ENUM_LABELS:
      readLabels(metadata, value, columns, ordinals(columns, isEnum));
      break;
    case FIELD.PRIMARY_KEY:
    case FIELD.PRIMARY_KEY_WITH_PREFIX:
      metadata.primaryKey = readPrimaryKey(value, columns.length, field === FIELD.PRIMARY_KEY_WITH_PREFIX);
      break;
    default:
  }
}

const isEnum = (type: number): boolean => type === TYPE.ENUM;
const isSet = (type: number): boolean => type === TYPE.SET;
const isEnumOrSet = (type: number): boolean => isEnum(type) || isSet(type);

function isNumeric(type: number): boolean {
  switch (type) {
    case TYPE.TINY:
    case TYPE.SHORT:
    case TYPE.INT24:
    case TYPE.LONG:
    case TYPE.LONGLONG:
    case TYPE.NEWDECIMAL:
    case TYPE.FLOAT:
    case TYPE.DOUBLE:
    // The servers count YEAR (always unsigned); mysqlbinlog, which prints the same bits, does not.
    case TYPE.YEAR:
      return true;
    default:
      return false;
  }
}

/** MySQL counts VECTOR as binary, but not GEOMETRY. */
function isMysqlCharacter(type: number): boolean {
  return isString(type) || type === TYPE.VECTOR;
}

/** MariaDB counts GEOMETRY as a binary BLOB. */
function isMariaCharacter(type: number): boolean {
  return isString(type) || type === TYPE.GEOMETRY;
}

function isString(type: number): boolean {
  switch (type) {
    case TYPE.STRING:
    case TYPE.VAR_STRING:
    case TYPE.VARCHAR:
    case TYPE.BLOB:
    case TYPE.TINY_BLOB:
    case TYPE.MEDIUM_BLOB:
    case TYPE.LONG_BLOB:
    case TYPE.MARIA_BLOB_COMPRESSED:
    case TYPE.MARIA_VARCHAR_COMPRESSED:
      return true;
    default:
      return false;
  }
}

function ordinals(columns: MappedColumn[], matches: (type: number) => boolean): number[] {
  return columns.flatMap((column, i) => (matches(column.type) ? [i] : []));
}

/** One bit for each numeric column, the highest of the first byte first. */
function readSignedness(value: ByteCursor, columns: MappedColumn[]): boolean[] {
  const numeric = ordinals(columns, isNumeric);
  const isSet = (i: number): boolean => ((value.buffer[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0;
  // YEAR is always unsigned: a clear bit in its place belongs to the column behind it, on a server that leaves YEAR out.
  const hasYears = numeric.every((ordinal, i) => columns[ordinal]?.type !== TYPE.YEAR || isSet(i));
  const counted = hasYears ? numeric : numeric.filter((ordinal) => columns[ordinal]?.type !== TYPE.YEAR);
  if (value.remaining !== (counted.length + 7) >> 3) {
    throw corrupt(`TABLE_MAP has ${value.remaining} bytes of signedness for ${counted.length} numbers`);
  }
  const unsigned = columns.map(({ type }) => type === TYPE.YEAR);
  counted.forEach((ordinal, i) => {
    unsigned[ordinal] = isSet(i);
  });
  return unsigned;
}

/** The collation of most columns, then pairs (index among the columns of this family, collation) of the others. */
function readDefaultCollation(
  metadata: TableMetadata,
  value: ByteCursor,
  columns: MappedColumn[],
  family: number[],
): void {
  const collations = (metadata.collations ??= columns.map(() => 0));
  const first = value.lengthEncoded();
  for (const ordinal of family) collations[ordinal] = first;
  while (value.remaining > 0) {
    const ordinal = family[value.lengthEncoded()];
    const collation = value.lengthEncoded();
    if (ordinal === undefined) throw corrupt('TABLE_MAP has a collation for a column it does not have');
    collations[ordinal] = collation;
  }
}

function readCollations(metadata: TableMetadata, value: ByteCursor, columns: MappedColumn[], family: number[]): void {
  const collations = (metadata.collations ??= columns.map(() => 0));
  for (const ordinal of family) collations[ordinal] = value.lengthEncoded();
  if (value.remaining !== 0) throw corrupt('TABLE_MAP has collations for more columns than it has');
}

function readNames(value: ByteCursor, count: number): string[] {
  const names: string[] = [];
  while (value.remaining > 0) names.push(value.utf8(value.lengthEncoded()));
  if (names.length !== count) throw corrupt(`TABLE_MAP has ${names.length} names for ${count} columns`);
  return names;
}

function readLabels(metadata: TableMetadata, value: ByteCursor, columns: MappedColumn[], family: number[]): void {
  const all = (metadata.labels ??= columns.map(() => null));
  for (const ordinal of family) {
    const labels: Buffer[] = [];
    for (let left = value.lengthEncoded(); left > 0; left -= 1) {
      labels.push(Buffer.from(value.bytes(value.lengthEncoded())));
    }
    all[ordinal] = labels;
  }
  if (value.remaining !== 0) throw corrupt('TABLE_MAP has labels for more columns than it has');
}

function readPrimaryKey(value: ByteCursor, count: number, withPrefix: boolean): number[] {
  const key: number[] = [];
  while (value.remaining > 0) {
    const ordinal = value.lengthEncoded();
    if (withPrefix) value.lengthEncoded();
    if (ordinal >= count) throw corrupt('TABLE_MAP has a primary key of a column it does not have');
    key.push(ordinal);
  }
  return key;
}
