// Goal: what is exported can be applied anywhere and then nothing differs; a plan says what happens to data; what is
// applied is what was shown, whole or not at all. Method: two managers over stores in memory, through their interface.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, SECRET, type World } from '../http/world.fixture.ts';
import type { Problem } from '../http/problem.ts';
import { passwordVariable } from './configuration.ts';
import type { Plan } from './plan.ts';

type Document = Record<string, unknown>;

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => world.close());

async function exported(from = world, query = ''): Promise<Document[]> {
  const response = await from.as('ADMIN', { method: 'GET', url: `/api/v1/configuration${query}` });
  expect(response.statusCode, response.body).toBe(200);
  return response.json<{ documents: Document[] }>().documents;
}

async function planned(documents: unknown, options: { prune?: boolean; on?: World } = {}): Promise<Plan> {
  const { prune = false, on = world } = options;
  const payload = { documents, prune };
  const response = await on.as('ADMIN', { method: 'POST', url: '/api/v1/configuration/plan', payload });
  expect(response.statusCode, response.body).toBe(200);
  return response.json<Plan>();
}

async function applying(documents: unknown, fingerprint: string, options: { prune?: boolean; on?: World } = {}) {
  const { prune = false, on = world } = options;
  const payload = { documents, prune, fingerprint };
  return on.as('ADMIN', { method: 'POST', url: '/api/v1/configuration/apply', payload });
}

async function applied(documents: unknown, options: { prune?: boolean; on?: World } = {}): Promise<Plan> {
  const { fingerprint } = await planned(documents, options);
  const response = await applying(documents, fingerprint, options);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<Plan>();
}

const summary = ({ changes }: Plan): string[] => changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
const effects = ({ changes }: Plan): string => changes.flatMap((change) => change.effects).join('\n');
const blocked = ({ changes }: Plan): string => changes.map((change) => change.blocked ?? '').join('\n');

/** The documents with one of them changed. */
function changed(documents: Document[], kind: string, name: string, change: Document): Document[] {
  const hit = documents.filter((d) => d.kind === kind && d.name === name);
  expect(hit.length).toBeGreaterThan(0);
  return documents.map((document) => (document === hit[0] ? { ...document, ...change } : document));
}

async function start(channelId = world.ids.shop): Promise<void> {
  await world.as('ADMIN', { method: 'POST', url: `/api/v1/channels/${channelId}/start` });
}

describe('a pair', () => {
  const pair = {
    ...{ kind: 'pipeline', channel: 'empty', name: 'both', source: 'used', target: 'target' },
    ...{
      checkpointName: 'shop',
      twoWay: { conflicts: 'to', rules: ['shop.b:columns'], ask: ['shop.a'] },
      mappings: [{ source: 'shop.*' }],
    },
  };

  test('is one document, there and back', async () => {
    const plan = await applied([pair]);
    expect(effects(plan)).toContain('what is written to target is brought back to used by a second pipeline');
    const documents = await exported(world, '?channel=empty');
    expect(documents.filter(({ kind }) => kind === 'pipeline')).toEqual([pair]);
    expect((await planned(await exported(), { prune: true })).changes).toEqual([]);
    const rule = { kind: 'alarm-rule', name: 'back', type: 'delay', channel: 'empty', pipeline: 'both.back' };
    await applied([pair, rule]);
    expect((await planned([rule])).changes).toEqual([]);
  });

  test('is changed on both sides, and refuses what a pair may not be', async () => {
    await applied([pair]);
    await applied([{ ...pair, mappings: [{ source: 'shop.a' }], parameters: { workers: 2 } }]);
    const { items } = (
      await world.as('ADMIN', { method: 'GET', url: `/api/v1/pipelines?channelId=${world.ids.empty}` })
    ).json<{
      items: { id: number; name: string; parameters: object }[];
    }>();
    expect(items.map(({ name, parameters }) => [name, parameters])).toEqual([
      ['both', { workers: 2 }],
      ['both.back', { workers: 2 }],
    ]);
    const refusals: [object, string][] = [
      [{ twoWay: { conflicts: 'to' } }, 'the two sides would decide differently'],
      [{ twoWay: { conflicts: 'newest', ask: ['shop.a'] } }, 'the two sides would decide differently'],
      [{ twoWay: undefined }, 'the two sides would decide differently'],
      [{ source: 'unused' }, 'the servers of a pair cannot change'],
      [{ mappings: [{ source: 'shop.a', target: 'shop.b' }] }, 'the same name on both sides'],
      [{ parameters: { apply: 'row' } }, 'apply: row'],
    ];
    for (const [change, reason] of refusals) expect(blocked(await planned([{ ...pair, ...change }]))).toContain(reason);
    expect(blocked(await planned([{ ...pair, name: 'other', target: 'used' }]))).toContain('the same data source');
  });

  test('goes as one, and neither while either of them runs', async () => {
    const others = await exported();
    await applied([pair]);
    await start(world.ids.empty);
    expect(blocked(await planned(others, { prune: true }))).toContain('runs');
    await world.as('ADMIN', { method: 'POST', url: `/api/v1/channels/${world.ids.empty}/stop` });
    const plan = await applied(others, { prune: true });
    expect(summary(plan)).toEqual(['delete pipeline empty/both']);
    const response = await world.as('ADMIN', { method: 'GET', url: `/api/v1/pipelines?channelId=${world.ids.empty}` });
    expect(response.json()).toMatchObject({ total: 0 });
  });
});

