/**
 * Goal: two sites that are both written at will, over few rows, with the pipelines killed and their links cut meanwhile,
 * are equal row by row once they are quiet (issue 5, Done when 1). The long runs are at night.
 *
 * Method: random statements of every kind over a few keys at both sites at once; a process for each direction, killed at
 * random and at failpoints. At the end the rows are compared, and from the two logs alone is worked out what had to become
 * of every write.
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
    ['newest', 1, 'one rule'],
    ['source', 2, 'one rule'],
    ['newest', 3, 'rules by table'],
  ] as const)('keep %s, seed %i, %s', async (keep, seed, rules) => {
    const size = { seconds: 4, tables: 4, keys: 8, rate: 60, calmMs: 1500 };
    const play = new TwoWayPlay({ a, b }, { keep, seed, ...size, rules: rules === 'rules by table' });
    const { rows, written, brought, lost, won } = await play.run();
    expect(rows).toBeGreaterThan(0);
    expect(written.a + written.b).toBeGreaterThan(100);
    expect(brought + lost + won).toBeGreaterThan(100);
    expect(Math.min(lost, won)).toBeGreaterThan(0);
  });
});
