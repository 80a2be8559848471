import { expect, test } from 'vitest';
import { checkPredicate } from './predicate.ts';

test.each([
  'id<5',
  "name='it''s; --' AND (a=1 OR b IN (2,3))",
  'site="de" AND `odd;name`=1',
  'id IN (SELECT id FROM shop.list)',
])('one condition: %s', (text) => {
  expect(() => checkPredicate(text)).not.toThrow();
});

test.each([
  ['', /empty/],
  ['  ', /empty/],
  ['1=1) OR (1=1', /closed that was not opened/],
  ['(1=1', /bracket is not closed/],
  ["name='x", /quote is not closed/],
  ['1=1; DROP TABLE t', /semicolon/],
  ['1=1 -- x', /comment/],
  ['1=1 # x', /comment/],
  ['1=1 /* x */', /comment/],
  ["name='a\\' OR 1=1", /backslash/],
  [`id IN (${'1,'.repeat(3000)}1)`, /more than 4000/],
])('refused: %s', (text, reason) => {
  let caught: unknown = null;
  try {
    checkPredicate(text);
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({ code: 'PREDICATE_INVALID' });
  expect((caught as Error).message).toMatch(reason);
});
