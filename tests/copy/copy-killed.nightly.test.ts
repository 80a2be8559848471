/**
 * Goal and method: as copy-killed.test.ts, with twenty kills in one copy (issue 3, done when 2).
 */
import { startServer } from '@otter/testkit';
import { test } from 'vitest';
import { CopyScene } from '../support/copy-scene.ts';

test('killed at random, 20 times', async () => {
  const [source, target] = await Promise.all([startServer({ durable: true }), startServer({ durable: true })]);
  try {
    await new CopyScene({ source, target }).killAtRandom(20, 100_000);
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
}, 300_000);
