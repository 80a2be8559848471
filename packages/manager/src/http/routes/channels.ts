import { z } from 'zod';
import { channelInputSchema, channelSchema, desiredStateSchema, type Pipeline } from '../../model/channel.ts';
import { idSchema, timeSchema } from '../../model/text.ts';
import { earliest, equalityOf, type Equality } from '../../run/equality.ts';
import type { LivePipeline } from '../../run/live-state.ts';
import { assertPairsMayStart } from '../../run/pair-check.ts';
import {
  actorOf,
  idParams,
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

const TAGS = ['channels'];

/** What a pipeline does now; the same as the events of `/api/v1/live`. */
const livePipelineSchema = z.object({
  pipelineId: idSchema,
  channelId: idSchema,
  state: z.enum(['stopped', 'starting', 'running', 'restarting', 'stopping', 'failed']),
  sinceMs: timeSchema,
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      messageZh: z.string().meta({ description: 'the same in Chinese' }),
      advice: z.string(),
      adviceZh: z.string(),
    })
    .nullable(),
  retryAtMs: timeSchema.nullable(),
  restarts: z.int(),
  status: z.unknown().meta({ description: 'the status object of `otter sync --json`; null before the first' }),
  statusAtMs: timeSchema.nullable(),
}) satisfies z.ZodType<LivePipeline>;

const asOfSchema = z.iso.datetime().nullable();

const equalitySchema = z.object({
  equalAsOf: asOfSchema.meta({
    description: 'everything committed on the source up to then, by its clock, is on the target; null: not known',
  }),
  equalExcept: z.object({ stopped: z.array(z.string()), copying: z.int() }).meta({
    description: 'tables of which that is not said: names of those that stopped, number of those being copied',
  }),
}) satisfies z.ZodType<Equality>;

const pipelineStatusSchema = livePipelineSchema
  .extend({ name: z.string(), desired: desiredStateSchema })
  .extend(equalitySchema.shape);

const statusSchema = z.object({
  channelId: idSchema,
  equalAsOf: asOfSchema.meta({ description: 'of its pipelines the earliest; null: one of them is not known' }),
  pipelines: z.array(pipelineStatusSchema),
});

/** Channels: what a person starts and stops as one. */
export function registerChannelRoutes(app: App, services: Services): void {
  const { channels } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/channels',
    config: { name: 'channels.list' },
    schema: { tags: TAGS, summary: 'Channels', querystring: searchQuery, response: { 200: pageSchema(channelSchema) } },
    handler: async ({ query }) => channels.list(pageRequest(query), query.search),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/channels',
    config: { name: 'channels.create' },
    schema: { tags: TAGS, summary: 'Create a channel', body: channelInputSchema, response: { 201: channelSchema } },
    handler: async (request, reply) =>
      reply.code(201).send(tagged(reply, await channels.create(actorOf(request), request.body))),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/channels/:id',
    config: { name: 'channels.read' },
    schema: { tags: TAGS, summary: 'A channel', params: idParams, response: { 200: channelSchema } },
    handler: async (request, reply) => tagged(reply, await channels.find(request.params.id)),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/channels/:id',
    config: { name: 'channels.update', grant: 'channel' },
    schema: {
      tags: TAGS,
      summary: 'Change a channel; pipelines whose parameters change restart',
      params: idParams,
      headers: versionHeaders,
      body: channelInputSchema,
      response: { 200: channelSchema },
    },
    handler: async (request, reply) =>
      tagged(reply, await channels.update(actorOf(request), request.params.id, versionOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/channels/:id',
    config: { name: 'channels.delete' },
    schema: {
      tags: TAGS,
      summary: 'Delete a channel without pipelines',
      params: idParams,
      headers: versionHeaders,
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      await channels.remove(actorOf(request), request.params.id, versionOf(request));
      return reply.code(204).send();
    },
  });
  registerActions(app, services);
}

function registerActions(app: App, services: Services): void {
  const { channels, scheduler } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/channels/:id/status',
    config: { name: 'channels.status' },
    schema: { tags: TAGS, summary: 'What its pipelines do now', params: idParams, response: { 200: statusSchema } },
    handler: async ({ params }) => channelStatus(services, params.id),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/channels/:id/start',
    config: { name: 'channels.start', grant: 'channel' },
    schema: {
      tags: TAGS,
      summary: 'Start its pipelines, of a pair both or none; those that wait after a failure try at once',
      params: idParams,
      response: { 200: statusSchema },
    },
    handler: async (request) => {
      const { id } = request.params;
      await assertPairsMayStart(services, await channelPipelines(services, id));
      await channels.desire(actorOf(request), id, 'running');
      await scheduler.refresh();
      scheduler.startWaiting({ channelId: id });
      return channelStatus(services, id);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/channels/:id/stop',
    config: { name: 'channels.stop', grant: 'channel' },
    schema: {
      tags: TAGS,
      summary: 'Stop its pipelines; they finish the commits under way',
      params: idParams,
      response: { 200: statusSchema },
    },
    handler: async (request) => {
      const { id } = request.params;
      await channels.desire(actorOf(request), id, 'stopped');
      await scheduler.refresh();
      return channelStatus(services, id);
    },
  });
}

async function channelStatus(services: Services, channelId: number): Promise<z.infer<typeof statusSchema>> {
  const { live, store } = services;
  const states = (await channelPipelines(services, channelId)).map(({ id, name, desired }) => {
    const now = live.find(id, channelId, store.now());
    return { ...now, name, desired, ...equalityOf(now.status) };
  });
  return { channelId, equalAsOf: earliest(states), pipelines: states };
}

async function channelPipelines({ channels, pipelines }: Services, channelId: number): Promise<Pipeline[]> {
  await channels.find(channelId);
  return (await pipelines.list({ limit: 500, after: null }, { channelId })).items;
}