describe('an export', () => {
  test('names objects, holds no secret, and is no change where it comes from', async () => {
    const documents = await exported();
    expect(JSON.stringify(documents)).not.toMatch(new RegExp(`${SECRET}|scrypt|v1\\.`));
    expect(documents.map(({ kind }) => kind)).toEqual([
      ...['system', 'data-source', 'data-source', 'data-source', 'channel', 'channel', 'channel'],
      ...[
        'pipeline',
        'pipeline',
        'alarm-receiver',
        'alarm-receiver',
        ...Array<string>(8).fill('alarm-rule'),
        'user',
        'user',
        'user',
        'user',
      ],
    ]);
    expect(documents.find(({ name }) => name === 'used')).toEqual({
      ...{ kind: 'data-source', name: 'used', user: 'otter', passwordEnv: 'OTTER_PASSWORD_USED' },
      ...{ primary: { host: 'db1', port: 3306 }, standby: { host: 'db2', port: 3306 } },
    });
    expect(documents.find(({ kind }) => kind === 'pipeline')).toEqual({
      ...{ kind: 'pipeline', channel: 'shop', name: 'p', source: 'used', target: 'target' },
      checkpointName: expect.stringMatching(/^p-/) as unknown,
      mappings: [{ source: 'shop.*' }],
    });
    expect((await planned(documents, { prune: true })).changes).toEqual([]);
  });

  test('as YAML is the same', async () => {
    const { body, headers } = await world.as('ADMIN', { method: 'GET', url: '/api/v1/configuration?format=yaml' });
    expect(headers['content-type']).toContain('yaml');
    expect(body.split('\n---\n')).toHaveLength((await exported()).length);
    expect((await planned(body, { prune: true })).changes).toEqual([]);
  });

  test('of one channel holds its pipelines and their data sources', async () => {
    const documents = await exported(world, '?channel=shop');
    const named = documents.map(({ kind, name }) => `${String(kind)} ${String(name)}`);
    expect(named).toEqual(['data-source used', 'data-source target', 'channel shop', 'pipeline p']);
  });

  test('carries rules and receivers of alarms by name, their secrets by reference', async () => {
    const documents = (await exported()).filter(({ kind }) => String(kind).startsWith('alarm'));
    expect(documents.find(({ name }) => name === 'told')).toEqual({
      ...{ kind: 'alarm-receiver', name: 'told', type: 'webhook', language: 'en' },
      ...{ urlEnv: 'OTTER_RECEIVER_URL_TOLD', signingKeyEnv: 'OTTER_RECEIVER_KEY_TOLD' },
    });
    expect(documents.find(({ name }) => name === 'shop stops')).toMatchObject({
      ...{ kind: 'alarm-rule', channel: 'shop', type: 'table-stopped', receivers: ['told'] },
    });
    const channel = { kind: 'channel', name: 'shop' };
    const [mail, server] = ['dba', { host: 'mx.example.org', from: 'otter@example.org', to: ['dba@example.org'] }];
    const wanted = [
      ...[channel, { ...channel, name: 'other' }],
      ...documents
        .filter(({ name }) => name !== 'Delay')
        .map((document) => (document.type === 'webhook' ? { ...document, url: 'http://127.0.0.1:9/x' } : document)),
      { kind: 'alarm-receiver', name: mail, type: 'email', mail: { ...server, user: 'otter' }, password: SECRET },
      {
        kind: 'alarm-rule',
        name: 'one pipeline',
        type: 'delay',
        channel: 'shop',
        pipeline: 'p',
        receivers: [mail, mail],
      },
      { kind: 'alarm-rule', name: 'Delay', type: 'delay', enabled: false, receivers: [] },
    ];
    const plan = await applied(wanted);
    expect(summary(plan)).toContain('create alarm-receiver dba');
    expect(effects(plan)).toContain('it is off');
    expect((await planned(wanted.map((d) => ({ ...d, url: undefined, password: undefined })))).changes).toEqual([]);
    const again = await exported();
    expect(JSON.stringify(again)).not.toContain(SECRET);
    expect(again.find(({ name }) => name === 'Delay')).toMatchObject({ enabled: false, receivers: [] });
    expect(again.find(({ name }) => name === 'one pipeline')).toMatchObject({ channel: 'shop', pipeline: 'p' });
    expect((await planned(again, { prune: true })).changes).toEqual([]);
    // An older folder that knows nothing of alarms takes none of them away.
    const older = again.filter(({ kind }) => !String(kind).startsWith('alarm') && kind !== 'user');
    expect((await planned(older, { prune: true })).changes).toEqual([]);
  });

  test('shows users to administrators alone', async () => {
    const response = await world.as('OPERATOR', { method: 'GET', url: '/api/v1/configuration' });
    expect(response.json<{ documents: Document[] }>().documents.some(({ kind }) => kind === 'user')).toBe(false);
  });

  test('makes another manager equal, secrets and all, and then there is nothing left to do', async () => {
    const other = await createWorld();
    const documents = (await exported()).map((document) =>
      document.kind === 'data-source' ? { ...document, password: SECRET } : document,
    );
    const renamed = documents
      .filter(({ kind }) => kind !== 'user' && kind !== 'system' && !String(kind).startsWith('alarm'))
      .map((document) => ({
        ...document,
        ...(document.kind === 'pipeline'
          ? {
              channel: `${String(document.channel)} 2`,
              source: 'used 2',
              target: 'target 2',
              checkpointName: `c-${String(document.channel)}`,
            }
          : { name: `${String(document.name)} 2` }),
      }));
    const plan = await applied(renamed, { prune: true, on: other });
    expect(summary(plan).filter((text) => text.startsWith('create'))).toHaveLength(8);
    expect(summary(plan).filter((text) => text.startsWith('delete'))).toHaveLength(8);
    expect((await planned(renamed, { prune: true, on: other })).changes).toEqual([]);
    const probe = await other.as('ADMIN', { method: 'GET', url: '/api/v1/data-sources?search=used%202' });
    const [source] = probe.json<{ items: { id: number }[] }>().items;
    expect((await other.services.dataSources.access(source?.id ?? 0)).password).toBe(SECRET);
    await other.close();
  });
});

