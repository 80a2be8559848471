import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCESS, type RouteName } from '../auth/access.ts';
import type { Problem } from './problem.ts';
import { createWorld, samples, type World } from './world.fixture.ts';

const ROUTES = Object.keys(ACCESS).filter((name) => name !== 'live.read') as RouteName[];
/** Tries for each route of each kind. */
const RUNS = 8;

let world: World;
let before: string;
beforeAll(async () => {
  world = await createWorld();
  before = await world.contents();
});
afterAll(async () => world.close());

const INJECTIONS = [
  "'; DROP TABLE users; --",
  "' OR '1'='1",
  '" OR 1=1 -- ',
  '1; DELETE FROM channels',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '{{7*7}}${7*7}',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '/etc/passwd\u0000.pem',
  'a\r\nset-cookie: x=y',
  '\ud800',
  '\u202eevil',
  '%00',
  '__proto__',
];
const nasty = fc.oneof(
  fc.constantFrom(...INJECTIONS),
  fc.integer({ min: 1000, max: 200_000 }).map((length) => 'x'.repeat(length)),
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e308, [], {}, [[[]]], '', ' ', '9'.repeat(400)),
);
const sample = fc.constantFrom(...ROUTES).map((name) => ({ name, request: samples(world.ids)[name] }));

async function send(request: InjectOptions): Promise<{ status: number; problem: Problem | null; text: string }> {
  const response = await world.as('ADMIN', request);
  const isProblem = response.headers['content-type']?.toString().startsWith('application/problem+json') ?? false;
  return { status: response.statusCode, problem: isProblem ? response.json<Problem>() : null, text: response.body };
}

/** A 4xx problem with one of our codes, which does not give back a secret, and nothing changed. */
async function refusedWhole(request: InjectOptions): Promise<void> {
  const { status, problem } = await send(request);
  expect(status, JSON.stringify(request).slice(0, 500)).toBeGreaterThanOrEqual(400);
  expect(status, JSON.stringify(request).slice(0, 500)).toBeLessThan(500);
  expect(problem).toMatchObject({ status, code: expect.stringMatching(/^[A-Z_]+$/) as unknown });
  expect(problem?.code).not.toBe('INTERNAL');
  expect(await world.contents()).toBe(before);
}

/** Routes that take a body and need nothing in it. */
const EMPTY_SUITS: readonly RouteName[] = ['data-sources.tables', 'verifications.start'];

/** Whether a field may hold anything, so that what looks dangerous is only text in it. */
const FREE_TEXT = /^(?:description|password|user|ca|cert|key|old|next|reason|sql|where)$/;

test('a body with one field replaced by what does not belong there', async () => {
  const withBody = ROUTES.filter((name) => samples(world.ids)[name].payload !== undefined);
  expect(withBody.length).toBeGreaterThan(10);
  let tried = 0;
  for (const name of withBody) {
    const request = samples(world.ids)[name];
    const payload = request.payload as Record<string, unknown>;
    for (const field of Object.keys(payload)) {
      if (FREE_TEXT.test(field) || name === 'session.create') continue;
      await fc.assert(
        fc.asyncProperty(nasty, async (value) => {
          // A number that a client sends for a name is no name; an empty list of mappings or channels is a list.
          fc.pre(!(Array.isArray(value) && value.length === 0) && !(field === 'parameters' && isEmptyObject(value)));
          fc.pre(!belongs(field, value));
          tried += 1;
          await refusedWhole({ ...request, payload: { ...payload, [field]: value } });
        }),
        { numRuns: RUNS },
      );
    }
    await refusedWhole({ ...request, payload: { ...payload, surplus: 1 } });
  }
  expect(tried).toBeGreaterThan(150);
});

test('a body that is something else altogether', async () => {
  const taking = fc
    .constantFrom(...ROUTES.filter((name) => !EMPTY_SUITS.includes(name)))
    .map((name) => samples(world.ids)[name])
    .filter((request) => request.payload !== undefined);
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom('{"__proto__":{"role":"ADMIN"}}', '{"name":', '[', '{"constructor":{"prototype":{}}}', '\ufeff{}'),
    fc.constant('['.repeat(100_000)),
    fc.constant(`"${'x'.repeat(2_000_000)}"`),
  );
  const types = fc.constantFrom('application/json', 'text/plain', 'application/xml', 'multipart/form-data', '');
  await fc.assert(
    fc.asyncProperty(taking, text, types, async (request, payload, type) =>
      refusedWhole({ ...request, payload, headers: { ...request.headers, 'content-type': type } }),
    ),
    { numRuns: 120 },
  );
});

