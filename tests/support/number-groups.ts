import type { ServerKind } from '@otter/testkit';
import { bytes, quoted, textBytes, type TypeColumn, type TypeGroup } from './type-column.ts';

const INTEGERS: readonly [type: string, bits: number][] = [
  ['TINYINT', 8],
  ['SMALLINT', 16],
  ['MEDIUMINT', 24],
  ['INT', 32],
  ['BIGINT', 64],
];

function unsigned([type, bits]: readonly [string, number]): TypeColumn {
  const top = 1n << BigInt(bits);
  return { type: `${type} UNSIGNED`, values: ['0', '1', top - 1n, top / 2n, top / 2n - 1n].map(String) };
}

function signed([type, bits]: readonly [string, number]): TypeColumn {
  const half = 1n << BigInt(bits - 1);
  return { type, values: [-half, -half + 1n, -1n, 0n, 1n, half - 1n].map(String) };
}

const BITS: TypeColumn[] = Array.from({ length: 64 }, (_, i): TypeColumn => {
  const width = i + 1;
  const ones = (1n << BigInt(width)) - 1n;
  const values = [0n, ones, 1n, 1n << BigInt(width - 1)].map((value) => `b'${value.toString(2)}'`);
  const column: TypeColumn = { type: `BIT(${width})`, values: [...new Set(values)] };
  return [1, 9, 63, 64].includes(width) ? column : { ...column, key: false };
});

const SIGNED_ZERO: readonly ServerKind[] = ['mysql-9.7', 'mysql-5.6', 'mariadb-11.8'];
const MEMBERS = Array.from({ length: 64 }, (_, i) => `'m${i}'`).join(',');
const ENUM_BIG = Array.from({ length: 300 }, (_, i) => `'e${i}'`).join(',');
const AWKWARD_LABELS = String.raw`'a','b,c','it''s','x unsigned','"quoted"','back\\slash','%_','x) unsigned (','漢字'`;

