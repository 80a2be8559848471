import type { ConflictRecord, Overruling } from '@otter/engine';
import { expect, test } from 'vitest';
import { FakeEngine, FakeSurroundings, run } from '../surroundings.fixture.ts';

const TO = ['--to', 'mysql://u@b/'];
const RECORD: ConflictRecord = {
  ...{ id: 17, pipeline: 'shop.out', table: 'shop.item', key: 'id=1', keyHash: 'ab', kind: 'update-written' },
  ...{ outcome: 'local', rule: 'newest', state: 'open', incomingAtMs: 0, localAtMs: null, file: 'b.1', offset: 4 },
  ...{
    before: '{"id":"1"}',
    after: '{"id":"1","text":"a"}',
    local: null,
    left: null,
    decidedAt: '2026-11-21 08:00:00',
  },
  ...{ chosen: null, settledBy: null, settledAt: null },
};

function engineWith(control: FakeEngine['control']): FakeEngine {
  const engine = new FakeEngine();
  engine.control = { pipelines: async () => ['shop.out'], ...control };
  return engine;
}

test('list shows one state, show one record of whatever age', async () => {
  const asked: unknown[] = [];
  const engine = engineWith({
    conflicts: async (...given) => (asked.push(given), [RECORD]),
    conflict: async (id) => (id === 17 ? RECORD : null),
  });
  const list = new FakeSurroundings(['conflicts', 'list', '--state', 'open', ...TO]);
  expect(await run(list, engine)).toBe(0);
  expect(asked).toEqual([['shop.out', 1000, { state: 'open' }]]);
  expect(list.stdout.text).toMatch(/17 +shop\.out +shop\.item +id=1 +update-written +target +newest +open/);
  const show = new FakeSurroundings(['conflicts', 'show', '#17', ...TO]);
  expect(await run(show, engine)).toBe(0);
  expect(show.stdout.text).toMatch(/stayed {4}target \(newest\)[^]*found {5}\(no row\)[^]*state {5}open/);
  const missing = new FakeSurroundings(['conflicts', 'show', '18', ...TO]);
  expect(await run(missing, engine)).toBe(1);
  expect(missing.stderr.text).toMatch(/CONFLICT_MISSING[^]*this server holds no conflict 18/);
});

test.each<[string, string[], Overruling]>([
  ['the source', ['source', '--by', 'ann'], { id: 17, verdict: { keep: 'incoming' }, by: 'ann', force: false }],
  ['the target', ['target', '--by', 'ann', '--force'], { id: 17, verdict: { keep: 'local' }, by: 'ann', force: true }],
  [
    'columns',
    ['a=b=source', 'c=target', '--by', 'ann'],
    { id: 17, verdict: { columns: { 'a=b': 'incoming', c: 'local' } }, by: 'ann', force: false },
  ],
])('keep hands on a choice of %s', async (_name, argv, order) => {
  const orders: Overruling[] = [];
  const engine = engineWith({ overrule: async (given) => (orders.push(given), RECORD) });
  const surroundings = new FakeSurroundings(['conflicts', 'keep', '17', ...argv, ...TO, '--lang', 'zh']);
  expect(await run(surroundings, engine)).toBe(0);
  expect(orders).toEqual([order]);
  expect(surroundings.stdout.text).toBe('#17 shop.item id=1：已写入，对端会随之同步\n');
});

test('confirm settles the record of the other side too, where that is given', async () => {
  const settled: unknown[] = [];
  const engine = engineWith({
    confirm: async (id, by) => ({ ...RECORD, id, state: 'settled', settledBy: by }),
    settleRow: async ({ pipeline, keyHash }, by) => settled.push([pipeline, keyHash, by]),
  });
  const argv = ['conflicts', 'confirm', '17', '--by', 'ann', '--from', 'mysql://u@a/', '--json', ...TO];
  const surroundings = new FakeSurroundings(argv);
  expect(await run(surroundings, engine)).toBe(0);
  expect(surroundings.jsonLines()).toMatchObject([{ id: 17, state: 'settled', settledBy: 'ann' }]);
  expect(settled).toEqual([['shop.back', 'ab', 'ann']]);
  expect(engine.closed).toBe(2);
});

test('who is to be asked about conflicts is told to both directions, and is nothing of one', async () => {
  const sync = ['sync', '--from', 'mysql://u@a/', '--tables', 'shop.*', '--conflicts-ask', 'shop.item', ...TO];
  const engine = new FakeEngine();
  engine.pipeline.work = async () => {};
  expect(await run(new FakeSurroundings([...sync, '--two-way']), engine)).toBe(0);
  expect(engine.options?.twoWay).toMatchObject({ leads: false, ask: [{}] });
  const oneWay = new FakeSurroundings(sync);
  expect(await run(oneWay, engine)).toBe(2);
  expect(oneWay.stderr.text).toMatch(/--conflicts-ask only makes sense with --two-way/);
});

test.each([
  [['keep', '17', 'both'], /"both" is no choice/],
  [['keep', '17', 'source', 'a=target'], /"source" is no choice/],
  [['confirm', 'x'], /"x" is not the number of a conflict/],
  [['list', '--state', 'new'], /decided, open, settled/],
])('%j is refused', async (argv, message) => {
  const surroundings = new FakeSurroundings(['conflicts', ...argv, ...TO]);
  expect(await run(surroundings, engineWith({}))).toBe(2);
  expect(surroundings.stderr.text).toMatch(message);
});
