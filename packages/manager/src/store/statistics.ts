import { STAGES, type StageTotals } from '@otter/core';
import { sql, type Selectable } from 'kysely';
import type { Reader, Store } from './store.ts';
import type { StatisticsRow } from './tables.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

/** How finely statistics are kept, and for how long; each is summed up from the one before it. */
export const RESOLUTIONS = [
  { resolutionMs: 10_000, keptMs: 3 * HOUR_MS },
  { resolutionMs: 60_000, keptMs: 7 * DAY_MS },
  { resolutionMs: HOUR_MS, keptMs: 365 * DAY_MS },
] as const;

/** Rows of one INSERT: SQLite takes 32,766 values in a statement, and a row has 20. */
const INSERT_ROWS_MAX = 500;

export type StatisticsSample = Omit<Selectable<StatisticsRow>, 'resolutionMs'>;

/** What a pipeline did in one stretch of a chart. */
export interface StatisticsPoint {
  atMs: number;
  /** End to end, the largest in the stretch. */
  lagMs: number | null;
  /** The parts of it by which reading and applying are behind. */
  lagReadMs: number | null;
  lagApplyMs: number | null;
  rows: { insert: number; update: number; delete: number };
  /** Of log read from the source. */
  bytes: number;
  transactions: number;
  commits: number;
  retries: number;
  /** Milliseconds in each stage. */
  waits: StageTotals;
}

const SUMS = ['inserted', 'updated', 'deleted', 'bytes', 'transactions', 'commits', 'retries'] as const;
const STAGE_COLUMNS = STAGES.map((stage) => `${stage}Ms` as const);
const SUMMED = [...SUMS, ...STAGE_COLUMNS];
const COLUMNS = ['pipelineId', 'atMs', 'lagMs', 'lagReadMs', ...SUMMED] as const;

/** Stores the finest samples. Of a pipeline that was deleted meanwhile nothing is kept. */
export async function writeSamples(store: Store, samples: readonly StatisticsSample[]): Promise<void> {
  await store.write(async (tx) => {
    const ids = new Set((await tx.selectFrom('pipelines').select('id').execute()).map(({ id }) => id));
    const rows = samples
      .filter(({ pipelineId }) => ids.has(pipelineId))
      .map((sample) => ({ resolutionMs: RESOLUTIONS[0].resolutionMs, ...sample }));
    // A process that was here before may have written a part of the same stretch.
    await tx
      .deleteFrom('statistics')
      .where('resolutionMs', '=', RESOLUTIONS[0].resolutionMs)
      .where('atMs', 'in', [...new Set([0, ...rows.map(({ atMs }) => atMs)])])
      .where('pipelineId', 'in', [...new Set([0, ...rows.map(({ pipelineId }) => pipelineId)])])
      .execute();
    for (let i = 0; i < rows.length; i += INSERT_ROWS_MAX) {
      await tx
        .insertInto('statistics')
        .values(rows.slice(i, i + INSERT_ROWS_MAX))
        .execute();
    }
  });
}

/**
 * Sums up every stretch that is over and was not summed up yet, whoever wrote its samples, and forgets what is too old.
 * To be called once a minute or so.
 */
export async function rollUp(store: Store): Promise<void> {
  const nowMs = store.now();
  for (const [index, finer] of RESOLUTIONS.slice(0, -1).entries()) {
    await sumUp(store, finer.resolutionMs, (RESOLUTIONS[index + 1] as { resolutionMs: number }).resolutionMs);
  }
  for (const { resolutionMs, keptMs } of RESOLUTIONS) {
    await store.write((tx) =>
      tx
        .deleteFrom('statistics')
        .where('resolutionMs', '=', resolutionMs)
        .where('atMs', '<', nowMs - keptMs)
        .execute(),
    );
  }
}

async function sumUp(store: Store, finerMs: number, resolutionMs: number): Promise<void> {
  const nowMs = store.now();
  await store.write(async (tx) => {
    const last = await tx
      .selectFrom('statistics')
      .select((e) => e.fn.max('atMs').as('atMs'))
      .where('resolutionMs', '=', resolutionMs)
      .executeTakeFirst();
    const lastMs = last?.atMs ?? null;
    await tx
      .insertInto('statistics')
      .columns(['resolutionMs', ...COLUMNS])
      .expression(
        summed(tx, finerMs, resolutionMs)
          .select(sql<number>`${sql.lit(resolutionMs)}`.as('resolutionMs'))
          .select(columnsOf(resolutionMs))
          .where('atMs', '>=', lastMs === null ? 0 : Number(lastMs) + resolutionMs)
          .where('atMs', '<', beginning(nowMs, resolutionMs)),
      )
      .execute();
  });
}

/** Rows of one resolution, those of a stretch and a pipeline as one. */
function summed(db: Reader, resolutionMs: number, stretchMs: number) {
  return db
    .selectFrom('statistics')
    .where('resolutionMs', '=', resolutionMs)
    .groupBy(['pipelineId', stretch(stretchMs)]);
}

function columnsOf(stretchMs: number) {
  return [
    'pipelineId' as const,
    stretch(stretchMs).as('atMs'),
    sql<number | null>`max(lag_ms)`.as('lagMs'),
    sql<number | null>`max(lag_read_ms)`.as('lagReadMs'),
    ...SUMMED.map((name) => sql<number>`sum(${sql.ref(name)})`.as(name)),
  ];
}

