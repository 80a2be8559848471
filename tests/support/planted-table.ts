import type { RunningServer } from '@otter/testkit';

/** Rows of the table, ids from 1 on. */
export const PLANTED_ROWS = 5000;

const DEFINITION = `
  id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(60), fixed CHAR(10), bytes VARBINARY(40), padded BINARY(6),
  f FLOAT, d DOUBLE, n DECIMAL(20,6), at DATETIME(6), ts TIMESTAMP(3) NULL, t TIME(2), day DATE, y YEAR,
  kind ENUM('a','b','c'), flags SET('x','y','z'), bits BIT(12), doc LONGTEXT, shape POINT,
  twice BIGINT AS (id * 2) STORED`;

const ROW = `'name', 'fixed', X'00FF', X'0102', 1.5, 0.1, 12.345678, '2024-02-29 12:00:00.000001',
  '2024-02-29 12:00:00.001', '10:00:00.01', '2024-02-29', 2024, 'b', 'x,z', b'101', '{"a": 1, "b": [1, 2]}',
  ST_GeomFromText('POINT(1 2)')`;
const COLUMNS = 'name, fixed, bytes, padded, f, d, n, at, ts, t, day, y, kind, flags, bits, doc, shape';

/** What is done to the target alone, and the column that then differs. */
export type PlantedDifference = [name: string, sql: string, column: string];

export const PLANTED: PlantedDifference[] = [
  ['a changed value', "name='other'", 'name'],
  ['a trailing space', "name='name '", 'name'],
  ['another case', "name='Name'", 'name'],
  ['a NUL byte', "name='name\\0'", 'name'],
  ['an emoji', "name='name😀'", 'name'],
  ['empty for NULL', "name=''", 'name'],
  ['NULL for a value', 'bytes=NULL', 'bytes'],
  ['a zero byte more', "bytes=X'00FF00'", 'bytes'],
  ['the last bit of a double', 'd=0.10000000000000002e0', 'd'],
  ['the last bit of a float', 'f=1.5000001e0', 'f'],
  ['a fraction of a second', "at='2024-02-29 12:00:00.000002'", 'at'],
  ['a zero date', "day='0000-00-00'", 'day'],
  ['another label', "kind='c'", 'kind'],
  ['other members', "flags='x'", 'flags'],
  ['another bit', "bits=b'100'", 'bits'],
  ['another point', "shape=ST_GeomFromText('POINT(1 3)')", 'shape'],
  ['the last digit of a decimal', 'n=12.345679', 'n'],
  ['a comma that moved', "name='name,x', fixed='y'", 'name'],
  ['-0 for 0', 'd=-0e0', 'd'],
];

/** Makes and fills the table; two such tables are equal on every server. */
export async function fillPlanted(server: RunningServer, table: string): Promise<void> {
  await server.query(`SET time_zone='+00:00'; CREATE TABLE ${table} (${DEFINITION}) ENGINE=InnoDB`);
  const ids = Array.from({ length: PLANTED_ROWS }, (_, i) => i + 1);
  await server.query(`INSERT INTO ${table} (id, ${COLUMNS}) VALUES ${ids.map((id) => `(${id}, ${ROW})`).join(',')}`);
  await server.query(`UPDATE ${table} SET name=NULL WHERE id=600; UPDATE ${table} SET d=0e0 WHERE id=1900`);
}

/** Changes the row 100, 200 … of one side, one way each. */
export async function plant(
  server: RunningServer,
  table: string,
  planted: readonly PlantedDifference[],
): Promise<void> {
  const mode = "SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'";
  for (const [i, [, sql]] of planted.entries()) {
    await server.query(`${mode}; UPDATE ${table} SET ${sql} WHERE id=${(i + 1) * 100}`);
  }
}

/** Every bit of every row as text that is the same on every server. */
export async function exactRows(server: RunningServer, table: string): Promise<string[]> {
  const rows = await server.query(
    `SET time_zone='+00:00'; SELECT CONCAT_WS('|',id,IFNULL(HEX(name),'-'),HEX(fixed),IFNULL(HEX(bytes),'-'),HEX(padded),CONCAT(f*1e0),CONCAT(d*1e0),n,at,ts,t,day,y,kind+0,flags+0,bits+0,HEX(doc),HEX(ST_AsBinary(shape)),twice) line FROM ${table} ORDER BY id`,
  );
  return (rows.flat() as { line?: string }[]).flatMap(({ line }) => (line === undefined ? [] : [String(line)]));
}
