import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shardOf } from './shard.ts';

test('a checkpoint of an older version divides rows the same way', () => {
  const shards = [0, 1, 2, 1000, -1, 2 ** 31, 2 ** 40, 'a', 'abc', '', '中文', '9223372036854775808', '3:1,2'].map(
    (k) => shardOf(k, 7),
  );
  expect(shards).toMatchInlineSnapshot(`
    [
      0,
      6,
      6,
      6,
      6,
      2,
      0,
      0,
      1,
      4,
      3,
      3,
      0,
    ]
  `);
});

test('every key belongs to exactly one of the shards', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer(), fc.string()), fc.integer({ min: 1, max: 64 }), (key, shards) => {
      const shard = shardOf(key, shards);
      expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
      expect(shardOf(key, shards)).toBe(shard);
    }),
  );
});

test('-0 and 0 are one row and belong to one shard', () => {
  expect(shardOf(-0, 5)).toBe(shardOf(0, 5));
});

test.each([
  ['running numbers', (i: number) => i],
  ['every tenth number', (i: number) => i * 10],
  ['numbers of a power of two', (i: number) => i * 1024],
  ['large numbers as text', (i: number) => String(2n ** 60n + BigInt(i))],
  ['texts that end alike', (i: number) => `${i}-order`],
] as [string, (i: number) => number | string][])('%s are spread evenly', (_, keyOf) => {
  for (const shards of [2, 3, 4, 8]) {
    const counts = Array<number>(shards).fill(0);
    for (let i = 0; i < 8000; i++) {
      const shard = shardOf(keyOf(i), shards);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 8000 / shards)).toBeLessThan(8000 / shards / 5);
  }
});
