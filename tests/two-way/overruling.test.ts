/**
 * Goal: a person overrules what was decided about a row, at either site, and both sites follow; nobody's later change is
 * lost by it, and every value is what it was to the byte (issue 5, conflict inbox).
 *
 * Method: real servers. Both sites write to the same rows with the pipelines stopped; then each record is settled in
 * another way, and the sites are compared.
 */
import { parseTablePatterns } from '@otter/core';
import type { ConflictRecord, Control, Overruling } from '@otter/engine';
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TwoWayPair } from '../support/two-way-pair.ts';

const LONG_CHARACTERS = 250_000;

/** Extremes of every kind, as site a writes them and as site b does. */
const VALUES = {
  a: `text='0xff 🦦 "a"\\n', latin=_latin1 X'e9ff', bytes=X'00ff27', fixed=X'6100', number=18446744073709551615, exact=-12345678901234.5670,
      near=0.1, wide=-1.7976931348623157e308, bits=b'1000000001', label='green', labels='red,green',
      day='9999-12-31 23:59:59.999999', moment='2001-01-01 00:00:00.5', document='{"a": [1, 2.50, "\\u00e9", null], "b": {}}'`,
  b: `text='_latin1 0xff', latin='', bytes='', fixed=X'00000001', number=0, exact=0, near=-0.0, wide=5e-324, bits=b'0', label='red',
      labels='', day='1000-01-01 00:00:00.000001', moment='1970-01-01 00:00:01', document='[]'`,
};

