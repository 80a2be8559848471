import os from 'node:os';
import { OtterError, say } from '@otter/core';
import { z } from 'zod';
import { idSchema, timeSchema } from '../../model/text.ts';
import { drainNode, drainOf, resumeNode } from '../../store/node-drain.ts';
import { actorOf, searchSchema, type App, type Services } from '../contract.ts';

const TAGS = ['nodes'];
const nodeParams = z.strictObject({ name: searchSchema });

const nodeSchema = z.object({
  name: z.string(),
  version: z.string(),
  nodeVersion: z.string(),
  startedAtMs: timeSchema,
  host: z.object({
    name: z.string(),
    system: z.string(),
    processors: z.int(),
    memoryBytes: z.int(),
    freeMemoryBytes: z.int(),
    loadAverage: z.array(z.number()).meta({ description: 'over 1, 5 and 15 minutes' }),
  }),
  memoryBytes: z.int().meta({ description: 'resident, of the process' }),
  load: z
    .object({
      overMs: z.number().meta({ description: 'how long the figures are about, until now' }),
      processors: z.number().meta({ description: 'kept busy by all threads together' }),
      loopDelayMs: z
        .object({ mean: z.number(), max: z.number() })
        .meta({ description: "of the manager's own thread: pages wait for it, rows do not" }),
    })
    .nullable()
    .meta({ description: 'null in the first seconds' }),
  pipelines: z.array(
    z.object({
      pipelineId: idSchema,
      channelId: idSchema,
      busy: z.number().nullable().meta({ description: 'share of the time its thread worked, 0 to 1' }),
    }),
  ),
  drained: z
    .object({ atMs: timeSchema, userName: z.string(), pipelines: z.array(idSchema) })
    .nullable()
    .meta({ description: 'what the last drain stopped and a resume starts again' }),
});

const stopped = z.object({ pipelines: z.array(idSchema) });

/** Who runs what, and how busy that keeps it. There is one node: this process. */
export function registerNodeRoutes(app: App, services: Services): void {
  const { store, facts } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/nodes',
    config: { name: 'nodes.list' },
    schema: {
      tags: TAGS,
      summary: 'Processes that run pipelines, what they run, and how busy they are',
      response: { 200: z.object({ items: z.array(nodeSchema) }) },
    },
    handler: async () => ({ items: [await thisNode(services)] }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/nodes/:name/drain',
    config: { name: 'nodes.drain' },
    schema: {
      tags: TAGS,
      summary: 'Stop every pipeline it runs, after the commits under way, and keep in mind which',
      params: nodeParams,
      response: { 200: stopped },
    },
    handler: async (request) => {
      assertHere(request.params.name, facts.nodeName);
      return { pipelines: await drainNode(store, actorOf(request), facts.nodeName) };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/nodes/:name/resume',
    config: { name: 'nodes.resume' },
    schema: {
      tags: TAGS,
      summary: 'Start again what the last drain stopped',
      params: nodeParams,
      response: { 200: stopped },
    },
    handler: async (request) => {
      assertHere(request.params.name, facts.nodeName);
      return { pipelines: await resumeNode(store, actorOf(request), facts.nodeName) };
    },
  });
}

function assertHere(name: string, own: string): void {
  if (name !== own) throw new OtterError('NOT_FOUND', { detail: say('node-named', { name }) });
}

async function thisNode({ facts, load, live, store }: Services): Promise<z.infer<typeof nodeSchema>> {
  const { nodeName: name, version, startedAtMs } = facts;
  const sample = load.last;
  return {
    ...{ name, version, startedAtMs, nodeVersion: process.version },
    host: {
      name: os.hostname(),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      processors: os.availableParallelism(),
      memoryBytes: os.totalmem(),
      freeMemoryBytes: os.freemem(),
      loadAverage: os.loadavg(),
    },
    memoryBytes: process.memoryUsage.rss(),
    load: sample && { overMs: sample.overMs, processors: sample.processors, loopDelayMs: sample.loopDelayMs },
    pipelines: live
      .all()
      .filter(({ state }) => state !== 'stopped' && state !== 'failed')
      .map(({ pipelineId, channelId }) => ({ pipelineId, channelId, busy: sample?.busy.get(pipelineId) ?? null })),
    drained: await drainOf(store, name),
  };
}
