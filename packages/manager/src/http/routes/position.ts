import { OtterError, say } from '@otter/core';
import { z } from 'zod';
import { recordAction } from '../../store/pipeline-actions.ts';
import type { PipelinePosition, PositionPreview } from '../../tools/pipeline-tools.ts';
import { actorOf, idParams, placeSchema, type App, type Services } from '../contract.ts';

const TAGS = ['position'];
const PLACE_LENGTH_MAX = 20_000;

const positionSchema = z.object({
  stored: z
    .object({ position: placeSchema, isOnePlace: z.boolean(), source: z.string(), updatedAt: z.string() })
    .nullable()
    .meta({ description: 'null before the first start' }),
  end: placeSchema
    .nullable()
    .meta({ description: "the end of the source's log; null when the source does not answer" }),
  sourceProblem: z.object({ code: z.string(), message: z.string(), messageZh: z.string() }).nullable(),
  bytesLeft: z.number().nullable().meta({ description: 'bytes of log between the position and the end' }),
  isLogKept: z.boolean().nullable().meta({ description: 'whether the source still has the log from there on' }),
}) satisfies z.ZodType<PipelinePosition>;

const previewSchema = z.object({
  from: placeSchema.nullable(),
  to: placeSchema,
  direction: z
    .enum(['back', 'forward', 'same', 'unknown'])
    .meta({ description: 'back: the changes in between come again; forward: they are left out' }),
  bytes: z.number().nullable().meta({ description: 'of log in between' }),
  isLogKept: z.boolean().nullable(),
}) satisfies z.ZodType<PositionPreview>;

const toSchema = z
  .array(z.string().min(1).max(PLACE_LENGTH_MAX))
  .min(1)
  .max(2)
  .meta({ description: 'gtid:SET, binlog:FILE:POS, or one of each; or time:ISO, which is looked for in the log' });

/** Where a pipeline goes on reading. */
export function registerPositionRoutes(app: App, services: Services): void {
  const { store, pipelines, tools, optionsOf } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/position',
    config: { name: 'position.read' },
    schema: {
      tags: TAGS,
      summary: "Where it goes on reading, and how much of the source's log lies behind that",
      params: idParams,
      response: { 200: positionSchema },
    },
    handler: async ({ params }) => tools.position(await optionsOf(params.id)),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/position/preview',
    config: { name: 'position.preview', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Which position that is, and what setting it would bring again or leave out; changes nothing',
      params: idParams,
      body: z.strictObject({ to: toSchema }),
      response: { 200: previewSchema },
    },
    handler: async ({ params, body }) => tools.previewPosition(await optionsOf(params.id), body.to),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/pipelines/:id/position',
    config: { name: 'position.set', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Let a stopped pipeline go on from another place',
      params: idParams,
      body: z.strictObject({
        to: toSchema,
        name: z.string().max(64).meta({ description: "the pipeline's name, typed by whoever means it" }),
      }),
      response: { 200: z.object({ position: placeSchema }) },
    },
    handler: async (request) => {
      const { params, body } = request;
      const pipeline = await pipelines.find(params.id);
      if (body.name !== pipeline.name) {
        throw new OtterError('REQUEST_INVALID', { detail: say('pipeline-called', { name: pipeline.name }) });
      }
      if (pipeline.desired === 'running') {
        const detail = say('pipeline-runs-position', { name: pipeline.name });
        throw new OtterError('STATE_CONFLICT', { detail });
      }
      const options = await optionsOf(params.id);
      const { from } = await tools.previewPosition(options, body.to);
      const position = await tools.setPosition(options, body.to);
      const before = from === null ? null : { position: from };
      await recordAction(store, actorOf(request), pipeline, { action: 'position.set', before, after: { position } });
      return { position };
    },
  });
}
