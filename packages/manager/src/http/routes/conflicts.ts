import { OtterError, say } from '@otter/core';
import { z } from 'zod';
import type { Pipeline } from '../../model/channel.ts';
import { rule } from '../../model/field-rule.ts';
import { recordAction } from '../../store/pipeline-actions.ts';
import type { PipelineConflict, Verdict } from '../../tools/conflict-tools.ts';
import type { SyncOptionValues } from '../../tools/pipeline-tools.ts';
import { actorOf, digits, idText, sourceTableSchema, type App, type Services } from '../contract.ts';

const TAGS = ['conflicts'];
const PAGE_MAX = 500;
const COLUMNS_MAX = 4096;
const COLUMN_LENGTH_MAX = 64;

const imageSchema = z.record(z.string(), z.string().nullable()).nullable();
const sideSchema = z.enum(['incoming', 'local']);
const stateSchema = z.enum(['open', 'decided', 'settled']);
const columnsSchema = z.record(z.string().min(1).max(COLUMN_LENGTH_MAX), sideSchema);
const conflictIdSchema = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const conflictIdText = digits(conflictIdSchema);

const conflictSchema = z.object({
  id: conflictIdSchema,
  table: z.string().meta({ description: 'schema.table' }),
  key: z.string(),
  kind: z.string().meta({ description: 'what met; see docs/guide/two-way.md' }),
  outcome: z
    .enum(['incoming', 'local', 'both'])
    .meta({ description: 'which was left: what came from the source, what was on the target, or both together' }),
  rule: z.string(),
  state: stateSchema.meta({ description: 'open: waits for a person; decided: by its rule; settled: by a person' }),
  incomingAtMs: z.number(),
  localAtMs: z.number().nullable().meta({ description: 'null: nobody had written to it' }),
  position: z.object({ file: z.string(), offset: z.number() }).meta({ description: "in the source's log" }),
  before: imageSchema.meta({ description: 'at the source, before its change; null: no row' }),
  after: imageSchema.meta({ description: 'at the source, behind its change' }),
  local: imageSchema.meta({ description: 'as it was found on the target' }),
  left: imageSchema.meta({ description: 'what was left where both were brought together; null otherwise' }),
  isWhole: z.boolean().meta({ description: 'false: too large to be kept; it cannot be overruled here' }),
  decidedAt: z.string().meta({ description: "by the target's clock" }),
  settledAt: z.string().nullable(),
  settledBy: z.string().nullable(),
  chosen: z
    .union([z.object({ keep: sideSchema }), z.object({ columns: columnsSchema })])
    .nullable()
    .meta({ description: 'what a person chose instead; null of a settled one: it was confirmed' }),
}) satisfies z.ZodType<Omit<PipelineConflict, 'keyHash'>>;

const settlementSchema = z.object({
  conflict: conflictSchema,
  elsewhere: z.int().nullable().meta({
    description: 'records of the other direction that are settled with it; null: its server did not answer',
  }),
});

const verdictSchema = z
  .strictObject({
    keep: sideSchema.optional(),
    columns: columnsSchema.optional().meta({ description: 'each column that is not named stays as it is' }),
    force: z.boolean().default(false).meta({ description: 'over whatever has become of the row since' }),
  })
  .refine(({ keep, columns }) => (keep === undefined) !== (columns === undefined), rule(say('verdict-one')))
  .refine(({ columns = {} }) => Object.keys(columns).length <= COLUMNS_MAX, rule(say('verdict-one')));

const params = z.strictObject({ id: idText, conflict: conflictIdText });

/** Rows that both sides had written: how that was decided, and what a person decides instead. */
export function registerConflictRoutes(app: App, services: Services): void {
  const { conflictTools, optionsOf } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/conflicts',
    config: { name: 'conflicts.list', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Conflicts that a pipeline has decided, the newest first',
      params: z.strictObject({ id: idText }),
      querystring: z.strictObject({
        state: stateSchema.optional(),
        table: sourceTableSchema.optional(),
        before: conflictIdText.optional().meta({ description: '`next` of the page before' }),
        limit: digits(z.int().min(1).max(PAGE_MAX)).default(100),
      }),
      response: { 200: z.object({ items: z.array(conflictSchema), next: conflictIdSchema.nullable() }) },
    },
    handler: async ({ params: { id }, query }) => {
      const { limit } = query;
      const found = await conflictTools.list(await optionsOf(id), { ...query, limit: limit + 1 });
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/conflicts/:conflict',
    config: { name: 'conflicts.read', grant: 'pipeline' },
    schema: { tags: TAGS, summary: 'A conflict', params, response: { 200: conflictSchema } },
    handler: async ({ params: { id, conflict } }) => requireConflict(services, id, conflict),
  });
  registerVerdicts(app, services);
}

function registerVerdicts(app: App, services: Services): void {
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/conflicts/:conflict/keep',
    config: { name: 'conflicts.keep', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'Have another row than was decided; it is written to the target and travels from there like any change',
      params,
      body: verdictSchema,
      response: { 200: settlementSchema },
    },
    handler: async (request) => {
      const { keep, columns, force } = request.body;
      const verdict: Verdict = keep === undefined ? { columns: columns ?? {} } : { keep };
      return settle(services, request, 'keep', (options, by) =>
        services.conflictTools.overrule(options, request.params.conflict, { verdict, by, force }),
      );
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/pipelines/:id/conflicts/:conflict/confirm',
    config: { name: 'conflicts.confirm', grant: 'pipeline' },
    schema: {
      tags: TAGS,
      summary: 'What was decided is right; nothing is written but that somebody said so',
      params,
      response: { 200: settlementSchema },
    },
    handler: async (request) =>
      settle(services, request, 'confirm', (options, by) =>
        services.conflictTools.confirm(options, request.params.conflict, by),
      ),
  });
}

interface Settling {
  params: z.infer<typeof params>;
}

/** Does it, writes it down, and lets the record of the other direction follow: a person looks at one of the two. */
async function settle(
  services: Services,
  request: Settling & Parameters<typeof actorOf>[0],
  action: 'keep' | 'confirm',
  work: (options: SyncOptionValues, by: string) => Promise<PipelineConflict>,
): Promise<z.infer<typeof settlementSchema>> {
  const { store, pipelines, optionsOf } = services;
  const { id, conflict } = request.params;
  const actor = actorOf(request);
  const pipeline = await pipelines.find(id);
  await requireConflict(services, id, conflict);
  const settled = await work(await optionsOf(id), actor.userName);
  const { table, chosen } = settled;
  await recordAction(store, actor, pipeline, { action: `conflicts.${action}`, after: { conflict, table, chosen } });
  const elsewhere =
    pipeline.twoWay === null ? 0 : await settleThere(services, pipeline.twoWay, settled, actor.userName);
  return { conflict: settled, elsewhere };
}

/** Null where the other server does not answer: what was chosen stands all the same. */
async function settleThere(
  { conflictTools, optionsOf }: Services,
  { counterpartId }: NonNullable<Pipeline['twoWay']>,
  row: PipelineConflict,
  by: string,
): Promise<number | null> {
  try {
    return await conflictTools.settleRow(await optionsOf(counterpartId), row, by);
  } catch (error) {
    if (OtterError.is(error)) return null;
    throw error;
  }
}

async function requireConflict(
  { conflictTools, optionsOf }: Services,
  id: number,
  conflict: number,
): Promise<PipelineConflict> {
  const found = await conflictTools.find(await optionsOf(id), conflict);
  if (found === null) throw new OtterError('NOT_FOUND', { detail: say('conflict-numbered', { id: conflict }) });
  return found;
}
