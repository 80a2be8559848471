import type { PreflightLine } from '@otter/dialects';
import { expect, test } from 'vitest';
import type { AdviceLine } from './advice.ts';
import { adviceScore } from './advice-score.ts';

const TABLES = 10;

function line(verdict: PreflightLine['verdict'], check: string, table: string | null = null): AdviceLine {
  return { ...{ verdict, check, table }, subject: 'A', side: 'A', finding: '', findingZh: '' };
}

test('all that warns costs all, and what is refused leaves nothing', () => {
  const checks = ['auto_increment', 'unique keys', 'triggers', 'clock', 'collation'];
  const all = checks.map((check) => line('warning', check));
  expect(adviceScore([], TABLES)).toBe(100);
  expect(adviceScore([line('ok', 'clock'), line('ok', 'table', 'd.t')], TABLES)).toBe(100);
  expect(adviceScore(all, TABLES)).toBe(0);
  for (const [i] of all.entries()) expect(adviceScore(all.toSpliced(i, 1), TABLES)).toBeGreaterThan(0);
  expect(adviceScore([line('stop', 'identity')], TABLES)).toBe(0);
});

test('a kind costs once, whatever is found of it, and others together', () => {
  expect(adviceScore([line('warning', 'auto_increment'), line('warning', 'auto_increment')], TABLES)).toBe(70);
  expect(adviceScore([line('warning', 'columns'), line('warning', 'collation')], TABLES)).toBe(90);
});

test('what concerns single tables costs their share', () => {
  expect(adviceScore([line('warning', 'triggers', 'd.t'), line('warning', 'triggers', 'd.t')], TABLES)).toBe(97);
  expect(adviceScore([line('warning', 'triggers', 'd.t'), line('warning', 'triggers', 'd.u')], TABLES)).toBe(95);
  expect(adviceScore([line('warning', 'triggers', 'd.t'), line('warning', 'triggers')], TABLES)).toBe(75);
});

test('100 is kept for two sides without any warning', () => {
  expect(adviceScore([line('warning', 'collation', 'd.t')], 5000)).toBe(99);
});

test('curing a finding never makes it less', () => {
  const verdicts = ['warning', 'warning', 'stop'] as const;
  const lines = ['auto_increment', 'unique keys', 'clock', 'columns', 'engine'].flatMap((check, i) =>
    [null, 'd.t', `d.t${i}`].map((table, j) => line(verdicts[(i + j) % 3] ?? 'ok', check, table)),
  );
  for (let left = lines; left.length > 0; left = left.slice(1)) {
    for (const [i] of left.entries()) {
      expect(adviceScore(left.toSpliced(i, 1), 3)).toBeGreaterThanOrEqual(adviceScore(left, 3));
    }
  }
});
