import { quoted, textBytes, unicodeText, type TypeColumn, type TypeGroup } from './type-column.ts';

const STRINGS = [
  ...['', 'a', "it's", 'back\\slash', 'quote"d`', 'nul\0l', 'line\r\n\ttab', '\x1a', '漢字', '😀 emoji', '%_', ' lead'],
  ...['\\', "'", "\\'", ';', '--', '/*', '#', '?', ':a', '\u0301e', '𠮷', '\u200d', '\ufeff', '\u{10ffff}', '\x7f'],
];
const BASIC = STRINGS.filter((text) => !/[\u{10000}-\u{10ffff}]/u.test(text));

function charset(name: string, ...hex: string[]): TypeColumn {
  return { type: `VARCHAR(60) CHARACTER SET ${name}`, values: textBytes(name, ...hex) };
}

function fractions(type: string, digits: number, values: readonly string[]): TypeColumn {
  const size = digits === 0 ? '' : `(${digits})`;
  return {
    type: `${type}${size}`,
    values: quoted(...values.map((value) => value.slice(0, digits === 0 ? -7 : value.length - 6 + digits))),
  };
}

const DIGITS = [0, 1, 2, 3, 4, 5, 6];
const TIMES = [
  '-838:59:59.000000',
  '838:59:59.000000',
  '00:00:00.000000',
  '-00:00:01.000000',
  '838:59:58.999999',
  '-00:00:00.999999',
  '-01:02:03.500001',
  '100:00:00.123456',
];
const DATETIMES = [
  ...[
    '0000-00-00 00:00:00.000000',
    '2024-00-10 12:00:00.123456',
    '2023-02-31 10:00:00.500000',
    '9999-12-31 23:59:59.999999',
  ],
  ...['1000-01-01 00:00:00.000001', '2024-02-29 23:59:59.999999', '0001-01-01 00:00:00.000000'],
];
/** The first second beyond 31 bits. */
const BEYOND_2038 = '2038-01-19 03:14:08.000001';
const TIMESTAMPS = [
  ...[
    '0000-00-00 00:00:00.000000',
    '1970-01-01 00:00:01.000001',
    '2038-01-19 03:14:07.999999',
    '2024-10-27 00:30:00.123456',
  ],
  ...['2024-10-27 01:30:00.123456', '2000-02-29 12:00:00.000000'],
];

