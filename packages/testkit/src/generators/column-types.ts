import type { ServerBinaries } from '../install.ts';
import type { Random } from './random.ts';

/** A column type and how to make values of it, as SQL literals that every session reads the same way. */
export interface ColumnType {
  sql: string;
  literal(random: Random): string;
}

const ASCII = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ 0123456789%_\'"\\\n\t;`-'.split('');
const LATIN1 = [...ASCII, ...'äöüÄßéèñ¿£'.split('')];
const CHINESE = [...ASCII, ...'同步数据库测试中文'.split('')];
const UNICODE = [...LATIN1, ...CHINESE, ...'ΩжÅaſK'.split(''), '😀', '𠮷', '\u0301', '\u200d', '\u0000', '\u3000'];

function integer(sql: string, bits: number): ColumnType[] {
  const half = 1n << BigInt(bits - 1);
  return [
    { sql, literal: (random) => String(random.bits(bits) - half) },
    { sql: `${sql} UNSIGNED`, literal: (random) => String(random.bits(bits)) },
  ];
}

function decimal(precision: number, scale: number): ColumnType {
  const digits = (random: Random, count: number): string =>
    Array.from({ length: random.int(1, count) }, () => random.int(0, 9)).join('');
  return {
    sql: `DECIMAL(${precision},${scale})`,
    literal: (random) =>
      `${random.pick(['', '-'])}${digits(random, precision - scale)}${scale > 0 ? `.${digits(random, scale)}` : ''}`,
  };
}

/** Text as hex of its UTF-8 bytes: no session setting changes what it means. */
function textLiteral(text: string): string {
  return text === '' ? "''" : `_utf8mb4 x'${Buffer.from(text).toString('hex')}'`;
}

function bytesLiteral(bytes: Buffer): string {
  return `x'${bytes.toString('hex')}'`;
}

function text(sql: string, characters: readonly string[], lengthMax: number): ColumnType {
  return { sql, literal: (random) => textLiteral(random.text(characters, lengthMax)) };
}