/** Numbers, bits, labels, years. */
export const NUMBER_GROUPS: readonly TypeGroup[] = [
  { table: 'unsigned_ints', title: 'N1 unsigned integers to 2^64-1', columns: INTEGERS.map(unsigned) },
  {
    table: 'signed_ints',
    title: 'signed integers',
    columns: [
      ...INTEGERS.map(signed),
      { type: 'INT(5) UNSIGNED ZEROFILL', values: ['0', '42', '4294967295'] },
      { type: 'BIGINT', values: ['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993'] },
      { type: 'BOOLEAN', values: ['TRUE', 'FALSE', '-128'] },
    ],
  },
  {
    table: 'decimals',
    title: 'N2 decimals to 65 digits',
    columns: [
      {
        type: 'DECIMAL(65,30)',
        values: [
          '12345678901234567890123456789012345.123456789012345678901234567890',
          `${'9'.repeat(35)}.${'9'.repeat(30)}`,
          `-${'9'.repeat(35)}.${'9'.repeat(30)}`,
          `0.${'0'.repeat(29)}1`,
          `-0.${'0'.repeat(29)}1`,
          '0',
          '-0.5',
        ],
      },
      { type: 'DECIMAL(65,0)', values: ['9'.repeat(65), `-${'9'.repeat(65)}`, '0', '1'] },
      { type: 'DECIMAL(38,38)', values: [`0.${'9'.repeat(38)}`, `-0.${'0'.repeat(37)}1`], only: 'mariadb' },
      { type: 'DECIMAL(30,30)', values: [`0.${'9'.repeat(30)}`, `-0.${'0'.repeat(29)}1`, '0'] },
      { type: 'DECIMAL(10,2)', values: ['500.00', '-0.01', '99999999.99', '-99999999.99', '1.10'] },
      { type: 'DECIMAL(20,5) UNSIGNED', values: ['0', '999999999999999.99999', '123456789.12345'] },
      { type: 'DECIMAL(9,9)', values: ['0.999999999', '-0.000000001'] },
      { type: 'DECIMAL(1,0)', values: ['-9', '9', '0'] },
    ],
  },
  {
    table: 'floats',
    title: 'N3 FLOAT and DOUBLE to the last bit',
    columns: [
      {
        type: 'FLOAT',
        values: [
          ...['0e0', '0.1', '3.40282e38', '-3.40282e38', '3.4028234663852886e38', '1.17549435e-38'],
          ...['1.4012984643248170e-45', '16777217', '1e-10', '123456.789'],
        ],
        key: false,
      },
      {
        type: 'DOUBLE',
        values: [
          ...['0e0', '0.1', '1.7976931348623157e308', '-1.7976931348623157e308', '2.2250738585072014e-308'],
          ...['4.9406564584124654e-324', '1e22', '9007199254740993e0', '123456789012345680e0', '3.14', '1e21', '1e-7'],
        ],
        key: false,
      },
      // MariaDB before 11 makes 0 of it.
      { type: 'FLOAT', values: ['-0e0', '0e0', '-1e-45'], kinds: SIGNED_ZERO, key: false },
      { type: 'DOUBLE', values: ['-0e0', '0e0', '-5e-324'], kinds: SIGNED_ZERO, key: false },
      { type: 'FLOAT(7,2)', values: ['0.1', '99999.99', '-1.25', '0'], key: false },
      { type: 'FLOAT(36,6)', values: ['0.1', '1e29', '-1.25'], key: false },
      { type: 'DOUBLE(20,6)', values: ['0.1', '12345678.123456', '-3.5'], key: false },
      { type: 'FLOAT UNSIGNED', values: ['0', '0.1', '3.4e38'], key: false },
      { type: 'DOUBLE UNSIGNED', values: ['0', '0.1', '1.7976931348623157e308'], key: false },
    ],
  },
  { table: 'bits_low', title: 'N4 BIT(1) to BIT(22)', columns: BITS.slice(0, 22) },
  { table: 'bits_middle', title: 'N4 BIT(23) to BIT(43)', columns: BITS.slice(22, 43) },
  { table: 'bits_high', title: 'N4 BIT(44) to BIT(64)', columns: BITS.slice(43) },
  {
    table: 'years',
    title: 'N4 YEAR 0000 to 2155',
    columns: [{ type: 'YEAR', values: [...quoted('0000', '2000'), '1901', '2155', '1970', '69'] }],
  },
  {
    table: 'labels',
    title: 'N5 ENUM and SET by number and by label, error value 0 included',
    columns: [
      { type: `ENUM(${AWKWARD_LABELS})`, values: ['1', '2', '3', '4', '5', '6', '7', '8', '9', "''"] },
      { type: "ENUM('','a')", values: ['0', '1', '2'] },
      { type: `ENUM(${ENUM_BIG})`, values: ['1', '127', '128', '255', '256', '300'] },
      { type: "ENUM('ä','ö') CHARACTER SET latin1", values: ['1', '2'] },
      { type: "ENUM('漢','字') CHARACTER SET gbk", values: ['1', '2'] },
      { type: "SET('a','b','it''s','x unsigned')", values: ['0', '1', '2', '3', '15', '8'] },
      { type: "SET('p','q','r','s','t','u','v','w','x')", values: ['256', '511', '255', '128', '0'] },
      {
        type: `SET(${MEMBERS})`,
        values: ['18446744073709551615', '9223372036854775808', '9223372036854775807', '0', '5'],
      },
      { type: "SET('ä','ß') CHARACTER SET latin1", values: ['0', '1', '2', '3'] },
      { type: "SET('a','ö') CHARACTER SET utf16", values: ['0', '1', '2', '3'] },
    ],
  },
];

