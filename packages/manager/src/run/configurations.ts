import { randomBytes } from 'node:crypto';
import { OtterError, say } from '@otter/core';
import type { Selectable } from 'kysely';
import {
  effectiveParameters,
  parametersSchema,
  pipelineParametersSchema,
  type Parameters,
  type PipelineParameters,
} from '../model/parameters.ts';
import { pairCheckpoints, pairProblem, pairSchema, type Pair } from '../model/two-way.ts';
import { DataSources } from '../store/data-sources.ts';
import { readMapping } from '../store/pipelines.ts';
import type { Store, Writer } from '../store/store.ts';
import type { ChannelRow, DataSourceRow, MappingRow, PipelineRow } from '../store/tables.ts';
import { found } from '../store/version.ts';
import type { Mapping } from '../model/mapping.ts';
import type { PipelineConfiguration } from './run-options.ts';

/** A pipeline that should run; `configuration` is an error when what is stored cannot be read. */
export interface WantedPipeline {
  pipelineId: number;
  channelId: number;
  /** The pipeline whose start it waits for; null: it starts by itself. */
  leadingId: number | null;
  configuration: PipelineConfiguration | OtterError;
}

interface Rows {
  system: Parameters;
  sources: Map<number, Selectable<DataSourceRow>>;
  channels: Map<number, Selectable<ChannelRow>>;
  mappings: Map<number, Selectable<MappingRow>[]>;
}

/** Every pipeline that should run, with all that concerns it, as of one moment. */
export async function wantedPipelines(store: Store): Promise<WantedPipeline[]> {
  // One transaction, so that a change that is being made is seen whole or not at all.
  return store.write(async (tx) => {
    const pipelines = await tx
      .selectFrom('pipelines')
      .selectAll()
      .where('desired', '=', 'running')
      .orderBy('id')
      .execute();
    const mappings = await tx
      .selectFrom('mappings')
      .innerJoin('pipelines', 'pipelines.id', 'mappings.pipelineId')
      .selectAll('mappings')
      .where('desired', '=', 'running')
      .orderBy('ordinal')
      .execute();
    const rows = await readRows(tx, mappings);
    const sources = new DataSources(store);
    return pipelines.map((pipeline) => wanted(pipeline, rows, sources));
  });
}

/** All that concerns one pipeline, whether it should run or not. Throws NOT_FOUND. */
export async function pipelineConfiguration(store: Store, id: number): Promise<PipelineConfiguration> {
  return store.write(async (tx) => {
    const pipeline = await tx.selectFrom('pipelines').selectAll().where('id', '=', id).executeTakeFirst();
    const mappings = await tx
      .selectFrom('mappings')
      .selectAll()
      .where('pipelineId', '=', id)
      .orderBy('ordinal')
      .execute();
    const rows = await readRows(tx, mappings);
    return configurationOf(found(pipeline, say('pipeline-numbered', { id })), rows, new DataSources(store));
  });
}

/** A pipeline that nobody has stored yet. */
export interface PipelineDraft {
  sourceId: number;
  targetId: number;
  parameters: PipelineParameters;
  mappings: readonly Mapping[];
  twoWay?: Pair | undefined;
}

/**
 * What a draft would be made of, one for each direction. It has a checkpoint's name nobody uses. Throws NOT_FOUND, and
 * REQUEST_INVALID of a pair that could not be stored.
 */
export async function draftConfigurations(store: Store, draft: PipelineDraft): Promise<PipelineConfiguration[]> {
  const { twoWay, sourceId, targetId } = draft;
  const one = await draftConfiguration(store, draft);
  if (twoWay === undefined) return [one];
  const problem = pairProblem({ ...draft, name: '', isOneServer: sourceId === targetId });
  if (problem !== null) throw new OtterError('REQUEST_INVALID', { detail: problem });
  const [out, back] = pairCheckpoints(one.checkpointName);
  const turned = { source: one.target, target: one.source, checkpointName: back };
  return [
    { ...one, checkpointName: out, pair: { ...twoWay, direction: 'out' } },
    { ...one, ...turned, pair: { ...twoWay, direction: 'back' } },
  ];
}

