import { bottleneckOf, noTime, OtterError, say, STAGES, type StageTotals } from '@otter/core';
import { z } from 'zod';
import { idSchema, timeSchema } from '../../model/text.ts';
import { NO_ROWS, tableHistory, type RowCounts } from '../../store/table-statistics.ts';
import {
  pipelineStatistics,
  sparklines,
  type Sparkline,
  type StatisticsPoint,
  type StatisticsRange,
} from '../../store/statistics.ts';
import type { TableCopy } from '../../tools/pipeline-tools.ts';
import { digits, idParams, sourceTableSchema, timeText, type App, type Services } from '../contract.ts';

const TAGS = ['statistics'];
const POINTS_MAX = 2000;
const RANGE_DEFAULT_MS = 3600_000;

const lag = z.number().nullable();
const waitsSchema = z.object(
  Object.fromEntries(STAGES.map((stage) => [stage, z.number()])) as Record<(typeof STAGES)[number], z.ZodNumber>,
);

const pointSchema = z.object({
  atMs: timeSchema,
  lagMs: lag.meta({ description: 'end to end, the largest in the stretch' }),
  lagReadMs: lag.meta({ description: 'by which the reading is behind' }),
  lagApplyMs: lag.meta({ description: 'by which the applying is behind the reading' }),
  rows: z.object({ insert: z.number(), update: z.number(), delete: z.number() }),
  bytes: z.number().meta({ description: 'of log read' }),
  transactions: z.number(),
  commits: z.number(),
  retries: z.number(),
  waits: waitsSchema.meta({ description: 'milliseconds in each stage; those of writing are summed over connections' }),
}) satisfies z.ZodType<StatisticsPoint>;

const sparklineSchema = z.object({
  channelId: idSchema,
  lagMs: z.array(lag),
  rowsPerSecond: z.array(z.number().nullable()),
}) satisfies z.ZodType<Sparkline>;

const countsSchema = z.object({
  inserted: z.number(),
  updated: z.number(),
  deleted: z.number(),
}) satisfies z.ZodType<RowCounts>;

const rangeQuery = z.strictObject({
  from: timeText.optional().meta({ description: 'milliseconds since 1970; default: an hour before `to`' }),
  to: timeText.optional().meta({ description: 'default: now' }),
  points: digits(z.int().min(1).max(POINTS_MAX)).default(300).meta({ description: 'at most about as many' }),
});

const tableSchema = z.object({
  table: z.string(),
  target: z.string().nullable().meta({ description: 'null until a row went there' }),
  state: z.enum(['streaming', 'waiting', 'copying', 'parked', 'catching-up']),
  inserted: z.number().meta({ description: 'rows, since the pipeline started; also updated and deleted' }),
  updated: z.number(),
  deleted: z.number(),
  total: countsSchema.meta({ description: 'the same since the pipeline was made, over all runs' }),
  copy: z.object({ rows: z.number(), percent: z.number().nullable(), state: z.string() }).nullable(),
  error: z.object({ id: z.int(), code: z.string(), message: z.string(), messageZh: z.string() }).nullable(),
});

/** How fast pipelines are, how far behind, and why. */
export function registerStatisticsRoutes(app: App, services: Services): void {
  const { store, pipelines } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/statistics',
    config: { name: 'statistics.read' },
    schema: {
      tags: TAGS,
      summary: 'What it did over a range of time, kept for 3 hours by 10 s, 7 days by the minute, a year by the hour',
      params: idParams,
      querystring: rangeQuery,
      response: {
        200: z.object({
          resolutionMs: z.number().meta({ description: 'length of the stretch each point is about' }),
          points: z.array(pointSchema).meta({ description: 'stretches in which it did not run are left out' }),
          bottleneck: z
            .object({
              code: z.enum(['keeps-up', 'source', 'parse', 'worker', 'dependency', 'sql', 'commit', 'unknown']),
              share: z.number().meta({ description: 'of the time of that side, 0 to 1' }),
            })
            .meta({ description: 'why it was not faster, over the range' }),
        }),
      },
    },
    handler: async ({ params, query }) => {
      await pipelines.find(params.id);
      const found = await pipelineStatistics(store, params.id, rangeOf(query, store.now()));
      const lagMs = found.points.at(-1)?.lagMs ?? null;
      return { ...found, bottleneck: bottleneckOf(sumOf(found.points), lagMs) };
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/channels/sparklines',
    config: { name: 'channels.sparklines' },
    schema: {
      tags: TAGS,
      summary: 'The last hour of every channel in which something ran, by the minute',
      response: {
        200: z.object({ fromMs: timeSchema, stepMs: z.number(), items: z.array(sparklineSchema) }),
      },
    },
    handler: async () => sparklines(store),
  });
  registerTables(app, services);
  registerTableHistory(app, services);
}

/** Throws REQUEST_INVALID. */
function rangeOf({ from, to, points }: z.infer<typeof rangeQuery>, nowMs: number): StatisticsRange {
  const toMs = to ?? nowMs;
  const fromMs = from ?? Math.max(0, toMs - RANGE_DEFAULT_MS);
  if (fromMs >= toMs) throw new OtterError('REQUEST_INVALID', { detail: say('range-before') });
  return { fromMs, toMs, points };
}

