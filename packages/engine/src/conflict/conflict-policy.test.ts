import { parseTablePattern, type Column, type LogTable, type Row } from '@otter/core';
import { describe, expect, test } from 'vitest';
import { decide, ruleOf, turned, type ConflictPolicy, type TableRule } from './conflict-policy.ts';
import { mergeRow } from './row-merge.ts';
import { compileTrace } from './row-trace.ts';
import { LOG_BEGIN, type LocalWrite, type RowWrite } from './row-writes.ts';

const at = (weight: number | bigint): LocalWrite => ({
  ...{ at: { file: 'bin.000001', offset: 1 }, committedAtMs: Number(weight), seen: LOG_BEGIN },
  ...(typeof weight === 'bigint' ? { value: weight } : {}),
});

const POLICY: ConflictPolicy = {
  keep: 'source',
  tie: 'source',
  rules: [
    { tables: parseTablePattern('shop.*'), rule: { kind: 'target' } },
    { tables: parseTablePattern('shop.stock'), rule: { kind: 'counter', columns: ['qty'] } },
  ],
};

describe('who wins', () => {
  test.each([
    ['the later one', 'newest', 'source', [5], [4], 'incoming'],
    ['the later one, here', 'newest', 'source', [4], [5], 'local'],
    ['of one time, by the rule', 'newest', 'source', [5], [5], 'incoming'],
    ['of one time, by the rule, from the other side', 'newest', 'target', [5], [5], 'local'],
    ['a clock that goes back takes nothing away', 'newest', 'source', [9, 3], [5], 'incoming'],
    ['nor here', 'newest', 'source', [6], [9, 3], 'local'],
    ['a home site, whatever the time', 'source', 'source', [1], [9], 'incoming'],
    ['a home site here', 'target', 'source', [9], [1], 'local'],
    ['by a value below all numbers of JavaScript', 'newest', 'source', [-(2n ** 63n)], [-(2n ** 63n) - 1n], 'incoming'],
  ] as const)('%s', (_, keep, tie, there, here, winner) => {
    const policy = { keep, tie };
    expect(decide(policy, there.map(at), here.map(at))).toBe(winner);
    // The other side, for which everything is the other way round, decides the same.
    expect(decide(turned(policy), here.map(at), there.map(at))).toBe(winner === 'incoming' ? 'local' : 'incoming');
  });

  test('a table has the rule of the narrowest pattern, else that of the pair; the other direction its mirror image', () => {
    const back = turned(POLICY);
    expect(ruleOf(POLICY, 'Shop', 'Stock')).toEqual({ kind: 'counter', columns: ['qty'] });
    expect([ruleOf(POLICY, 'shop', 'item'), ruleOf(back, 'shop', 'item')]).toEqual([
      { kind: 'target' },
      { kind: 'source' },
    ]);
    expect([ruleOf(POLICY, 'bank', 'item'), ruleOf(back, 'bank', 'item')]).toEqual([
      { kind: 'source' },
      { kind: 'target' },
    ]);
    expect(turned(back)).toEqual(POLICY);
  });
});

