import { expect, test } from 'vitest';
import type { DataSource } from '../api/objects.ts';
import { quotedName, syncCommand, syncYaml, type SyncDraft } from './sync-text.ts';

const server = (host: string): DataSource => ({
  ...{ id: 1, version: 1, name: host, description: '', kind: 'mysql', standby: null, user: 'otter', hasPassword: true },
  primary: { host, port: 3306 },
  tls: { mode: 'off', ca: null, cert: null, hasKey: false },
  ...{ createdAtMs: 0, updatedAtMs: 0 },
});
const draft: SyncDraft = {
  name: 'shop',
  source: server('db1'),
  target: server('db2'),
  mappings: [
    { source: 'shop.*', target: null },
    {
      source: 'shop.a',
      target: 'archive.b',
      columns: { mode: 'exclude', names: ['note'], rename: [{ source: 'x', target: 'y' }] },
    },
  ],
  parameters: { mode: 'auto', workers: 4 },
  twoWay: null,
};

test('the command does what the guided sync does', () => {
  expect(syncCommand(draft)).toBe(
    [
      'otter sync --from mysql://otter@db1:3306/',
      '  --to mysql://otter@db2:3306/',
      '  --name shop',
      '  --map shop.a:archive.b',
      "  --columns 'shop.a(-`note`,`x`=`y`)'",
      '  --mode auto',
      '  --workers 4',
      "  --tables 'shop.*,shop.a'",
    ].join(' \\\n'),
  );
});

test('so does the file, and neither holds a password', () => {
  expect(syncYaml(draft)).toContain('tables:\n  - shop.*\n  - shop.a\nmap:\n  - shop.a:archive.b\n');
  expect(syncYaml(draft)).not.toMatch(/otter:/);
});

test('names that a pattern would take for something else stand in backquotes', () => {
  expect(['orders', '订单', 'a-b', 'a`b', 'a.b'].map(quotedName)).toEqual([
    'orders',
    '订单',
    '`a-b`',
    '`a``b`',
    '`a.b`',
  ]);
});

test('both ways it is the pair of the command', () => {
  const pair: SyncDraft = {
    ...draft,
    mappings: [{ source: 'shop.*', target: null }],
    twoWay: { conflicts: 'from', rules: ['shop.b:counter(n)'], ask: ['shop.a'] },
  };
  expect(syncCommand(pair)).toContain(
    "--two-way \\\n  --conflicts from \\\n  --conflict-rule 'shop.b:counter(n)' \\\n  --conflicts-ask shop.a",
  );
  expect(syncYaml(pair)).toContain('two-way: true\nconflicts: from\n');
});