test('a number in the path that is none', async () => {
  const numbered = ROUTES.map((name) => samples(world.ids)[name]).filter(({ url }) => /\/\d+/.test(url));
  expect(numbered.length).toBeGreaterThan(20);
  const values = ['0', '-1', '1.5', '1e3', 'NaN', '99999999999', '0x1', '999999', '%00', '%2e%2e%2f', '%ff', 'a b'];
  for (const request of numbered) {
    for (const value of [...values, ...INJECTIONS.filter((text) => !/\ud800/.test(text)).map(encodeURIComponent)]) {
      await refusedWhole({ ...request, url: request.url.replace(/\/\d+/, `/${value}`) });
    }
  }
});

test('a question with what does not belong there is refused or finds nothing', async () => {
  const lists = ['channels', 'pipelines', 'data-sources', 'users', 'audit', 'events', 'search'];
  const fields = fc.constantFrom(
    'q',
    'from',
    'search',
    'limit',
    'after',
    'channelId',
    'level',
    'code',
    'userName',
    'nonsense',
    'search[]',
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...lists), fields, nasty, async (list, field, value) => {
      const query = new URLSearchParams({ [field]: typeof value === 'string' ? value : JSON.stringify(value) });
      const { status, text } = await send({ method: 'GET', url: `/api/v1/${list}?${query.toString()}` });
      expect(status).toBeLessThan(500);
      if (status === 200 && field === 'search') expect(JSON.parse(text)).toMatchObject({ items: [] });
      expect(await world.contents()).toBe(before);
    }),
    { numRuns: 150 },
  );
});

test('headers that are none of ours', async () => {
  const versioned = ROUTES.map((name) => samples(world.ids)[name]).filter((r) => r.headers?.['if-match'] !== undefined);
  expect(versioned.length).toBeGreaterThan(8);
  for (const request of versioned) {
    for (const etag of [
      '',
      '1',
      '*',
      'W/"1"',
      '"0"',
      '"99"',
      '"1", "2"',
      `"${'1'.repeat(60)}"`,
      '"1\' OR \'1"',
      'x'.repeat(5000),
    ]) {
      await refusedWhole({ ...request, headers: { ...request.headers, 'if-match': etag } });
    }
    const { 'if-match': _, ...rest } = request.headers ?? {};
    const { status, problem } = await send({ ...request, headers: rest });
    expect([status, problem?.code]).toEqual([428, 'VERSION_MISSING']);
  }
  const create = samples(world.ids)['channels.create'];
  for (const key of ['', 'a b', 'é', 'x'.repeat(129)]) {
    await refusedWhole({ ...create, headers: { 'idempotency-key': key } });
  }
  for (const cookie of ['otter_session=', 'otter_session=../../x', `otter_session=${'x'.repeat(43)}`, '\u0001']) {
    await refusedWhole({ ...create, headers: { cookie } });
  }
});

test('paths and methods that are none of ours', async () => {
  const urls = ['/api/v1/../../etc/passwd', '/api/v1/%2e%2e/%2e%2e/x', '/%', '//evil', '/api/v1/channels/'];
  for (const url of urls) for (const method of ['GET', 'POST', 'DELETE'] as const) await refusedWhole({ method, url });
  for (const method of ['PATCH', 'OPTIONS'] as const) {
    const { status } = await send({ method, url: '/api/v1/channels' });
    expect(status).toBe(404);
  }
  await fc.assert(
    fc.asyncProperty(
      sample,
      fc.constantFrom('PATCH' as const, 'PUT' as const, 'DELETE' as const),
      async ({ request }, method) => {
        fc.pre(
          !ROUTES.some(
            (name) =>
              samples(world.ids)[name].method === method && sameRoute(samples(world.ids)[name].url, request.url),
          ),
        );
        await refusedWhole({ ...request, method });
      },
    ),
    { numRuns: 100 },
  );
});

test('free text is kept as it was sent, and shown as nothing but text', async () => {
  const channel = await createWorld();
  for (const [index, text] of INJECTIONS.filter(
    (each) => !['\u0000', '\r', '\ud800'].some((c) => each.includes(c)),
  ).entries()) {
    const payload = { name: `c${index}`, description: text };
    const response = await channel.as('ADMIN', { method: 'POST', url: '/api/v1/channels', payload });
    expect(response.statusCode).toBe(201);
    expect(response.json<{ description: string }>().description).toBe(text);
    expect(response.headers).toMatchObject({
      'content-type': expect.stringContaining('application/json') as unknown,
      'x-content-type-options': 'nosniff',
    });
  }
  await channel.close();
});

/** What would be a good value of a field after all. */
function belongs(field: string, value: unknown): boolean {
  if (field === 'pipelineId') return value === null;
  if (field === 'bytesPerSecond') return value === null || value === 0;
  return field === 'execute' && value === true;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function sameRoute(one: string, other: string): boolean {
  const path = (url: string): string => url.replace(/\?.*/, '').replaceAll(/\d+/g, '0');
  return path(one) === path(other);
}
