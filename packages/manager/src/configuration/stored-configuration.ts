import type { SignIn } from '../auth/sign-in.ts';
import type { DataSource } from '../model/data-source.ts';
import type { Pipeline } from '../model/channel.ts';
import { pairName, type Pair } from '../model/two-way.ts';
import type { LiveState } from '../run/live-state.ts';
import type { AlarmReceivers } from '../store/alarm-receivers.ts';
import type { AlarmRules } from '../store/alarm-rules.ts';
import type { Channels } from '../store/channels.ts';
import type { DataSources } from '../store/data-sources.ts';
import type { Pipelines } from '../store/pipelines.ts';
import type { Store } from '../store/store.ts';
import { systemParameters } from '../store/system-parameters.ts';
import type { Users } from '../store/users.ts';
import type { ConfigurationDocument, Documents } from './document.ts';

/** Where the configuration lies, and what says whether it can be changed. */
export interface ConfigurationParts {
  store: Store;
  dataSources: DataSources;
  channels: Channels;
  pipelines: Pipelines;
  alarmReceivers: AlarmReceivers;
  alarmRules: AlarmRules;
  users: Users;
  signIn: SignIn;
  live: LiveState;
}

/** An object that is stored, as a document, and what a plan has to know besides. */
export interface StoredObject<D extends ConfigurationDocument = ConfigurationDocument> {
  id: number;
  version: number;
  document: D;
}

export interface StoredPipeline extends StoredObject<Documents<'pipeline'>> {
  channelId: number;
  /** It should run. */
  runs: boolean;
  /** It should not, and still finishes its last commits. */
  stopping: boolean;
  /** Of a pair, the direction that follows: its document is that of the leading one. */
  followerId: number | null;
}

/** Everything that is stored, as of one moment. */
export interface StoredConfiguration {
  system: StoredObject<Documents<'system'>>;
  dataSources: StoredObject<Documents<'data-source'>>[];
  channels: StoredObject<Documents<'channel'>>[];
  pipelines: StoredPipeline[];
  receivers: StoredObject<Documents<'alarm-receiver'>>[];
  rules: StoredObject<Documents<'alarm-rule'>>[];
  users: StoredObject<Documents<'user'>>[];
}

export interface Difference {
  /** `parameters.workers` */
  path: string;
  /** Never a secret. */
  before: unknown;
  after: unknown;
}

const EVERYTHING = { limit: 1_000_000, after: null };

/** All of it; to be called within a `write` of the store, so that it is of one moment. */
export async function storedConfiguration(parts: ConfigurationParts): Promise<StoredConfiguration> {
  const system = await systemParameters(parts.store);
  const sources = (await parts.dataSources.list(EVERYTHING)).items;
  const channels = (await parts.channels.list(EVERYTHING)).items;
  const sourceNames = new Map(sources.map(({ id, name }) => [id, name]));
  const channelNames = new Map(channels.map(({ id, name }) => [id, name]));
  return {
    system: { id: 1, version: system.version, document: { kind: 'system', parameters: system.parameters } },
    dataSources: await Promise.all(sources.map((source) => storedDataSource(parts, source))),
    channels: channels.map(({ id, version, name, description, parameters }) => ({
      id,
      version,
      document: { kind: 'channel', name, description, parameters },
    })),
    pipelines: await storedPipelines(parts, sourceNames, channelNames),
    receivers: await storedReceivers(parts),
    rules: await storedRules(parts, channelNames),
    users: await storedUsers(parts, channelNames),
  };
}

async function storedDataSource({ dataSources }: ConfigurationParts, source: DataSource) {
  const { id, version, name, description, primary, standby, user } = source;
  const { password, tls } = await dataSources.access(id);
  const document: Documents<'data-source'> = {
    ...{ kind: 'data-source', name, description, primary, standby, user, tls },
    ...(source.hasPassword ? { password } : {}),
  };
  return { id, version, document };
}

