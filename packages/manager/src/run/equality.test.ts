import { expect, test } from 'vitest';
import { earliest, equalityOf } from './equality.ts';

const AT = '2026-11-21T08:00:00.000Z';
const EARLIER = '2026-11-21T07:59:59.000Z';

test('what is not claimed is named: tables that stopped, tables that are copied', () => {
  const parked = [{ table: 'shop.b' }, { table: 'shop.a' }, { table: 'shop.a' }];
  expect(equalityOf({ equalAsOf: AT, parked, copy: { tables: 5, tablesDone: 2 } })).toEqual({
    equalAsOf: AT,
    equalExcept: { stopped: ['shop.a', 'shop.b'], copying: 3 },
  });
  expect(equalityOf({ equalAsOf: AT, parked: [], copy: null }).equalExcept).toEqual({ stopped: [], copying: 0 });
});

test('nothing is claimed without a status, nor of one that is no status of ours', () => {
  for (const status of [null, {}, 'x', { equalAsOf: 5 }]) expect(equalityOf(status).equalAsOf).toBeNull();
});

test('several are equal as of the earliest, and not at all when one is not known', () => {
  const as = (equalAsOf: string | null) => equalityOf({ equalAsOf });
  expect(earliest([as(AT), as(EARLIER)])).toBe(EARLIER);
  expect(earliest([as(AT), as(null)])).toBeNull();
  expect(earliest([])).toBeNull();
});