/** Dates, times, and text in every charset. */
export const TEXT_GROUPS: readonly TypeGroup[] = [
  {
    table: 'dates',
    title: 'N9 zero, partial and impossible dates, also with fractions',
    columns: [
      {
        type: 'DATE',
        values: quoted(
          '0000-00-00',
          '2024-00-10',
          '2024-02-31',
          '9999-12-31',
          '1000-01-01',
          '2024-02-29',
          '2024-05-00',
          '0001-01-01',
        ),
      },
      ...DIGITS.map((digits) => fractions('DATETIME', digits, DATETIMES)),
    ],
  },
  {
    table: 'times',
    title: 'N10 TIME below zero and beyond 24 hours, with 0 to 6 digits',
    columns: DIGITS.map((digits) => fractions('TIME', digits, TIMES)),
  },
  {
    table: 'stamps',
    title: 'N9 TIMESTAMP at its ends and zero, with 0 to 6 digits',
    columns: [
      ...DIGITS.map((digits) => fractions('TIMESTAMP', digits, TIMESTAMPS)),
      { type: 'TIMESTAMP(6)', values: quoted('2106-02-07 06:28:15.999999', BEYOND_2038), kinds: ['mariadb-11.8'] },
    ],
  },
  {
    table: 'unicode',
    title: 'N12 utf8mb4, utf8mb3, ascii; every character with a meaning in SQL',
    columns: [
      { type: 'VARCHAR(100) COLLATE utf8mb4_general_ci', values: unicodeText(...STRINGS, 'tail  ') },
      { type: 'VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', values: unicodeText(...STRINGS, 'A', 'a ') },
      { type: 'VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci', values: unicodeText(...STRINGS) },
      {
        type: 'VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci',
        values: unicodeText(...STRINGS),
        kinds: ['mysql-9.7'],
      },
      {
        type: 'VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin',
        values: unicodeText(...STRINGS, 'a '),
        kinds: ['mysql-9.7'],
      },
      {
        type: 'VARCHAR(100) CHARACTER SET utf8mb4 COLLATE uca1400_ai_ci',
        values: unicodeText(...STRINGS),
        kinds: ['mariadb-11.8'],
      },
      { type: 'VARCHAR(100) CHARACTER SET utf8', values: unicodeText(...BASIC) },
      { type: 'VARCHAR(300) CHARACTER SET ascii', values: unicodeText('', 'abc', "q'\\", '\x7f', 'z'.repeat(300)) },
      { type: 'CHAR(100) COLLATE utf8mb4_unicode_ci', values: unicodeText(...STRINGS) },
      { type: 'TEXT CHARACTER SET utf8mb4', values: unicodeText(...STRINGS, 'tail  '), key: false },
    ],
  },
  {
    table: 'chinese',
    title: 'N12 gbk, gb2312, gb18030, big5 and the backslash in their second bytes',
    columns: [
      charset('gbk', '', 'd6d0b9fa', '815c', '27', 'fe4f', '5c', '815c27'),
      charset('gb2312', 'd6d0', '27'),
      { ...charset('gb18030', 'd6d0', '8130813081308130', '95328236', '815c', '90308130'), kinds: ['mysql-9.7'] },
      charset('big5', 'a4a4a4e5', 'a55c', 'a45c27'),
      { type: 'TEXT CHARACTER SET gbk', values: textBytes('gbk', '', 'd6d0b9fa', '815c27'), key: false },
      { type: 'CHAR(20) CHARACTER SET gbk', values: textBytes('gbk', '', 'd6d0b9fa', '815c') },
    ],
  },
  {
    table: 'european',
    title: 'N12 latin1 with 0x80 to 0x9F, latin2, cp1251, koi8r',
    columns: [
      charset(
        'latin1',
        '',
        '80',
        '81',
        '8d',
        '8f',
        '90',
        '9d',
        '9f',
        'a0',
        'ff',
        '27',
        '5c',
        '6162e9',
        '8182838485868788898a8b8c8d8e8f90',
      ),
      charset('latin2', 'a1', 'ff', '80'),
      charset('latin5', 'd0', 'fd'),
      charset('cp1250', '8c', 'b9'),
      charset('cp1251', 'cff0e8e2e5f2', '88'),
      charset('koi8r', 'f0d2c9', 'a3'),
      charset('cp1257', 'c0', 'e0'),
      charset('greek', 'c1', 'e1'),
      charset('hebrew', 'e0'),
      {
        type: 'VARCHAR(60) CHARACTER SET latin1 COLLATE latin1_bin',
        values: textBytes('latin1', '', '41', '61', '80', 'e9'),
      },
      { type: 'TEXT CHARACTER SET latin1', values: textBytes('latin1', '80ff', '', '9d'), key: false },
      {
        type: 'CHAR(10) CHARACTER SET latin1 COLLATE latin1_german1_ci',
        values: textBytes('latin1', '', '6162', 'e9', '80'),
      },
    ],
  },
  {
    table: 'asian',
    title: 'N12 sjis, cp932, ujis, eucjpms, euckr, tis620',
    columns: [
      charset('sjis', '835c', '82a0', '5c'),
      charset('cp932', '835c', '8740', '5c27'),
      charset('ujis', 'a4a2', '8ea6', '8fb0a1'),
      charset('eucjpms', 'a4a2', 'ada1'),
      charset('euckr', 'b0a1'),
      charset('tis620', 'a1', 'e0'),
    ],
  },
  {
    table: 'wide_text',
    title: 'N12 utf16, utf16le, ucs2, utf32',
    columns: [
      charset('utf16', '', '0041', '6f22', 'd83dde00', '0027', '005c', '0000', '00410020', '0061'),
      charset('utf16le', '4100', '3dd800de', '2700', '5c00'),
      charset('utf32', '', '00000041', '0001f600', '00000027', '0010ffff'),
      charset('ucs2', '', '0041', '6f22', '0027', '005c', '2020'),
      { type: 'CHAR(10) CHARACTER SET utf16', values: textBytes('utf16', '', '0041', '6f22', 'd83dde00') },
      { type: 'CHAR(10) CHARACTER SET ucs2 COLLATE ucs2_bin', values: textBytes('ucs2', '', '0041', '2020') },
      { type: 'CHAR(10) CHARACTER SET utf32', values: textBytes('utf32', '', '00000041') },
      { type: 'TEXT CHARACTER SET utf16', values: textBytes('utf16', '', '0041d83dde00'), key: false },
      { type: 'TEXT CHARACTER SET utf32', values: textBytes('utf32', '', '000000410001f600'), key: false },
    ],
  },
  {
    table: 'documents',
    title: 'N6 JSON as text',
    columns: [
      {
        type: 'JSON',
        values: unicodeText('{}', '[]', 'null', '"a\\\\b\\n"', '1', 'true', '{"a": [1, 2.5, "漢😀"]}'),
        only: 'mysql',
        modern: true,
        elsewhere: 'JSON',
        key: false,
      },
      {
        type: 'JSON',
        values: unicodeText('{ "a" :1,"a":2 }', '"\\u00e9"', '12345678901234567890.10', '1.0', ' [1] '),
        only: 'mariadb',
        elsewhere: 'LONGTEXT',
        key: false,
      },
    ],
  },
];
