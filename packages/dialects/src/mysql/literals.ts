import { assert, OtterError, say, type Column, type Value, type Wording } from '@otter/core';
import type { TargetColumn } from './catalog.ts';
import { compatibility, describe } from './compatibility.ts';
import { jsonLiteral, jsonUpdateExpression, jsonNeedsExpression } from './json-literals.ts';
import type { Literal, LiteralTarget } from './literal.ts';
import { quoteBytes, quoteName, quoteText } from './quoting.ts';
import { textLiteral } from './text-literals.ts';

type Store = (value: Value) => string;

/**
 * Compiles the literals from `source` (as the log describes it) to `target` (as the catalogue does).
 * Throws SCHEMA_MISMATCH when values could change on the way.
 */
export function compileLiteral(source: Column, target: TargetColumn, _server?: LiteralTarget): Literal {
  const reason = compatibility(source, target);
  if (reason !== null) {
    throw new OtterError('SCHEMA_MISMATCH', {
      detail: say('columns-unfit', { source: source.name, target: target.name, reason }),
      context: { column: target.name },
    });
  }
  if (source.kind === 'text' && target.kind === 'text') return nullSafe(target, textLiteral(source, target));
  const literal: Literal = {
    store: storeOf(source, target),
    match: matchOf(source, target),
    join: joinOf(source, target),
    same: sameOf(source, target),
    needsLenientMode: lenientOf(source, target),
    alone: aloneOf(source, target),
  };
  return nullSafe(target, literal);
}

/** Beyond this a derived table is slow, and MariaDB cuts some literals of more than 64 KB in it. */
const DERIVED_BYTES_MAX = 16 * 1024;
const SIGNED_END = 1n << 63n;

function aloneOf(source: Column, target: TargetColumn): (value: Value) => boolean {
  switch (source.kind as string) {
    case 'int':
    case 'bit':
    case 'set':
      return isBeyondSigned;
    case 'json':
      return target.kind === 'json' ? (value) => jsonNeedsExpression(value) || isLong(value) : isLong;
    default:
      return isLong;
  }
}

/**
 * Beside smaller ones in a derived table such an integer makes a DECIMAL of the column, which MySQL 5.6
 * refuses to fill and both families store in a SET as a signed number: another value, without a warning.
 */
function isBeyondSigned(value: Value): boolean {
  return typeof value === 'bigint' && value >= SIGNED_END;
}

/** Whether a value is too long for a derived table. */
function isLong(value: Value): boolean {
  return (typeof value === 'string' || Buffer.isBuffer(value)) && value.length > DERIVED_BYTES_MAX;
}

function never(): boolean {
  return false;
}

/** NULL is the same word everywhere; an absent value is the caller's mistake. */
function nullSafe(target: TargetColumn, literal: Literal): Literal {
  const name = quoteName(target.name);
  const present = (value: Value): void =>
    assert(value !== undefined, `the absent value of column "${target.name}" was about to be written`);
  return {
    store: (value) => {
      if (value === null) return 'NULL';
      present(value);
      return literal.store(value);
    },
    match: (value) => {
      if (value === null) return 'NULL';
      present(value);
      return literal.match(value);
    },
    join: (value) => (value === null || value === undefined ? null : literal.join(value)),
    same: (value) => {
      if (value === null) return `${name} IS NULL`;
      present(value);
      return literal.same(value);
    },
    needsLenientMode: (value) => value !== null && literal.needsLenientMode(value),
    alone: (value) => value !== null && literal.alone(value),
  };
}

function storeOf(source: Column, target: TargetColumn): Store {
  if (target.kind === 'text') return quotedOf(source);
  switch (source.kind) {
    case 'int':
    case 'bit':
    case 'year':
      return integerText;
    case 'decimal':
      return decimalText;
    case 'float':
    case 'double':
      return doubleStore(source, target);
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
      return (value) => `'${plain(value)}'`;
    case 'enum':
      return sameLabels(source, target) ? integerText : labelStore(source);
    case 'set':
      return sameLabels(source, target) ? integerText : labelsStore(source);
    case 'json':
      return (value) => (Array.isArray(value) ? jsonUpdateExpression(target, value) : jsonLiteral(value as string));
    case 'uuid':
      return (value) => quoteText(uuidText(value));
    case 'inet4':
      return (value) => quoteText(addressText(value, 4));
    case 'inet6':
      return (value) => quoteText(addressText(value, 16));
    case 'binary':
    case 'geometry':
    case 'vector':
    case 'text':
      return (value) => quoteBytes(value as Buffer);
  }
}

