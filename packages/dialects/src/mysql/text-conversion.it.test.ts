import type { Column } from '@otter/core';
import { OtterError } from '@otter/core';
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTables, type TargetColumn } from './catalog.ts';
import { runLenient } from './lenient-execution.ts';
import { compileLiteral } from './literals.ts';
import { openTargetSession, type Session } from './session.ts';
import { compileTableWriter, type TableWriter } from './statements.ts';

const CHARSETS = [
  'utf8mb4',
  'utf8mb3',
  'latin1',
  'ascii',
  'gbk',
  'big5',
  'sjis',
  'cp932',
  'ujis',
  'euckr',
  'cp1251',
  'utf16',
  'utf32',
  'ucs2',
];
const ODD_BYTES = [
  'ff',
  '80',
  'c3',
  'c328',
  'eda080',
  'f09f98',
  'd800',
  'd83d',
  '00ffff00',
  '8130',
  '20',
  '',
  'ffff',
  '41ff42',
  '27ff',
  '5cff',
  '81',
  'f4908080',
  'c080',
  '0041d8',
  '00110000',
];

describe.each(['mariadb-10.11', 'mysql-9.7'] as const)('text conversion on %s', (kind) => {
  let server: RunningServer;
  let session: Session;

  beforeAll(async () => {
    server = await startServer({ kind });
    session = await openTargetSession(server.address, { role: 'writer' });
    await session.query('CREATE DATABASE d; USE d');
  });

  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  it.each(CHARSETS)('bytes of any kind in %s arrive exactly or are refused', async (charset) => {
    const target = await makeTable(session, `v varchar(50) character set ${charset} null`);
    const writer = writerOf(session, target, target);
    let stored = 0;
    for (const [i, hex] of ODD_BYTES.entries()) {
      const bytes = Buffer.from(hex, 'hex');
      const utf8 = ['utf8mb4', 'utf8mb3', 'ascii'].includes(charset);
      const text = bytes.toString('utf8');
      const value = utf8 && Buffer.from(text).equals(bytes) ? text : bytes;
      for (const [stepName, sql] of [
        ['insert', (): string => writer.insert([[i, value]])],
        ['updateMany', (): string => writer.updateMany([[i, value]], [1])],
        ['updateOne', (): string => writer.updateOne([i, value], [i, value], [1])],
      ] as const) {
        await session.query(`DELETE FROM t; INSERT INTO t VALUES (${i + (stepName === 'insert' ? 100 : 0)},NULL)`);
        if (await refuses(session, sql)) continue;
        stored += 1;
        expect(await session.rows(`SELECT HEX(v) FROM t WHERE id=${i}`), hex).toEqual([[hex.toUpperCase()]]);
      }
    }
    expect(stored).toBeGreaterThan(0);
  });

  it('converts between charsets without loss or refuses', async () => {
    const target = await makeTable(session, 'v varchar(50) character set latin1 null');
    const writer = writerOf(session, { ...target, charset: 'utf8mb4' }, target);
    await session.query(writer.insert([[1, 'é€']]));
    expect(await session.rows('SELECT HEX(v) FROM t')).toEqual([['E980']]);
    for (const sql of [
      writer.insert([[2, '漢']]),
      writer.updateMany([[1, '漢']], [1]),
      writer.updateOne([1], [1, 'a😀'], [1]),
    ]) {
      await expect(session.query(sql)).rejects.toMatchObject({ code: 'ROW_REFUSED' });
    }
  });

  it.each(['gbk', 'latin1', 'utf16', 'sjis'])('carries %s into utf8mb4', async (charset) => {
    const target = await makeTable(session, 'v varchar(50) character set utf8mb4 null');
    const writer = writerOf(session, { ...target, charset }, target);
    const bytes = { gbk: 'd6d0b9fa', latin1: 'e980', utf16: '6f22', sjis: '82a0' }[charset] as string;
    const expected = { gbk: '中国', latin1: 'é€', utf16: '漢', sjis: 'あ' }[charset] as string;
    await session.query(writer.insert([[1, Buffer.from(bytes, 'hex')]]));
    expect(await session.rows('SELECT v FROM t')).toEqual([[expected]]);
    await session.query('UPDATE t SET v=NULL');
    await session.query(writer.updateMany([[1, Buffer.from(bytes, 'hex')]], [1]));
    expect(await session.rows('SELECT v FROM t')).toEqual([[expected]]);
  });

  it('refuses what a strict server would cut silently: spaces at the end', async () => {
    const short = await makeTable(session, 'v varchar(3) character set utf8mb4 null');
    const writer = writerOf(session, { ...short, length: 80 }, short);
    expect(() => writer.insert([[1, 'abc ']])).toThrow(OtterError);
    await session.query(writer.insert([[1, 'ab ']]));
    await expect(session.query(writer.insert([[2, 'abcd']]))).rejects.toMatchObject({ code: 'ROW_REFUSED' });
    const fixed = await makeTable(session, 'v char(5) null');
    expect(() => writerOf(session, fixed, fixed).insert([[1, 'ab ']])).toThrow(OtterError);
  });

  it('stores the error value of an ENUM in a session that stays strict', async () => {
    const target = await makeTable(session, "v enum('a','b') null");
    const writer = writerOf(session, target, target);
    expect(writer.lenientValues([1, 0])).toBe(1);
    await expect(session.query(writer.insert([[1, 0]]))).rejects.toMatchObject({ code: 'ROW_REFUSED' });
    await runLenient(session, writer.insert([[1, 0]]), 1);
    expect(await session.rows('SELECT v, v+0 FROM t')).toEqual([['', '0']]);
    await expect(runLenient(session, writer.insert([[1, 0]]), 1)).rejects.toMatchObject({ code: 'ROW_EXISTS' });
    await expect(session.query(writer.insert([[2, 0]]))).rejects.toMatchObject({ code: 'ROW_REFUSED' });
    await expect(runLenient(session, "INSERT INTO t VALUES ('3x', 0)", 1)).rejects.toMatchObject({
      code: 'ROW_REFUSED',
    });
  });

  it('maps labels by text when they differ', async () => {
    const target = await makeTable(session, "v enum('c','b','a') null");
    const source = { ...target, labels: ['a', 'b'] };
    const writer = writerOf(session, source, target);
    await session.query(
      writer.insert([
        [1, 1],
        [2, 2],
      ]),
    );
    expect(await session.rows('SELECT v FROM t')).toEqual([['a'], ['b']]);
    expect(() => writerOf(session, { ...source, labels: ['z'] }, target)).toThrow(/lacks 1 of the labels/);
  });
});

async function refuses(session: Session, sql: () => string): Promise<boolean> {
  try {
    await session.query(sql());
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ROW_REFUSED' });
    return true;
  }
}

async function makeTable(session: Session, definition: string): Promise<TargetColumn> {
  await session.query(`DROP TABLE IF EXISTS t; CREATE TABLE t(id int primary key, ${definition})`);
  const [table] = await readTables(session, (schema, name) => schema === 'd' && name === 't');
  const column = table?.columns[1];
  if (column === undefined) throw new Error('the table was not found');
  return column;
}

function writerOf(session: Session, source: Column, target: TargetColumn): TableWriter {
  const id: TargetColumn = {
    ...target,
    name: 'id',
    kind: 'int',
    length: 4,
    charset: null,
    collation: null,
    labels: null,
    typeText: 'int',
  };
  const columns = [id, target].map((column, sourceIndex) => ({
    sourceIndex,
    target: column,
    literal: compileLiteral(sourceIndex === 0 ? id : source, column, session),
  }));
  return compileTableWriter({ schema: 'd', table: 't', columns, identity: [0], valuesList: session.isMariadb });
}