describe('a plan says what happens to data', () => {
  const mappings = [{ source: 'shop.*' }];

  test('tables that join, leave, go elsewhere, or lose columns', async () => {
    const documents = await exported();
    const joined = changed(documents, 'pipeline', 'p', { mappings: [...mappings, { source: 'crm.users' }] });
    expect(effects(await planned(joined))).toContain('crm.users joins: tables it names that were not in the pipeline');
    await applied(joined);
    expect(effects(await planned(documents))).toContain('crm.users leaves the pipeline: its rows on the target stay');
    const moved = changed(documents, 'pipeline', 'p', {
      mappings: [{ source: 'shop.*', target: 'archive.*', columns: { mode: 'exclude', names: ['secret'] } }],
    });
    const plan = effects(await planned(moved));
    expect(plan).toContain('shop.* goes to archive.* instead of its own name: rows written before stay where they are');
    expect(plan).toContain('shop.*: other columns travel from now on');
  });

  test('another target, another server, what restarts', async () => {
    const documents = await exported();
    const other = changed(documents, 'pipeline', 'p', { target: 'unused' });
    expect(effects(await planned(other))).toMatch(
      /target changes: where the target knows the checkpoint .* are copied/,
    );
    await start();
    expect(blocked(await planned(other))).toContain('it runs; stop its channel');
    const server = changed(documents, 'data-source', 'target', { primary: { host: 'db9', port: 3306 } });
    const plan = effects(await planned(server));
    expect(plan).toContain('pipeline "shop/p", "other/p": target changes; where the new server has its checkpoint');
    expect(plan).toContain('pipeline "shop/p" runs: it finishes what is under way and restarts');
    const system = [{ kind: 'system', parameters: { workers: 3, 'control-schema': 'ctl' } }];
    expect(effects(await planned(system))).toContain('the checkpoint is looked for in another schema');
  });

  test('what is deleted, and only when asked for', async () => {
    const documents = (await exported()).filter(({ name }) => name !== 'unused' && name !== 'other');
    const kept = documents.filter(({ kind, channel }) => !(kind === 'pipeline' && channel === 'other'));
    expect((await planned(kept)).changes).toEqual([]);
    const plan = await planned(kept, { prune: true });
    expect(summary(plan)).toEqual(['delete pipeline other/p', 'delete channel other', 'delete data-source unused']);
    expect(effects(plan)).toMatch(/tables shop\.\* are no longer kept equal; rows and checkpoint ".*" stay/);
    await start(world.ids.other);
    const running = await planned(kept, { prune: true });
    expect(blocked(running)).toContain('it runs; stop its channel before it is deleted');
    const refused = await applying(kept, running.fingerprint, { prune: true });
    expect([refused.statusCode, refused.json<Problem>().code]).toEqual([409, 'STATE_CONFLICT']);
    expect(refused.json<Problem>().detailZh).toMatch(/pipeline“other\/p”：正在运行；请先停止其所属通道/);
  });

  test('in Chinese as well', async () => {
    await start();
    const documents = changed(await exported(), 'pipeline', 'p', {
      target: 'unused',
      mappings: [{ source: 'crm.users' }],
    });
    const { changes } = await planned(documents);
    expect(changes.map(({ effectsZh }) => effectsZh.map((text) => text.split(/[：；]/, 1)[0]))).toEqual([
      ['目标端变更', '加入 crm.users', 'shop.* 移出管道', '管道 "shop/p" 正在运行'],
    ]);
    expect(changes.map(({ blockedZh }) => blockedZh)).toEqual(['正在运行；请先停止其所属通道，再修改源端或目标端']);
  });

  test('a secret that changes is named and not shown', async () => {
    const documents = changed(await exported(), 'data-source', 'used', { password: 'another secret' });
    const plan = await planned(documents);
    expect(plan.changes[0]?.differences).toEqual([{ path: 'password', before: null, after: null }]);
    expect(JSON.stringify(plan)).not.toContain('secret');
    await applied(documents);
    expect((await world.services.dataSources.access(world.ids.used)).password).toBe('another secret');
    expect((await planned(documents)).changes).toEqual([]);
  });
});

