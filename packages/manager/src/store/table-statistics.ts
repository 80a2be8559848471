import { setImmediate } from 'node:timers/promises';
import { sql, type Selectable } from 'kysely';
import { beginning, RESOLUTIONS, resolutionFor, stretch, type StatisticsRange } from './statistics.ts';
import type { Reader, Store, Writer } from './store.ts';
import type { TableStatisticsRow } from './tables.ts';

/** Rows applied to a table, by what was done. */
export interface RowCounts {
  inserted: number;
  updated: number;
  deleted: number;
}

export const NO_ROWS: Readonly<RowCounts> = { inserted: 0, updated: 0, deleted: 0 };

/** What was applied to a table since the last sample of it. */
export interface TableSample extends RowCounts {
  pipelineId: number;
  /** Source name, `schema.table`. */
  table: string;
}

/** By the minute and by the hour, kept as long as what a whole pipeline did. */
const TABLE_RESOLUTIONS = RESOLUTIONS.slice(1);
/** Rows of this one are about all the time since the pipeline was made. */
const WHOLE = { resolutionMs: 0, atMs: 0 };
/** Tables of one statement. SQLite answers at once, so others have their turn only where they are given one. */
const CHUNK = 500;

type Row = Selectable<TableStatisticsRow>;

/**
 * Adds samples to the minute and the hour in which they were taken, and to the sum of each table: nothing has to be
 * summed up later. Of a pipeline that was deleted meanwhile nothing is kept.
 */
export async function addTableSamples(store: Store, samples: readonly TableSample[]): Promise<void> {
  const places = [
    ...TABLE_RESOLUTIONS.map(({ resolutionMs }) => ({ resolutionMs, atMs: beginning(store.now(), resolutionMs) })),
    WHOLE,
  ];
  await store.write(async (tx) => {
    const kept = new Set((await tx.selectFrom('pipelines').select('id').execute()).map(({ id }) => id));
    for (const [pipelineId, own] of byPipeline(samples)) {
      if (!kept.has(pipelineId)) continue;
      for (let i = 0; i < own.length; i += CHUNK) {
        await add(tx, pipelineId, own.slice(i, i + CHUNK), places);
        await setImmediate();
      }
    }
  });
}

function byPipeline(samples: readonly TableSample[]): Map<number, TableSample[]> {
  const groups = new Map<number, TableSample[]>();
  for (const sample of samples) {
    const group = groups.get(sample.pipelineId);
    if (group === undefined) groups.set(sample.pipelineId, [sample]);
    else group.push(sample);
  }
  return groups;
}

async function add(
  tx: Writer,
  pipelineId: number,
  samples: readonly TableSample[],
  places: readonly Pick<Row, 'resolutionMs' | 'atMs'>[],
): Promise<void> {
  const ids = await tableIds(tx, pipelineId, samples);
  for (const { resolutionMs, atMs } of places) {
    const place = tx
      .selectFrom('tableStatistics')
      .where('resolutionMs', '=', resolutionMs)
      .where('atMs', '=', atMs)
      .where('tableId', 'in', [...ids.values()]);
    const before = new Map((await place.selectAll().execute()).map((row) => [row.tableId, row]));
    await tx
      .deleteFrom('tableStatistics')
      .where('resolutionMs', '=', resolutionMs)
      .where('atMs', '=', atMs)
      .where('tableId', 'in', [0, ...before.keys()])
      .execute();
    const rows = samples.map((sample) => {
      const tableId = ids.get(sample.table) as number;
      return { tableId, resolutionMs, atMs, ...sumOf(sample, countsOf(before.get(tableId))) };
    });
    await tx.insertInto('tableStatistics').values(rows).execute();
  }
}

/** Numbers of the tables; those that are new get one. */
async function tableIds(
  tx: Writer,
  pipelineId: number,
  samples: readonly TableSample[],
): Promise<ReadonlyMap<string, number>> {
  const names = samples.map(({ table }) => table);
  const read = async () => {
    const known = tx.selectFrom('pipelineTables').where('pipelineId', '=', pipelineId).where('name', 'in', names);
    return new Map((await known.select(['name', 'id']).execute()).map(({ name, id }) => [name, id]));
  };
  const ids = await read();
  const added = names.filter((name) => !ids.has(name));
  if (added.length === 0) return ids;
  await tx
    .insertInto('pipelineTables')
    .values(added.map((name) => ({ pipelineId, name })))
    .execute();
  return read();
}

/** Forgets what is too old, some tables at a time. To be called once an hour or so. */
export async function pruneTableSamples(store: Store): Promise<void> {
  const nowMs = store.now();
  const ids = (await store.read((db) => db.selectFrom('pipelineTables').select('id').execute())).map(({ id }) => id);
  for (let i = 0; i < ids.length; i += CHUNK) {
    for (const { resolutionMs, keptMs } of TABLE_RESOLUTIONS) {
      await store.write((tx) =>
        tx
          .deleteFrom('tableStatistics')
          .where('tableId', 'in', ids.slice(i, i + CHUNK))
          .where('resolutionMs', '=', resolutionMs)
          .where('atMs', '<', nowMs - keptMs)
          .execute(),
      );
      await setImmediate();
    }
  }
}

/** What was applied to each table since the pipeline was made, by its source name. */
export async function tableTotals(store: Store, pipelineId: number): Promise<Map<string, RowCounts>> {
  const rows = await store.read((db) =>
    ofTables(db, pipelineId)
      .where('resolutionMs', '=', WHOLE.resolutionMs)
      .select(['name', 'inserted', 'updated', 'deleted'])
      .execute(),
  );
  return new Map(rows.map((row) => [row.name, countsOf(row)]));
}

/** What was applied to one table, in the order of time; stretches in which nothing was are left out. */
export async function tableHistory(
  store: Store,
  { pipelineId, table }: { pipelineId: number; table: string },
  range: StatisticsRange,
): Promise<{ resolutionMs: number; points: ({ atMs: number } & RowCounts)[] }> {
  const { resolutionMs, stretchMs } = resolutionFor(TABLE_RESOLUTIONS, range, store.now());
  const rows = await store.read((db) =>
    ofTables(db, pipelineId)
      .where('name', '=', table)
      .where('resolutionMs', '=', resolutionMs)
      .where('atMs', '>=', beginning(range.fromMs, stretchMs))
      .where('atMs', '<', range.toMs)
      .groupBy(stretch(stretchMs))
      .select([
        stretch(stretchMs).as('atMs'),
        ...(['inserted', 'updated', 'deleted'] as const).map((name) => sql<number>`sum(${sql.ref(name)})`.as(name)),
      ])
      .orderBy('atMs')
      .execute(),
  );
  return { resolutionMs: stretchMs, points: rows.map((row) => ({ atMs: Number(row.atMs), ...countsOf(row) })) };
}

function ofTables(db: Reader, pipelineId: number) {
  return db
    .selectFrom('pipelineTables')
    .innerJoin('tableStatistics', 'tableStatistics.tableId', 'pipelineTables.id')
    .where('pipelineId', '=', pipelineId);
}

/** Servers give large integers as text. */
function countsOf(row: RowCounts | undefined): RowCounts {
  const { inserted, updated, deleted } = row ?? NO_ROWS;
  return { inserted: Number(inserted), updated: Number(updated), deleted: Number(deleted) };
}

export function sumOf(one: RowCounts, other: RowCounts): RowCounts {
  return {
    inserted: one.inserted + other.inserted,
    updated: one.updated + other.updated,
    deleted: one.deleted + other.deleted,
  };
}
