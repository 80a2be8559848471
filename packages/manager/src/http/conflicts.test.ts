// Goal: conflicts are read page by page, settled by those who may, written down, and settled at the other site as well.
// Method: a manager over a store in memory, through its interface; what the target holds is made up.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Pipeline } from '../model/channel.ts';
import type { Problem } from './problem.ts';
import { createWorld, type World } from './world.fixture.ts';

let world: World;
let pair: Pipeline;
beforeEach(async () => {
  world = await createWorld();
  const payload = { name: 'both', sourceId: 1, targetId: 2, checkpointName: 'shop', twoWay: {} };
  const url = `/api/v1/channels/${world.ids.shop}/pipelines`;
  pair = (await world.as('ADMIN', { method: 'POST', url, payload })).json<Pipeline>();
});
afterEach(async () => world.close());

const ask = (path: string, payload?: object) =>
  world.as('OPERATOR', {
    ...{ method: payload === undefined ? 'GET' : 'POST', url: `/api/v1/pipelines/${pair.id}/conflicts${path}` },
    ...(payload === undefined ? {} : { payload }),
  });

test('a list is read page by page, narrowed down, and holds nothing that is ours alone', async () => {
  const first = (await ask('?limit=2')).json<{ items: { id: number }[]; next: number | null }>();
  expect([first.items.map(({ id }) => id), first.next]).toEqual([[3, 2], 2]);
  expect((await ask(`?limit=2&before=${first.next ?? 0}`)).json()).toMatchObject({ items: [{ id: 1 }], next: null });
  expect((await ask('?state=open')).json()).toMatchObject({ items: [{ id: 3 }] });
  expect((await ask('?table=shop.other')).json()).toEqual({ items: [], next: null });
  expect((await ask('/3')).json()).toMatchObject({ key: '{"id":"1"}', local: { id: '1', n: '3' } });
  expect((await ask('/3')).body).not.toContain('keyHash');
  expect((await ask('/4')).json<Problem>()).toMatchObject({ status: 404, detail: 'conflict 4 of this pipeline' });
});

test('a verdict is carried out in the name of who gave it, here and at the other site, and written down', async () => {
  const answer = await ask('/3/keep', { columns: { n: 'incoming' }, force: true });
  expect(answer.json()).toMatchObject({ conflict: { state: 'settled', settledBy: 'operator' }, elsewhere: 1 });
  expect((await ask('/2/confirm', {})).json()).toMatchObject({ conflict: { id: 2 }, elsewhere: 1 });
  expect(world.conflictTools.calls).toEqual([
    ...['overrule 3 {"columns":{"n":"incoming"}} operator by force', 'settle shop shop.orders a1 operator'],
    ...['confirm 2 operator', 'settle shop shop.orders a1 operator'],
  ]);
  const audit = await world.as('ADMIN', { method: 'GET', url: `/api/v1/audit?objectKind=pipeline&limit=2` });
  expect(audit.json()).toMatchObject({
    items: [
      { action: 'conflicts.confirm', after: { conflict: 2, table: 'shop.orders', chosen: null } },
      { action: 'conflicts.keep', after: { conflict: 3, chosen: { columns: { n: 'incoming' } } } },
    ],
  });
});

test('the other site may be out of reach: what was chosen stands', async () => {
  world.conflictTools.isAlone = true;
  const answer = await ask('/3/keep', { keep: 'local' });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ elsewhere: null });
});

test('one side, or columns, and not both', async () => {
  for (const payload of [{}, { force: true }, { keep: 'local', columns: {} }, { keep: 'mine' }]) {
    expect((await ask('/3/keep', payload)).statusCode).toBe(400);
  }
  expect(world.conflictTools.calls).toEqual([]);
});
