import { z } from 'zod';
import { idSchema, timeSchema } from '../../model/text.ts';
import type { Verification } from '../../store/verifications.ts';
import type { RepairResult, RowDifference, TableRepairPlan, VerifiedTable } from '../../tools/verification-tools.ts';
import {
  actorOf,
  digits,
  idParams,
  pageQuery,
  pageRequest,
  pageSchema,
  sourceTablesSchema,
  type App,
  type Services,
} from '../contract.ts';

const TAGS = ['verifications'];
const ROWS_PER_SECOND_MAX = 1_000_000_000;
const DIFFERENCES_MAX = 500;
const TABLE_LENGTH_MAX = 140;

const keySchema = z.record(z.string(), z.string().nullable());
const count = z.number();

const tableSchema = z.object({
  table: z.string(),
  target: z.string(),
  verdict: z.enum(['equal', 'differs', 'unsettled', 'refused']),
  ...{ rows: count, differing: count, missing: count, extra: count, unsettled: count },
  complete: z.boolean(),
  code: z.string().optional(),
  reason: z.string().optional(),
}) satisfies z.ZodType<VerifiedTable>;

const keptSchema = z.object({ table: z.string(), key: keySchema, code: z.string(), reason: z.string() });

const repairSchema = z.object({
  kind: z.enum(['repair', 'undo']),
  stopped: z.boolean(),
  ...{ inserted: count, updated: count, deleted: count, equal: count, undone: count },
  kept: z.array(keptSchema).meta({ description: 'the first rows that were left as they are, and why' }),
  keptCount: count,
}) satisfies z.ZodType<RepairResult>;

const verificationSchema = z.object({
  id: idSchema,
  pipelineId: idSchema,
  state: z.enum(['waiting', 'running', 'done', 'canceled', 'failed', 'repairing', 'undoing']),
  request: z.object({
    tables: z.array(z.string()).nullable(),
    samplePercent: z.number().nullable(),
    rowsPerSecond: z.number().nullable(),
  }),
  verifyId: z
    .string()
    .nullable()
    .meta({ description: 'its name on the target, for `otter verify --resume` and `undo`' }),
  tables: z.array(tableSchema).meta({ description: 'those that are done' }),
  step: z
    .object({
      table: z.string(),
      ...{ rows: count, rowsExpected: count, differences: count, tablesDone: count, tables: count },
    })
    .nullable()
    .meta({ description: 'the table under way' }),
  differences: count,
  repair: repairSchema.nullable(),
  error: z.object({ code: z.string(), message: z.string(), messageZh: z.string() }).nullable(),
  userName: z.string(),
  createdAtMs: timeSchema,
  endedAtMs: timeSchema.nullable(),
}) satisfies z.ZodType<Verification>;

const differenceSchema = z.object({
  seq: z.int(),
  table: z.string(),
  target: z.string(),
  kind: z
    .enum(['missing', 'extra', 'different'])
    .meta({ description: 'missing on the target, only there, or not the same' }),
  key: keySchema,
  columns: z.array(
    z.object({ name: z.string(), source: z.string().nullable().optional(), target: z.string().nullable().optional() }),
  ),
  copies: z.object({ source: count, target: count }).optional(),
}) satisfies z.ZodType<RowDifference>;

const planSchema = z.object({
  table: z.string(),
  target: z.string(),
  ...{ inserts: count, updates: count, deletes: count },
  rows: z.array(z.object({ kind: differenceSchema.shape.kind, key: keySchema })),
  triggers: z.array(z.string()),
  refused: z.object({ code: z.string(), reason: z.string() }).nullable(),
}) satisfies z.ZodType<TableRepairPlan>;