describe.each<ServerKind>(['mariadb-10.11', 'mysql-9.7'])('%s', (kind) => {
  let a: RunningServer;
  let b: RunningServer;
  let pair: TwoWayPair;

  beforeAll(async () => {
    [a, b] = await Promise.all([startServer({ kind }), startServer({ kind })]);
    for (const site of [a, b]) await site.query(DEFINITIONS);
    pair = new TwoWayPair(a, b, { keep: 'newest', tie: 'source', ask: parseTablePatterns('shop.value') });
    await pair.start();
    await pair.quiet();
    await pair.stop();
    await b.query(OF_BEFORE);
    await a.query(written('a', "INSERT INTO shop.item VALUES (20,'a',NULL,7)"));
    sent = await checksum(a);
    await a.query('SELECT SLEEP(1.1)');
    await b.query(written('b', "INSERT INTO shop.item VALUES (30,'b',NULL,7)"));
    await pair.start();
    await pair.quiet();
  });

  afterAll(async () => {
    await pair?.stop();
    await Promise.all([a?.stop(), b?.stop()]);
  });

  let sent = '';

  async function checksum(site: RunningServer): Promise<string> {
    return String((await site.query('CHECKSUM TABLE shop.value'))[0]?.['Checksum']);
  }

  async function rowsOf(site: RunningServer, ids: string): Promise<unknown[]> {
    return (await site.query(`SELECT id,text,note FROM shop.item WHERE id IN (${ids}) ORDER BY id`)).map((row) =>
      Object.values(row),
    );
  }

  /** With what the pipeline that writes to site a, or b, has recorded. */
  async function at<T>(site: 'a' | 'b', work: (control: Control) => Promise<T>): Promise<T> {
    const pipeline = site === 'a' ? pair.back : pair.there;
    if (pipeline === null) throw new Error('the pipeline does not run');
    return await pipeline.control(work);
  }

  /** What site a, or b, has recorded of a row. */
  async function recordOf(site: 'a' | 'b', table: string, key: string): Promise<ConflictRecord> {
    const name = site === 'a' ? 'back' : 'there';
    const records = await at(site, (control) => control.conflicts(name, 100, { table: `shop.${table}` }));
    const record = records.find((one) => one.key === key);
    if (record === undefined) throw new Error(`${site} has no record of ${key}: ${JSON.stringify(records)}`);
    return record;
  }

  async function overrule(
    site: 'a' | 'b',
    key: string,
    order: Omit<Overruling, 'id' | 'by'>,
    table = 'item',
  ): Promise<ConflictRecord> {
    const { id } = await recordOf(site, table, key);
    return await at(site, (control) => control.overrule({ id, by: 'ann', ...order }));
  }

  test('a person is asked about tables of their choice and about what no rule can decide, and the rule holds meanwhile', async () => {
    const open = await at('b', (control) => control.conflicts('there', 10, { state: 'open' }));
    expect(open.map(({ table, key, kind: met, outcome }) => [table, key, met, outcome])).toEqual([
      ['shop.item', 'id=20', 'unique', 'local'],
      ['shop.value', 'id=1', 'update-written', 'local'],
    ]);
    await pair.there?.until('open conflicts to be counted', ({ openConflicts }) => openConflicts === 2);
  });

  test('a row of every kind of value is put back as the other site had it, to the byte', async () => {
    expect(await checksum(b)).not.toBe(sent);
    expect(await overrule('b', 'id=1', { verdict: { keep: 'incoming' } }, 'value')).toMatchObject({
      ...{ state: 'settled', chosen: { keep: 'incoming' }, settledBy: 'ann', settledAt: expect.any(String) },
    });
    await pair.quiet();
    expect([await checksum(a), await checksum(b)]).toEqual([sent, sent]);
  });

  test('rows are changed, deleted and put in again, from either site', async () => {
    await overrule('a', 'id=1', { verdict: { keep: 'local' } });
    await overrule('b', 'id=2', { verdict: { keep: 'incoming' } });
    await overrule('a', 'id=3', { verdict: { keep: 'local' } });
    await overrule('b', 'id=4', { verdict: { columns: { text: 'incoming', note: 'local' } } });
    await pair.quiet();
    const kept = [
      [1, 'a', 'a'],
      [3, 'a', 'a'],
      [4, 'a', 'b'],
    ];
    for (const site of [a, b]) expect(await rowsOf(site, '1,2,3,4')).toEqual(kept);
  });

  test('a row that has been changed since is left alone, unless it is forced', async () => {
    await b.query("UPDATE shop.item SET note='later' WHERE id=5; DELETE FROM shop.item WHERE id=6");
    const refused = expect.objectContaining({ code: 'CONFLICT_ROW_CHANGED' });
    await expect(overrule('b', 'id=5', { verdict: { keep: 'incoming' } })).rejects.toEqual(refused);
    await expect(overrule('b', 'id=6', { verdict: { columns: { text: 'incoming' } } })).rejects.toEqual(refused);
    expect(await rowsOf(b, '5,6')).toEqual([[5, 'b', 'later']]);
    expect((await recordOf('b', 'item', 'id=5')).state).toBe('decided');
    await overrule('b', 'id=5', { verdict: { columns: { text: 'incoming' } }, force: true });
    await overrule('b', 'id=6', { verdict: { keep: 'incoming' }, force: true });
    await pair.quiet();
    const forced = [
      [5, 'a', 'later'],
      [6, 'a', 'a'],
    ];
    for (const site of [a, b]) expect(await rowsOf(site, '5,6')).toEqual(forced);
  });

  test('a row of another key is never touched; once its value is free the row that was left out goes in', async () => {
    const keep = { verdict: { keep: 'incoming' } } as const;
    await expect(overrule('b', 'id=20', keep)).rejects.toEqual(expect.objectContaining({ code: 'ROW_EXISTS' }));
    await expect(overrule('b', 'id=20', { verdict: { keep: 'local' } })).rejects.toEqual(
      expect.objectContaining({ code: 'CONFLICT_NOT_WRITABLE' }),
    );
    await b.query('UPDATE shop.item SET code=8 WHERE id=30');
    await overrule('b', 'id=20', keep);
    await pair.quiet();
    for (const site of [a, b])
      expect(await rowsOf(site, '20,30')).toEqual([
        [20, 'a', null],
        [30, 'b', null],
      ]);
  });

  test('a row goes only where no foreign key would change other rows with it', async () => {
    await b.query(
      `CREATE TABLE other.remark (item INT, FOREIGN KEY (item) REFERENCES shop.item (id) ON DELETE CASCADE);
       INSERT INTO other.remark VALUES (8)`,
    );
    const keep = { verdict: { keep: 'incoming' } } as const;
    const refused = expect.objectContaining({ code: 'CONFLICT_NOT_WRITABLE' });
    await expect(overrule('b', 'id=8', keep)).rejects.toEqual(refused);
    expect(await b.query('SELECT item FROM other.remark')).toEqual([{ item: 8 }]);
    await b.query('DROP TABLE other.remark');
    await overrule('b', 'id=8', keep);
    await pair.quiet();
    for (const site of [a, b]) expect(await rowsOf(site, '8')).toEqual([]);
  });

  test('what was not recorded whole, or is no column of both rows, is refused', async () => {
    const refused = expect.objectContaining({ code: 'CONFLICT_NOT_WRITABLE' });
    await expect(overrule('b', 'id=1', { verdict: { keep: 'incoming' } }, 'long_text')).rejects.toEqual(refused);
    for (const column of ['id', 'none'])
      await expect(overrule('b', 'id=7', { verdict: { columns: { [column]: 'incoming' } } })).rejects.toEqual(refused);
  });

  test('a conflict is settled once, and what the other site has recorded of the row with it', async () => {
    const [here, there] = [await recordOf('b', 'item', 'id=7'), await recordOf('a', 'item', 'id=7')];
    const confirmed = await at('b', (control) => control.confirm(here.id, 'ben'));
    expect(confirmed).toMatchObject({ state: 'settled', chosen: null, settledBy: 'ben' });
    const again = at('b', (control) => control.confirm(here.id, 'ann'));
    await expect(again).rejects.toEqual(expect.objectContaining({ code: 'CONFLICT_SETTLED' }));
    await expect(overrule('b', 'id=7', { verdict: { keep: 'incoming' } })).rejects.toEqual(
      expect.objectContaining({ code: 'CONFLICT_SETTLED' }),
    );
    expect(await at('a', (control) => control.settleRow({ ...here, pipeline: 'back' }, 'ben'))).toBe(1);
    expect(await at('a', (control) => control.conflict(there.id))).toMatchObject({
      state: 'settled',
      settledBy: 'ben',
    });
    await b.query(`UPDATE retl.otter_conflict SET state='open' WHERE id=${here.id};
      INSERT INTO retl.otter_conflict (pipeline,table_name,row_key,key_hash,kind,outcome,rule,incoming_at,source_file,source_offset,state)
      SELECT pipeline,table_name,row_key,key_hash,kind,outcome,rule,incoming_at,source_file,source_offset,state
        FROM retl.otter_conflict WHERE id=${here.id}`);
    const later = await recordOf('b', 'item', 'id=7');
    expect(later.id).toBeGreaterThan(here.id);
    await at('b', (control) => control.confirm(later.id, 'cid'));
    expect(await at('b', (control) => control.conflict(here.id))).toMatchObject({ state: 'settled', settledBy: 'cid' });
    const none = at('b', (control) => control.confirm(999, 'ann'));
    await expect(none).rejects.toEqual(expect.objectContaining({ code: 'CONFLICT_MISSING' }));
    expect(await rowsOf(b, '7')).toEqual([[7, 'b', 'b']]);
  });

  test('what an earlier version has recorded is shown, and not written', async () => {
    const record = await recordOf('b', 'item', 'id=9');
    expect(record).toMatchObject({ state: 'settled', chosen: null, settledAt: null });
    await expect(overrule('b', 'id=9', { verdict: { keep: 'incoming' } })).rejects.toEqual(
      expect.objectContaining({ code: 'CONFLICT_SETTLED' }),
    );
  });

  test('both sites are equal in the end', async () => {
    await pair.quiet();
    expect(await pair.assertEqual(['item', 'value', 'long_text'])).toBe(10);
  });
});

