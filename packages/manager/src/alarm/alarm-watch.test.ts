// Goal: an alarm is raised once and cleared when its reason is gone; it is repeated, silenced, kept over a restart, and
// never cleared because nothing is known. Method: a clock of the test, reports as a host gives them, a receiver on a
// socket of its own.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../http/world.fixture.ts';
import { alarmRuleInputSchema, type AlarmRule } from '../model/alarm.ts';
import { alarmReceiverInputSchema } from '../model/alarm-receiver.ts';
import { EventRecorder } from '../run/event-recorder.ts';
import { events } from '../store/event-log.ts';
import { AlarmSender } from './alarm-sender.ts';
import { AlarmWatch } from './alarm-watch.ts';

const ANNA = { userId: 1, userName: 'anna', via: 'session' };
const ALL = { limit: 100, after: null };
const MINUTE = 60_000;

let nowMs: number;
let world: World;
let recorder: EventRecorder;
let watch: AlarmWatch;
let sender: AlarmSender;
let server: Server;
/** What arrived, and what is answered next. */
let arrived: { event: string; text: string; headers: IncomingMessage['headers'] }[];
let status: number;
/** What the pipeline goes on reporting; null: it says nothing. */
let reported: Report | null;

beforeEach(async () => {
  nowMs = 1_800_000_000_000;
  world = await createWorld(() => nowMs);
  recorder = new EventRecorder(world.services.store);
  [arrived, status, reported] = [[], 200, null];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { event, text } = JSON.parse(body) as { event: string; text: string };
      if (status < 300) arrived.push({ event, text, headers: request.headers });
      response.writeHead(status).end('{"said":"kept secret here"}');
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { store, alarmRules, alarmReceivers } = world.services;
  await store.write(async (tx) => {
    await tx.deleteFrom('alarms').execute();
    await tx.deleteFrom('alarmRules').execute();
    await tx.deleteFrom('alarmReceivers').execute();
    await tx.updateTable('pipelines').set({ desired: 'running' }).execute();
    await tx.deleteFrom('verifications').execute();
  });
  expect((await alarmRules.list(ALL)).total).toBe(0);
  await alarmReceivers.create(ANNA, receiver('hook'));
  opened();
});
afterEach(async () => {
  await watch.close();
  await sender.close();
  await recorder.flush();
  await world.close();
  await new Promise((resolve) => server.close(resolve));
});

