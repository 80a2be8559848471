import { randomBytes } from 'node:crypto';
import { OtterError, say, type Wording } from '@otter/core';
import { sql, type Selectable } from 'kysely';
import { PIPELINES_MAX, type Pipeline, type PipelineCreation, type PipelineInput } from '../model/channel.ts';
import type { Mapping } from '../model/mapping.ts';
import { mappingSchema } from '../model/mapping.ts';
import { pipelineParametersSchema } from '../model/parameters.ts';
import { audit } from './audit-log.ts';
import { contains, pageOf, type Page, type PageRequest } from './page.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';
import type { MappingRow, PipelineRow } from './tables.ts';
import { assertNameFree, assertUpdated, assertVersion, found } from './version.ts';

type Row = Selectable<PipelineRow> & { mappingCount: number | null };

export interface PipelineFilter {
  channelId?: number | undefined;
  search?: string | undefined;
}

/** Pipelines: from one data source to another, with the mappings that say which tables. */
export class Pipelines {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(page: PageRequest, filter: PipelineFilter): Promise<Page<Pipeline>> {
    return this.#store.read(async (db) => {
      let count = db.selectFrom('pipelines');
      let query = pipelineRows(db);
      if (filter.channelId !== undefined) {
        count = count.where('channelId', '=', filter.channelId);
        query = query.where('channelId', '=', filter.channelId);
      }
      if (filter.search !== undefined) {
        count = count.where(contains(sql.ref('pipelines.name'), filter.search));
        query = query.where(contains(sql.ref('pipelines.name'), filter.search));
      }
      const { total } = await count.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      if (page.after !== null) query = query.where('pipelines.id', '>', page.after);
      const rows = await query
        .orderBy('pipelines.id')
        .limit(page.limit + 1)
        .execute();
      return pageOf(rows, Number(total), page.limit, shown);
    });
  }

  async find(id: number): Promise<Pipeline> {
    return this.#store.read(async (db) => shown(await rowOf(db, id)));
  }

  /** The channel a pipeline belongs to; null when there is no such pipeline. */
  async channelOf(id: number): Promise<number | null> {
    const row = await this.#store.read((db) =>
      db.selectFrom('pipelines').select('channelId').where('id', '=', id).executeTakeFirst(),
    );
    return row?.channelId ?? null;
  }

  async create(actor: Actor, channelId: number, input: PipelineCreation): Promise<Pipeline> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      await assertRoom(tx, channelId);
      await nameFree(tx, channelId, input.name, null);
      await assertDataSources(tx, input);
      const checkpointName = input.checkpointName ?? `p-${randomBytes(8).toString('hex')}`;
      await checkpointFree(tx, checkpointName);
      const times = { createdAtMs: nowMs, updatedAtMs: nowMs };
      const { insertId } = await tx
        .insertInto('pipelines')
        .values({ ...columns(input), channelId, checkpointName, desired: 'stopped', version: 1, ...times })
        .executeTakeFirstOrThrow();
      const after = shown(await rowOf(tx, Number(insertId)));
      await audit(tx, actor, nowMs, { action: 'pipeline.create', object: object(after), before: null, after });
      return after;
    });
  }

  /** Throws STATE_CONFLICT when source or target would change while it runs: it goes on from what the target knows. */
  async update(actor: Actor, id: number, version: number, input: PipelineInput): Promise<Pipeline> {
    return this.#change(actor, 'pipeline.update', id, version, async (tx, before) => {
      await nameFree(tx, before.channelId, input.name, id);
      await assertDataSources(tx, input);
      const moved = before.sourceId !== input.sourceId || before.targetId !== input.targetId;
      if (moved && before.desired === 'running') {
        const detail = say('pipeline-runs-move', { name: before.name });
        throw new OtterError('STATE_CONFLICT', { detail });
      }
      return columns(input);
    });
  }

  /** Throws STATE_CONFLICT while it should run. Its checkpoint in the target stays. */
  async remove(actor: Actor, id: number, version: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const before = shown(await rowOf(tx, id));
      assertVersion(before, version, what(id));
      if (before.desired === 'running') {
        throw new OtterError('STATE_CONFLICT', { detail: say('pipeline-runs-delete', { name: before.name }) });
      }
      await tx.deleteFrom('pipelines').where('id', '=', id).execute();
      await audit(tx, actor, this.#store.now(), {
        action: 'pipeline.delete',
        object: object(before),
        before,
        after: null,
      });
    });
  }

  /** In their order, with the version of the pipeline they belong to. */
  async mappings(id: number): Promise<{ version: number; mappings: Mapping[] }> {
    return this.#store.read(async (db) => {
      const { version } = await rowOf(db, id);
      return { version, mappings: await mappingsOf(db, id) };
    });
  }

  /** Replaces all of them. Throws STATE_CONFLICT when a pipeline that runs would have none. */
  async replaceMappings(actor: Actor, id: number, version: number, mappings: readonly Mapping[]): Promise<Pipeline> {
    const parts = { before: [] as Mapping[], after: mappings };
    return this.#change(
      actor,
      'pipeline.mappings',
      id,
      version,
      async (tx, before) => {
        if (mappings.length === 0 && before.desired === 'running') {
          const detail = say('pipeline-runs-mapping', { name: before.name });
          throw new OtterError('STATE_CONFLICT', { detail });
        }
        parts.before = await mappingsOf(tx, id);
        await tx.deleteFrom('mappings').where('pipelineId', '=', id).execute();
        await insertMappings(tx, id, mappings);
        return {};
      },
      parts,
    );
  }

  /** Notes that a pipeline has come to its end by itself and shall not be started again. */
  async ended(actor: Actor, id: number): Promise<void> {
    const nowMs = this.#store.now();
    await this.#store.write(async (tx) => {
      const row = await pipelineRows(tx).where('pipelines.id', '=', id).executeTakeFirst();
      if (row === undefined || row.desired === 'stopped') return;
      const before = shown(row);
      await tx
        .updateTable('pipelines')
        .set((e) => ({ desired: 'stopped' as const, version: e('version', '+', 1), updatedAtMs: nowMs }))
        .where('id', '=', id)
        .execute();
      const after = shown(await rowOf(tx, id));
      await audit(tx, actor, nowMs, { action: 'pipeline.end', object: object(before), before, after });
    });
  }

  async #change(
    actor: Actor,
    action: string,
    id: number,
    version: number,
    change: (tx: Writer, before: Pipeline) => Promise<Partial<ReturnType<typeof columns>>>,
    parts?: { before: readonly Mapping[]; after: readonly Mapping[] },
  ): Promise<Pipeline> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      const before = shown(await rowOf(tx, id));
      assertVersion(before, version, what(id));
      const values = await change(tx, before);
      const result = await tx
        .updateTable('pipelines')
        .set({ ...values, version: version + 1, updatedAtMs: nowMs })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      assertUpdated(result, version, what(id));
      const after = shown(await rowOf(tx, id));
      await audit(tx, actor, nowMs, {
        action,
        object: object(after),
        before: parts === undefined ? before : { mappings: parts.before },
        after: parts === undefined ? after : { mappings: parts.after },
      });
      return after;
    });
  }
}

