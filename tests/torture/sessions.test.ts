/**
 * Goal: neither the zones (N11), nor the sql_mode (N25), nor the names (N15) of either side change a row.
 *
 * Method: servers and process with settings as far apart as they go; awkward values through insert, update,
 * key change and delete; compared by HEX, times also as UNIX_TIMESTAMP.
 */
import { availableKinds, SERVER_KINDS, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

const TRICKY = String.raw`''`.concat(
  `, '"', '\`', _latin1 X'5C', _utf8mb4 X'275C27', _utf8mb4 X'F09F9880', 'a||b', '--', ';', '\${x}'`,
);
const MODE = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE,IGNORE_SPACE';
const kinds = (await availableKinds(SERVER_KINDS)).filter((kind) => kind === 'mariadb-10.11' || kind === 'mysql-9.7');
const zone = process.env['TZ'];

describe.each(kinds)('%s', (kind: ServerKind) => {
  beforeAll(() => {
    process.env['TZ'] = 'America/New_York';
  });

  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test('N11 zones: source +08:00, target -05:00, process New York, both ambiguous hours', async () => {
    const servers = {
      from: kind,
      sourceOptions: { 'default-time-zone': '+08:00' },
      targetOptions: { 'default-time-zone': '-05:00' },
    };
    await Scenario.run(servers, async (scenario) => {
      await scenario.both(
        'CREATE DATABASE z',
        `CREATE TABLE z.t (id INT PRIMARY KEY, ts TIMESTAMP(6) NULL, dt DATETIME(6), d DATE, tm TIME,
           changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)`,
        'CREATE TABLE z.k (ts TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), n INT, PRIMARY KEY (ts))',
      );
      const { source, target } = scenario;
      // 01:30 in New York and 01:30 an hour later; 02:30 in Berlin twice; hours New York leaves out; now.
      const moments = [1730611800, 1730615400, 1729989000, 1729992600, 1710055800, 1, 2147483647, 1000000000];
      const rows = moments.map(
        (s, i) =>
          `(${i}, FROM_UNIXTIME(${s}) + INTERVAL ${i} MICROSECOND, '2024-03-10 02:30:00', '2024-03-31', '02:30:00')`,
      );
      await source.query(`INSERT INTO z.t (id, ts, dt, d, tm) VALUES ${rows.join(',')}`);
      await source.query(
        `INSERT INTO z.k VALUES ${moments
          .slice(0, 5)
          .map((s, i) => `(FROM_UNIXTIME(${s}), ${i})`)
          .join(',')}`,
      );
      await scenario.apply('z.*');
      await source.query(
        `UPDATE z.t SET ts = ts + INTERVAL 1 HOUR WHERE id < 5; UPDATE z.t SET dt = '2024-11-03 01:30:00.5', changed = changed WHERE id > 3`,
      );
      await source.query(
        'UPDATE z.k SET n = n + 1; UPDATE z.k SET ts = ts + INTERVAL 10 MINUTE WHERE n % 2 = 0; DELETE FROM z.k WHERE n = 5',
      );
      await scenario.apply('z.*');
      expect(await scenario.equal('z')).toBe(12);
      const epochs = 'SELECT id, UNIX_TIMESTAMP(ts) AS ts, UNIX_TIMESTAMP(changed) AS changed FROM z.t ORDER BY id';
      expect(await target.query(epochs)).toEqual(await source.query(epochs));
    });
  });

  test('N25 sql_mode: quotes, backslashes and pipes mean something else on both servers', async () => {
    const options = { 'sql-mode': MODE };
    await Scenario.run({ from: kind, sourceOptions: options, targetOptions: options }, async (scenario) => {
      await scenario.both(
        'CREATE DATABASE m',
        "CREATE TABLE m.t (id INT PRIMARY KEY, v VARCHAR(50), b VARBINARY(50), d DATETIME, e ENUM('a','b''c'), UNIQUE KEY (v))",
        'CREATE TABLE m.nk (id INT, v VARCHAR(50), d DATE)',
      );
      const { source } = scenario;
      const values = TRICKY.split(', ');
      const rows = values.map((value, i) => `(${i}, ${value}, ${value}, '0000-00-00', ${i % 3})`);
      await source.query(
        `SET sql_mode = CONCAT(@@sql_mode, ',ALLOW_INVALID_DATES'); INSERT INTO m.t VALUES ${rows.join(',')}`,
      );
      await source.query(
        `INSERT INTO m.nk VALUES ${values.map((value, i) => `(${i}, ${value}, '2024-02-31')`).join(',')}`,
      );
      await scenario.apply('m.*');
      await source.query(
        `UPDATE m.t SET v = CONCAT(v, X'5C27'), b = CONCAT(X'5C', b), d = '2024-00-00', e = 2; UPDATE m.nk SET v = CONCAT(v, X'5C')`,
      );
      await source.query('DELETE FROM m.nk WHERE id % 2 = 0; DELETE FROM m.t WHERE id = 3');
      await scenario.apply('m.*');
      expect(await scenario.equal('m')).toBeGreaterThan(values.length);
    });
  });

  test('N15 names: reserved words, dots, quotes, spaces, Chinese, emoji, case', async () => {
    await Scenario.run({ from: kind }, async (scenario) => {
      // Emoji are outside the characters a name may have; MySQL and MariaDB both say so.
      const schemas = ['order', 'my.db', '数据库', 'it``s "x"'];
      const tables = ['select', 'a.b', '商品 表', 'Case', 'case', 'quo``te', 'dash-1', '%'];
      const columns = ['key', 'a.b', '列', 'sp ace', 'tick``', 'v'];
      const definition = `(\`${columns.join('` INT, `')}\` INT, \`Group\` VARCHAR(9), PRIMARY KEY (\`key\`, \`a.b\`))`;
      for (const schema of schemas) {
        await scenario.both(
          `CREATE DATABASE \`${schema}\``,
          ...tables.map((table) => `CREATE TABLE \`${schema}\`.\`${table}\` ${definition}`),
        );
        for (const table of tables) {
          const name = `\`${schema}\`.\`${table}\``;
          await scenario.source.query(
            `INSERT INTO ${name} VALUES (1, 1, 1, 1, 1, 1, '${table.slice(0, 2)}'), (2, 2, 2, 2, 2, 2, ''), (3, 3, 3, 3, 3, 3, NULL)`,
          );
        }
      }
      await scenario.apply('*.*');
      for (const schema of schemas) {
        for (const table of tables) {
          const name = `\`${schema}\`.\`${table}\``;
          await scenario.source.query(
            `UPDATE ${name} SET \`a.b\` = 9, \`列\` = 8 WHERE \`key\` = 1; UPDATE ${name} SET \`tick\`\`\` = 5; DELETE FROM ${name} WHERE \`key\` = 3`,
          );
        }
      }
      await scenario.apply('*.*');
      expect(await scenario.equal(...schemas.map((schema) => schema.replaceAll('``', '`')))).toBe(
        schemas.length * tables.length * 2,
      );
    });
  });
});
