import { matchesTable } from '@otter/core';
import { expect, test } from 'vitest';
import { parseConflictRule } from './conflict-rule-syntax.ts';

test.each([
  ['shop.t:newest', { kind: 'newest' }],
  ['shop.t:from', { kind: 'source' }],
  [' shop.t : to ', { kind: 'target' }],
  ['shop.t: columns', { kind: 'columns' }],
  ['shop.(t|u):greatest(v)', { kind: 'greatest', column: 'v' }],
  ['shop.t: counter(qty, `a,b:c`)', { kind: 'counter', columns: ['qty', 'a,b:c'] }],
])('%s', (text, rule) => {
  const parsed = parseConflictRule(text);
  expect(parsed.rule).toEqual(rule);
  expect(matchesTable(parsed.tables, 'shop', 't')).toBe(true);
});

test.each([
  ['shop.t', 'write TABLE:RULE'],
  ['shop.t:', 'the rule is newest'],
  ['shop.t:latest', 'the rule is newest'],
  ['shop.t:toString', 'the rule is newest'],
  ['shop.t:greatest', 'the rule is newest'],
  ['shop.t:greatest(a,b)', 'the rule is newest'],
  ['shop.t:counter()', 'a column name is empty'],
  ['shop.t:counter(qty,QTY)', 'is named twice'],
  ['t:columns', 'is not schema.table'],
])('%s is refused', (text, why) => {
  expect(() => parseConflictRule(text)).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(why) }),
  );
});
