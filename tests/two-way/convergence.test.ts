/**
 * Goal: two sites that are both written at will, over few rows, with the pipelines killed and their links cut meanwhile,
 * are equal row by row once they are quiet (issue 5, Done when 1). The long runs are at night.
 *
 * Method: random statements of every kind over a few keys at both sites at once; a process for each direction, killed at
 * random and at failpoints. At the end the rows are compared; with a home site none of its changes has lost.
 */
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TwoWayPlay } from '../support/two-way-play.ts';

describe.each<[ServerKind, ServerKind]>([
  ['mariadb-10.11', 'mariadb-10.11'],
  ['mysql-9.7', 'mysql-9.7'],
])('%s and %s', (first, second) => {
  let a: RunningServer;
  let b: RunningServer;

  beforeAll(async () => {
    [a, b] = await Promise.all([
      startServer({ kind: first, durable: true }),
      startServer({ kind: second, durable: true }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([a?.stop(), b?.stop()]);
  });

  test.each([
    ['newest', 1],
    ['source', 2],
  ] as const)('keep %s, seed %i, tables with rules of their own', async (keep, seed) => {
    const play = new TwoWayPlay({ a, b }, { keep, seed, seconds: 4, tables: 4, keys: 6, rules: true });
    const { rows, transactions, conflicts } = await play.run();
    expect(rows).toBeGreaterThan(0);
    expect(transactions).toBeGreaterThan(100);
    expect(conflicts.a.length + conflicts.b.length).toBeGreaterThan(10);
    if (keep === 'source') {
      expect(conflicts.a.filter(({ rule, what }) => rule === 'target' && what.endsWith('incoming'))).toEqual([]);
      expect(conflicts.b.filter(({ rule, what }) => rule === 'source' && what.endsWith('local'))).toEqual([]);
    }
  });
});