describe('part by part', () => {
  const columns = ['qty', 'name', 'note'];
  const write = (time: number, touched?: string[]): LocalWrite => ({ ...at(time), ...(touched ? { touched } : {}) });
  const merge = (
    rule: TableRule,
    own: RowWrite[],
    local: LocalWrite[],
    row: Partial<Parameters<typeof mergeRow>[1]> = {},
  ): ReturnType<typeof mergeRow> =>
    mergeRow({ keep: 'newest', tie: 'source' }, { rule, columns, kind: 'update', exists: true, ...row }, own, local);
  const COLUMNS: TableRule = { kind: 'columns' };
  const COUNTER: TableRule = { kind: 'counter', columns: ['QTY'] };

  test('columns nobody else has written to are nobody else’s loss', () => {
    const merged = merge(COLUMNS, [write(1, ['name'])], [write(9, ['note'])]);
    expect(merged).toEqual({ outcome: 'both', isLossy: false, set: ['name'], add: [] });
  });

  test('of a column both have written to, the newest stays', () => {
    const merged = merge(COLUMNS, [write(5, ['name', 'note', 'qty'])], [write(9, ['note']), write(1, ['name'])]);
    expect(merged).toEqual({ outcome: 'both', isLossy: true, set: ['qty', 'name'], add: [] });
    expect(merge(COLUMNS, [write(5, ['note'])], [write(9, ['note'])])).toMatchObject({ outcome: 'local', set: [] });
    expect(merge(COLUMNS, [write(5, ['note'])], [write(4, ['note'])])).toMatchObject({
      outcome: 'both',
      set: ['note'],
    });
  });

  test('what is counted is added, whoever wins the rest', () => {
    const merged = merge(COUNTER, [write(1, ['qty', 'name'])], [write(9, ['qty', 'note'])]);
    expect(merged).toEqual({ outcome: 'both', isLossy: true, set: [], add: ['qty'] });
    expect(merge(COUNTER, [write(9, ['name'])], [write(1, ['note'])]).set).toEqual(['name', 'note']);
  });

  test('a row put in or taken away wins against what was changed in it, at any time', () => {
    expect(merge(COUNTER, [write(9, ['qty'])], [write(1)])).toMatchObject({ outcome: 'local', add: [] });
    expect(merge(COUNTER, [write(9, ['qty'])], [write(1)], { exists: false }).outcome).toBe('local');
    expect(merge(COLUMNS, [write(1)], [write(9, ['qty'])], { kind: 'delete' }).outcome).toBe('incoming');
    expect(merge(COUNTER, [write(5)], [write(1)], { kind: 'insert' })).toMatchObject({ outcome: 'incoming', set: [] });
  });
});

describe('what a rule has to know of a change', () => {
  const column = (name: string, kind: Column['kind']): Column => ({ name, kind }) as Column;
  const table = {
    ...{ schema: 'shop', table: 't', primaryKey: null, problem: null },
    columns: [column('id', 'int'), column('V', 'int'), column('At', 'datetime'), column('bytes', 'binary')],
  } as LogTable;
  const row = (v: Row[number], when: Row[number], bytes = 'a'): Row => [1, v, when, Buffer.from(bytes)];

  test('the value of the row that is left, or was there last', () => {
    const read = compileTrace({ kind: 'greatest', column: 'v' }, table);
    expect(read(row(1, null), row(18446744073709551615n, null))).toEqual({ value: 18446744073709551615n });
    expect(read(row(-7, null), null)).toEqual({ value: -7n });
    expect(read(null, row(null, null)).value).toBeLessThan(-(2n ** 64n));
  });

  test('times order by all their digits, whatever their precision', () => {
    const read = compileTrace({ kind: 'greatest', column: 'at' }, table);
    const times = [
      '0000-00-00',
      '2024-02-03',
      '2024-02-03 04:05:06',
      '2024-02-03 04:05:06.000001',
      '2024-02-03 04:05:06.01',
    ];
    const weights = times.slice(2).map((time) => read(null, row(1, time)).value as bigint);
    expect(weights.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(weights);
    expect(read(null, row(1, '2024-02-03 04:05:06')).value).toBe(read(null, row(1, '2024-02-03 04:05:06.000')).value);
  });

  test('the columns that have changed, by their bytes', () => {
    const read = compileTrace({ kind: 'columns' }, table);
    expect(read(row(1, 'x'), row(2, 'x'))).toEqual({ touched: ['v'] });
    expect(read(row(1, 'x', 'a'), row(1, 'x', 'b'))).toEqual({ touched: ['bytes'] });
    expect(read(null, row(1, 'x'))).toEqual({});
    expect(compileTrace({ kind: 'newest' }, table)(row(1, 'x'), row(2, 'x'))).toEqual({});
  });

  test('a column the log does not have stops it', () => {
    expect(() => compileTrace({ kind: 'greatest', column: 'w' }, table)).toThrow('no column "w"');
    const read = compileTrace({ kind: 'greatest', column: 'v' }, table);
    expect(() => read(null, [1, undefined])).toThrow(expect.objectContaining({ code: 'ROW_IMAGE_PARTIAL' }));
  });
});