/** Bytes, geometry, vectors and MariaDB's own types. */
export const BYTE_GROUPS: readonly TypeGroup[] = [
  {
    table: 'byte_strings',
    title: 'N13 BINARY and VARBINARY with zero bytes at the end, CHAR padding',
    columns: [
      {
        type: 'BINARY(8)',
        values: bytes('', '61', '6100', '0000000000000000', '00000000000000ff', '2020202020202020'),
      },
      { type: 'BINARY(1)', values: bytes('00', 'ff', '20') },
      { type: 'BINARY(255)', values: bytes('', 'ab'.repeat(255)) },
      {
        type: 'VARBINARY(20)',
        values: bytes('', '00', '0000', 'ff', '0001027f80ff', '27', '5c', '5c27', '2020', '6100'),
      },
      { type: 'VARBINARY(300)', values: bytes('', '00'.repeat(300), 'ff'.repeat(256)) },
      { type: 'CHAR(10) CHARACTER SET latin1', values: textBytes('latin1', '', '61', '2061', 'e9') },
      { type: 'CHAR(255)', values: [`REPEAT(_utf8mb4 X'F09F9880', 255)`, `'a'`, `''`], key: false },
      { type: 'VARCHAR(10)', values: quoted('', 'a ', 'b  ', ' c', ' ').slice(1) },
    ],
  },
  {
    table: 'blobs',
    title: 'BLOB and TEXT of every size',
    columns: [
      { type: 'TINYBLOB', values: [`''`, `REPEAT(X'FF', 255)`, `X'00'`], key: false },
      { type: 'BLOB', values: [`''`, `REPEAT(X'C3', 256)`, `REPEAT(X'27', 65535)`, `X'5C'`], key: false },
      { type: 'MEDIUMBLOB', values: [`''`, `REPEAT(X'005C27', 22000)`, `REPEAT('a', 65536)`], key: false },
      { type: 'LONGBLOB', values: [`''`, `REPEAT(X'80', 70000)`], key: false },
      { type: 'TINYTEXT', values: [`''`, `REPEAT('x', 255)`, String.raw`'\\''"'`], key: false },
      { type: 'TEXT', values: [`''`, `REPEAT('é', 32767)`, `'a  '`], key: false },
      { type: 'MEDIUMTEXT', values: [`''`, `REPEAT('漢', 30000)`], key: false },
      { type: 'LONGTEXT CHARACTER SET latin1', values: [`''`, `REPEAT(_latin1 X'E9', 70000)`], key: false },
    ],
  },
  {
    table: 'shapes',
    title: 'N23 geometry with its SRID, byte for byte',
    columns: [
      {
        type: 'GEOMETRY',
        values: [
          `ST_GeomFromText('POINT(1 2)')`,
          `ST_GeomFromText('POINT(1.5 -2.25)', 3857)`,
          `ST_GeomFromText('LINESTRING(0 0, 1 1, 2 4)', 4326)`,
          `ST_GeomFromText('POLYGON((0 0, 4 0, 4 4, 0 4, 0 0),(1 1, 2 1, 2 2, 1 2, 1 1))')`,
          `ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(0 0, 1 1))')`,
        ],
        key: false,
      },
      {
        type: 'POINT',
        values: [`ST_GeomFromText('POINT(-1e300 1e-300)')`, `ST_GeomFromText('POINT(0 0)')`],
        key: false,
      },
      { type: 'MULTIPOINT', values: [`ST_GeomFromText('MULTIPOINT(0 0, 1 2)')`], key: false },
      { type: 'MULTIPOLYGON', values: [`ST_GeomFromText('MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)))')`], key: false },
      { type: 'LINESTRING', values: [`ST_GeomFromText('LINESTRING(0 0, 1 1)')`], key: false },
      { type: 'POLYGON', values: [`ST_GeomFromText('POLYGON((0 0, 4 0, 4 4, 0 0))')`], key: false },
      { type: 'POINT SRID 4326', values: [`ST_GeomFromText('POINT(10 20)', 4326)`], kinds: ['mysql-9.7'], key: false },
    ],
  },
  {
    table: 'vectors',
    title: 'VECTOR',
    columns: [
      {
        type: 'VECTOR(3)',
        values: bytes('0000803f0000004000004040', '000000800000c07f0000807f').slice(0, 1),
        kinds: ['mysql-9.7', 'mariadb-11.8'],
        key: false,
      },
      {
        type: 'VECTOR(3)',
        values: bytes('0000000000000080ffff7f7f'),
        kinds: ['mysql-9.7', 'mariadb-11.8'],
        key: false,
      },
    ],
  },
  {
    table: 'addresses',
    title: 'UUID, INET4 and INET6 of MariaDB',
    columns: [
      {
        type: 'UUID',
        values: quoted(
          ...['123e4567-e89b-12d3-a456-426655440000', '00000000-0000-0000-0000-000000000000'],
          ...['ffffffff-ffff-ffff-ffff-ffffffffffff', '0198a0b0-0000-7000-8000-000000000020'],
        ),
        kinds: ['mariadb-10.11', 'mariadb-11.8'],
      },
      {
        type: 'INET4',
        values: quoted('0.0.0.0', '255.255.255.255', '1.2.3.0', '32.32.32.32'),
        kinds: ['mariadb-10.11', 'mariadb-11.8'],
      },
      {
        type: 'INET6',
        values: quoted(
          '::',
          '::1',
          'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
          '2001:db8::',
          '::ffff:1.2.3.4',
          '1::2020',
        ),
        only: 'mariadb',
      },
    ],
  },
];