describe('an apply', () => {
  test('is refused when the plan is stale, and changes nothing', async () => {
    const documents = changed(await exported(), 'channel', 'empty', { description: 'mine' });
    const { fingerprint } = await planned(documents);
    await applied(changed(await exported(), 'channel', 'empty', { description: 'theirs' }));
    const before = await world.contents();
    const response = await applying(documents, fingerprint);
    expect([response.statusCode, response.json<Problem>().code]).toEqual([412, 'VERSION_MISMATCH']);
    expect(await world.contents()).toBe(before);
  });

  test('happens whole or not at all', async () => {
    const before = await world.contents();
    const documents = [
      { kind: 'channel', name: 'a' },
      // Its checkpoint belongs to a pipeline that is there already, which only the store notices.
      {
        ...{
          kind: 'pipeline',
          channel: 'a',
          name: 'p',
          source: 'used',
          target: 'target',
          mappings: [{ source: 'a.b' }],
        },
        checkpointName: (await exported()).find(({ kind }) => kind === 'pipeline')?.checkpointName,
      },
    ];
    const response = await applying(documents, (await planned(documents)).fingerprint);
    expect([response.statusCode, response.json<Problem>().code]).toEqual([409, 'NAME_TAKEN']);
    expect(await world.contents()).toBe(before);
  });

  test('that only changes mappings is one line of the audit log', async () => {
    const documents = changed(await exported(), 'pipeline', 'p', { mappings: [{ source: 'crm.*' }] });
    await applied(documents);
    const audit = await world.as('ADMIN', { method: 'GET', url: '/api/v1/audit?limit=1' });
    expect(audit.json()).toMatchObject({ items: [{ action: 'pipeline.mappings', userName: 'admin' }] });
    expect((await planned(documents)).changes).toEqual([]);
  });

  test('puts what runs into effect before it answers', async () => {
    await start();
    await applied([{ kind: 'system', parameters: { workers: 7 } }]);
    expect(world.host.calls.filter((call) => call.startsWith('start'))).toHaveLength(2);
  });

  test('makes users who may sign in with the password given, and without one only disabled', async () => {
    const user = { kind: 'user', name: 'carla', role: 'OPERATOR', channels: ['shop'] };
    expect(blocked(await planned([user]))).toContain('needs a password');
    await applied([{ ...user, disabled: true }]);
    const again = await planned([{ ...user, disabled: false }]);
    expect(again.changes[0]?.differences).toEqual([{ path: 'disabled', before: true, after: false }]);
    await applied([{ ...user, name: 'dora', password: 'long enough for it' }]);
    const payload = { name: 'dora', password: 'long enough for it' };
    const signIn = await world.as('VIEWER', { method: 'POST', url: '/api/v1/session', payload });
    expect(signIn.statusCode).toBe(204);
  });

  test('a reference whose secret was not found makes no data source, and changes none', async () => {
    const source = { kind: 'data-source', primary: { host: 'x', port: 1 }, user: 'u', passwordEnv: 'NOT_SET' };
    expect(blocked(await planned([{ ...source, name: 'new' }]))).toContain('"NOT_SET" holds nothing here');
    const plan = await planned([{ ...source, name: 'used' }]);
    expect(plan.changes[0]?.differences.map(({ path }) => path)).not.toContain('password');
  });
});

