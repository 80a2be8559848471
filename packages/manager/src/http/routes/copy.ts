import { z } from 'zod';
import { recordAction } from '../../store/pipeline-actions.ts';
import type { TableCopy } from '../../tools/pipeline-tools.ts';
import { actorOf, idParams, sourceTablesSchema, type App, type Services } from '../contract.ts';

const TAGS = ['copy'];
const WHERE_LENGTH_MAX = 10_000;
const BYTES_PER_SECOND_MAX = 1024 ** 4;

const copySchema = z.object({
  table: z.string(),
  state: z.enum(['requested', 'waiting', 'copying', 'done', 'failed', 'canceling', 'canceled']),
  kind: z.enum(['first', 'again']).meta({ description: 'again: over the rows that are there' }),
  predicate: z.string().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  messageZh: z.string().nullable(),
  rows: z.number(),
  bytes: z.number(),
  estimatedRows: z.number().meta({ description: "by the source's statistics" }),
  percent: z.number().nullable(),
  updatedAt: z.string(),
}) satisfies z.ZodType<TableCopy>;

const tablesSchema = z.object({ tables: z.array(z.string()) });

/** The full copy, tables copied again, and how fast. */
export function registerCopyRoutes(app: App, services: Services): void {
  const { tools, optionsOf, pipelines, live, store } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/copy',
    config: { name: 'copy.read' },
    schema: {
      tags: TAGS,
      summary: 'The last copy of each table, and how fast the one under way goes',
      params: idParams,
      response: {
        200: z.object({
          items: z.array(copySchema),
          now: z.unknown().meta({
            description: '`copy` of the status object of `otter sync --json`: rates, time left; null when nothing runs',
          }),
        }),
      },
    },
    handler: async ({ params }) => {
      const { channelId } = await pipelines.find(params.id);
      const items = await tools.copies(await optionsOf(params.id));
      const { state, status } = live.find(params.id, channelId, store.now());
      const running = state === 'running' ? (status as { copy?: unknown } | null) : null;
      return { items, now: running?.copy ?? null };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/copy',
    config: { name: 'copy.start', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Copy tables again, over the rows that are there, while their changes go on',
      params: idParams,
      body: z.strictObject({
        tables: sourceTablesSchema,
        where: z.string().min(1).max(WHERE_LENGTH_MAX).optional().meta({
          description: 'only rows of the source for which this condition is true',
        }),
      }),
      response: { 200: tablesSchema },
    },
    handler: async (request) => {
      const { params, body } = request;
      const pipeline = await pipelines.find(params.id);
      const tables = await tools.copyAgain(await optionsOf(params.id), body.tables, body.where ?? null);
      const after = { tables, where: body.where ?? null };
      await recordAction(store, actorOf(request), pipeline, { action: 'copy.start', after });
      return { tables };
    },
  });
  registerControls(app, services);
}

function registerControls(app: App, { tools, optionsOf, pipelines, store }: Services): void {
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/copy/cancel',
    config: { name: 'copy.cancel', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'End copies that were asked for; what they have copied stays',
      params: idParams,
      body: z.strictObject({ tables: sourceTablesSchema }),
      response: { 200: tablesSchema },
    },
    handler: async (request) => {
      const { params, body } = request;
      const pipeline = await pipelines.find(params.id);
      const tables = await tools.cancelCopies(await optionsOf(params.id), body.tables);
      await recordAction(store, actorOf(request), pipeline, { action: 'copy.cancel', after: { tables } });
      return { tables };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/copy/throttle',
    config: { name: 'copy.throttle', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Limit what the copy reads in a second, within a second and for later starts',
      params: idParams,
      body: z.strictObject({
        bytesPerSecond: z
          .int()
          .min(0)
          .max(BYTES_PER_SECOND_MAX)
          .nullable()
          .meta({ description: '0: no limit; null: as the parameter copy-rate says' }),
      }),
      response: { 200: z.object({ bytesPerSecond: z.number().nullable() }) },
    },
    handler: async (request) => {
      const { params, body } = request;
      const pipeline = await pipelines.find(params.id);
      await tools.setCopyRate(await optionsOf(params.id), body.bytesPerSecond);
      await recordAction(store, actorOf(request), pipeline, { action: 'copy.throttle', after: body });
      return body;
    },
  });
}
