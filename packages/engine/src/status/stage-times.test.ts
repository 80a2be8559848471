import { noTime } from '@otter/core';
import { beforeEach, expect, test } from 'vitest';
import { StageTimes } from './stage-times.ts';

let nowMs: number;
let times: StageTimes;
beforeEach(() => {
  nowMs = 1000;
  times = new StageTimes(() => nowMs);
});

test('the time of each stage is summed over all tracks, what lasts included', () => {
  const [reader, one, two] = [times.track(), times.track(), times.track()];
  reader.to('source');
  one.to('sql');
  two.to('sql');
  nowMs += 100;
  one.to('commit');
  nowMs += 50;
  expect(times.totals()).toEqual({ ...noTime(), source: 150, sql: 100 + 150, commit: 50 });
});

test('nothing is counted once an attempt has ended, and the next one adds to it', () => {
  const track = times.track();
  track.to('parse');
  nowMs += 10;
  times.close();
  nowMs += 1000;
  expect(times.totals().parse).toBe(10);
  const next = times.track();
  next.to('parse');
  nowMs += 5;
  next.to(null);
  nowMs += 5;
  expect(times.totals()).toEqual({ ...noTime(), parse: 15 });
});
