import type { CatalogColumn, UniqueKey } from '@otter/core';
import { quoteName, quoteTable, quoteText, type Session } from '@otter/dialects';

/** One place in the order of a key: an exact SQL literal for each part, comparable with the column by its index. */
export type KeyBound = readonly string[];

/** Rows of a table in the order of one unique key that is never NULL, read and cut by the server's own order. */
export interface KeyRange {
  /** The quoted table with the key forced: a fresh table whose statistics say it is empty is scanned otherwise. */
  readonly from: string;
  /** Reads the key of a row for {@link KeyRange.bound}: a list of expressions, one for each part. */
  readonly readList: string;
  /** How many expressions {@link KeyRange.readList} has. */
  readonly parts: number;
  readonly orderBy: string;
  /** The same from the other end. */
  readonly descending: string;
  /** The key's columns when it is one integer, whose ranges can be computed without looking. */
  readonly integer: { unsigned: boolean; bytes: number } | null;
  /** The place of a row, from the cells `readList` gave. */
  bound(cells: readonly (string | null)[]): KeyBound;
  /** A predicate for `after < key <= upTo`; `null` leaves that side open. Uses the key's index. */
  within(after: KeyBound | null, upTo: KeyBound | null): string;
  /** A predicate for exactly these places, with the key's own equality. */
  at(bounds: readonly KeyBound[]): string;
}

/** Parts of a key with their columns, in the key's order. */
export function keyColumns<C extends CatalogColumn>(key: UniqueKey, columns: readonly C[]): C[] {
  return key.parts.map((part) => {
    const column = columns.find((candidate) => candidate.name === part.column);
    if (column === undefined) throw new Error(`the key ${key.name} has a part without a column`);
    return column;
  });
}

/** Compiles the ranges of one key; `columns` are its parts in order, all of them NOT NULL and without a prefix. */
export function keyRange(
  table: { schema: string; table: string },
  keyName: string,
  columns: readonly CatalogColumn[],
): KeyRange {
  const names = columns.map((column) => quoteName(column.name));
  const parts = columns.map(partOf);
  const literals = columns.map(literalOf);
  const [only] = columns;
  const integer = columns.length === 1 && only?.kind === 'int' ? { unsigned: only.unsigned, bytes: only.length } : null;
  return {
    from: `${quoteTable(table.schema, table.table)} FORCE INDEX (${quoteName(keyName)})`,
    readList: columns.map((column, i) => readOf(column, names[i] as string)).join(','),
    parts: columns.length,
    orderBy: names.join(','),
    descending: names.map((name) => `${name} DESC`).join(','),
    integer,
    bound: (cells) => literals.map((literal, i) => literal(cells[i] ?? '')),
    within: (after, upTo) => {
      const conditions: string[] = [];
      if (after !== null) conditions.push(beyond(parts, after, '>', '>'));
      if (upTo !== null) conditions.push(beyond(parts, upTo, '<', '<='));
      return conditions.length === 0 ? '1=1' : conditions.join(' AND ');
    },
    at: (bounds) => {
      const one = (bound: KeyBound): string => parts.map((part, i) => part.equal(bound[i] as string)).join(' AND ');
      return bounds.length === 0 ? '1=0' : `(${bounds.map((bound) => `(${one(bound)})`).join(' OR ')})`;
    },
  };
}

/** One part of a key in conditions. */
interface KeyPart {
  equal(literal: string): string;
  compare(sign: Sign, literal: string): string;
}

type Sign = '>' | '>=' | '<' | '<=';

/**
 * `(a > x) OR (a = x AND b > y)`: row constructors compared by order use no index on any server, this form does on
 * all. The first part alone is said once more, so that no optimizer misses where the range begins.
 */
function beyond(parts: readonly KeyPart[], bound: KeyBound, strict: '>' | '<', last: Sign): string {
  const alternatives = parts.map((part, i) => {
    const equal = parts.slice(0, i).map((before, j) => before.equal(bound[j] as string));
    return [...equal, part.compare(i === parts.length - 1 ? last : strict, bound[i] as string)].join(' AND ');
  });
  if (alternatives.length === 1) return alternatives[0] as string;
  const first = (parts[0] as KeyPart).compare(`${strict}=`, bound[0] as string);
  return `${first} AND (${alternatives.map((text) => `(${text})`).join(' OR ')})`;
}

/** Labels of an ENUM that are listed one by one; with more, its ranges use no index. */
const LABELS_MAX = 255;

