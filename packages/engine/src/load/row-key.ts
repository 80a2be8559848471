import { OtterError, say, type CatalogColumn, type Column, type Row, type UniqueKey, type Value } from '@otter/core';

/** What identifies a row in memory: a number where the key is one, else text that no other key shares. */
export type RowKey = number | string;

/** A key value that cannot be compared in memory: whoever holds it may clash with anything of its table. */
export const WILD = '\u0000wild';

/** Reads the exact identity of a row. Throws ROW_IMAGE_PARTIAL when the image lacks a key column. */
export type IdentityReader = (row: Row) => RowKey;

/**
 * Reads what a unique key sees of a row, folded so far that two values the server holds equal under the
 * column's collation always give the same text. `null`: a part is NULL and the key does not apply.
 * `undefined`: the image lacks a part. {@link WILD}: not comparable here.
 */
export type UniqueReader = (row: Row) => RowKey | null | undefined;

export function compileIdentity(ordinals: readonly number[], table: string): IdentityReader {
  const only = ordinals[0];
  if (ordinals.length === 1 && only !== undefined) {
    return (row) => {
      const value = row[only];
      return typeof value === 'number' ? value : exactText(value, table);
    };
  }
  return (row) => {
    let key = '';
    for (const ordinal of ordinals) {
      const text = exactText(row[ordinal], table);
      key += `${text.length}:${text}`;
    }
    return key;
  };
}

function exactText(value: Value, table: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined) {
    throw new OtterError('ROW_IMAGE_PARTIAL', { detail: say('image-lacks-key', { table }) });
  }
  // A Buffer here is text of another charset or binary; half a surrogate, which no text holds, keeps b"1" and "1" apart.
  return Buffer.isBuffer(value) ? `\ud800${value.toString('latin1')}` : String(value);
}

/** A part of a unique key: where the row holds it and how the target compares it. */
export interface UniquePart {
  ordinal: number;
  source: Column;
  target: CatalogColumn;
  prefix: number | null;
}

export function compileUnique(parts: readonly UniquePart[], name: string): UniqueReader {
  const folds = parts.map((part) => compileFold(part));
  if (parts.length === 1) {
    const ordinal = (parts[0] as UniquePart).ordinal;
    const fold = folds[0] as Fold;
    return (row) => {
      const value = row[ordinal];
      if (value === null || value === undefined) return value;
      const folded = fold(value);
      return folded === WILD ? WILD : `${name}\u0000${folded}`;
    };
  }
  return (row) => {
    let key = name;
    for (let i = 0; i < parts.length; i++) {
      const value = row[(parts[i] as UniquePart).ordinal];
      if (value === null || value === undefined) return value;
      const folded = (folds[i] as Fold)(value);
      if (folded === WILD) return WILD;
      key += `\u0000${folded.length}:${folded}`;
    }
    return key;
  };
}

type Fold = (value: Exclude<Value, null | undefined>) => string;

const PADDED_BY_UNITS = new Set(['ucs2', 'utf16', 'utf16le', 'utf32']);

function compileFold({ source, target, prefix }: UniquePart): Fold {
  const wild: Fold = () => WILD;
  // Where the target stores something else than it was sent, equality on the target is not known here.
  const sameShape =
    source.kind === target.kind &&
    source.scale === target.scale &&
    source.charset === target.charset &&
    source.labels?.join('\0') === target.labels?.join('\0');
  if (!sameShape) return wild;
  switch (source.kind) {
    case 'text':
      if (PADDED_BY_UNITS.has(source.charset ?? '')) return wild;
      if (isBinaryCollation(target.collation)) return textFold(true, prefix);
      return PLAIN_COLLATION.test(target.collation ?? '') ? textFold(false, prefix) : wild;
    case 'binary':
      return (value) => (Buffer.isBuffer(value) ? bytesText(value, prefix) : WILD);
    case 'float':
    case 'double':
      return (value) => (value === 0 ? '0' : String(value));
    case 'json':
    case 'geometry':
    case 'vector':
      return wild;
    default:
      return (value) => String(value);
  }
}

function bytesText(value: Buffer, prefix: number | null): string {
  return (prefix === null ? value : value.subarray(0, prefix)).toString('latin1');
}

/** `_bin` collations compare bytes, padded with spaces; NO PAD ones are folded a little too far, which is safe. */
function isBinaryCollation(collation: string | null): boolean {
  return collation !== null && (collation === 'binary' || collation.endsWith('_bin'));
}

function textFold(binary: boolean, prefix: number | null): Fold {
  const cut = (text: string): string => (prefix === null ? text : Array.from(text).slice(0, prefix).join(''));
  return (value) => {
    if (typeof value === 'string') return foldText(cut(value), binary);
    if (!Buffer.isBuffer(value)) return WILD;
    const text = bytesText(value, prefix);
    if (binary) return trimSpaces(text);
    return ASCII.test(text) ? foldText(text, false) : WILD;
  };
}

/**
 * Collations that hold printable ASCII equal by case and trailing spaces alone. Those of a language may know more: i = j
 * (roman), y = i (lithuanian); so do those of old charsets: y = ~ (gbk), e = ` (big5). Asked of MySQL 9.7 and
 * MariaDB 10.11 with WEIGHT_STRING for every two characters.
 */
const PLAIN_COLLATION =
  /^(?:utf8(?:mb3|mb4)?_(?:general|general_mysql500|unicode|unicode_520|tolower|0900|zh_0900|uca1400)|latin1_(?:swedish|general|german1|danish|spanish)|(?:ascii|cp1251|koi8r)_general)(?:_nopad)?(?:_ai|_as)?_c[is]$/;
const ASCII = /^[ -~]*$/;
// Every collation gives each unified ideograph a weight of its own, so Chinese text needs no folding.
const ASCII_OR_HAN = /^[ -~\u4e00-\u9fa5]*$/;

function foldText(text: string, binary: boolean): string {
  if (binary) return trimSpaces(text);
  return ASCII_OR_HAN.test(text) ? trimSpaces(text).toLowerCase() : WILD;
}

function trimSpaces(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

/** Whether a row's identity under this key needs no folding: then the identity alone detects every clash. */
export function isExactKey(key: UniqueKey, columns: readonly { source: Column; target: CatalogColumn }[]): boolean {
  return key.parts.every((part, i) => {
    const column = columns[i];
    if (!column || part.prefix !== null || column.source.kind !== column.target.kind) return false;
    if (column.source.kind === 'text') return false;
    return (
      column.source.scale === column.target.scale && column.source.kind !== 'float' && column.source.kind !== 'double'
    );
  });
}
