import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keep } from '@otter/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { channelInputSchema, pipelineCreationSchema } from '../model/channel.ts';
import { dataSourceInputSchema } from '../model/data-source.ts';
import { mappingsSchema } from '../model/mapping.ts';
import { Channels } from '../store/channels.ts';
import { DataSources } from '../store/data-sources.ts';
import { events } from '../store/event-log.ts';
import { Pipelines } from '../store/pipelines.ts';
import { Store, SYSTEM } from '../store/store.ts';
import { replaceSystemParameters } from '../store/system-parameters.ts';
import { backOffMs } from './back-off.ts';
import { EventRecorder } from './event-recorder.ts';
import { FakeHost } from './fake-host.fixture.ts';
import { LiveState } from './live-state.ts';
import { PemFiles } from './pem-files.ts';
import { Scheduler } from './scheduler.ts';

const FIRST = { limit: 100, after: null };

let store: Store;
let host: FakeHost;
let live: LiveState;
let recorder: EventRecorder;
let scheduler: Scheduler;
let channels: Channels;
let pipelines: Pipelines;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  store = await Store.open({ family: 'sqlite', path: ':memory:' }, randomBytes(32));
  host = new FakeHost();
  channels = new Channels(store);
  pipelines = new Pipelines(store);
  manager();
});
afterEach(async () => {
  await scheduler.close();
  await recorder.flush();
  await store.close();
  vi.useRealTimers();
});

/** As after a start of the process. */
function manager(): void {
  live = new LiveState();
  recorder = new EventRecorder(store);
  scheduler = new Scheduler({ store, host, live, events: recorder, pemPath: () => '/x.pem' });
}

const state = (id: number) => live.find(id, 0, 0).state;
/** Waits for a condition while the clock of the tests stands still. */
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { interval: 1 });

async function pipeline(name: string, more: object = {}) {
  const sources = new DataSources(store);
  const address = { primary: { host: 'db', port: 3306 }, user: 'otter', password: 'p@ss/word' };
  const source = await sources.create(SYSTEM, dataSourceInputSchema.parse({ name: `${name} a`, ...address }));
  const target = await sources.create(SYSTEM, dataSourceInputSchema.parse({ name: `${name} b`, ...address }));
  const channel = await channels.create(SYSTEM, channelInputSchema.parse({ name }));
  const input = pipelineCreationSchema.parse({ name: 'p', sourceId: source.id, targetId: target.id, ...more });
  const made = await pipelines.create(SYSTEM, channel.id, input);
  await pipelines.replaceMappings(SYSTEM, made.id, 1, mappingsSchema.parse([{ source: 'shop.*' }]));
  return { id: made.id, channelId: channel.id, source, target, input, checkpointName: made.checkpointName };
}

async function desire(channelId: number, desired: 'running' | 'stopped'): Promise<void> {
  await channels.desire(SYSTEM, channelId, desired);
  await scheduler.refresh();
}

test('runs what should run, from the start of the manager on, and nothing else', async () => {
  const [a, b] = [await pipeline('a'), await pipeline('b')];
  await channels.desire(SYSTEM, a.channelId, 'running');
  await scheduler.start();
  await until(() => state(a.id) === 'running');
  expect(host.calls).toEqual([`start ${a.id}`]);
  expect(host.running.get(String(a.id))?.options).toEqual({
    from: 'mysql://otter:p%40ss%2Fword@db:3306/',
    to: 'mysql://otter:p%40ss%2Fword@db:3306/',
    name: a.checkpointName,
    tables: ['shop.*'],
  });
  await desire(b.channelId, 'running');
  await until(() => state(b.id) === 'running');
  await desire(a.channelId, 'stopped');
  await until(() => state(a.id) === 'stopped');
  expect(host.calls).toEqual([`start ${a.id}`, `start ${b.id}`, `stop ${a.id}`]);
});

test('the way back begins once its leading direction runs or has failed, and goes on by itself', async () => {
  host.obliging = false;
  const { id, channelId } = await pipeline('a', { twoWay: {} });
  const back = (await pipelines.find(id)).twoWay?.counterpartId ?? 0;
  await scheduler.start();
  await desire(channelId, 'running');
  await until(() => state(back) === 'starting');
  expect(host.calls).toEqual([`start ${id}`]);
  host.state(String(id), 'running');
  await until(() => host.running.has(String(back)));
  host.state(String(back), 'running');
  host.fail(String(id), 'TARGET_UNREACHABLE');
  expect([state(id), state(back)]).toEqual(['failed', 'running']);
  // While the leading one fails it is not waited for.
  host.fail(String(back), 'TWO_WAY_STOPPED');
  await vi.advanceTimersByTimeAsync(backOffMs('TWO_WAY_STOPPED', 1) - 1);
  expect(host.running.has(String(back))).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => host.running.has(String(back)));
});

