/**
 * Goal: `otter verify` tells equal tables from others, names each differing row, and says so by its exit code.
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

async function verify(...flags: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const argv = ['verify', '--from', source.url(), '--to', target.url(), ...flags];
  const child = spawn(process.execPath, [PROGRAM, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
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
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
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
  expect(lines.at(-1)).toEqual({ event: 'summary', tables: 2, equal: 1, stopped: false });

  const hidden = await verify('--tables', 'shop.a', '--hide-values');
  expect(hidden.code).toBe(1);
  expect(hidden.stdout).toContain('shop.a id="7": title');
  expect(hidden.stdout).not.toContain('TITLE 7');
});

test('what cannot be used: exit 2', async () => {
  const none = await verify('--tables', 'shop.nothing');
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('shop.nothing');
  const unknown = await verify('--tables', 'shop.*', '--name', 'nobody');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toMatch(/no pipelines|no checkpoint/);
});
