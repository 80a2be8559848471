import { api } from '../api/client.ts';
import type { Channel, DataSource, Pipeline } from '../api/objects.ts';
import { conditionOf, worst, type Condition } from './condition.ts';
import { earliest, equalAsOf, type EqualAsOf } from './equality.ts';
import { statusOf, useLive, type LiveView } from './live-store.ts';

const ALL = { params: { query: { limit: '500' } } };

/** A pipeline, what it does now, and the names of its ends. */
export interface PipelineState {
  pipeline: Pipeline;
  condition: Condition;
  source: string;
  target: string;
  equality: EqualAsOf;
  lagMs: number | null;
  rowsPerSecond: number | null;
}

/** A channel as it is now. */
export interface ChannelState {
  channel: Channel;
  pipelines: PipelineState[];
  condition: Condition;
  /** A pipeline of it runs, whether it needs a look or not. */
  runs: boolean;
  equality: EqualAsOf;
  /** The worst of its pipelines. */
  lagMs: number | null;
  rowsPerSecond: number | null;
}

/** Every channel with its pipelines and what they do; undefined until they are known. */
export function useChannelStates(): {
  states: ChannelState[] | undefined;
  /** What they do has been heard: until then they only seem to be starting. */
  isLive: boolean;
  error: unknown;
  retry: () => void;
} {
  const channels = api.useQuery('get', '/api/v1/channels', ALL);
  const pipelines = api.useQuery('get', '/api/v1/pipelines', ALL);
  const sources = api.useQuery('get', '/api/v1/data-sources', ALL);
  const live = useLive();
  const isLive = live.heardAtMs !== null;
  const error = channels.error ?? pipelines.error ?? sources.error;
  const retry = (): void => void Promise.all([channels.refetch(), pipelines.refetch(), sources.refetch()]);
  if (channels.data === undefined || pipelines.data === undefined || sources.data === undefined) {
    return { states: undefined, isLive, error, retry };
  }
  const states = channelStates(channels.data.items, pipelines.data.items, sources.data.items, live);
  return { states, isLive, error, retry };
}

/** What each channel does, by what is heard of its pipelines. */
export function channelStates(
  channels: readonly Channel[],
  pipelines: readonly Pipeline[],
  sources: readonly DataSource[],
  live: LiveView,
): ChannelState[] {
  const names = new Map(sources.map(({ id, name }) => [id, name]));
  return channels.map((channel) => {
    const own = pipelines
      .filter(({ channelId }) => channelId === channel.id)
      .map((pipeline) => pipelineState(pipeline, names, live));
    const lags = own.map(({ lagMs }) => lagMs).filter((lag) => lag !== null);
    const rates = own.map(({ rowsPerSecond }) => rowsPerSecond).filter((rate) => rate !== null);
    return {
      channel,
      pipelines: own,
      condition: worst(own.map(({ condition }) => condition)),
      runs: own.some(({ condition }) => condition.runs),
      equality: earliest(own.map(({ equality }) => equality)),
      lagMs: lags.length === 0 ? null : Math.max(...lags),
      rowsPerSecond: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0),
    };
  });
}

/** Which channels a list shows, and a number counts. One that runs may need a look as well. */
export const CHANNEL_FILTERS = {
  all: () => true,
  running: ({ runs }) => runs,
  wrong: ({ condition: { tone } }) => tone === 'stopped' || tone === 'look',
  stopped: ({ condition: { tone } }) => tone === 'off',
} as const satisfies Record<string, (state: ChannelState) => boolean>;

function pipelineState(pipeline: Pipeline, names: ReadonlyMap<number, string>, live: LiveView): PipelineState {
  const now = live.pipelines.get(pipeline.id);
  const runs = now?.state === 'running';
  return {
    pipeline,
    condition: conditionOf(now, pipeline.desired),
    source: names.get(pipeline.sourceId) ?? '?',
    target: names.get(pipeline.targetId) ?? '?',
    equality: equalAsOf(statusOf(now)),
    lagMs: runs ? (statusOf(now)?.lagMs ?? null) : null,
    rowsPerSecond: runs ? (live.rates.get(pipeline.id) ?? null) : null,
  };
}