test('a way back that waits is stopped with the rest', async () => {
  host.obliging = false;
  const { id, channelId } = await pipeline('a', { twoWay: {} });
  const back = (await pipelines.find(id)).twoWay?.counterpartId ?? 0;
  await scheduler.start();
  await desire(channelId, 'running');
  await until(() => state(back) === 'starting');
  await desire(channelId, 'stopped');
  await until(() => state(id) === 'stopped' && state(back) === 'stopped');
  expect(host.calls).toEqual([`start ${id}`, `stop ${id}`]);
});

test('a manager that ends drains everything, and the next one resumes it', async () => {
  const [a, b] = [await pipeline('a'), await pipeline('b')];
  for (const { channelId } of [a, b]) await channels.desire(SYSTEM, channelId, 'running');
  await scheduler.start();
  await until(() => host.running.size === 2);
  await scheduler.close();
  expect(host.running.size).toBe(0);
  expect(host.listenerCount).toBe(0);
  manager();
  await scheduler.start();
  await until(() => state(a.id) === 'running' && state(b.id) === 'running');
  expect(host.listenerCount).toBe(1);
});

test('a changed configuration drains and starts again, visibly; an unrelated change touches nothing', async () => {
  const [a, b] = [await pipeline('a'), await pipeline('b')];
  for (const { channelId } of [a, b]) await channels.desire(SYSTEM, channelId, 'running');
  await scheduler.start();
  await until(() => state(a.id) === 'running' && state(b.id) === 'running');
  const seen: string[] = [];
  live.subscribe((pipeline) => seen.push(`${pipeline.pipelineId} ${pipeline.state}`));
  let drain = (): void => undefined;
  const drained = new Promise<void>((resolve) => (drain = resolve));
  host.slowStops.set(String(a.id), drained);
  const { version } = await channels.find(a.channelId);
  const changed = channelInputSchema.parse({ name: 'renamed', parameters: { workers: 7 } });
  await channels.update(SYSTEM, a.channelId, version, changed);
  await scheduler.refresh();
  await until(() => state(a.id) === 'restarting');
  // It changes once more while it drains: the latest holds, and it starts once.
  await channels.update(SYSTEM, a.channelId, version + 1, { ...changed, parameters: { workers: 9 } });
  await scheduler.refresh();
  expect(host.calls.filter((call) => call === `start ${a.id}`)).toHaveLength(1);
  drain();
  await until(() => state(a.id) === 'running');
  expect(host.running.get(String(a.id))?.options).toMatchObject({ workers: 9 });
  expect(seen).toEqual([`${a.id} restarting`, `${a.id} starting`, `${a.id} running`]);
  expect(host.calls).toEqual([`start ${a.id}`, `start ${b.id}`, `stop ${a.id}`, `start ${a.id}`]);
  await recorder.flush();
  const log = await events(store, FIRST, { pipelineId: a.id });
  expect(log.items.map((event) => event.message)).toContain('restarting to apply a changed configuration');
});

test('system parameters reach every pipeline that does not say otherwise', async () => {
  const [a, b] = [await pipeline('a'), await pipeline('b', { parameters: { workers: 3 } })];
  for (const { channelId } of [a, b]) await channels.desire(SYSTEM, channelId, 'running');
  await scheduler.start();
  await until(() => host.running.size === 2);
  await replaceSystemParameters(store, SYSTEM, 1, { workers: 5 });
  await scheduler.refresh();
  await until(() => host.running.get(String(a.id))?.options.workers === 5);
  expect(host.running.get(String(b.id))?.options.workers).toBe(3);
  expect(host.calls).not.toContain(`stop ${b.id}`);
});

