import { expect, test } from 'vitest';
import { numbersApart, numbersMeet, type Numbering } from './number-advice.ts';

const numbering = (increment: number, offset: number): Numbering => ({ increment, offset });

/** The first numbers a server gives. */
function given({ increment, offset }: Numbering): number[] {
  return Array.from({ length: 60 }, (_, i) => offset + i * increment);
}

const ALL = [1, 2, 3, 4, 6].flatMap((increment) => [1, 2, 3, 4].map((offset) => numbering(increment, offset)));

test('numbers meet exactly when a server with both would give one twice', () => {
  for (const a of ALL.filter(({ increment, offset }) => offset <= increment)) {
    for (const b of ALL.filter(({ increment, offset }) => offset <= increment)) {
      const later = new Set(given(b));
      expect([a, b, numbersMeet(a, b)]).toEqual([a, b, given(a).some((number) => later.has(number))]);
    }
  }
});

test('an offset beyond the increment is no promise', () => {
  expect(numbersMeet(numbering(2, 5), numbering(2, 2))).toBe(true);
  expect(numbersMeet(numbering(2, 1), numbering(2, 4))).toBe(true);
});

test('what is proposed never meets, and leaves a side as it is when it can', () => {
  for (const a of ALL) {
    for (const b of ALL) {
      const { A, B } = numbersApart(a, b);
      expect([a, b, numbersMeet(A, B)]).toEqual([a, b, false]);
      const steps = [a, b].filter(({ increment, offset }) => increment > 1 && offset <= increment);
      if (steps.length > 0) expect([A, B]).toContainEqual(steps[0]);
    }
  }
  expect(numbersApart(numbering(1, 1), numbering(1, 1))).toEqual({ A: numbering(2, 1), B: numbering(2, 2) });
  expect(numbersApart(numbering(1, 1), numbering(3, 1))).toEqual({ A: numbering(3, 2), B: numbering(3, 1) });
});
