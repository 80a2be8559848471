import { describe, expect, test } from 'vitest';
import type { Placed, Policy } from './conflict-rule.fixture.ts';
import type { Image, SiteLog, Write } from './site-log.fixture.ts';
import { explore, writesOf, type Exploration, type Flaw, type Violation, type World } from './two-way-model.fixture.ts';

/**
 * Goal: the rules of loop control and of conflicts lead to equal sites, whatever happens in whatever order.
 * Method: every state of a small world is looked at (docs/two-way-model.md). That the model would notice is shown by
 * mistakes that are built in.
 */

const NEWEST: Policy = { keep: 'newest', tie: 'source', rule: { kind: 'newest' } };
const COLUMNS: Policy = { ...NEWEST, rule: { kind: 'columns' } };
const COUNTER: Policy = { ...NEWEST, rule: { kind: 'counter', columns: ['0'] } };
const GREATEST: Policy = { ...NEWEST, rule: { kind: 'greatest', column: '0' } };

const PAIR: World = {
  policy: NEWEST,
  writesMax: [2, 2],
  crashesMax: 0,
  batchMax: 1,
  rows: [[1]],
  stamps: 2,
};
const TWO_COLUMNS: Partial<World> = { rows: [[1, 1]], updates: [[0], [1]] };
const GREATER: Partial<World> = { policy: GREATEST, values: 3, stamps: 1 };
const COUNTED: Partial<World> = { policy: COUNTER, rows: [[0, 1]], updates: [[0]], deletes: false, stamps: 1 };

function expectSound(found: Exploration): void {
  expect(found.violation).toBeNull();
  expect(found.quiet).toBeGreaterThan(50);
}

describe('both sites are equal whenever nothing is under way', () => {
  test.each<[string, Partial<World>]>([
    ['with a crash and transactions that share a commit', { crashesMax: 1, batchMax: 2 }],
    ['with clocks that go back', { clock: 'any', deletes: false, stamps: 3 }],
    ['with clocks that go back, rows put in and taken away', { clock: 'any' }],
    ['with columns that travel alone', { ...TWO_COLUMNS, stamps: 1 }],
    ['with values that come again', { values: 2, stamps: 1 }],
    ['with transactions of two rows', { rows: [[1], null], writesMax: [2, 1] }],
    ['with three writes on each side', { writesMax: [3, 3], deletes: false, stamps: 1, crashesMax: 1 }],
  ])('newest, %s', (_name, world) => {
    expectSound(explore({ ...PAIR, ...world }, world.clock === 'any' ? undefined : newestLeft));
  });

  test.each(['source', 'target'] as const)('the %s, as the first site sees it, keeps what it has written', (keep) => {
    const policy = { ...NEWEST, keep };
    expectSound(explore({ ...PAIR, policy, stamps: 1, crashesMax: 1 }, (logs) => newestLeft(logs, keep)));
  });

  test('columns by themselves', () => {
    expectSound(explore({ ...PAIR, ...TWO_COLUMNS, policy: COLUMNS }, eachColumnsNewestLeft));
  });

  test('columns by themselves, of one side and with a crash', () => {
    const policy: Policy = { ...COLUMNS, keep: 'source' };
    expectSound(explore({ ...PAIR, ...TWO_COLUMNS, policy, stamps: 1, batchMax: 2, crashesMax: 1 }));
  });

  test('columns by themselves, with clocks that go back', () => {
    expectSound(explore({ ...PAIR, ...TWO_COLUMNS, policy: COLUMNS, clock: 'any', writesMax: [2, 1], crashesMax: 1 }));
  });

  test('a counter beside a column', () => {
    expectSound(
      explore(
        { ...PAIR, ...TWO_COLUMNS, policy: COUNTER, rows: [[0, 1]], stamps: 1, crashesMax: 1 },
        everyIncrementCounts,
      ),
    );
  });

  test('a counter, three times on each side', () => {
    const world = { ...PAIR, policy: COUNTER, rows: [[0, 1]], updates: [[0]], deletes: false, writesMax: [3, 3] };
    expectSound(explore({ ...world, stamps: 1, batchMax: 2 }, everyIncrementCounts));
  });
});

describe('the greater value of a column', () => {
  test.each<[string, Partial<World>]>([
    ['with a crash and transactions that share a commit', { crashesMax: 1, batchMax: 2, writesMax: [2, 1] }],
    ['with three writes on one side', { writesMax: [3, 1] }],
    ['without rows put in and taken away', { deletes: false, writesMax: [3, 2], batchMax: 2 }],
    ['beside another column', { rows: [[1, 1]], updates: [[0], [1]], writesMax: [2, 1] }],
  ])('%s', (_name, world) => {
    expectSound(explore({ ...PAIR, ...GREATER, ...world }, greaterLeft));
  });
});

