import { createHash, randomBytes } from 'node:crypto';
import { silentLog } from '@otter/core';
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import type { RouteName } from '../auth/access.ts';
import { SignIn } from '../auth/sign-in.ts';
import { planConfiguration } from '../configuration/configuration.ts';
import { checkedDocuments } from '../configuration/document-text.ts';
import { channelInputSchema, pipelineCreationSchema } from '../model/channel.ts';
import { dataSourceInputSchema } from '../model/data-source.ts';
import { mappingsSchema } from '../model/mapping.ts';
import type { Role } from '../model/user.ts';
import type { ProbeResult } from '../probe/data-source-probe.ts';
import { EventRecorder } from '../run/event-recorder.ts';
import { FakeHost } from '../run/fake-host.fixture.ts';
import { LiveState } from '../run/live-state.ts';
import { pipelineConfiguration } from '../run/configurations.ts';
import { runOptions } from '../run/run-options.ts';
import { NodeLoad } from '../run/node-load.ts';
import { TableHistory } from '../run/table-history.ts';
import { Scheduler } from '../run/scheduler.ts';
import { Verifications } from '../run/verifications.ts';
import { AlarmSender } from '../alarm/alarm-sender.ts';
import { alarmRuleInputSchema } from '../model/alarm.ts';
import { alarmReceiverInputSchema } from '../model/alarm-receiver.ts';
import { AlarmReceivers } from '../store/alarm-receivers.ts';
import { AlarmRules } from '../store/alarm-rules.ts';
import { Alarms } from '../store/alarms.ts';
import { Channels } from '../store/channels.ts';
import { CredentialStore } from '../store/credentials.ts';
import { DataSources, type DataSourceAccess } from '../store/data-sources.ts';
import { Pipelines } from '../store/pipelines.ts';
import { Store, SYSTEM } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { Users } from '../store/users.ts';
import { FakeConflicts } from '../tools/fake-conflicts.fixture.ts';
import { FakeTools } from '../tools/fake-tools.fixture.ts';
import { FakeVerifications, VERIFIED } from '../tools/fake-verifications.fixture.ts';
import { SESSION_COOKIE } from './authentication.ts';
import type { App, Services } from './contract.ts';
import { createServer } from './server.ts';

export const PASSWORD = 'correct horse battery';
/** A configuration to apply: a channel to create, with everything it needs there already. */
const DOCUMENTS = [
  { kind: 'channel', name: 'applied' },
  { kind: 'pipeline', channel: 'applied', name: 'p', source: 'used', target: 'target', mappings: [{ source: 'a.b' }] },
];
export const SECRET = 'kept secret here';
/** Each behind those it refers to. */
const TABLES = [
  'dataSources',
  'channels',
  'pipelines',
  'mappings',
  'verifications',
  'alarmReceivers',
  'alarmRules',
  'alarmRuleReceivers',
  'alarms',
  'alarmMessages',
  'systemParameters',
  'users',
  'userChannels',
  'sessions',
  'apiTokens',
  'auditEntries',
  'idempotencyKeys',
] as const satisfies readonly (keyof Tables)[];

