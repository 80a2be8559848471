import { expect, test } from 'vitest';
import { markedStatement, viaOfStatement } from './statement-mark.ts';

test('what was written is read again; what only looks like it is not', () => {
  const via = ['abcdefgh', 'A_-45678'];
  expect(viaOfStatement(markedStatement('TRUNCATE TABLE `shop`.`t`', via))).toEqual(via);
  expect(viaOfStatement(`${markedStatement('TRUNCATE TABLE t', via)} `)).toEqual(via);
  for (const sql of [
    'TRUNCATE TABLE t',
    'TRUNCATE TABLE t /* otter: */',
    'TRUNCATE TABLE t /* otter:short */',
    `${markedStatement('TRUNCATE TABLE t', via)}, x`,
  ])
    expect(viaOfStatement(sql)).toBeNull();
});