function partOf(column: CatalogColumn): KeyPart {
  const name = quoteName(column.name);
  const { labels } = column;
  if (column.kind !== 'enum' || labels === null || labels.length > LABELS_MAX) {
    return {
      equal: (literal) => `${name}=${literal}`,
      compare: (sign, literal) => `${name}${sign}${literal}`,
    };
  }
  // An ENUM is ordered by number and found in its index by label alone; number 0 has the label ''.
  const texts = ['', ...labels].map(quoteText);
  const among = (found: readonly string[]): string => (found.length === 0 ? '1=0' : `${name} IN (${found.join(',')})`);
  return {
    equal: (literal) => `${name}=${texts[Number(literal)]}`,
    compare: (sign, literal) => {
      const at = Number(literal) + (sign === '>' || sign === '<=' ? 1 : 0);
      return among(sign.startsWith('>') ? texts.slice(at) : texts.slice(0, at));
    },
  };
}

/** How a key part is read so that its literal says exactly the same value. */
function readOf(column: CatalogColumn, name: string): string {
  switch (column.kind) {
    case 'text':
    case 'binary':
      return `HEX(${name})`;
    case 'float':
    case 'double':
      // A double's shortest text, also of a FLOAT and of a DOUBLE(M,D), which print fewer digits; -0 keeps its sign.
      return `${name}*1e0`;
    case 'bit':
    case 'enum':
    case 'set':
      // The number, by which these are ordered; an addition would make a double of it.
      return `${name}|0`;
    default:
      return name;
  }
}

function literalOf(column: CatalogColumn): (cell: string) => string {
  switch (column.kind) {
    case 'text': {
      // The introducer alone: the column's own collation then decides, by its index.
      const introducer = `_${(column.charset ?? 'utf8mb4').replace(/^utf8mb3$/, 'utf8')} X'`;
      return (cell) => `${introducer}${cell}'`;
    }
    case 'binary':
      return (cell) => `_binary X'${cell}'`;
    case 'float':
    case 'double':
      return (cell) => (/e/i.test(cell) ? cell : `${cell}e0`);
    case 'int':
    case 'decimal':
    case 'bit':
    case 'enum':
    case 'set':
      return (cell) => cell;
    default:
      // Years too: an unquoted 0 would be the year 2000.
      return (cell) => `'${cell}'`;
  }
}

/**
 * Whether both servers put the keys of these columns into the same order and find the same keys equal, so that
 * one bound cuts both tables alike.
 */
export function sameKeyOrder(source: CatalogColumn, target: CatalogColumn): boolean {
  if (source.kind !== target.kind) return false;
  switch (source.kind) {
    case 'text':
      return source.charset === target.charset && collationOf(source) === collationOf(target);
    case 'enum':
    case 'set':
      return source.labels !== null && source.labels.join('\0') === target.labels?.join('\0');
    case 'binary':
      // The padding of a BINARY(n) is part of its order.
      return source.typeText.startsWith('binary(') === target.typeText.startsWith('binary(');
    case 'float':
    case 'double':
    case 'uuid':
    case 'inet4':
    case 'inet6':
    case 'int':
    case 'decimal':
    case 'bit':
    case 'year':
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
      return source.scale === target.scale || source.kind !== 'time';
    default:
      return false;
  }
}

/** Older servers call the three-byte UTF-8 `utf8`. */
function collationOf(column: CatalogColumn): string | undefined {
  return column.collation?.replace(/^utf8_/, 'utf8mb3_');
}

/**
 * The key of the row `rows` places after `after`, or `null` when there are fewer: the end of a range of so many rows.
 * One index scan of `rows` entries.
 */
export async function nextBound(
  session: Session,
  range: KeyRange,
  after: KeyBound | null,
  upTo: KeyBound | null,
  rows: number,
): Promise<KeyBound | null> {
  const [cells] = await session.rows(
    `SELECT ${range.readList} FROM ${range.from} WHERE ${range.within(after, upTo)} ORDER BY ${range.orderBy} LIMIT 1 OFFSET ${rows - 1}`,
  );
  return cells === undefined ? null : range.bound(cells);
}

/** The highest key of the table now, `null` when it is empty. */
export async function lastBound(session: Session, range: KeyRange): Promise<KeyBound | null> {
  const [cells] = await session.rows(
    `SELECT ${range.readList} FROM ${range.from} ORDER BY ${range.descending} LIMIT 1`,
  );
  return cells === undefined ? null : range.bound(cells);
}