/** Where the stretch begins in which `atMs` lies. */
export function beginning(atMs: number, stretchMs: number): number {
  return atMs - (atMs % stretchMs);
}

/** The same of the column `at_ms`. */
export function stretch(stretchMs: number) {
  return sql<number>`at_ms - at_ms % ${sql.lit(stretchMs)}`;
}

/** What is shown of it; `toMs` is not included. */
export interface StatisticsRange {
  fromMs: number;
  toMs: number;
  /** At most about as many. */
  points: number;
}

/** How a range is shown: which rows are read, and how many are one point. */
export function resolutionFor(
  resolutions: readonly { resolutionMs: number; keptMs: number }[],
  { fromMs, toMs, points }: StatisticsRange,
  nowMs: number,
): { resolutionMs: number; stretchMs: number } {
  const wantedMs = Math.max(1, (toMs - fromMs) / points);
  // The coarsest that is fine enough, of those that reach back so far; else the one that reaches back furthest.
  const reaching = resolutions.filter(({ keptMs }) => nowMs - keptMs <= fromMs);
  const candidates = reaching.filter((each) => each.resolutionMs <= wantedMs);
  const { resolutionMs } = candidates.at(-1) ?? reaching[0] ?? RESOLUTIONS[2];
  return { resolutionMs, stretchMs: resolutionMs * Math.ceil(wantedMs / resolutionMs) };
}

/** In the order of time; stretches in which it did not run are left out. */
export async function pipelineStatistics(
  store: Store,
  pipelineId: number,
  range: StatisticsRange,
): Promise<{ resolutionMs: number; points: StatisticsPoint[] }> {
  const { resolutionMs, stretchMs } = resolutionFor(RESOLUTIONS, range, store.now());
  const rows = await store.read((db) =>
    summed(db, resolutionMs, stretchMs)
      .select(columnsOf(stretchMs))
      .where('pipelineId', '=', pipelineId)
      .where('atMs', '>=', beginning(range.fromMs, stretchMs))
      .where('atMs', '<', range.toMs)
      .orderBy('atMs')
      .execute(),
  );
  return { resolutionMs: stretchMs, points: rows.map(pointOf) };
}

function pointOf(row: StatisticsSample): StatisticsPoint {
  const number = (value: number | null): number | null => (value === null ? null : Number(value));
  const [lagMs, lagReadMs] = [number(row.lagMs), number(row.lagReadMs)];
  return {
    atMs: Number(row.atMs),
    lagMs,
    lagReadMs,
    lagApplyMs: lagMs === null || lagReadMs === null ? null : Math.max(0, lagMs - lagReadMs),
    rows: { insert: Number(row.inserted), update: Number(row.updated), delete: Number(row.deleted) },
    bytes: Number(row.bytes),
    transactions: Number(row.transactions),
    commits: Number(row.commits),
    retries: Number(row.retries),
    waits: Object.fromEntries(STAGES.map((stage) => [stage, Number(row[`${stage}Ms`])])) as StageTotals,
  };
}

/** One small curve for each channel: the largest lag of its pipelines and the rows of all, by minute. */
export interface Sparkline {
  channelId: number;
  lagMs: (number | null)[];
  /** Row changes a second; null where nothing ran. */
  rowsPerSecond: (number | null)[];
}

const SPARK_POINTS = 60;
const SPARK_STEP_MS = 60_000;

/** The last hour of every channel in which something ran. */
export async function sparklines(store: Store): Promise<{ fromMs: number; stepMs: number; items: Sparkline[] }> {
  const nowMs = store.now();
  const fromMs = beginning(nowMs, SPARK_STEP_MS) - (SPARK_POINTS - 1) * SPARK_STEP_MS;
  const rows = await store.read((db) =>
    db
      .selectFrom('statistics')
      .innerJoin('pipelines', 'pipelines.id', 'statistics.pipelineId')
      .where('resolutionMs', '=', RESOLUTIONS[0].resolutionMs)
      .where('atMs', '>=', fromMs)
      .groupBy(['channelId', stretch(SPARK_STEP_MS)])
      .select([
        'channelId',
        stretch(SPARK_STEP_MS).as('atMs'),
        sql<number | null>`max(lag_ms)`.as('lagMs'),
        sql<number>`sum(inserted + updated + deleted)`.as('rows'),
      ])
      .orderBy('channelId')
      .execute(),
  );
  const items = new Map<number, Sparkline>();
  for (const { channelId, atMs, lagMs, rows: changed } of rows) {
    const nothing = () => Array.from({ length: SPARK_POINTS }, () => null);
    const line = items.get(channelId) ?? { channelId, lagMs: nothing(), rowsPerSecond: nothing() };
    items.set(channelId, line);
    const at = (Number(atMs) - fromMs) / SPARK_STEP_MS;
    if (at >= SPARK_POINTS) continue;
    line.lagMs[at] = lagMs === null ? null : Number(lagMs);
    line.rowsPerSecond[at] = (Number(changed) * 1000) / SPARK_STEP_MS;
  }
  return { fromMs, stepMs: SPARK_STEP_MS, items: [...items.values()] };
}