async function storedPipelines(
  { pipelines, live, store }: ConfigurationParts,
  sourceNames: ReadonlyMap<number, string>,
  channelNames: ReadonlyMap<number, string>,
): Promise<StoredConfiguration['pipelines']> {
  const stored: StoredConfiguration['pipelines'] = [];
  const all = new Map((await pipelines.list(EVERYTHING, {})).items.map((pipeline) => [pipeline.id, pipeline]));
  for (const pipeline of all.values()) {
    const { id, version, channelId, name, description, parameters, twoWay } = pipeline;
    if (twoWay?.leads === false) continue;
    const { mappings } = await pipelines.mappings(id);
    const document: Documents<'pipeline'> = {
      ...{
        kind: 'pipeline',
        channel: channelNames.get(channelId) ?? '',
        name,
        description,
        parameters,
        checkpointName: twoWay === null ? pipeline.checkpointName : pairName(pipeline.checkpointName),
      },
      ...(twoWay === null ? {} : { twoWay: pairOf(twoWay) }),
      source: sourceNames.get(pipeline.sourceId) ?? '',
      target: sourceNames.get(pipeline.targetId) ?? '',
      mappings,
    };
    const follower = twoWay === null ? undefined : all.get(twoWay.counterpartId);
    const both = follower === undefined ? [pipeline] : [pipeline, follower];
    const runs = both.some(({ desired }) => desired === 'running');
    const stopping = both.some((each) => live.find(each.id, channelId, store.now()).state === 'stopping');
    stored.push({ id, version, channelId, document, runs, stopping, followerId: follower?.id ?? null });
  }
  return stored;
}

function pairOf(twoWay: NonNullable<Pipeline['twoWay']>): Pair {
  const { counterpartId: _, leads: __, ...pair } = twoWay;
  return pair;
}

async function storedReceivers({ alarmReceivers }: ConfigurationParts): Promise<StoredConfiguration['receivers']> {
  const stored: StoredConfiguration['receivers'] = [];
  for (const { id, version, description } of (await alarmReceivers.list(EVERYTHING)).items) {
    const { name, type, language, headerName, mail, ...secrets } = await alarmReceivers.access(id);
    const there = (secret: string | null, key: string) => (secret === null ? {} : { [key]: secret });
    const document: Documents<'alarm-receiver'> = {
      ...{ kind: 'alarm-receiver', name, description, type, language, headerName, mail },
      ...there(secrets.url, 'url'),
      ...there(secrets.signingKey, 'signingKey'),
      ...there(secrets.headerValue, 'headerValue'),
      ...there(secrets.password, 'password'),
    };
    stored.push({ id, version, document });
  }
  return stored;
}

async function storedRules(
  { alarmReceivers, alarmRules, pipelines }: ConfigurationParts,
  channelNames: ReadonlyMap<number, string>,
): Promise<StoredConfiguration['rules']> {
  const receivers = new Map((await alarmReceivers.list(EVERYTHING)).items.map(({ id, name }) => [id, name]));
  const known = new Map((await pipelines.list(EVERYTHING, {})).items.map((pipeline) => [pipeline.id, pipeline]));
  return (await alarmRules.list(EVERYTHING)).items.map((rule) => {
    const { id, version, channelId, pipelineId, receiverIds, createdAtMs: _, updatedAtMs: __, ...fields } = rule;
    const pipeline = pipelineId === null ? undefined : known.get(pipelineId);
    const channel = channelNames.get(pipeline?.channelId ?? channelId ?? 0) ?? null;
    const names = receiverIds?.map((receiver) => receivers.get(receiver) ?? '').sort() ?? null;
    const place = { channel, pipeline: pipeline?.name ?? null };
    return { id, version, document: { kind: 'alarm-rule', ...fields, ...place, receivers: names } };
  });
}

async function storedUsers(
  { users }: ConfigurationParts,
  channelNames: ReadonlyMap<number, string>,
): Promise<StoredConfiguration['users']> {
  return (await users.list(EVERYTHING)).items.map(({ id, version, name, role, disabled, channelIds }) => ({
    id,
    version,
    document: { kind: 'user', name, role, disabled, channels: channelIds.map((each) => channelNames.get(each) ?? '') },
  }));
}
