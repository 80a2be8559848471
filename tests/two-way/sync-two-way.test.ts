/**
 * Goal: one command keeps two sites equal both ways, from a full one and an empty one on, and tells of its conflicts.
 *
 * Method: the built command with real servers, stopped and started like a service.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assertTablesEqual, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

let a: RunningServer;
let b: RunningServer;
let running: { child: ChildProcess; output: { out: string; err: string } } | null = null;

beforeAll(async () => {
  [a, b] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  running?.child.kill('SIGKILL');
  await Promise.all([a?.stop(), b?.stop()]);
});

function otter(argv: readonly string[]): { child: ChildProcess; output: { out: string; err: string } } {
  const child = spawn(process.execPath, [PROGRAM, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
  return { child, output };
}

async function ended(argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { child, output } = otter(argv);
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...output };
}

const sync = (): string[] => [
  ...['sync', '--two-way', '--from', a.url(), '--to', b.url()],
  ...['--tables', 'shop.*', '--name', 'shop', '--json'],
];

async function begin(): Promise<void> {
  running = otter(sync());
  const { output } = running;
  await waitFor(
    () => ['shop.out', 'shop.back'].every((name) => stateOf(output.out, name) === 'running') || output.err !== '',
    { what: 'both directions to run' },
  );
  expect(output.err).toBe('');
}

function stateOf(text: string, name: string): unknown {
  const lines = text.split('\n').filter((line) => line.includes(`"name":"${name}"`) && line.includes('"state"'));
  return lines.length === 0 ? null : (JSON.parse(lines.at(-1) ?? '{}') as { state: unknown }).state;
}

async function end(): Promise<void> {
  const child = running?.child as ChildProcess;
  child.kill('SIGTERM');
  expect((await once(child, 'close'))[0]).toBe(0);
  running = null;
}

const equal = async (): Promise<number> =>
  (await assertTablesEqual({ source: a.address, target: b.address, tables: [{ schema: 'shop', table: 't' }] })).rows;

async function until(site: RunningServer, sql: string, found: number): Promise<void> {
  await waitFor(async () => (await site.query(sql)).length === found, { what: `${found} rows of ${sql}` });
}

test('a full site and an empty one, both written to, stopped, written to apart, and equal again', async () => {
  await a.query(
    "CREATE DATABASE shop; USE shop; CREATE TABLE t (id INT PRIMARY KEY, text VARCHAR(40)); INSERT INTO shop.t SELECT seq,'old' FROM seq_1_to_500",
  );
  await begin();
  await until(b, 'SELECT 1 FROM shop.t', 500);
  await a.query("INSERT INTO shop.t VALUES (1001,'a')");
  await b.query("INSERT INTO shop.t VALUES (1002,'b'); UPDATE shop.t SET text='b' WHERE id=1");
  await until(b, 'SELECT 1 FROM shop.t WHERE id=1001', 1);
  await until(a, "SELECT 1 FROM shop.t WHERE text='b'", 2);
  expect(await equal()).toBe(502);
  await end();

  await a.query("UPDATE shop.t SET text='from a' WHERE id IN (7,8)");
  await a.query('SELECT SLEEP(1.1)');
  await b.query("UPDATE shop.t SET text='from b' WHERE id IN (8,9)");
  await begin();
  await until(a, "SELECT 1 FROM shop.t WHERE text='from b'", 2);
  await until(b, "SELECT 1 FROM shop.t WHERE text='from a'", 1);
  expect(await equal()).toBe(502);
  await end();

  const list = await ended(['conflicts', 'list', '--to', b.url(), '--json']);
  expect(
    list.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([{ pipeline: 'shop.out', key: 'id=8', kind: 'update-written', outcome: 'local', rule: 'newest' }]);
  const shown = await ended(['conflicts', 'show', '1', '--to', b.url()]);
  expect(shown.out).toContain('{"id":"8","text":"from a"}');
  expect(shown.out).toContain('{"id":"8","text":"from b"}');

  const keep = ['conflicts', 'keep', '1', 'source', '--from', a.url(), '--to', b.url(), '--by', 'ann'];
  expect(await ended(keep)).toMatchObject({ code: 0, err: '' });
  expect(await b.query('SELECT text FROM shop.t WHERE id=8')).toEqual([{ text: 'from a' }]);
  const there = await ended(['conflicts', 'list', '--to', a.url(), '--state', 'settled', '--json']);
  expect(JSON.parse(there.out)).toMatchObject({ pipeline: 'shop.back', key: 'id=8', settledBy: 'ann' });
  const again = await ended([...keep, '--lang', 'zh']);
  expect(again.code).toBe(1);
  expect(again.err).toMatch(/CONFLICT_SETTLED.*由 ann 于/s);
});

test('one direction of it alone is refused', async () => {
  const alone = await ended([
    ...['sync', '--from', a.url(), '--to', b.url(), '--tables', 'shop.*', '--name', 'shop.out', '--until-caught-up'],
  ]);
  expect(alone.code).toBe(2);
  expect(alone.err).toContain('PREFLIGHT_FAILED');
});

test('rules of tables cannot be read, or are given one way', async () => {
  const wrong = await ended([...sync(), '--conflict-rule', 'shop.t:latest']);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('the rule is newest, from, to, columns')]);
  const oneWay = await ended([
    ...['sync', '--from', a.url(), '--to', b.url(), '--tables', 'shop.*', '--conflict-rule', 'shop.t:columns'],
  ]);
  expect([oneWay.code, oneWay.err]).toEqual([
    2,
    expect.stringContaining('--conflict-rule only makes sense with --two-way'),
  ]);
});

test('what would make the two directions mean other rows is refused', async () => {
  const { code, err } = await ended([...sync(), '--map', 'shop.t:shop.u']);
  expect(code).toBe(2);
  expect(err).toContain('--map does not go with --two-way');
});

test('whatever conflicts could not be told without is a finding of the preflight', async () => {
  await a.query('CREATE TABLE shop.keyless (n INT); SET GLOBAL binlog_row_image=MINIMAL');
  await b.query('CREATE TABLE shop.folded (id VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY)');
  for (const site of [a, b])
    await site.query(
      'CREATE TABLE shop.kinds (id INT PRIMARY KEY, code INT UNIQUE, ratio DOUBLE, qty INT UNSIGNED NOT NULL, less INT, twice INT AS (qty*2))',
    );
  try {
    const rules = ['gone:columns', 'kinds:counter(id,code,ratio,qty,less,twice,none)', 't:greatest(text)'];
    const { code, out } = await ended([
      ...[...sync(), '--check'],
      ...rules.flatMap((rule) => ['--conflict-rule', `shop.${rule}`]),
    ]);
    expect(code).toBe(2);
    const lines = out.split('\n').filter((line) => line.includes('"stop"'));
    expect(lines.join('\n')).toContain('shop.keyless has no primary key');
    expect(lines.join('\n')).toContain('shop.folded.id');
    expect(lines.join('\n')).toContain('binlog_row_image');
    for (const finding of [
      'No table of this pair matches the conflict rule for shop.gone.',
      '\\"id\\" is part of a key of shop.kinds',
      '\\"code\\" is part of a key of shop.kinds',
      '\\"ratio\\" of shop.kinds is double',
      '\\"less\\" of shop.kinds may be NULL',
      '\\"twice\\" of shop.kinds is generated',
      'shop.kinds has no column \\"none\\"',
      '\\"text\\" of shop.t is varchar(40)',
    ])
      expect(lines.join('\n')).toContain(finding);
    expect(out).toContain('\\"qty\\" of shop.kinds is unsigned');
  } finally {
    await a.query('DROP TABLE shop.keyless; SET GLOBAL binlog_row_image=FULL');
    await b.query('DROP TABLE shop.folded');
    for (const site of [a, b]) await site.query('DROP TABLE shop.kinds');
  }
});
