// Goal: every kind of key is compared exactly, and its rows are repaired and put back: composite, text under a collation,
// binary, descending, unordered, none.
// Method: tables with such keys on two servers, a changed, a missing and an extra row in each, in places a wrong order
// or a wrong match of spellings would misplace; repaired, compared again, undone, compared with the first time.
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repairTables, undoRepair } from '../support/repair-run.ts';
import { verifyTables, type VerifyRun } from '../support/verify-run.ts';

const COUNT = 3000;

interface KeyCase {
  name: string;
  /** Columns and key of both sides; `target` where it is another. */
  source: string;
  target?: string;
  /** SQL of the key of row `i`. */
  key: (i: number) => string;
}

const hex = (i: number): string => i.toString(16).padStart(6, '0');
const word = (i: number): string => `${'abc'[i % 3]}${i % 2 === 0 ? 'É' : 'z'} ${i}`;

const CASES: KeyCase[] = [
  { name: 'composite', source: 'a INT, b VARCHAR(20), PRIMARY KEY (a, b)', key: (i) => `${i % 7},'k${i}'` },
  { name: 'text', source: 'a VARCHAR(40) COLLATE utf8mb4_unicode_ci, PRIMARY KEY (a)', key: (i) => `'${word(i)}'` },
  { name: 'bytes', source: 'a BINARY(8), PRIMARY KEY (a)', key: (i) => `X'${hex(i)}'` },
  { name: 'descending', source: 'a BIGINT, PRIMARY KEY (a DESC)', key: (i) => String(i * 1_000_003) },
  {
    name: 'sparse',
    source: 'a BIGINT UNSIGNED, PRIMARY KEY (a)',
    key: (i) => String(BigInt(i) ** 4n * 100_000n + (i > 2000 ? 2n ** 63n : 0n)),
  },
  {
    name: 'unique',
    source: 'a DATETIME(3) NOT NULL, b INT NOT NULL, UNIQUE KEY u (b, a)',
    key: (i) => `'2024-01-01 00:00:00.${String(i % 1000).padStart(3, '0')}',${i}`,
  },
  {
    name: 'unordered',
    source: 'a VARCHAR(40) COLLATE utf8mb4_unicode_ci, PRIMARY KEY (a)',
    target: 'a VARCHAR(40) COLLATE utf8mb4_bin, PRIMARY KEY (a)',
    key: (i) => `'${word(i)}'`,
  },
  {
    name: 'charsets',
    source: 'a VARCHAR(40) CHARACTER SET latin1, PRIMARY KEY (a)',
    target: 'a VARCHAR(40) CHARACTER SET utf8mb4, PRIMARY KEY (a)',
    key: (i) => `'${word(i)}'`,
  },
  {
    name: 'types',
    source: 'a INT, PRIMARY KEY (a)',
    target: 'a DECIMAL(12,2), PRIMARY KEY (a)',
    key: (i) => String(i - 1500),
  },
];