/** Any kind whose text form is exact, into a text column. */
function quotedOf(source: Column): Store {
  const kind: string = source.kind;
  switch (kind) {
    case 'enum':
      return labelStore(source);
    case 'set':
      return labelsStore(source);
    case 'year':
      return (value) => `'${plain(value).padStart(4, '0')}'`;
    case 'uuid':
      return (value) => quoteText(uuidText(value));
    case 'inet4':
    case 'inet6':
      // How the server shortens an address is not ours to guess.
      return (value) => {
        if (Buffer.isBuffer(value)) throw refused(source, say('value-address-bytes'));
        return quoteText(plain(value));
      };
    case 'json':
      return (value) => {
        if (Array.isArray(value)) throw refused(source, say('value-partial-json'));
        return quoteText(value as string);
      };
    default:
      return (value) => quoteText(plain(value));
  }
}

/** A value that is a text already, or a number. */
function plain(value: Value): string {
  assert(typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint', 'a value is not plain');
  return String(value);
}

function integerText(value: Value): string {
  if (typeof value === 'bigint') return String(value);
  assert(typeof value === 'number' && Number.isSafeInteger(value), 'an integer is neither safe nor a bigint');
  return String(value);
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

function decimalText(value: Value): string {
  assert(typeof value === 'string' && DECIMAL.test(value), 'a decimal is not the text of a decimal');
  return value;
}

/** `1.5e0`: with an exponent, so that the server reads a double and never a decimal; `-0e0` keeps its sign. */
function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0e0';
  const text = String(value);
  return text.includes('e') ? text : `${text}e0`;
}

/**
 * Quoted: an unquoted double in a derived table takes part in the aggregation of decimals and lengths,
 * a text stays as it is until it is stored, where both servers read it exactly.
 */
function doubleStore(source: Column, target: TargetColumn): Store {
  const digits = /^(?:float|double|real)(?: precision)?\(\d+,(\d+)\)/.exec(target.typeText);
  const rounded = target.kind === 'float' ? Math.fround : Number;
  return (value) => {
    const number = value as number;
    assert(Number.isFinite(number), `column "${source.name}" holds a number no server can store`);
    if (digits !== null && Math.abs(number) < 1e21 && rounded(Number(number.toFixed(Number(digits[1])))) !== number) {
      throw refused(source, say('value-rounded', { type: target.typeText }));
    }
    return `'${doubleText(number)}'`;
  };
}

function sameLabels(source: Column, target: Column): boolean {
  const a = source.labels;
  const b = target.labels;
  // A target may have more labels after the source's.
  return a !== null && b !== null && a.length <= b.length && a.every((label, i) => label === b[i]);
}

function labelStore(source: Column): Store {
  return (value) => {
    const index = Number(value);
    if (index === 0) return "''";
    const label = source.labels?.[index - 1];
    if (label === undefined) throw refused(source, say('value-label-unknown', { index: String(index) }));
    return quoteText(label);
  };
}

function labelsStore(source: Column): Store {
  const labels = source.labels ?? [];
  return (value) => {
    const mask = BigInt(value as number | bigint);
    if (mask >> BigInt(labels.length) !== 0n) throw refused(source, say('value-member-unknown'));
    return quoteText(labels.filter((_, i) => (mask >> BigInt(i)) & 1n).join(','));
  };
}

/** ENUM index 0 is the value '' a lenient server once stored for a label it did not know. */
function lenientOf(source: Column, target: TargetColumn): (value: Value) => boolean {
  return source.kind === 'enum' && target.kind === 'enum' ? (value) => Number(value) === 0 : never;
}

function matchOf(source: Column, target: TargetColumn): Store {
  const store = storeOf(source, target);
  if (target.kind === 'float' || target.kind === 'double') return (value) => doubleText(value as number);
  if (target.kind === 'binary') return binaryOf(target);
  // The servers read a SET as a signed number: a mask of 2^63 or more is only equal as text.
  if (target.kind === 'set' && source.kind === 'set') {
    const text = labelsStore(source);
    return (value) => (typeof value === 'bigint' && value >= SIGNED_END ? text(value) : store(value));
  }
  // A quoted number would be compared as a double.
  if (target.kind === 'decimal' && source.kind !== 'decimal') return integerText;
  return store;
}

/** BINARY(n) compares all n bytes; the log leaves out trailing zeros. */
function binaryOf(target: TargetColumn): Store {
  if (!target.typeText.startsWith('binary(')) return (value) => quoteBytes(value as Buffer);
  return (value) => {
    const bytes = value as Buffer;
    return `_binary X'${bytes.toString('hex').padEnd(target.length * 2, '0')}'`;
  };
}

/** A date every CAST takes: no zero part and no day a month may lack. */
const PLAIN_DATE = /^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])/;

