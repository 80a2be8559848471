import { Gauge, Registry } from 'prom-client';
import { z } from 'zod';
import type { LivePipeline, LiveStateName } from '../../run/live-state.ts';
import type { App, Services } from '../contract.ts';

const STATES: readonly LiveStateName[] = ['stopped', 'starting', 'running', 'restarting', 'stopping', 'failed'];

/** Numbers of the status object of `otter sync --json`, and what they are called here. */
const STATUS_METRICS: readonly { field: string; name: string; help: string; scale: number }[] = [
  { field: 'lagMs', name: 'otter_lag_seconds', help: 'How far the target is behind the source', scale: 0.001 },
  {
    field: 'lagReadMs',
    name: 'otter_lag_read_seconds',
    help: 'The part of it by which reading is behind',
    scale: 0.001,
  },
  { field: 'transactionsRead', name: 'otter_transactions_read', help: 'Transactions read in this run', scale: 1 },
  {
    field: 'transactionsApplied',
    name: 'otter_transactions_applied',
    help: 'Transactions applied in this run',
    scale: 1,
  },
  { field: 'rowsRead', name: 'otter_rows_read', help: 'Row changes read in this run', scale: 1 },
  { field: 'rowsApplied', name: 'otter_rows_applied', help: 'Row changes applied in this run', scale: 1 },
  { field: 'rowsFiltered', name: 'otter_rows_filtered', help: 'Row changes not mapped in this run', scale: 1 },
  { field: 'rowsParked', name: 'otter_rows_parked', help: 'Row changes of parked tables in this run', scale: 1 },
  { field: 'rowsSkipped', name: 'otter_rows_skipped', help: 'Row changes left out by a person in this run', scale: 1 },
  { field: 'echoes', name: 'otter_echoes', help: 'Transactions that came round to their source in this run', scale: 1 },
  { field: 'bytesRead', name: 'otter_bytes_read', help: 'Bytes of log read in this run', scale: 1 },
  { field: 'commits', name: 'otter_commits', help: 'Commits on the target in this run', scale: 1 },
  { field: 'conflicts', name: 'otter_conflicts', help: 'Rows both sides had written, decided in this run', scale: 1 },
  { field: 'openConflicts', name: 'otter_conflicts_open', help: 'Conflicts that wait for a person', scale: 1 },
  { field: 'retries', name: 'otter_retries', help: 'Interruptions this run went on from by itself', scale: 1 },
];

/** Numbers by name inside the status object: each name is a value of the label. */
const NAMED_METRICS: readonly { field: string; label: string; name: string; help: string; scale: number }[] = [
  { field: 'changes', label: 'kind', name: 'otter_rows_changed', help: 'Rows applied in this run by kind', scale: 1 },
  {
    field: 'stages',
    label: 'stage',
    name: 'otter_stage_seconds',
    help: 'Where the time of this run went; stages of writing are summed over the connections to the target',
    scale: 0.001,
  },
];

/** Of the copy under way. */
const COPY_METRICS: readonly { field: string; name: string; help: string }[] = [
  { field: 'rows', name: 'otter_copy_rows', help: 'Rows the full copy has brought' },
  { field: 'estimatedRows', name: 'otter_copy_rows_estimated', help: 'Rows it will have to, as the source estimates' },
];

/** `GET /metrics` for Prometheus: what the pipelines reported last, by their numbers; names are in `otter_pipeline_info`. */
export function registerMetricsRoute(app: App, services: Services): void {
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { name: 'metrics.read' },
    schema: {
      tags: ['live'],
      summary: 'What the pipelines report, in the text format of Prometheus',
      response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
    },
    // The text is complete; the serializer of the schema would put it in quotes.
    serializerCompiler: () => (text: string) => text,
    handler: async (_, reply) => {
      const registry = await metrics(services);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  });
}

async function metrics(services: Services): Promise<Registry> {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['channel_id', 'pipeline_id'];
  const state = new Gauge({
    name: 'otter_pipeline_state',
    help: '1 for the state a pipeline is in',
    labelNames: [...labelNames, 'state'],
    registers,
  });
  const restarts = new Gauge({
    name: 'otter_pipeline_restarts',
    help: 'Starts after a failure',
    labelNames,
    registers,
  });
  const parked = new Gauge({ name: 'otter_tables_parked', help: 'Tables that stopped', labelNames, registers });
  const age = new Gauge({
    name: 'otter_status_age_seconds',
    help: 'Since the last report: other figures are as old',
    labelNames,
    registers,
  });
  const gauges = STATUS_METRICS.map(({ name, help }) => new Gauge({ name, help, labelNames, registers }));
  const named = NAMED_METRICS.map(
    ({ name, help, label }) => new Gauge({ name, help, labelNames: [...labelNames, label], registers }),
  );
  const copies = COPY_METRICS.map(({ name, help }) => new Gauge({ name, help, labelNames, registers }));
  for (const pipeline of services.live.all()) {
    const labels = { channel_id: pipeline.channelId, pipeline_id: pipeline.pipelineId };
    for (const each of STATES) state.set({ ...labels, state: each }, pipeline.state === each ? 1 : 0);
    restarts.set(labels, pipeline.restarts);
    if (pipeline.statusAtMs !== null) age.set(labels, (services.store.now() - pipeline.statusAtMs) / 1000);
    for (const [index, { field, scale }] of STATUS_METRICS.entries()) {
      const value = statusField(pipeline, field);
      if (typeof value === 'number') gauges[index]?.set(labels, value * scale);
    }
    for (const [index, { field, label, scale }] of NAMED_METRICS.entries()) {
      for (const [each, value] of Object.entries(fieldsOf(statusField(pipeline, field)))) {
        if (typeof value === 'number') named[index]?.set({ ...labels, [label]: each }, value * scale);
      }
    }
    for (const [index, { field }] of COPY_METRICS.entries()) {
      const value = fieldsOf(statusField(pipeline, 'copy'))[field];
      if (typeof value === 'number') copies[index]?.set(labels, value);
    }
    const tables = statusField(pipeline, 'parked');
    if (Array.isArray(tables)) parked.set(labels, tables.length);
  }
  await registerInfo(registers, services);
  const alarms = new Gauge({
    name: 'otter_alarms_raised',
    help: 'Alarms that are raised now',
    labelNames: ['severity'],
    registers,
  });
  for (const [severity, count] of Object.entries(await services.alarms.counts())) alarms.set({ severity }, count);
  return registry;
}

async function registerInfo(registers: Registry[], { live, pipelines, channels }: Services): Promise<void> {
  const info = new Gauge({
    name: 'otter_pipeline_info',
    help: 'Names of a pipeline and its channel, to be joined by the numbers',
    labelNames: ['channel_id', 'pipeline_id', 'channel', 'pipeline'],
    registers,
  });
  const known = new Set(live.all().map((pipeline) => pipeline.pipelineId));
  const names = new Map<number, string>();
  for (const { id, name } of await everything((after) => channels.list({ limit: 500, after }))) names.set(id, name);
  for (const { id, name, channelId } of await everything((after) => pipelines.list({ limit: 500, after }, {}))) {
    if (!known.has(id)) continue;
    info.set({ channel_id: channelId, pipeline_id: id, channel: names.get(channelId) ?? '', pipeline: name }, 1);
  }
}

async function everything<T>(
  page: (after: number | null) => Promise<{ items: T[]; next: number | null }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let after: number | null = null; ;) {
    const { items, next } = await page(after);
    all.push(...items);
    if (next === null) return all;
    after = next;
  }
}

function statusField(pipeline: LivePipeline, name: string): unknown {
  return fieldsOf(pipeline.status)[name];
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