describe('three sites', () => {
  const STAR = [
    [0, 1],
    [1, 0],
    [1, 2],
    [2, 1],
  ] as const;
  const RING = [
    [0, 1],
    [1, 2],
    [2, 0],
  ] as const;
  const TRIANGLE = [...STAR, [2, 0], [0, 2]] as const;
  const THREE: World = { ...PAIR, sites: 3, writesMax: [1, 1, 1] };

  test('a star of pairs: what came from elsewhere counts as written there, by its original time', () => {
    expectSound(explore({ ...THREE, pipelines: STAR, deletes: false }, greatestLeft));
  });

  test('a star keeps the site that was reached last, not the newest, when it goes by the time of the commit there', () => {
    const world: World = { ...THREE, pipelines: STAR, deletes: false, copyStamp: 'commit' };
    expectSound(explore({ ...world, writesMax: [2, 0, 1] }));
    expect(explore({ ...world, writesMax: [1, 0, 1] }, greatestLeft).violation?.kind).toBe('unexplained');
  });

  test.each([
    ['a ring of one way: nobody knows what the others have seen', RING],
    ['a triangle of pairs: rows come by two ways', TRIANGLE],
  ])('%s', (_name, pipelines) => {
    expect(explore({ ...THREE, pipelines, writesMax: [1, 1, 0], deletes: false }).violation?.kind).toBe('unequal');
  });

  test.each<[string, World['pipelines'], number[]]>([
    ['star', STAR, [1, 1, 1]],
    ['ring', RING, [1, 1, 1]],
    ['longer ring', RING, [2, 1, 1]],
    ['triangle', TRIANGLE, [1, 1, 0]],
  ])('stamps above all that was heard of make any shape equal: %s', (_name, pipelines = [], writesMax) => {
    const deletes = pipelines.length < 6;
    expectSound(explore({ ...THREE, pipelines, writesMax, deletes, clock: 'hybrid', stamps: 1 }));
  });
});

describe('a mistake is found', () => {
  test.each<[Flaw, Violation['kind'], Partial<World>]>([
    ['mark unchecked', 'echo', {}],
    ['mark in memory', 'echo', { crashesMax: 1 }],
    ['checkpoint apart', 'twice', { crashesMax: 1 }],
    ['position: first of the batch', 'twice', { crashesMax: 1, batchMax: 2 }],
    ['position: end of the log', 'left out', { crashesMax: 1 }],
    ['seen: end of the log', 'unequal', {}],
    ['seen: what is stored now', 'unequal', {}],
    ['seen: forgotten in a crash', 'unequal', { crashesMax: 1 }],
    ['unseen: end of the log read before', 'unequal', {}],
    ['unseen: absent rows not locked', 'unequal', {}],
    ['unseen: rows compared instead', 'unequal', { values: 2 }],
    [
      'unseen: their seen forgotten in a crash',
      'unequal',
      { crashesMax: 1, clock: 'any', deletes: false, writesMax: [3, 2] },
    ],
    ['ties: incoming wins', 'unequal', {}],
    ['time: own stamp', 'unequal', { clock: 'any' }],
    ['time: forgotten in a crash', 'unequal', { clock: 'any', deletes: false, crashesMax: 1 }],
    [
      'time: forgotten in a crash',
      'unequal',
      { ...TWO_COLUMNS, policy: COLUMNS, crashesMax: 1, writesMax: [3, 1], stamps: 1 },
    ],
    ['time: equal rows not remembered', 'unequal', { clock: 'any', values: 2, writesMax: [2, 1] }],
    ['time: not of the same commit', 'unequal', { clock: 'any', deletes: false, batchMax: 2, writesMax: [2, 1] }],
    ['time: not of the same commit', 'unequal', { ...GREATER, deletes: false, batchMax: 2, writesMax: [2, 1] }],
    ['time: forgotten in a crash', 'unequal', { ...GREATER, deletes: false, crashesMax: 1, writesMax: [2, 1] }],
    ['greatest: only the last value', 'unequal', { ...GREATER, deletes: false }],
    ['parts: put in and taken away count as changes', 'unequal', { ...TWO_COLUMNS, policy: COLUMNS }],
    ['counter: written instead of added', 'unequal', COUNTED],
    ['counter: equal rows left alone', 'unexplained', { ...COUNTED, values: 1 }],
    ['time: not of the same commit', 'unequal', { ...COUNTED, deletes: true, batchMax: 2, writesMax: [3, 1] }],
    ['winner: changed columns only', 'unequal', TWO_COLUMNS],
  ])('%s', (flaw, kind, world) => {
    const explain = world.policy === COUNTER ? everyIncrementCounts : undefined;
    expect(explore({ ...PAIR, ...world, flaw }, explain).violation?.kind).toBe(kind);
  });
});

