import { expect, test } from 'vitest';
import { filled, gathered } from './stretches.ts';

test('where nothing was applied there is nothing, not a gap', () => {
  const point = { atMs: 120, inserted: 3, updated: 0, deleted: 1 };
  const range = { fromMs: 70, toMs: 240, resolutionMs: 60 };
  expect(filled([point], range).map(({ atMs, inserted }) => [atMs, inserted])).toEqual([
    [60, 0],
    [120, 3],
    [180, 0],
  ]);
});

test('marks that would cover each other stand at one place', () => {
  const marks = [50, 10, 12, 21].map((atMs) => ({ atMs }));
  const places = gathered(marks, (atMs) => atMs * 2, 10);
  expect(places.map(({ px, marks: all }) => [px, all.map(({ atMs }) => atMs)])).toEqual([
    [20, [10, 12]],
    [42, [21]],
    [100, [50]],
  ]);
});
