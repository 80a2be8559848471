/**
 * Goal: `otter verify` tells equal tables from others, names each differing row, repairs and takes back when told to, and
 * says so by its exit code.
 *
 * Method: the built program on two real servers, with differences planted on the target.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  for (const server of [source, target]) {
    await server.query(
      `CREATE DATABASE shop; USE shop; CREATE TABLE a (id INT PRIMARY KEY, title VARCHAR(50), n INT);
       CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO a SELECT seq, CONCAT('title ', seq), seq FROM seq_1_to_2000;
       INSERT INTO b VALUES (1)`,
    );
  }
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function verify(...flags: string[]): Promise<Ended> {
  return otter('--from', source.url(), '--to', target.url(), ...flags);
}

async function otter(...flags: string[]): Promise<Ended> {
  const argv = ['verify', ...flags];
  const child = spawn(process.execPath, [PROGRAM, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('equal tables: exit 0', async () => {
  const { code, stdout } = await verify('--tables', 'shop.*');
  expect(stdout).toContain('equal         shop.a: 2,000 rows');
  expect(stdout).toContain('EQUAL: 2 of 2 tables are equal');
  expect(code).toBe(0);
});

test('differences: each by its key, exit 1', async () => {
  await target.query(
    `UPDATE shop.a SET title='TITLE 7' WHERE id=7; DELETE FROM shop.a WHERE id=1500; INSERT INTO shop.a VALUES (9999,NULL,1)`,
  );
  const { code, stdout } = await verify('--tables', 'shop.*', '--json');
  expect(code).toBe(1);
  const lines = jsonLines(stdout);
  const found = lines.filter(({ event }) => event === 'difference');
  expect(found).toHaveLength(3);
  expect(found).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        ...{ table: 'shop.a', kind: 'different', key: { id: '7' } },
        columns: [{ name: 'title', source: 'title 7', target: 'TITLE 7' }],
      }),
      expect.objectContaining({ kind: 'missing', key: { id: '1500' } }),
      expect.objectContaining({ kind: 'extra', key: { id: '9999' } }),
    ]),
  );
  expect(lines.at(-1)).toEqual({
    ...{ event: 'summary', tables: 2, equal: 1, stopped: false },
    id: expect.stringMatching(/^v[a-z0-9]+$/) as string,
  });

  const hidden = await verify('--tables', 'shop.a', '--hide-values');
  expect(hidden.code).toBe(1);
  expect(hidden.stdout).toContain('shop.a id="7": title');
  expect(hidden.stdout).not.toContain('TITLE 7');
});

test('a repair needs a yes: exit 2 without a terminal, and nothing is written', async () => {
  const { code, stderr, stdout } = await verify('--tables', 'shop.*', '--repair');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('--yes');
  expect(await target.query('SELECT title FROM shop.a WHERE id=7')).toEqual([{ title: 'TITLE 7' }]);
});

test('repaired and equal: exit 0; taken back: exit 0, and the differences are there again', async () => {
  const { code, stdout, stderr } = await verify('--tables', 'shop.*', '--repair', '--yes', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = jsonLines(stdout);
  const of = (event: string) => lines.filter((line) => line['event'] === event);
  expect(of('plan')).toEqual([
    {
      ...{ event: 'plan', table: 'shop.a', target: 'shop.a', inserts: 1, updates: 1, deletes: 1, triggers: [] },
      ...{ refused: null, rows: expect.arrayContaining([{ kind: 'different', key: { id: '7' } }]) as unknown },
    },
  ]);
  expect(of('repaired').map(({ kind, key }) => [kind, key])).toEqual(
    expect.arrayContaining([
      ['update', { id: '7' }],
      ['insert', { id: '1500' }],
      ['delete', { id: '9999' }],
    ]),
  );
  const [end] = of('repair');
  expect(end).toMatchObject({ end: 'done', inserted: 1, updated: 1, deleted: 1, kept: 0, repaired: ['shop.a'] });
  expect((await verify('--tables', 'shop.*')).code).toBe(0);

  const id = String(end?.['id']);
  const listed = await otter('list', '--to', target.url(), '--json');
  expect(jsonLines(listed.stdout)).toContainEqual(
    expect.objectContaining({ id, state: 'done', differences: 3, repaired: 3, undone: 0, tables: ['shop.*'] }),
  );
  const undone = await otter('undo', id, '--to', target.url());
  expect(undone).toEqual({ code: 0, stdout: '3 rows put back\n', stderr: '' });
  const again = await verify('--tables', 'shop.*');
  expect(again.code).toBe(1);
  expect(again.stdout).toContain('shop.a id="7": title "title 7" ≠ "TITLE 7"');
  const table = await otter('list', '--to', target.url());
  expect(table.stdout).toMatch(new RegExp(`^${id} .* done +3 +0 +3 +shop`, 'm'));
});

test('what a repair did is said line by line; a row changed since is left by the undo: exit 1', async () => {
  const { code, stdout } = await verify('--tables', 'shop.a', '--repair', '--yes');
  expect(code).toBe(0);
  expect(stdout).toContain('to do on shop.a: insert 1, update 1, delete 1\n');
  expect(stdout).toContain('  delete id="9999"\n');
  expect(stdout).toContain('repaired      1 inserted, 1 updated, 1 deleted\nequal now     shop.a\n');
  const id = /otter verify undo (v\w+)/.exec(stdout)?.[1] ?? '';
  await target.query('UPDATE shop.a SET n=0 WHERE id=7');
  const undone = await otter('undo', id, '--to', target.url());
  expect(undone.code).toBe(1);
  expect(undone.stdout).toBe(
    '  left as it is: shop.a id="7": REPAIR_REFUSED the row was changed since the repair\n2 rows put back, 1 left as they are\n',
  );
});

test('what cannot be used: exit 2', async () => {
  const none = await verify('--tables', 'shop.nothing');
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('shop.nothing');
  const unknown = await verify('--tables', 'shop.*', '--name', 'nobody');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toMatch(/no pipelines|no checkpoint/);
  const flags: [string[], RegExp][] = [
    [['--sample', '0'], /percentage/],
    [['--rate', 'fast'], /whole number/],
    [['--resume', 'nothing here'], /verify list/],
    [['--resume', 'vunknown'], /no verification vunknown/],
    [['--yes'], /--repair/],
  ];
  for (const [given, expected] of flags) {
    const { code, stderr } = await verify('--tables', 'shop.a', ...given);
    expect({ given, code }).toEqual({ given, code: 2 });
    expect(stderr).toMatch(expected);
  }
  const undo = await otter('undo', 'vunknown', '--to', target.url());
  expect(undo.code).toBe(2);
  expect(undo.stderr).toContain('no verification vunknown');
});