function registerTableHistory(app: App, { store, pipelines }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/tables/history',
    config: { name: 'tables.history' },
    schema: {
      tags: TAGS,
      summary: 'Rows applied to one table over a range of time, kept for 7 days by the minute, a year by the hour',
      params: idParams,
      querystring: rangeQuery.extend({
        table: sourceTableSchema,
        format: z.enum(['json', 'csv']).default('json').meta({ description: 'csv: time, inserted, updated, deleted' }),
      }),
      response: {
        200: z.union([
          z.object({
            resolutionMs: z.number().meta({ description: 'length of the stretch each point is about' }),
            points: z
              .array(countsSchema.extend({ atMs: timeSchema }))
              .meta({ description: 'stretches in which nothing changed are left out' }),
          }),
          z.string(),
        ]),
      },
    },
    handler: async ({ params, query }, reply) => {
      const { id } = await pipelines.find(params.id);
      const found = await tableHistory(store, { pipelineId: id, table: query.table }, rangeOf(query, store.now()));
      if (query.format === 'json') return found;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="pipeline-${id}-table-history.csv"`)
        .serializer((text: string) => text)
        .send(csvOf(found.points));
    },
  });
}

/** Numbers and times alone: nothing in it needs quotes. */
function csvOf(points: readonly ({ atMs: number } & RowCounts)[]): string {
  const lines = points.map((point) =>
    [new Date(point.atMs).toISOString(), point.inserted, point.updated, point.deleted].join(),
  );
  return ['time,inserted,updated,deleted', ...lines, ''].join('\r\n');
}

function registerTables(app: App, services: Services): void {
  const { pipelines, tools, optionsOf, tableHistory } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/pipelines/:id/tables',
    config: { name: 'tables.list' },
    schema: {
      tags: TAGS,
      summary: 'Its tables, what happens to each, and what has happened since the pipeline started',
      params: idParams,
      response: {
        200: z.object({
          items: z.array(tableSchema),
          targetProblem: z
            .object({ code: z.string(), message: z.string(), messageZh: z.string() })
            .nullable()
            .meta({ description: 'then only tables are there in which something has happened' }),
        }),
      },
    },
    handler: async ({ params }) => {
      const { id, channelId } = await pipelines.find(params.id);
      const [options, totals] = await Promise.all([optionsOf(id), tableHistory.totals(id)]);
      try {
        const [names, copies] = await Promise.all([tools.tables(options), tools.copies(options)]);
        return { items: tablesOf(services, { id, channelId, names, copies, totals }), targetProblem: null };
      } catch (error) {
        if (!OtterError.is(error)) throw error;
        const { code, message, messageZh } = error;
        const items = tablesOf(services, { id, channelId, names: [], copies: [], totals });
        return { items, targetProblem: { code, message, messageZh } };
      }
    },
  });
}

const parkedSchema = z.array(
  z.object({
    id: z.number(),
    table: z.string(),
    state: z.enum(['parked', 'catching-up']),
    code: z.string(),
    message: z.string(),
    messageZh: z.string(),
  }),
);

function tablesOf(
  { live, store }: Services,
  {
    id,
    channelId,
    names,
    copies,
    totals,
  }: { id: number; channelId: number; names: string[]; copies: TableCopy[]; totals: ReadonlyMap<string, RowCounts> },
): z.infer<typeof tableSchema>[] {
  const counts = live.tables(id);
  const { status } = live.find(id, channelId, store.now());
  const stopped = parkedSchema.safeParse((status as { parked?: unknown } | null)?.parked);
  const parked = new Map((stopped.data ?? []).map((each) => [each.table, each]));
  const copied = new Map(copies.map((copy) => [copy.table, copy]));
  const all = new Set([...names, ...Object.keys(counts), ...parked.keys(), ...copied.keys()]);
  return [...all].sort().map((table) => {
    const { target = null, inserted = 0, updated = 0, deleted = 0 } = counts[table] ?? {};
    const [error, copy] = [parked.get(table), copied.get(table)];
    return {
      ...{ table, target, inserted, updated, deleted },
      total: totals.get(table) ?? NO_ROWS,
      state: error?.state ?? copyState(copy),
      copy: copy === undefined ? null : { rows: copy.rows, percent: copy.percent, state: copy.state },
      error: error === undefined ? null : problemOfTable(error),
    };
  });
}

function problemOfTable({ id, code, message, messageZh }: z.infer<typeof parkedSchema>[number]) {
  return { id, code, message, messageZh };
}

function copyState(copy: TableCopy | undefined): 'streaming' | 'waiting' | 'copying' {
  if (copy?.state === 'copying') return 'copying';
  return copy?.kind === 'first' && copy.state === 'waiting' ? 'waiting' : 'streaming';
}

function sumOf(points: readonly StatisticsPoint[]): StageTotals {
  const sum = noTime();
  for (const { waits } of points) for (const stage of STAGES) sum[stage] += waits[stage];
  return sum;
}