test.each([
  ['kind: nonsense\nname: a', 'kind', 1],
  ['kind: channel', 'channel › name', 1],
  ['# a remark\nkind: channel\nname: a\nsurplus: 1', 'surplus', 4],
  ['{kind: channel, name: a}\n---\n{kind: channel, name: a}', 'stands twice', 3],
  ['kind: pipeline\nchannel: shop\nname: q\nsource: nowhere\ntarget: used', 'names the source "nowhere"', 4],
  [
    'kind: channel\nname: c\n---\nkind: pipeline\nchannel: c\nname: q\nsource: used\ntarget: used\nmappings:\n  - source: a.b\n  - source: nodot',
    'mappings',
    11,
  ],
  ['- kind: channel\n  name: a\n- kind: channel\n  name: 7', 'channel', 4],
  ['kind: data-source\nname: a\nprimary: {host: h, port: 1}\nuser: u\ntls: {mode: verify-ca}', 'authority', 5],
  ['kind: alarm-rule\nname: a\ntype: delay\nreceivers: [nobody]', 'names the receiver "nobody"', 4],
  ['kind: alarm-rule\nname: a\ntype: delay\npipeline: p', 'with its channel', 1],
  ['kind: alarm-receiver\nname: a\ntype: email', 'needs mail', 1],
  ['kind: channel\nname: [', 'line 2', 2],
  ['just text', 'document 1', 1],
  ['# nothing', 'documents', undefined],
  ['&a [*a, *a]', '', undefined],
])('a text that cannot be used is refused, with the place and the line: %j', async (documents, told, line) => {
  const request = { method: 'POST' as const, url: '/api/v1/configuration/plan', payload: { documents } };
  const response = await world.as('ADMIN', request);
  const { code, detail, fields } = response.json<Problem>();
  expect([response.statusCode, code], response.body).toEqual([400, 'REQUEST_INVALID']);
  expect(detail).toContain(told);
  if (line !== undefined) expect([fields[0]?.line, detail.includes(fields[0]?.message ?? '-')]).toEqual([line, true]);
});

test('documents that came without a text are refused with the place alone', async () => {
  const payload = { documents: [{ kind: 'channel', name: 'a' }, { kind: 'channel' }] };
  const response = await world.as('ADMIN', { method: 'POST', url: '/api/v1/configuration/plan', payload });
  expect(response.json<Problem>().fields).toEqual([
    {
      path: 'body/documents/1/name',
      message: 'channel › name: it is missing',
      messageZh: 'channel › name：必填',
    },
  ]);
});

test('a token that may configure does not make users', async () => {
  const actor = { userId: 1, userName: 'admin', via: 'session' };
  const asked = { name: 'apply', scopes: ['configure' as const], expiresAtMs: null };
  const { secret } = await world.services.credentials.createToken(actor, 1, asked);
  const response = await world.app.inject({
    ...{ method: 'POST', url: '/api/v1/configuration/plan', headers: { authorization: `Bearer ${secret}` } },
    payload: { documents: [{ kind: 'user', name: 'x', role: 'ADMIN', disabled: true }] },
  });
  expect([response.statusCode, response.json<Problem>().code]).toEqual([403, 'FORBIDDEN']);
});

test('no two names share a variable', () => {
  const names = ['orders-1', 'orders_1', 'Orders-1', 'orders 1', '订单', '组', '组-1', 'a'];
  const variables = names.map((name) => passwordVariable('data-source', name));
  expect(variables[0]).toBe('OTTER_PASSWORD_ORDERS_1');
  expect(new Set(variables).size).toBe(names.length);
  for (const variable of variables) expect(variable).toMatch(/^[A-Z_][A-Z0-9_]*$/);
});
