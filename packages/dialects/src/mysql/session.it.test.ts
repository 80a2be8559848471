import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTargetSession, type Session } from './session.ts';

describe.each(['mariadb-10.11', 'mysql-9.7'] as const)('session on %s', (kind) => {
  let server: RunningServer;
  let session: Session;

  beforeAll(async () => {
    server = await startServer({ kind, tls: true });
    session = await openTargetSession(server.address, { role: 'writer', lockWaitSeconds: 1 });
    await session.query('CREATE DATABASE d; USE d; CREATE TABLE t(id int primary key, n int, u int unique)');
  });

  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  it('counts matched rows and names the statement that failed', async () => {
    await session.query('DELETE FROM t; INSERT INTO t VALUES (1,1,1),(2,2,2)');
    expect((await session.query('UPDATE t SET n=1'))[0]).toMatchObject({ affectedRows: 2, changedRows: 1 });
    const results = await session.query('SELECT 1, NULL; UPDATE t SET n=1 WHERE id=9; SELECT id FROM t WHERE id>5');
    expect(results.map((r) => r.rows?.length ?? r.affectedRows)).toEqual([1, 0, 0]);
    expect(results[0]?.rows?.[0]?.[0]?.toString()).toBe('1');
    await expect(
      session.query('DELETE FROM t WHERE id=9; SELECT 1; INSERT INTO t VALUES (1,1,5); DELETE FROM t'),
    ).rejects.toMatchObject({
      code: 'ROW_EXISTS',
      context: { statement: 2, errno: 1062 },
    });
    expect((await session.rows('SELECT COUNT(*) FROM t'))[0]).toEqual(['2']);
  });

  it('never shows a row value or the SQL in an error', async () => {
    await session.query(
      "DROP TABLE IF EXISTS secret; CREATE TABLE secret(v varchar(40) primary key, d date, n int); INSERT INTO secret(v) VALUES ('hush''hush')",
    );
    for (const sql of [
      "INSERT INTO secret(v) VALUES ('hush''hush')",
      "INSERT INTO secret(d) VALUES ('hush''hush')",
      "INSERT INTO secret(n) VALUES ('hush')",
      'INSERT hush INTO',
    ]) {
      const error = await session.query(sql).catch((e: unknown) => e as Error);
      expect(String((error as Error).message) + JSON.stringify(error)).not.toMatch(/hush/);
      expect((error as Error).cause).toBeUndefined();
    }
  });

  it('classifies lock waits, deadlocks, kills and refused logins', async () => {
    const other = await openTargetSession(server.address, { role: 'writer', lockWaitSeconds: 1 });
    await other.query('USE d');
    await session.query('DELETE FROM t; INSERT INTO t VALUES (1,1,1),(2,2,2); BEGIN; UPDATE t SET n=5 WHERE id=1');
    await expect(other.query('UPDATE t SET n=6 WHERE id=1')).rejects.toMatchObject({
      code: 'TARGET_BUSY',
      context: { errno: 1205 },
    });
    await session.query('ROLLBACK');
    const sleeping = other.query('SELECT SLEEP(20)').catch((error: unknown) => error);
    await session.kill(other.threadId);
    expect(await sleeping).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    await expect(other.query('SELECT 1')).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(other.lost).toBe(true);
    await session.kill(other.threadId);
    await other.close();
    await expect(openTargetSession({ ...server.address, password: 'wrong' }, { role: 'writer' })).rejects.toMatchObject(
      { code: 'ACCESS_DENIED' },
    );
    await expect(openTargetSession({ ...server.address, port: 1 }, { role: 'writer' })).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
    });
    await expect(session.query('INSERT INTO d.nothing VALUES (1)')).rejects.toMatchObject({ code: 'TABLE_MISSING' });
  });

  it('a dropped connection rejects what is under way', async () => {
    const doomed = await openTargetSession(server.address, { role: 'writer' });
    const statements = [doomed.query('SELECT SLEEP(60)'), doomed.query('SELECT 1')];
    const outcomes = Promise.allSettled(statements);
    doomed.destroy();
    expect((await outcomes).map((o) => (o.status === 'rejected' ? (o.reason as { code: string }).code : ''))).toEqual([
      'TARGET_UNREACHABLE',
      'TARGET_UNREACHABLE',
    ]);
  }, 10_000);

  it('speaks TLS as the address says', async () => {
    const cipher = async (
      tls: 'off' | 'on' | 'verify-ca' | 'verify-full',
      tlsCa?: string,
      host = '127.0.0.1',
    ): Promise<string> => {
      const address = { ...server.address, host, tls, ...(tlsCa === undefined ? {} : { tlsCa }) };
      const opened = await openTargetSession(address, { role: 'writer' });
      const [row] = await opened.rows("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
      await opened.close();
      return row?.[1] ?? '';
    };
    const ca = server.tlsCa ?? '';
    expect(await cipher('off')).toBe('');
    expect(await cipher('on')).not.toBe('');
    expect(await cipher('verify-ca', ca)).not.toBe('');
    expect(await cipher('verify-full', ca, 'localhost')).not.toBe('');
    await expect(cipher('verify-ca')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });
});
