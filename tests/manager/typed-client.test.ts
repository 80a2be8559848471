/**
 * Goal: the OpenAPI document that a manager serves is enough to write a program against it: a client typed by it drives a
 * whole sync, from two servers to equal rows.
 *
 * Method: the types are those of the console, which `tools/documents.test.ts` keeps equal to the served document; the
 * compiler refuses a request or a use of an answer that the document does not describe. The program has a token, as
 * programs do.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataSourceOf, ManagerClient, startServer, waitFor, type RunningServer } from '@otter/testkit';
import createClient from 'openapi-fetch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { paths } from '../../packages/console/src/api/contract.ts';
import { ManagerProcess } from '../support/manager-process.ts';
import { assertSchemasEqual } from '../support/same-schema.ts';

let dataDir: string;
let source: RunningServer;
let target: RunningServer;
let manager: ManagerProcess;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'otter-typed-'));
  [source, target] = await Promise.all([startServer(), startServer()]);
  manager = new ManagerProcess(dataDir);
});

afterAll(async () => {
  await manager?.end('SIGKILL');
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

/** The body of an answer that has to be one of success. */
function got<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

test('a client typed by the served document drives a whole sync', async () => {
  await source.query(
    'CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, n INT); INSERT INTO shop.item VALUES (1,1)',
  );
  const { url, password = '' } = await manager.ready;
  const administrator = new ManagerClient(url);
  await administrator.signIn('admin', password);
  const asked = { name: 'program', scopes: ['read', 'configure', 'operate'] };
  const { secret } = await administrator.ask<{ secret: string }>('POST', '/tokens', asked);
  const client = createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${secret}` } });

  // @ts-expect-error A body without what it needs is refused by the types, and by the manager.
  const refused = await client.POST('/api/v1/data-sources', { body: { name: 'x' } });
  expect(refused.error).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });

  const dataSource = async (name: string, { address }: RunningServer): Promise<number> =>
    got(await client.POST('/api/v1/data-sources', { body: dataSourceOf(name, address) })).id;
  const ends = { sourceId: await dataSource('a', source), targetId: await dataSource('b', target) };
  const mappings = [{ source: 'shop.*' }];
  const { checks } = got(await client.POST('/api/v1/preflight', { body: { ...ends, mappings } }));
  expect(checks.filter(({ verdict }) => verdict === 'stop')).toEqual([]);
  const channel = got(await client.POST('/api/v1/channels', { body: { name: 'shop' } }));
  const ofChannel = { params: { path: { id: String(channel.id) } } };
  const body = { name: 'shop', ...ends };
  const pipeline = got(await client.POST('/api/v1/channels/{id}/pipelines', { ...ofChannel, body }));
  const path = { id: String(pipeline.id) };
  const { response } = await client.GET('/api/v1/pipelines/{id}/mappings', { params: { path } });
  const header = { 'if-match': response.headers.get('etag') ?? '' };
  got(await client.PUT('/api/v1/pipelines/{id}/mappings', { params: { path, header }, body: { mappings } }));

  const becomes = async (state: string): Promise<void> => {
    const is = async (): Promise<boolean> => {
      const { pipelines } = got(await client.GET('/api/v1/channels/{id}/status', ofChannel));
      return pipelines.length === 1 && pipelines.every((each) => each.state === state && each.error === null);
    };
    await waitFor(is, { what: `the channel to be ${state}`, timeoutMs: 30_000 });
  };
  got(await client.POST('/api/v1/channels/{id}/start', ofChannel));
  await becomes('running');
  await source.query('INSERT INTO shop.item VALUES (2,2); UPDATE shop.item SET n=3 WHERE id=1');
  const arrived = async (): Promise<boolean> =>
    (await target.query('SELECT id FROM shop.item WHERE n>1').catch(() => [])).length === 2;
  await waitFor(arrived, { what: 'the rows', timeoutMs: 30_000 });
  got(await client.POST('/api/v1/channels/{id}/stop', ofChannel));
  await becomes('stopped');
  await assertSchemasEqual(source, target, 'shop');
});
