/**
 * Goal and method: as killed-at-random.test.ts, with two hundred kills.
 */
import { startServer } from '@otter/testkit';
import { test } from 'vitest';
import { killAtRandom } from '../support/random-kills.ts';

test.each(['transaction', 'row'] as const)(
  'apply: %s, 100 kills',
  async (apply) => {
    const [source, target] = await Promise.all([startServer(), startServer()]);
    try {
      await killAtRandom({ source, target }, { kills: 100, apply, seed: Date.now() % 100_000 });
    } finally {
      await Promise.all([source.stop(), target.stop()]);
    }
  },
  600_000,
);
