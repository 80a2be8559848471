import { corrupt } from '../events/corruption.ts';
import { TYPE } from '../events/column-type.ts';
import { decimalLength, decimalText } from './decimal-text.ts';
import { doubleText, quoted } from './json-text.ts';
import { clockText, dateText, padded } from './temporal-text.ts';

/** A JSON document taken apart as far as a partial update must reach into it: scalars stay text. */
export type JsonNode = string | JsonArray | JsonObject;
export type JsonArray = JsonNode[];
/** Keys in the server's order: by length in bytes, then by bytes. */
export type JsonObject = Map<string, JsonNode>;

/** Type bytes of MySQL's binary JSON (`json_binary.h`). */
const KIND = {
  SMALL_OBJECT: 0,
  LARGE_OBJECT: 1,
  SMALL_ARRAY: 2,
  LARGE_ARRAY: 3,
  LITERAL: 4,
  INT16: 5,
  UINT16: 6,
  INT32: 7,
  UINT32: 8,
  INT64: 9,
  UINT64: 10,
  DOUBLE: 11,
  STRING: 12,
  OPAQUE: 15,
} as const;

/** JSON_DOCUMENT_MAX_DEPTH of the server. */
const DEPTH_MAX = 100;
const LITERALS = ['null', 'true', 'false'] as const;

/**
 * The text MySQL prints for the binary JSON in `buffer[start, end)`: `CAST(doc AS CHAR)`.
 * An empty value is `null`, as the server reads it. Throws LOG_CORRUPT.
 */
export function jsonText(buffer: Buffer, start: number, end: number): string {
  if (start === end) return 'null';
  return new JsonReader(buffer, start, end).text(buffer.readUInt8(start), start + 1, 0);
}

/** The same document as a tree that {@link nodeText} prints. Throws LOG_CORRUPT. */
export function jsonNode(buffer: Buffer, start: number, end: number): JsonNode {
  if (start === end) return 'null';
  return new JsonReader(buffer, start, end).node(buffer.readUInt8(start), start + 1, 0);
}

export function nodeText(node: JsonNode): string {
  if (typeof node === 'string') return node;
  if (Array.isArray(node)) return `[${node.map(nodeText).join(', ')}]`;
  return `{${Array.from(node, ([key, value]) => `${quoted(key)}: ${nodeText(value)}`).join(', ')}}`;
}

/**
 * ```
 * object: count | size | count × (key offset, key length 2) | count × (type 1, offset or inlined value) | keys | values
 * array:  count | size | count × (type 1, offset or inlined value) | values
 * ```
 * with numbers of 2 bytes (small) or 4 (large); offsets count from the count field.
 */
class JsonReader {
  readonly #buffer: Buffer;
  readonly #end: number;
  /**
   * Values of a document never overlap, so what they take cannot exceed its size. Without this a few malformed
   * bytes could name one array a billion times.
   */
  #budget: number;

  constructor(buffer: Buffer, start: number, end: number) {
    this.#buffer = buffer;
    this.#end = end;
    this.#budget = end - start;
  }

  text(kind: number, at: number, depth: number): string {
    switch (kind) {
      case KIND.SMALL_OBJECT:
      case KIND.LARGE_OBJECT:
        return this.#objectText(at, kind === KIND.LARGE_OBJECT, depth);
      case KIND.SMALL_ARRAY:
      case KIND.LARGE_ARRAY:
        return this.#arrayText(at, kind === KIND.LARGE_ARRAY, depth);
      default:
        return this.#scalarText(kind, at);
    }
  }

