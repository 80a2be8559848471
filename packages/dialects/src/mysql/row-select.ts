import { isUtf8 } from 'node:buffer';
import type { Column, Row, Value } from '@otter/core';
import type { TargetColumn, TargetTable } from './catalog.ts';
import { quoteName } from './quoting.ts';

/** One cell as the server's text protocol sends it. */
type Cell = Buffer | null;

/** How the rows of one table are read by SELECT, so that each value is the same as the log's would be. */
export interface RowSelect {
  /** The columns read: all but generated ones, in the table's order. */
  columns: Column[];
  /** One SQL expression for each column. */
  expressions: string[];
  /** A row of these expressions as values (see `Value`); `undefined` never occurs. */
  read(cells: readonly Cell[]): Row;
}

/**
 * Compiles the reading of a table. The session must run in UTC, in utf8mb4 and without PAD_CHAR_TO_FULL_LENGTH, as
 * {@link openTargetSession} sets it. Numbers that a server would print in a column's own format (ZEROFILL,
 * FLOAT with six digits, DOUBLE(M,D)) are asked for as plain numbers.
 */
export function compileRowSelect(table: TargetTable): RowSelect {
  const columns = table.columns.filter((column) => column.generated === 'no');
  const readers = columns.map(cellReader);
  return {
    columns,
    expressions: columns.map(expressionOf),
    read(cells) {
      const row: Row = [];
      for (let i = 0; i < readers.length; i++) {
        const cell = cells[i] as Cell;
        row.push(cell === null ? null : (readers[i] as (cell: Buffer) => Value)(cell));
      }
      return row;
    },
  };
}

function expressionOf(column: TargetColumn): string {
  const name = quoteName(column.name);
  switch (column.kind) {
    // Multiplied, not added: -0 would lose its sign.
    case 'float':
    case 'double':
      return `${name}*1e0`;
    // Not `+0`, which MySQL answers with a double: a SET of 64 members would not be exact.
    case 'bit':
    case 'enum':
    case 'set':
      return `CAST(${name} AS UNSIGNED)`;
    case 'text':
      return UTF8_CHARSETS.has(column.charset ?? '') ? name : `CAST(${name} AS BINARY)`;
    default:
      return name;
  }
}

const UTF8_CHARSETS: ReadonlySet<string> = new Set(['utf8mb3', 'utf8mb4', 'ascii']);

function cellReader(column: TargetColumn): (cell: Buffer) => Value {
  switch (column.kind) {
    case 'int':
    case 'year':
    case 'bit':
    case 'enum':
    case 'set':
      return readInteger;
    case 'decimal':
      return (cell) => cell.toString('latin1').replace(LEADING_ZEROS, '$1');
    case 'float':
      return (cell) => Math.fround(Number(cell.toString('latin1')));
    case 'double':
      return (cell) => Number(cell.toString('latin1'));
    case 'text':
      return UTF8_CHARSETS.has(column.charset ?? '') ? readText : (cell) => Buffer.from(cell);
    case 'binary':
    case 'geometry':
    case 'vector':
      return (cell) => Buffer.from(cell);
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return (cell) => cell.toString('latin1');
    case 'json':
      return (cell) => cell.toString('utf8');
  }
}

const LEADING_ZEROS = /^(-?)0+(?=\d)/;
/** Digits of an integer that is exact as a number whatever they are. */
const SAFE_DIGITS = 15;

function readInteger(cell: Buffer): number | bigint {
  if (cell.length > SAFE_DIGITS) {
    const value = BigInt(cell.toString('latin1'));
    return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? Number(value) : value;
  }
  let value = 0;
  const negative = cell[0] === 0x2d;
  for (let i = negative ? 1 : 0; i < cell.length; i++) value = value * 10 + ((cell[i] as number) - 0x30);
  return negative ? -value : value;
}

/** A string when the bytes are UTF-8, else a copy of them, as the reader of the log decides. */
function readText(cell: Buffer): string | Buffer {
  const text = cell.toString('utf8');
  return text.includes('\ufffd') && !isUtf8(cell) ? Buffer.from(cell) : text;
}
