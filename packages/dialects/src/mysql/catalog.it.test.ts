import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTables } from './catalog.ts';
import { openTargetSession, type Session } from './session.ts';

const LISTED =
  "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA='d' AND TABLE_TYPE='BASE TABLE' ORDER BY TABLE_NAME";

describe('catalogue of mariadb-10.11', () => {
  let server: RunningServer;
  let session: Session;

  beforeAll(async () => {
    server = await startServer({ kind: 'mariadb-10.11' });
    await server.query('CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, n INT); CREATE TABLE d.u (id INT)');
    session = await openTargetSession(server.address, { role: 'control' });
  });

  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  // The server leaves such a table out of what a session sees that holds a lock.
  it('shows a table whose definition somebody is changing, once that is done', async () => {
    await session.query("SELECT GET_LOCK('mine',0)");
    const holder = await server.connect();
    await holder.query("SELECT GET_LOCK('held',0)");
    const other = await server.connect();
    const made = other.query("CREATE TABLE d.made AS SELECT GET_LOCK('held',60) AS n");
    await waitFor(async () => (await session.rowsOfEach([LISTED, 'SHOW WARNINGS']))[1]?.[0]?.[1] === '1684', {
      what: 'the server to leave out the table',
    });
    expect((await session.rows(LISTED)).flat()).toEqual(['t', 'u']);
    expect(await readTables(session, (_, table) => table === 't')).toHaveLength(1);
    const read = readTables(session, (schema) => schema === 'd');
    await holder.end();
    await made;
    await other.end();
    expect(new Map((await read).map(({ table, columns }) => [table, columns.length]))).toEqual(
      new Map([
        ['made', 1],
        ['t', 2],
        ['u', 1],
      ]),
    );
  });

  it('takes two packets, whatever the tables have', async () => {
    await server.query(
      'CREATE TABLE d.parent (id INT PRIMARY KEY); CREATE TABLE d.child (id INT PRIMARY KEY, p INT REFERENCES d.parent(id))',
    );
    const packets: string[] = [];
    const counted = new Proxy(session, {
      get: (target, name) => {
        if (name !== 'rowsOfEach') return Reflect.get(target, name) as unknown;
        return async (statements: string[]) => {
          packets.push(statements.join(';'));
          return await target.rowsOfEach(statements);
        };
      },
    });
    const tables = await readTables(counted, (schema) => schema === 'd');
    expect(tables.find(({ table }) => table === 'child')?.foreignKeys).toMatchObject([
      { columns: ['p'], parentTable: 'parent', parentColumns: ['id'] },
    ]);
    expect(packets).toHaveLength(2);
  });
});