/** A manager over a store in memory, with a little of everything in it. */
export interface World {
  app: App;
  services: Services;
  host: FakeHost;
  tools: FakeTools;
  conflictTools: FakeConflicts;
  verificationTools: FakeVerifications;
  probed: DataSourceAccess[];
  /** Options a preflight was asked about. */
  checked: Record<string, unknown>[];
  /** Numbers of what is there. `shop` is granted to the operator, `other` is not, `empty` has no pipeline. */
  ids: Record<
    | 'shop'
    | 'other'
    | 'empty'
    | 'used'
    | 'unused'
    | 'pipeline'
    | 'foreign'
    | 'spare'
    | 'token'
    | 'verified'
    | 'foreignVerified'
    | 'rule'
    | 'receiver'
    | 'unusedReceiver'
    | 'alarm'
    | 'foreignAlarm',
    number
  > & {
    /** Of the plan that {@link DOCUMENTS} make. */
    fingerprint: string;
  };
  /** Cookies by role. */
  cookies: Record<Role, string>;
  /** A request of a person with this role, with what a browser sends. */
  as(role: Role, request: InjectOptions): Promise<Response>;
  /** A digest of every row of the configuration: equal before and after what changed nothing. */
  contents(): Promise<string>;
  /** Puts everything back as it was at the beginning. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

export async function createWorld(now: () => number = Date.now): Promise<World> {
  const store = await Store.open({ family: 'sqlite', path: ':memory:' }, randomBytes(32), now);
  const host = new FakeHost();
  const tools = new FakeTools();
  const conflictTools = new FakeConflicts();
  const verificationTools = new FakeVerifications();
  const pipelines = new Pipelines(store);
  const optionsOf = async (id: number) => runOptions(await pipelineConfiguration(store, id), () => '/x.pem');
  const live = new LiveState();
  const events = new EventRecorder(store);
  const [alarms, alarmReceivers] = [new Alarms(store), new AlarmReceivers(store)];
  const scheduler = new Scheduler({ store, host, live, events, pemPath: () => '/x.pem' });
  const probed: DataSourceAccess[] = [];
  const checked: Record<string, unknown>[] = [];
  const credentials = new CredentialStore(store);
  const services: Services = {
    store,
    users: new Users(store),
    credentials,
    signIn: new SignIn(store, credentials, { logN: 1 }),
    dataSources: new DataSources(store),
    channels: new Channels(store),
    pipelines,
    probe: {
      probe: (access): Promise<ProbeResult> => {
        probed.push(access);
        return Promise.resolve({
          version: '10.11',
          checks: [
            { name: 'reachable', nameZh: '可连接', verdict: 'ok', text: '', textZh: '', fix: null, fixZh: null },
          ],
        });
      },
    },
    serverTables: {
      list: () =>
        Promise.resolve({
          tables: [
            { schema: 'shop', table: 'a', rows: 1, bytes: 16_384, key: 'primary', target: 'archive.a' },
            { schema: 'stock', table: 'b', rows: 0, bytes: 0, key: 'none', target: null },
          ],
          isCut: false,
        }),
      columns: (_, schema, table) =>
        Promise.resolve(
          schema === 'shop' && table === 'a'
            ? [{ name: 'id', type: 'int(11)', nullable: false, isKey: true, isGenerated: false }]
            : null,
        ),
    },
    check: {
      check: (options) => {
        checked.push(options);
        const line = { subject: 'source', name: 'log_bin', nameZh: 'log_bin', text: 'on', textZh: '已开启' };
        return Promise.resolve([{ verdict: 'ok', ...line, fix: null, fixZh: null }]);
      },
    },
    pemPath: () => '/x.pem',
    live,
    tableHistory: new TableHistory(store, live),
    scheduler,
    load: new NodeLoad(host, now),
    tools,
    conflictTools,
    optionsOf,
    verifications: new Verifications({ store, pipelines, events, optionsOf, tools: verificationTools }),
    alarms,
    alarmRules: new AlarmRules(store),
    alarmReceivers,
    alarmSender: new AlarmSender({ store, events, alarms, receivers: alarmReceivers, publicUrl: null }),
    publicUrl: null,
    facts: { version: '1.2.3', nodeName: 'node', dataDir: '/data', store: 'sqlite', startedAtMs: now() },
    console: null,
  };
  const ids = await fill(services);
  await scheduler.start();
  const app = await createServer(services, { ...silentLog, error: (facts) => faults.push(facts) });
  const faults: object[] = [];
  const cookies = await signedIn(services);
  const beginning = await rowsOf(store);
  return {
    app,
    services,
    host,
    tools,
    conflictTools,
    verificationTools,
    probed,
    checked,
    ids,
    cookies,
    as: (role, request) =>
      app.inject({ ...request, headers: { cookie: cookies[role], 'x-otter-request': '1', ...request.headers } }),
    contents: async () =>
      createHash('sha256')
        .update(JSON.stringify(await rowsOf(store)))
        .digest('hex'),
    restore: async () => {
      await store.write(async (tx) => {
        for (const table of [...TABLES].reverse()) await tx.deleteFrom(table).execute();
        for (const [table, rows] of beginning) if (rows.length > 0) await tx.insertInto(table).values(rows).execute();
      });
      await scheduler.refresh();
    },
    close: async () => {
      await app.close();
      await services.alarmSender.close();
      await services.verifications.close();
      await scheduler.close();
      await events.flush();
      await store.close();
      if (faults.length > 0) throw new Error(`requests failed by our own fault: ${JSON.stringify(faults)}`);
    },
  };
}

async function rowsOf(store: Store) {
  return store.read((db) =>
    Promise.all(TABLES.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()] as const)),
  );
}

async function fill(services: Services): Promise<World['ids']> {
  const { users, signIn, dataSources, channels, pipelines, credentials } = services;
  const source = (name: string) =>
    dataSources.create(
      SYSTEM,
      dataSourceInputSchema.parse({
        name,
        primary: { host: 'db1', port: 3306 },
        standby: { host: 'db2', port: 3306 },
        user: 'otter',
        password: SECRET,
      }),
    );
  const [used, target, unused] = [await source('used'), await source('target'), await source('unused')];
  const channel = (name: string) => channels.create(SYSTEM, channelInputSchema.parse({ name }));
  const [shop, other, empty] = [await channel('shop'), await channel('other'), await channel('empty')];
  const pipeline = async (channelId: number) => {
    const input = pipelineCreationSchema.parse({ name: 'p', sourceId: used.id, targetId: target.id });
    const { id } = await pipelines.create(SYSTEM, channelId, input);
    await pipelines.replaceMappings(SYSTEM, id, 1, mappingsSchema.parse([{ source: 'shop.*' }]));
    return id;
  };
  const [own, foreign] = [await pipeline(shop.id), await pipeline(other.id)];
  const [verified, foreignVerified] = [await verification(services, own), await verification(services, foreign)];
  const alarms = await alarmed(services, { own, foreign, shop: shop.id, other: other.id });
  await signIn.firstStart(PASSWORD);
  const passwordHash = await signIn.hash(PASSWORD);
  const user = (name: string, role: Role, channelIds: number[] = []) =>
    users.create(SYSTEM, { name, role, disabled: false, channelIds }, passwordHash);
  await user('operator', 'OPERATOR', [shop.id]);
  await user('viewer', 'VIEWER');
  const spare = await user('spare', 'VIEWER');
  const plan = await planConfiguration(services, { documents: checkedDocuments(DOCUMENTS), prune: false });
  for (const userId of [1, 2, 3]) {
    await credentials.createToken(SYSTEM, userId, { name: 'ci', scopes: ['read'], expiresAtMs: null });
  }
  return {
    shop: shop.id,
    other: other.id,
    empty: empty.id,
    used: used.id,
    unused: unused.id,
    pipeline: own,
    foreign,
    spare: spare.id,
    verified,
    foreignVerified,
    ...alarms,
    token: 1,
    fingerprint: plan.fingerprint,
  };
}

/** A rule with a receiver that nobody listens at, a receiver without a rule, and an alarm of each channel. */
async function alarmed(
  { alarms, alarmRules, alarmReceivers }: Services,
  { own, foreign, shop, other }: Record<'own' | 'foreign' | 'shop' | 'other', number>,
) {
  const receiver = (name: string) =>
    alarmReceivers.create(
      SYSTEM,
      alarmReceiverInputSchema.parse({ name, type: 'webhook', url: 'http://127.0.0.1:9/hook', signingKey: SECRET }),
    );
  const [told, unused] = [await receiver('told'), await receiver('unused')];
  const rule = await alarmRules.create(
    SYSTEM,
    alarmRuleInputSchema.parse({ name: 'shop stops', type: 'table-stopped', channelId: shop, receiverIds: [told.id] }),
  );
  const facts = { lagMs: null, thresholdSeconds: null, code: null, count: null, tables: ['shop.a'] };
  const place = (channelId: number, pipelineId: number) => ({
    ...{ channelId, channelName: `c${channelId}`, pipelineId, pipelineName: 'p' },
  });
  const alarm = await alarms.raise(rule, place(shop, own), facts);
  const foreignAlarm = await alarms.raise(rule, place(other, foreign), facts);
  return {
    rule: rule.id,
    receiver: told.id,
    unusedReceiver: unused.id,
    alarm: alarm.id,
    foreignAlarm: foreignAlarm.id,
  };
}

/** One that is done and has found something. */
async function verification({ verifications, store }: Services, pipelineId: number): Promise<number> {
  const all = { tables: null, samplePercent: null, rowsPerSecond: null };
  const { id } = await verifications.kept.create(SYSTEM, pipelineId, all);
  const progress = { tables: [VERIFIED], step: null };
  const done = { state: 'done', verifyId: 'v1', endedAtMs: store.now(), progress } as const;
  await verifications.kept.change(id, ['waiting'], done);
  return id;
}

async function signedIn({ credentials }: Services): Promise<Record<Role, string>> {
  const cookie = async (userId: number, userName: string) =>
    `${SESSION_COOKIE}=${await credentials.openSession({ userId, userName, via: 'session' }, userId)}`;
  return {
    ADMIN: await cookie(1, 'admin'),
    OPERATOR: await cookie(2, 'operator'),
    VIEWER: await cookie(3, 'viewer'),
  };
}

const dataSource = { name: 'new', primary: { host: 'db', port: 3306 }, user: 'u', password: 'p' };
const alarmRule = { name: 'new', type: 'delay', severity: 'critical', thresholdSeconds: 30 };
const alarmReceiver = { name: 'new', type: 'feishu', language: 'zh', url: 'https://robots.example.org/hook/x' };
const first = { 'if-match': '"1"' };
const second = { 'if-match': '"2"' };

/**
 * One request for each route that succeeds for an administrator. `channel` and `pipeline` are those it is about where a
 * grant matters.
 */
export function samples(
  ids: World['ids'],
  channel = ids.shop,
  pipeline = ids.pipeline,
): Record<RouteName, InjectOptions & { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; url: string }> {
  const v1 = '/api/v1';
  const verified = pipeline === ids.foreign ? ids.foreignVerified : ids.verified;
  const alarm = pipeline === ids.foreign ? ids.foreignAlarm : ids.alarm;
  return {
    'health.read': { method: 'GET', url: `${v1}/health` },
    'openapi.read': { method: 'GET', url: `${v1}/openapi.json` },
    'docs.read': { method: 'GET', url: `${v1}/docs` },
    'session.create': { method: 'POST', url: `${v1}/session`, payload: { name: 'admin', password: PASSWORD } },
    'session.read': { method: 'GET', url: `${v1}/session` },
    'session.delete': { method: 'DELETE', url: `${v1}/session` },
    'session.password': {
      method: 'POST',
      url: `${v1}/session/password`,
      payload: { old: PASSWORD, next: 'another password' },
    },
    'tokens.list': { method: 'GET', url: `${v1}/tokens` },
    'tokens.create': { method: 'POST', url: `${v1}/tokens`, payload: { name: 'new', scopes: ['read'] } },
    'tokens.delete': { method: 'DELETE', url: `${v1}/tokens/${ids.token}` },
    'users.list': { method: 'GET', url: `${v1}/users` },
    'users.create': {
      method: 'POST',
      url: `${v1}/users`,
      payload: { name: 'new', role: 'VIEWER', password: 'long enough' },
    },
    'users.read': { method: 'GET', url: `${v1}/users/${ids.spare}` },
    'users.update': {
      method: 'PUT',
      url: `${v1}/users/${ids.spare}`,
      headers: first,
      payload: { name: 'spare', role: 'OPERATOR', channelIds: [channel] },
    },
    'users.delete': { method: 'DELETE', url: `${v1}/users/${ids.spare}`, headers: first },
    'users.password': {
      method: 'POST',
      url: `${v1}/users/${ids.spare}/password`,
      payload: { password: 'long enough' },
    },
    'data-sources.list': { method: 'GET', url: `${v1}/data-sources?search=us` },
    'data-sources.read': { method: 'GET', url: `${v1}/data-sources/${ids.used}` },
    'data-sources.create': { method: 'POST', url: `${v1}/data-sources`, payload: dataSource },
    'data-sources.update': {
      method: 'PUT',
      url: `${v1}/data-sources/${ids.used}`,
      headers: first,
      payload: dataSource,
    },
    'data-sources.delete': { method: 'DELETE', url: `${v1}/data-sources/${ids.unused}`, headers: first },
    'data-sources.test': { method: 'POST', url: `${v1}/data-sources/test`, payload: dataSource },
    'data-sources.test-stored': { method: 'POST', url: `${v1}/data-sources/${ids.used}/test` },
    'data-sources.switch': { method: 'POST', url: `${v1}/data-sources/${ids.used}/switch`, headers: first },
    'data-sources.tables': {
      method: 'POST',
      url: `${v1}/data-sources/${ids.used}/tables`,
      payload: { mappings: [{ source: 'shop.*', target: 'archive.*' }] },
    },
    'data-sources.columns': { method: 'GET', url: `${v1}/data-sources/${ids.used}/columns?schema=shop&table=a` },
    'preflight.unsaved': {
      method: 'POST',
      url: `${v1}/preflight`,
      payload: { sourceId: 1, targetId: 2, mappings: [{ source: 'shop.*' }], parameters: { workers: 2 } },
    },
    'preflight.stored': { method: 'POST', url: `${v1}/pipelines/${pipeline}/preflight` },
    'channels.list': { method: 'GET', url: `${v1}/channels?limit=2&after=1` },
    'channels.read': { method: 'GET', url: `${v1}/channels/${channel}` },
    'channels.status': { method: 'GET', url: `${v1}/channels/${channel}/status` },
    'channels.create': { method: 'POST', url: `${v1}/channels`, payload: { name: 'new', parameters: { workers: 2 } } },
    'channels.update': {
      method: 'PUT',
      url: `${v1}/channels/${channel}`,
      headers: first,
      payload: { name: 'renamed' },
    },
    'channels.delete': { method: 'DELETE', url: `${v1}/channels/${ids.empty}`, headers: first },
    'channels.start': { method: 'POST', url: `${v1}/channels/${channel}/start` },
    'channels.stop': { method: 'POST', url: `${v1}/channels/${channel}/stop` },
    'pipelines.list': { method: 'GET', url: `${v1}/pipelines?channelId=${channel}` },
    'pipelines.read': { method: 'GET', url: `${v1}/pipelines/${pipeline}` },
    'pipelines.parameters': { method: 'GET', url: `${v1}/pipelines/${pipeline}/parameters` },
    'pipelines.create': {
      method: 'POST',
      url: `${v1}/channels/${channel}/pipelines`,
      payload: { name: 'new', sourceId: 1, targetId: 2 },
    },
    'pipelines.update': {
      method: 'PUT',
      url: `${v1}/pipelines/${pipeline}`,
      headers: second,
      payload: { name: 'renamed', sourceId: 1, targetId: 2, parameters: { start: 'now' } },
    },
    'pipelines.delete': { method: 'DELETE', url: `${v1}/pipelines/${pipeline}`, headers: second },
    'pipelines.start': { method: 'POST', url: `${v1}/pipelines/${pipeline}/start` },
    'pipelines.stop': { method: 'POST', url: `${v1}/pipelines/${pipeline}/stop` },
    'mappings.read': { method: 'GET', url: `${v1}/pipelines/${pipeline}/mappings` },
    'mappings.replace': {
      method: 'PUT',
      url: `${v1}/pipelines/${pipeline}/mappings`,
      headers: second,
      payload: { mappings: [{ source: 'shop.a', target: 'x.b' }, { source: 'shop.*' }] },
    },
    'statistics.read': {
      method: 'GET',
      url: `${v1}/pipelines/${pipeline}/statistics?from=0&to=1800000000000&points=100`,
    },
    'tables.history': {
      method: 'GET',
      url: `${v1}/pipelines/${pipeline}/tables/history?table=shop.a&from=1000&to=1800000000000&points=10&format=csv`,
    },
    'tables.list': { method: 'GET', url: `${v1}/pipelines/${pipeline}/tables` },
    'channels.sparklines': { method: 'GET', url: `${v1}/channels/sparklines` },
    'errors.list': { method: 'GET', url: `${v1}/pipelines/${pipeline}/errors?all=true` },
    'errors.retry': { method: 'POST', url: `${v1}/pipelines/${pipeline}/errors/retry`, payload: { ids: [7] } },
    'errors.skip': {
      method: 'POST',
      url: `${v1}/pipelines/${pipeline}/errors/skip`,
      payload: { ids: [7], reason: 'seen' },
    },
    'errors.replace': {
      method: 'POST',
      url: `${v1}/pipelines/${pipeline}/errors/replace`,
      payload: { id: 7, sql: 'ALTER TABLE t ADD c INT', reason: 'seen' },
    },
    'conflicts.list': {
      method: 'GET',
      url: `${v1}/pipelines/${pipeline}/conflicts?state=open&table=shop.orders&before=9&limit=2`,
    },
    'conflicts.read': { method: 'GET', url: `${v1}/pipelines/${pipeline}/conflicts/3` },
    'conflicts.keep': {
      method: 'POST',
      url: `${v1}/pipelines/${pipeline}/conflicts/3/keep`,
      payload: { columns: { n: 'incoming' } },
    },
    'conflicts.confirm': { method: 'POST', url: `${v1}/pipelines/${pipeline}/conflicts/3/confirm` },
    'position.read': { method: 'GET', url: `${v1}/pipelines/${pipeline}/position` },
    'position.preview': {
      method: 'POST',
      url: `${v1}/pipelines/${pipeline}/position/preview`,
      payload: { to: ['binlog:bin.000001:4'] },
    },
    'position.set': {
      method: 'PUT',
      url: `${v1}/pipelines/${pipeline}/position`,
      payload: { to: ['binlog:bin.000001:4'], name: 'p' },
    },
    'copy.read': { method: 'GET', url: `${v1}/pipelines/${pipeline}/copy` },
    'copy.start': { method: 'POST', url: `${v1}/pipelines/${pipeline}/copy`, payload: { tables: ['shop.a'] } },
    'copy.cancel': {
      method: 'POST',
      url: `${v1}/pipelines/${pipeline}/copy/cancel`,
      payload: { tables: ['shop.a'] },
    },
    'copy.throttle': {
      method: 'POST',
      url: `${v1}/pipelines/${pipeline}/copy/throttle`,
      payload: { bytesPerSecond: 1000 },
    },
    'verifications.start': {
      method: 'POST',
      url: `${v1}/pipelines/${pipeline}/verifications`,
      payload: { tables: ['shop.a'], rowsPerSecond: 1000 },
    },
    'verifications.list': { method: 'GET', url: `${v1}/pipelines/${pipeline}/verifications?limit=1` },
    'verifications.read': { method: 'GET', url: `${v1}/verifications/${verified}` },
    'verifications.differences': { method: 'GET', url: `${v1}/verifications/${verified}/differences?limit=2` },
    'verifications.cancel': { method: 'POST', url: `${v1}/verifications/${verified}/cancel` },
    'verifications.repair': {
      method: 'POST',
      url: `${v1}/verifications/${verified}/repair`,
      payload: { execute: false },
    },
    'verifications.undo': { method: 'POST', url: `${v1}/verifications/${verified}/undo` },
    'alarms.list': { method: 'GET', url: `${v1}/alarms?state=raised&severity=warning&channelId=${channel}&limit=2` },
    'alarms.read': { method: 'GET', url: `${v1}/alarms/${alarm}` },
    'alarms.silence': {
      method: 'POST',
      url: `${v1}/alarms/${alarm}/silence`,
      payload: { minutes: 60, reason: 'known' },
    },
    'alarms.unsilence': { method: 'DELETE', url: `${v1}/alarms/${alarm}/silence` },
    'alarm-rules.list': { method: 'GET', url: `${v1}/alarm-rules?limit=2` },
    'alarm-rules.read': { method: 'GET', url: `${v1}/alarm-rules/${ids.rule}` },
    'alarm-rules.create': { method: 'POST', url: `${v1}/alarm-rules`, payload: alarmRule },
    'alarm-rules.update': {
      method: 'PUT',
      url: `${v1}/alarm-rules/${ids.rule}`,
      headers: first,
      payload: { ...alarmRule, pipelineId: pipeline },
    },
    'alarm-rules.delete': { method: 'DELETE', url: `${v1}/alarm-rules/${ids.rule}`, headers: first },
    'alarm-receivers.list': { method: 'GET', url: `${v1}/alarm-receivers` },
    'alarm-receivers.read': { method: 'GET', url: `${v1}/alarm-receivers/${ids.receiver}` },
    'alarm-receivers.create': { method: 'POST', url: `${v1}/alarm-receivers`, payload: alarmReceiver },
    'alarm-receivers.update': {
      method: 'PUT',
      url: `${v1}/alarm-receivers/${ids.receiver}`,
      headers: first,
      payload: alarmReceiver,
    },
    'alarm-receivers.delete': {
      method: 'DELETE',
      url: `${v1}/alarm-receivers/${ids.unusedReceiver}`,
      headers: first,
    },
    'alarm-receivers.test': { method: 'POST', url: `${v1}/alarm-receivers/${ids.receiver}/test` },
    'parameters.read': { method: 'GET', url: `${v1}/parameters` },
    'parameters.replace': {
      method: 'PUT',
      url: `${v1}/parameters`,
      headers: first,
      payload: { parameters: { workers: 3 } },
    },
    'configuration.export': { method: 'GET', url: `${v1}/configuration?channel=shop&format=yaml` },
    'configuration.plan': { method: 'POST', url: `${v1}/configuration/plan`, payload: { documents: DOCUMENTS } },
    'configuration.apply': {
      method: 'POST',
      url: `${v1}/configuration/apply`,
      payload: { documents: DOCUMENTS, fingerprint: ids.fingerprint },
    },
    'audit.list': { method: 'GET', url: `${v1}/audit?objectKind=channel` },
    'search.read': { method: 'GET', url: `${v1}/search?q=shop` },
    'events.list': { method: 'GET', url: `${v1}/events?level=info&search=a&from=1&to=2000000000000` },
    'system.read': { method: 'GET', url: `${v1}/system` },
    'nodes.list': { method: 'GET', url: `${v1}/nodes` },
    'nodes.drain': { method: 'POST', url: `${v1}/nodes/node/drain` },
    'nodes.resume': { method: 'POST', url: `${v1}/nodes/node/resume` },
    // Of the stream only its refusals can be asked for here: it does not end.
    'live.read': { method: 'GET', url: `${v1}/live` },
    'metrics.read': { method: 'GET', url: '/metrics' },
  };
}
