import { OtterError, say } from '@otter/core';
import { z } from 'zod';
import { forbidden } from '../../auth/access.ts';
import { PIPELINES_MAX, pipelineCreationSchema, pipelineInputSchema, pipelineSchema } from '../../model/channel.ts';
import { mappingsSchema } from '../../model/mapping.ts';
import { effectiveParameters, parametersSchema } from '../../model/parameters.ts';
import { assertPairsMayStart } from '../../run/pair-check.ts';
import { replaceSystemParameters, systemParameters } from '../../store/system-parameters.ts';
import {
  actorOf,
  identityOf,
  idParams,
  idText,
  nothing,
  pageRequest,
  pageSchema,
  searchQuery,
  tagged,
  versionHeaders,
  versionOf,
  type App,
  type Services,
} from '../contract.ts';

const TAGS = ['pipelines'];
const listQuery = searchQuery.extend({ channelId: idText.optional() });
const mappingListSchema = z.object({ version: z.int(), mappings: mappingsSchema });

/** Pipelines: from one data source to another. */
export function registerPipelineRoutes(app: App, services: Services): void {
  const { pipelines } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines',
    config: { name: 'pipelines.list' },
    schema: { tags: TAGS, summary: 'Pipelines', querystring: listQuery, response: { 200: pageSchema(pipelineSchema) } },
    handler: async ({ query }) => pipelines.list(pageRequest(query), query),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/channels/:id/pipelines',
    config: { name: 'pipelines.create' },
    schema: {
      tags: TAGS,
      summary: 'Create a pipeline in a channel; with `twoWay` both directions, of which the leading one is answered',
      params: idParams,
      body: pipelineCreationSchema,
      response: { 201: pipelineSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(tagged(reply, await pipelines.create(actorOf(request), request.params.id, request.body))),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id',
    config: { name: 'pipelines.read' },
    schema: { tags: TAGS, summary: 'A pipeline', params: idParams, response: { 200: pipelineSchema } },
    handler: async (request, reply) => tagged(reply, await pipelines.find(request.params.id)),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/pipelines/:id',
    config: { name: 'pipelines.update', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Change a pipeline; it restarts when it runs. Source and target are changed by administrators',
      params: idParams,
      headers: versionHeaders,
      body: pipelineInputSchema,
      response: { 200: pipelineSchema },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const version = versionOf(request);
      const { sourceId, targetId } = await pipelines.find(id);
      const moved = sourceId !== request.body.sourceId || targetId !== request.body.targetId;
      // A granted channel is not the right to read any server and write it to any other.
      if (moved && identityOf(request).role !== 'ADMIN') {
        throw forbidden(say('pipeline-ends-need'));
      }
      return tagged(reply, await pipelines.update(actorOf(request), id, version, request.body));
    },
  });
  registerDeletion(app, services);
  registerStartStop(app, services);
  registerMappingRoutes(app, services);
  registerParameterRoutes(app, services);
}

function registerStartStop(app: App, services: Services): void {
  const { pipelines, scheduler } = services;
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/start',
    config: { name: 'pipelines.start', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Start one pipeline of a channel; one that waits after a failure tries at once',
      params: idParams,
      response: { 200: pipelineSchema },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { channelId } = await pipelines.find(id);
      const all = await pipelines.list({ limit: PIPELINES_MAX, after: null }, { channelId });
      const concerned = all.items.filter((each) => each.id === id || each.twoWay?.counterpartId === id);
      await assertPairsMayStart(services, concerned);
      const pipeline = await pipelines.desire(actorOf(request), id, 'running');
      await scheduler.refresh();
      scheduler.startWaiting({ pipelineId: id });
      return tagged(reply, pipeline);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/stop',
    config: { name: 'pipelines.stop', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Stop one pipeline of a channel; it finishes the commits under way',
      params: idParams,
      response: { 200: pipelineSchema },
    },
    handler: async (request, reply) =>
      tagged(reply, await pipelines.desire(actorOf(request), request.params.id, 'stopped')),
  });
}

function registerDeletion(app: App, { store, pipelines, live }: Services): void {
  app.route({
    method: 'DELETE',
    url: '/api/v1/pipelines/:id',
    config: { name: 'pipelines.delete' },
    schema: {
      tags: TAGS,
      summary: 'Delete a stopped pipeline, and what follows it; the checkpoints stay in the targets',
      params: idParams,
      headers: versionHeaders,
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { name, channelId, twoWay } = await pipelines.find(id);
      const both = twoWay === null ? [id] : [id, twoWay.counterpartId];
      // It should not run any more, but may still be finishing its last commits.
      if (both.some((each) => live.find(each, channelId, store.now()).state === 'stopping')) {
        throw new OtterError('STATE_CONFLICT', { detail: say('pipeline-stopping', { name }) });
      }
      await pipelines.remove(actorOf(request), id, versionOf(request));
      for (const each of both) live.forget(each);
      return reply.code(204).send();
    },
  });
}

function registerMappingRoutes(app: App, { pipelines }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/mappings',
    config: { name: 'mappings.read' },
    schema: {
      tags: ['mappings'],
      summary: 'Which tables a pipeline keeps equal; the version is that of the pipeline',
      params: idParams,
      response: { 200: mappingListSchema },
    },
    handler: async (request, reply) => tagged(reply, await pipelines.mappings(request.params.id)),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/pipelines/:id/mappings',
    config: { name: 'mappings.replace', grant: 'pipeline' },
    schema: {
      tags: ['mappings'],
      summary: 'Replace all mappings of a pipeline; it restarts when it runs',
      params: idParams,
      headers: versionHeaders,
      body: z.strictObject({ mappings: mappingsSchema }),
      response: { 200: mappingListSchema },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { mappings } = request.body;
      const { version } = await pipelines.replaceMappings(actorOf(request), id, versionOf(request), mappings);
      return tagged(reply, { version, mappings });
    },
  });
}

function registerParameterRoutes(app: App, { store, channels, pipelines }: Services): void {
  const systemSchema = z.object({ version: z.int(), parameters: parametersSchema });
  const effectiveSchema = z.record(
    z.string(),
    z.object({ value: z.union([z.string(), z.number()]), from: z.enum(['system', 'channel', 'pipeline']) }),
  );
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/parameters',
    config: { name: 'pipelines.parameters' },
    schema: {
      tags: ['parameters'],
      summary: 'What holds for a pipeline, and which level says so; what nobody says is the default of `otter sync`',
      params: idParams,
      response: { 200: effectiveSchema },
    },
    handler: async ({ params }) => {
      const pipeline = await pipelines.find(params.id);
      const [system, channel] = await Promise.all([systemParameters(store), channels.find(pipeline.channelId)]);
      return effectiveParameters(
        { system: system.parameters, channel: channel.parameters, pipeline: pipeline.parameters },
        pipeline.twoWay !== null,
      );
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/parameters',
    config: { name: 'parameters.read' },
    schema: { tags: ['parameters'], summary: 'System parameters', response: { 200: systemSchema } },
    handler: async (_, reply) => tagged(reply, await systemParameters(store)),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/parameters',
    config: { name: 'parameters.replace' },
    schema: {
      tags: ['parameters'],
      summary: 'Replace the system parameters; pipelines whose parameters change restart',
      headers: versionHeaders,
      body: z.strictObject({ parameters: parametersSchema }),
      response: { 200: systemSchema },
    },
    handler: async (request, reply) => {
      const { parameters } = request.body;
      return tagged(reply, await replaceSystemParameters(store, actorOf(request), versionOf(request), parameters));
    },
  });
}
