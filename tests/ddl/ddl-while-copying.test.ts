/**
 * Goal: definitions may change while tables are being copied: the copy goes on or begins anew, and both sides end equal.
 *
 * Method: tables with and without keys are copied slowly while random DDL and rows are written; the source is the oracle.
 */
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDdlCopySeed } from '../support/ddl-copy-seed.ts';

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

test.each([1, 2, 3])('random DDL in the middle of a copy, seed %i', async (seed) => {
  const { whileCopying } = await runDdlCopySeed({ source, target }, { seed, changes: 12 });
  expect(whileCopying).toBeGreaterThan(3);
});