/** Local writes of the two sites to the row, with what each had seen of the other. */
function localWrites(logs: readonly SiteLog[]): Placed[][] {
  return logs.map((log, site) => writesOf(log, 0, 1 << (1 - site), 1 - site));
}

/** The row as it is in the end, at the first site: the others are compared with it. */
function rowOf(logs: readonly SiteLog[]): Image {
  return logs[0]?.rows[0] ?? null;
}

/** Of the last ones of each site: the later one by what it had seen, else by its stamp, else the first site's. */
function laterOf(a: Placed | undefined, b: Placed | undefined, keep: Policy['keep'] = 'newest'): Placed | undefined {
  if (!a || !b) return a ?? b;
  if (a.seen >= b.at) return a;
  if (b.seen >= a.at) return b;
  if (keep !== 'newest') return keep === 'source' ? a : b;
  return a.stamp >= b.stamp ? a : b;
}

function difference(found: unknown, expected: unknown): string | null {
  return String(found) === String(expected) ? null : `${String(found)} instead of ${String(expected)}`;
}

function newestLeft(logs: readonly SiteLog[], keep: Policy['keep'] = 'newest'): string | null {
  const [a, b] = localWrites(logs).map((writes) => writes.at(-1));
  const last = laterOf(a, b, keep);
  return last === undefined ? null : difference(rowOf(logs), last.write.after);
}

/** Where each site has written once before it heard of the other, the greater value is left; of a row taken away its last. */
function greaterLeft(logs: readonly SiteLog[]): string | null {
  const [a, b, ...more] = localWrites(logs).flat();
  const isApart = a !== undefined && b !== undefined && more.length === 0 && a.seen < b.at && b.seen < a.at;
  if (!isApart || localWrites(logs).some((writes) => writes.length !== 1)) return null;
  const weigh = ({ write: { before, after } }: Placed): number => (after ?? before)?.[0] ?? 0;
  return difference(rowOf(logs), (weigh(a) >= weigh(b) ? a : b).write.after);
}

const isWhole = ({ before, after }: Write): boolean => before === null || after === null;

/** Rows put in and taken away decide whether there is a row; columns are judged where there are no such. */
function eachColumnsNewestLeft(logs: readonly SiteLog[]): string | null {
  const writes = localWrites(logs);
  const row = rowOf(logs);
  const [a, b] = writes.map((some) => some.findLast(({ write }) => isWhole(write)));
  const whole = laterOf(a, b);
  if (whole) return difference(row === null, whole.write.after === null);
  for (const column of [0, 1]) {
    const [c, d] = writes.map((some) =>
      some.findLast(({ write: { before, after } }) => before?.[column] !== after?.[column]),
    );
    const last = laterOf(c, d);
    const wrong = last ? difference(row?.[column], last.write.after?.[column]) : null;
    if (wrong !== null) return wrong;
  }
  return null;
}

function everyIncrementCounts(logs: readonly SiteLog[]): string | null {
  const writes = localWrites(logs).flat();
  if (writes.some(({ write }) => isWhole(write))) return null;
  const sum = writes.reduce((total, { write }) => total + countedBy(write), 0);
  return difference(rowOf(logs)?.[0], sum);
}

function countedBy({ before, after }: Write): number {
  return (after?.[0] ?? 0) - (before?.[0] ?? 0);
}

/** Where sites have written before they heard of each other, and nothing since, the greatest stamp is left. */
function greatestLeft(logs: readonly SiteLog[]): string | null {
  const written = logs.flatMap(({ entries }) => entries.filter(({ mark }) => mark === null));
  const first = logs.flatMap(({ entries }) => entries.slice(0, 1).filter(({ mark }) => mark === null));
  if (written.length === 0 || written.length > first.length) return null;
  const greatest = Math.max(...first.map(({ stamp }) => stamp));
  const left = String(rowOf(logs));
  const names = first.filter(({ stamp }) => stamp === greatest).map(({ writes }) => String(writes[0]?.after));
  return names.includes(left) ? null : `${left} instead of ${names.join(' or ')}`;
}