const DEFINITIONS = `CREATE DATABASE shop; CREATE DATABASE other;
 CREATE TABLE shop.item (id INT PRIMARY KEY, text VARCHAR(40), note VARCHAR(40), code INT UNIQUE);
 CREATE TABLE shop.long_text (id INT PRIMARY KEY, text LONGTEXT);
 CREATE TABLE shop.value (id INT PRIMARY KEY, text VARCHAR(40) CHARACTER SET utf8mb4, latin VARCHAR(9) CHARACTER SET latin1,
   bytes BLOB, fixed BINARY(4), number BIGINT UNSIGNED, exact DECIMAL(20,4), near FLOAT, wide DOUBLE, bits BIT(10),
   label ENUM('red','green'), labels SET('red','green'), day DATETIME(6), moment TIMESTAMP(1) NULL, document JSON);
 INSERT INTO shop.item SELECT id,'old','old',NULL FROM
   (SELECT 1 id UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8) s;
 INSERT INTO shop.value (id) VALUES (1); INSERT INTO shop.long_text VALUES (1,'')`;

/** The records as they were before they could be overruled. */
const OF_BEFORE = `ALTER TABLE retl.otter_conflict DROP KEY pipeline_state, DROP KEY key_hash, DROP COLUMN state,
   DROP COLUMN chosen, DROP COLUMN settled_by, DROP COLUMN settled_at, DROP COLUMN row_left, DROP COLUMN source_value, DROP COLUMN source_columns;
 INSERT INTO retl.otter_conflict (pipeline,table_name,row_key,key_hash,kind,outcome,rule,incoming_at,source_file,source_offset,row_after)
   VALUES ('there','shop.item','id=9','','update-written','local','newest',0,'binlog.000001',4,'{"id":"9"}')`;

/** What one site does to the rows while it does not hear of the other. */
function written(site: 'a' | 'b', more: string): string {
  const gone = site === 'a' ? '2,8' : '3';
  return `UPDATE shop.item SET text='${site}', note='${site}' WHERE id NOT IN (${gone}); DELETE FROM shop.item WHERE id IN (${gone});
    UPDATE shop.value SET ${VALUES[site]}; UPDATE shop.long_text SET text=REPEAT('${site}',${LONG_CHARACTERS}); ${more}`;
}
