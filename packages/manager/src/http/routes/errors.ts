import { ERRORS, type ErrorCode } from '@otter/core';
import { z } from 'zod';
import { descriptionSchema } from '../../model/text.ts';
import { recordAction } from '../../store/pipeline-actions.ts';
import type { Actor } from '../../store/store.ts';
import type { ErrorDecision, PipelineError } from '../../tools/pipeline-tools.ts';
import { actorOf, idParams, placeSchema, type App, type Services } from '../contract.ts';

const TAGS = ['errors'];
const IDS_MAX = 100;
const SQL_LENGTH_MAX = 100_000;

const errorSchema = z.object({
  id: z.int(),
  table: z.string(),
  state: z.enum(['open', 'retrying', 'skipping', 'replacing', 'resolved', 'skipped', 'replaced']),
  code: z.string(),
  message: z.string(),
  messageZh: z.string().meta({ description: 'the same in Chinese' }),
  position: placeSchema,
  statement: z.string().nullable(),
  replacement: z.string().nullable(),
  key: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  note: z.string().nullable(),
  since: z.string().meta({ description: "by the target's clock" }),
  resolvedAt: z.string().nullable(),
}) satisfies z.ZodType<PipelineError>;

const shownErrorSchema = errorSchema.extend({ advice: z.object({ en: z.string(), zh: z.string() }) });
const errorListSchema = z.object({ items: z.array(shownErrorSchema) });

const idsSchema = z.array(z.int().min(1).max(Number.MAX_SAFE_INTEGER)).min(1).max(IDS_MAX);
const reasonSchema = descriptionSchema.min(1).meta({ description: 'why, for the record' });

/** Tables that stopped, and what a person decides about them. */
export function registerErrorRoutes(app: App, services: Services): void {
  const { tools, optionsOf } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/errors',
    config: { name: 'errors.list', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Tables that stopped, with the rows that stopped them',
      params: idParams,
      querystring: z.strictObject({
        all: z.enum(['true', 'false']).default('false').meta({ description: 'true: settled ones too' }),
      }),
      response: { 200: errorListSchema },
    },
    handler: async ({ params, query }) => {
      const items = await tools.errors(await optionsOf(params.id), query.all === 'true');
      return { items: items.map(shown) };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/errors/retry',
    config: { name: 'errors.retry', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Try changes again once their cause is gone; their tables then catch up',
      params: idParams,
      body: z.strictObject({ ids: idsSchema }),
      response: { 200: errorListSchema },
    },
    handler: async (request) =>
      decide(services, actorOf(request), request.params.id, { action: 'retry', ids: request.body.ids }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/errors/skip',
    config: { name: 'errors.skip', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Leave changes out; their records stay',
      params: idParams,
      body: z.strictObject({ ids: idsSchema, reason: reasonSchema }),
      response: { 200: errorListSchema },
    },
    handler: async (request) =>
      decide(services, actorOf(request), request.params.id, { action: 'skip', ...request.body }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/errors/replace',
    config: { name: 'errors.replace' },
    schema: {
      tags: TAGS,
      summary: "Run your own statement on the target in place of the source's change of definition",
      params: idParams,
      body: z.strictObject({
        id: idsSchema.element,
        sql: z.string().min(1).max(SQL_LENGTH_MAX).meta({ description: 'one statement, in the names of the target' }),
        reason: reasonSchema,
      }),
      response: { 200: errorListSchema },
    },
    handler: async (request) => {
      const { id, ...rest } = request.body;
      return decide(services, actorOf(request), request.params.id, { action: 'replace', ids: [id], ...rest });
    },
  });
}

async function decide(
  services: Services,
  actor: Actor,
  pipelineId: number,
  decision: ErrorDecision,
): Promise<z.infer<typeof errorListSchema>> {
  const { store, pipelines, tools, optionsOf } = services;
  const pipeline = await pipelines.find(pipelineId);
  const items = await tools.decide(await optionsOf(pipelineId), decision);
  const { action, ...rest } = decision;
  const after = { ...rest, tables: [...new Set(items.map(({ table }) => table))] };
  await recordAction(store, actor, pipeline, { action: `errors.${action}`, after });
  return { items: items.map(shown) };
}

function shown(error: PipelineError): z.infer<typeof shownErrorSchema> {
  const known = Object.hasOwn(ERRORS, error.code) ? ERRORS[error.code as ErrorCode] : ERRORS.INTERNAL;
  return { ...error, advice: { en: known.advice, zh: known.adviceZh } };
}
