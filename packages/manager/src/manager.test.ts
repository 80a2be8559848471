import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ACCESS } from './auth/access.ts';
import { createWorld, PASSWORD, samples, SECRET, type World } from './http/world.fixture.ts';
import { startManager, type Manager } from './manager.ts';
import { fakeManagerOptions } from './manager-options.fixture.ts';
import { FakeHost } from './run/fake-host.fixture.ts';
import { Store } from './store/store.ts';

describe('a manager', () => {
  let dataDir: string;
  let host: FakeHost;
  let manager: Manager;
  const start = async (): Promise<Manager> => startManager({ ...fakeManagerOptions(dataDir), host });
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'otter-manager-'));
    host = new FakeHost();
    manager = await start();
  });
  afterEach(async () => {
    await manager.close();
    rmSync(dataDir, { recursive: true });
  });

  /** What a browser does: signs in, and says who it is from then on. */
  async function browser(password: string) {
    const post = { method: 'POST', headers: { 'content-type': 'application/json', 'x-otter-request': '1' } };
    const body = JSON.stringify({ name: 'admin', password });
    const signedIn = await fetch(`${manager.url}/api/v1/session`, { ...post, body });
    expect(signedIn.status).toBe(204);
    const setCookie = signedIn.headers.get('set-cookie') ?? '';
    expect(setCookie).toMatch(/^otter_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const cookie = setCookie.split(';')[0] ?? '';
    return (path: string, init: RequestInit & { json?: unknown } = {}) =>
      fetch(`${manager.url}${path}`, {
        ...init,
        headers: {
          cookie,
          'x-otter-request': '1',
          ...(init.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(init.headers as Record<string, string> | undefined),
        },
        ...(init.json === undefined ? {} : { body: JSON.stringify(init.json) }),
      });
  }

  test('goes from nothing to a running channel, shows it live, and resumes it after a restart', async () => {
    expect(manager.drawnPassword).toMatch(/^[\w-]{20}$/);
    let call = await browser(manager.drawnPassword ?? '');
    const post = async (path: string, json?: unknown) => {
      const response = await call(path, { method: 'POST', json });
      expect(response.status, path).toBeLessThan(300);
      return (await response.json()) as { id: number };
    };
    const tls = { mode: 'verify-ca', ca: '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n' };
    const place = { primary: { host: 'db1', port: 3306 }, user: 'otter', password: SECRET };
    const source = await post('/api/v1/data-sources', { name: 'a', ...place, tls });
    const target = await post('/api/v1/data-sources', { name: 'b', ...place });
    const channel = await post('/api/v1/channels', { name: '订单' });
    const ids = { sourceId: source.id, targetId: target.id };
    const pipeline = await post(`/api/v1/channels/${channel.id}/pipelines`, { name: 'p', ...ids });
    const mappings = `/api/v1/pipelines/${pipeline.id}/mappings`;
    const etag = (await call(mappings)).headers.get('etag') ?? '';
    const json = { mappings: [{ source: 'shop.*' }] };
    expect((await call(mappings, { method: 'PUT', json, headers: { 'if-match': etag } })).status).toBe(200);
    await post(`/api/v1/channels/${channel.id}/start`);
    await vi.waitFor(() => expect(host.running.size).toBe(1));
    const from = String(host.running.get(String(pipeline.id))?.options.from);
    const pem = new URL(from).searchParams.get('tls-ca') ?? '';
    expect(readFileSync(pem, 'utf8')).toBe(tls.ca);
    const status = await (await call(`/api/v1/channels/${channel.id}/status`)).json();
    expect(status).toMatchObject({ pipelines: [{ name: 'p', state: 'running', desired: 'running' }] });
    const drawn = manager.drawnPassword ?? '';
    await manager.close();
    expect(host.running.size).toBe(0);
    manager = await start();
    expect(manager.drawnPassword).toBeNull();
    await vi.waitFor(() => expect(host.running.size).toBe(1));
    call = await browser(drawn);
    expect((await call('/api/v1/session')).status).toBe(200);
  });

  test('streams what changes, to those who may hear it, and ends the stream when it ends', async () => {
    expect((await fetch(`${manager.url}/api/v1/live`)).status).toBe(401);
    const call = await browser(manager.drawnPassword ?? '');
    const response = await call('/api/v1/live');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('event: snapshot\ndata: []\n\n');
    await manager.close();
    expect((await reader.read()).done).toBe(true);
    manager = await start();
  });

  test('takes a path as it stands', async () => {
    const statusOf = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const { hostname, port } = new URL(manager.url);
        const sent = httpRequest({ hostname, port, path }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.on('error', reject).end();
      });
    for (const path of ['/api/v1/../../etc/passwd', '/api/v1/channels/../health', '/%2e%2e/%2e%2e/etc/passwd', '/%']) {
      expect([path, await statusOf(path)]).toEqual([path, path === '/%' ? 400 : 404]);
    }
    expect(await statusOf('/api/v1/health')).toBe(200);
  });
});

