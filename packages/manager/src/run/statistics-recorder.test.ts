import { noTime } from '@otter/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from '../http/world.fixture.ts';
import { pipelineStatistics } from '../store/statistics.ts';
import type { LiveStateName } from './live-state.ts';
import { StatisticsRecorder } from './statistics-recorder.ts';

const START_MS = 1_800_000_000_000;
let nowMs: number;
let world: World;
let recorder: StatisticsRecorder;
beforeEach(async () => {
  nowMs = START_MS;
  world = await createWorld(() => nowMs);
  recorder = new StatisticsRecorder(world.services.store, world.services.live);
});
afterEach(async () => {
  await recorder.close();
  await world.close();
});

function told(inserted: number, more: object = {}, state: LiveStateName = 'running'): void {
  const { pipeline, shop } = world.ids;
  const { live } = world.services;
  const stages = { ...noTime(), source: inserted * 10 };
  const changes = { inserted, updated: 0, deleted: 0 };
  const status = { lagMs: 5, changes, bytesRead: inserted * 100, commits: inserted, stages, ...more };
  live.update({ ...live.find(pipeline, shop, nowMs), state, status, statusAtMs: nowMs });
}

async function tick(): Promise<void> {
  nowMs = Math.floor(nowMs / 10_000 + 1) * 10_000;
  await recorder.tick();
}

async function points() {
  const range = { fromMs: START_MS, toMs: nowMs + 10_000, points: 2000 };
  return (await pipelineStatistics(world.services.store, world.ids.pipeline, range)).points;
}

test('what happened in each stretch, from counters that only grow', async () => {
  told(3, { lagMs: 100 });
  told(4, { lagMs: 20 });
  await tick();
  told(10);
  await tick();
  // Nothing was said in this one.
  await tick();
  told(11);
  await tick();
  expect(
    (await points()).map(({ atMs, lagMs, rows, waits }) => [atMs - START_MS, lagMs, rows.insert, waits.source]),
  ).toEqual([
    [0, 100, 4, 40],
    [10_000, 5, 6, 60],
    [30_000, 5, 1, 10],
  ]);
});

test('a new run counts from nothing', async () => {
  told(10);
  await tick();
  told(10, {}, 'stopped');
  told(4);
  await tick();
  expect((await points()).map(({ rows }) => rows.insert)).toEqual([10, 4]);
});

test('an attempt that reads again from an earlier place is no new run', async () => {
  told(10);
  await tick();
  told(12, { bytesRead: 5 });
  await tick();
  expect((await points()).map(({ rows, bytes }) => [rows.insert, bytes])).toEqual([
    [10, 1000],
    [2, 0],
  ]);
});

test('a timer that fires twice for one stretch writes it once, and nothing is lost', async () => {
  told(1);
  nowMs = START_MS + 9_999;
  await recorder.tick();
  told(3);
  nowMs = START_MS + 10_001;
  await recorder.tick();
  nowMs = START_MS + 10_001;
  await tick();
  expect((await points()).map(({ rows }) => rows.insert)).toEqual([1, 2]);
});

test('what cannot be written now is written later, with what came meanwhile', async () => {
  const { store } = world.services;
  const write = store.write.bind(store);
  store.write = () => Promise.reject(new Error('away'));
  told(1);
  await tick();
  told(5);
  store.write = write;
  await tick();
  expect((await points()).map(({ rows }) => rows.insert)).toEqual([1, 4]);
});

test('a status that is no status of ours is left alone', async () => {
  told(1, { changes: 'many' });
  told(1, { lagMs: 'x' });
  await tick();
  expect(await points()).toEqual([]);
});

test('the API tells of it, with the reason why it is not faster', async () => {
  const slow = { ...noTime(), parse: 2000, queue: 8000, sql: 9000, commit: 9000, dependency: 1000 };
  told(5, { lagMs: 9000, lagReadMs: 2000, stages: slow });
  await tick();
  const url = `/api/v1/pipelines/${world.ids.pipeline}/statistics?from=${START_MS}&to=${nowMs}`;
  const answer = (await world.as('VIEWER', { method: 'GET', url })).json<object>();
  expect(answer).toMatchObject({
    resolutionMs: 10_000,
    bottleneck: { code: 'sql', share: 9 / 19 },
    points: [{ lagMs: 9000, lagReadMs: 2000, lagApplyMs: 7000, rows: { insert: 5, update: 0, delete: 0 }, bytes: 500 }],
  });
});