  node(kind: number, at: number, depth: number): JsonNode {
    const large = kind === KIND.LARGE_OBJECT || kind === KIND.LARGE_ARRAY;
    if (kind === KIND.SMALL_OBJECT || kind === KIND.LARGE_OBJECT) {
      const count = this.#open(at, large, true, depth);
      const object: JsonObject = new Map();
      for (let i = 0; i < count; i += 1) {
        object.set(this.#key(at, i, large), this.#member(at, i, count, large, depth));
      }
      return object;
    }
    if (kind === KIND.SMALL_ARRAY || kind === KIND.LARGE_ARRAY) {
      const count = this.#open(at, large, false, depth);
      return Array.from({ length: count }, (_, i) => this.#element(at, i, large, depth));
    }
    return this.#scalarText(kind, at);
  }

  #member(at: number, i: number, count: number, large: boolean, depth: number): JsonNode {
    const entry = at + (large ? 8 + count * 6 + i * 5 : 4 + count * 4 + i * 3);
    const kind = this.#buffer.readUInt8(entry);
    return this.node(kind, this.#place(kind, entry + 1, at, large), depth + 1);
  }

  #element(at: number, i: number, large: boolean, depth: number): JsonNode {
    const entry = at + (large ? 8 + i * 5 : 4 + i * 3);
    const kind = this.#buffer.readUInt8(entry);
    return this.node(kind, this.#place(kind, entry + 1, at, large), depth + 1);
  }

  #objectText(at: number, large: boolean, depth: number): string {
    const count = this.#open(at, large, true, depth);
    let entry = at + (large ? 8 + count * 6 : 4 + count * 4);
    let text = '{';
    for (let i = 0; i < count; i += 1) {
      const kind = this.#buffer.readUInt8(entry);
      const value = this.text(kind, this.#place(kind, entry + 1, at, large), depth + 1);
      text += `${i === 0 ? '' : ', '}${quoted(this.#key(at, i, large))}: ${value}`;
      entry += large ? 5 : 3;
    }
    return `${text}}`;
  }

  #arrayText(at: number, large: boolean, depth: number): string {
    const count = this.#open(at, large, false, depth);
    let entry = at + (large ? 8 : 4);
    let text = '[';
    for (let i = 0; i < count; i += 1) {
      const kind = this.#buffer.readUInt8(entry);
      if (i > 0) text += ', ';
      text += this.text(kind, this.#place(kind, entry + 1, at, large), depth + 1);
      entry += large ? 5 : 3;
    }
    return `${text}]`;
  }

  /** Checks a container's head and returns how many values it has. */
  #open(at: number, large: boolean, isObject: boolean, depth: number): number {
    if (depth >= DEPTH_MAX) throw corrupt(`a JSON document is deeper than ${DEPTH_MAX}`);
    const width = large ? 4 : 2;
    const count = this.#size(at, large);
    const size = this.#size(at + width, large);
    const head = 2 * width + count * (isObject ? 2 * width + 3 : width + 1);
    if (head > size || at + size > this.#end) throw corrupt('a JSON container is longer than its document');
    this.#spend(head);
    return count;
  }

  #size(at: number, large: boolean): number {
    this.#check(at, large ? 4 : 2);
    return large ? this.#buffer.readUInt32LE(at) : this.#buffer.readUInt16LE(at);
  }

  #check(at: number, length: number): void {
    if (at + length > this.#end) throw corrupt('a JSON value ends behind its document');
  }

  #spend(bytes: number): void {
    this.#budget -= bytes;
    if (this.#budget < 0) throw corrupt('values of a JSON document overlap');
  }

  #key(at: number, i: number, large: boolean): string {
    const entry = at + (large ? 8 + i * 6 : 4 + i * 4);
    const start = at + this.#size(entry, large);
    const length = this.#size(entry + (large ? 4 : 2), false);
    this.#check(start, length);
    this.#spend(length);
    return this.#utf8(start, length);
  }

