// Goal: of a pair both directions start or none, and afterwards each is started and stopped by itself. Method: a manager
// over a store in memory, through its interface, with a preflight that says what the test wants.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Pipeline } from '../model/channel.ts';
import type { Problem } from './problem.ts';
import { createWorld, type World } from './world.fixture.ts';

let world: World;
let pair: Pipeline;
beforeEach(async () => {
  world = await createWorld();
  const payload = { name: 'both', sourceId: world.ids.used, targetId: world.ids.unused, twoWay: { conflicts: 'from' } };
  pair = (await post(`channels/${world.ids.empty}/pipelines`, payload)).json<Pipeline>();
  const headers = { 'if-match': '"1"' };
  const mappings = [{ source: 'shop.*' }];
  const url = `/api/v1/pipelines/${pair.id}/mappings`;
  await world.as('ADMIN', { method: 'PUT', url, headers, payload: { mappings } });
});
afterEach(async () => world.close());

const post = (path: string, payload?: object) =>
  world.as('ADMIN', { method: 'POST', url: `/api/v1/${path}`, ...(payload === undefined ? {} : { payload }) });
const desired = async (id: number) => (await world.services.pipelines.find(id)).desired;
const back = () => pair.twoWay?.counterpartId ?? 0;

/** The preflight of this direction finds something that has to be mended. */
function stopping(direction: 'out' | 'back'): void {
  const line = { subject: 'target', name: 'log_bin', nameZh: '二进制日志', text: 'OFF', textZh: '已关闭' };
  world.services.check.check = (options) =>
    Promise.resolve([{ verdict: options['two-way'] === direction ? 'stop' : 'ok', ...line, fix: null, fixZh: null }]);
}

test.each(['out', 'back'] as const)('neither starts when the preflight of %s stops', async (direction) => {
  stopping(direction);
  const answer = await post(`channels/${world.ids.empty}/start`);
  expect(answer.statusCode).toBe(409);
  const { code, detail, detailZh } = answer.json<Problem>();
  expect([code, detail, detailZh]).toEqual(['PREFLIGHT_FAILED', 'target, log_bin: OFF', 'target，二进制日志：已关闭']);
  expect([await desired(pair.id), await desired(back())]).toEqual(['stopped', 'stopped']);
});

test('both start; then each stops and starts by itself, whatever the preflight of the other says', async () => {
  expect((await post(`channels/${world.ids.empty}/start`)).statusCode).toBe(200);
  expect(world.checked.map((options) => options['two-way'])).toEqual(['out', 'back']);
  expect(world.host.running.has(String(back()))).toBe(true);
  expect((await post(`pipelines/${back()}/stop`)).statusCode).toBe(200);
  expect([await desired(pair.id), await desired(back())]).toEqual(['running', 'stopped']);
  stopping('out');
  expect((await post(`pipelines/${back()}/start`)).json<Pipeline>()).toMatchObject({ desired: 'running' });
  const without = (
    await post(`channels/${world.ids.shop}/pipelines`, { name: 'n', sourceId: 1, targetId: 2 })
  ).json<Pipeline>();
  expect((await post(`pipelines/${without.id}/start`)).json<Problem>().detail).toContain('has no mapping');
});

test('the preflight of a pair that is not stored yet looks both ways', async () => {
  const ends = { sourceId: world.ids.used, targetId: world.ids.unused };
  const mappings = [{ source: 'shop.*' }];
  const answer = await post('preflight', { ...ends, mappings, twoWay: { conflicts: 'to' } });
  expect(answer.json()).toMatchObject({ checks: [{ name: 'log_bin' }], back: [{ name: 'log_bin' }] });
  const renamed = await post('preflight', { ...ends, mappings: [{ source: 'a.b', target: 'a.c' }], twoWay: {} });
  expect(renamed.json<Problem>()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  expect((await post('preflight', { ...ends, mappings })).json()).toMatchObject({ back: null });
});
