import { Random } from '@otter/testkit';
import { describe, expect, test } from 'vitest';
import { knownIn, markedPosition } from '../origin/commit-mark.ts';
import { decide, type TableRule } from './conflict-policy.ts';
import { mergeRow } from './row-merge.ts';
import { isParted } from './row-trace.ts';
import { LOG_BEGIN, RowWrites, type LocalWrite, type LogPlace, type RowTrace, type RowWrite } from './row-writes.ts';

const place = (offset: number, file = 'bin.000001'): LogPlace => ({ file, offset });
const write = (offset: number, file?: string) => ({ at: place(offset, file), committedAtMs: offset, seen: LOG_BEGIN });

describe('local writes', () => {
  test('of a row, those behind a place, in the order of the log', () => {
    const writes = new RowWrites();
    writes.add('t', 1, { ...write(10), committedAtMs: 99 });
    writes.add('t', 2, write(20));
    writes.add('t', 1, write(5, 'bin.000002'));
    expect(writes.behind('t', 1, place(9)).map(({ at }) => at.offset)).toEqual([10, 5]);
    expect(writes.behind('t', 1, place(10)).map(({ at }) => at.offset)).toEqual([5]);
    expect(writes.behind('t', 1, place(5, 'bin.000002'))).toEqual([]);
    expect(writes.behind('u', 1, LOG_BEGIN)).toEqual([]);
  });

  test('what has been seen is let go of, and nothing else', () => {
    const writes = new RowWrites();
    for (let i = 1; i <= 5000; i++) writes.add('t', i, write(i));
    writes.prune(place(4000));
    expect(writes.bytes).toBe(1000 * 200);
    expect(writes.behind('t', 4000, LOG_BEGIN)).toEqual([]);
    expect(writes.behind('t', 4001, LOG_BEGIN)).toHaveLength(1);
    writes.add('t', 4001, { ...write(5000), touched: ['a', 'b'] });
    expect(writes.bytes).toBe(1000 * 200 + 200 + 120 + 2 * 8);
    writes.prune(place(5000));
    expect([writes.isEmpty, writes.bytes]).toEqual([true, 0]);
    expect(writes.has('t')).toBe(false);
  });
});

const COLUMNS = ['a', 'b', 'n'];

/** All writes of all rows, whether they count or not. */
class AllWrites<W extends RowWrite> {
  readonly #writes: { key: number; write: W }[] = [];
  add(key: number, write: W): void {
    this.#writes.push({ key, write });
  }
  behind(key: number, place: LogPlace): W[] {
    return this.#writes
      .filter((one) => one.key === key && one.write.at.offset > place.offset)
      .map(({ write }) => write);
  }
}

const RULES: readonly { title: string; rule: TableRule; trace: (random: Random) => RowTrace }[] = [
  { title: 'whole rows', rule: { kind: 'newest' }, trace: () => ({}) },
  {
    title: 'whole rows, by a column',
    rule: { kind: 'greatest', column: 'n' },
    trace: (random) => ({ value: BigInt(random.int(0, 9)) }),
  },
  ...(['columns', 'counter'] as const).map((kind) => ({
    title: kind,
    rule: (kind === 'columns' ? { kind } : { kind, columns: ['n'] }) satisfies TableRule,
    trace: (random: Random) =>
      random.chance(0.2) ? {} : { touched: COLUMNS.filter(() => random.chance(random.int(0, 10) / 10)) },
  })),
];

