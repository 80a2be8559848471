/**
 * Goal: JSON documents of MySQL arrive as the same documents (N6), also when the log holds only what changed
 * in them (N7), on MySQL and on MariaDB.
 *
 * Method: documents with everything JSON can hold, made by the server's own functions, inserted, replaced,
 * and changed in place with partial images on; compared as documents: the server's text, and the type of
 * every value where the target is MySQL.
 */
import { availableKinds, SERVER_KINDS, type ServerKind } from '@otter/testkit';
import { describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

const DOCUMENTS = [
  `'{}'`,
  `'[]'`,
  `'null'`,
  `'true'`,
  `'""'`,
  `'"a \\\\" \\\\\\\\ \\\\n \\\\r \\\\t \\\\u0000 \\\\u001f / é 漢 😀"'`,
  `'[1, 1.0, -1, 0, -0.0, 1e300, 1e-300, 0.1, 123456789012345680000]'`,
  `'[18446744073709551615, 9223372036854775807, -9223372036854775808, 9007199254740993, 65535, 65536, -32769]'`,
  `'{"b": 1, "a": 2, "": 3, "aa": {"x": [null, {"y": []}]}, "Ä": "ß"}'`,
  `JSON_OBJECT('big', REPEAT('é', 40000), 'n', 1)`,
  `JSON_ARRAY(REPEAT('x', 65535), REPEAT('y', 65536), REPEAT('z', 200))`,
  `CONCAT(REPEAT('[', 30), REPEAT(']', 30))`,
  `CONCAT('[0', REPEAT(',{"k":[1,"v"]}', 6000), ']')`,
  `CAST(CAST(12345678901234567890.120 AS DECIMAL(40,3)) AS JSON)`,
  `JSON_OBJECT('d', CAST(1.50 AS DECIMAL(10,2)), 'e', CAST(0.00001 AS DECIMAL(10,5)))`,
];
/** Deeper than MariaDB reads JSON. */
const DEEP = `CONCAT(REPEAT('[', 99), REPEAT(']', 99))`;
/** Values whose text is that of a string: they arrive as strings of the same text. */
const OPAQUE = [
  `JSON_ARRAY(CAST('2024-02-29' AS DATE), CAST('-838:59:58.5' AS TIME(1)), CAST('2024-01-01 10:00:00.123456' AS DATETIME(6)))`,
  `JSON_OBJECT('bits', b'1010101', 'blob', X'00FF', 'year', CAST(2155 AS YEAR))`,
];
const CHANGES = [
  `JSON_SET(j, '$.a', 'new', '$.b', 12345678901234567890)`,
  `JSON_SET(j, '$.a', 'longer than before', '$.c.d', NULL)`,
  `JSON_REMOVE(j, '$.c')`,
  `JSON_REPLACE(j, '$.list[1]', CAST('{"x": 1.0}' AS JSON), '$.b', 1)`,
  `JSON_ARRAY_INSERT(j, '$.list[0]', 'first')`,
  `JSON_REMOVE(j, '$.list[0]')`,
  `JSON_ARRAY_APPEND(j, '$.list', 'last')`,
  `JSON_SET(j, '$."quo\\\\"ted \\'key"', 2.50)`,
];
const targets: ServerKind[] = ['mysql-9.7', 'mariadb-10.11'];
const kinds = await availableKinds(SERVER_KINDS);

describe.runIf(kinds.includes('mysql-9.7')).each(targets)('mysql-9.7 → %s', (to) => {
  test('N6 documents with everything in them', async () => {
    await Scenario.run({ from: 'mysql-9.7', to }, async (scenario) => {
      await scenario.both(
        'CREATE DATABASE d',
        'CREATE TABLE d.j (id INT PRIMARY KEY, j JSON)',
        'CREATE TABLE d.nk (id INT, j JSON)',
      );
      const { source, target } = scenario;
      const documents = to === 'mysql-9.7' ? [...DOCUMENTS, DEEP, ...OPAQUE] : DOCUMENTS;
      const rows = documents.map(
        (document, i) => `(${i}, ${document}), (${i + 100}, NULL), (${i + 200}, '{"old": [1]}')`,
      );
      for (const table of ['j', 'nk']) await source.query(`INSERT INTO d.${table} VALUES ${rows.join(',')}`);
      await scenario.apply('d.*');
      for (const [i, document] of documents.entries()) {
        for (const table of ['j', 'nk'])
          await source.query(`UPDATE d.${table} SET j = ${document} WHERE id IN (${i + 100}, ${i + 200})`);
      }
      await source.query('DELETE FROM d.nk WHERE id < 100');
      await scenario.apply('d.*');
      expect(await scenario.equal('d')).toBeGreaterThan(documents.length * 4);
      if (to !== 'mysql-9.7') return;
      const shown = `SELECT id, JSON_TYPE(j) AS type, JSON_TYPE(j->'$[1]') AS inner1, JSON_TYPE(j->'$.d') AS inner2 FROM d.j WHERE id % 100 < ${DOCUMENTS.length} ORDER BY id`;
      expect(await target.query(shown)).toEqual(await source.query(shown));
    });
  });

  test.each(['FULL', 'MINIMAL'])('N7 partial updates, row image %s', async (image) => {
    const sourceOptions = { 'binlog-row-value-options': 'PARTIAL_JSON', 'binlog-row-image': image };
    await Scenario.run({ from: 'mysql-9.7', to, sourceOptions }, async (scenario) => {
      await scenario.both(
        'CREATE DATABASE d',
        'CREATE TABLE d.j (id INT PRIMARY KEY, j JSON, k JSON, n INT DEFAULT 0)',
      );
      const { source } = scenario;
      const start = `JSON_OBJECT('a', 'short', 'b', 5, 'c', JSON_OBJECT('d', 1, 'e', JSON_ARRAY()), 'list', JSON_ARRAY(1, 2, 3), 'pad', REPEAT('p', 500))`;
      await source.query(
        `INSERT INTO d.j SELECT n, ${start}, ${start}, 0 FROM (VALUES ROW(1), ROW(2), ROW(3)) AS v(n)`,
      );
      await scenario.apply('d.*');
      for (const change of CHANGES) {
        await source.query(
          `UPDATE d.j SET j = ${change}; UPDATE d.j SET k = ${change.replaceAll('(j,', '(k,')}, n = n + 1 WHERE id = 2`,
        );
      }
      await source.query(
        `BEGIN; UPDATE d.j SET j = JSON_SET(j, '$.b', id); UPDATE d.j SET id = id + 10; UPDATE d.j SET j = JSON_SET(j, '$.a', id); COMMIT`,
      );
      // Without the document before, only the target's own could be changed, and that of MariaDB is text.
      const impossible = image === 'MINIMAL' && to !== 'mysql-9.7';
      const { status } = await scenario.apply('d.*', { expectedErrors: impossible ? ['ROW_REFUSED'] : [] });
      expect(status.parked.length).toBe(impossible ? 1 : 0);
      if (!impossible) expect(await scenario.equal('d')).toBe(3);
    });
  });
});
