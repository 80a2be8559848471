import { parseTablePatterns, type LogStatement, type RowsChange } from '@otter/core';
import { describe, expect, test } from 'vitest';
import { parseDdlPolicy } from '../ddl/ddl-policy.ts';
import { column, logTable, text, transaction } from '../testing/tables.fixture.ts';
import { Selector } from './selector.ts';
import { TableRouter } from './table-router.ts';

function selector(tables: string, known: string[] = [], clock?: string): Selector {
  const router = new TableRouter({
    tables: parseTablePatterns(tables),
    mappings: [],
    columns: [],
    controlSchema: 'retl',
  });
  const source = { flavor: 'mariadb', versionNumber: 101106, identity: 'source' } as const;
  const ddl = parseDdlPolicy('stop,create=ignore,index=ignore');
  const options = { controlSchema: 'retl', name: 'p1', ddl, ...(clock === undefined ? {} : { clock }) };
  return new Selector({ options, router, known, source, target: [] });
}

function statement(sql: string, schema = 'shop', sqlMode: bigint | null = null): LogStatement {
  return { schema, sql, sqlMode };
}

/** `CODE schema.table` of every stop. */
function stops(s: Selector, ...statements: LogStatement[]): string[] {
  return s.select(transaction([], { statements })).stops.map((stop) => `${stop.code} ${stop.table}`);
}

const BEAT = logTable([text('pipeline'), column('sent_at_ms', { length: 8 })], 'retl', 'otter_heartbeat');

function beat(pipeline: string | undefined, sentAt: number, kind: 'insert' | 'update' = 'update'): RowsChange {
  const after = [[pipeline, sentAt]];
  return { kind, table: BEAT, rowCount: 1, before: kind === 'update' ? [[pipeline, sentAt - 1]] : [], after };
}

function rows(table: string, count: number): RowsChange {
  const after = Array.from({ length: count }, (_, i) => [i]);
  return { kind: 'insert', table: logTable([column('id')], 'shop', table), rowCount: count, before: [], after };
}

describe('our heartbeat', () => {
  test('is taken out of the transaction and its time kept; other rows stay and are counted', () => {
    const change = rows('t', 3);
    const item = selector('shop.*').select(transaction([beat('p1', 500), change]));
    expect(item).toMatchObject({ beatSentAtMs: 500, rows: 3, stops: [] });
    expect(item.transaction.changes).toEqual([change]);
  });

  test('of another pipeline says nothing about ours', () => {
    const item = selector('shop.*').select(transaction([beat('p2', 500)]));
    expect(item).toMatchObject({ beatSentAtMs: null, rows: 0 });
    expect(item.transaction.changes).toEqual([]);
  });

  test('is known by the clock it carries, where the pipeline shares one', () => {
    const shared = selector('shop.*', [], 'node-1');
    expect(shared.select(transaction([beat('node-1', 500)])).beatSentAtMs).toBe(500);
    expect(shared.select(transaction([beat('p1', 500)])).beatSentAtMs).toBeNull();
  });

  test('with an image that leaves the key out is taken for ours', () => {
    expect(selector('shop.*').select(transaction([beat(undefined, 500)])).beatSentAtMs).toBe(500);
  });

  test('is wanted, as no other table of our schema is', () => {
    const s = selector('*.*');
    expect(s.wants('retl', 'otter_heartbeat')).toBe(true);
    expect(s.wants('RETL', 'otter_heartbeat')).toBe(true);
    expect(s.wants('retl', 'otter_checkpoint')).toBe(true);
    expect(s.wants('shop', 'otter_heartbeat')).toBe(true);
    expect(selector('shop.t').wants('shop', 'u')).toBe(false);
  });

  test('a transaction without one is left as it is', () => {
    const t = transaction([rows('t', 1)]);
    const { changes } = t;
    expect(selector('shop.*').select(t).transaction.changes).toBe(changes);
  });
});