describe('the interface', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => world.close());
  const admin = (name: keyof typeof ACCESS) => world.as('ADMIN', samples(world.ids)[name]);

  test('is described by a document that validates, with every route in it and nothing secret', async () => {
    const document = (await admin('openapi.read')).json<Record<string, unknown>>();
    const result = await new Validator().validate(document);
    expect(result).toMatchObject({ valid: true });
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
      (methods) => Object.values(methods).map((operation) => operation.operationId),
    );
    expect(operations.sort()).toEqual(Object.keys(ACCESS).sort());
    const page = await admin('docs.read');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body.match(/<details>/g)).toHaveLength(operations.length);
    expect(page.body).not.toContain('<script');
  });

  test('never gives a secret back', async () => {
    await admin('data-sources.update');
    await admin('users.create');
    const answers = ['data-sources.list', 'data-sources.read', 'users.list', 'audit.list', 'events.list'] as const;
    for (const name of answers) {
      const { body, statusCode } = await admin(name);
      expect(statusCode).toBe(200);
      expect(body).not.toMatch(new RegExp(`${SECRET}|scrypt|v1\\.[A-Za-z0-9+/]{20}`));
    }
    await admin('data-sources.test-stored');
    expect(world.probed[0]).toMatchObject({ host: 'db', password: 'p' });
  });

  test('a change names the version it was made on', async () => {
    const url = `/api/v1/channels/${world.ids.empty}`;
    const read = await world.as('ADMIN', { method: 'GET', url });
    expect(read.headers.etag).toBe('"1"');
    const put = (etag: string) =>
      world.as('ADMIN', { method: 'PUT', url, headers: { 'if-match': etag }, payload: { name: 'changed' } });
    const changed = await put('"1"');
    expect([changed.statusCode, changed.headers.etag]).toEqual([200, '"2"']);
    const late = await put('"1"');
    expect([late.statusCode, late.json<{ code: string }>().code]).toEqual([412, 'VERSION_MISMATCH']);
  });

  test('a POST sent twice under one key is made once', async () => {
    const create = (payload: object) =>
      world.as('ADMIN', { method: 'POST', url: '/api/v1/tokens', headers: { 'idempotency-key': 'k' }, payload });
    const asked = { name: 'new', scopes: ['read'] };
    const one = await create(asked);
    const two = await create(asked);
    expect([one.statusCode, two.statusCode, two.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    expect(two.body).toBe(one.body);
    expect((await create({ ...asked, name: 'other' })).statusCode).toBe(422);
    expect((await admin('tokens.list')).json<{ items: unknown[] }>().items).toHaveLength(2);
    // What was refused may be sent again, and the key of one person is not that of another.
    const refused = { method: 'POST' as const, url: `/api/v1/channels/${world.ids.empty}/start` };
    for (let i = 0; i < 2; i++) {
      const answer = await world.as('ADMIN', { ...refused, headers: { 'idempotency-key': 'r' } });
      expect(answer.json<{ code: string }>().code).toBe('STATE_CONFLICT');
    }
    const other = {
      method: 'POST' as const,
      url: '/api/v1/tokens',
      headers: { 'idempotency-key': 'k' },
      payload: asked,
    };
    expect((await world.as('VIEWER', other)).headers['idempotency-replayed']).toBeUndefined();
  });

  test('a request is noted as carried out with its change: a repetition after a crash before the answer is refused', async () => {
    const payload = { name: 'new', scopes: ['read'] };
    const request = { method: 'POST' as const, url: '/api/v1/tokens', payload, headers: { 'idempotency-key': 'k' } };
    const { store } = world.services;
    const note = () => store.read((db) => db.selectFrom('idempotencyKeys').selectAll().executeTakeFirstOrThrow());
    const statuses: (number | null)[] = [];
    const write = vi.spyOn(store, 'write');
    write.mockImplementation(async (work) => {
      const result = await Store.prototype.write.call(store, work);
      statuses.push((await note()).status);
      return result;
    });
    expect((await world.as('ADMIN', request)).statusCode).toBe(201);
    write.mockRestore();
    // Begun, the token made, the answer kept; events are written behind it.
    expect([...new Set(statuses)]).toEqual([null, 0, 201]);
  });

  test('says in both languages what to do, and what is wrong where', async () => {
    const payload = { name: 'x', primary: { host: 'a b', port: 0 }, user: 'u', tls: { mode: 'verify-ca' } };
    const refused = await world.as('ADMIN', { method: 'POST', url: '/api/v1/data-sources', payload });
    expect(refused.json()).toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
      advice: {
        en: expect.stringContaining('Correct') as unknown,
        zh: expect.stringMatching(/\p{Script=Han}/u) as unknown,
      },
      detailZh: expect.stringContaining('body/primary/port：不小于 1') as unknown,
      fields: expect.arrayContaining([
        {
          path: 'body/primary/host',
          message: 'a host name or an IP address',
          messageZh: '应为主机名或 IP 地址',
        },
      ]) as unknown,
    });
    const used = await world.as('ADMIN', {
      method: 'DELETE',
      url: `/api/v1/data-sources/${world.ids.used}`,
      headers: { 'if-match': '"1"' },
    });
    expect(used.json()).toMatchObject({
      status: 409,
      code: 'IN_USE',
      detail: expect.stringContaining('"shop"') as unknown,
    });
  });

  test('a wrong password says how long to wait once there were too many', async () => {
    const attempt = (password: string) =>
      world.as('VIEWER', { method: 'POST', url: '/api/v1/session', payload: { name: 'spare', password } });
    for (let i = 0; i < 5; i++) expect((await attempt('wrong')).statusCode).toBe(401);
    const locked = await attempt(PASSWORD);
    expect([locked.statusCode, Number(locked.headers['retry-after']) > 0]).toEqual([429, true]);
  });

  test('signing out and a new password end sessions at once', async () => {
    expect((await world.as('VIEWER', samples(world.ids)['session.delete'])).statusCode).toBe(204);
    expect((await world.as('VIEWER', { method: 'GET', url: '/api/v1/session' })).statusCode).toBe(401);
    const payload = { password: 'another password' };
    await world.as('ADMIN', { method: 'POST', url: '/api/v1/users/2/password', payload });
    expect((await world.as('OPERATOR', { method: 'GET', url: '/api/v1/session' })).statusCode).toBe(401);
  });

  test('a change of what runs is in effect when it is answered', async () => {
    await admin('channels.start');
    const id = String(world.ids.pipeline);
    await vi.waitFor(() => expect(world.host.running.has(id)).toBe(true));
    expect((await admin('parameters.replace')).statusCode).toBe(200);
    await vi.waitFor(() => expect(world.host.running.get(id)?.options.workers).toBe(3));
    expect(world.host.calls).toEqual([`start ${id}`, `stop ${id}`, `start ${id}`]);
    const effective = await admin('pipelines.parameters');
    expect(effective.json()).toEqual({ workers: { value: 3, from: 'system' } });
    const deleted = await admin('pipelines.delete');
    expect(deleted.json<{ code: string }>().code).toBe('VERSION_MISMATCH');
  });

  test('a pipeline that still drains is not deleted', async () => {
    const id = String(world.ids.pipeline);
    let drain = (): void => undefined;
    world.host.slowStops.set(id, new Promise<void>((resolve) => (drain = resolve)));
    await admin('channels.start');
    await vi.waitFor(() => expect(world.host.running.has(id)).toBe(true));
    await admin('channels.stop');
    const { version } = (await admin('pipelines.read')).json<{ version: number }>();
    const remove = () =>
      world.as('ADMIN', { ...samples(world.ids)['pipelines.delete'], headers: { 'if-match': `"${version}"` } });
    expect((await remove()).json<{ detail: string }>().detail).toContain('still stopping');
    drain();
    await vi.waitFor(async () => expect((await remove()).statusCode).toBe(204));
    expect(world.services.live.all()).toEqual([]);
  });

  test('metrics say what was reported last, and nothing where nothing was', async () => {
    await admin('channels.start');
    const id = String(world.ids.pipeline);
    await vi.waitFor(() => expect(world.host.running.has(id)).toBe(true));
    const status = { lagMs: 1500, rowsApplied: 7, parked: [{}], position: 9n, commits: null };
    world.host.report({ kind: 'status', id, atMs: Date.now(), status });
    const { body, headers } = await admin('metrics.read');
    expect(headers['content-type']).toContain('text/plain');
    const labels = `channel_id="${world.ids.shop}",pipeline_id="${id}"`;
    expect(body).toContain(`otter_lag_seconds{${labels}} 1.5`);
    expect(body).toContain(`otter_rows_applied{${labels}} 7`);
    expect(body).toContain(`otter_tables_parked{${labels}} 1`);
    expect(body).toContain(`otter_pipeline_state{${labels},state="running"} 1`);
    expect(body).toContain(`otter_pipeline_info{${labels},channel="shop",pipeline="p"} 1`);
    expect(body).not.toMatch(/^otter_commits\{/m);
    expect(body).not.toContain('"other"');
  });
});
