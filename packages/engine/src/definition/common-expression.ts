import { say, type Wording } from '@otter/core';
import type { TokenRange } from '../ddl/ddl-statement.ts';
import type { SqlToken } from '../ddl/sql-token.ts';
import type { DefinitionText } from './definition-text.ts';
import { refuse } from './refusal.ts';

/** Words that are neither names nor functions and mean the same in both families. */
const OPERATORS = new Set(
  'AND OR NOT XOR IS NULL TRUE FALSE IN BETWEEN LIKE DIV MOD CASE WHEN THEN ELSE END AS SIGNED UNSIGNED INTEGER DATE TIME DATETIME DECIMAL'.split(
    ' ',
  ),
);

/**
 * Functions whose results are the same in both families for every argument both take. Not here, on purpose: JSON
 * (spacing and number formats differ), regular expressions (two engines), formatting by locale, everything random.
 */
const FUNCTIONS = new Set(
  (
    'IF IFNULL NULLIF COALESCE GREATEST LEAST ABS CEIL CEILING FLOOR ROUND TRUNCATE SIGN MOD CONCAT CONCAT_WS LOWER ' +
    'LCASE UPPER UCASE TRIM LTRIM RTRIM LEFT RIGHT SUBSTR SUBSTRING MID REPLACE REVERSE REPEAT LPAD RPAD LENGTH ' +
    'OCTET_LENGTH CHAR_LENGTH CHARACTER_LENGTH LOCATE INSTR HEX MD5 SHA1 SHA SHA2 CRC32 YEAR QUARTER MONTH DAY ' +
    'DAYOFMONTH DAYOFYEAR DAYOFWEEK WEEKDAY HOUR MINUTE SECOND DATE TO_DAYS TO_SECONDS DATEDIFF LAST_DAY ' +
    'UNIX_TIMESTAMP CAST DECIMAL DATETIME TIME AND OR NOT IN XOR DIV LIKE BETWEEN WHEN THEN ELSE CASE IS AS'
  ).split(' '),
);

/** The same for what a default may be beyond that. */
const DEFAULT_FUNCTIONS = new Set('UUID CURDATE CURRENT_DATE CURTIME CURRENT_TIME NOW CURRENT_TIMESTAMP'.split(' '));

const MARKS = new Set('( ) + - * / % < > = ! , .'.split(' '));
const NUMBER = /^(?:\d+(?:E\d*)?|0X[\dA-F]+)$/;
const INTRODUCER = /^_(?:UTF8MB4|UTF8MB3|UTF8|LATIN1|ASCII|BINARY)$/;

/** Refuses an expression that is not known to mean the same in the other family. */
export function requireCommon(
  text: DefinitionText,
  range: TokenRange,
  what: Wording,
  kind: 'value' | 'default' = 'value',
): void {
  for (let i = range.from; i < range.end; i++) {
    const token = text.tokens[i] as SqlToken;
    if (isCommon(text, i, kind)) continue;
    refuse(say('uses-unknown', { what, word: token.written, server: text.target.label }));
  }
}

function isCommon(text: DefinitionText, i: number, kind: 'value' | 'default'): boolean {
  const token = text.tokens[i] as SqlToken;
  if (token.kind === 'string' || token.kind === 'name') return true;
  if (token.kind === 'mark') return MARKS.has(token.text);
  const next = text.tokens[i + 1];
  if (NUMBER.test(token.text)) return true;
  // Introducers and b'…', x'…' stand directly before the text.
  if (next?.kind === 'string' && next.start === token.end)
    return INTRODUCER.test(token.text) || ['B', 'X', 'N'].includes(token.text);
  if (next?.text === '(') return FUNCTIONS.has(token.text) || (kind === 'default' && DEFAULT_FUNCTIONS.has(token.text));
  return OPERATORS.has(token.text) || text.isColumn(token.written);
}