function pipelineRows(db: Reader) {
  return db
    .selectFrom('pipelines')
    .selectAll('pipelines')
    .select((e) =>
      e
        .selectFrom('mappings')
        .whereRef('mappings.pipelineId', '=', 'pipelines.id')
        .select((m) => m.fn.countAll<number>().as('count'))
        .as('mappingCount'),
    );
}

async function rowOf(db: Reader, id: number): Promise<Row> {
  return found(await pipelineRows(db).where('pipelines.id', '=', id).executeTakeFirst(), what(id));
}

async function mappingsOf(db: Reader, id: number): Promise<Mapping[]> {
  const rows = await db.selectFrom('mappings').selectAll().where('pipelineId', '=', id).orderBy('ordinal').execute();
  return rows.map(readMapping);
}

/** A stored mapping. */
export function readMapping(row: Selectable<MappingRow>): Mapping {
  const columnChoice: unknown = JSON.parse(row.columnChoice);
  return mappingSchema.parse({ source: row.sourcePattern, target: row.targetPattern, columns: columnChoice });
}

async function insertMappings(tx: Writer, pipelineId: number, mappings: readonly Mapping[]): Promise<void> {
  for (const [ordinal, mapping] of mappings.entries()) {
    await tx
      .insertInto('mappings')
      .values({
        pipelineId,
        ordinal,
        sourcePattern: mapping.source,
        targetPattern: mapping.target,
        columnChoice: JSON.stringify(mapping.columns),
      })
      .execute();
  }
}

