// Goal: a table that stops in a real pipeline is told to a receiver, once, and told again when the table goes on; a
// restart of the manager in between neither forgets nor repeats it. Method: `startManager` with its node over two real
// servers, and a receiver that listens on 127.0.0.1 and keeps what it gets.
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@otter/core';
import { startManager, type Manager } from '@otter/manager';
import { WorkerPipelines } from '@otter/node';
import { ManagerClient, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverPorts } from '../../packages/cli/src/manager/server-ports.ts';

const PASSWORD = 'correct horse battery';
const KEY = 'signing s3cret';
const TIMEOUT_MS = 30_000;
const readers = { readFile: (path: string) => readFileSync(path, 'utf8'), env: () => undefined, noteSecret: () => {} };

interface Told {
  event: string;
  alarm: { id: number; severity: string; pipelineName: string; facts: { tables: string[] } } | null;
}

const dataDir = mkdtempSync(join(tmpdir(), 'otter-alarms-'));
const told: Told[] = [];
/** Answered with a failure so many times. */
let refusals = 0;
let receiver: Server;
let source: RunningServer;
let target: RunningServer;
let host: WorkerPipelines;
let manager: Manager;
let client: ManagerClient;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { 'x-otter-timestamp': at, 'x-otter-signature': signature } = request.headers;
      const isOurs =
        signature ===
        `sha256=${createHmac('sha256', KEY)
          .update(`${String(at)}.${body}`)
          .digest('hex')}`;
      const isRefused = !isOurs || (refusals -= 1) >= 0;
      if (!isRefused) told.push(JSON.parse(body) as Told);
      response.writeHead(isRefused ? 503 : 200).end(isRefused ? `not now, ${KEY}` : 'thank you');
    });
  });
  await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve));
  [source, target] = await Promise.all([startServer(), startServer()]);
  await source.query(
    `CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, n INT); CREATE TABLE shop.items (id INT PRIMARY KEY);
     INSERT INTO shop.orders VALUES (1, 1), (2, 2)`,
  );
  await openManager();
  const server = (name: string, { port }: RunningServer) =>
    client.ask('POST', '/data-sources', { name, primary: { host: '127.0.0.1', port }, user: 'root', password: '' });
  await Promise.all([server('a', source), server('b', target)]);
  await client.ask('POST', '/channels', { name: 'shop' });
  await client.ask('POST', '/channels/1/pipelines', { name: 'there', sourceId: 1, targetId: 2 });
  await client.ask('PUT', '/pipelines/1/mappings', { mappings: [{ source: 'shop.*' }] }, { 'if-match': '"1"' });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await client.ask('POST', '/alarm-receivers', { name: 'hook', type: 'webhook', url, signingKey: KEY });
  await client.ask('POST', '/channels/1/start');
}, 60_000);

afterAll(async () => {
  await manager?.close();
  await host?.close();
  await Promise.all([source?.stop(), target?.stop()]);
  receiver?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function openManager(): Promise<void> {
  host = new WorkerPipelines({ ...readers, temporaryDirectory: tmpdir(), name: 'node-1' });
  manager = await startManager({
    ...{ dataDir, host, version: '0', nodeName: 'node-1', consoleDir: null },
    ...serverPorts(readers, tmpdir()),
    ...{ secretKey: null, adminPassword: PASSWORD, listen: { host: '127.0.0.1', port: 0 } },
    ...{ log: silentLog, passwordCost: { logN: 4 } },
  });
  client = new ManagerClient(manager.url);
  await client.signIn('admin', PASSWORD);
}

const events = (): string[] => told.map(({ event }) => event);

async function hears(wanted: readonly string[]): Promise<void> {
  await waitFor(() => Promise.resolve(events().length >= wanted.length), {
    what: `the receiver to hear ${wanted.join(', ')}; it heard ${events().join(', ')}`,
    timeoutMs: TIMEOUT_MS,
  });
  expect(events()).toEqual(wanted);
}

const rows = (server: RunningServer) => server.query('SELECT id, n FROM shop.orders ORDER BY id');
const raised = async () =>
  (await client.ask<{ items: { ruleName: string }[] }>('GET', '/alarms?state=raised')).items.map(
    ({ ruleName }) => ruleName,
  );

async function equal(): Promise<void> {
  await waitFor(
    async () => {
      const copied = await rows(target).catch(() => null);
      return JSON.stringify(copied) === JSON.stringify(await rows(source));
    },
    { what: 'both sides to be equal', timeoutMs: TIMEOUT_MS },
  );
}

test('a test message tells what the receiver said, without the key', async () => {
  refusals = 1;
  const refused = await client.ask<{ ok: boolean; answer: string }>('POST', '/alarm-receivers/1/test');
  expect(refused).toMatchObject({ ok: false, answer: 'HTTP 503 not now, ***' });
  expect(await client.ask('POST', '/alarm-receivers/1/test')).toMatchObject({ ok: true, answer: 'HTTP 200 thank you' });
  expect(told).toMatchObject([{ event: 'test', alarm: null }]);
});

test('a table that stops is told once, over a refusal and a restart, and told to be well again', async () => {
  await equal();
  refusals = 1;
  await target.query('DELETE FROM shop.orders WHERE id = 2');
  await source.query('UPDATE shop.orders SET n = 9 WHERE id = 2');
  await hears(['test', 'raised']);
  expect(told[1]?.alarm).toMatchObject({
    ...{ severity: 'critical', pipelineName: 'there', facts: { tables: ['shop.orders'] } },
  });
  // What else runs is not delayed.
  await source.query('INSERT INTO shop.items VALUES (7)');
  await waitFor(async () => (await target.query('SELECT id FROM shop.items')).length === 1, { timeoutMs: TIMEOUT_MS });

  await manager.close();
  await host.close();
  await openManager();
  expect(await raised()).toEqual(['Table stopped']);
  await waitFor(
    async () => {
      const { pipelines } = await client.ask<{ pipelines: { status: { state?: string } | null }[] }>(
        'GET',
        '/channels/1/status',
      );
      return pipelines[0]?.status?.state === 'running';
    },
    { what: 'the pipeline to run again', timeoutMs: TIMEOUT_MS },
  );
  expect(await raised()).toEqual(['Table stopped']);

  await target.query('INSERT INTO shop.orders VALUES (2, 2)');
  const { items } = await client.ask<{ items: { id: number }[] }>('GET', '/pipelines/1/errors');
  await client.ask('POST', '/pipelines/1/errors/retry', { ids: items.map(({ id }) => id) });
  await hears(['test', 'raised', 'cleared']);
  expect(told[2]?.alarm?.id).toBe(told[1]?.alarm?.id);
  await equal();
  expect(await raised()).toEqual([]);
}, 120_000);
