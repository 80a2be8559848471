import { expect, test } from 'vitest';
import type { Conflict, Pipeline } from '../../api/objects.ts';
import { withoutMirrors, type Found } from './mirrors.ts';

const direction = (id: number, counterpartId: number, leads: boolean): Found['direction'] => ({
  pipeline: { id, twoWay: { conflicts: 'newest', rules: [], ask: [], counterpartId, leads } } as unknown as Pipeline,
  ...{ source: 'a', target: 'b' },
});
const [out, back] = [direction(1, 2, true), direction(2, 1, false)];
const conflict = (id: number, incomingAtMs: number, localAtMs: number | null, more: object = {}): Conflict =>
  ({ id, table: 'shop.a', key: 'id=1', state: 'decided', incomingAtMs, localAtMs, ...more }) as Conflict;

test('what both directions have written down of the same two changes is shown once', () => {
  const here = { direction: out, conflict: conflict(7, 10, 20) };
  const mirror = { direction: back, conflict: conflict(3, 20, 10) };
  expect(withoutMirrors([mirror, here])).toEqual([here]);
  expect(withoutMirrors([mirror])).toEqual([mirror]);
});

test('what is of another row, another time, another state or another pair is another conflict', () => {
  const here = { direction: out, conflict: conflict(7, 10, 20) };
  const others = [
    { direction: back, conflict: conflict(1, 20, 10, { key: 'id=2' }) },
    { direction: back, conflict: conflict(2, 20, 11) },
    { direction: back, conflict: conflict(3, 20, 10, { state: 'settled' }) },
    { direction: direction(4, 3, false), conflict: conflict(4, 20, 10) },
    { direction: out, conflict: conflict(5, 20, 10) },
  ];
  expect(withoutMirrors([here, ...others])).toEqual([here, ...others]);
});
