import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS, type Access, type RouteName } from '../auth/access.ts';
import { ROLES, SCOPES } from '../model/user.ts';
import type { Problem } from './problem.ts';
import { createWorld, samples, type World } from './world.fixture.ts';

const ROUTES = Object.keys(ACCESS) as RouteName[];
/** The stream of events does not end, so who is let in is tested on a socket, in live.test.ts. */
const ends = (name: RouteName): boolean => name !== 'live.read';
const access = (name: RouteName): Access | null => (ACCESS[name] === 'anybody' ? null : ACCESS[name]);

let still: World;
/** What is allowed happens here, and is undone. */
let moving: World;
let before: string;
beforeAll(async () => {
  still = await createWorld();
  moving = await createWorld();
  before = await still.contents();
});
afterAll(async () => {
  await still.close();
  await moving.close();
});

/** Refused with this code, and nothing changed. */
async function refused(response: Awaited<ReturnType<World['as']>>, code: string, status: number): Promise<void> {
  expect([response.statusCode, response.json<Problem>().code]).toEqual([status, code]);
  expect(response.headers['content-type']).toContain('application/problem+json');
  expect(await still.contents()).toBe(before);
}

async function allowed(response: Awaited<ReturnType<World['as']>>): Promise<void> {
  await moving.restore();
  expect(response.statusCode, response.body).toBeLessThan(300);
}

describe.each(ROUTES)('%s', (name) => {
  const row = access(name);

  test.runIf(row !== null)('is not for those who are not signed in', async () => {
    const request = samples(still.ids)[name];
    const marked = { ...request, headers: { ...request.headers, 'x-otter-request': '1' } };
    await refused(await still.app.inject(marked), 'NOT_SIGNED_IN', 401);
    for (const authorization of ['Bearer otr_unknown', `Bearer otr_${'x'.repeat(43)}`, 'Basic YTpi', '']) {
      const headers = { ...request.headers, authorization };
      await refused(await still.app.inject({ ...request, headers }), 'NOT_SIGNED_IN', 401);
    }
  });

  test.each(ROLES)('for %s', async (role) => {
    const permission = row?.[role] ?? 'yes';
    const request = samples(still.ids)[name];
    if (permission === 'no') return refused(await still.as(role, request), 'FORBIDDEN', 403);
    if (permission === 'granted') {
      const foreign = samples(still.ids, still.ids.other, still.ids.foreign)[name];
      await refused(await still.as(role, foreign), 'FORBIDDEN', 403);
    }
    if (!ends(name)) return undefined;
    const own = name === 'tokens.delete' ? { ...request, url: `/api/v1/tokens/${ROLES.indexOf(role) + 1}` } : request;
    return allowed(await moving.as(role, own));
  });

  test.runIf(row !== null)('by a token needs its scope, whatever the role', async () => {
    const { credentials } = still.services;
    const actor = { userId: 1, userName: 'admin', via: 'session' };
    const others = SCOPES.filter((scope) => scope !== row?.scope);
    const asked = { name: `${name} others`, scopes: others, expiresAtMs: null };
    const { secret, token } = await credentials.createToken(actor, 1, asked);
    const contents = await still.contents();
    const request = samples(still.ids)[name];
    const response = await still.app.inject({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${secret}` },
    });
    expect([response.statusCode, response.json<Problem>().code]).toEqual([403, 'FORBIDDEN']);
    expect(await still.contents()).toBe(contents);
    await credentials.removeToken(actor, 1, token.id);
    before = await still.contents();
  });

  test.runIf(row !== null && row.scope !== null && ends(name))('by a token with its scope', async () => {
    const scopes = [row?.scope ?? 'read'];
    const { secret } = await moving.services.credentials.createToken(
      { userId: 1, userName: 'admin', via: 'session' },
      1,
      { name: 'own', scopes, expiresAtMs: null },
    );
    const request = samples(moving.ids)[name];
    // No header of ours: a token is not sent by a browser on its own.
    const headers = { ...request.headers, authorization: `Bearer ${secret}` };
    await allowed(await moving.app.inject({ ...request, headers }));
  });

  const changes = (name: RouteName): boolean => samples(still.ids)[name].method !== 'GET';

  test('believed for a cookie only when our own page sent it', async () => {
    if (!changes(name)) return;
    const request = samples(still.ids)[name];
    const cookie = still.cookies.ADMIN;
    await refused(await still.app.inject({ ...request, headers: { ...request.headers, cookie } }), 'FORBIDDEN', 403);
    const elsewhere = { ...request.headers, cookie, 'x-otter-request': '1', host: 'otter:8080' };
    for (const origin of ['http://evil.example', 'http://otter:8081', 'null']) {
      const headers = { ...elsewhere, origin };
      await refused(await still.app.inject({ ...request, headers }), 'FORBIDDEN', 403);
    }
  });
});

test('an operator does not move a pipeline to other servers, even of a granted channel', async () => {
  const request = samples(still.ids)['pipelines.update'];
  const payload = { ...(request.payload as object), sourceId: still.ids.unused };
  await refused(await still.as('OPERATOR', { ...request, payload }), 'FORBIDDEN', 403);
});

test('a token does no more than its owner by now', async () => {
  const world = await createWorld();
  const { credentials, users } = world.services;
  const operator = { userId: 2, userName: 'operator', via: 'session' };
  const scopes = [...SCOPES];
  const { secret } = await credentials.createToken(operator, 2, { name: 'all', scopes, expiresAtMs: null });
  const start = () =>
    world.app.inject({ ...samples(world.ids)['channels.start'], headers: { authorization: `Bearer ${secret}` } });
  expect((await start()).statusCode).toBe(200);
  const change = { name: 'operator', role: 'VIEWER' as const, disabled: false, channelIds: [] };
  await users.update(operator, 2, 1, change);
  expect((await start()).statusCode).toBe(403);
  await users.update(operator, 2, 2, { ...change, disabled: true });
  expect((await start()).statusCode).toBe(401);
  await world.close();
});