describe('DDL stops the mapped tables it names, and no other', () => {
  test.each([
    ['ALTER TABLE t ADD b INT', ['DDL_SEEN shop.t']],
    ['ALTER TABLE shop.t ADD b INT', ['DDL_SEEN shop.t']],
    ['ALTER TABLE crm.t ADD b INT', []],
    ['DROP TABLE t, crm.u, u', ['DDL_SEEN shop.t', 'DDL_SEEN shop.u']],
    ['TRUNCATE t', ['DDL_SEEN shop.t']],
    ['RENAME TABLE t TO crm.t, crm.x TO u', ['DDL_SEEN shop.t', 'DDL_SEEN shop.u']],
    ['RENAME TABLE t TO _t_del, _t_gho TO t', ['DDL_SEEN shop.t']],
    ['CREATE INDEX i ON t (a)', []],
    ['CREATE TABLE t (a INT)', []],
    ['CREATE ALGORITHM=UNDEFINED DEFINER=`a`@`b` SQL SECURITY DEFINER VIEW `v` AS select * from `t`', []],
    ['FROB t', ['DDL_SEEN shop.t']],
    ['FROB other', []],
  ])('%s', (sql, expected) => {
    expect(stops(selector('shop.t,shop.u', ['shop.t', 'shop.u']), statement(sql)).sort()).toEqual(expected);
  });

  test('without a default schema an unqualified name is nobody', () => {
    expect(stops(selector('shop.*', ['shop.t']), statement('ALTER TABLE t ADD b INT', ''))).toEqual([]);
  });

  test('DROP DATABASE stops every known table of it', () => {
    const s = selector('*.*', ['shop.t', 'Shop.U', 'shop2.t']);
    s.learn(logTable([], 'shop', 'new'));
    expect(stops(s, statement('DROP DATABASE `SHOP`', '')).sort()).toEqual([
      'DDL_SEEN Shop.U',
      'DDL_SEEN shop.new',
      'DDL_SEEN shop.t',
    ]);
  });

  test('a table is named as the rows events name it', () => {
    expect(stops(selector('shop.*', ['shop.Order']), statement('ALTER TABLE ORDER_X ADD b INT'))).toEqual([
      'DDL_SEEN shop.ORDER_X',
    ]);
    expect(stops(selector('shop.*', ['shop.Orders']), statement('ALTER TABLE ORDERS ADD b INT'))).toEqual([
      'DDL_SEEN shop.Orders',
    ]);
  });

  test('two tables that differ in case alone are two', () => {
    for (const known of [
      ['shop.T', 'shop.t'],
      ['shop.t', 'shop.T'],
    ]) {
      expect(stops(selector('shop.*', known), statement('TRUNCATE t'))).toEqual(['DDL_SEEN shop.t']);
      expect(stops(selector('shop.*', known), statement('TRUNCATE T'))).toEqual(['DDL_SEEN shop.T']);
    }
  });

  test('the mode of its session decides where a string ends', () => {
    const sql = "ALTER TABLE crm.x COMMENT 'C:\\', RENAME TO shop.t";
    expect(stops(selector('shop.t'), statement(sql, '', 1n << 20n))).toEqual(['DDL_SEEN shop.t']);
    expect(stops(selector('shop.t'), statement(`${sql}'`, '', 0n))).toEqual([]);
  });

  test('a stop carries the statement, however long, cut for the message', () => {
    const sql = `ALTER TABLE t ${'x'.repeat(300_000)}`;
    const [stop] = selector('shop.t').select(transaction([], { statements: [statement(sql)] })).stops;
    expect(stop?.statement).toHaveLength(200_000);
    expect(stop?.detail.en.length).toBeLessThan(250);
  });
});

describe('rows written as text stop the table that is written', () => {
  test.each([
    ['INSERT INTO t SELECT * FROM u', ['STATEMENT_DML shop.t']],
    ['INSERT INTO crm.log SELECT * FROM t', []],
    ['REPLACE INTO percona.checksums SELECT COUNT(*) FROM shop.t', []],
    ['UPDATE t AS x, u SET x.a = 1', ['STATEMENT_DML shop.t', 'STATEMENT_DML shop.u']],
    ['DELETE FROM t WHERE a IN (SELECT a FROM u)', ['STATEMENT_DML shop.t']],
    ["LOAD DATA INFILE 'x' INTO TABLE u", ['STATEMENT_DML shop.u']],
    ['CREATE TABLE t SELECT * FROM crm.x', ['STATEMENT_DML shop.t']],
  ])('%s', (sql, expected) => {
    expect(stops(selector('shop.*', ['shop.t', 'shop.u']), statement(sql)).sort()).toEqual(expected);
  });

  test('a mapped table not seen yet is stopped by its name', () => {
    expect(stops(selector('shop.*'), statement('INSERT INTO fresh VALUES (1)'))).toEqual(['STATEMENT_DML shop.fresh']);
  });
});
