import { describe, expect, test } from 'vitest';
import { markedPosition, seenIn } from '../origin/commit-mark.ts';
import { LOG_BEGIN, RowWrites, type LogPlace } from './row-writes.ts';

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

test('what is stored with a position comes back, files by their number', () => {
  const position = { file: 'bin.000007', offset: 99, gtid: '0-1-5' };
  const seen = { ...place(7, 'a:b.000012'), applied: place(8, 'bin.000003') };
  const stored = seenIn(markedPosition(position, ['abcdefgh'], seen));
  expect(stored).toEqual({ ...place(7, '.12'), applied: place(8, '.3') });
  expect(seenIn(markedPosition(position, ['abcdefgh'], stored))).toEqual(stored);
  expect(seenIn(markedPosition(position, [], { ...seen, applied: LOG_BEGIN }))?.applied).toEqual(LOG_BEGIN);
  expect(seenIn(markedPosition(position, ['abcdefgh']))).toBeNull();
});
