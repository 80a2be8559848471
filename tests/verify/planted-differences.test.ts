// Goal: verify finds exactly what differs, for every kind of value and between families.
// Method: equal tables on two servers, one change each on the target alone, the report compared with what was planted.
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyTables } from '../support/verify-run.ts';

const DEFINITION = `
  id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(60), fixed CHAR(10), bytes VARBINARY(40), padded BINARY(6),
  f FLOAT, d DOUBLE, n DECIMAL(20,6), at DATETIME(6), ts TIMESTAMP(3) NULL, t TIME(2), day DATE, y YEAR,
  kind ENUM('a','b','c'), flags SET('x','y','z'), bits BIT(12), doc LONGTEXT, shape POINT,
  twice BIGINT AS (id * 2) STORED`;

const ROW = `'name', 'fixed', X'00FF', X'0102', 1.5, 0.1, 12.345678, '2024-02-29 12:00:00.000001',
  '2024-02-29 12:00:00.001', '10:00:00.01', '2024-02-29', 2024, 'b', 'x,z', b'101', '{"a": 1, "b": [1, 2]}',
  ST_GeomFromText('POINT(1 2)')`;
const COLUMNS = 'name, fixed, bytes, padded, f, d, n, at, ts, t, day, y, kind, flags, bits, doc, shape';

/** What is done to the target alone, and the column that then differs; `null`: nothing may be found. */
const PLANTED: [name: string, sql: string, column: string | null][] = [
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

describe.each([
  ['mariadb-10.11', 'mariadb-10.11'],
  ['mysql-9.7', 'mysql-9.7'],
  ['mysql-9.7', 'mariadb-10.11'],
  ['mariadb-10.11', 'mysql-9.7'],
] as [ServerKind, ServerKind][])('verify %s → %s', (sourceKind, targetKind) => {
  let source: RunningServer;
  let target: RunningServer;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind: sourceKind }), startServer({ kind: targetKind })]);
    await both('CREATE DATABASE d CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci');
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  async function both(sql: string): Promise<void> {
    await Promise.all([source.query(sql), target.query(sql)]);
  }

  // MariaDB reads -0 as 0 from every column: where it takes part there is no difference to find.
  const keepsZeroSign = sourceKind.startsWith('mysql') && targetKind.startsWith('mysql');
  const planted = PLANTED.filter(([name]) => keepsZeroSign || name !== '-0 for 0');

  it('finds every planted difference, and nothing else', async () => {
    await both(`SET time_zone='+00:00'; CREATE TABLE d.planted (${DEFINITION}) ENGINE=InnoDB`);
    const ids = Array.from({ length: 5000 }, (_, i) => i + 1);
    await both(`INSERT INTO d.planted (id, ${COLUMNS}) VALUES ${ids.map((id) => `(${id}, ${ROW})`).join(',')}`);
    await both('UPDATE d.planted SET name=NULL WHERE id=600; UPDATE d.planted SET d=0e0 WHERE id=1900');
    expect(await verifyTables(source, target, 'd.planted')).toMatchObject({
      tables: [{ verdict: 'equal', rows: 5000, complete: true }],
      found: [],
    });
    const mode = "SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'";
    for (const [i, [, sql]] of planted.entries()) {
      await target.query(`${mode}; UPDATE d.planted SET ${sql} WHERE id=${(i + 1) * 100}`);
    }
    await target.query('DELETE FROM d.planted WHERE id IN (1, 2500); ');
    await source.query('DELETE FROM d.planted WHERE id IN (5000, 3)');
    const { found, tables } = await verifyTables(source, target, 'd.planted');
    expect(tables).toMatchObject([{ verdict: 'differs', missing: 2, extra: 2, differing: planted.length }]);
    const byId = new Map(found.map((report) => [Number(report.key['id']), report]));
    expect(byId.get(1)?.kind).toBe('missing');
    expect(byId.get(2500)?.kind).toBe('missing');
    expect(byId.get(3)?.kind).toBe('extra');
    expect(byId.get(5000)?.kind).toBe('extra');
    const columns = planted.map((_, i) => byId.get((i + 1) * 100)?.columns[0]?.name);
    expect(columns).toEqual(planted.map(([, , column]) => column));
    expect(byId.get(200)?.columns).toEqual([{ name: 'name', source: 'name', target: 'name ' }]);
    if (keepsZeroSign) expect(byId.get(1900)?.columns).toEqual([{ name: 'd', source: '0', target: '-0' }]);
    expect(byId.get(600)?.columns).toEqual([{ name: 'name', source: null, target: '' }]);
    const hidden = await verifyTables(source, target, 'd.planted', { hideValues: true });
    expect(hidden.found.every((report) => report.columns.every((column) => !('source' in column)))).toBe(true);
  });
});
