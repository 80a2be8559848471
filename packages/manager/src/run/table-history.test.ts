import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from '../http/world.fixture.ts';
import { tableHistory } from '../store/table-statistics.ts';
import type { LiveStateName } from './live-state.ts';
import { TableHistory } from './table-history.ts';

const START_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
let nowMs: number;
let world: World;
let history: TableHistory;
beforeEach(async () => {
  nowMs = START_MS;
  world = await createWorld(() => nowMs);
  history = new TableHistory(world.services.store, world.services.live);
});
afterEach(async () => {
  await history.close();
  await world.close();
});

function becomes(state: LiveStateName): void {
  const { live } = world.services;
  live.update({ ...live.find(world.ids.pipeline, world.ids.shop, nowMs), state });
}

/** What the run that goes on has counted: rows inserted, by table. */
function counted(inserted: Record<string, number>): void {
  const of = (rows: number) => ({ target: 'x.y', inserted: rows, updated: 0, deleted: 0 });
  const tables = Object.fromEntries(Object.entries(inserted).map(([table, rows]) => [table, of(rows)]));
  world.services.live.updateTables(world.ids.pipeline, tables);
}

async function minute(): Promise<void> {
  await history.tick();
  nowMs += MINUTE_MS;
}

async function points(table: string, points = 2000) {
  const { store } = world.services;
  const range = { fromMs: START_MS, toMs: nowMs + MINUTE_MS, points };
  const found = await tableHistory(store, { pipelineId: world.ids.pipeline, table }, range);
  return found.points.map(({ atMs, inserted }) => [(atMs - START_MS) / MINUTE_MS, inserted]);
}

const total = async (table: string) => (await history.totals(world.ids.pipeline)).get(table)?.inserted;

test('what was applied to each table in each minute; a minute without is left out', async () => {
  becomes('starting');
  counted({ 'shop.a': 3 });
  counted({ 'shop.a': 5, 'shop.b': 1 });
  await minute();
  counted({ 'shop.a': 5, 'shop.b': 4 });
  await minute();
  await minute();
  counted({ 'shop.a': 6, 'shop.b': 4 });
  expect(await total('shop.a')).toBe(6);
  await minute();
  expect(await points('shop.a')).toEqual([
    [0, 5],
    [3, 1],
  ]);
  expect(await points('shop.b')).toEqual([
    [0, 1],
    [1, 3],
  ]);
  expect(await points('shop.b', 1)).toEqual([[0, 4]]);
});

test('a run counts from nothing, and the sum of all runs goes on, also over a restart of the manager', async () => {
  becomes('starting');
  counted({ 'shop.a': 10 });
  becomes('stopped');
  becomes('starting');
  // More than before: only the start of another run tells that these are new.
  counted({ 'shop.a': 12 });
  expect(await total('shop.a')).toBe(22);
  await history.close();
  history = new TableHistory(world.services.store, world.services.live);
  expect(await total('shop.a')).toBe(22);
  becomes('starting');
  counted({ 'shop.a': 1 });
  await minute();
  expect(await total('shop.a')).toBe(23);
  expect(await points('shop.a')).toEqual([[0, 23]]);
});

test('what cannot be written now is written later, once', async () => {
  const { store } = world.services;
  const write = store.write.bind(store);
  becomes('starting');
  counted({ 'shop.a': 1 });
  store.write = () => Promise.reject(new Error('away'));
  await minute();
  store.write = async (work) => {
    // Something happens while it is being written.
    const result = await write(work);
    counted({ 'shop.a': 7 });
    return result;
  };
  await minute();
  store.write = write;
  await minute();
  expect(await points('shop.a')).toEqual([
    [1, 1],
    [2, 6],
  ]);
});

test('of thousands of tables some wait for the next minute, and none is left out', async () => {
  becomes('starting');
  const names = Array.from({ length: 3000 }, (_, i) => `shop.t${i}`);
  counted(Object.fromEntries(names.map((name) => [name, 1])));
  await minute();
  const written = await world.services.store.read((db) => db.selectFrom('pipelineTables').select('name').execute());
  expect(written).toHaveLength(2000);
  // One that is written goes behind those that wait.
  counted(Object.fromEntries(names.map((name, i) => [name, i === 0 ? 2 : 1])));
  await minute();
  const totals = await history.totals(world.ids.pipeline);
  expect([...totals.values()].reduce((sum, { inserted }) => sum + inserted, 0)).toBe(3001);
  expect(await points('shop.t2999')).toEqual([[1, 1]]);
});

test('it is kept by the minute for 7 days, by the hour for a year, and the sum for good', async () => {
  becomes('starting');
  counted({ 'shop.a': 1 });
  await minute();
  const kept = async () => {
    const rows = world.services.store.read((db) => db.selectFrom('tableStatistics').select('resolutionMs').execute());
    return (await rows).map(({ resolutionMs }) => resolutionMs).sort((a, b) => a - b);
  };
  expect(await kept()).toEqual([0, 60_000, 3600_000]);
  nowMs += 8 * 24 * 3600_000;
  await history.tick();
  expect(await kept()).toEqual([0, 3600_000]);
  expect(await points('shop.a')).toEqual([[0, 1]]);
  nowMs += 365 * 24 * 3600_000;
  await history.tick();
  expect(await kept()).toEqual([0]);
  expect(await total('shop.a')).toBe(1);
});

test('of a pipeline that was deleted nothing is kept, and nothing fails', async () => {
  becomes('starting');
  counted({ 'shop.a': 1 });
  await minute();
  counted({ 'shop.a': 2 });
  await world.services.store.write((tx) => tx.deleteFrom('pipelines').where('id', '=', world.ids.pipeline).execute());
  world.services.live.forget(world.ids.pipeline);
  await minute();
  const left = await world.services.store.read((db) => db.selectFrom('tableStatistics').selectAll().execute());
  expect(left).toEqual([]);
});

test('the API tells of it, as JSON and as CSV', async () => {
  becomes('starting');
  counted({ 'shop.a': 5 });
  await minute();
  const url = `/api/v1/pipelines/${world.ids.pipeline}/tables/history?table=shop.a&from=${START_MS}&to=${nowMs}`;
  const json = await world.as('VIEWER', { method: 'GET', url });
  const point = { atMs: START_MS, inserted: 5, updated: 0, deleted: 0 };
  expect(json.json()).toEqual({ resolutionMs: MINUTE_MS, points: [point] });
  const csv = await world.as('VIEWER', { method: 'GET', url: `${url}&format=csv` });
  expect(csv.headers['content-type']).toContain('text/csv');
  expect(csv.body).toBe('time,inserted,updated,deleted\r\n2027-01-15T08:00:00.000Z,5,0,0\r\n');
});
