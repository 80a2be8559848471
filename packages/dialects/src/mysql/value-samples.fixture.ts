import type { Value } from '@otter/core';

/** SQL that makes the value on the server without any code of ours, and the value as the log decodes it. */
type Sample = [sql: string, value: Value];

export interface Case {
  type: string;
  samples: Sample[];
  /** Only on this family. */
  only?: 'mysql' | 'mariadb';
  /** How two values are compared when HEX would not show all. */
  show?: string;
  /** Not usable as a key in this test. */
  noKey?: boolean;
}

const NUMBER = 'v+0';
const TEXT = 'CAST(v AS CHAR)';
/** ATAN2 tells -0 from 0; adding 0e0 shows a FLOAT with all its digits. */
const DOUBLE = "CONCAT(v+0e0, ' ', ATAN2(v,-1))";

function text(charset: string, samples: string[]): Sample[] {
  return samples.map((hex) => [`_${charset} X'${hex}'`, Buffer.from(hex, 'hex')]);
}

function utf8(values: string[]): Sample[] {
  return values.map((value) => [`_utf8mb4 X'${Buffer.from(value).toString('hex')}'`, value]);
}

function bytes(values: string[]): Sample[] {
  return values.map((hex) => [`X'${hex}'`, Buffer.from(hex, 'hex')]);
}

function quoted(values: string[]): Sample[] {
  return values.map((value) => [`'${value}'`, value]);
}

const STRINGS = [
  '',
  'a',
  "it's",
  'back\\slash',
  'quote"d`',
  'nul\0l',
  'line\r\n\ttab',
  '\x1a',
  '漢字',
  '😀 emoji',
  '%_',
  ' lead',
  '\\',
  "'",
  "\\'",
  ';',
  '--',
  '/*',
];
const BLOBS = ['', '00', 'ff', '0001027f80ff', '27', '5c', '5c27', '2020', '0000'];

