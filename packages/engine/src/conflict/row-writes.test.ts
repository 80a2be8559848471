import { Random } from '@otter/testkit';
import { describe, expect, test } from 'vitest';
import { markedPosition, seenIn } from '../origin/commit-mark.ts';
import { decide } from './conflict-policy.ts';
import { LOG_BEGIN, RowWrites, type LocalWrite, type LogPlace, type RowWrite } from './row-writes.ts';

const place = (offset: number, file = 'bin.000001'): LogPlace => ({ file, offset });
const write = (offset: number, file?: string) => ({ at: place(offset, file), committedAtMs: offset, seen: LOG_BEGIN });

describe('local writes', () => {
  test('of a row, those behind a place, in the order of the log', () => {
    const writes = new RowWrites();
    writes.add('t', 1, write(10));
    writes.add('t', 2, write(20));
    writes.add('t', 1, write(5, 'bin.000002'));
    expect(writes.behind('t', 1, place(9)).map(({ at }) => at.offset)).toEqual([10, 5]);
    expect(writes.behind('t', 1, place(10)).map(({ at }) => at.offset)).toEqual([5]);
    expect(writes.behind('t', 1, place(5, 'bin.000002'))).toEqual([]);
    expect(writes.behind('u', 1, LOG_BEGIN)).toEqual([]);
  });

  test('what has been seen is let go of, and nothing else', () => {
    const writes = new RowWrites();
    for (let i = 1; i <= 5000; i++) writes.add('t', i % 7, write(i));
    writes.prune(place(4000));
    expect(writes.bytes).toBe(1000 * 200);
    expect(writes.behind('t', 3, LOG_BEGIN)[0]?.at.offset).toBeGreaterThan(4000);
    writes.add('t', 1, { ...write(5000), touched: ['a', 'b'] });
    expect(writes.bytes).toBe(1000 * 200 + 200 + 120 + 2 * 8);
    writes.prune(place(5000));
    expect([writes.isEmpty, writes.bytes]).toEqual([true, 0]);
    expect(writes.has('t')).toBe(false);
  });
});

test('rows decided as a whole: what is let go of decides nothing', () => {
  const random = new Random(7);
  for (let round = 0; round < 300; round++) {
    const [all, whole] = [new RowWrites<LocalWrite>(), new RowWrites<LocalWrite>()];
    const own: RowWrite[] = [];
    for (let i = 1; i <= 30; i++) {
      const seen = place(random.int(0, i));
      const value = (n: number): object => (round % 3 === 0 ? { value: BigInt(n) } : {});
      const local = { at: place(10 * i), committedAtMs: random.int(0, 9), seen, ...value(random.int(0, 9)) };
      const key = random.int(1, 3);
      all.add('t', key, local);
      whole.addWhole('t', key, local);
      own.push({ at: place(i), committedAtMs: random.int(0, 9), ...value(random.int(0, 9)) });
      const known = place(random.chance(0.1) ? 10 * random.int(0, i) : 0);
      for (const writes of [all, whole]) writes.prune(known);
    }
    for (let from = 0; from < 310; from += 5) {
      for (let key = 1; key <= 3; key++) {
        const [full, left] = [all, whole].map((writes) => writes.behind('t', key, place(from)));
        expect(left?.at(-1)).toEqual(full?.at(-1));
        if (!full || !left || full.length === 0) continue;
        expect(decide({ keep: 'newest', tie: 'source' }, own, left)).toBe(
          decide({ keep: 'newest', tie: 'source' }, own, full),
        );
      }
    }
    expect(whole.bytes).toBeLessThanOrEqual(all.bytes);
    for (const writes of [all, whole]) writes.prune(place(300));
    expect([whole.isEmpty, whole.bytes]).toEqual([true, 0]);
  }
});

test('a row written without end takes the room of one', () => {
  const writes = new RowWrites();
  for (let i = 1; i <= 10_000; i++) writes.addWhole('t', i % 3, write(i));
  expect(writes.bytes).toBe(3 * 200);
  expect(writes.first?.at.offset).toBe(9998);
});

test('what is stored with a position comes back, files by their number', () => {
  const position = { file: 'bin.000007', offset: 99, gtid: '0-1-5' };
  const seen = { ...place(7, 'a:b.000012'), applied: place(8, 'bin.000003') };
  const stored = seenIn(markedPosition(position, ['abcdefgh'], seen));
  expect(stored).toEqual({ ...place(7, '.12'), applied: place(8, '.3') });
  expect(seenIn(markedPosition(position, ['abcdefgh'], stored))).toEqual(stored);
  expect(seenIn(markedPosition(position, [], { ...seen, applied: LOG_BEGIN }))?.applied).toEqual(LOG_BEGIN);
  expect(seenIn(markedPosition(position, ['abcdefgh']))).toBeNull();
});