async function assertRoom(tx: Writer, channelId: number): Promise<void> {
  const channel = await tx.selectFrom('channels').select('name').where('id', '=', channelId).executeTakeFirst();
  const { name } = found(channel, say('channel-numbered', { id: channelId }));
  const { count } = await tx
    .selectFrom('pipelines')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('channelId', '=', channelId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= PIPELINES_MAX) {
    const detail = say('channel-full', { name, pipelines: PIPELINES_MAX });
    throw new OtterError('STATE_CONFLICT', { detail });
  }
}

async function nameFree(tx: Writer, channelId: number, name: string, own: number | null): Promise<void> {
  const other = await tx
    .selectFrom('pipelines')
    .select('id')
    .where('channelId', '=', channelId)
    .where('name', '=', name)
    .executeTakeFirst();
  assertNameFree(other, own, say('channel-pipeline-named', { name }));
}

/** Two pipelines with one checkpoint would take the position from each other. */
async function checkpointFree(tx: Writer, checkpointName: string): Promise<void> {
  const other = await tx
    .selectFrom('pipelines')
    .innerJoin('channels', 'channels.id', 'pipelines.channelId')
    .select(['pipelines.name as pipeline', 'channels.name as channel'])
    .where('checkpointName', '=', checkpointName)
    .executeTakeFirst();
  if (other === undefined) return;
  const { pipeline, channel } = other;
  const detail = say('checkpoint-taken', { checkpoint: checkpointName, pipeline, channel });
  throw new OtterError('NAME_TAKEN', { detail });
}

async function assertDataSources(tx: Writer, input: PipelineInput): Promise<void> {
  for (const [role, id] of [
    ['source', input.sourceId],
    ['target', input.targetId],
  ] as const) {
    const row = await tx.selectFrom('dataSources').select('id').where('id', '=', id).executeTakeFirst();
    if (row === undefined) {
      throw new OtterError('STATE_CONFLICT', {
        detail: say('data-source-absent', { id, role: say(`role-${role}`) }),
      });
    }
  }
}

function columns(input: PipelineInput) {
  return {
    name: input.name,
    description: input.description,
    sourceId: input.sourceId,
    targetId: input.targetId,
    parameters: JSON.stringify(input.parameters),
  };
}

function shown(row: Row): Pipeline {
  return {
    id: row.id,
    version: row.version,
    channelId: row.channelId,
    name: row.name,
    description: row.description,
    checkpointName: row.checkpointName,
    sourceId: row.sourceId,
    targetId: row.targetId,
    parameters: pipelineParametersSchema.parse(JSON.parse(row.parameters)),
    desired: row.desired,
    mappingCount: Number(row.mappingCount),
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

function object(pipeline: Pipeline) {
  return { kind: 'pipeline', id: pipeline.id, name: pipeline.name };
}

function what(id: number): Wording {
  return say('pipeline-numbered', { id });
}