  #utf8(start: number, length: number): string {
    return this.#buffer.toString('utf8', start, start + length);
  }

  /** Where a value is: in its entry when it fits there, else where the entry points. */
  #place(kind: number, field: number, container: number, large: boolean): number {
    const inlined =
      kind === KIND.LITERAL ||
      kind === KIND.INT16 ||
      kind === KIND.UINT16 ||
      (large && (kind === KIND.INT32 || kind === KIND.UINT32));
    return inlined ? field : container + this.#size(field, large);
  }

  #scalarText(kind: number, at: number): string {
    switch (kind) {
      case KIND.LITERAL: {
        this.#check(at, 1);
        const text = LITERALS[this.#buffer.readUInt8(at)];
        if (text === undefined) throw corrupt('a JSON literal is none of null, true, false');
        return text;
      }
      case KIND.INT16:
        this.#check(at, 2);
        return String(this.#buffer.readInt16LE(at));
      case KIND.UINT16:
        this.#check(at, 2);
        return String(this.#buffer.readUInt16LE(at));
      case KIND.INT32:
        this.#check(at, 4);
        return String(this.#buffer.readInt32LE(at));
      case KIND.UINT32:
        this.#check(at, 4);
        return String(this.#buffer.readUInt32LE(at));
      case KIND.INT64:
        this.#check(at, 8);
        return String(this.#buffer.readBigInt64LE(at));
      case KIND.UINT64:
        this.#check(at, 8);
        return String(this.#buffer.readBigUInt64LE(at));
      case KIND.DOUBLE:
        this.#check(at, 8);
        return doubleText(this.#buffer.readDoubleLE(at));
      case KIND.STRING: {
        const [start, length] = this.#lengthAt(at);
        return quoted(this.#utf8(start, length));
      }
      case KIND.OPAQUE: {
        this.#check(at, 1);
        const [start, length] = this.#lengthAt(at + 1);
        return opaqueText(this.#buffer.readUInt8(at), this.#buffer.subarray(start, start + length));
      }
      default:
        throw corrupt(`a JSON value has type ${kind}`);
    }
  }

  /** Seven bits a byte, the lowest first; returns where the bytes begin and how many there are. */
  #lengthAt(at: number): [start: number, length: number] {
    let length = 0;
    for (let i = 0; i < 5; i += 1) {
      this.#check(at + i, 1);
      const byte = this.#buffer.readUInt8(at + i);
      length += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) {
        const start = at + i + 1;
        this.#check(start, length);
        this.#spend(length);
        return [start, length];
      }
    }
    throw corrupt('a JSON string has no length');
  }
}

/** A value of a type JSON does not have: DECIMAL and the temporal types print as such, all others as base64. */
function opaqueText(type: number, bytes: Buffer): string {
  switch (type) {
    case TYPE.NEWDECIMAL: {
      const precision = bytes.readUInt8(0);
      const scale = bytes.readUInt8(1);
      if (
        precision < 1 ||
        precision > 65 ||
        scale > precision ||
        bytes.length !== 2 + decimalLength(precision, scale)
      ) {
        throw corrupt('a DECIMAL in a JSON document has a wrong length');
      }
      return decimalText(bytes, 2, precision, scale);
    }
    case TYPE.DATE:
    case TYPE.TIME:
    case TYPE.DATETIME:
    case TYPE.TIMESTAMP:
      if (bytes.length !== 8) throw corrupt('a temporal value in a JSON document is not 8 bytes long');
      return `"${packedTemporalText(type, bytes.readBigInt64LE(0))}"`;
    default:
      return quoted(`base64:type${type}:${base64Lines(bytes)}`);
  }
}

/** The server breaks base64 text every 76 characters. */
function base64Lines(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\n');
}

/** MySQL `TIME_from_longlong_*_packed`: 24 bits of microseconds below the date and time bits. */
function packedTemporalText(type: number, packed: bigint): string {
  const absolute = packed < 0n ? -packed : packed;
  const whole = Number(absolute >> 24n);
  const micros = padded(Number(absolute & 0xffffffn), 6);
  const second = whole & 63;
  const minute = (whole >> 6) & 63;
  if (type === TYPE.TIME) {
    return `${packed < 0n ? '-' : ''}${clockText((whole >> 12) & 1023, minute, second)}.${micros}`;
  }
  const days = Math.floor(whole / 2 ** 17);
  const months = days >> 5;
  const date = dateText(Math.floor(months / 13), months % 13, days & 31);
  if (type === TYPE.DATE) return date;
  return `${date} ${clockText((whole >> 12) & 31, minute, second)}.${micros}`;
}
