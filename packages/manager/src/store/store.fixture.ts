import { randomBytes } from 'node:crypto';
import { ERRORS, keep } from '@otter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { channelInputSchema, pipelineCreationSchema } from '../model/channel.ts';
import { dataSourceInputSchema } from '../model/data-source.ts';
import { mappingsSchema } from '../model/mapping.ts';
import { alarmRuleInputSchema } from '../model/alarm.ts';
import { alarmReceiverInputSchema } from '../model/alarm-receiver.ts';
import { AlarmReceivers } from './alarm-receivers.ts';
import { AlarmRules } from './alarm-rules.ts';
import { Alarms } from './alarms.ts';
import { auditEntries } from './audit-log.ts';
import { Channels } from './channels.ts';
import { CredentialStore, secretHash, SESSION_IDLE_MS } from './credentials.ts';
import { DataSources } from './data-sources.ts';
import type { StoreLocation } from './database.ts';
import { appendEvents, asMessage, events } from './event-log.ts';
import { IdempotencyKeys } from './idempotency.ts';
import { Pipelines } from './pipelines.ts';
import { Store, type Actor } from './store.ts';
import { search } from './search.ts';
import { addTableSamples, pruneTableSamples, tableHistory, tableTotals } from './table-statistics.ts';
import { pipelineStatistics, rollUp, sparklines, writeSamples, type StatisticsSample } from './statistics.ts';
import { replaceSystemParameters, systemParameters } from './system-parameters.ts';
import { Users } from './users.ts';

const ANNA: Actor = { userId: 1, userName: 'anna', via: 'session' };
const FIRST = { limit: 100, after: null };
const PASSWORD = 'kept secret here';

const sourceInput = (name: string, more: object = {}) =>
  dataSourceInputSchema.parse({ name, primary: { host: 'db1', port: 3306 }, user: 'otter', ...more });
const channelInput = (name: string, more: object = {}) => channelInputSchema.parse({ name, ...more });
const mappings = (...sources: string[]) => mappingsSchema.parse(sources.map((source) => ({ source })));

