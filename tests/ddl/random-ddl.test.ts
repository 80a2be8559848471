/**
 * Goal: whatever changes of definition come mixed with whatever rows, and wherever the process dies meanwhile, both
 * sides end with the same definitions and rows.
 *
 * Method: seeds of random DDL and rows; the pipeline is killed again and again between a statement's intent and the
 * commit that moves past it. The source is the oracle.
 */
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDdlSeed } from '../support/ddl-seed.ts';

const KINDS: ServerKind[] = ['mariadb-10.11', 'mysql-9.7'];

describe.each(KINDS)('%s', (kind) => {
  let source: RunningServer;
  let target: RunningServer;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind }), startServer({ kind })]);
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test.each([
    ['transaction', 1],
    ['row', 2],
  ] as const)('apply: %s, 50 changes of definition, seed %i', async (apply, seed) => {
    const { kills, workload } = await runDdlSeed({ source, target }, { seed, changes: 50, apply });
    expect(kills).toBeGreaterThan(2);
    expect(workload.rows).toBeGreaterThan(20);
    expect(workload.done.size).toBeGreaterThan(8);
  });
});
