import { expect, test } from 'vitest';
import { earliest, equalAsOf } from './equality.ts';
import type { PipelineStatus } from './live-store.ts';

const status = (facts: object): PipelineStatus => ({ parked: [], copy: null, ...facts }) as unknown as PipelineStatus;
const AT = '2026-11-21T08:00:00.000Z';

test('tables of which it is not said are counted and named', () => {
  const facts = { equalAsOf: AT, parked: [{ table: 'shop.t' }], copy: { tables: 3, tablesDone: 1 } };
  expect(equalAsOf(status(facts))).toEqual({ atMs: Date.parse(AT), stopped: ['shop.t'], copying: 2 });
  expect(equalAsOf(null).atMs).toBeNull();
});

test('a channel is equal as of its earliest pipeline, and not at all when one is not known', () => {
  const [known, later] = [
    equalAsOf(status({ equalAsOf: AT })),
    { atMs: Date.parse(AT) + 1, stopped: ['a.b'], copying: 1 },
  ];
  expect(earliest([later, known])).toEqual({ atMs: Date.parse(AT), stopped: ['a.b'], copying: 1 });
  expect(earliest([known, equalAsOf(null)]).atMs).toBeNull();
  expect(earliest([]).atMs).toBeNull();
});
