import { assert, type Column, type Row, type Value } from '@otter/core';
import type { TargetColumn } from './catalog.ts';
import { quoteName, quoteTable } from './quoting.ts';

/** A column that travels: where its value stands in a source row, what it is there, and what it becomes. */
export interface BulkColumn {
  sourceIndex: number;
  source: Column;
  target: TargetColumn;
}

/**
 * Many rows of one table as the file LOAD DATA LOCAL INFILE reads: half the work of an INSERT for the server, which has
 * no SQL to parse. LOCAL bends and skips where INSERT refuses, and counts it: who runs it must take back whatever did not
 * insert every row without a warning. Source: MySQL manual, "LOAD DATA Statement", "Column Value Assignment" and
 * "Duplicate-Key and Error Handling".
 */
export interface BulkLoad {
  /** The statement. The file's name in it means nothing, as no file is read. */
  readonly sql: string;
  /** The rows as that file; `null` when a value of them travels only as SQL text. */
  content(rows: readonly Row[]): Buffer | null;
}

/** A value that is not NULL as the bytes of its field, one character each; `null`: only SQL text carries it. */
type Field = (value: Value) => string | null;

/** Charsets whose valid bytes a source hands out as strings, and in which every byte below 0x80 is itself. */
const UTF8_CHARSETS: ReadonlySet<string> = new Set(['utf8', 'utf8mb3', 'utf8mb4', 'ascii']);

/** Charsets whose characters are two bytes and more, between which the server would not find its tabs. */
const WIDE_CHARSETS: ReadonlySet<string> = new Set(['ucs2', 'utf16', 'utf16le', 'utf32']);

/** `null` when a column of the table must travel as SQL text. The pairs of columns are known to be compatible. */
export function compileBulkLoad(schema: string, table: string, columns: readonly BulkColumn[]): BulkLoad | null {
  const fields: { index: number; field: Field }[] = [];
  for (const { sourceIndex, source, target } of columns) {
    const field = fieldOf(source, target);
    if (field === null) return null;
    fields.push({ index: sourceIndex, field });
  }
  const names = columns.map(({ target }) => quoteName(target.name)).join(',');
  return {
    // As binary, bytes go into text columns as they are, and the server looks whether they are valid there.
    sql: `LOAD DATA LOCAL INFILE 'otter' INTO TABLE ${quoteTable(schema, table)} CHARACTER SET binary (${names})`,
    content(rows) {
      const lines: string[] = [];
      for (const row of rows) {
        let line = '';
        for (let i = 0; i < fields.length; i++) {
          const { index, field } = fields[i] as { index: number; field: Field };
          const value = row[index];
          assert(value !== undefined, 'an absent value was about to be written');
          const text = value === null ? '\\N' : field(value);
          if (text === null) return null;
          line += i === 0 ? text : `\t${text}`;
        }
        lines.push(`${line}\n`);
      }
      return Buffer.from(lines.join(''), 'latin1');
    },
  };
}

function fieldOf(source: Column, target: TargetColumn): Field | null {
  if (source.kind !== target.kind) return null;
  switch (source.kind) {
    case 'year':
      // As text, 0 is the year 2000.
      return (value) => String(value).padStart(4, '0');
    case 'int':
    case 'decimal':
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
      return String;
    case 'float':
    case 'double':
      // FLOAT(M,D) rounds without a word.
      return target.typeText.includes('(') ? null : doubleField;
    case 'text':
      return textField(source, target);
    case 'binary':
      return source.length <= target.length ? (value) => escaped((value as Buffer).toString('latin1')) : null;
    case 'enum':
    case 'set':
      return labelField(source, target);
    default:
      return null;
  }
}

/** By label: a number would be taken for a label of digits first. */
function labelField(source: Column, target: TargetColumn): Field | null {
  const labels = source.labels ?? [];
  const isAlike = labels.length > 0 && labels.every((label, i) => label === target.labels?.[i]);
  if (!isAlike || !UTF8_CHARSETS.has(target.charset ?? '')) return null;
  const texts = labels.map((label) => escaped(Buffer.from(label).toString('latin1')));
  if (source.kind === 'enum') return (value) => texts[Number(value) - 1] ?? null;
  return (value) => {
    const mask = BigInt(value as number | bigint);
    return mask >> BigInt(texts.length) === 0n ? texts.filter((_, i) => (mask >> BigInt(i)) & 1n).join(',') : null;
  };
}

function doubleField(value: Value): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function textField(source: Column, target: TargetColumn): Field | null {
  if (source.length > target.length) return null;
  // A CHAR would lose them.
  const losesSpaces = target.typeText.startsWith('char');
  if (UTF8_CHARSETS.has(source.charset ?? '') && UTF8_CHARSETS.has(target.charset ?? '')) {
    return (value) => {
      // Bytes that are not valid in their own charset, which the server says better of SQL text.
      if (typeof value !== 'string' || (losesSpaces && value.endsWith(' '))) return null;
      return PLAIN.test(value) ? value : escaped(Buffer.from(value).toString('latin1'));
    };
  }
  if (source.charset !== target.charset || WIDE_CHARSETS.has(source.charset ?? '')) return null;
  return (value) => {
    const bytes = value as Buffer;
    return losesSpaces && bytes.at(-1) === SPACE ? null : escaped(bytes.toString('latin1'));
  };
}

const SPACE = 0x20;
/** Printable ASCII without a backslash: stands in the file as it is. */
const PLAIN = /^[ -[\]-~]*$/;
const SPECIALS = new RegExp('[\\0\\t\\n\\\\]', 'g');
const ESCAPED: Readonly<Record<string, string>> = { '\0': '\\0', '\t': '\\t', '\n': '\\n', '\\': '\\\\' };

function escaped(bytes: string): string {
  return bytes.replace(SPECIALS, (character) => ESCAPED[character] as string);
}
