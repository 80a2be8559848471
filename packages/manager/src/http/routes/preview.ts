import { OtterError, say } from '@otter/core';
import { z } from 'zod';
import { rule } from '../../model/field-rule.ts';
import { mappingsSchema } from '../../model/mapping.ts';
import { pipelineParametersSchema } from '../../model/parameters.ts';
import { idSchema } from '../../model/text.ts';
import { pairSchema } from '../../model/two-way.ts';
import { draftConfigurations, pipelineConfiguration } from '../../run/configurations.ts';
import { runOptions } from '../../run/run-options.ts';
import { idParams, type App, type Services } from '../contract.ts';

const TAGS = ['preview'];
/** Tables of one server that are looked at; of more, the first by name. */
const TABLES_MAX = 5000;

const nameSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, rule(say('no-control-characters')));

const tableSchema = z.object({
  schema: z.string(),
  table: z.string(),
  rows: z.int().meta({ description: 'as the server estimates them' }),
  bytes: z.int(),
  key: z.enum(['primary', 'unique', 'none']).meta({ description: 'what tells its rows apart' }),
  target: z.string().nullable().meta({ description: 'schema.table it goes to; null: it does not travel' }),
});

const checksSchema = z.array(
  z.object({
    verdict: z.enum(['ok', 'warning', 'stop']),
    subject: z.string().meta({ description: 'source, target or schema.table' }),
    name: z.string(),
    nameZh: z.string(),
    text: z.string(),
    textZh: z.string().meta({ description: 'the same in Chinese' }),
    fix: z.string().nullable(),
    fixZh: z.string().nullable(),
  }),
);

const checkSchema = z.object({
  checks: checksSchema,
  back: checksSchema.nullable().meta({ description: 'of the other direction; null of a pipeline alone' }),
});

/** What a pipeline would find, before anything is stored or started. */
export function registerPreviewRoutes(app: App, services: Services): void {
  registerTableRoutes(app, services);
  const { store, check, pemPath } = services;
  app.route({
    method: 'POST',
    url: '/api/v1/preflight',
    config: { name: 'preflight.unsaved' },
    schema: {
      tags: TAGS,
      summary: 'What a pipeline like this would find before it starts; nothing is stored',
      body: z.strictObject({
        sourceId: idSchema,
        targetId: idSchema,
        parameters: pipelineParametersSchema.default({}),
        mappings: mappingsSchema.min(1),
        twoWay: pairSchema.optional(),
      }),
      response: { 200: checkSchema },
    },
    handler: async ({ body }) => {
      const checks = [];
      for (const configuration of await draftConfigurations(store, body)) {
        checks.push(await check.check(runOptions(configuration, pemPath)));
      }
      const [out = [], back = null] = checks;
      return { checks: out, back };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/preflight',
    config: { name: 'preflight.stored', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'What a pipeline would find if it started now',
      params: idParams,
      response: { 200: checkSchema },
    },
    handler: async ({ params }) => {
      const configuration = await pipelineConfiguration(store, params.id);
      return { checks: await check.check(runOptions(configuration, pemPath)), back: null };
    },
  });
}

function registerTableRoutes(app: App, { dataSources, serverTables }: Services): void {
  app.route({
    method: 'POST',
    url: '/api/v1/data-sources/:id/tables',
    config: { name: 'data-sources.tables' },
    schema: {
      tags: TAGS,
      summary: 'The tables of a server, and where these mappings would send them',
      params: idParams,
      body: z.strictObject({ mappings: mappingsSchema.default([]) }),
      response: {
        200: z.object({
          tables: z.array(tableSchema),
          isCut: z.boolean().meta({ description: `there are more than ${TABLES_MAX}` }),
        }),
      },
    },
    handler: async ({ params, body }) =>
      serverTables.list(await dataSources.access(params.id), body.mappings, TABLES_MAX),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/data-sources/:id/columns',
    config: { name: 'data-sources.columns' },
    schema: {
      tags: TAGS,
      summary: 'The columns of a table',
      params: idParams,
      querystring: z.strictObject({ schema: nameSchema, table: nameSchema }),
      response: {
        200: z.object({
          columns: z.array(
            z.object({
              name: z.string(),
              type: z.string(),
              nullable: z.boolean(),
              isKey: z.boolean(),
              isGenerated: z.boolean(),
            }),
          ),
        }),
      },
    },
    handler: async ({ params, query }) => {
      const access = await dataSources.access(params.id);
      const columns = await serverTables.columns(access, query.schema, query.table);
      if (columns === null)
        throw new OtterError('NOT_FOUND', {
          detail: say('table-named', { table: `${query.schema}.${query.table}` }),
        });
      return { columns };
    },
  });
}
