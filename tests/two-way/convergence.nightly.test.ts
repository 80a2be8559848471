/**
 * Goal: the same as `convergence.test.ts`, for as long and as badly as issue 5 says: 50 tables, ten minutes, kills,
 * partitions, restarts, 200 ms of latency (every second seed, both ways), clocks five seconds apart, 20 seeds.
 *
 * `OTTER_SEEDS` and `OTTER_SECONDS` make it shorter, `OTTER_SEED` is the first seed, `OTTER_RATE` what each site is to
 * write in a second: of that about two thirds change anything.
 */
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TwoWayPlay } from '../support/two-way-play.ts';

const SEEDS = Number(process.env['OTTER_SEEDS'] ?? 20);
const FIRST = Number(process.env['OTTER_SEED'] ?? 1);
const SECONDS = Number(process.env['OTTER_SECONDS'] ?? 600);

/** By which the clock of the second site is ahead. */
const SKEW_SECONDS = 5;

describe.each<ServerKind>(['mariadb-10.11', 'mysql-9.7'])('%s', (kind) => {
  let a: RunningServer;
  let b: RunningServer;

  beforeAll(async () => {
    [a, b] = await Promise.all([
      startServer({ kind, durable: true }),
      startServer({ kind, durable: true, clockOffsetSeconds: SKEW_SECONDS }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([a?.stop(), b?.stop()]);
  });

  test.each(Array.from({ length: SEEDS }, (_, i) => i + FIRST))('seed %i', async (seed) => {
    const play = new TwoWayPlay(
      { a, b },
      {
        ...{ keep: seed % 3 === 0 ? 'source' : 'newest', seed, seconds: SECONDS },
        ...{ tables: 50, keys: 3, rate: Number(process.env['OTTER_RATE'] ?? 600), restarts: true },
        // Over a slow link a direction takes seconds to begin: it is to get through now and then.
        ...(seed % 2 === 0 ? { latencyMs: 200, calmMs: 60_000 } : { calmMs: 6000 }),
        // Tables with rules of their own are compared, the others explained too.
        rules: seed % 4 === 1,
      },
    );
    const result = await play.run();
    process.stdout.write(`${kind} seed ${seed}: ${JSON.stringify(result)}\n`);
    expect(result.rows).toBeGreaterThan(0);
    if (seed % 4 !== 1) expect(result.brought).toBeGreaterThan(0);
    expect(result.won + result.lost).toBeGreaterThan(0);
  });
});