function joinOf(source: Column, target: TargetColumn): (value: Value) => string | null {
  const kind: string = target.kind;
  switch (kind) {
    case 'int': {
      const store = storeOf(source, target);
      return (value) => (isBeyondSigned(value) ? null : store(value));
    }
    case 'decimal':
      return storeOf(source, target);
    case 'binary':
      return binaryOf(target);
    case 'date':
      return (value) => (PLAIN_DATE.test(plain(value)) ? `CAST('${plain(value)}' AS DATE)` : null);
    // Not a TIMESTAMP: MariaDB 10.5 and MySQL 5.6 do not find one by a DATETIME of a derived table.
    case 'datetime':
      return (value) => (PLAIN_DATE.test(plain(value)) ? `CAST('${plain(value)}' AS DATETIME(${target.scale}))` : null);
    default:
      return () => null;
  }
}

function sameOf(source: Column, target: TargetColumn): Store {
  const name = quoteName(target.name);
  const match = matchOf(source, target);
  const kind: string = target.kind;
  switch (kind) {
    case 'enum':
    case 'set': {
      // The number, not the label: a label compares under its collation.
      const index = targetIndex(source, target);
      return (value) => `${name}+0 <=> ${BigInt.asIntN(64, BigInt(index(value)))}`;
    }
    case 'text':
      return (value) => `CAST(${name} AS BINARY) <=> CAST(CONVERT(${match(value)} USING ${target.charset}) AS BINARY)`;
    case 'json':
      return (value) => {
        assert(typeof value === 'string', 'a partial JSON value cannot address a row');
        return `CAST(${name} AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin <=> ${quoteText(value)}`;
      };
    case 'geometry':
    case 'vector':
      return (value) => `HEX(${name}) <=> '${(value as Buffer).toString('hex').toUpperCase()}'`;
    default:
      return (value) => `${name} <=> ${match(value)}`;
  }
}

function targetIndex(source: Column, target: TargetColumn): (value: Value) => string {
  if (sameLabels(source, target)) return integerText;
  const positions = (source.labels ?? []).map((label) => target.labels?.indexOf(label) ?? -1);
  if (source.kind === 'enum') {
    return (value) => (Number(value) === 0 ? '0' : String((positions[Number(value) - 1] ?? -1) + 1));
  }
  return (value) => {
    const mask = BigInt(value as number | bigint);
    return String(positions.reduce((sum, at, i) => ((mask >> BigInt(i)) & 1n ? sum | (1n << BigInt(at)) : sum), 0n));
  };
}

/** The log holds a UUID in the order of its text (verified on MariaDB 10.11 and 11.8), though pages may not. */
function uuidText(value: Value): string {
  if (!Buffer.isBuffer(value)) return plain(value);
  const hex = paddedHex(value, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function addressText(value: Value, bytes: 4 | 16): string {
  if (!Buffer.isBuffer(value)) return plain(value);
  const hex = paddedHex(value, bytes);
  if (bytes === 4) return [...Buffer.from(hex, 'hex')].join('.');
  return (hex.match(/.{4}/g) ?? []).join(':');
}

function paddedHex(value: Buffer, bytes: number): string {
  assert(value.length <= bytes, `a value of ${bytes} bytes has ${value.length}`);
  return value.toString('hex').padEnd(bytes * 2, '0');
}

function refused(column: Column, reason: Wording): OtterError {
  return new OtterError('ROW_REFUSED', {
    detail: say('value-refused', { column: column.name, type: describe(column), reason }),
    context: { column: column.name },
  });
}
