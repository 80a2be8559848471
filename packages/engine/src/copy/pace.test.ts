import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('nothing has come: no pace', () => {
  expect(new Pace().perSecond(5000)).toEqual({ rows: 0, bytes: 0 });
});

test('the pace is that of the last ten seconds, and falls when nothing comes any more', () => {
  const pace = new Pace();
  for (let ms = 0; ms < 60_000; ms += 500) pace.note(ms < 30_000 ? 5 : 50, 100, ms);
  expect(pace.perSecond(60_000).rows).toBeCloseTo(100, -1);
  expect(pace.perSecond(60_000).bytes).toBeCloseTo(200, -1);
  expect(pace.perSecond(66_000).rows).toBeLessThan(60);
  expect(pace.perSecond(120_000).rows).toBe(0);
});

test('a copy that has just begun is measured over a second at least', () => {
  const pace = new Pace();
  pace.note(1000, 5000, 100);
  expect(pace.perSecond(150)).toEqual({ rows: 1000, bytes: 5000 });
});
