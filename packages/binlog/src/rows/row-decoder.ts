import type { Column, JsonDiff, Row, Value } from '@otter/core';
import type { ByteCursor } from '../events/byte-cursor.ts';
import { corrupt } from '../events/corruption.ts';
import type { MappedColumn } from '../events/mapped-column.ts';
import type { ColumnReader } from './column-reader.ts';
import { columnReader, storedLength } from './column-readers.ts';
import { jsonDiffs, patchedText } from './json-patch.ts';
import { jsonText } from './json-binary.ts';

/** Which columns a row image holds. */
export interface Image {
  /** One bit a column, the lowest of the first byte first. */
  bits: Buffer;
  /** How many. */
  count: number;
  /** Whether all. */
  full: boolean;
}

/** Bit 1 of the options in front of an after image of PARTIAL_UPDATE_ROWS: some JSON documents are diffs. */
const PARTIAL_JSON = 1;

/** A row of `width` columns, none of them in the image. */
function emptyRow(width: number): Row {
  // oxlint-disable-next-line no-new-array -- the array has its size from the start: pushing reserves 17 places a row
  return new Array<Value>(width).fill(undefined);
}

/** Reads the rows of one table map. Keeps no state between rows. */
export class RowDecoder {
  readonly #readers: ColumnReader[];
  readonly #isJson: boolean[];
  readonly #jsonCount: number;
  /** As {@link storedLength} gives them; empty when one is not known. */
  readonly #lengths: number[];

  constructor(mapped: MappedColumn[], columns: Column[]) {
    this.#readers = columns.map((column, i) => columnReader(mapped[i] as MappedColumn, column));
    this.#isJson = columns.map((column) => column.kind === 'json');
    this.#jsonCount = this.#isJson.filter(Boolean).length;
    const lengths = mapped.map(storedLength);
    this.#lengths = lengths.every((length) => length !== null) ? lengths : [];
  }

  /** One row image: null bits of the columns present, then their values. Throws LOG_CORRUPT. */
  read(cursor: ByteCursor, image: Image): Row {
    const readers = this.#readers;
    const { buffer } = cursor;
    const nulls = cursor.take((image.count + 7) >> 3);
    const row = emptyRow(readers.length);
    if (image.full) {
      for (let i = 0; i < readers.length; i += 1) {
        const isNull = ((buffer[nulls + (i >> 3)] as number) & (1 << (i & 7))) !== 0;
        row[i] = isNull ? null : (readers[i] as ColumnReader)(cursor);
      }
      return row;
    }
    let bit = 0;
    for (let i = 0; i < readers.length; i += 1) {
      if (((image.bits[i >> 3] as number) & (1 << (i & 7))) === 0) {
        continue;
      }
      const isNull = ((buffer[nulls + (bit >> 3)] as number) & (1 << (bit & 7))) !== 0;
      row[i] = isNull ? null : (readers[i] as ColumnReader)(cursor);
      bit += 1;
    }
    return row;
  }

