/**
 * Goal: where both sides write to one row without knowing of each other, both decide alike, say so, and are equal
 * afterwards (issue 5, conflicts).
 *
 * Method: real servers. The pipelines stop, both sites write, the pipelines go on: whatever they find then is
 * concurrent. Times are given to the servers' own clocks, so that the later change is known.
 */
import { logGrowth, startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TwoWayPair } from '../support/two-way-pair.ts';

const NEWEST = { keep: 'newest', tie: 'source' } as const;

describe.each<ServerKind>(['mariadb-10.11', 'mysql-9.7'])('%s', (kind) => {
  let a: RunningServer;
  let b: RunningServer;
  let pair: TwoWayPair;

  beforeAll(async () => {
    [a, b] = await Promise.all([startServer({ kind }), startServer({ kind })]);
  });

  afterAll(async () => {
    await Promise.all([a?.stop(), b?.stop()]);
  });

  beforeEach(async () => {
    for (const site of [a, b]) {
      await site.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl');
      await site.query(
        `CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, text VARCHAR(400), code INT UNIQUE);
         INSERT INTO shop.item SELECT seq,'old',NULL FROM (SELECT 1 seq UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) s`,
      );
    }
    pair = new TwoWayPair(a, b, NEWEST);
  });

  afterEach(async () => {
    await pair.stop();
  });

  /** Writes at both sites with the pipelines stopped, the second a moment later by the clock of its server. */
  async function apart(first: [RunningServer, string], second: [RunningServer, string]): Promise<void> {
    await pair.start();
    await pair.quiet();
    await pair.stop();
    await first[0].query(first[1]);
    await first[0].query('SELECT SLEEP(1.1)');
    await second[0].query(second[1]);
    await pair.start();
    await pair.quiet();
  }

  test('the later change of a row stays, of whatever kind the two are', async () => {
    await apart(
      [
        a,
        `UPDATE shop.item SET text='a' WHERE id=1; UPDATE shop.item SET text='a' WHERE id=2; DELETE FROM shop.item WHERE id=3;
         DELETE FROM shop.item WHERE id=4; INSERT INTO shop.item VALUES (9,'a',NULL)`,
      ],
      [
        b,
        `UPDATE shop.item SET text='b' WHERE id=1; DELETE FROM shop.item WHERE id=2; UPDATE shop.item SET text='b' WHERE id=3;
         DELETE FROM shop.item WHERE id=4; INSERT INTO shop.item VALUES (9,'b',NULL)`,
      ],
    );
    expect(await pair.assertEqual(['item'])).toBe(3);
    expect(await a.query('SELECT id,text FROM shop.item ORDER BY id')).toEqual([
      { id: 1, text: 'b' },
      { id: 3, text: 'b' },
      { id: 9, text: 'b' },
    ]);
    const { a: atA, b: atB } = await pair.conflicts();
    expect(atA.map(({ what }) => what)).toEqual([
      'id=1 update-written incoming',
      'id=2 delete-written incoming',
      'id=3 update-delete incoming',
      'id=9 insert-written incoming',
    ]);
    expect(atB.map(({ what }) => what)).toEqual([
      'id=1 update-written local',
      'id=2 update-delete local',
      'id=3 delete-written local',
      'id=9 insert-written local',
    ]);
    expect(atB[0]).toMatchObject({
      rule: 'newest',
      before: '{"id":"1","text":"old","code":null}',
      after: '{"id":"1","text":"a","code":null}',
      local: '{"id":"1","text":"b","code":null}',
    });
    expect(pair.there?.status.conflicts).toBe(4);
  });

  test('a change that follows what the other site wrote is none', async () => {
    await pair.start();
    for (const text of ['a0', 'a1', 'a']) {
      // What this direction has written itself is nobody else's, though the source has not heard of it.
      await a.query(`UPDATE shop.item SET text='${text}' WHERE id=1`);
      await pair.there?.caughtUp(a);
    }
    await pair.quiet();
    await b.query("UPDATE shop.item SET text='b' WHERE id=1");
    await pair.quiet();
    await pair.stop();
    await b.query("UPDATE shop.item SET text='b2' WHERE id=1");
    await pair.start();
    await pair.quiet();
    await a.query("UPDATE shop.item SET text='a2' WHERE id=1");
    await pair.quiet();
    expect(await b.query('SELECT text FROM shop.item WHERE id=1')).toEqual([{ text: 'a2' }]);
    expect(await pair.conflicts()).toEqual({ a: [], b: [] });
  });

  test('the home site wins, whatever the time', async () => {
    pair = new TwoWayPair(a, b, { ...NEWEST, keep: 'source' });
    await apart(
      [a, "UPDATE shop.item SET text='a' WHERE id IN (1,2); DELETE FROM shop.item WHERE id=3"],
      [b, "UPDATE shop.item SET text='b' WHERE id IN (1,3); DELETE FROM shop.item WHERE id=2"],
    );
    await pair.assertEqual(['item']);
    expect(await b.query('SELECT id,text FROM shop.item ORDER BY id')).toEqual([
      { id: 1, text: 'a' },
      { id: 2, text: 'a' },
      { id: 4, text: 'old' },
    ]);
  });

  test('two at the same time are decided alike on both sides', async () => {
    await pair.start();
    await pair.quiet();
    await pair.stop();
    await Promise.all([
      a.query("SET timestamp=1700000000; UPDATE shop.item SET text='a' WHERE id=1; SET timestamp=DEFAULT"),
      b.query("SET timestamp=1700000000; UPDATE shop.item SET text='b' WHERE id=1; SET timestamp=DEFAULT"),
    ]);
    await pair.start();
    await pair.quiet();
    await pair.assertEqual(['item']);
  });

  test('a row is never put in the place of another one that holds its unique value', async () => {
    await apart(
      [a, "INSERT INTO shop.item VALUES (20,'a',7)"],
      [b, "INSERT INTO shop.item VALUES (30,'b',7); UPDATE shop.item SET text='on' WHERE id=1"],
    );
    expect(await a.query('SELECT id,text,code FROM shop.item WHERE id>9')).toEqual([{ id: 20, text: 'a', code: 7 }]);
    expect(await b.query('SELECT id,text,code FROM shop.item WHERE id>9')).toEqual([{ id: 30, text: 'b', code: 7 }]);
    expect(await a.query('SELECT text FROM shop.item WHERE id=1')).toEqual([{ text: 'on' }]);
    const conflicts = await pair.conflicts();
    expect(conflicts.a.map(({ what }) => what)).toEqual(['id=30 unique local']);
    expect(conflicts.b.map(({ what }) => what)).toEqual(['id=20 unique local']);
    await a.query('DELETE FROM shop.item WHERE id=20');
    await b.query('UPDATE shop.item SET code=8 WHERE id=30');
    await pair.quiet();
    await pair.assertEqual(['item']);
  });

  test('a transaction that lies on disk is decided row by row too', async () => {
    pair = new TwoWayPair(a, b, NEWEST, { memoryBytes: 4 << 20 });
    const rows = Array.from({ length: 3000 }, (_, i) => `(${100 + i},'${'x'.repeat(300)}',NULL)`).join(',');
    for (const site of [a, b]) await site.query(`INSERT INTO shop.item VALUES ${rows}`);
    await apart(
      [a, `UPDATE shop.item SET text='a${'y'.repeat(300)}' WHERE id>=100`],
      [b, "UPDATE shop.item SET text='b' WHERE id IN (100,1500,3099)"],
    );
    await pair.assertEqual(['item']);
    expect(await a.query("SELECT id FROM shop.item WHERE text='b' ORDER BY id")).toEqual([
      { id: 100 },
      { id: 1500 },
      { id: 3099 },
    ]);
    expect((await pair.conflicts()).b).toHaveLength(3);
  });

  test('what a commit says of places costs at most 120 bytes of the target’s log', async () => {
    await pair.start();
    await a.query("UPDATE shop.item SET text='a' WHERE id=1");
    await pair.quiet();
    await pair.stop();
    const [row] = await b.query("SELECT position FROM retl.otter_checkpoint WHERE pipeline='there'");
    const { via, seen, ...place } = JSON.parse(String(row?.['position'])) as Record<string, unknown>;
    expect(via).toEqual([expect.any(String)]);
    // As long as it gets with logs of some hundred files of the size servers make them.
    const long = String(seen).replaceAll(/\d+:\d+/g, '999:1073741824');
    expect(long).toBe('999:1073741824:999:1073741824');
    await b.query('CREATE TABLE shop.place LIKE retl.otter_checkpoint');
    await b.query('INSERT INTO shop.place SELECT * FROM retl.otter_checkpoint');
    if (kind === 'mariadb-10.11') await b.query('SET SESSION binlog_annotate_row_events=0');
    const commits = 20;
    const growth = async (mark: object): Promise<number> => {
      const move = async (): Promise<void> => {
        for (let i = 0; i < commits; i++) {
          const text = JSON.stringify({ ...place, offset: 100_000_000 + i, ...mark });
          await b.query('UPDATE shop.place SET position=?', [text]);
        }
      };
      // The first time the row gets its length.
      await move();
      return await logGrowth(b, move);
    };
    const bytes = ((await growth({ via, seen: long })) - (await growth({}))) / commits;
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(120);
  });
});
