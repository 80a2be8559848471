/** As random-ddl.test.ts, over many seeds. */
import { startServer, type ServerKind } from '@otter/testkit';
import { describe, expect, test } from 'vitest';
import { runDdlCopySeed } from '../support/ddl-copy-seed.ts';
import { runDdlSeed } from '../support/ddl-seed.ts';

const KINDS: ServerKind[] = ['mariadb-10.11', 'mysql-9.7'];
const SEEDS = 10;

describe.each(KINDS)('%s', (kind) => {
  test.each(['transaction', 'row'] as const)('apply: %s, 10 seeds', { timeout: 900_000 }, async (apply) => {
    const [source, target] = await Promise.all([startServer({ kind }), startServer({ kind })]);
    try {
      let [kills, changes] = [0, 0];
      for (let seed = 100; seed < 100 + SEEDS; seed++) {
        const result = await runDdlSeed({ source, target }, { seed, changes: 40, apply });
        kills += result.kills;
        changes += result.workload.ddlDone;
      }
      expect(kills).toBeGreaterThan(SEEDS);
      expect(changes).toBeGreaterThanOrEqual(SEEDS * 40);
    } finally {
      await Promise.all([source.stop(), target.stop()]);
    }
  });
});

test('DDL in the middle of a copy, 30 seeds', { timeout: 900_000 }, async () => {
  const [source, target] = await Promise.all([startServer(), startServer()]);
  try {
    let whileCopying = 0;
    for (let seed = 100; seed < 130; seed++) {
      whileCopying += (await runDdlCopySeed({ source, target }, { seed, changes: 15 })).whileCopying;
    }
    expect(whileCopying).toBeGreaterThan(100);
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
});
