import { OtterError, parseTablePattern, parseTablePatterns } from '@otter/core';
import { describe, expect, test } from 'vitest';
import type { ColumnMapping } from '../sync-options.ts';
import { TableRouter } from './table-router.ts';

function router(tables: string, maps: string[] = [], columns: ColumnMapping[] = []): TableRouter {
  const mappings = maps.map((map) => {
    const [source = '', target = ''] = map.split(':');
    return { source: parseTablePattern(source), target: parseTablePattern(target) };
  });
  return new TableRouter({ tables: parseTablePatterns(tables), mappings, columns, controlSchema: 'retl' });
}

/** `schema.table` on the target, or null. */
function goes(r: TableRouter, name: string): string | null {
  const [schema = '', table = ''] = name.split('.');
  const destination = r.destination(schema, table);
  return destination && `${destination.schema}.${destination.table}`;
}

describe('which tables travel', () => {
  test('those that match, under their own name without a mapping', () => {
    const r = router('shop.a,shop.t[1-2],log_*.x'.replace('log_*', 'log_.*'));
    expect(['shop.a', 'SHOP.A', 'shop.t2', 'log_7.x'].map((n) => goes(r, n))).toEqual([
      'shop.a',
      'SHOP.A',
      'shop.t2',
      'log_7.x',
    ]);
    expect(['shop.b', 'shop.t3', 'shop2.a', 'log.x'].map((n) => goes(r, n))).toEqual([null, null, null, null]);
  });

  test('never those of the server or our own, whatever the pattern', () => {
    const r = router('*.*');
    for (const schema of [
      'mysql',
      'MySQL',
      'information_schema',
      'performance_schema',
      'sys',
      'ndbinfo',
      'retl',
      'RETL',
    ]) {
      expect(goes(r, `${schema}.t`)).toBeNull();
    }
    expect(goes(r, 'shop.mysql')).toBe('shop.mysql');
  });

  test('a mapping alone lets nothing travel', () => {
    expect(goes(router('shop.a', ['shop.b:shop.c']), 'shop.b')).toBeNull();
  });
});

describe('of several mappings the most specific wins', () => {
  const maps = [
    '*.*:rest.rest',
    'shop.*:shop2.*',
    'shop.t[1-9]:shop2.range',
    'shop.t1:shop2.one',
    'shop[1-2].t1:shop2.both',
  ];

  test.each([
    ['shop.t1', 'shop2.one'],
    ['shop.t2', 'shop2.range'],
    ['shop.other', 'shop2.other'],
    ['shop1.t1', 'shop2.both'],
    ['crm.x', 'rest.rest'],
  ])('%s goes to %s, in whatever order they are given', (name, expected) => {
    expect(goes(router('*.*', maps), name)).toBe(expected);
    expect(goes(router('*.*', maps.toReversed()), name)).toBe(expected);
  });

  test('of equally specific ones the first', () => {
    expect(goes(router('*.*', ['shop.t:x.a', 'shop.t:x.b']), 'shop.t')).toBe('x.a');
  });
});

describe('names on the target', () => {
  test('shards are merged into one table', () => {
    const r = router('shop[1-3].order[01-02]', ['shop[1-3].order[01-02]:archive.order']);
    expect(['shop1.order01', 'shop3.order02'].map((n) => goes(r, n))).toEqual(['archive.order', 'archive.order']);
  });

  test('ranges go by their place', () => {
    const r = router('shop.t[01-03]', ['shop.t[01-03]:archive.u[5-7]']);
    expect(['shop.t01', 'shop.t03'].map((n) => goes(r, n))).toEqual(['archive.u5', 'archive.u7']);
  });

  test('schema and table are mapped apart', () => {
    expect(goes(router('*.*', ['shop.*:archive.*']), 'shop.Order')).toBe('archive.Order');
    expect(goes(router('*.*', ['*.t:*.u']), 'Shop.t')).toBe('Shop.u');
  });

  test('a range without a counterpart is refused, every time it is asked for', () => {
    const r = router('shop.*', ['shop.t[1-3]:archive.u[1-2]']);
    for (let i = 0; i < 2; i++) {
      let thrown: unknown;
      try {
        goes(r, 'shop.t3');
      } catch (error) {
        thrown = error;
      }
      expect(OtterError.is(thrown) && thrown.code).toBe('USAGE');
    }
    expect(goes(r, 'shop.t2')).toBe('archive.u2');
  });
});

test('column mappings of every matching pattern travel with the table, in their order', () => {
  const columns: ColumnMapping[] = [
    { tables: parseTablePattern('shop.*'), exclude: ['a'] },
    { tables: parseTablePattern('shop.t'), rename: { b: 'c' } },
    { tables: parseTablePattern('crm.*'), include: ['x'] },
  ];
  expect(router('*.*', [], columns).destination('shop', 't')?.columns).toEqual(columns.slice(0, 2));
  expect(router('*.*', [], columns).destination('log', 't')?.columns).toEqual([]);
});

test('one table alone keeps its destination, to the letter of its name', () => {
  const alone = router('shop.*', ['shop.*:archive.*']).only('shop.t');
  expect(['shop.t', 'shop.T', 'shop.u'].map((n) => goes(alone, n))).toEqual(['archive.t', null, null]);
});

test('is shown as the user wrote it', () => {
  expect(String(router('shop.t[01-32],*.x'))).toBe('shop.t[01-32],*.x');
});
