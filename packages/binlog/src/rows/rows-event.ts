import type { ChangeKind, LogTable, Row, RowsChange } from '@otter/core';
import { ByteCursor } from '../events/byte-cursor.ts';
import { inflateRest } from '../events/compressed-body.ts';
import { asCorruption, corrupt } from '../events/corruption.ts';
import { EVENT } from '../events/event-type.ts';
import { type Image, type RowDecoder, type RowSkipper } from './row-decoder.ts';

/** A table map made ready for the rows events that name its table id. */
export interface PreparedTable {
  columnCount: number;
  /** `null`: the table is not wanted. */
  table: LogTable | null;
  /** `null` when the table is not wanted or has a problem. */
  decoder: RowDecoder | null;
  /** `null` when the rows cannot even be counted. */
  skipper: RowSkipper | null;
  /** Which columns the last rows event of it had, and of which kind it was. */
  lastImages: { kind: ChangeKind; bits: Buffer; images: Images } | null;
}

/** The fixed part of a rows event. */
export interface RowsHead {
  tableId: number;
  /** Last rows of their statement: the table ids before it mean nothing after it. */
  endsStatement: boolean;
  /** See `RowsChange.cascades`. */
  cascades: boolean;
}

/** Table id of a rows event without rows that only ends a statement. */
export const DUMMY_TABLE_ID = 0xff_ffff;

const STMT_END_F = 1;
const NO_FOREIGN_KEY_CHECKS_F = 2;
/** MySQL 9.6 and later: the server works its foreign keys itself and logs the rows they change (seen in logs of 9.7). */
const LOGGED_FOREIGN_KEYS_F = 0x10;
const HEADER_V0 = 6;
const HEADER_V2 = 10;

interface RowsType {
  kind: ChangeKind;
  partial: boolean;
  compressed: boolean;
}

const plain = (kind: ChangeKind): RowsType => ({ kind, partial: false, compressed: false });
const compressed = (kind: ChangeKind): RowsType => ({ kind, partial: false, compressed: true });

/** Every type of rows event. */
export const ROWS_TYPES: Readonly<Record<number, RowsType | undefined>> = {
  [EVENT.WRITE_ROWS_V1]: plain('insert'),
  [EVENT.UPDATE_ROWS_V1]: plain('update'),
  [EVENT.DELETE_ROWS_V1]: plain('delete'),
  [EVENT.WRITE_ROWS]: plain('insert'),
  [EVENT.UPDATE_ROWS]: plain('update'),
  [EVENT.DELETE_ROWS]: plain('delete'),
  [EVENT.PARTIAL_UPDATE_ROWS]: { kind: 'update', partial: true, compressed: false },
  [EVENT.MARIA_WRITE_ROWS_COMPRESSED_V1]: compressed('insert'),
  [EVENT.MARIA_UPDATE_ROWS_COMPRESSED_V1]: compressed('update'),
  [EVENT.MARIA_DELETE_ROWS_COMPRESSED_V1]: compressed('delete'),
  [EVENT.MARIA_WRITE_ROWS_COMPRESSED]: compressed('insert'),
  [EVENT.MARIA_UPDATE_ROWS_COMPRESSED]: compressed('update'),
  [EVENT.MARIA_DELETE_ROWS_COMPRESSED]: compressed('delete'),
};

/**
 * ```
 * table id 6 (or 4) | flags 2 [| length 2 | extra data: NDB, partition ids]
 * ```
 * the last two only in version 2, which the post-header length tells.
 */
export function readRowsHead(cursor: ByteCursor, postHeaderLength: number): RowsHead {
  const tableId = cursor.uint(postHeaderLength === HEADER_V0 ? 4 : 6);
  const flags = cursor.uint16();
  if (postHeaderLength === HEADER_V2) {
    const extra = cursor.uint16();
    if (extra < 2) throw corrupt(`the extra data of a rows event has ${extra} bytes`);
    cursor.take(extra - 2);
  }
  const cascades = (flags & (NO_FOREIGN_KEY_CHECKS_F | LOGGED_FOREIGN_KEYS_F)) === 0;
  return { tableId, endsStatement: (flags & STMT_END_F) !== 0, cascades };
}

/**
 * ```
 * columns n | columns in the image | for an update: columns in the after image | rows
 * ```
 */
function readImages(cursor: ByteCursor, kind: ChangeKind, prepared: PreparedTable): Images {
  const { columnCount } = prepared;
  const width = cursor.lengthEncoded();
  if (width !== columnCount) throw corrupt(`a rows event has ${width} columns, its TABLE_MAP ${columnCount}`);
  const length = (width + 7) >> 3;
  const start = cursor.take(kind === 'update' ? 2 * length : length);
  // Nearly every event of a table has the images of the one before it.
  const last = prepared.lastImages;
  if (last && last.kind === kind && sameBits(last.bits, cursor.buffer, start)) return last.images;
  const bits = Buffer.from(cursor.buffer.subarray(start, cursor.offset));
  const before = imageOf(bits.subarray(0, length), width);
  const images: Images = [before, kind === 'update' ? imageOf(bits.subarray(length), width) : before];
  prepared.lastImages = { kind, bits, images };
  return images;
}

function sameBits(bits: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < bits.length; i += 1) if (bits[i] !== bytes[start + i]) return false;
  return true;
}

