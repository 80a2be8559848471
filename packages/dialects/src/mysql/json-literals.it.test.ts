import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TargetColumn } from './catalog.ts';
import { jsonLiteral, jsonNeedsExpression, jsonUpdateExpression } from './json-literals.ts';
import { openTargetSession, type Session } from './session.ts';

/** SQL of documents whose numbers are DECIMALs, doubles and integers of every size. */
const DOCUMENTS = [
  "JSON_OBJECT('price', CAST(12.50 AS DECIMAL(10,2)), 'n', 1, 'é\\n\"q', JSON_ARRAY(1.5e0, NULL, 'x', CAST(1 AS DECIMAL(5,3))))",
  "JSON_ARRAY(CAST('12345678901234567890.123456789012345678' AS DECIMAL(65,18)))",
  "JSON_ARRAY(CAST('-0.10' AS DECIMAL(5,2)), CAST('99999999999999999999999' AS DECIMAL(30,0)))",
  "CAST('[0.1, 1e22, 1.7976931348623157e308, 123456789.12345679, 1e-7, 0.30000000000000004]' AS JSON)",
  "CAST('[18446744073709551615, -9223372036854775808, 1.0, -0.0, 100.0, 123456789012345680000.0, 1e15, 1e16, 1234567890123456789.0, 1e17, 1e20]' AS JSON)",
  'CAST(\'{"a": {"b": [{}, [], "\\\\u0000 1.50", true, false]}, "c": 2.2250738585072014e-308}\' AS JSON)',
  "CAST('5e-324' AS JSON)",
  'CAST(CAST(12.50 AS DECIMAL(10,2)) AS JSON)',
];

describe('JSON on mysql-9.7', () => {
  let server: RunningServer;
  let session: Session;

  beforeAll(async () => {
    server = await startServer({ kind: 'mysql-9.7' });
    session = await openTargetSession(server.address, { role: 'writer' });
    await session.query('CREATE DATABASE d; USE d; CREATE TABLE t(id int auto_increment primary key, j json)');
  });

  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  it.each(DOCUMENTS)('%s arrives as it left', async (sql) => {
    const [[text] = []] = await session.rows(`SELECT CAST(${sql} AS CHAR)`);
    await session.query(`DELETE FROM t; INSERT INTO t(j) VALUES (${sql}),(${jsonLiteral(text ?? '')})`);
    const [first, second] = await session.rows(
      "SELECT CAST(j AS CHAR), JSON_TYPE(j), JSON_TYPE(j->'$[0]'), JSON_TYPE(j->'$.price') FROM t ORDER BY id",
    );
    expect(second).toEqual(first);
  });

  it('leaves ordinary documents to the parser', () => {
    for (const text of ['{"a": 1.5, "b": "12.50"}', '[1.0, 1e300, 18446744073709551615]', '"1.10"']) {
      expect(jsonNeedsExpression(text)).toBe(false);
    }
  });

  it('applies the steps of a partial update', async () => {
    await session.query(`DELETE FROM t; INSERT INTO t(j) VALUES ('{"a": [1, 2], "b": {"c": 1}}')`);
    const expression = jsonUpdateExpression({ name: 'j' } as TargetColumn, [
      { operation: 'replace', path: '$.a[0]', value: '12.50' },
      { operation: 'insert', path: '$.a[1]', value: '{"x": "it\'s"}' },
      { operation: 'insert', path: '$.n', value: 'null' },
      { operation: 'remove', path: '$.b.c' },
    ]);
    await session.query(`UPDATE t SET j=${expression}`);
    expect(await session.rows('SELECT CAST(j AS CHAR) FROM t')).toEqual([
      [`{"a": [12.50, {"x": "it's"}, 2], "b": {}, "n": null}`],
    ]);
  });
});
