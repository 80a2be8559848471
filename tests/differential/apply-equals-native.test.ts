/**
 * Goal: whatever a source does to its rows, our target ends as a native replica of the same source does.
 *
 * Method: a random schema of 20 and more tables and a random workload, both given by a seed, run on a real
 * source. Its log is applied by the server's own replication and by us, in both modes, with different numbers
 * of workers and budgets of memory. All tables are then compared bit by bit. No error may be recorded.
 * More seeds: apply-equals-native.nightly.test.ts.
 */
import { availableKinds, SERVER_KINDS, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReplicaTrio, runSeed } from '../support/seed-run.ts';

const RUNS: { from: ServerKind; to: ServerKind; seeds: number[]; transactions: number }[] = [
  { from: 'mariadb-10.11', to: 'mariadb-10.11', seeds: [1, 2, 3, 4, 5], transactions: 300 },
  { from: 'mysql-9.7', to: 'mysql-9.7', seeds: [6], transactions: 300 },
  { from: 'mysql-5.6', to: 'mariadb-10.11', seeds: [7], transactions: 300 },
];
const kinds = await availableKinds(SERVER_KINDS);
const runs = RUNS.filter(({ from, to }) => kinds.includes(from) && kinds.includes(to));

describe.each(runs)('$from → $to', ({ from, to, seeds, transactions }) => {
  let trio: ReplicaTrio;

  beforeAll(async () => {
    trio = await ReplicaTrio.start(from, to);
  });

  afterAll(async () => {
    await trio?.stop();
  });

  test.each(seeds)('seed %i', async (seed) => {
    const counters = await runSeed(trio, seed, transactions);
    expect(counters.rows).toBeGreaterThan(100);
  });
});
