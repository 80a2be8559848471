/**
 * Goal: a person's own statement takes the place of the source's (`otter errors replace`): it is run once on the target,
 * the table catches up behind it, the record keeps it; what cannot be run so is refused with words that help.
 *
 * Method: tables are parked by changes of definition the target refuses, or that are not carried over, and by a row; a
 * statement is given; then definitions and rows are looked at, also when the process is killed around it.
 */
import { parseDdlPolicy } from '@otter/engine';
import { assertTablesEqual, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { syncUntilCaughtUp } from '../support/sync-process.ts';

let source: RunningServer;
let target: RunningServer;
let pipeline: LivePipeline | null = null;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

beforeEach(async () => {
  for (const server of [source, target]) {
    await server.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl; CREATE DATABASE shop');
    for (const table of ['a', 'b'])
      await server.query(`CREATE TABLE shop.${table} (id INT PRIMARY KEY, v VARCHAR(20)) DEFAULT CHARSET=utf8mb4`);
  }
});

afterEach(async () => {
  await pipeline?.stop().catch(() => undefined);
  pipeline = null;
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

async function start(name?: string, ddl = 'apply,drop=stop'): Promise<LivePipeline> {
  pipeline = new LivePipeline({
    ...{ source: source.address, target: target.address, tables: 'shop.*', start: { at: 'now' } },
    ddl: parseDdlPolicy(ddl),
    ...(name === undefined ? {} : { name }),
  });
  await pipeline.until('the pipeline to run', (status) => status.state === 'running');
  return pipeline;
}

async function assertEqual(...tables: string[]): Promise<void> {
  const pairs = tables.map((table) => ({ schema: 'shop', table }));
  await assertTablesEqual({ source: source.address, target: target.address, tables: pairs });
}

const backAgain = (running: LivePipeline): Promise<unknown> =>
  running.until('the table to be back', ({ parked }) => parked.length === 0);

test('DDL_FAILED: our statement instead, rows before and behind it are right, the record keeps it', async () => {
  const running = await start();
  await source.query("INSERT INTO shop.a VALUES (1,'one'),(2,'two')");
  await running.caughtUp(source);
  await target.query("UPDATE shop.a SET v='one' WHERE id=2");
  await source.query('ALTER TABLE shop.a ADD UNIQUE KEY u (v), ADD COLUMN n INT DEFAULT 5');
  await source.query("UPDATE shop.a SET n=n+id; INSERT INTO shop.a VALUES (3,'three',3)");
  const { id, messageZh } = await running.parked('shop.a', 'DDL_FAILED');
  expect(messageZh).toMatch(/^目标库拒绝执行 DDL：shop\.a：.*：目标库报错 1062：/s);
  await target.query("UPDATE shop.a SET v='two' WHERE id=2");
  const sql = 'ALTER TABLE shop.a ADD COLUMN n INT DEFAULT 5';
  await running.control((control) => control.replace(running.name, id, `${sql}; -- no key`, 'no key on the target'));
  await backAgain(running);
  await running.caughtUp(source);
  await assertEqual('a');
  const record = await running.control((control) => control.error(running.name, id));
  expect(record).toMatchObject({
    ...{ state: 'replaced', note: 'no key on the target', messageZh, scope: { replacement: sql } },
  });
  expect(await target.query("SHOW INDEX FROM shop.a WHERE Key_name='u'")).toEqual([]);
});

test('DDL_SEEN: a statement that is refused opens the record again, and another one may be given', async () => {
  const running = await start();
  await source.query("INSERT INTO shop.a VALUES (1,'one'); DROP TABLE shop.a");
  await source.query('CREATE TABLE shop.a (id INT PRIMARY KEY, w INT); INSERT INTO shop.a VALUES (7,70)');
  const { id } = await running.parked('shop.a', 'DDL_SEEN');
  const replace = (sql: string): Promise<void> =>
    running.control((control) => control.replace(running.name, id, sql, 'kept'));
  await replace('ALTER TABLE shop.a DROP COLUMN nobody');
  const again = await running.parked('shop.a', 'DDL_FAILED');
  expect(again).toMatchObject({ id, state: 'open' });
  expect(again.message).toContain('nobody');
  await replace('RENAME TABLE shop.a TO shop.kept');
  await backAgain(running);
  await source.query('INSERT INTO shop.a VALUES (8,80)');
  await running.caughtUp(source);
  await assertEqual('a');
  expect(await target.query('SELECT v FROM shop.kept')).toEqual([{ v: 'one' }]);
});

test('tried again in vain, then on a table that was changed by hand: the statement is still run', async () => {
  const running = await start();
  await source.query("INSERT INTO shop.a VALUES (1,'one'),(2,'two')");
  await running.caughtUp(source);
  await target.query("UPDATE shop.a SET v='one' WHERE id=2");
  await source.query('ALTER TABLE shop.a ADD UNIQUE KEY u (v)');
  const { id } = await running.parked('shop.a', 'DDL_FAILED');
  const records = (): Promise<unknown> => running.control((control) => control.error(running.name, id));
  await running.control((control) => control.retry(running.name, id));
  await running.until('the table to stop again', () =>
    running.complaints.some((text) => text.includes('stopped again')),
  );
  expect(await records()).toMatchObject({ state: 'open', code: 'DDL_FAILED' });
  await target.query("UPDATE shop.a SET v='two' WHERE id=2; ALTER TABLE shop.a ADD COLUMN own INT");
  await running.control((control) => control.retry(running.name, id));
  await backAgain(running);
  expect(await target.query("SHOW INDEX FROM shop.a WHERE Key_name='u'")).toHaveLength(1);
});

test.each(['ddl.intended', 'ddl.executed'])('killed at %s, it is run once', async (failpoint) => {
  const sync = {
    ...{ source: source.address, target: target.address, tables: 'shop.*', name: 'mine' },
    ...{ start: { at: 'now' as const }, ddl: parseDdlPolicy('stop') },
  };
  await syncUntilCaughtUp(sync);
  await source.query("INSERT INTO shop.a VALUES (1,'a'); ALTER TABLE shop.a ADD COLUMN n INT NOT NULL DEFAULT 1");
  await source.query("INSERT INTO shop.a VALUES (2,'b',20); UPDATE shop.a SET n=n+1");
  const first = await start('mine', 'stop');
  const { id } = await first.parked('shop.a', 'DDL_SEEN');
  await first.stop();
  const control = <T>(work: Parameters<typeof first.control<T>>[0]): Promise<T> => first.control(work);
  // Twice it would fail: the columns would be there.
  const sql = 'ALTER TABLE shop.a ADD COLUMN n INT NOT NULL DEFAULT 1, ADD COLUMN ours INT, ADD INDEX i (v, id)';
  await control((open) => open.replace('mine', id, sql, 'ours'));
  expect((await syncUntilCaughtUp({ ...sync, failpoint })).signal).toBe('SIGKILL');
  await syncUntilCaughtUp(sync);
  expect(await control((open) => open.error('mine', id))).toMatchObject({ state: 'replaced' });
  expect(await target.query('SELECT id,n,ours FROM shop.a ORDER BY id')).toEqual([
    { id: 1, n: 2, ours: null },
    { id: 2, n: 21, ours: null },
  ]);
});

test('what cannot be run is refused when it is asked for', async () => {
  const running = await start();
  await source.query("DROP TABLE shop.a; INSERT INTO shop.b VALUES (1,'b')");
  const { id } = await running.parked('shop.a', 'DDL_SEEN');
  await running.caughtUp(source);
  await target.query('DELETE FROM shop.b');
  await source.query("UPDATE shop.b SET v='c'");
  const row = await running.parked('shop.b', 'ROW_MISSING');
  const refused: [number, string, RegExp][] = [
    [id, ' ; -- nothing\n', /empty/],
    [id, 'DROP TABLE shop.a; DROP TABLE shop.b', /more than one/],
    [id, "UPDATE shop.a SET v=';'", /begins with CREATE/],
    [id, 'SET autocommit=0', /begins with CREATE/],
    [id, 'ALTER TABLE a FORCE', /a is written without its schema/],
    [row.id, 'ALTER TABLE shop.b FORCE', /retry .*skip/],
    [999, 'ALTER TABLE shop.b FORCE', /no error 999/],
  ];
  for (const [number, sql, reason] of refused) {
    const asked = running.control((control) => control.replace(running.name, number, sql, ''));
    await expect(asked).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(reason) as string });
  }
  await running.control((control) => control.replace(running.name, id, "ALTER TABLE shop.a COMMENT='a;b'", 'kept'));
  await running.until('shop.a to be back', (status) => status.parked.every(({ table }) => table !== 'shop.a'));
  const asked = running.control((control) => control.replace(running.name, id, 'DROP TABLE shop.a', ''));
  await expect(asked).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(/not open/) as string });
});