describe.each([
  ['mariadb-10.11', 'mariadb-10.11'],
  ['mysql-9.7', 'mariadb-10.11'],
] as [ServerKind, ServerKind][])('keys %s → %s', (sourceKind, targetKind) => {
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

  it.each(CASES)('$name', async ({ name, source: columns, target: targetColumns, key }) => {
    await source.query(`CREATE TABLE d.${name} (${columns}, v VARCHAR(20)) ENGINE=InnoDB`);
    await target.query(`CREATE TABLE d.${name} (${targetColumns ?? columns}, v VARCHAR(20)) ENGINE=InnoDB`);
    const row = (i: number, value = `v${i}`): string => `(${key(i)},'${value}')`;
    const all = Array.from({ length: COUNT }, (_, i) => i);
    const insert = (rows: number[]): string => `INSERT INTO d.${name} VALUES ${rows.map((i) => row(i)).join(',')}`;
    await source.query(insert(all.filter((i) => i !== 40 && i !== 2999)));
    await target.query(insert(all.filter((i) => i !== 0 && i !== 1234)));
    await target.query(`REPLACE INTO d.${name} VALUES ${row(77, 'changed')},${row(2500, 'changed')}`);
    const { tables, found } = await verifyTables(source, target, `d.${name}`);
    expect(tables).toMatchObject([
      { verdict: 'differs', rows: COUNT - 2, differing: 2, missing: 2, extra: 2, complete: true },
    ]);
    expect(found.filter(({ kind }) => kind === 'different').map(({ columns: c }) => c)).toEqual(
      expect.arrayContaining([[{ name: 'v', source: 'v77', target: 'changed' }]]),
    );
    await repairedAndBack(`d.${name}`, found);
  });

  /** Repairs the table, finds it equal, takes the repair back and finds the same differences as before. */
  async function repairedAndBack(table: string, found: VerifyRun['found']): Promise<void> {
    const run = await repairTables(source, target, table);
    expect(run).toMatchObject({ kept: 0, repaired: [table] });
    expect(run.inserted + run.updated + run.deleted).toBe(found.length);
    expect((await verifyTables(source, target, table)).tables).toMatchObject([{ verdict: 'equal' }]);
    expect(await undoRepair(target, run.id)).toMatchObject({ undone: found.length, kept: [] });
    expect((await verifyTables(source, target, table)).found).toEqual(found);
  }

  it('two spellings of one key are one row', async () => {
    await both('CREATE TABLE d.spelt (a VARCHAR(20) PRIMARY KEY, v INT) ENGINE=InnoDB');
    await source.query("INSERT INTO d.spelt VALUES ('Anna', 1), ('bob', 2), ('eve', 3)");
    await target.query("INSERT INTO d.spelt VALUES ('anna', 1), ('bob', 2), ('EVE', 4)");
    const { tables, found } = await verifyTables(source, target, 'd.spelt');
    expect(tables).toMatchObject([{ differing: 2, missing: 0, extra: 0 }]);
    expect(found.find(({ key }) => key['a'] === 'Anna')?.columns).toEqual([
      { name: 'a', source: 'Anna', target: 'anna' },
    ]);
    expect(found.find(({ key }) => key['a'] === 'eve')?.columns.map(({ name }) => name)).toEqual(['a', 'v']);
    await repairedAndBack('d.spelt', found);
  });

  it('rows without a key are compared as a multiset', async () => {
    await both('CREATE TABLE d.keyless (a INT, b VARCHAR(20)) ENGINE=InnoDB');
    await both("INSERT INTO d.keyless VALUES (1,'one'),(1,'one'),(2,NULL),(NULL,'x'),(3,'three')");
    expect((await verifyTables(source, target, 'd.keyless')).tables).toMatchObject([{ verdict: 'equal', rows: 5 }]);
    await target.query("INSERT INTO d.keyless VALUES (1,'one'); UPDATE d.keyless SET b='' WHERE a=2");
    const run: VerifyRun = await verifyTables(source, target, 'd.keyless');
    expect(run.tables).toMatchObject([{ verdict: 'differs', missing: 1, extra: 2 }]);
    const copies = Object.fromEntries(run.found.map(({ key, copies: c }) => [JSON.stringify(key), c]));
    expect(copies).toEqual({
      '{"a":"1","b":"one"}': { source: 2, target: 3 },
      '{"a":"2","b":null}': { source: 1, target: 0 },
      '{"a":"2","b":""}': { source: 0, target: 1 },
    });
    expect(await repairTables(source, target, 'd.keyless')).toMatchObject({
      ...{ inserted: 0, deleted: 0, repaired: [] },
      plans: [{ table: 'd.keyless', refused: { code: 'REPAIR_REFUSED' } }],
    });
  });

  it('JSON with its members in another order is equal', async () => {
    await source.query('CREATE TABLE d.doc (id INT PRIMARY KEY, j JSON) ENGINE=InnoDB');
    await target.query('CREATE TABLE d.doc (id INT PRIMARY KEY, j LONGTEXT) ENGINE=InnoDB');
    await source.query(`INSERT INTO d.doc VALUES (1,'{"a": 1, "bb": [1.5, "x"]}'),(2,'{"a": 1, "b": 2}'),(3,'[1,2]')`);
    await target.query(
      `INSERT INTO d.doc VALUES (1,'{"bb":[1.5,"\\\\u0078"],"a":1}'),(2,'{"a": 1, "b": 3}'),(3,'[2,1]')`,
    );
    const { tables, found } = await verifyTables(source, target, 'd.doc');
    // MariaDB's JSON is a text: there the text itself is compared.
    const expected = sourceKind.startsWith('mysql') ? ['2', '3'] : ['1', '2', '3'];
    expect(found.map(({ key }) => key['id'])).toEqual(expected);
    expect(tables).toMatchObject([{ differing: expected.length }]);
  });
});