function binary(sql: string, lengthMax: number): ColumnType {
  return { sql, literal: (random) => bytesLiteral(random.bytes(random.int(0, lengthMax))) };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function dateText(random: Random, first: number, last: number): string {
  return `${random.int(first, last)}-${two(random.int(1, 12))}-${two(random.int(1, 28))}`;
}

function timeText(random: Random, hours: number, digits: number): string {
  const fraction = digits > 0 ? `.${String(random.int(0, 10 ** digits - 1)).padStart(digits, '0')}` : '';
  return `${two(hours)}:${two(random.int(0, 59))}:${two(random.int(0, 59))}${fraction}`;
}

function temporal(): ColumnType[] {
  const types: ColumnType[] = [
    { sql: 'DATE', literal: (random) => `'${random.chance(0.05) ? '0000-00-00' : dateText(random, 1000, 9999)}'` },
    { sql: 'YEAR', literal: (random) => String(random.pick([0, 1901, 2155, random.int(1901, 2155)])) },
  ];
  for (const digits of [0, 3, 6]) {
    const size = digits > 0 ? `(${digits})` : '';
    types.push(
      {
        sql: `DATETIME${size}`,
        literal: (random) => `'${dateText(random, 1000, 9999)} ${timeText(random, random.int(0, 23), digits)}'`,
      },
      {
        sql: `TIMESTAMP${size} NULL`,
        literal: (random) => `'${dateText(random, 1971, 2037)} ${timeText(random, random.int(0, 23), digits)}'`,
      },
      {
        sql: `TIME${size}`,
        literal: (random) => `'${random.pick(['', '-'])}${timeText(random, random.int(0, 837), digits)}'`,
      },
    );
  }
  return types;
}

function jsonValue(random: Random, depth: number): unknown {
  const leaf = random.pick<unknown>([null, true, 1, -7, 2.5, 'text', 'é😀', '']);
  if (depth === 0 || random.chance(0.4)) return leaf;
  const items = Array.from({ length: random.int(0, 4) }, () => jsonValue(random, depth - 1));
  return random.chance(0.5) ? items : Object.fromEntries(items.map((item, i) => [`k${i}`, item]));
}

function geometry(sql: string): ColumnType {
  const number = (random: Random): number => random.int(-1_000_000, 1_000_000) / 1024;
  return { sql, literal: (random) => `ST_GeomFromText('POINT(${number(random)} ${number(random)})')` };
}

/** Random digits with version 4 and its variant put in: the server refuses what no version makes. */
const UUID_PARTS = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/;

/** All column types of a server, for values anywhere but in keys. */
export function columnTypes(binaries: Pick<ServerBinaries, 'kind' | 'family' | 'version'>): ColumnType[] {
  const types = [
    ...integer('TINYINT', 8),
    ...integer('SMALLINT', 16),
    ...integer('MEDIUMINT', 24),
    ...integer('INT', 32),
    ...integer('BIGINT', 64),
    decimal(10, 2),
    decimal(65, 30),
    decimal(18, 0),
    { sql: 'FLOAT', literal: (random: Random) => `${random.int(-1e7, 1e7)}e${random.int(-30, 30)}` },
    {
      sql: 'DOUBLE',
      literal: (random: Random) => `${random.int(-1e9, 1e9)}.${random.int(0, 1e9)}e${random.int(-200, 200)}`,
    },
    ...[1, 17, 64].map((n) => ({ sql: `BIT(${n})`, literal: (random: Random) => `b'${random.bits(n).toString(2)}'` })),
    ...temporal(),
    text('CHAR(20)', UNICODE, 20),
    text('VARCHAR(60)', UNICODE, 60),
    text('VARCHAR(300) CHARACTER SET latin1', LATIN1, 300),
    text('VARCHAR(40) CHARACTER SET gbk', CHINESE, 40),
    text('VARCHAR(40) CHARACTER SET utf16', UNICODE, 20),
    text('VARCHAR(40) COLLATE utf8mb4_bin', UNICODE, 40),
    text('TINYTEXT', ASCII, 200),
    text('TEXT', UNICODE, 500),
    text('MEDIUMTEXT', UNICODE, 900),
    text('LONGTEXT CHARACTER SET latin1', LATIN1, 900),
    binary('BINARY(16)', 16),
    binary('VARBINARY(255)', 255),
    binary('TINYBLOB', 200),
    binary('BLOB', 600),
    binary('MEDIUMBLOB', 900),
    binary('LONGBLOB', 900),
    { sql: "ENUM('','a','b''c','中')", literal: (random: Random) => String(random.int(1, 4)) },
    { sql: "SET('p','q','r','s','ö')", literal: (random: Random) => String(random.int(0, 31)) },
    geometry('POINT'),
    geometry('GEOMETRY'),
  ];
  if (binaries.kind !== 'mysql-5.6') {
    types.push({ sql: 'JSON', literal: (random) => textLiteral(JSON.stringify(jsonValue(random, 3))) });
  }
  if (binaries.family === 'mariadb') {
    types.push({ sql: 'INET6', literal: (random) => `'${random.pick(['::1', '2001:db8::ff', '::ffff:1.2.3.4'])}'` });
    if (Number(binaries.version.split('.')[1]) >= 7 || !binaries.version.startsWith('10.')) {
      const hex = (random: Random): string => random.bytes(16).toString('hex');
      types.push({
        sql: 'UUID',
        literal: (random) => `'${hex(random).replace(UUID_PARTS, '$1-$2-4$3-9$4-$5')}'`,
      });
    }
  }
  return types;
}

const KEYS = 150;

/** Types for keys. Their values come from a small set, so that statements meet each other's rows. */
export const KEY_TYPES = {
  int: { sql: 'INT', literal: (random: Random) => String(random.int(1, KEYS)) },
  bigint: { sql: 'BIGINT UNSIGNED', literal: (random: Random) => String(2n ** 64n - 1n - BigInt(random.int(1, KEYS))) },
  /** Equal to the server in spite of case, and of trailing spaces. */
  folded: { sql: 'VARCHAR(20) COLLATE utf8mb4_general_ci', literal: foldedLiteral },
  latin1: { sql: 'CHAR(10) CHARACTER SET latin1 COLLATE latin1_swedish_ci', literal: foldedLiteral },
  padded: { sql: 'VARCHAR(20) COLLATE utf8mb4_bin', literal: foldedLiteral },
  bytes: {
    sql: 'VARBINARY(8)',
    literal: (random: Random) => bytesLiteral(Buffer.of(random.int(0, 9), random.int(0, 15))),
  },
  fixedBytes: { sql: 'BINARY(4)', literal: (random: Random) => bytesLiteral(Buffer.of(random.int(1, KEYS), 0)) },
  decimal: { sql: 'DECIMAL(12,3)', literal: (random: Random) => `${random.int(-KEYS, KEYS)}.5` },
  datetime: { sql: 'DATETIME(6)', literal: (random: Random) => `'2024-01-01 00:00:00.0000${two(random.int(0, 99))}'` },
  date: { sql: 'DATE', literal: (random: Random) => `'2024-${two(random.int(1, 12))}-${two(random.int(1, 28))}'` },
  enum: { sql: "ENUM('a','b','c')", literal: (random: Random) => String(random.int(1, 3)) },
  long: { sql: 'VARCHAR(60) COLLATE utf8mb4_general_ci', literal: longLiteral },
} satisfies Record<string, ColumnType>;

function foldedLiteral(random: Random): string {
  return textLiteral(`${random.pick(['k', 'K'])}${random.int(1, KEYS)}${random.pick(['', '', ' '])}`);
}

/** Differs within the first characters or only after them, for keys over a prefix. */
function longLiteral(random: Random): string {
  return textLiteral(`${random.int(1, KEYS)}-${random.text(ASCII, 40)}`);
}