/** What a store promises, whatever it lies on. `location` gives an empty one each time. */
export function storeSuite(family: string, location: () => Promise<StoreLocation>): void {
  describe(`a store on ${family}`, () => {
    const key = randomBytes(32);
    let where: StoreLocation;
    let store: Store;
    let nowMs: number;
    let sources: DataSources;
    let channels: Channels;
    let pipelines: Pipelines;
    let users: Users;

    beforeEach(async () => {
      nowMs = 1_800_000_000_000;
      where = await location();
      store = await Store.open(where, key, () => nowMs);
      [sources, channels, pipelines, users] = [
        new DataSources(store),
        new Channels(store),
        new Pipelines(store),
        new Users(store),
      ];
    });
    afterEach(async () => store.close());

    async function pipeline(channelName = 'shop') {
      const channel = await channels.create(ANNA, channelInput(channelName));
      const source = await sources.create(ANNA, sourceInput(`${channelName} a`));
      const target = await sources.create(ANNA, sourceInput(`${channelName} b`));
      const input = pipelineCreationSchema.parse({ name: 'p', sourceId: source.id, targetId: target.id });
      return { channel, source, target, input, made: await pipelines.create(ANNA, channel.id, input) };
    }

    test('is there again after it was closed, and refuses another key', async () => {
      const made = await sources.create(ANNA, sourceInput('a', { password: PASSWORD }));
      await store.close();
      await expect(Store.open(where, randomBytes(32))).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
      store = await Store.open(where, key, () => nowMs);
      const again = new DataSources(store);
      expect(await again.find(made.id)).toEqual(made);
      expect((await again.access(made.id)).password).toBe(PASSWORD);
    });

    test('keeps alarms, what is to be told of them, and to whom', async () => {
      const [rules, receivers, alarms] = [new AlarmRules(store), new AlarmReceivers(store), new Alarms(store)];
      expect((await rules.list(FIRST)).items.map(({ type, receiverIds }) => [type, receiverIds])).toEqual(
        [
          ...['table-stopped', 'pipeline-failed', 'delay', 'no-report', 'rows-differ'],
          ...['echoes', 'conflicts-open'],
        ].map((type) => [type, null]),
      );
      const url = 'https://example.org/hook/kept-secret-part';
      const input = alarmReceiverInputSchema.parse({ name: 'hook', type: 'webhook', url, signingKey: PASSWORD });
      const hook = await receivers.create(ANNA, input);
      const { channel, made } = await pipeline();
      const rule = await rules.create(
        ANNA,
        alarmRuleInputSchema.parse({ name: 'r', type: 'delay', pipelineId: made.id, receiverIds: [hook.id] }),
      );
      const place = { channelId: channel.id, channelName: 'shop', pipelineId: made.id, pipelineName: 'p' };
      const facts = { lagMs: 90_000, thresholdSeconds: 60, code: null, count: null, tables: [] };
      const alarm = await alarms.raise(rule, place, facts);
      expect(await alarms.counts()).toEqual({ warning: 1, critical: 0 });
      expect(await alarms.due()).toMatchObject([{ news: 'raised', attempts: 0, alarm: { id: alarm.id, facts } }]);
      const [message] = await alarms.due();
      const failed = { state: 'waiting', attempts: 1, answer: 'no', nextAtMs: nowMs + 10 } as const;
      await alarms.settle(message?.id ?? 0, failed);
      expect(await alarms.due()).toEqual([]);
      await alarms.repeat(alarm.id, rule, facts);
      await alarms.clear(alarm.id);
      nowMs += 10;
      // Behind the first one comes only that it is over: a repetition would say nothing.
      for (const news of ['raised', 'cleared']) {
        const due = await alarms.due();
        expect(due).toMatchObject([{ news }]);
        await alarms.settle(due[0]?.id ?? 0, { state: 'sent', attempts: 2, answer: 'yes', nextAtMs: nowMs });
      }
      expect(await receivers.find(hook.id)).toMatchObject({ origin: 'https://example.org', last: { answer: 'yes' } });
      await expect(receivers.remove(ANNA, hook.id, 1)).rejects.toMatchObject({ code: 'IN_USE' });
      await pipelines.remove(ANNA, made.id, made.version);
      await expect(rules.find(rule.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await receivers.remove(ANNA, hook.id, 1);
      expect(await alarms.find(alarm.id)).toMatchObject({ clearedAtMs: nowMs - 10 });
      const shown = JSON.stringify([hook, await auditEntries(store, FIRST, {})]);
      expect(shown).not.toMatch(/kept.secret/);
      const row = await store.read((db) => db.selectFrom('alarms').selectAll().execute());
      expect(row).toHaveLength(1);
    });

    test('seals secrets, and shows them nowhere', async () => {
      const tlsKey = '-----BEGIN PRIVATE KEY-----\nMIIEsecret\n-----END PRIVATE KEY-----\n';
      const tls = { mode: 'on', key: tlsKey };
      const made = await sources.create(ANNA, sourceInput('a', { password: PASSWORD, tls }));
      expect(made).toMatchObject({ hasPassword: true, tls: { hasKey: true } });
      const kept = await sources.update(ANNA, made.id, 1, sourceInput('a2', { tls: { mode: 'on' } }));
      expect(kept).toMatchObject({ name: 'a2', hasPassword: true, tls: { hasKey: true }, version: 2 });
      expect(await sources.access(made.id)).toMatchObject({ password: PASSWORD, tls: { key: tlsKey } });
      const row = await store.read((db) => db.selectFrom('dataSources').selectAll().executeTakeFirstOrThrow());
      const log = await auditEntries(store, FIRST, {});
      expect(log.items).toHaveLength(2);
      expect(JSON.stringify([row, log, made, kept])).not.toMatch(/kept secret|MIIEsecret/);
      const emptied = await sources.update(
        ANNA,
        made.id,
        2,
        sourceInput('a', { password: '', tls: { mode: 'on', key: null } }),
      );
      expect(emptied).toMatchObject({ hasPassword: false, tls: { hasKey: false } });
    });

    test('finds everything by a part of its name, users only for those who may see them', async () => {
      const { made, channel, source } = await pipeline('Orders 1');
      await pipelines.replaceMappings(ANNA, made.id, 1, mappings('shop.orders_[01-16]', 'shop.items'));
      await users.create(ANNA, { name: 'orderly', role: 'VIEWER', disabled: false, channelIds: [] }, 'hash');
      const found = async (text: string, withUsers = true) =>
        (await search(store, text, { limit: 2, withUsers })).map(({ kind, id, name }) => [kind, id, name]);
      expect(await found('ORDER')).toEqual([
        ['channel', channel.id, 'Orders 1'],
        ['data-source', source.id, 'Orders 1 a'],
        ['data-source', source.id + 1, 'Orders 1 b'],
        ['table', made.id, 'shop.orders_[01-16]'],
        ['user', expect.any(Number), 'orderly'],
      ]);
      expect(await found('orderly', false)).toEqual([]);
      expect(await found('%')).toEqual([]);
      expect(await found('row missing')).toEqual([['error-code', null, 'ROW_MISSING']]);
      expect(await found("' OR 1=1 --")).toEqual([]);
    });

    test('finds events by time, and by a part of their code', async () => {
      const event = (atMs: number, code: string | null, message: string) =>
        ({ atMs, level: 'warn', code, channelId: null, pipelineId: null, message }) as const;
      await appendEvents(store, [
        event(1, 'ROW_MISSING', 'a'),
        event(2, null, 'row_missing b'),
        event(3, 'ROW_EXISTS', 'c'),
      ]);
      const found = async (filter: object) => (await events(store, FIRST, filter)).items.map(({ atMs }) => atMs);
      expect(await found({ search: 'row_missing' })).toEqual([2, 1]);
      expect(await found({ fromMs: 2, toMs: 3 })).toEqual([2]);
      expect(await found({ fromMs: 2, code: 'ROW_EXISTS' })).toEqual([3]);
      await appendEvents(store, [
        { ...event(4, null, 'd'), level: 'error' },
        { ...event(5, null, 'e'), mark: 'ddl' },
      ]);
      expect(await found({ marks: true })).toEqual([5, 4]);
    });

    test('keeps statistics ever more coarsely, and forgets what is too old', async () => {
      const { made } = await pipeline();
      const minute = 1_799_999_940_000;
      const sample = (atMs: number, more: Partial<StatisticsSample> = {}): StatisticsSample => ({
        ...{ pipelineId: made.id, atMs, lagMs: 10, lagReadMs: null, inserted: 1, updated: 2, deleted: 3, bytes: 100 },
        ...{ transactions: 1, commits: 1, retries: 0, sourceMs: 9000, parseMs: 1000, queueMs: 0, idleMs: 19_000 },
        ...{ workerMs: 0, dependencyMs: 0, sqlMs: 900, commitMs: 100, ...more },
      });
      nowMs = minute + 65_000;
      await writeSamples(
        store,
        [0, 1, 2, 3, 4, 5].map((i) => sample(minute + i * 10_000, { lagMs: i === 3 ? 700 : 10 })),
      );
      await writeSamples(store, [sample(minute + 60_000), sample(minute, { pipelineId: 999 })]);
      // Written once more, it replaces what was there.
      await writeSamples(store, [sample(minute + 60_000, { inserted: 5 })]);
      await rollUp(store);
      await rollUp(store);
      const range = { fromMs: minute, toMs: minute + 120_000 };
      const fine = await pipelineStatistics(store, made.id, { ...range, points: 12 });
      expect(fine.resolutionMs).toBe(10_000);
      expect(fine.points.map(({ rows }) => rows.insert)).toEqual([1, 1, 1, 1, 1, 1, 5]);
      const coarse = await pipelineStatistics(store, made.id, { ...range, points: 2 });
      expect(coarse.resolutionMs).toBe(60_000);
      // The minute that runs is not summed up yet.
      expect(coarse.points).toEqual([
        expect.objectContaining({
          atMs: minute,
          lagMs: 700,
          lagReadMs: null,
          rows: { insert: 6, update: 12, delete: 18 },
          waits: expect.objectContaining({ source: 54_000, sql: 5400 }) as unknown,
        }),
      ]);
      // What was written while nobody summed up is summed up later; after three hours only that is left.
      nowMs = minute + 4 * 3600_000;
      await rollUp(store);
      const left = await store.read((db) =>
        db
          .selectFrom('statistics')
          .select(['resolutionMs', 'inserted'])
          .orderBy('resolutionMs')
          .orderBy('atMs')
          .execute(),
      );
      expect(left.map((row) => [row.resolutionMs, Number(row.inserted)])).toEqual([
        [60_000, 6],
        [60_000, 5],
        [3600_000, 6],
        [3600_000, 5],
      ]);
      const day = await pipelineStatistics(store, made.id, { fromMs: minute - 1000, toMs: nowMs, points: 1000 });
      expect([day.resolutionMs, day.points.length]).toEqual([60_000, 2]);
      nowMs = minute + 8 * 24 * 3600_000;
      await rollUp(store);
      expect(await store.read((db) => db.selectFrom('statistics').select('resolutionMs').execute())).toEqual([
        { resolutionMs: 3600_000 },
        { resolutionMs: 3600_000 },
      ]);
    });

    test('keeps what was applied to each table by the minute, by the hour and in all', async () => {
      const { made } = await pipeline();
      nowMs = 1_799_999_940_000;
      const sample = (table: string, inserted: number, pipelineId = made.id) =>
        ({ pipelineId, table, inserted, updated: 1, deleted: 0 }) as const;
      await addTableSamples(store, [sample('shop.a', 3), sample('shop.A', 1), sample('x.y', 1, 999)]);
      await addTableSamples(store, [sample('shop.a', 4)]);
      nowMs += 60_000;
      await addTableSamples(store, [sample('shop.a', 5)]);
      expect(await tableTotals(store, made.id)).toEqual(
        new Map([
          ['shop.a', { inserted: 12, updated: 3, deleted: 0 }],
          ['shop.A', { inserted: 1, updated: 1, deleted: 0 }],
        ]),
      );
      const of = async (points: number, fromMs: number) =>
        tableHistory(store, { pipelineId: made.id, table: 'shop.a' }, { fromMs, toMs: nowMs + 1, points });
      const fine = await of(2000, 1_799_999_940_000);
      expect(fine.points.map(({ atMs, inserted }) => [atMs, inserted])).toEqual([
        [1_799_999_940_000, 7],
        [1_800_000_000_000, 5],
      ]);
      const coarse = await of(2000, nowMs - 100 * 24 * 3600_000);
      expect([coarse.resolutionMs % 3600_000, coarse.points.reduce((sum, { inserted }) => sum + inserted, 0)]).toEqual([
        0, 12,
      ]);
      nowMs += 8 * 24 * 3600_000;
      await pruneTableSamples(store);
      const left = await store.read((db) => db.selectFrom('tableStatistics').select('resolutionMs').execute());
      expect(new Set(left.map(({ resolutionMs }) => resolutionMs))).toEqual(new Set([0, 3600_000]));
    });

    test('draws the last hour of each channel', async () => {
      const { made, channel } = await pipeline();
      nowMs = 1_800_000_030_000;
      const idle = {
        queueMs: 0,
        idleMs: 0,
        workerMs: 0,
        dependencyMs: 0,
        sqlMs: 0,
        commitMs: 0,
        sourceMs: 0,
        parseMs: 0,
      };
      const none = { updated: 0, deleted: 0, bytes: 0, transactions: 0, commits: 0, retries: 0, lagReadMs: null };
      const at = (atMs: number, lagMs: number | null, inserted: number) => ({
        pipelineId: made.id,
        atMs,
        lagMs,
        inserted,
      });
      const samples = [at(nowMs - 30_000, 5, 60), at(nowMs - 20_000, 9, 60), at(nowMs - 90_000, null, 0)];
      await writeSamples(
        store,
        samples.map((sample) => ({ ...idle, ...none, ...sample })),
      );
      const { fromMs, items } = await sparklines(store);
      expect(fromMs).toBe(1_800_000_000_000 - 59 * 60_000);
      expect(items).toEqual([
        {
          channelId: channel.id,
          lagMs: [...Array.from({ length: 59 }, () => null), 9],
          rowsPerSecond: [...Array.from({ length: 58 }, () => null), 0, 2],
        },
      ]);
    });

    test('lists page by page and finds by a part of the name', async () => {
      for (const name of ['Orders 1', 'orders_2', 'stock']) await channels.create(ANNA, channelInput(name));
      const one = await channels.list({ limit: 2, after: null });
      expect(one.items.map((c) => c.name)).toEqual(['Orders 1', 'orders_2']);
      const two = await channels.list({ limit: 2, after: one.next });
      expect([one.total, two.total, two.next]).toEqual([3, 3, null]);
      expect(two.items.map((c) => c.name)).toEqual(['stock']);
      expect((await channels.list(FIRST, 'ORDERS')).total).toBe(2);
      expect((await channels.list(FIRST, 's_2')).items.map((c) => c.name)).toEqual(['orders_2']);
      expect((await channels.list(FIRST, '%')).total).toBe(0);
    });

    test('a name is taken once, and compares byte by byte', async () => {
      await channels.create(ANNA, channelInput('订单 a'));
      await channels.create(ANNA, channelInput('订单 A'));
      await expect(channels.create(ANNA, channelInput('订单 a'))).rejects.toMatchObject({
        code: 'NAME_TAKEN',
        detail: 'channel "订单 a" exists already',
      });
      const { input, channel } = await pipeline();
      await expect(pipelines.create(ANNA, channel.id, input)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      // Of two requests at the same time one wins.
      const both = await Promise.allSettled([1, 2].map(() => sources.create(ANNA, sourceInput('same'))));
      expect(both.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(both.find((r) => r.status === 'rejected')?.reason).toMatchObject({
        code: expect.stringMatching(/NAME_TAKEN|STATE_CONFLICT/) as unknown,
      });
    });

    test('a change on an older version is refused and changes nothing', async () => {
      const made = await channels.create(ANNA, channelInput('a', { parameters: { workers: 4 } }));
      const second = await channels.update(ANNA, made.id, 1, channelInput('b'));
      expect(second).toMatchObject({ version: 2, name: 'b', parameters: {} });
      await expect(channels.update(ANNA, made.id, 1, channelInput('c'))).rejects.toMatchObject({
        code: 'VERSION_MISMATCH',
      });
      await expect(channels.remove(ANNA, made.id, 1)).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
      expect((await channels.find(made.id)).name).toBe('b');
      const both = await Promise.allSettled(['x', 'y'].map((n) => channels.update(ANNA, made.id, 2, channelInput(n))));
      expect(both.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    test('what is used is not deleted, and the message says by what', async () => {
      const { channel, source, target, made } = await pipeline();
      await expect(sources.remove(ANNA, source.id, 1)).rejects.toMatchObject({
        code: 'IN_USE',
        detail: 'data source "shop a" is source of pipeline "p" of channel "shop"',
      });
      await expect(sources.remove(ANNA, target.id, 1)).rejects.toThrow('target of pipeline "p"');
      await expect(channels.remove(ANNA, channel.id, 1)).rejects.toThrow('channel "shop" has 1 pipeline(s)');
      await pipelines.remove(ANNA, made.id, made.version);
      await channels.remove(ANNA, channel.id, 1);
      await sources.remove(ANNA, source.id, 1);
      await expect(sources.find(source.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('changes made within one are made together or not at all', async () => {
      const made = await store.write(async () => {
        const { id } = await channels.create(ANNA, channelInput('together'));
        expect((await channels.find(id)).name).toBe('together');
        return sources.create(ANNA, sourceInput('with it'));
      });
      expect((await sources.find(made.id)).name).toBe('with it');
      const failing = store.write(async () => {
        await channels.create(ANNA, channelInput('gone again'));
        await sources.create(ANNA, sourceInput('with it'));
      });
      await expect(failing).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      expect((await channels.list(FIRST)).items.map(({ name }) => name)).toEqual(['together']);
      expect((await auditEntries(store, FIRST, {})).total).toBe(2);
    });

    test('mappings keep their order and are replaced as one', async () => {
      const { made } = await pipeline();
      const wanted = mappingsSchema.parse([
        { source: 'shop.t[01-32]', target: 'archive.t[01-32]' },
        {
          source: 'shop.orders',
          columns: { mode: 'exclude', names: ['secret'], rename: [{ source: 'a', target: 'b' }] },
        },
        { source: 'shop.*' },
      ]);
      const changed = await pipelines.replaceMappings(ANNA, made.id, made.version, wanted);
      expect(await pipelines.mappings(made.id)).toEqual({ version: changed.version, mappings: wanted });
      expect(changed.mappingCount).toBe(3);
      await pipelines.replaceMappings(ANNA, made.id, changed.version, [...wanted].reverse());
      expect((await pipelines.mappings(made.id)).mappings).toEqual([...wanted].reverse());
      const log = await auditEntries(store, { limit: 1, after: null }, { objectKind: 'pipeline', objectId: made.id });
      expect(log.items[0]).toMatchObject({ action: 'pipeline.mappings', before: { mappings: wanted } });
    });

    test('a channel starts only when each pipeline has a mapping, and what runs is guarded', async () => {
      const { channel, made, input, source, target } = await pipeline();
      await expect(channels.desire(ANNA, channel.id, 'running')).rejects.toThrow(
        '"p" of channel "shop" has no mapping',
      );
      const filled = await pipelines.replaceMappings(ANNA, made.id, 1, mappings('shop.*'));
      await channels.desire(ANNA, channel.id, 'running');
      const running = await pipelines.find(made.id);
      expect(running).toMatchObject({ desired: 'running', version: filled.version + 1 });
      await channels.desire(ANNA, channel.id, 'running');
      expect((await pipelines.find(made.id)).version).toBe(running.version);
      const { version } = running;
      await expect(pipelines.remove(ANNA, made.id, version)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      await expect(pipelines.replaceMappings(ANNA, made.id, version, [])).rejects.toThrow('last mapping');
      const moved = { ...input, sourceId: target.id, targetId: source.id };
      await expect(pipelines.update(ANNA, made.id, version, moved)).rejects.toThrow('source or target');
      await channels.desire(ANNA, channel.id, 'stopped');
      expect(await pipelines.update(ANNA, made.id, version + 1, moved)).toMatchObject({ sourceId: target.id });
      const empty = await channels.create(ANNA, channelInput('empty'));
      await expect(channels.desire(ANNA, empty.id, 'running')).rejects.toThrow('no pipeline');
    });

    test('a checkpoint belongs to one pipeline', async () => {
      const { channel, input } = await pipeline();
      const named = { ...input, name: 'q', checkpointName: 'sync-1a2b3c4d' };
      expect(await pipelines.create(ANNA, channel.id, named)).toMatchObject({ checkpointName: 'sync-1a2b3c4d' });
      await expect(pipelines.create(ANNA, channel.id, { ...named, name: 'r' })).rejects.toThrow(
        '"sync-1a2b3c4d" belongs to pipeline "q" of channel "shop"',
      );
      await expect(pipelines.create(ANNA, channel.id, { ...input, name: 's', sourceId: 9999 })).rejects.toThrow(
        'data source 9999, to be the source, does not exist',
      );
      await expect(pipelines.create(ANNA, 9999, input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('a pair is two pipelines that are made, changed and deleted as one', async () => {
      const { channel, input, source, target } = await pipeline();
      const pair = {
        ...input,
        name: 'pair',
        checkpointName: 'shop',
        twoWay: { conflicts: 'from' as const, rules: [], ask: ['shop.a'] },
      };
      const out = await pipelines.create(ANNA, channel.id, pair);
      const backId = out.twoWay?.counterpartId ?? 0;
      expect(out).toMatchObject({
        name: 'pair',
        checkpointName: 'shop.out',
        twoWay: { conflicts: 'from', ask: ['shop.a'], leads: true },
      });
      const there = { name: 'pair.back', checkpointName: 'shop.back', sourceId: target.id, targetId: source.id };
      const turned = { conflicts: 'from', leads: false, counterpartId: out.id };
      expect(await pipelines.find(backId)).toMatchObject({ ...there, twoWay: turned, version: 1 });

      await pipelines.replaceMappings(ANNA, out.id, 1, mappings('shop.*'));
      expect((await pipelines.mappings(backId)).mappings).toEqual(mappings('shop.*'));
      const renamed = { ...input, name: 'shops', parameters: { workers: 3 } };
      await pipelines.update(ANNA, out.id, 2, renamed);
      const back = await pipelines.find(backId);
      expect(back).toMatchObject({ name: 'shops.back', parameters: { workers: 3 }, sourceId: target.id, version: 3 });

      const follows = '"shops.back" is the way back of "shops"';
      await expect(pipelines.update(ANNA, backId, 3, { ...input, name: 'x' })).rejects.toThrow(follows);
      await expect(pipelines.replaceMappings(ANNA, backId, 3, mappings('a.b'))).rejects.toThrow(follows);
      await expect(pipelines.remove(ANNA, backId, 3)).rejects.toThrow(follows);
      const moved = { ...renamed, sourceId: target.id, targetId: source.id };
      await expect(pipelines.update(ANNA, out.id, 3, moved)).rejects.toThrow('servers of a pair cannot change');

      await pipelines.desire(ANNA, backId, 'running');
      expect([(await pipelines.find(out.id)).desired, (await pipelines.find(backId)).desired]).toEqual([
        'stopped',
        'running',
      ]);
      await expect(pipelines.remove(ANNA, out.id, 3)).rejects.toThrow('"shops" runs');
      await expect(pipelines.replaceMappings(ANNA, out.id, 3, [])).rejects.toThrow('last mapping');
      await pipelines.desire(ANNA, backId, 'stopped');
      await pipelines.remove(ANNA, out.id, 3);
      await expect(pipelines.find(backId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('a pair refuses what would make one direction mean other rows than the other', async () => {
      const { channel, input, source } = await pipeline();
      const pair = { ...input, name: 'pair', twoWay: { conflicts: 'newest' as const, rules: [], ask: [] } };
      const refused = async (change: object, reason: string) => {
        await expect(pipelines.create(ANNA, channel.id, { ...pair, ...change })).rejects.toThrow(reason);
      };
      await refused({ targetId: source.id }, 'the same data source');
      await refused({ name: 'x'.repeat(60) }, '59 characters at most');
      await refused({ parameters: { apply: 'row' } }, 'apply: row');
      await refused({ parameters: { mode: 'full' } }, 'mode: full');
      await refused({ parameters: { start: 'earliest' } }, 'leave out the start');
      await pipelines.create(ANNA, channel.id, { ...input, name: 'taken.back' });
      await refused({ name: 'taken' }, 'pipeline "taken.back"');
      const { id } = await pipelines.create(ANNA, channel.id, pair);
      const elsewhere = mappingsSchema.parse([{ source: 'a.b', target: 'c.d' }]);
      await expect(pipelines.replaceMappings(ANNA, id, 1, elsewhere)).rejects.toThrow('same name on both sides');
      const chosen = mappingsSchema.parse([{ source: 'a.b', columns: { mode: 'include', names: ['id'] } }]);
      await expect(pipelines.replaceMappings(ANNA, id, 1, chosen)).rejects.toThrow('all columns of "a.b"');
    });

    test('standby and primary change places', async () => {
      const made = await sources.create(ANNA, sourceInput('a', { standby: { host: 'db2', port: 3307 } }));
      const switched = await sources.switchOver(ANNA, made.id, 1);
      expect(switched).toMatchObject({ primary: { host: 'db2', port: 3307 }, standby: { host: 'db1', port: 3306 } });
      const alone = await sources.create(ANNA, sourceInput('b'));
      await expect(sources.switchOver(ANNA, alone.id, 1)).rejects.toThrow('"b" has no standby');
    });

    test('system parameters have a version as well', async () => {
      expect(await systemParameters(store)).toEqual({ version: 1, parameters: {} });
      await replaceSystemParameters(store, ANNA, 1, { workers: 8 });
      expect(await systemParameters(store)).toEqual({ version: 2, parameters: { workers: 8 } });
      await expect(replaceSystemParameters(store, ANNA, 1, {})).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    });

    test('an administrator is always left', async () => {
      const input = { name: 'root', role: 'ADMIN' as const, disabled: false, channelIds: [] };
      const root = await users.create(ANNA, input, 'hash');
      await expect(users.remove(ANNA, root.id, 1)).rejects.toThrow('"root" is the last administrator');
      await expect(users.update(ANNA, root.id, 1, { ...input, role: 'VIEWER' })).rejects.toThrow('last administrator');
      await expect(users.update(ANNA, root.id, 1, { ...input, disabled: true })).rejects.toThrow('last administrator');
      const other = await users.create(ANNA, { ...input, name: 'other' }, 'hash');
      const both = await Promise.allSettled([users.remove(ANNA, root.id, 1), users.remove(ANNA, other.id, 1)]);
      expect(both.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await users.count()).toBe(1);
    });

    test('a grant goes with its channel', async () => {
      const channel = await channels.create(ANNA, channelInput('a'));
      const input = { name: 'olga', role: 'OPERATOR' as const, disabled: false, channelIds: [channel.id] };
      const olga = await users.create(ANNA, input, 'hash');
      expect(olga.channelIds).toEqual([channel.id]);
      await expect(users.update(ANNA, olga.id, 1, { ...input, channelIds: [9999] })).rejects.toThrow('channel 9999');
      expect((await users.find(olga.id)).version).toBe(1);
      await channels.remove(ANNA, channel.id, 1);
      expect((await users.find(olga.id)).channelIds).toEqual([]);
    });

    test('sessions end by time, by password and by being disabled; tokens by being revoked', async () => {
      const input = { name: 'olga', role: 'OPERATOR' as const, disabled: false, channelIds: [] };
      const olga = await users.create(ANNA, input, 'hash');
      const credentials = new CredentialStore(store);
      const actor = { userId: olga.id, userName: 'olga', via: 'session' };
      const open = async () => secretHash(await credentials.openSession(actor, olga.id));
      const first = await open();
      expect(await credentials.session(first)).toMatchObject({ userName: 'olga', role: 'OPERATOR' });
      nowMs += SESSION_IDLE_MS - 1;
      expect(await credentials.session(first)).not.toBeNull();
      nowMs += SESSION_IDLE_MS - 1;
      expect(await credentials.session(first)).not.toBeNull();
      nowMs += SESSION_IDLE_MS + 1;
      expect(await credentials.session(first)).toBeNull();
      const [second, third] = [await open(), await open()];
      await users.setPassword(actor, olga.id, 'other', third);
      expect([await credentials.session(second), await credentials.session(third)]).toEqual([
        null,
        expect.objectContaining({ userId: olga.id }),
      ]);
      const asked = { name: 'ci', scopes: ['read' as const], expiresAtMs: nowMs + 1000 };
      const { token, secret } = await credentials.createToken(actor, olga.id, asked);
      expect(await credentials.token(secret)).toMatchObject({ tokenName: 'ci', scopes: ['read'] });
      await expect(credentials.createToken(actor, olga.id, asked)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      await expect(credentials.removeToken(actor, olga.id + 1, token.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      nowMs += 1000;
      expect(await credentials.token(secret)).toBeNull();
      await credentials.removeToken(actor, olga.id, token.id);
      expect(await credentials.tokens(olga.id)).toEqual([]);
      const { version } = await users.find(olga.id);
      await users.update(ANNA, olga.id, version, { ...input, disabled: true });
      expect(await credentials.session(third)).toBeNull();
      const stored = await store.read((db) => db.selectFrom('sessions').selectAll().execute());
      expect(stored).toEqual([]);
    });

    test('events are found by what they are about', async () => {
      const event = { atMs: nowMs, level: 'error' as const, code: 'LOG_PURGED', channelId: 1, pipelineId: 2 };
      await appendEvents(store, [
        { ...event, message: 'the log is gone' },
        { ...event, level: 'info', code: null, pipelineId: 3, message: 'running 100%' },
      ]);
      expect((await events(store, FIRST, {})).items.map((e) => e.message)).toEqual(['running 100%', 'the log is gone']);
      expect((await events(store, FIRST, { pipelineId: 2 })).total).toBe(1);
      expect((await events(store, FIRST, { search: '100%' })).items).toMatchObject([{ level: 'info', code: null }]);
      expect((await events(store, FIRST, { level: 'error', code: 'LOG_PURGED', channelId: 1 })).total).toBe(1);
    });

    test('events are said in Chinese, and found by it, as far as they were kept to be said again', async () => {
      const event = { atMs: nowMs, level: 'error' as const, code: 'LOG_PURGED', channelId: 1, pipelineId: 2 };
      const why = { en: 'no such file', zh: '文件不存在' };
      const summary = `${ERRORS.LOG_PURGED.summary}: a file`;
      await appendEvents(store, [
        { ...event, message: summary },
        { ...event, ...asMessage(keep('verification-failed', { why })) },
        // As an engine of another version may send it.
        { ...event, message: 'unheard of', said: { id: 'unheard-of', fillings: {} } },
        { ...event, message: 'long', said: keep('told', { text: 'x'.repeat(20_000) }) },
      ]);
      const texts = async (search?: string) =>
        (await events(store, FIRST, { search })).items.map(({ messageZh }) => messageZh);
      expect(await texts()).toEqual([
        ...['long', 'unheard of', '校验失败：文件不存在', `${ERRORS.LOG_PURGED.summaryZh}：a file`],
      ]);
      for (const search of ['校验失败', '不存在', 'no such'])
        expect(await texts(search)).toEqual(['校验失败：文件不存在']);
      expect(await texts('“')).toEqual([]);
    });

    test('an idempotency key answers again, and belongs to one request', async () => {
      const root = await users.create(ANNA, { name: 'r', role: 'ADMIN', disabled: false, channelIds: [] }, 'hash');
      const keys = new IdempotencyKeys(store);
      expect(await keys.begin(root.id, 'k1', 'POST a')).toBeNull();
      await expect(keys.begin(root.id, 'k1', 'POST a')).rejects.toThrow('still running');
      await keys.end(root.id, 'k1', { status: 201, body: '{"secret":"otr_hidden"}' });
      expect(await keys.begin(root.id, 'k1', 'POST a')).toEqual({ status: 201, body: '{"secret":"otr_hidden"}' });
      await expect(keys.begin(root.id, 'k1', 'POST b')).rejects.toMatchObject({ code: 'IDEMPOTENCY_CLASH' });
      const rows = await store.read((db) => db.selectFrom('idempotencyKeys').selectAll().execute());
      expect(JSON.stringify(rows)).not.toContain('hidden');
      expect(await keys.begin(root.id, 'k2', 'POST a')).toBeNull();
      await keys.forget(root.id, 'k2');
      expect(await keys.begin(root.id, 'k2', 'POST a')).toBeNull();
      nowMs += 61_000;
      expect(await keys.begin(root.id, 'k2', 'POST a')).toBeNull();
      nowMs += 25 * 3600_000;
      expect(await keys.begin(root.id, 'k1', 'POST b')).toBeNull();
    });

    test('a request whose process died between its change and its answer is not made again', async () => {
      const root = await users.create(ANNA, { name: 'r', role: 'ADMIN', disabled: false, channelIds: [] }, 'hash');
      const keys = new IdempotencyKeys(store);
      const change = async (keyText: string, failure?: Error): Promise<void> => {
        expect(await keys.begin(root.id, keyText, 'POST a')).toBeNull();
        await store.during(
          (tx) => keys.carriedOut(tx, root.id, keyText),
          () =>
            store.write(async (tx) => {
              await tx.updateTable('users').set({ failedLogins: 1 }).where('id', '=', root.id).execute();
              if (failure !== undefined) throw failure;
            }),
        );
      };
      await change('made');
      await expect(change('undone', new Error('no'))).rejects.toThrow('no');
      await expect(keys.begin(root.id, 'made', 'POST a')).rejects.toThrow('still running');
      nowMs += 61_000;
      await expect(keys.begin(root.id, 'made', 'POST a')).rejects.toThrow('carried out');
      // What was rolled back may be sent again.
      expect(await keys.begin(root.id, 'undone', 'POST a')).toBeNull();
    });
  });
}
