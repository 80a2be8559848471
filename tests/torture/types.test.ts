/**
 * Goal: a value arrives as it left, whatever its type, by insert, update, key change and delete.
 *
 * Method: the groups of tests/support list every column type with the values that have hurt somebody. Each
 * group becomes tables with a numeric key, without any key, and with the value itself as the key. The source
 * writes them under each row image; a pipeline applies phase after phase; the tables are compared by the HEX
 * of every column. Titles name the case of user-pains.md where there is one.
 */
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
import { TypeWorkload, type RowImage } from '../support/type-workload.ts';

interface Pair {
  from: ServerKind;
  to: ServerKind;
  rowImages: RowImage[];
}

const PAIRS: Pair[] = [
  { from: 'mariadb-10.11', to: 'mariadb-10.11', rowImages: ['FULL', 'MINIMAL', 'NOBLOB'] },
  { from: 'mysql-9.7', to: 'mysql-9.7', rowImages: ['FULL', 'MINIMAL', 'NOBLOB'] },
  { from: 'mariadb-10.11', to: 'mysql-9.7', rowImages: ['FULL', 'MINIMAL', 'NOBLOB'] },
  { from: 'mysql-9.7', to: 'mariadb-10.11', rowImages: ['FULL', 'MINIMAL', 'NOBLOB'] },
  { from: 'mysql-5.6', to: 'mariadb-10.11', rowImages: ['FULL', 'MINIMAL'] },
  { from: 'mariadb-10.5', to: 'mariadb-10.11', rowImages: ['NOBLOB'] },
  { from: 'mariadb-11.8', to: 'mariadb-11.8', rowImages: ['MINIMAL'] },
];
const GROUPS = [...NUMBER_GROUPS, ...BYTE_GROUPS, ...TEXT_GROUPS];
const kinds = await availableKinds(SERVER_KINDS);
const only = process.env['OTTER_PAIR'];
const pairs = PAIRS.filter(({ from, to }) => kinds.includes(from) && kinds.includes(to)).filter(
  ({ from, to }) => !only || only === `${from}:${to}`,
);

describe.each(pairs)('$from → $to', ({ from, to, rowImages }) => {
  let source: RunningServer;
  let target: RunningServer;
  let workloads: TypeWorkload[];

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind: from }), startServer({ kind: to })]);
    workloads = rowImages.map((rowImage, i) => {
      const schema = `types_${rowImage.toLowerCase()}`;
      return new TypeWorkload({ source, target, schema, groups: GROUPS, rowImage, allKeys: i === 0 });
    });
    for (const workload of workloads) await workload.create();
    const name = freshName();
    const apply = async (): Promise<unknown> => runUntilCaughtUp({ source, target, tables: 'types_.*.*', name });
    for (const workload of workloads) await workload.insert();
    await apply();
    for (const workload of workloads) await workload.update();
    await apply();
    for (const workload of workloads) await workload.remove();
    await apply();
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test.each(GROUPS.map(({ title }) => title))('%s', async (title) => {
    const tables = workloads.flatMap((workload) => workload.pairs(title));
    if (tables.length === 0) return;
    const result = await assertTablesEqual({ source: source.address, target: target.address, tables });
    expect(result.rows).toBeGreaterThan(0);
  });
});