test.each(RULES)('$title: what is let go of decides nothing', ({ rule, trace }) => {
  const random = new Random(7);
  const policy = { keep: 'newest', tie: 'source' } as const;
  let decided = 0;
  for (let round = 0; round < 200; round++) {
    const sides = [0, 1].map(() => ({ all: new AllWrites<LocalWrite>(), counting: new RowWrites<LocalWrite>() }));
    const [theirs, ours] = sides as [(typeof sides)[0], (typeof sides)[0]];
    for (let i = 1; i <= 30; i++) {
      for (const { all, counting } of sides) {
        const one = {
          at: place(10 * i),
          committedAtMs: random.int(0, 9),
          seen: place(10 * random.int(0, i)),
          ...trace(random),
        };
        const key = random.int(1, 3);
        all.add(key, one);
        counting.add('t', key, one);
      }
    }
    for (let from = 0; from < 310; from += 30) {
      for (let key = 1; key <= 3; key++) {
        const [full, left] = [ours.all.behind(key, place(from)), ours.counting.behind('t', key, place(from))];
        expect(left.at(-1)).toEqual(full.at(-1));
        if (full.length === 0) continue;
        const kind = random.pick(['insert', 'update', 'delete'] as const);
        const change: RowWrite = { at: place(1000), committedAtMs: random.int(0, 9), ...trace(random) };
        if (kind !== 'update') delete change.touched;
        else if (isParted(rule)) change.touched ??= ['a'];
        const known = place(random.int(0, 30) * 10);
        const [own, ownLeft] = [theirs.all.behind(key, known), theirs.counting.behind('t', key, known)];
        const exists = random.chance(0.5);
        const verdict = (of: readonly RowWrite[], local: readonly LocalWrite[]): unknown =>
          isParted(rule)
            ? mergeRow(policy, { rule, columns: COLUMNS, kind, exists }, [...of, change], local)
            : decide(policy, [...of, change], local);
        expect(verdict(ownLeft, left)).toEqual(verdict(own, full));
        decided += 1;
      }
    }
    for (const { counting } of sides) {
      counting.prune(place(300));
      expect([counting.isEmpty, counting.bytes]).toEqual([true, 0]);
    }
  }
  expect(decided).toBeGreaterThan(1000);
});

test('what was pruned is let go of once, whatever has gone before', () => {
  const random = new Random(11);
  const writes = new RowWrites();
  for (let i = 1; i <= 20_000; i++) {
    const trace = random.chance(0.3) ? {} : { touched: COLUMNS.filter(() => random.chance(0.5)) };
    writes.add('t', random.int(1, 50), { ...write(i), committedAtMs: random.int(0, 9), ...trace });
    if (random.chance(0.01)) writes.prune(place(random.int(0, i)));
  }
  writes.prune(place(20_000));
  expect([writes.isEmpty, writes.bytes, writes.has('t')]).toEqual([true, 0, false]);
});

test('a row written without end takes the room of one, or of one for each column', () => {
  const writes = new RowWrites();
  for (let i = 1; i <= 10_000; i++) writes.add('t', i % 3, write(i));
  expect(writes.bytes).toBe(3 * 200);
  expect(writes.first?.at.offset).toBe(9998);
  for (let i = 1; i <= 10_000; i++) writes.add('u', 1, { ...write(10_000 + i), touched: [i % 2 === 0 ? 'a' : 'b'] });
  expect(writes.bytes).toBe(3 * 200 + 2 * (200 + 120 + 8));
});

test('what is stored with a position comes back, files by their number', () => {
  const position = { file: 'bin.000007', offset: 99, gtid: '0-1-5' };
  const seen = { ...place(7, 'a:b.000012'), applied: place(8, 'bin.000003') };
  const drops = [{ by: '["retl","p",0]', via: ['abcdefgh'], tables: ['shop.t'] }];
  const stored = knownIn(markedPosition(position, ['abcdefgh'], { seen, drops }));
  expect(stored).toEqual({ seen: { ...place(7, '.12'), applied: place(8, '.3') }, drops });
  expect(knownIn(markedPosition(position, ['abcdefgh'], stored))).toEqual(stored);
  const begun = knownIn(markedPosition(position, [], { seen: { ...seen, applied: LOG_BEGIN } }));
  expect(begun.seen?.applied).toEqual(LOG_BEGIN);
  expect(knownIn(markedPosition(position, ['abcdefgh']))).toEqual({ seen: null, drops: [] });
});
