/**
 * Goal: a parent that one site deletes while the other gives it a child stops nothing: both sites are equal afterwards, and a
 * person is asked (issue 5, conflicts: foreign-key parent gone).
 *
 * Method: real servers. Both sites write with the pipelines stopped; then they go on.
 */
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TwoWayPair } from '../support/two-way-pair.ts';

const TABLES = ['parent', 'child', 'named', 'tree'];

describe.each<ServerKind>(['mariadb-10.11', 'mysql-9.7'])('%s', (kind) => {
  let a: RunningServer;
  let b: RunningServer;
  let pair: TwoWayPair;

  beforeAll(async () => {
    [a, b] = await Promise.all([startServer({ kind }), startServer({ kind })]);
    for (const site of [a, b]) await site.query(DEFINITIONS);
    pair = new TwoWayPair(a, b, { keep: 'newest', tie: 'source' });
    await pair.start();
    await pair.quiet();
  });

  afterAll(async () => {
    await pair?.stop();
    await Promise.all([a?.stop(), b?.stop()]);
  });

  /** Both sites write without hearing of each other. Returns what was recorded of it at the two sites. */
  async function apart(atA: string, atB: string): Promise<{ a: string[]; b: string[] }> {
    await pair.stop();
    for (const site of [a, b]) await site.query('DELETE FROM retl.otter_conflict');
    await Promise.all([a.query(atA), b.query(atB)]);
    await pair.start();
    await pair.quiet();
    expect([pair.there?.status.state, pair.back?.status.state]).toEqual(['running', 'running']);
    await pair.assertEqual(TABLES);
    const { a: recordedAtA, b: recordedAtB } = await pair.conflicts();
    return { a: recordedAtA.map(({ what }) => what), b: recordedAtB.map(({ what }) => what) };
  }

  test('a parent is deleted at one site while the other gives it a child', async () => {
    expect(await apart('DELETE FROM shop.parent WHERE id=1', 'INSERT INTO shop.child VALUES (1,1)')).toEqual({
      a: ['id=1 parent-gone incoming'],
      b: ['id=1 parent-gone incoming'],
    });
    expect(await a.query('SELECT id,parent FROM shop.child WHERE id=1')).toEqual([{ id: 1, parent: 1 }]);
  });

  test('a person brings the parent again, or takes the child away', async () => {
    const open = await pair.there?.control((control) => control.conflicts('there', 1, { state: 'open' }));
    expect(open).toMatchObject([{ table: 'shop.parent', key: 'id=1', after: null }]);
    const id = open?.[0]?.id ?? 0;
    await pair.there?.control((control) => control.overrule({ id, verdict: { keep: 'local' }, by: 'ann' }));
    await pair.quiet();
    for (const site of [a, b]) expect(await site.query('SELECT id FROM shop.parent WHERE id=1')).toEqual([{ id: 1 }]);
  });

  test('a child is moved to the parent, or was written again', async () => {
    const recorded = await apart(
      'DELETE FROM shop.parent WHERE id=2',
      'UPDATE shop.child SET parent=2 WHERE id=20; INSERT INTO shop.child VALUES (21,3)',
    );
    expect(recorded).toEqual({ a: ['id=20 parent-gone incoming'], b: ['id=2 parent-gone incoming'] });
  });

  test.each([
    ['is deleted', 'DELETE FROM shop.parent WHERE id=4', 4, 'four'],
    ['gets another value', "UPDATE shop.parent SET name='other' WHERE id=5", 5, 'five'],
  ])('a parent that is known by another key than the primary one %s', async (_what, sql, id, name) => {
    const child = `INSERT INTO shop.named VALUES (${id},'${name}'),(${id}0,'six')`;
    const gone = [`id=${id} parent-gone incoming`];
    expect(await apart(sql, child)).toEqual({ a: gone, b: gone });
  });

  test('a table that is its own parent', async () => {
    const recorded = await apart('DELETE FROM shop.tree WHERE id=1', 'INSERT INTO shop.tree VALUES (2,1),(3,NULL)');
    expect(recorded).toEqual({ a: ['id=2 parent-gone incoming'], b: ['id=1 parent-gone incoming'] });
  });

  test('whole families that come and go at either site are none of it', async () => {
    const recorded = await apart(
      `INSERT INTO shop.parent (id,name) VALUES (100,'100'); INSERT INTO shop.child VALUES (100,100),(101,7);
       DELETE FROM shop.child WHERE id=80; DELETE FROM shop.parent WHERE id=8; INSERT INTO shop.tree VALUES (10,NULL),(11,10)`,
      `UPDATE shop.parent SET note='b' WHERE id=7; INSERT INTO shop.child VALUES (110,9);
       DELETE FROM shop.child WHERE id=90; INSERT INTO shop.tree VALUES (12,NULL),(13,12); DELETE FROM shop.tree WHERE id=13`,
    );
    expect(recorded).toEqual({ a: [], b: [] });
  });
});

const DEFINITIONS = `CREATE DATABASE shop;
 CREATE TABLE shop.parent (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE, note VARCHAR(20) NOT NULL DEFAULT '');
 CREATE TABLE shop.child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES shop.parent (id));
 CREATE TABLE shop.named (id INT PRIMARY KEY, parent VARCHAR(20), FOREIGN KEY (parent) REFERENCES shop.parent (name));
 CREATE TABLE shop.tree (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES shop.tree (id));
 INSERT INTO shop.parent (id,name) VALUES (1,'one'),(2,'two'),(3,'three'),(4,'four'),(5,'five'),(6,'six'),(7,'seven'),(8,'eight'),(9,'nine');
 INSERT INTO shop.child VALUES (20,3),(80,8),(90,9); INSERT INTO shop.tree VALUES (1,NULL)`;
