import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { verbatim } from '@otter/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import { selected } from '../testing/tables.fixture.ts';
import { LoadQueue } from './load-queue.ts';

const ANY = { transactions: Infinity, bytes: Infinity };

function item(offset: number, bytes = 10, alone: 'stop' | 'spilled' | null = null): SelectedTransaction {
  const spilled = alone === 'spilled' ? { read: async function* () {}, release: async () => {} } : null;
  const one = selected([], { offset, bytes, spilled });
  return alone === 'stop'
    ? { ...one, stops: [{ table: 't', code: 'DDL_SEEN', detail: verbatim(''), statement: null }] }
    : one;
}

function offsets(items: readonly SelectedTransaction[] | null): number[] | null {
  return items && items.map((i) => i.transaction.offset);
}

async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('a batch', () => {
  test('holds whole transactions in the order of the log, as many as are there', async () => {
    const queue = new LoadQueue(1000);
    expect(queue.tryTake(ANY)).toBeNull();
    await queue.push([item(1), item(2)]);
    await queue.push([item(3)]);
    expect(queue.length).toBe(3);
    expect(offsets(queue.tryTake(ANY))).toEqual([1, 2, 3]);
    expect(queue.length).toBe(0);
  });

  test('is let go of, though the queue never runs empty', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const queue = new LoadQueue(1e6);
    const push = async (): Promise<WeakRef<SelectedTransaction>> => {
      const first = item(1);
      await queue.push([first, item(2)]);
      return new WeakRef(first);
    };
    const first = await push();
    expect(queue.tryTake({ transactions: 1, bytes: Infinity })?.length).toBe(1);
    // A weak reference keeps what it holds until the turn ends.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(queue.length).toBe(1);
    expect(first.deref()).toBeUndefined();
  });

  test('ends at its limits, one transaction at least', async () => {
    const queue = new LoadQueue(1e6);
    await queue.push([item(1, 100), item(2, 100), item(3, 100), item(4, 100)]);
    expect(offsets(queue.tryTake({ transactions: 2, bytes: Infinity }))).toEqual([1, 2]);
    expect(offsets(queue.tryTake({ transactions: 9, bytes: 1 }))).toEqual([3]);
    expect(offsets(queue.tryTake({ transactions: 9, bytes: 1 }))).toEqual([4]);
  });

  test('ends with the transaction that is asked for', async () => {
    const queue = new LoadQueue(1e6);
    await queue.push([1, 2, 3].map((n) => item(n)));
    const until = (one: SelectedTransaction): boolean => one.transaction.offset === 2;
    expect(offsets(queue.tryTake({ ...ANY, until }))).toEqual([1, 2]);
    expect(offsets(queue.tryTake({ ...ANY, until }))).toEqual([3]);
  });

  test.each(['stop', 'spilled'] as const)('a transaction with a %s goes alone', async (alone) => {
    const queue = new LoadQueue(1e6);
    await queue.push([item(1), item(2, 10, alone), item(3, 10, alone), item(4), item(5)]);
    const taken = Array.from({ length: 4 }, () => offsets(queue.tryTake(ANY)));
    expect(taken).toEqual([[1], [2], [3], [4, 5]]);
  });

  test('nothing is lost, doubled or reordered, however it is pushed and taken', async () => {
    const step = fc.oneof(
      fc.array(fc.record({ bytes: fc.nat(50), alone: fc.constantFrom(null, null, null, 'stop', 'spilled') }), {
        maxLength: 6,
      }),
      fc.record({ transactions: fc.integer({ min: 1, max: 5 }), bytes: fc.nat(100) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (list) => {
        const queue = new LoadQueue(Infinity);
        let pushed = 0;
        const taken: number[] = [];
        for (const one of [...list, ...Array.from({ length: 300 }, () => ({ transactions: 5, bytes: 50 }))]) {
          if (Array.isArray(one)) await queue.push(one.map((i) => item(pushed++, i.bytes, i.alone)));
          else taken.push(...(offsets(queue.tryTake(one)) ?? []));
          expect(queue.length).toBe(pushed - taken.length);
        }
        expect(taken).toEqual(Array.from({ length: pushed }, (_, i) => i));
      }),
      { numRuns: 60 },
    );
  });
});

describe('memory', () => {
  test('a pusher waits while too much is held, and goes on as soon as there is room', async () => {
    const queue = new LoadQueue(100);
    const pushing = queue.push([item(1, 90), item(2, 90)]);
    expect(await settled(pushing)).toBe(false);
    queue.tryTake({ transactions: 1, bytes: Infinity });
    expect(await settled(pushing)).toBe(true);
  });

  test('one transaction larger than the queue passes', async () => {
    const queue = new LoadQueue(100);
    const pushing = queue.push([item(1, 5000)]);
    expect(await settled(pushing)).toBe(false);
    expect(offsets(queue.tryTake(ANY))).toEqual([1]);
    expect(await settled(pushing)).toBe(true);
  });

  test('a spilled transaction takes none', async () => {
    expect(await settled(new LoadQueue(100).push([item(1, 5000, 'spilled')]))).toBe(true);
  });

  test('what was taken is accounted for over thousands of batches', async () => {
    const queue = new LoadQueue(100);
    for (let i = 0; i < 10_000; i++) {
      await queue.push([item(i, 50)]);
      expect(offsets(queue.tryTake(ANY))).toEqual([i]);
    }
    expect(await settled(queue.push([item(0, 100)]))).toBe(true);
  });
});

describe('waiting and closing', () => {
  test('every waiting taker is woken by a push, a wake or a close', async () => {
    for (const act of [
      (q: LoadQueue) => void q.push([item(1)]),
      (q: LoadQueue) => q.wake(),
      (q: LoadQueue) => q.close(false),
    ]) {
      const queue = new LoadQueue(1000);
      const takers = Promise.all([queue.readable(), queue.readable()]);
      expect(await settled(takers)).toBe(false);
      act(queue);
      expect(await settled(takers)).toBe(true);
    }
  });

  test('there is nothing to wait for when something is there or the queue is closed', async () => {
    const queue = new LoadQueue(1000);
    await queue.push([item(1)]);
    expect(await settled(queue.readable())).toBe(true);
    queue.close(true);
    expect(await settled(queue.readable())).toBe(true);
  });

  test('what is held can still be taken after closing, unless it is discarded', async () => {
    const kept = new LoadQueue(1000);
    await kept.push([item(1)]);
    kept.close(false);
    expect([kept.closed, offsets(kept.tryTake(ANY))]).toEqual([true, [1]]);
    const discarded = new LoadQueue(1000);
    await discarded.push([item(1)]);
    discarded.close(true);
    expect([discarded.length, discarded.tryTake(ANY)]).toEqual([0, null]);
  });

  test('a waiting pusher is let go', async () => {
    const queue = new LoadQueue(10);
    const pushing = queue.push([item(1, 100)]);
    queue.close(true);
    expect(await settled(pushing)).toBe(true);
    expect(await settled(queue.push([item(2, 100)]))).toBe(true);
  });
});