/** Comparisons of what source and target hold, and repairs. */
export function registerVerificationRoutes(app: App, services: Services): void {
  const { verifications, pipelines } = services;
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/verifications',
    config: { name: 'verifications.start', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Compare its tables row by row, beside what it does; goes on after a restart of the manager',
      params: idParams,
      body: z.strictObject({
        tables: sourceTablesSchema.optional(),
        samplePercent: z.number().gt(0).max(100).optional(),
        rowsPerSecond: z.int().min(1).max(ROWS_PER_SECOND_MAX).optional(),
      }),
      response: { 202: verificationSchema },
    },
    handler: async (request, reply) => {
      const { tables = null, samplePercent = null, rowsPerSecond = null } = request.body;
      const asked = { tables, samplePercent, rowsPerSecond };
      return reply.code(202).send(await verifications.begin(actorOf(request), request.params.id, asked));
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/verifications',
    config: { name: 'verifications.list' },
    schema: {
      tags: TAGS,
      summary: 'Its verifications, the latest first',
      params: idParams,
      querystring: pageQuery,
      response: { 200: pageSchema(verificationSchema) },
    },
    handler: async ({ params, query }) => {
      await pipelines.find(params.id);
      return verifications.kept.list(params.id, pageRequest(query));
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/verifications/:id',
    config: { name: 'verifications.read' },
    schema: { tags: TAGS, summary: 'A verification', params: idParams, response: { 200: verificationSchema } },
    handler: async ({ params }) => verifications.kept.find(params.id),
  });
  registerDifferences(app, services);
  registerActions(app, services);
}

function registerDifferences(app: App, { verifications }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/verifications/:id/differences',
    config: { name: 'verifications.differences', grant: 'verification' },
    schema: {
      tags: TAGS,
      summary: 'Rows it has found to differ, in the order they were found',
      params: idParams,
      querystring: z.strictObject({
        table: z
          .string()
          .min(1)
          .max(TABLE_LENGTH_MAX)
          .regex(/^[^\p{Cc}\p{Cs}]+$/u)
          .optional(),
        after: digits(z.int().min(0)).optional().meta({ description: '`next` of the page before' }),
        limit: digits(z.int().min(1).max(DIFFERENCES_MAX)).default(100),
      }),
      response: { 200: z.object({ items: z.array(differenceSchema), next: z.int().nullable() }) },
    },
    handler: async ({ params, query }) => {
      const { table = null, after = -1, limit } = query;
      const found = await verifications.differences(params.id, { table, after, limit: limit + 1 });
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1)?.seq ?? null) : null };
    },
  });
}

function registerActions(app: App, { verifications }: Services): void {
  app.route({
    method: 'POST',
    url: '/api/v1/verifications/:id/cancel',
    config: { name: 'verifications.cancel', grant: 'verification' },
    schema: {
      tags: TAGS,
      summary: 'End what is under way; what it has found or done stays',
      params: idParams,
      response: { 200: verificationSchema },
    },
    handler: async (request) => verifications.cancel(actorOf(request), request.params.id),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/verifications/:id/repair',
    config: { name: 'verifications.repair', grant: 'verification' },
    schema: {
      tags: TAGS,
      summary: 'Make the rows that differ on the target what they are on the source, or show what that would write',
      params: idParams,
      body: z.strictObject({ execute: z.boolean().meta({ description: 'false: only the plan' }) }),
      response: {
        200: z.object({ plan: z.array(planSchema).nullable(), verification: verificationSchema.nullable() }),
      },
    },
    handler: async (request) => {
      const { id } = request.params;
      if (!request.body.execute) return { plan: await verifications.plan(id), verification: null };
      return { plan: null, verification: await verifications.repair(actorOf(request), id) };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/verifications/:id/undo',
    config: { name: 'verifications.undo', grant: 'verification' },
    schema: {
      tags: TAGS,
      summary: 'Put rows that its repair wrote back as they were, where they still are what it wrote',
      params: idParams,
      response: { 200: verificationSchema },
    },
    handler: async (request) => verifications.undo(actorOf(request), request.params.id),
  });
}
