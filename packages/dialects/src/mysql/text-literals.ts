import { OtterError, say, type Column, type Value, type Wording } from '@otter/core';
import type { TargetColumn } from './catalog.ts';
import type { Literal } from './literal.ts';
import { quoteName, quoteText } from './quoting.ts';

/** Charsets whose valid bytes the log hands out as strings. */
export const UTF8_FAMILY: ReadonlySet<string> = new Set(['utf8', 'utf8mb3', 'utf8mb4', 'ascii']);
/** Charsets that hold every character of every other one. */
const UNIVERSAL = new Set(['utf8mb4', 'utf16', 'utf16le', 'utf32']);
/** Charsets in which a space is not the single byte 0x20, and the bytes a text in them is a multiple of. */
const WIDE: Readonly<Record<string, number>> = { utf16: 2, utf16le: 2, utf32: 4, ucs2: 2 };

/** Longer texts make a derived table slow. */
const DERIVED_LENGTH_MAX = 16 * 1024;

const CHARSET_NAME = /^[a-z0-9_]+$/;

/**
 * Literals from text to text. Bytes travel with the source charset's introducer; the server converts to the
 * target's charset and, being strict, refuses (1366) what that charset lacks. Bytes that are not valid in
 * their own charset are refused (1300) and never altered.
 */
export function textLiteral(source: Column, target: TargetColumn): Literal {
  const charset = source.charset ?? 'utf8mb4';
  const targetCharset = target.charset ?? charset;
  const introducer = `_${safeName(charset)} X'`;
  const unit = WIDE[charset] ?? 1;
  const bare = (value: Value): string => {
    if (typeof value === 'string') return quoteText(value);
    const bytes = value as Buffer;
    // The server would put zero bytes before it to make it whole.
    if (bytes.length % unit !== 0) throw refused(target, say('text-bytes', { charset }));
    return `${introducer}${bytes.toString('hex')}'`;
  };
  const shortened = spaceLoss(source, charset, target);
  return {
    store: (value) => {
      if (shortened(value)) throw refused(target, say('text-spaces'));
      return bare(value);
    },
    match: bare,
    join: joinOf(charset, targetCharset, target, bare),
    same: sameOf(charset, targetCharset, target, bare),
    needsLenientMode: () => false,
    alone: (value) => (value as string | Buffer).length > DERIVED_LENGTH_MAX,
  };
}

/**
 * Even a strict server cuts trailing spaces silently: all of them in a CHAR, those beyond the length in a
 * VARCHAR or TEXT.
 */
function spaceLoss(source: Column, charset: string, target: TargetColumn): (value: Value) => boolean {
  const wide = charset in WIDE;
  const fixed = target.typeText.startsWith('char');
  // Bytes of the same charset that fit a source which is not longer fit the target.
  if (!fixed && charset === target.charset && source.length > 0 && source.length <= target.length) return () => false;
  const characters = target.characters ?? target.length;
  return (value) => {
    if (typeof value === 'string') {
      if (value.charCodeAt(value.length - 1) !== 0x20) return false;
      if (fixed) return true;
      return characterCount(value) > characters || Buffer.byteLength(value) > Math.max(target.length, characters);
    }
    const bytes = value as Buffer;
    if (bytes.length === 0 || (bytes[bytes.length - 1] !== 0x20 && !wide)) return false;
    if (wide) {
      const lastIsSpace = bytes.at(-1) === 0x20 || (charset === 'utf16le' && bytes.at(-2) === 0x20);
      return lastIsSpace && !fixed && bytes.length > characters * 2;
    }
    return fixed || bytes.length > characters;
  };
}

/** Unicode characters, not UTF-16 units. */
function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * A key in a derived table is a column there, whose collation would clash with the key's; the explicit one
 * settles it for the whole column. A charset that could lose characters is not converted to: a wrong key
 * would address another row.
 */
function joinOf(
  charset: string,
  targetCharset: string,
  target: TargetColumn,
  bare: (value: Value) => string,
): (value: Value) => string | null {
  if (target.collation === null) return () => null;
  const collate = ` COLLATE ${safeName(target.collation)}`;
  if (charset === targetCharset && !UTF8_FAMILY.has(charset)) return (value) => bare(value) + collate;
  if (targetCharset === 'utf8mb4') {
    if (charset === 'utf8mb4' || UTF8_FAMILY.has(charset)) {
      return (value) => (typeof value === 'string' ? quoteText(value) + collate : null);
    }
    return (value) => `CONVERT(${bare(value)} USING utf8mb4)${collate}`;
  }
  if (charset === targetCharset) {
    return (value) => (typeof value === 'string' ? `_${safeName(charset)} ${quoteText(value)}${collate}` : null);
  }
  if (UNIVERSAL.has(targetCharset)) return (value) => `CONVERT(${bare(value)} USING ${targetCharset})${collate}`;
  return () => null;
}

function sameOf(
  charset: string,
  targetCharset: string,
  target: TargetColumn,
  bare: (value: Value) => string,
): (value: Value) => string {
  const name = quoteName(target.name);
  const stored = `CAST(${name} AS BINARY) <=> `;
  const utf8 = UTF8_FAMILY.has(charset) && UTF8_FAMILY.has(targetCharset);
  if (charset === targetCharset || utf8) {
    return (value) => {
      const hex = (typeof value === 'string' ? Buffer.from(value) : (value as Buffer)).toString('hex');
      return `${stored}X'${hex}'`;
    };
  }
  return (value) => `${stored}CAST(CONVERT(${bare(value)} USING ${safeName(targetCharset)}) AS BINARY)`;
}

function refused(target: TargetColumn, reason: Wording): OtterError {
  return new OtterError('ROW_REFUSED', {
    detail: say('text-refused', { column: target.name, type: target.typeText, reason }),
    context: { column: target.name },
  });
}

/** Charset and collation names come from a server; they stand in SQL unquoted. */
function safeName(name: string): string {
  if (!CHARSET_NAME.test(name)) {
    throw new OtterError('SCHEMA_MISMATCH', { detail: say('charset-name-bad', { name }) });
  }
  return name;
}