/** Every kind of value with its extremes. */
export const CASES: Case[] = [
  {
    type: 'tinyint',
    samples: [
      ['-128', -128],
      ['127', 127],
      ['0', 0],
    ],
    show: NUMBER,
  },
  {
    type: 'tinyint unsigned',
    samples: [
      ['255', 255],
      ['0', 0],
    ],
    show: NUMBER,
  },
  {
    type: 'smallint',
    samples: [
      ['-32768', -32768],
      ['32767', 32767],
    ],
    show: NUMBER,
  },
  { type: 'mediumint unsigned', samples: [['16777215', 16777215]], show: NUMBER },
  {
    type: 'int',
    samples: [
      ['-2147483648', -2147483648],
      ['2147483647', 2147483647],
    ],
    show: NUMBER,
  },
  {
    type: 'bigint',
    samples: [
      ['-9223372036854775808', -9223372036854775808n],
      ['9223372036854775807', 9223372036854775807n],
      ['9007199254740993', 9007199254740993n],
      ['-1', -1],
    ],
    show: NUMBER,
  },
  {
    type: 'bigint unsigned',
    samples: [
      ['18446744073709551615', 18446744073709551615n],
      ['9223372036854775808', 9223372036854775808n],
      ['1', 1],
    ],
    show: NUMBER,
  },
  {
    type: 'decimal(65,30)',
    samples: [
      '12345678901234567890123456789012345.123456789012345678901234567890',
      '-99999999999999999999999999999999999.999999999999999999999999999999',
      '0.000000000000000000000000000001',
      '-0.500000000000000000000000000000',
      '0.000000000000000000000000000000',
    ].map((v): Sample => [v, v]),
    show: TEXT,
  },
  {
    type: 'decimal(65,0)',
    samples: ['9'.repeat(65), `-${'9'.repeat(65)}`, '0'].map((v): Sample => [v, v]),
    show: TEXT,
  },
  { type: 'decimal(10,2)', samples: ['500.00', '-0.01', '99999999.99'].map((v): Sample => [v, v]), show: TEXT },
  { type: 'decimal(30,30)', samples: ['0.999999999999999999999999999999'].map((v): Sample => [v, v]), show: TEXT },
  {
    type: 'double',
    samples: [
      0, -0, 1.5, -1.7976931348623157e308, 2.2250738585072014e-308, 0.1, 1e22, 123456789012345680, 9007199254740992,
      -1e-7, 3.14,
    ].map((v): Sample => [`'${Object.is(v, -0) ? '-0' : v}'`, v]),
    show: DOUBLE,
  },
  {
    type: 'float',
    samples: [
      0,
      -0,
      1.5,
      Math.fround(0.1),
      Math.fround(3.4028234663852886e38),
      Math.fround(1.17549435e-38),
      Math.fround(16777217),
      Math.fround(1e-10),
    ].map((v): Sample => [`'${Object.is(v, -0) ? '-0' : v}'`, v]),
    show: DOUBLE,
  },
  {
    type: 'float(7,2)',
    samples: [Math.fround(0.1), Math.fround(99999.99), Math.fround(-1.25)].map((v): Sample => [`'${v}'`, v]),
    show: DOUBLE,
  },
  { type: 'double(20,6)', samples: [0.1, 12345678.123456, -3.5].map((v): Sample => [`'${v}'`, v]), show: DOUBLE },
  {
    type: 'bit(1)',
    samples: [
      ['0', 0],
      ['1', 1],
    ],
    show: NUMBER,
  },
  {
    type: 'bit(64)',
    samples: [
      ['18446744073709551615', 18446744073709551615n],
      ['0', 0],
      ['9223372036854775808', 9223372036854775808n],
    ],
    show: NUMBER,
  },
  {
    type: 'bit(10)',
    samples: [
      ['1023', 1023],
      ['48', 48],
    ],
    show: NUMBER,
  },
  {
    type: 'year',
    samples: [
      ["'0000'", 0],
      ['1901', 1901],
      ['2155', 2155],
      ['2000', 2000],
    ],
    show: NUMBER,
  },
  {
    type: 'date',
    samples: quoted([
      '0000-00-00',
      '2024-00-10',
      '2024-02-31',
      '9999-12-31',
      '1000-01-01',
      '2024-02-29',
      '2024-05-00',
      '0001-01-01',
    ]),
    show: TEXT,
  },
  {
    type: 'time(6)',
    samples: quoted([
      '-838:59:59.000000',
      '838:59:59.000000',
      '-00:00:00.000001',
      '00:00:00.000000',
      '838:59:58.999999',
      '-01:02:03.500000',
    ]),
    show: TEXT,
  },
  { type: 'time', samples: quoted(['-838:59:59', '838:59:59', '00:00:01']), show: TEXT },
  {
    type: 'datetime(6)',
    samples: quoted([
      '0000-00-00 00:00:00.000000',
      '2024-00-10 12:00:00.000001',
      '2023-02-31 10:00:00.500000',
      '9999-12-31 23:59:59.999999',
      '2024-03-31 02:30:00.000000',
      '0000-00-00 00:00:00.500000',
      '1582-10-10 00:00:00.000000',
    ]),
    show: TEXT,
  },
  { type: 'datetime(3)', samples: quoted(['2024-01-01 00:00:00.123']), show: TEXT },
  {
    type: 'timestamp(6)',
    samples: quoted([
      '0000-00-00 00:00:00.000000',
      '1970-01-01 00:00:01.000001',
      '2038-01-19 03:14:07.999999',
      '2024-10-27 01:30:00.000000',
      '2024-10-27 00:30:00.000000',
    ]),
    show: TEXT,
  },
  { type: 'varchar(100) character set utf8mb4', samples: utf8([...STRINGS, 'tail  ']) },
  { type: 'varchar(100) character set utf8mb4 collate utf8mb4_bin', samples: utf8([...STRINGS, 'A', 'a ']) },
  { type: 'char(100) character set utf8mb4', samples: utf8(STRINGS) },
  { type: 'varchar(100) character set utf8mb3', samples: utf8(STRINGS.filter((s) => !s.includes('😀'))) },
  { type: 'varchar(100) character set ascii', samples: utf8(['', 'abc', "q'\\", '\x7f']) },
  {
    type: 'varchar(50) character set latin1',
    samples: text('latin1', ['', '80', '81', '8d', '9f', 'a0', 'ff', '27', '5c', '6162e9']),
  },
  { type: 'varchar(50) character set latin2', samples: text('latin2', ['a1', 'ff']) },
  { type: 'varchar(50) character set gbk', samples: text('gbk', ['d6d0b9fa', '815c', '27', 'fe4f', '5c']) },
  {
    type: 'varchar(50) character set gb18030',
    samples: text('gb18030', ['d6d0', '8130813081308130', '95328236']),
    only: 'mysql',
  },
  { type: 'varchar(50) character set big5', samples: text('big5', ['a4a4a4e5', 'a55c']) },
  { type: 'varchar(50) character set sjis', samples: text('sjis', ['835c', '82a0']) },
  { type: 'varchar(50) character set cp932', samples: text('cp932', ['835c', '8740']) },
  { type: 'varchar(50) character set ujis', samples: text('ujis', ['a4a2', '8ea6']) },
  { type: 'varchar(50) character set euckr', samples: text('euckr', ['b0a1']) },
  { type: 'varchar(50) character set cp1251', samples: text('cp1251', ['cff0e8e2e5f2', '98']) },
  { type: 'varchar(50) character set koi8r', samples: text('koi8r', ['f0d2c9']) },
  { type: 'varchar(50) character set tis620', samples: text('tis620', ['a1', 'e0']) },
  {
    type: 'varchar(50) character set utf16',
    samples: text('utf16', ['', '0041', '6f22', 'd83dde00', '0027', '005c', '0000', '00410020']),
  },
  { type: 'varchar(50) character set utf16le', samples: text('utf16le', ['4100', '3dd800de', '2700']) },
  { type: 'varchar(50) character set utf32', samples: text('utf32', ['00000041', '0001f600', '00000027']) },
  { type: 'varchar(50) character set ucs2', samples: text('ucs2', ['0041', '6f22', '0027']) },
  { type: 'char(10) character set latin1', samples: text('latin1', ['', '6162', 'e9']) },
  { type: 'char(10) character set utf16', samples: text('utf16', ['', '0041', '6f22']) },
  { type: 'text', samples: utf8(['', ...STRINGS, 'x'.repeat(70_000).slice(0, 65_535)]), noKey: true },
  { type: 'longtext', samples: utf8(['', 'é'.repeat(200_000)]), noKey: true },
  { type: 'text character set latin1', samples: text('latin1', ['80ff', '']), noKey: true },
  { type: 'varbinary(20)', samples: bytes(BLOBS) },
  {
    type: 'binary(8)',
    samples: [
      ["X'0000000000000000'", Buffer.alloc(0)],
      ["X'6100000000000000'", Buffer.from('a')],
      ["X'00000000000000ff'", Buffer.from('00000000000000ff', 'hex')],
    ],
  },
  { type: 'blob', samples: bytes([...BLOBS, 'ab'.repeat(60_000)]), noKey: true },
  { type: 'longblob', samples: bytes(['', 'c3'.repeat(300_000)]), noKey: true },
  {
    type: "enum('a','b,c','it''s','x unsigned','','\\\\')",
    samples: [
      ['1', 1],
      ['2', 2],
      ['3', 3],
      ['4', 4],
      ['5', 5],
      ['6', 6],
      ['0', 0],
    ],
    show: NUMBER,
  },
  {
    type: "set('a','b','c,d')".replace(",'c,d'", ''),
    samples: [
      ['0', 0],
      ['1', 1],
      ['2', 2],
      ['3', 3],
    ],
    show: NUMBER,
  },
  {
    type: `set(${Array.from({ length: 64 }, (_, i) => `'m${i}'`).join(',')})`,
    samples: [
      ['18446744073709551615', 18446744073709551615n],
      ['9223372036854775808', 9223372036854775808n],
      ['0', 0],
      ['5', 5],
    ],
    show: NUMBER,
  },
  {
    type: 'geometry',
    samples: [
      '000000000101000000000000000000f03f0000000000000040',
      'e6100000010100000000000000000024400000000000003440',
      '00000000010700000000000000',
    ].map((hex): Sample => [`X'${hex}'`, Buffer.from(hex, 'hex')]),
    noKey: true,
  },
  {
    type: 'point srid 4326',
    samples: [
      [
        "X'e6100000010100000000000000000024400000000000003440'",
        Buffer.from('e6100000010100000000000000000024400000000000003440', 'hex'),
      ],
    ],
    only: 'mysql',
    noKey: true,
  },
  {
    type: 'json',
    only: 'mysql',
    noKey: true,
    show: "CONCAT(CAST(v AS CHAR), JSON_TYPE(v), COALESCE(JSON_TYPE(JSON_EXTRACT(v,'$.x')),''))",
    samples: [
      '{}',
      '[]',
      'null',
      'true',
      '1',
      '1.0',
      '-0.0',
      '18446744073709551615',
      '-9223372036854775808',
      '{"x": 1.0}',
      '{"x": 1e300}',
      '"a\\\\"b\\\\\\\\"',
      '"😀\\\\r\\\\n\\\\u0000"',
      '{"": null, "b": [1, 2.5, "漢"]}',
      '0.1',
    ].map((sql): Sample => [`'${sql}'`, sql.replaceAll('\\\\', '\\')]),
  },
  {
    type: 'json',
    only: 'mariadb',
    noKey: true,
    samples: utf8(['{}', '{ "a" :1,"a":2 }', '"\\u00e9"', '12345678901234567890.10']),
  },
  {
    type: 'vector(2)',
    only: 'mysql',
    noKey: true,
    samples: [["X'0000803f00000040'", Buffer.from('0000803f00000040', 'hex')]],
  },
  {
    type: 'inet6',
    only: 'mariadb',
    samples: [
      ["'::1'", '::1'],
      ["'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'", Buffer.alloc(16, 255)],
    ],
  },
  {
    type: 'inet4',
    only: 'mariadb',
    samples: [
      ["'1.2.3.4'", '1.2.3.4'],
      ["'255.0.0.1'", Buffer.from('ff000001', 'hex')],
    ],
  },
];