describe('a pipeline that fails', () => {
  test('is started again with back-off, and takes no other along', async () => {
    const [a, b] = [await pipeline('a'), await pipeline('b')];
    for (const { channelId } of [a, b]) await channels.desire(SYSTEM, channelId, 'running');
    await scheduler.start();
    await until(() => host.running.size === 2);
    for (const [failure, delayMs] of [1000, 2000, 4000].entries()) {
      host.fail(String(a.id), 'TARGET_UNREACHABLE');
      expect(live.find(a.id, 0, 0)).toMatchObject({
        state: 'failed',
        error: { code: 'TARGET_UNREACHABLE' },
        retryAtMs: Date.now() + delayMs,
        restarts: failure,
      });
      await vi.advanceTimersByTimeAsync(delayMs - 1);
      expect(host.running.has(String(a.id))).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await until(() => state(a.id) === 'running');
    }
    expect(live.find(a.id, 0, 0)).toMatchObject({ error: null, retryAtMs: null, restarts: 3 });
    await vi.advanceTimersByTimeAsync(60_000);
    host.fail(String(a.id), 'TARGET_UNREACHABLE');
    expect(live.find(a.id, 0, 0).retryAtMs).toBe(Date.now() + 1000);
    expect(host.calls.filter((call) => call.endsWith(` ${b.id}`))).toEqual([`start ${b.id}`]);
    await recorder.flush();
    expect((await events(store, FIRST, { code: 'TARGET_UNREACHABLE' })).total).toBe(4);
  });

  test('at its start is tried again likewise, and at once when a person asks or the configuration changes', async () => {
    const a = await pipeline('a');
    const refuse = () => host.refused.set(String(a.id), new Error('no worker'));
    refuse();
    await scheduler.start();
    await desire(a.channelId, 'running');
    await until(() => state(a.id) === 'failed');
    expect(live.find(a.id, 0, 0)).toMatchObject({ error: { code: 'INTERNAL', message: 'no worker' } });
    refuse();
    scheduler.startWaiting({ channelId: a.channelId });
    await until(() => host.calls.length === 2);
    await until(() => state(a.id) === 'failed');
    const { version } = await pipelines.find(a.id);
    await pipelines.update(SYSTEM, a.id, version, { ...a.input, parameters: { workers: 2 } });
    await scheduler.refresh();
    await until(() => state(a.id) === 'running');
    expect(host.calls).toHaveLength(3);
  });

  test('waits longer when a person has to act', () => {
    expect([1, 2, 6, 7, 100].map((n) => backOffMs('TARGET_UNREACHABLE', n))).toEqual([
      1000, 2000, 32_000, 60_000, 60_000,
    ]);
    expect([1, 2, 100].map((n) => backOffMs('LOG_PURGED', n))).toEqual([15_000, 30_000, 300_000]);
    expect(backOffMs('OWNER_CHANGED', 1)).toBe(1_000);
    expect([backOffMs('INTERNAL', 1), backOffMs('NO_SUCH_CODE', 1), backOffMs('toString', 1)]).toEqual([
      1000, 1000, 1000,
    ]);
  });

  test('is not started again once its channel was stopped', async () => {
    const a = await pipeline('a');
    await scheduler.start();
    await desire(a.channelId, 'running');
    await until(() => state(a.id) === 'running');
    host.fail(String(a.id), 'TARGET_UNREACHABLE');
    await desire(a.channelId, 'stopped');
    await until(() => state(a.id) === 'stopped');
    await vi.advanceTimersByTimeAsync(3600_000);
    expect(host.calls).toEqual([`start ${a.id}`]);
  });
});

test('a pipeline that comes to its end by itself is on record as stopped, and stays so', async () => {
  const a = await pipeline('a', { parameters: { mode: 'full' } });
  await scheduler.start();
  await desire(a.channelId, 'running');
  await until(() => state(a.id) === 'running');
  host.running.delete(String(a.id));
  host.state(String(a.id), 'stopped');
  await scheduler.refresh();
  expect((await pipelines.find(a.id)).desired).toBe('stopped');
  await scheduler.refresh();
  expect(host.calls).toEqual([`start ${a.id}`]);
  await desire(a.channelId, 'running');
  await until(() => state(a.id) === 'running');
  expect(host.calls).toEqual([`start ${a.id}`, `start ${a.id}`]);
});

test('a pipeline that ends while the store is being read is not started once more', async () => {
  const a = await pipeline('a', { parameters: { mode: 'full' } });
  await scheduler.start();
  await desire(a.channelId, 'running');
  await until(() => state(a.id) === 'running');
  // The reading still finds it wanted: that it ended is written behind it.
  const reading = scheduler.refresh();
  host.running.delete(String(a.id));
  host.state(String(a.id), 'stopped');
  await reading;
  await scheduler.refresh();
  expect((await pipelines.find(a.id)).desired).toBe('stopped');
  expect(host.calls).toEqual([`start ${a.id}`]);
});

test('a stop the host could not do is tried again, and nothing is started beside it', async () => {
  const a = await pipeline('a');
  await scheduler.start();
  await desire(a.channelId, 'running');
  await until(() => state(a.id) === 'running');
  host.slowStops.set(String(a.id), Promise.reject(new Error('hangs')));
  await desire(a.channelId, 'stopped');
  await until(() => host.calls.length === 2);
  await desire(a.channelId, 'running');
  await until(() => host.calls.length === 3);
  expect(host.calls).toEqual([`start ${a.id}`, `stop ${a.id}`, `stop ${a.id}`]);
  host.slowStops.clear();
  await vi.advanceTimersByTimeAsync(60_000);
  await until(() => state(a.id) === 'running');
  expect(host.calls.slice(-2)).toEqual([`stop ${a.id}`, `start ${a.id}`]);
});

