/**
 * Goal: the same as `convergence.test.ts`, for as long and as badly as issue 5 says: 50 tables, ten minutes, kills,
 * partitions, restarts, 200 ms of latency, clocks five seconds apart, 20 seeds.
 *
 * `OTTER_SEEDS` and `OTTER_SECONDS` make it shorter.
 */
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TwoWayPlay } from '../support/two-way-play.ts';

const SEEDS = Number(process.env['OTTER_SEEDS'] ?? 20);
const SECONDS = Number(process.env['OTTER_SECONDS'] ?? 600);

describe.each<ServerKind>(['mariadb-10.11', 'mysql-9.7'])('%s', (kind) => {
  let a: RunningServer;
  let b: RunningServer;

  beforeAll(async () => {
    [a, b] = await Promise.all([startServer({ kind, durable: true }), startServer({ kind, durable: true })]);
  });

  afterAll(async () => {
    await Promise.all([a?.stop(), b?.stop()]);
  });

  test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))('seed %i', async (seed) => {
    const play = new TwoWayPlay(
      { a, b },
      {
        ...{ keep: seed % 3 === 0 ? 'source' : 'newest', seed, seconds: SECONDS, tables: 50, keys: 3, restarts: true },
        rules: true,
        latencyMs: seed % 2 === 0 ? 200 : 0,
        skewSeconds: kind === 'mariadb-10.11' ? 5 : 0,
      },
    );
    const { rows, conflicts } = await play.run();
    expect(rows).toBeGreaterThan(0);
    expect(conflicts.a.length + conflicts.b.length).toBeGreaterThan(0);
  });
});
