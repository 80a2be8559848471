/**
 * Goal: values arrive whatever the source is told to write into its log and how to pack it.
 *
 * Method: some of the groups of types.test.ts, applied from sources with less metadata, compressed events,
 * compressed transactions, partial JSON, tagged GTIDs; compared by HEX.
 */
import { availableKinds, SERVER_KINDS, type MysqldOptions, type ServerKind } from '@otter/testkit';
import { describe, expect, test } from 'vitest';
import { BYTE_GROUPS, NUMBER_GROUPS } from '../support/number-groups.ts';
import { Scenario } from '../support/scenario.ts';
import { TEXT_GROUPS } from '../support/text-groups.ts';
import { TypeWorkload, type RowImage } from '../support/type-workload.ts';

const WANTED = [
  'unsigned_ints',
  'decimals',
  'labels',
  'byte_strings',
  'blobs',
  'stamps',
  'european',
  'wide_text',
  'documents',
  'addresses',
];
const GROUPS = [...NUMBER_GROUPS, ...BYTE_GROUPS, ...TEXT_GROUPS].filter(({ table }) => WANTED.includes(table));

const RUNS: { title: string; kind: ServerKind; options: MysqldOptions; rowImage: RowImage }[] = [
  { title: 'no metadata', kind: 'mariadb-10.11', options: { 'binlog-row-metadata': 'NO_LOG' }, rowImage: 'FULL' },
  {
    title: 'MINIMAL metadata and compressed events',
    kind: 'mariadb-10.11',
    options: { 'binlog-row-metadata': 'MINIMAL', 'log-bin-compress': 'ON', 'log-bin-compress-min-len': 10 },
    rowImage: 'MINIMAL',
  },
  {
    title: 'no checksums, small log files',
    kind: 'mariadb-10.11',
    options: { 'binlog-checksum': 'NONE', 'max-binlog-size': 65536 },
    rowImage: 'NOBLOB',
  },
  { title: 'MINIMAL metadata', kind: 'mysql-9.7', options: { 'binlog-row-metadata': 'MINIMAL' }, rowImage: 'FULL' },
  {
    title: 'compressed transactions and partial JSON',
    kind: 'mysql-9.7',
    options: { 'binlog-transaction-compression': 'ON', 'binlog-row-value-options': 'PARTIAL_JSON' },
    rowImage: 'MINIMAL',
  },
];
const kinds = await availableKinds(SERVER_KINDS);

describe('log settings', () => {
  test.each(RUNS.filter(({ kind }) => kinds.includes(kind)))('$kind: $title', async ({ kind, options, rowImage }) => {
    await Scenario.run({ from: kind, sourceOptions: options }, async (scenario) => {
      const { source, target } = scenario;
      const workload = new TypeWorkload({ source, target, schema: 'packed', groups: GROUPS, rowImage, allKeys: false });
      await workload.create();
      await workload.insert();
      await scenario.apply('packed.*');
      await workload.update();
      await scenario.apply('packed.*');
      await workload.remove();
      await scenario.apply('packed.*');
      expect(await scenario.equal('packed')).toBeGreaterThan(100);
    });
  });

  test.runIf(kinds.includes('mysql-9.7'))('tagged GTIDs between untagged ones', async () => {
    await Scenario.run({ from: 'mysql-9.7' }, async (scenario) => {
      await scenario.both('CREATE DATABASE d', 'CREATE TABLE d.t (id INT PRIMARY KEY, n INT)');
      for (const [i, gtid] of [
        'AUTOMATIC',
        'AUTOMATIC:blue',
        'AUTOMATIC:green',
        'AUTOMATIC',
        'AUTOMATIC:blue',
      ].entries()) {
        await scenario.source.query(
          `SET gtid_next = '${gtid}'; INSERT INTO d.t VALUES (${i}, 0); UPDATE d.t SET n = n + 1`,
        );
        await scenario.apply('d.*');
      }
      expect(await scenario.equal('d')).toBe(5);
    });
  });
});
