import { expect, test } from 'vitest';
import type { Channel, LivePipeline, Pipeline } from '../api/objects.ts';
import { CHANNEL_FILTERS, channelStates } from './channel-states.ts';
import { conditionOf, worst } from './condition.ts';
import { heard, type LiveView } from './live-store.ts';

const STATUS = {
  ...{ state: 'running', lagMs: 10, rowsApplied: 100, parked: [], copy: null, lastError: null },
};

function live(change: Partial<LivePipeline>, status: object | null = STATUS): LivePipeline {
  return {
    ...{ pipelineId: 1, channelId: 1, state: 'running', sinceMs: 0, error: null, retryAtMs: null, restarts: 0 },
    ...{ statusAtMs: 1000, status },
    ...change,
  };
}

const tone = (pipeline: LivePipeline | undefined, desired: 'running' | 'stopped' = 'running') =>
  conditionOf(pipeline, desired).tone;

test('a pipeline is as green as the worst that is known of it', () => {
  expect(tone(live({}))).toBe('flowing');
  expect(tone(live({}, null))).toBe('flowing');
  expect(tone(live({}, { ...STATUS, copy: { tables: 2, tablesDone: 1 } }))).toBe('copying');
  expect(tone(live({}, { ...STATUS, lagMs: 61_000 }))).toBe('look');
  expect(tone(live({}, { ...STATUS, state: 'retrying' }))).toBe('look');
  expect(tone(live({ state: 'restarting' }))).toBe('look');
  expect(tone(live({ state: 'failed' }))).toBe('stopped');
  expect(tone(live({ state: 'stopped' }), 'stopped')).toBe('off');
  expect([tone(undefined, 'running'), tone(undefined, 'stopped')]).toEqual(['look', 'off']);
});

test('a stopped table is named', () => {
  const parked = [
    { id: 1, table: 'shop.t', state: 'parked', code: 'ROW_MISSING', message: 'gone', messageZh: '已删除' },
  ];
  expect(conditionOf(live({}, { ...STATUS, parked }), 'running')).toEqual({
    ...{ tone: 'look', word: 'state.parked', runs: true },
    problem: { code: 'ROW_MISSING', message: 'shop.t: gone', messageZh: 'shop.t：已删除' },
  });
});

const pipeline = (id: number, channelId: number): Pipeline =>
  ({ id, channelId, name: `p${id}`, sourceId: 1, targetId: 2, desired: 'running' }) as Pipeline;

test('a channel with a stopped table runs and needs a look, and is counted as both', () => {
  const parked = [{ id: 1, table: 'shop.t', state: 'parked', code: 'ROW_MISSING', message: 'gone' }];
  const all: [number, LivePipeline][] = [
    [1, live({}, { ...STATUS, parked })],
    [2, live({})],
    [3, live({ state: 'failed' })],
    [4, live({ state: 'stopped' })],
    [5, live({}, { ...STATUS, state: 'retrying' })],
  ];
  const view: LiveView = { connected: true, heardAtMs: 1, pipelines: new Map(all), rates: new Map() };
  const channels = [1, 2, 3, 4, 5].map((id) => ({ id, name: `c${id}` }) as Channel);
  const states = channelStates(
    channels,
    [1, 2, 3, 4, 5].map((id) => pipeline(id, id)),
    [],
    view,
  );
  const counted = (filter: keyof typeof CHANNEL_FILTERS): number[] =>
    states.filter(CHANNEL_FILTERS[filter]).map(({ channel }) => channel.id);
  expect(counted('all')).toEqual([1, 2, 3, 4, 5]);
  expect(counted('running')).toEqual([1, 2]);
  expect(counted('wrong')).toEqual([1, 3, 5]);
  expect(counted('stopped')).toEqual([4]);
});

test('a channel of which one pipeline failed and another runs, runs', () => {
  const both: [number, LivePipeline][] = [
    [1, live({ state: 'failed' })],
    [2, live({})],
  ];
  const view: LiveView = { connected: true, heardAtMs: 1, pipelines: new Map(both), rates: new Map() };
  const [state] = channelStates([{ id: 1, name: 'c' } as Channel], [pipeline(1, 1), pipeline(2, 1)], [], view);
  expect([state?.runs, state?.condition.tone, state?.condition.word]).toEqual([true, 'stopped', 'state.failed-partly']);
});

test('a channel is as its worst pipeline is', () => {
  const conditions = [live({}), live({ state: 'failed' }), live({ state: 'stopped' })].map((each) =>
    conditionOf(each, 'running'),
  );
  expect(worst(conditions).tone).toBe('stopped');
  expect(worst([]).word).toBe('state.empty');
});

test('rates come from two reports, and a restart is no negative rate', () => {
  const empty: LiveView = { connected: false, heardAtMs: null, pipelines: new Map(), rates: new Map() };
  const first = heard(empty, live({}), 5);
  expect([first.connected, first.heardAtMs, first.rates.size]).toEqual([true, 5, 0]);
  const second = heard(first, live({ statusAtMs: 3000 }, { ...STATUS, rowsApplied: 300 }), 6);
  expect(second.rates.get(1)).toBe(100);
  expect(heard(second, live({ statusAtMs: 4000 }, { ...STATUS, rowsApplied: 0 }), 7).rates.get(1)).toBe(0);
  expect(heard(second, live({ state: 'stopping', statusAtMs: 3000 }), 7).rates.get(1)).toBe(100);
});
