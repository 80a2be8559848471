/**
 * Goal: `otter start` gives, from the command line alone, a manager that is told over its API what to keep equal, keeps it
 * so, applies changes of its configuration without losing or repeating a row, and goes on after an end of any kind.
 *
 * Method: the built program as a process, real servers, requests as a client sends them; counters that only ever grow by
 * one on the source show what was lost or repeated.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataSourceOf, ManagerClient, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManagerProcess, otter } from '../support/manager-process.ts';
import { assertSchemasEqual } from '../support/same-schema.ts';

interface ChannelStatus {
  pipelines: { state: string; error: { code: string } | null }[];
}

let source: RunningServer;
let target: RunningServer;
let dataDir: string;
const processes: ManagerProcess[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'otter-start-'));
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  for (const process of processes) await process.end('SIGKILL');
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

function startIn(folder: string, ...options: string[]): ManagerProcess {
  const process = new ManagerProcess(folder, ...options);
  processes.push(process);
  return process;
}

function start(...options: string[]): ManagerProcess {
  return startIn(dataDir, ...options);
}

test('a sync told over the API: from nothing to rows, changed while it runs, over a kill and a stop', async () => {
  await source.query(
    `CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop; CREATE TABLE item (id INT PRIMARY KEY, n INT NOT NULL, name VARCHAR(40));
     INSERT INTO item VALUES (1,0,'铅笔'),(2,0,'本子'); CREATE TABLE later (id INT PRIMARY KEY); INSERT INTO later VALUES (1)`,
  );
  const first = start();
  const { url, password = '' } = await first.ready;
  const client = new ManagerClient(url);
  await client.signIn('admin', password);

  const probe = await client.ask<{ version: string; checks: { verdict: string }[] }>(
    'POST',
    '/data-sources/test',
    dataSourceOf('a', source.address),
  );
  expect(probe.version).toContain('MariaDB');
  expect(probe.checks.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  const wrong = { ...dataSourceOf('a', source.address), password: 'wrong' };
  expect(await client.ask('POST', '/data-sources/test', wrong)).toMatchObject({
    version: null,
    checks: [{ name: 'reachable', verdict: 'stop' }],
  });
  const sourceId = await client.create('/data-sources', dataSourceOf('a', source.address));
  const targetId = await client.create('/data-sources', dataSourceOf('b', target.address));
  const asked = { mappings: [{ source: 'shop.item', target: 'archive.item' }] };
  expect(await client.ask('POST', `/data-sources/${sourceId}/tables`, asked)).toMatchObject({
    tables: [
      { schema: 'shop', table: 'item', key: 'primary', target: 'archive.item' },
      { schema: 'shop', table: 'later', key: 'primary', target: null },
    ],
    isCut: false,
  });
  const columns = await client.ask<object>('GET', `/data-sources/${sourceId}/columns?schema=shop&table=item`);
  expect(columns).toMatchObject({ columns: [{ name: 'id', isKey: true, nullable: false }, {}, { nullable: true }] });
  const draft = { sourceId, targetId, mappings: [{ source: 'shop.item' }] };
  const { checks } = await client.ask<{ checks: { verdict: string; text: string }[] }>('POST', '/preflight', draft);
  expect(checks.filter(({ verdict }) => verdict === 'stop')).toEqual([]);
  expect(checks.map(({ text }) => text)).toContain('shop.item will be created for it.');
  const { channelId, pipelineId } = await client.startChannel({
    ...{ name: 'shop', sourceId, targetId, tables: 'shop.item' },
  });

  const writing = new AbortController();
  let times = 0;
  const writer = (async () => {
    const connection = await source.connect();
    for (; !writing.signal.aborted; times++) await connection.query('UPDATE shop.item SET n=n+1');
    await connection.end();
  })();
  const counted = async (): Promise<number> => {
    const rows = await target.query('SELECT MAX(n) AS n FROM shop.item').catch(() => []);
    return Number(rows[0]?.['n'] ?? -1);
  };
  const flows = async (what: string): Promise<void> => {
    const before = Math.max(0, await counted());
    await waitFor(async () => (await counted()) > before, { what, timeoutMs: 20_000 });
  };
  try {
    await flows('rows to flow');
    const mappings = { mappings: [{ source: 'shop.item' }, { source: 'shop.later' }] };
    await client.replace(`/pipelines/${pipelineId}/mappings`, mappings);
    await waitFor(async () => (await target.query('SELECT * FROM shop.later').catch(() => [])).length === 1, {
      what: 'the table that was added',
      timeoutMs: 20_000,
    });
    await flows('rows to flow after the change');

    await first.end('SIGKILL');
    const second = start();
    const again = new ManagerClient((await second.ready).url);
    await again.signIn('admin', password);
    await flows('rows to flow after the kill');
    const refused = start();
    await expect(refused.ready).rejects.toThrow('DATA_DIR_IN_USE');

    await again.ask('POST', `/channels/${channelId}/stop`);
    await waitFor(
      async () =>
        (await again.ask<ChannelStatus>('GET', `/channels/${channelId}/status`)).pipelines[0]?.state === 'stopped',
      { what: 'the channel to stop' },
    );
    const atStop = await counted();
    await again.ask('POST', `/channels/${channelId}/start`);
    await waitFor(async () => (await counted()) > atStop, { what: 'rows after the start', timeoutMs: 20_000 });
    writing.abort();
    await writer;
    await waitFor(async () => (await counted()) === times, { what: `all of ${times}`, timeoutMs: 30_000 });
    expect(await second.end('SIGTERM')).toBe(0);
    expect(second.stderr).toBe('');
  } finally {
    writing.abort();
    await writer;
  }
  await assertSchemasEqual(source, target, 'shop');
});

test('a store on a server has one manager; whoever reads its folder lets the administrator in again', async () => {
  await target.query('CREATE DATABASE manager');
  const { host, port, user, password } = target.address;
  const store = ['--store', `mysql://${user}:${encodeURIComponent(password)}@${host}:${port}/manager`];
  const folder = mkdtempSync(join(tmpdir(), 'otter-store-'));
  const passwordFile = join(folder, 'password');
  try {
    const first = startIn(folder, ...store);
    const { url, password: drawn = '' } = await first.ready;
    await expect(startIn(dataDir, ...store).ready).rejects.toThrow('STORE_IN_USE');

    const client = new ManagerClient(url);
    await client.signIn('admin', drawn);
    writeFileSync(passwordFile, 'correct horse\n');
    const set = (where: string) =>
      otter('admin-password', '--data-dir', where, ...store, '--admin-password-file', passwordFile);
    // Without the key of the store nobody is let in, and none is made.
    const elsewhere = join(folder, 'elsewhere');
    expect(await set(elsewhere)).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE') as unknown });
    expect(existsSync(elsewhere)).toBe(false);
    expect((await client.call('GET', '/session')).status).toBe(200);
    expect(await set(folder)).toMatchObject({ code: 0, stderr: '' });
    expect((await client.call('GET', '/session')).status).toBe(401);
    await client.signIn('admin', 'correct horse');
    writeFileSync(passwordFile, 'short');
    expect(await set(folder)).toMatchObject({ code: 2 });

    // Another manager waits for the lock in the moment in which the connection that has it is lost.
    const second = startIn(elsewhere, ...store, '--secret-key-file', join(folder, 'secret.key'));
    const connections = async (condition: string): Promise<number[]> => {
      const list = "SELECT id FROM information_schema.processlist WHERE db='manager' AND";
      return (await target.query(`${list} ${condition} ORDER BY id`)).map((row) => Number(row['id']));
    };
    await waitFor(async () => (await connections("state='User lock'")).length === 1, { what: 'the second to wait' });
    await target.query(`KILL ${(await connections('TRUE'))[0]}`);
    await second.ready;
    expect(await first.ended).toBe(2);
    expect(first.stderr).toContain('STORE_IN_USE');

    await second.end('SIGKILL');
    const third = startIn(folder, ...store);
    await third.ready;
    expect(await third.end('SIGTERM')).toBe(0);
  } finally {
    for (const process of processes) await process.end('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