  /**
   * The after image of an update whose before image, just read, begins at `beforeStart`; both full. Values that
   * did not change, by their bytes, are the very same: that saves their decoding, and whoever compares the two
   * rows a comparison.
   */
  readAfter(cursor: ByteCursor, image: Image, before: Row, beforeStart: number): Row {
    const readers = this.#readers;
    const { buffer } = cursor;
    const beforeNulls = beforeStart;
    const nulls = cursor.take((image.count + 7) >> 3);
    const row = emptyRow(readers.length);
    let old = beforeStart + ((image.count + 7) >> 3);
    for (let i = 0; i < readers.length; i += 1) {
      const bit = 1 << (i & 7);
      const wasNull = ((buffer[beforeNulls + (i >> 3)] as number) & bit) !== 0;
      const isNull = ((buffer[nulls + (i >> 3)] as number) & bit) !== 0;
      const length = wasNull ? 0 : storedBytes(buffer, old, this.#lengths[i] as number);
      if (isNull) row[i] = null;
      else if (
        !wasNull &&
        length > SHORT_VALUE &&
        length <= cursor.remaining &&
        sameRange(buffer, old, cursor.offset, length)
      ) {
        row[i] = before[i];
        cursor.offset += length;
      } else row[i] = (readers[i] as ColumnReader)(cursor);
      old += length;
    }
    return row;
  }

  /** `INSERT … VALUES ()` with a MINIMAL image: one row of no columns, and so of no bytes. */
  emptyRow(): Row {
    return emptyRow(this.#readers.length);
  }

  /** Whether {@link readAfter} knows where every value ends. */
  get canShare(): boolean {
    return this.#lengths.length > 0;
  }

  /** A before image of PARTIAL_UPDATE_ROWS, with the binary documents its diffs will change. */
  readDocuments(cursor: ByteCursor, image: Image): { row: Row; documents: (Buffer | undefined)[] } {
    const documents: (Buffer | undefined)[] = [];
    const row = this.#readImage(cursor, image, (i) => {
      if (!this.#isJson[i]) return (this.#readers[i] as ColumnReader)(cursor);
      const document = cursor.bytes(cursor.uint32());
      documents[i] = document;
      return jsonText(document, 0, document.length);
    });
    return { row, documents };
  }

  /**
   * An after image of PARTIAL_UPDATE_ROWS:
   * ```
   * options [| one bit for each JSON column of the table] | null bits | values; a diff is: length 4 | diffs
   * ```
   */
  readPartial(cursor: ByteCursor, image: Image, documents: (Buffer | undefined)[]): Row {
    const options = cursor.lengthEncoded();
    if (options > PARTIAL_JSON) throw corrupt(`a partial update has options ${options}`);
    const partial = options === PARTIAL_JSON ? cursor.bytes((this.#jsonCount + 7) >> 3) : null;
    let json = -1;
    let counted = 0;
    return this.#readImage(cursor, image, (i) => {
      // The bit of a JSON column stands there even when the image lacks the column.
      for (; counted <= i; counted += 1) if (this.#isJson[counted]) json += 1;
      const isDiff = this.#isJson[i] && partial !== null && ((partial[json >> 3] as number) & (1 << (json & 7))) !== 0;
      if (!isDiff) return (this.#readers[i] as ColumnReader)(cursor);
      return partialValue(documents[i], cursor.bytes(cursor.uint32()));
    });
  }

  #readImage(cursor: ByteCursor, image: Image, read: (i: number) => Value): Row {
    const nulls = cursor.bytes((image.count + 7) >> 3);
    const row = emptyRow(this.#readers.length);
    let bit = 0;
    for (let i = 0; i < this.#readers.length; i += 1) {
      if (((image.bits[i >> 3] as number) & (1 << (i & 7))) === 0) {
        continue;
      }
      row[i] = ((nulls[bit >> 3] as number) & (1 << (bit & 7))) !== 0 ? null : read(i);
      bit += 1;
    }
    return row;
  }
}

/** Shorter values are decoded in less time than they are compared. */
const SHORT_VALUE = 8;

/** Bytes a value takes in the row, its length in front included. */
function storedBytes(buffer: Buffer, at: number, length: number): number {
  if (length >= 0) return length;
  if (length === -1) return 1 + (buffer[at] as number);
  if (length === -2) return 2 + ((buffer[at] as number) | ((buffer[at + 1] as number) << 8));
  return -length + buffer.readUIntLE(at, -length);
}

function sameRange(buffer: Buffer, a: number, b: number, length: number): boolean {
  if (length > LONG_VALUE) return buffer.compare(buffer, a, a + length, b, b + length) === 0;
  for (let i = 0; i < length; i += 1) if (buffer[a + i] !== buffer[b + i]) return false;
  return true;
}

/** From here on a call into the runtime compares faster. */
const LONG_VALUE = 192;

function partialValue(document: Buffer | undefined, diffs: Buffer): string | JsonDiff[] {
  return document === undefined ? jsonDiffs(diffs) : patchedText(document, diffs);
}

/** Passes over the rows of a table that is not decoded. */
export class RowSkipper {
  readonly #lengths: number[];
  readonly #isJson: boolean[];

  private constructor(lengths: number[], isJson: boolean[]) {
    this.#lengths = lengths;
    this.#isJson = isJson;
  }

  /** `null` when a column's length is not known from the log. */
  static of(mapped: MappedColumn[], isJson: boolean[], isUnsure: (type: number) => boolean): RowSkipper | null {
    const lengths: number[] = [];
    for (const column of mapped) {
      const length = isUnsure(column.type) ? null : storedLength(column);
      if (length === null) return null;
      lengths.push(length);
    }
    return new RowSkipper(lengths, isJson);
  }

  skip(cursor: ByteCursor, image: Image): void {
    const { buffer } = cursor;
    const lengths = this.#lengths;
    const nulls = cursor.take((image.count + 7) >> 3);
    let at = cursor.offset;
    let bit = 0;
    for (let i = 0; i < lengths.length; i += 1) {
      if (!image.full && ((image.bits[i >> 3] as number) & (1 << (i & 7))) === 0) continue;
      const isNull = ((buffer[nulls + (bit >> 3)] as number) & (1 << (bit & 7))) !== 0;
      bit += 1;
      if (isNull) continue;
      const length = lengths[i] as number;
      if (length >= 0) at += length;
      else if (length === -1) at += 1 + (buffer[at] as number);
      else if (length === -2) at += 2 + ((buffer[at] as number) | ((buffer[at + 1] as number) << 8));
      else {
        cursor.offset = at;
        cursor.take(cursor.uint(-length));
        at = cursor.offset;
      }
      // A length read past the end is NaN, which is not "within" either.
      if (!(at <= cursor.end)) throw corrupt(`a row ends ${at - cursor.end} bytes behind its event`);
    }
    cursor.offset = at;
  }

  skipPartial(cursor: ByteCursor, image: Image): void {
    const options = cursor.lengthEncoded();
    if ((options & PARTIAL_JSON) !== 0) cursor.take((this.#isJson.filter(Boolean).length + 7) >> 3);
    // A diff has four bytes of length in front, as a whole document has.
    this.skip(cursor, image);
  }
}
