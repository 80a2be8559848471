import { isJsonDiff, OtterError, say, type JsonDiff, type Value } from '@otter/core';
import type { TargetColumn } from './catalog.ts';
import { quoteName, quoteText } from './quoting.ts';

/** Digits and points long enough, or ended by a zero after a point, that a double may not print them so. */
const SUSPICIOUS = /\d\.\d*0(?!\d)|[\d.]{16}/;

/**
 * A whole JSON document as the server's own text; the server parses it when it stores it. A number a double
 * would not print that way (`12.50`, 20 digits after a point) was a DECIMAL inside the document: parsed from
 * text it would change, so such a document is put together by JSON_OBJECT and JSON_ARRAY with CASTs.
 *
 * Text cannot tell a DECIMAL `0.5` from a double, nor a DATE, TIME, DATETIME or BLOB inside JSON from the
 * string it prints as: these arrive with the same text and another JSON_TYPE.
 */
export function jsonLiteral(text: string): string {
  if (!SUSPICIOUS.test(text) || !hasDecimal(text)) return quoteText(text);
  return new JsonRebuilder(text).expression();
}

/** Whether {@link jsonLiteral} gives an expression rather than a literal, or the value is a partial update. */
export function jsonNeedsExpression(value: Value): boolean {
  return isJsonDiff(value) || (typeof value === 'string' && SUSPICIOUS.test(value) && hasDecimal(value));
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

function hasDecimal(text: string): boolean {
  for (const [token] of text.matchAll(TOKEN)) if (token[0] !== '"' && isDecimal(token)) return true;
  return false;
}

/** Whether a number is neither an integer of 64 bits nor what a double prints. */
function isDecimal(token: string): boolean {
  if (/[eE]/.test(token)) return false;
  if (!token.includes('.')) {
    const integer = BigInt(token);
    // A larger integer is a DECIMAL too: a double of that size prints an exponent or ends in `.0`.
    return integer > 18446744073709551615n || integer < -9223372036854775808n;
  }
  const number = Number(token);
  const [whole = '', fraction = ''] = token.split('.');
  if (fraction === '0') return String(Math.abs(number)) !== whole.replace('-', '') && !/e/.test(String(number));
  // Beyond 1e21 and below 1e-6 JavaScript prints an exponent; so do the servers, at about the same place.
  return String(number) !== token && !(Object.is(number, -0) && Number(fraction) === 0) && fraction !== '';
}

/** MySQL refuses JSON nested deeper. */
const DEPTH_MAX = 100;

/** Reads JSON text once, from left to right, and writes the SQL that makes the same document. */
class JsonRebuilder {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{}:,]/g) ?? [];
  }

  expression(): string {
    return this.#value(0);
  }

  #value(depth: number): string {
    if (depth > DEPTH_MAX) throw new OtterError('ROW_REFUSED', { detail: say('json-too-deep') });
    const token = this.#tokens[this.#at++] ?? '';
    if (token === '{') return this.#list('}', depth, 'JSON_OBJECT');
    if (token === '[') return this.#list(']', depth, 'JSON_ARRAY');
    if (/^-?\d/.test(token) && isDecimal(token)) {
      const scale = (token.split('.')[1] ?? '').length;
      return `CAST(CAST(${token} AS DECIMAL(65,${scale})) AS JSON)`;
    }
    return `CAST(${quoteText(token)} AS JSON)`;
  }

  #list(end: string, depth: number, name: string): string {
    const parts: string[] = [];
    while (this.#at < this.#tokens.length && this.#tokens[this.#at] !== end) {
      if (this.#tokens[this.#at] === ',') this.#at += 1;
      if (name === 'JSON_OBJECT') {
        // A key is a JSON string; unquoting is the server's work, so that no escape is read differently.
        parts.push(`JSON_UNQUOTE(${quoteText(this.#tokens[this.#at] ?? '')})`);
        this.#at += 2;
      }
      parts.push(this.#value(depth + 1));
    }
    this.#at += 1;
    return `${name}(${parts.join(',')})`;
  }
}

/**
 * The steps of a partial JSON update as nested function calls on the column, applied in order. An insert
 * whose path ends in an array index inserts before that element (JSON_ARRAY_INSERT), one that ends in a
 * member adds it (JSON_INSERT). Source: MySQL `Json_diff_vector`, WL#2955.
 */
export function jsonUpdateExpression(target: TargetColumn, diffs: readonly JsonDiff[]): string {
  let expression = quoteName(target.name);
  for (const diff of diffs) {
    const path = quoteText(diff.path);
    if (diff.operation === 'remove') {
      expression = `JSON_REMOVE(${expression},${path})`;
      continue;
    }
    const text = diff.value ?? 'null';
    const value = jsonNeedsExpression(text) ? jsonLiteral(text) : `CAST(${quoteText(text)} AS JSON)`;
    if (diff.operation === 'replace') expression = `JSON_REPLACE(${expression},${path},${value})`;
    else if (diff.path.endsWith(']')) expression = `JSON_ARRAY_INSERT(${expression},${path},${value})`;
    else expression = `JSON_INSERT(${expression},${path},${value})`;
  }
  return expression;
}
