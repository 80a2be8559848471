import { expect, test } from 'vitest';
import { axisTimes, bytes, count, duration, moment, rate, utc } from './figures.ts';

test.each([
  [0, '0 ms', '0 毫秒'],
  [340.4, '340 ms', '340 毫秒'],
  [999.6, '1,000 ms', '1,000 毫秒'],
  [2_440, '2.4 s', '2.4 秒'],
  [10_000, '10 s', '10 秒'],
  [59_600, '1 min', '1 分'],
  [200_000, '3 min 20 s', '3 分 20 秒'],
  [3_599_900, '1 h', '1 小时'],
  [2 * 3_600_000 + 60_000, '2 h 1 min', '2 小时 1 分'],
  [24 * 3_600_000 - 1, '1 d', '1 天'],
  [52 * 3_600_000, '2 d 4 h', '2 天 4 小时'],
])('a lag of %d ms is %s', (ms, en, zh) => {
  expect([duration(ms, 'en'), duration(ms, 'zh')]).toEqual([en, zh]);
});

test('counts have their thousands separated, and rates no false precision', () => {
  expect(count(1_234_567, 'en')).toBe('1,234,567');
  expect(count(1_234_567, 'zh')).toBe('1,234,567');
  expect([rate(0.25, 'en'), rate(9.44, 'en'), rate(12_345.6, 'zh')]).toEqual(['0.3', '9.4', '12,346']);
});

test('sizes are in powers of 1024', () => {
  expect([bytes(0, 'en'), bytes(1023, 'en'), bytes(1536, 'en'), bytes(150 * 1024 ** 3, 'zh')]).toEqual([
    '0 B',
    '1,023 B',
    '1.5 KB',
    '150 GB',
  ]);
});

test('a moment of today is a time, of another day a date too, and UTC is the same for all', () => {
  const at = new Date(2026, 10, 26, 17, 5, 9).getTime();
  expect(moment(at, 'en', at + 1)).toBe('17:05:09');
  expect(moment(at, 'zh', at + 3 * 86_400_000)).toBe('2026/11/26 17:05:09');
  expect(utc(Date.UTC(2026, 10, 26, 1, 2, 3, 4))).toBe('2026-11-26 01:02:03.004 UTC');
});

test('an axis has a clock of 24 hours, and says where a day begins', () => {
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 0, day, hour, minute).getTime() / 1000;
  expect(axisTimes([at(1, 23, 30), at(2, 0), at(2, 0, 30)], 1800, 'zh')).toEqual([
    ...['23:30\n01/01', '00:00\n01/02', '00:30'],
  ]);
  expect(axisTimes([at(1, 13), at(1, 13, 1)], 30, 'en')).toEqual(['13:00:00\n01/01', '13:01:00']);
  expect(axisTimes([at(1, 0), at(2, 0)], 86_400, 'zh')).toEqual(['01/01', '01/02']);
});
