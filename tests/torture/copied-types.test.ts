/**
 * Goal: a value that is copied arrives as one that is streamed: the same bytes, whatever its type (design §2.4), and
 * the stream finds the rows the copy has written.
 *
 * Method: the groups of tests/support are written before the pipeline begins, and copied; then every row is updated,
 * moved or deleted through the stream of the same pipeline. Compared by the HEX of every column after each step.
 */
import type { PipelineStatus } from '@otter/engine';
import {
  assertTablesEqual,
  availableKinds,
  SERVER_KINDS,
  startServer,
  type RunningServer,
  type ServerKind,
} from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BYTE_GROUPS, NUMBER_GROUPS } from '../support/number-groups.ts';
import { freshName, runUntilCaughtUp } from '../support/pipeline-run.ts';
import { TEXT_GROUPS } from '../support/text-groups.ts';
import { TypeWorkload } from '../support/type-workload.ts';

const PAIRS: { from: ServerKind; to: ServerKind }[] = [
  { from: 'mariadb-10.11', to: 'mariadb-10.11' },
  { from: 'mysql-9.7', to: 'mysql-9.7' },
  { from: 'mysql-9.7', to: 'mariadb-10.11' },
  { from: 'mariadb-10.11', to: 'mysql-9.7' },
  { from: 'mysql-5.6', to: 'mariadb-10.11' },
  { from: 'mariadb-11.8', to: 'mariadb-11.8' },
];
const GROUPS = [...NUMBER_GROUPS, ...BYTE_GROUPS, ...TEXT_GROUPS];
const kinds = await availableKinds(SERVER_KINDS);
const only = process.env['OTTER_PAIR'];
const pairs = PAIRS.filter(({ from, to }) => kinds.includes(from) && kinds.includes(to)).filter(
  ({ from, to }) => !only || only === `${from}:${to}`,
);

describe.each(pairs)('$from → $to', ({ from, to }) => {
  let source: RunningServer;
  let target: RunningServer;
  let workload: TypeWorkload;
  const name = freshName();
  let tables: { schema: string; table: string }[];

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind: from }), startServer({ kind: to })]);
    workload = new TypeWorkload({ source, target, schema: 'types', groups: GROUPS, rowImage: 'FULL', allKeys: true });
    tables = GROUPS.flatMap(({ title }) => workload.pairs(title));
    await workload.create();
    await workload.insert();
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  async function sync(): Promise<PipelineStatus> {
    const { status } = await runUntilCaughtUp({
      ...{ source, target, tables: 'types.*', name },
      mode: 'full+incremental',
      start: { at: 'now' },
    });
    const result = await assertTablesEqual({ source: source.address, target: target.address, tables });
    expect(result.rows).toBeGreaterThan(1000);
    return status;
  }

  test('copied', async () => {
    const status = await sync();
    expect(status.copy).toMatchObject({ tables: tables.length, tablesDone: tables.length });
    expect(status.rowsApplied).toBe(0);
  });

  test('updated and moved through the stream', async () => {
    await workload.update();
    await sync();
  });

  test('deleted through the stream', async () => {
    await workload.remove();
    await sync();
  });
});
