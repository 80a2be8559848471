// Goal: the page of nodes tells what this process runs and how busy it is; a drain stops everything at once, and a resume
// starts exactly that again, also after a restart. Method: a manager over a store in memory, a host that runs nothing.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NodeLoad } from '../run/node-load.ts';
import { FakeHost } from '../run/fake-host.fixture.ts';
import { drainOf } from '../store/node-drain.ts';
import { createWorld, samples, type World } from './world.fixture.ts';

interface Node {
  name: string;
  load: { overMs: number; processors: number } | null;
  pipelines: { pipelineId: number; busy: number | null }[];
  drained: { userName: string; pipelines: number[] } | null;
}

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => world.close());

const admin = (name: keyof ReturnType<typeof samples>) => world.as('ADMIN', samples(world.ids)[name]);
const node = async (): Promise<Node | undefined> => (await admin('nodes.list')).json<{ items: Node[] }>().items[0];

test('what is drained stops, is known with who did it, and runs again by a resume', async () => {
  const { pipeline } = world.ids;
  await admin('channels.start');
  const runs = () => [...world.host.running.keys()].map(Number).sort((a, b) => a - b);
  await vi.waitFor(() => expect(runs()).toContain(pipeline));
  const before = runs();
  expect((await node())?.pipelines.map(({ pipelineId }) => pipelineId)).toEqual(before);

  expect((await admin('nodes.drain')).json()).toEqual({ pipelines: before });
  await vi.waitFor(() => expect(runs()).toEqual([]));
  expect((await node())?.drained).toMatchObject({ userName: 'admin', pipelines: before });
  // Once more adds nothing, and forgets nothing.
  expect((await admin('nodes.drain')).json()).toEqual({ pipelines: before });
  expect(await drainOf(world.services.store, 'node')).toMatchObject({ pipelines: before });

  expect((await admin('nodes.resume')).json()).toEqual({ pipelines: before });
  await vi.waitFor(() => expect(runs()).toEqual(before));
  expect((await node())?.drained).toBeNull();
  expect((await admin('nodes.resume')).json()).toEqual({ pipelines: [] });
  expect(runs()).toEqual(before);
});

test('what nobody drained is not started, and another node is not there', async () => {
  expect((await admin('nodes.resume')).json()).toEqual({ pipelines: [] });
  expect(world.host.running.size).toBe(0);
  const response = await world.as('ADMIN', { method: 'POST', url: '/api/v1/nodes/other/drain' });
  expect(response.statusCode).toBe(404);
});

test('the share a thread worked is that since the last look, and a new thread counts from zero', () => {
  const host = new FakeHost();
  let now = 0;
  const load = new NodeLoad(host, () => now);
  expect(load.last).toBeNull();
  const look = (busyMs: number, idleMs: number): number | undefined => {
    host.running.set('7', { id: '7', options: {} });
    host.loops.set('7', { busyMs, idleMs });
    now += 1000;
    load.sample();
    return load.last?.busy.get(7);
  };
  expect([look(100, 900), look(600, 1400), look(600, 2400), look(200, 0)]).toEqual([0.1, 0.5, 0, 1]);
  expect(load.last?.overMs).toBe(1000);
  expect(load.last?.processors).toBeGreaterThan(0);
  load.close();
});
