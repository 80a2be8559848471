import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

const never = new AbortController().signal;

async function msOf(work: Promise<void>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

test('bytes are paid off at the rate, and a pause before them is no credit', async () => {
  const limit = new RateLimit(100_000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await msOf(limit.spend(20_000, never))).toBeGreaterThan(180);
});

test('a rate that is raised, or taken away, ends the wait of whoever is waiting', async () => {
  const limit = new RateLimit(1);
  const waiting = msOf(limit.spend(1_000_000, never));
  limit.bytesPerSecond = 0;
  expect(await waiting).toBeLessThan(2000);
  expect(await msOf(limit.spend(1_000_000, never))).toBeLessThan(100);
});

test('whoever spent first goes on first', async () => {
  const limit = new RateLimit(100_000);
  const [first, second] = await Promise.all([msOf(limit.spend(10_000, never)), msOf(limit.spend(20_000, never))]);
  expect(first).toBeGreaterThan(80);
  expect(second).toBeGreaterThan(first + 150);
});

test('a wait ends when it is aborted', async () => {
  const stop = new AbortController();
  const waiting = msOf(new RateLimit(1).spend(1_000_000, stop.signal));
  stop.abort();
  expect(await waiting).toBeLessThan(2000);
});
