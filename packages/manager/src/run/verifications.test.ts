import { OtterError } from '@otter/core';
import { waitFor } from '@otter/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from '../http/world.fixture.ts';
import { events } from '../store/event-log.ts';
import type { VerificationState } from '../store/verifications.ts';
import { EventRecorder } from './event-recorder.ts';
import { Verifications } from './verifications.ts';

const ANNA = { userId: 1, userName: 'anna', via: 'session' };
const ALL = { tables: null, samplePercent: null, rowsPerSecond: null };

let world: World;
let recorder: EventRecorder;
let verifications: Verifications;
beforeEach(async () => {
  world = await createWorld();
  recorder = new EventRecorder(world.services.store);
  verifications = opened();
});
afterEach(async () => {
  await verifications.close();
  await recorder.flush();
  await world.close();
});

function opened(): Verifications {
  const { store, pipelines, optionsOf } = world.services;
  return new Verifications({ store, pipelines, optionsOf, events: recorder, tools: world.verificationTools });
}

async function becomes(id: number, state: VerificationState) {
  return waitFor(
    async () => {
      const found = await verifications.kept.find(id);
      return found.state === state && found;
    },
    { what: `verification ${id} to be ${state}`, timeoutMs: 5000 },
  );
}

test('tells what it has found, and repairs it when told to', async () => {
  const { id } = await verifications.begin(ANNA, world.ids.pipeline, ALL);
  const done = await becomes(id, 'done');
  expect(done).toMatchObject({ verifyId: 'v1', differences: 1, step: null, error: null, userName: 'anna' });
  expect(await verifications.plan(id)).toEqual([]);
  await verifications.repair(ANNA, id);
  await becomes(id, 'done');
  await waitFor(async () => (await verifications.kept.find(id)).repair?.kind === 'repair', { what: 'the repair' });
  await verifications.undo(ANNA, id);
  await waitFor(async () => (await verifications.kept.find(id)).repair?.kind === 'undo', { what: 'the undo' });
  expect(world.verificationTools.works.map(({ kind }) => kind)).toEqual(['verify', 'plan', 'repair', 'undo']);
  await recorder.flush();
  const log = await events(world.services.store, { limit: 10, after: null }, { code: 'ROWS_DIFFER' });
  expect(log.items).toMatchObject([{ level: 'warn', pipelineId: world.ids.pipeline }]);
});

test('what was under way when the manager ended goes on with the next one', async () => {
  world.verificationTools.isEndless = true;
  const { id } = await verifications.begin(ANNA, world.ids.pipeline, ALL);
  await waitFor(async () => (await verifications.kept.find(id)).verifyId !== null, { what: 'it to have begun' });
  await verifications.close();
  expect(await verifications.kept.find(id)).toMatchObject({ state: 'running', verifyId: 'v1' });
  world.verificationTools.isEndless = false;
  verifications = opened();
  await verifications.start();
  expect(await becomes(id, 'done')).toMatchObject({ differences: 1 });
  expect(world.verificationTools.works.at(-1)).toMatchObject({ kind: 'verify', verifyId: 'v1' });
});

test('a repair that was cut off is not gone on with by itself', async () => {
  const { kept } = verifications;
  await kept.change(world.ids.verified, ['done'], { state: 'repairing' });
  await verifications.start();
  expect(await kept.find(world.ids.verified)).toMatchObject({ state: 'done', error: { code: 'STATE_CONFLICT' } });
  expect(world.verificationTools.works).toEqual([]);
});

test('canceled it stays so, with what it had found', async () => {
  world.verificationTools.isEndless = true;
  const { id } = await verifications.begin(ANNA, world.ids.pipeline, ALL);
  await expect(verifications.begin(ANNA, world.ids.pipeline, ALL)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await expect(verifications.repair(ANNA, id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await waitFor(async () => (await verifications.kept.find(id)).verifyId !== null, { what: 'it to have begun' });
  expect(await verifications.cancel(ANNA, id)).toMatchObject({ state: 'canceled', differences: 1 });
  await verifications.close();
  verifications = opened();
  await verifications.start();
  expect(world.verificationTools.works).toHaveLength(1);
});

test('of many only some run at once, and the others follow', async () => {
  const { pipelines, store } = world.services;
  world.verificationTools.isEndless = true;
  const input = { name: 'more', description: '', sourceId: 1, targetId: 2, parameters: {} };
  const third = await pipelines.create(ANNA, world.ids.empty, input);
  const begun = [];
  for (const pipelineId of [world.ids.pipeline, world.ids.foreign, third.id]) {
    begun.push(await verifications.begin(ANNA, pipelineId, ALL));
  }
  const [first, , last] = begun.map(({ id }) => id) as [number, number, number];
  await becomes(first, 'running');
  expect(await verifications.kept.find(last)).toMatchObject({ state: 'waiting' });
  await verifications.cancel(ANNA, first);
  await becomes(last, 'running');
  // With its pipeline the verification goes too, and its thread ends.
  await store.write((tx) => tx.deleteFrom('pipelines').where('id', '=', third.id).execute());
  await expect(verifications.kept.find(last)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('what it failed of is told', async () => {
  world.verificationTools.failure = new OtterError('ACCESS_DENIED', { detail: 'shop.orders' });
  const { id } = await verifications.begin(ANNA, world.ids.pipeline, ALL);
  expect(await becomes(id, 'failed')).toMatchObject({ error: { code: 'ACCESS_DENIED' } });
  // A repair that fails leaves what was found to be repaired once more.
  world.verificationTools.failure = new OtterError('TARGET_UNREACHABLE', { detail: '' });
  await verifications.repair(ANNA, world.ids.verified);
  await waitFor(async () => (await verifications.kept.find(world.ids.verified)).error !== null, { what: 'an error' });
  expect(await verifications.kept.find(world.ids.verified)).toMatchObject({ state: 'done', verifyId: 'v1' });
});
