import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertTablesEqual, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const PASSWORD = 'geheim-Pa55!';

let source: RunningServer;
let target: RunningServer;
let folder: string;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  folder = mkdtempSync(join(tmpdir(), 'otter-cli-'));
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
  if (folder) rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  const table = 'CREATE TABLE shop.t (id INT PRIMARY KEY, title VARCHAR(50), n INT)';
  await target.query('DROP DATABASE IF EXISTS retl');
  for (const server of [source, target]) {
    await server.query(`DROP DATABASE IF EXISTS shop; CREATE DATABASE shop CHARACTER SET utf8mb4; ${table}`);
  }
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  ms: number;
}

/** Starts the built binary. */
function start(argv: readonly string[], env: Record<string, string> = {}) {
  const startedAt = Date.now();
  const child = spawn(process.execPath, [PROGRAM, ...argv], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(([code]): Ended => ({
    code: code as number | null,
    ...output,
    ms: Date.now() - startedAt,
  }));
  return { child, output, ended };
}

function otter(argv: readonly string[], env?: Record<string, string>): Promise<Ended> {
  return start(argv, env).ended;
}

function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function startAtEnd(): Promise<string> {
  const [row] = await source.query('SHOW MASTER STATUS');
  return `binlog:${String(row?.['File'])}:${String(row?.['Position'])}`;
}

function servers(): string[] {
  return ['--from', source.url(), '--to', target.url(), '--tables', 'shop.*'];
}

const pair = [{ schema: 'shop', table: 't' }];

describe('otter sync', () => {
  test('carries rows, prints JSON lines, remembers its position', async () => {
    const begin = await startAtEnd();
    await source.query("INSERT INTO shop.t VALUES (1, '青花瓷 🍵', 1), (2, 'x', 2); UPDATE shop.t SET n = n + 1");
    const first = await otter(['sync', ...servers(), '--start', begin, '--until-caught-up', '--json']);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    const lines = jsonLines(first.stdout);
    expect(lines[0]).toMatchObject({ event: 'preflight' });
    expect(lines.at(-1)).toMatchObject({ event: 'done', reason: 'caught up', exitCode: 0, rowsApplied: 4 });
    await assertTablesEqual({ source: source.address, target: target.address, tables: pair });

    // The stored checkpoint wins over --start: applied again, the first INSERT would be refused.
    const second = await otter(['sync', ...servers(), '--start', begin, '--until-caught-up', '--json']);
    expect(second.code).toBe(0);
    expect(jsonLines(second.stdout).at(-1)).toMatchObject({ rowsApplied: 0, name: lines[0]?.['name'] });

    const shown = await otter(['position', 'show', '--json', ...servers()]);
    expect(jsonLines(shown.stdout)).toMatchObject([{ pipeline: lines[0]?.['name'] }]);
  });

  test('a file of options, names and columns changed on the way', async () => {
    await target.query('CREATE TABLE shop.copy (id INT PRIMARY KEY, name VARCHAR(50))');
    const begin = await startAtEnd();
    await source.query("INSERT INTO shop.t VALUES (1, 'a', 1)");
    const file = join(folder, 'sync.yaml');
    const options = [
      `from: ${source.url()}`,
      `to: ${target.url()}`,
      'tables: [shop.t]',
      'map: { shop.t: shop.copy }',
      "columns: { shop.t: ['-n', title=name] }",
      `start: ${begin}`,
      'until-caught-up: true',
    ];
    writeFileSync(file, options.join('\n'));
    const { code, stderr } = await otter(['sync', '-c', file]);
    expect(stderr).not.toMatch(/otter: /);
    expect(code).toBe(0);
    expect(await target.query('SELECT id, name FROM shop.copy')).toEqual([{ id: 1, name: 'a' }]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s under load ends with 0 and the next run goes on', async (signal) => {
    const begin = await startAtEnd();
    const { child, output, ended } = start(['sync', ...servers(), '--start', begin, '--json']);
    for (let i = 1; i <= 300; i++) {
      await source.query(`INSERT INTO shop.t VALUES (${i}, 'row', 0); UPDATE shop.t SET n = n + 1 WHERE id <= 5`);
      if (i === 150) {
        await waitFor(() => /"state":"running"/.test(output.stdout), { what: 'the sync to run' });
        child.kill(signal);
      }
    }
    const end = await ended;
    expect(end.code).toBe(0);
    expect(jsonLines(end.stdout).at(-1)).toMatchObject({ event: 'done', reason: 'stopped', exitCode: 0 });
    const rest = await otter(['sync', ...servers(), '--until-caught-up']);
    expect(rest.code).toBe(0);
    await assertTablesEqual({ source: source.address, target: target.address, tables: pair });
  });

  test('a parked table: exit 1, looked up, repaired, retried, equal', async () => {
    const begin = await startAtEnd();
    await source.query("INSERT INTO shop.t VALUES (1, 'a', 1), (2, 'b', 1)");
    expect((await otter(['sync', ...servers(), '--start', begin, '--until-caught-up'])).code).toBe(0);
    await target.query('DELETE FROM shop.t WHERE id = 2');
    await source.query("UPDATE shop.t SET n = 7 WHERE id = 2; INSERT INTO shop.t VALUES (3, 'c', 1)");
    const stopped = await otter(['sync', ...servers(), '--until-caught-up'], { LANG: 'zh_CN.UTF-8' });
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/otter: ROW_MISSING[^]*shop\.t is parked, error[^]*处理办法: /);
    const to = ['--to', target.url()];
    expect((await otter(['errors', 'list', ...to])).stdout).toMatch(/1 {2}sync-\w+ +shop\.t +open +ROW_MISSING/);
    expect((await otter(['errors', 'show', '1', ...to])).stdout).toMatch(/key {7}id=2/);
    await target.query("INSERT INTO shop.t VALUES (2, 'b', 1)");
    expect((await otter(['errors', 'retry', '1', ...to])).code).toBe(0);
    const { child, ended } = start(['sync', ...servers(), '--json']);
    try {
      const open = async () => (await otter(['errors', 'list', ...to])).stdout;
      await waitFor(async () => (await open()) === 'no open errors\n', { what: 'the table to flow again' });
    } finally {
      child.kill('SIGTERM');
    }
    expect((await ended).code).toBe(0);
    await assertTablesEqual({ source: source.address, target: target.address, tables: pair });
  });

  test('--dry-run prints SQL and writes nothing', async () => {
    const begin = await startAtEnd();
    await source.query("INSERT INTO shop.t VALUES (1, 'a', 1)");
    const { code, stdout } = await otter(['sync', ...servers(), '--start', begin, '--until-caught-up', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^INSERT INTO `shop`\.`t` .*;\n(-- .*[^;]\n)?$/);
    expect(await target.query('SELECT * FROM shop.t')).toEqual([]);
    expect(await target.query("SHOW DATABASES LIKE 'retl'")).toEqual([]);
  });

  test('--check says what is there and what is missing; nobody prints a password', async () => {
    const good = await otter(['sync', ...servers(), '--check']);
    expect(good.code).toBe(0);
    expect(good.stdout).toMatch(/ok +source +log_bin[^]*Ready: /);

    await source.query(`CREATE OR REPLACE USER weak@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
    const url = (password: string): string => `mysql://weak:${encodeURIComponent(password)}@127.0.0.1:${source.port}/`;
    const weak = await otter(['sync', '--check', '--from', url(PASSWORD), ...servers().slice(2)]);
    expect(weak.code).toBe(2);
    expect(weak.stdout).toMatch(/stop[^]*GRANT [^]*REPLICATION/);
    const wrong = await otter(['sync', '--json', '--from', url(`${PASSWORD}x`), ...servers().slice(2)], {
      OTTER_DEBUG: '1',
    });
    expect(wrong.code).toBeGreaterThan(0);
    for (const { stdout, stderr } of [weak, wrong]) expect(stdout + stderr).not.toContain(PASSWORD);
  });

  test('a server that is not there: 1 at a start, 2 with --check', async () => {
    const argv = ['sync', '--from', 'mysql://root@127.0.0.1:1/', ...servers().slice(2)];
    const failed = await otter(argv);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/otter: SOURCE_UNREACHABLE/);
    expect((await otter([...argv, '--check'])).code).toBe(2);
  });
});

test('a second signal does not wait: 130', async () => {
  const { child, output, ended } = start(['sync', ...servers(), '--json']);
  await waitFor(() => /"state":"running"/.test(output.stdout), { what: 'the sync to run' });
  // The target freezes: the stop cannot finish its commit.
  process.kill(target.pid, 'SIGSTOP');
  try {
    await source.query("INSERT INTO shop.t VALUES (1, 'a', 1)");
    child.kill('SIGTERM');
    await waitFor(() => output.stdout.includes('"event":"stopping"'), { what: 'the first signal to be heard' });
    child.kill('SIGTERM');
    expect((await ended).code).toBe(130);
  } finally {
    process.kill(target.pid, 'SIGCONT');
  }
});

test('otter demo compares equal in under 15 seconds and leaves nothing behind', async () => {
  const { child, ended } = start(['demo']);
  const { code, stdout, ms } = await ended;
  expect(stdout).toMatch(/^EQUAL: 5 tables, [\d,]+ rows compared/m);
  expect(stdout).toMatch(/never broken$/m);
  expect(code).toBe(0);
  // Other tests share the two cores; alone it takes about eleven seconds.
  expect(ms).toBeLessThan(30_000);
  const own = new RegExp(`^otter-srv-\\d+-${child.pid}-`);
  expect(readdirSync(tmpdir()).filter((name) => own.test(name))).toEqual([]);
});