const receiver = (name: string, more: object = {}) =>
  alarmReceiverInputSchema.parse({
    ...{ name, type: 'webhook', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`, ...more },
  });

function opened(): void {
  const { store, live, alarmRules: rules, alarms, alarmReceivers: receivers, verifications } = world.services;
  sender = new AlarmSender({ store, events: recorder, alarms, receivers, publicUrl: 'https://otter.example.org/' });
  watch = new AlarmWatch({ store, live, events: recorder, rules, alarms, verifications: verifications.kept, sender });
}

async function rule(more: object): Promise<AlarmRule> {
  const pipelineId = world.ids.pipeline;
  return world.services.alarmRules.create(ANNA, alarmRuleInputSchema.parse({ name: 'r', pipelineId, ...more }));
}

interface Report {
  state?: string;
  lagMs?: number | null;
  parked?: string[];
  echoes?: number;
  openConflicts?: number | null;
  lastError?: object | null;
}

/** As a pipeline reports that runs; it goes on saying so. */
function reports(report: Report): void {
  reported = report;
  const { state = 'running', lagMs = 0, parked = [], lastError = null, echoes = 0, openConflicts = null } = report;
  const { live } = world.services;
  const before = live.find(world.ids.pipeline, world.ids.shop, nowMs);
  live.update({
    ...before,
    ...{ state: 'running', sinceMs: before.state === 'running' ? before.sinceMs : nowMs, error: null },
    status: {
      ...{ state, lagMs, lastError, echoes, openConflicts },
      parked: parked.map((table) => ({ table, state: 'parked' })),
    },
    statusAtMs: nowMs,
  });
}

/** After so long, having looked as often as it does. */
async function looks(afterMs = 0): Promise<string[]> {
  nowMs += afterMs;
  if (reported !== null) reports(reported);
  await watch.tick();
  await sender.idle();
  return arrived.map(({ event }) => event);
}

const raised = () => world.services.alarms.raised();

describe('a table that stops', () => {
  beforeEach(() => rule({ type: 'table-stopped', severity: 'critical', repeatMinutes: 60 }));

  test('is told once, repeated after the pause, and told to be well again', async () => {
    reports({});
    expect(await looks()).toEqual([]);
    reports({ parked: ['shop.a'] });
    expect(await looks()).toEqual(['raised']);
    expect(arrived[0]?.text).toContain('[critical] raised: shop/p: one table stopped: shop.a');
    expect(arrived[0]?.text).toContain('https://otter.example.org/alarms');
    reports({ parked: ['shop.a'] });
    expect(await looks(59 * MINUTE)).toEqual(['raised']);
    expect(await looks(MINUTE)).toEqual(['raised', 'repeated']);
    reports({});
    expect(await looks()).toEqual(['raised', 'repeated', 'cleared']);
    expect(await looks(600 * MINUTE)).toHaveLength(3);
    expect(await raised()).toEqual([]);
    const { items } = await world.services.alarms.list(ALL, { state: 'cleared' });
    expect(items).toMatchObject([{ facts: { tables: ['shop.a'] }, clearedAtMs: nowMs - 600 * MINUTE }]);
    await recorder.flush();
    const log = await events(world.services.store, ALL, { search: 'alarm' });
    expect(log.items.map(({ level }) => level)).toEqual(['info', 'error']);
  });

  test('a second one is news at once, and only the first time, even while it is silenced', async () => {
    reports({ parked: ['shop.a'] });
    await looks();
    const [alarm] = await raised();
    await world.services.alarms.silence(ANNA, alarm?.id ?? 0, { minutes: 120, reason: 'known' });
    expect(await looks(61 * MINUTE)).toEqual(['raised']);
    reports({ parked: ['shop.a', 'shop.b'] });
    expect(await looks()).toEqual(['raised', 'repeated']);
    expect(arrived[1]?.text).toContain('2 tables stopped: shop.a, shop.b');
    reports({ parked: ['shop.a'] });
    await looks();
    reports({ parked: ['shop.a', 'shop.b'] });
    expect(await looks()).toHaveLength(2);
    // The silence is over, and the pause long.
    reports({ parked: ['shop.a'] });
    expect(await looks(121 * MINUTE)).toEqual(['raised', 'repeated', 'repeated']);
    const audited = await world.as('ADMIN', { method: 'GET', url: '/api/v1/audit?objectKind=alarm' });
    expect(audited.json()).toMatchObject({ items: [{ action: 'alarm.silence', userName: 'anna' }] });
  });

  test('stays raised while nothing is known: after a restart, while it fails, when a person stopped it', async () => {
    reports({ parked: ['shop.a'] });
    await looks();
    await watch.close();
    reported = null;
    world.services.live.forget(world.ids.pipeline);
    opened();
    expect(await looks(MINUTE)).toEqual(['raised']);
    reports({ state: 'retrying' });
    await looks(MINUTE);
    await world.services.store.write((tx) => tx.updateTable('pipelines').set({ desired: 'stopped' }).execute());
    await looks(MINUTE);
    expect(await raised()).toHaveLength(1);
    await world.services.store.write((tx) => tx.updateTable('pipelines').set({ desired: 'running' }).execute());
    reports({});
    expect(await looks(MINUTE)).toEqual(['raised', 'cleared']);
  });

  test('is cleared with its rule, and told to those who had heard of it', async () => {
    reports({ parked: ['shop.a'] });
    await looks();
    const [{ id, version } = { id: 0, version: 0 }] = (await world.services.alarmRules.list(ALL)).items;
    await world.services.alarmReceivers.create(ANNA, receiver('late'));
    await world.services.alarmRules.remove(ANNA, id, version);
    expect(await looks()).toEqual(['raised', 'cleared']);
  });
});

test('a delay is told when it has lasted, and not when it passes', async () => {
  await rule({ type: 'delay', thresholdSeconds: 60, forMinutes: 5 });
  reports({ lagMs: 61_000 });
  await looks();
  reports({ lagMs: 59_000 });
  await looks(4 * MINUTE);
  reports({ lagMs: 61_000 });
  expect(await looks(MINUTE)).toEqual([]);
  reports({ lagMs: 70_000 });
  expect(await looks(4.9 * MINUTE)).toEqual([]);
  reports({ lagMs: 75_000 });
  expect(await looks(0.1 * MINUTE)).toEqual(['raised']);
  expect(arrived[0]?.text).toContain('75 s behind the source (limit 60 s)');
  reports({ lagMs: null });
  expect(await looks()).toEqual(['raised']);
  await world.services.store.write((tx) => tx.updateTable('pipelines').set({ desired: 'stopped' }).execute());
  expect(await looks()).toEqual(['raised', 'cleared']);
});

test('a pipeline that fails, runs for a moment and fails again counts as failed all the while', async () => {
  await rule({ type: 'pipeline-failed', forMinutes: 2 });
  const { live } = world.services;
  const fails = (): void => {
    reported = null;
    const error = { code: 'LOG_PURGED', message: 'row 4711', messageZh: 'row 4711', advice: '', adviceZh: '' };
    live.update({ ...live.find(world.ids.pipeline, world.ids.shop, nowMs), state: 'failed', sinceMs: nowMs, error });
  };
  fails();
  await looks();
  reports({});
  await looks(50_000);
  fails();
  expect(await looks(30_000)).toEqual([]);
  expect(await looks(40_000)).toEqual(['raised']);
  expect(arrived[0]?.text).toContain('LOG_PURGED');
  expect(arrived[0]?.text).not.toContain('4711');
  reports({});
  expect(await looks(30_000)).toEqual(['raised']);
  reports({});
  expect(await looks(MINUTE)).toEqual(['raised', 'cleared']);
  // The same when it goes on by itself again and again.
  for (let i = 0; i < 3; i += 1) {
    reports({ state: 'retrying', lastError: { code: 'TARGET_UNREACHABLE', at: nowMs } });
    await looks(30_000);
    reports({ lastError: { code: 'TARGET_UNREACHABLE', at: nowMs } });
    await looks(30_000);
  }
  reports({ state: 'retrying', lastError: { code: 'TARGET_UNREACHABLE', at: nowMs } });
  expect(await looks()).toEqual(['raised', 'cleared', 'raised']);
});

test('a pipeline that should run and says nothing', async () => {
  await rule({ type: 'no-report', forMinutes: 1 });
  reports({});
  expect(await looks(10 * MINUTE)).toEqual([]);
  reported = null;
  await looks(31_000);
  expect(await looks(MINUTE)).toEqual(['raised']);
  reports({});
  expect(await looks()).toEqual(['raised', 'cleared']);
});

test('differences stay told until they are repaired, or a whole comparison finds none', async () => {
  await rule({ type: 'rows-differ' });
  const { kept } = world.services.verifications;
  const table = (name: string, verdict: 'equal' | 'differs') => ({
    ...{ table: name, target: name, verdict, rows: 9, differing: verdict === 'equal' ? 0 : 1, missing: 0, extra: 0 },
    ...{ unsettled: 0, complete: true },
  });
  const verified = async (tables: ReturnType<typeof table>[], samplePercent: number | null = null) => {
    const { id } = await kept.create(ANNA, world.ids.pipeline, { tables: null, samplePercent, rowsPerSecond: null });
    await kept.change(id, ['waiting'], { state: 'done', progress: { tables, step: null } });
    return id;
  };
  await verified([table('shop.a', 'differs'), table('shop.b', 'equal')]);
  expect(await looks()).toEqual(['raised']);
  await verified([table('shop.a', 'equal')], 10);
  await verified([table('shop.b', 'equal')]);
  expect(await looks()).toEqual(['raised']);
  await verified([table('shop.a', 'equal')]);
  expect(await looks()).toEqual(['raised', 'cleared']);
  const id = await verified([table('shop.b', 'differs')]);
  expect(await looks()).toEqual(['raised', 'cleared', 'raised']);
  const nothing = { inserted: 0, updated: 1, deleted: 0, equal: 0, undone: 0, kept: [] };
  await kept.change(id, ['done'], { repair: { kind: 'repair', stopped: false, keptCount: 1, ...nothing } });
  expect(await looks()).toHaveLength(3);
  await kept.change(id, ['done'], { repair: { kind: 'repair', stopped: false, keptCount: 0, ...nothing } });
  expect(await looks()).toEqual(['raised', 'cleared', 'raised', 'cleared']);
});

test('rows that come round, and conflicts that wait for a person', async () => {
  await rule({ name: 'round', type: 'echoes', severity: 'critical' });
  await rule({ name: 'open', type: 'conflicts-open' });
  reports({ echoes: 0, openConflicts: 0 });
  expect(await looks(MINUTE)).toEqual([]);
  reports({ echoes: 3, openConflicts: 2 });
  // A receiver is told one thing at a time.
  await looks();
  expect(await looks()).toEqual(['raised', 'raised']);
  const texts = (await world.services.alarms.raised()).map(({ facts, text }) => [facts.count, text.en]);
  expect(texts).toEqual([
    [3, expect.stringContaining('that this side had sent: 3')],
    [2, 'conflicts wait for a decision: 2'],
  ]);
  // One more is not told again at once; who decides them ends it, and a start counts rows anew.
  reports({ echoes: 4, openConflicts: 1 });
  expect(await looks()).toHaveLength(2);
  reports({ state: 'starting' });
  expect(await looks()).toHaveLength(2);
  reports({});
  await looks();
  expect(await looks()).toEqual(['raised', 'raised', 'cleared', 'cleared']);
});

describe('a receiver', () => {
  beforeEach(() => rule({ type: 'table-stopped', repeatMinutes: 1 }));

  test('that refuses is tried again ever later, in order, and its failure is seen', async () => {
    status = 500;
    reports({ parked: ['shop.a'] });
    await looks();
    const failing = (await world.services.alarmReceivers.list(ALL)).items[0]?.last;
    expect(failing).toMatchObject({
      state: 'waiting',
      attempts: 1,
      answer: expect.stringMatching(/^HTTP 500/) as unknown,
    });
    reports({});
    await looks(4999);
    expect((await world.services.alarmReceivers.list(ALL)).items[0]?.last?.attempts).toBe(0);
    status = 200;
    expect(await looks(1)).toEqual(['raised']);
    expect(await looks()).toEqual(['raised', 'cleared']);
    await recorder.flush();
    const log = await events(world.services.store, ALL, { search: 'did not reach receiver "hook"' });
    expect(log.total).toBe(1);
  });

  test('that never answers is given up, and is told the next news all the same', async () => {
    status = 500;
    reports({ parked: ['shop.a'] });
    for (let i = 0; i < 40; i += 1) await looks(10 * MINUTE);
    await recorder.flush();
    const log = await events(world.services.store, ALL, { search: 'given up' });
    expect(log.total).toBeGreaterThan(0);
    status = 200;
    reports({});
    for (let i = 0; i < 5; i += 1) await looks(10 * MINUTE);
    expect((await looks()).at(-1)).toBe('cleared');
  });

  test('that is silent delays nobody else', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const { id } = await world.services.alarmReceivers.create(ANNA, receiver('silent', { url }));
    reports({ parked: ['shop.a'] });
    await watch.tick();
    while (arrived.length === 0) await new Promise((resolve) => void setTimeout(resolve, 10));
    reports({});
    await watch.tick();
    while (arrived.length < 2) {
      await sender.pump();
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
    expect(arrived.map(({ event }) => event)).toEqual(['raised', 'cleared']);
    // Cut off by the end of the manager, it is sent by the next one.
    await sender.close();
    expect((await world.services.alarmReceivers.find(id)).last).toMatchObject({ state: 'waiting', attempts: 0 });
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

test('the figures count what is raised', async () => {
  await rule({ type: 'table-stopped', severity: 'critical' });
  reports({ parked: ['shop.a'] });
  await looks();
  const { body } = await world.as('VIEWER', { method: 'GET', url: '/metrics' });
  expect(body).toContain('otter_alarms_raised{severity="critical"} 1');
  expect(body).toContain('otter_alarms_raised{severity="warning"} 0');
});
