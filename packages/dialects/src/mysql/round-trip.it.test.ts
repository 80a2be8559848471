import type { Row, Value } from '@otter/core';
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTables, type TargetColumn } from './catalog.ts';
import { compileLiteral } from './literals.ts';
import { LENIENT_SQL_MODE, openTargetSession, WRITER_SQL_MODE, type Session } from './session.ts';
import { compileTableWriter, type TableWriter } from './statements.ts';

/** SQL that makes the value on the server without any code of ours, and the value as the log decodes it. */
type Sample = [sql: string, value: Value];

interface Case {
  type: string;
  samples: Sample[];
  /** Only on this family. */
  only?: 'mysql' | 'mariadb';
  /** How two values are compared when HEX would not show all. */
  show?: string;
  /** Not usable as a key in this test. */
  noKey?: boolean;
  /** Skip `same`. */
  noSame?: boolean;
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

const CASES: Case[] = [
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

/** Both forms of a many-row UPDATE on MariaDB. */
let valuesList = false;
const RUNS: [ServerKind, boolean][] = [
  ['mariadb-10.11', false],
  ['mariadb-10.11', true],
  ['mysql-9.7', false],
];

describe.each(RUNS)('values arrive as they left on %s, VALUES list %s', (kind, asList) => {
  let server: RunningServer;
  let session: Session;

  beforeAll(async () => {
    valuesList = asList;
    server = await startServer({ kind });
    session = await openTargetSession(server.address, { role: 'writer' });
    await session.query('CREATE DATABASE d; USE d');
  });

  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  const cases = CASES.filter((c) => c.only === undefined || kind.startsWith(c.only));
  it.each(cases.map((c, i) => [c.type.slice(0, 60), i] as const))('%s', async (_, i) => {
    const sample = cases[i];
    if (sample !== undefined) await roundTrip(session, sample);
  });
});

async function roundTrip(session: Session, sample: Case): Promise<void> {
  const show = sample.show ?? 'HEX(v)';
  const { samples } = sample;
  await session.query(`DROP TABLE IF EXISTS s, t; CREATE TABLE s(id int primary key, v ${sample.type} NULL)`);
  // The driver's own session mode must not matter for what the server makes of its own literals.
  await session.query(`SET SESSION sql_mode='${LENIENT_SQL_MODE}'`);
  for (const [i, [sql]] of samples.entries()) await session.query(`INSERT INTO s VALUES (${i},${sql})`);
  await session.query(
    `INSERT INTO s VALUES (${samples.length},NULL); SET SESSION sql_mode='${WRITER_SQL_MODE}'; CREATE TABLE t LIKE s`,
  );
  const expected = await session.rows(`SELECT id, ${show} FROM s ORDER BY id`);
  const rows: Row[] = [...samples.map(([, value], i): Row => [i, value]), [samples.length, null]];
  const columns = await columnsOf(session, 't');
  const writer = writerOf(session, columns, [0]);
  const lenient = rows.reduce((sum, row) => sum + writer.lenientValues(row), 0);
  const shown = async (): Promise<unknown> => session.rows(`SELECT id, ${show} FROM t ORDER BY id`);

  await run(session, writer.insert(rows), rows.length, lenient);
  expect(await shown(), 'insert').toEqual(expected);

  const joinable = rows.filter((row) => writer.joinable(row, [1]));
  const alone = rows.filter((row) => !writer.joinable(row, [1]));
  for (const order of [joinable, joinable.toReversed()]) {
    await session.query('UPDATE t SET v=NULL');
    await run(session, writer.updateMany(order, [1]), order.length, lenient);
    for (const row of alone) await run(session, writer.updateOne(row, row, [1]), 1, 0);
    expect(await shown(), 'updateMany').toEqual(expected);
  }
  await run(session, writer.updateMany(joinable, [1]), joinable.length, lenient);
  await session.query('UPDATE t SET v=NULL');
  for (const row of rows) await run(session, writer.updateOne(row, row, [1]), 1, writer.lenientValues(row));
  expect(await shown(), 'updateOne').toEqual(expected);

  await fullRowIdentity(session, columns, rows);
  if (sample.noKey !== true) await asKey(session, sample, rows.slice(0, -1), expected.slice(0, -1));
}

/** Every row is found by all of its columns, and only that row. */
async function fullRowIdentity(session: Session, columns: TargetColumn[], rows: Row[]): Promise<void> {
  const byValue = writerOf(session, columns, []);
  for (const row of rows) {
    expect((await session.rows(byValue.exists(row))).length, `same ${String(row[0])}`).toBe(1);
    await run(session, byValue.updateOne(row, row, [0]), 1, byValue.lenientValues(row, [0]));
  }
  for (const row of rows) await run(session, byValue.delete([row]), 1, 0);
  expect(await session.rows('SELECT * FROM t')).toEqual([]);
}

/** The column as (unique) key: addressed one by one, joined, and deleted by list. */
async function asKey(session: Session, sample: Case, rows: Row[], expected: unknown): Promise<void> {
  const show = sample.show ?? 'HEX(v)';
  await session.query(`DROP TABLE t; CREATE TABLE t(id int, v ${sample.type} NOT NULL, n int, KEY(v))`);
  const columns = await columnsOf(session, 't');
  const writer = writerOf(session, columns, [1]);
  const distinct = [...new Map(rows.map((row) => [row[0], row])).values()];
  const full = distinct.map((row): Row => [row[0], row[1], 0]);
  const lenient = full.reduce((sum, row) => sum + writer.lenientValues(row), 0);
  await run(session, writer.insert(full), full.length, lenient);
  const marked = full.map((row, i): Row => [row[0], row[1], i + 1]);
  const joinable = marked.filter((row) => writer.joinable(row, [2]));
  for (const row of marked) {
    await session.query(writer.updateOne(row, row, [2]));
    const [found] = await session.rows(`SELECT n FROM t WHERE id=${String(row[0])}`);
    expect(found?.[0], `key ${String(row[0])}`).toBe(String(row[2]));
  }
  if (joinable.length > 0) {
    await session.query('UPDATE t SET n=0');
    const [result] = await session.query(writer.updateMany(joinable, [2]));
    expect(result?.affectedRows).toBeGreaterThanOrEqual(joinable.length);
    const missing = await session.rows(`SELECT id FROM t WHERE n=0 AND id IN (${joinable.map((r) => r[0]).join(',')})`);
    expect(missing).toEqual([]);
  }
  expect(await session.rows(`SELECT id, ${show} FROM t ORDER BY id`)).toEqual(expected);
  await run(session, writer.delete(full), full.length, 0);
}

async function columnsOf(session: Session, name: string): Promise<TargetColumn[]> {
  const [table] = await readTables(session, (schema, table) => schema === 'd' && table === name);
  return table?.columns ?? [];
}

function writerOf(session: Session, columns: TargetColumn[], identity: number[]): TableWriter {
  const compiled = columns.map((target, sourceIndex) => ({
    sourceIndex,
    target,
    literal: compileLiteral(target, target, session),
  }));
  return compileTableWriter({
    schema: 'd',
    table: 't',
    columns: compiled,
    identity,
    valuesList: session.isMariadb && valuesList,
  });
}

/** Deprecation of a charset name, and (1300) of a byte without a character that is stored as it is. */
const HARMLESS = new Set(['1287', '3719', '1300']);

async function run(session: Session, sql: string, rows: number, lenient: number): Promise<void> {
  if (lenient === 0) {
    const [result] = await session.query(sql);
    expect(result).toMatchObject({ affectedRows: rows });
    if (result?.warnings === 0) return;
    const warnings = await session.rows('SHOW WARNINGS');
    expect(warnings.filter(([, code]) => !HARMLESS.has(code ?? ''))).toEqual([]);
    return;
  }
  const packet = `SET SESSION sql_mode='${LENIENT_SQL_MODE}';${sql};SET SESSION sql_mode='${WRITER_SQL_MODE}'`;
  const [, result] = await session.query(packet);
  expect(result).toMatchObject({ affectedRows: rows, warnings: lenient });
}