const noted = (en: string, zh: string) => ({ text: en, said: keep('told', { text: { en, zh } }) });

test('what is reported is kept: the status for the live state, notes for the event log', async () => {
  const a = await pipeline('a');
  await scheduler.start();
  await desire(a.channelId, 'running');
  await until(() => state(a.id) === 'running');
  host.report({ kind: 'status', id: String(a.id), atMs: 5, status: { lagMs: 12 } });
  host.report({
    kind: 'note',
    id: String(a.id),
    atMs: 6,
    level: 'warn',
    code: 'TARGET_BUSY',
    ...noted('deadlock', '死锁'),
    mark: null,
  });
  host.report({ kind: 'status', id: '999', atMs: 7, status: {} });
  expect(live.find(a.id, 0, 0)).toMatchObject({ status: { lagMs: 12 }, statusAtMs: 5, state: 'running' });
  expect(live.all()).toHaveLength(1);
  await recorder.flush();
  const log = await events(store, FIRST, { level: 'warn' });
  expect(log.items).toMatchObject([
    { code: 'TARGET_BUSY', message: 'deadlock', messageZh: '死锁', pipelineId: a.id, channelId: a.channelId },
  ]);
});

test('what a pipeline waits for before it has ever run is the reason that is shown', async () => {
  const a = await pipeline('a');
  host.obliging = false;
  await scheduler.start();
  await desire(a.channelId, 'running');
  await until(() => state(a.id) === 'starting');
  const note = { kind: 'note', id: String(a.id), atMs: 6, level: 'warn', mark: null } as const;
  host.report({ ...note, code: 'HEARTBEAT_DENIED', ...noted('not what it waits for', '与等待无关') });
  expect(live.find(a.id, 0, 0).error).toBeNull();
  host.report({ ...note, code: 'SOURCE_UNREACHABLE', ...noted('not started yet', '尚未启动') });
  expect(live.find(a.id, 0, 0)).toMatchObject({
    ...{ state: 'starting', error: { code: 'SOURCE_UNREACHABLE', messageZh: '尚未启动' } },
  });
  host.state(String(a.id), 'running');
  await until(() => state(a.id) === 'running');
  host.report({ ...note, code: 'SOURCE_UNREACHABLE', ...noted('its status says so by now', '状态中已有') });
  expect(live.find(a.id, 0, 0).error).toBeNull();
});

test('starts, stops, changes of definition and errors are marks in the charts', async () => {
  const a = await pipeline('a');
  const id = String(a.id);
  await scheduler.start();
  await desire(a.channelId, 'running');
  await until(() => state(a.id) === 'running');
  host.report({
    kind: 'note',
    id,
    atMs: 6,
    level: 'info',
    code: null,
    ...noted('an ALTER', '一条 ALTER'),
    mark: 'ddl',
  });
  host.report({
    kind: 'note',
    id,
    atMs: 7,
    level: 'error',
    code: 'ROW_MISSING',
    ...noted('a table', '一张表'),
    mark: null,
  });
  await desire(a.channelId, 'stopped');
  await until(() => state(a.id) === 'stopped');
  await recorder.flush();
  const marks = (await events(store, FIRST, { marks: true })).items.map(({ mark, message }) => [mark, message]);
  expect(marks).toEqual([
    ['stop', 'stopped'],
    ['error', 'a table'],
    ['ddl', 'an ALTER'],
    ['start', 'running'],
  ]);
  expect((await events(store, FIRST, {})).total).toBeGreaterThan(marks.length);
});

test('a flood of events is counted where it cannot be written', async () => {
  const event = { atMs: 1, level: 'info' as const, code: null, channelId: null, pipelineId: null, message: 'x' };
  for (let i = 0; i < 1500; i++) recorder.record(event);
  await recorder.flush();
  const log = await events(store, { limit: 1, after: null }, {});
  expect(log.total).toBe(1001);
  expect(log.items[0]?.message).toBe('500 more events came too fast to be written');
});

test('PEM files are for their owner, and gone afterwards', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'otter-pem-')), 'run');
  const files = new PemFiles(folder);
  const path = files.path('-----BEGIN X-----');
  expect(files.path('-----BEGIN X-----')).toBe(path);
  expect(files.path('other')).not.toBe(path);
  expect(readFileSync(path, 'utf8')).toBe('-----BEGIN X-----');
  expect([statSync(path).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700]);
  const next = new PemFiles(folder);
  expect(existsSync(path)).toBe(false);
  next.remove();
  expect(existsSync(folder)).toBe(false);
  rmSync(join(folder, '..'), { recursive: true });
});
