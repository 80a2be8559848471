/**
 * Goal and method of apply-equals-native.test.ts, with as many seeds as there is time for.
 *
 * `OTTER_SEED` is the first seed (default 1), `OTTER_SEEDS` their number (default 100); a failure names its
 * seed, and `OTTER_SEED=… OTTER_SEEDS=1` runs it alone. `OTTER_TRANSACTIONS` is the size of each (default 1000).
 */
import { expect, test } from 'vitest';
import { ReplicaTrio, runSeed } from '../support/seed-run.ts';

const first = Number(process.env['OTTER_SEED'] ?? 1);
const count = Number(process.env['OTTER_SEEDS'] ?? 100);
const transactions = Number(process.env['OTTER_TRANSACTIONS'] ?? 1000);

test(`${count} seeds from ${first}`, { timeout: count * 120_000 }, async () => {
  const trio = await ReplicaTrio.start('mariadb-10.11');
  try {
    for (let seed = first; seed < first + count; seed++) {
      const counters = await runSeed(trio, seed, transactions);
      expect(counters.rows).toBeGreaterThan(100);
    }
  } finally {
    await trio.stop();
  }
});