async function draftConfiguration(store: Store, draft: PipelineDraft): Promise<PipelineConfiguration> {
  const sources = new DataSources(store);
  const system = await store.read((db) => db.selectFrom('systemParameters').select('parameters').executeTakeFirst());
  const inherited = parametersSchema.parse(JSON.parse(system?.parameters ?? '{}'));
  return {
    ...{ pipelineId: 0, pipelineName: 'draft', channelId: 0, channelName: 'draft' },
    checkpointName: `draft-${randomBytes(6).toString('hex')}`,
    pair: null,
    parameters: effectiveParameters(
      { system: inherited, channel: {}, pipeline: draft.parameters },
      draft.twoWay !== undefined,
    ),
    source: await sources.access(draft.sourceId),
    target: await sources.access(draft.targetId),
    mappings: draft.mappings,
  };
}

async function readRows(tx: Writer, mappings: readonly Selectable<MappingRow>[]): Promise<Rows> {
  const system = await tx.selectFrom('systemParameters').select('parameters').executeTakeFirstOrThrow();
  return {
    system: parametersSchema.parse(JSON.parse(system.parameters)),
    sources: byId(await tx.selectFrom('dataSources').selectAll().execute()),
    channels: byId(await tx.selectFrom('channels').selectAll().execute()),
    mappings: byPipeline(mappings),
  };
}

function wanted(pipeline: Selectable<PipelineRow>, rows: Rows, sources: DataSources): WantedPipeline {
  const { id: pipelineId, channelId, leadingId } = pipeline;
  try {
    return { pipelineId, channelId, leadingId, configuration: configurationOf(pipeline, rows, sources) };
  } catch (cause) {
    const detail = `what is stored of pipeline "${pipeline.name}" cannot be read`;
    return { pipelineId, channelId, leadingId, configuration: new OtterError('STORE_UNUSABLE', { detail, cause }) };
  }
}

function configurationOf(pipeline: Selectable<PipelineRow>, rows: Rows, sources: DataSources): PipelineConfiguration {
  const channel = present(rows.channels.get(pipeline.channelId));
  const own = pipelineParametersSchema.parse(JSON.parse(pipeline.parameters));
  const inherited = parametersSchema.parse(JSON.parse(channel.parameters));
  return {
    pipelineId: pipeline.id,
    pipelineName: pipeline.name,
    channelId: channel.id,
    channelName: channel.name,
    checkpointName: pipeline.checkpointName,
    pair: pairOf(pipeline),
    parameters: effectiveParameters({ system: rows.system, channel: inherited, pipeline: own }, pipeline.pair !== null),
    source: sources.accessOf(present(rows.sources.get(pipeline.sourceId))),
    target: sources.accessOf(present(rows.sources.get(pipeline.targetId))),
    mappings: (rows.mappings.get(pipeline.id) ?? []).map(readMapping),
  };
}

function pairOf({ pair, leadingId }: Selectable<PipelineRow>): PipelineConfiguration['pair'] {
  if (pair === null) return null;
  return { ...pairSchema.parse(JSON.parse(pair)), direction: leadingId === null ? 'out' : 'back' };
}

function present<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('a row it refers to is missing');
  return row;
}

function byId<T extends { id: number }>(rows: readonly T[]): Map<number, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function byPipeline<T extends { pipelineId: number }>(rows: readonly T[]): Map<number, T[]> {
  const grouped = new Map<number, T[]>();
  for (const row of rows) {
    const group = grouped.get(row.pipelineId);
    if (group === undefined) grouped.set(row.pipelineId, [row]);
    else group.push(row);
  }
  return grouped;
}