function imageOf(bits: Buffer, width: number): Image {
  let count = 0;
  for (let i = 0; i < width; i += 1) if (((bits[i >> 3] as number) & (1 << (i & 7))) !== 0) count += 1;
  return { bits, count, full: count === width };
}

/** The rows behind the head. `change` is `null` for a table that is not wanted. Throws LOG_CORRUPT. */
export function readRows(
  cursor: ByteCursor,
  typeCode: number,
  prepared: PreparedTable,
): { change: RowsChange | null; rowCount: number } {
  const type = ROWS_TYPES[typeCode] as RowsType;
  const { table, decoder, skipper } = prepared;
  if (table === null || decoder === null) {
    const rowCount = skipper === null ? 0 : countRows(cursor, type, skipper, prepared);
    return { change: table === null ? null : { kind: type.kind, table, rowCount, before: [], after: [] }, rowCount };
  }
  const images = readImages(cursor, type.kind, prepared);
  const rows = type.compressed ? new ByteCursor(inflateRest(cursor)) : cursor;
  const change = new LoggedRows(type, table, decoder, images, rows);
  // Counting walks over every length, so bytes that are no rows are found now and not when they are decoded.
  change.rowCount = skipper === null || type.partial ? change.countDecoded() : countImages(rows, type, skipper, images);
  return { change, rowCount: change.rowCount };
}

type Images = readonly [before: Image, after: Image];

/** Rows as the log holds them, decoded when somebody looks. Plain fields: there is one object a rows event. */
class LoggedRows implements RowsChange {
  readonly kind: ChangeKind;
  readonly table: LogTable;
  rowCount = 0;
  cascades = true;
  private readonly type: RowsType;
  private readonly decoder: RowDecoder;
  private readonly images: Images;
  private readonly bytes: Buffer;
  private readonly start: number;
  private readonly end: number;
  private decoded: { before: Row[]; after: Row[] } | null = null;

  constructor(type: RowsType, table: LogTable, decoder: RowDecoder, images: Images, rows: ByteCursor) {
    this.kind = type.kind;
    this.table = table;
    this.type = type;
    this.decoder = decoder;
    this.images = images;
    this.bytes = rows.buffer;
    this.start = rows.offset;
    this.end = rows.end;
  }

  get before(): Row[] {
    return (this.decoded ??= this.decode()).before;
  }

  get after(): Row[] {
    return (this.decoded ??= this.decode()).after;
  }

  release(): void {
    this.decoded = null;
  }

  countDecoded(): number {
    return Math.max(this.before.length, this.after.length);
  }

  private decode(): { before: Row[]; after: Row[] } {
    try {
      return decodeRows(
        new ByteCursor(this.bytes, this.start, this.end),
        this.type,
        this.decoder,
        this.images,
        this.rowCount,
      );
    } catch (error) {
      throw asCorruption(error);
    }
  }
}

function decodeRows(
  rows: ByteCursor,
  type: RowsType,
  decoder: RowDecoder,
  [beforeImage, afterImage]: Images,
  rowCount: number,
): { before: Row[]; after: Row[] } {
  const before = type.kind === 'insert' ? NO_ROWS : arrayOf(rowCount);
  const after = type.kind === 'delete' ? NO_ROWS : arrayOf(rowCount);
  const { end } = rows;
  const shared = beforeImage.full && afterImage.full && decoder.canShare;
  let count = 0;
  while (rows.offset < end) {
    const start = rows.offset;
    if (type.partial) {
      const { row, documents } = decoder.readDocuments(rows, beforeImage);
      before[count] = row;
      after[count] = decoder.readPartial(rows, afterImage, documents);
    } else if (type.kind === 'update') {
      const old = decoder.read(rows, beforeImage);
      before[count] = old;
      after[count] = shared ? decoder.readAfter(rows, afterImage, old, start) : decoder.read(rows, afterImage);
    } else (type.kind === 'insert' ? after : before)[count] = decoder.read(rows, beforeImage);
    if (rows.offset === start) throw corrupt('a rows event has rows of no columns');
    count += 1;
  }
  if (count === 0 && type.kind === 'insert' && beforeImage.count === 0) after[0] = decoder.emptyRow();
  return { before, after };
}

/** Never written to: the images an insert or a delete does not have. */
const NO_ROWS: Row[] = [];

/** With its size from the start where it is known: pushing into an empty array reserves 17 places, most events have one row. */
function arrayOf(rowCount: number): Row[] {
  return rowCount === 1 ? [[]] : [];
}

function countRows(cursor: ByteCursor, type: RowsType, skipper: RowSkipper, prepared: PreparedTable): number {
  const images = readImages(cursor, type.kind, prepared);
  return countImages(type.compressed ? new ByteCursor(inflateRest(cursor)) : cursor, type, skipper, images);
}

function countImages(rows: ByteCursor, type: RowsType, skipper: RowSkipper, [before, after]: Images): number {
  const { end } = rows;
  let count = 0;
  while (rows.offset < end) {
    const start = rows.offset;
    skipper.skip(rows, before);
    if (type.partial) skipper.skipPartial(rows, after);
    else if (type.kind === 'update') skipper.skip(rows, after);
    if (rows.offset === start) throw corrupt('a rows event has rows of no columns');
    count += 1;
  }
  return type.kind === 'insert' && before.count === 0 && count === 0 ? 1 : count;
}
