import { randomBytes } from 'node:crypto';
import { OtterError, say, type Wording } from '@otter/core';
import { sql, type Selectable } from 'kysely';
import {
  PIPELINES_MAX,
  type DesiredState,
  type Pipeline,
  type PipelineCreation,
  type PipelineInput,
} from '../model/channel.ts';
import type { Mapping } from '../model/mapping.ts';
import { mappingSchema } from '../model/mapping.ts';
import { pipelineParametersSchema } from '../model/parameters.ts';
import { BACK, pairCheckpoints, pairProblem, pairSchema, type PairFields } from '../model/two-way.ts';
import { audit } from './audit-log.ts';
import { contains, pageOf, type Page, type PageRequest } from './page.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';
import type { MappingRow, PipelineRow } from './tables.ts';
import { assertNameFree, assertUpdated, assertVersion, found } from './version.ts';

type Row = Selectable<PipelineRow> & { mappingCount: number | null; followerId: number | null };

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

  /** With `twoWay` both directions; returns the leading one. */
  async create(actor: Actor, channelId: number, input: PipelineCreation): Promise<Pipeline> {
    return this.#store.write(async (tx) => {
      const { twoWay, ...leading } = input;
      await assertRoom(tx, channelId, twoWay === undefined ? 1 : 2);
      await assertDataSources(tx, input);
      const name = input.checkpointName ?? `p-${randomBytes(8).toString('hex')}`;
      if (twoWay === undefined) return this.#insert(tx, actor, leading, { channelId, checkpointName: name });
      assertPair({ ...input, mappings: [] });
      const pair = JSON.stringify(twoWay);
      const [out, back] = pairCheckpoints(name);
      const { id } = await this.#insert(tx, actor, leading, { channelId, checkpointName: out, pair });
      await this.#insert(tx, actor, turned(leading), { channelId, checkpointName: back, pair, leadingId: id });
      return shown(await rowOf(tx, id));
    });
  }

  async #insert(
    tx: Writer,
    actor: Actor,
    input: PipelineInput,
    place: Pick<PipelineRow, 'channelId' | 'checkpointName'> & Partial<Pick<PipelineRow, 'pair' | 'leadingId'>>,
  ): Promise<Pipeline> {
    const nowMs = this.#store.now();
    await nameFree(tx, place.channelId, input.name, null);
    await checkpointFree(tx, place.checkpointName);
    const times = { createdAtMs: nowMs, updatedAtMs: nowMs };
    const alone = { pair: null, leadingId: null };
    const { insertId } = await tx
      .insertInto('pipelines')
      .values({ ...columns(input), ...alone, ...place, desired: 'stopped', version: 1, ...times })
      .executeTakeFirstOrThrow();
    const after = shown(await rowOf(tx, Number(insertId)));
    await audit(tx, actor, nowMs, { action: 'pipeline.create', object: object(after), before: null, after });
    return after;
  }

  /** Throws STATE_CONFLICT when source or target would change while it runs: it goes on from what the target knows. */
  async update(actor: Actor, id: number, version: number, input: PipelineInput): Promise<Pipeline> {
    return this.#change(actor, 'pipeline.update', id, version, async (tx, before) => {
      await nameFree(tx, before.channelId, input.name, id);
      await assertDataSources(tx, input);
      const moved = before.sourceId !== input.sourceId || before.targetId !== input.targetId;
      if (moved) await assertStopped(tx, before, 'pipeline-runs-move');
      if (before.twoWay !== null) {
        if (moved) throw new OtterError('STATE_CONFLICT', { detail: say('pair-servers-fixed') });
        assertPair({ ...input, mappings: [] });
        await nameFree(tx, before.channelId, turned(input).name, before.twoWay.counterpartId);
      }
      return { own: columns(input), followers: columns(turned(input)) };
    });
  }

  /** Throws STATE_CONFLICT while it should run. Its checkpoint in the target stays. With it goes what follows it. */
  async remove(actor: Actor, id: number, version: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const before = shown(await rowOf(tx, id));
      assertVersion(before, version, what(id));
      assertLeads(before);
      await assertStopped(tx, before, 'pipeline-runs-delete');
      await tx.deleteFrom('pipelines').where('leadingId', '=', id).execute();
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
        if (mappings.length === 0) await assertStopped(tx, before, 'pipeline-runs-mapping');
        if (before.twoWay !== null) assertPair({ ...before, checkpointName: '', mappings });
        parts.before = await mappingsOf(tx, id);
        for (const each of [id, ...(before.twoWay === null ? [] : [before.twoWay.counterpartId])]) {
          await tx.deleteFrom('mappings').where('pipelineId', '=', each).execute();
          await insertMappings(tx, each, mappings);
        }
        return { own: {}, followers: {} };
      },
      parts,
    );
  }

  /**
   * Says what one pipeline should do, whatever the others of its channel do. The same again changes nothing. Throws
   * STATE_CONFLICT when it is to be started and has no mapping.
   */
  async desire(actor: Actor, id: number, desired: DesiredState): Promise<Pipeline> {
    return this.#store.write(async (tx) => {
      const before = shown(await rowOf(tx, id));
      if (desired === 'running' && before.mappingCount === 0) {
        throw new OtterError('STATE_CONFLICT', { detail: say('pipeline-has-no-mapping', { name: before.name }) });
      }
      const action = desired === 'running' ? 'pipeline.start' : 'pipeline.stop';
      return before.desired === desired ? before : this.#desired(tx, actor, { before, desired, action });
    });
  }

  async #desired(
    tx: Writer,
    actor: Actor,
    { before, desired, action }: { before: Pipeline; desired: DesiredState; action: string },
  ): Promise<Pipeline> {
    const nowMs = this.#store.now();
    await tx
      .updateTable('pipelines')
      .set((e) => ({ desired, version: e('version', '+', 1), updatedAtMs: nowMs }))
      .where('id', '=', before.id)
      .execute();
    const after = shown(await rowOf(tx, before.id));
    await audit(tx, actor, nowMs, { action, object: object(before), before, after });
    return after;
  }

  /** Notes that a pipeline has come to its end by itself and shall not be started again. */
  async ended(actor: Actor, id: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const row = await pipelineRows(tx).where('pipelines.id', '=', id).executeTakeFirst();
      if (row === undefined || row.desired === 'stopped') return;
      await this.#desired(tx, actor, { before: shown(row), desired: 'stopped', action: 'pipeline.end' });
    });
  }

  async #change(
    actor: Actor,
    action: string,
    id: number,
    version: number,
    change: (tx: Writer, before: Pipeline) => Promise<Record<'own' | 'followers', Partial<ReturnType<typeof columns>>>>,
    parts?: { before: readonly Mapping[]; after: readonly Mapping[] },
  ): Promise<Pipeline> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      const before = shown(await rowOf(tx, id));
      assertVersion(before, version, what(id));
      assertLeads(before);
      const { own, followers } = await change(tx, before);
      const result = await tx
        .updateTable('pipelines')
        .set({ ...own, version: version + 1, updatedAtMs: nowMs })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      assertUpdated(result, version, what(id));
      await tx
        .updateTable('pipelines')
        .set((e) => ({ ...followers, version: e('version', '+', 1), updatedAtMs: nowMs }))
        .where('leadingId', '=', id)
        .execute();
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
    )
    .select((e) =>
      e
        .selectFrom('pipelines as followers')
        .whereRef('followers.leadingId', '=', 'pipelines.id')
        .select('followers.id')
        .as('followerId'),
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

/** Throws STATE_CONFLICT for a pipeline that follows another one: it is what that one is, the other way round. */
function assertLeads({ name, twoWay }: Pipeline): void {
  if (twoWay === null || twoWay.leads) return;
  const leading = name.slice(0, -BACK.length);
  throw new OtterError('STATE_CONFLICT', { detail: say('pipeline-follows', { name, leading }) });
}

function assertPair(input: Omit<PairFields, 'isOneServer'> & Pick<PipelineInput, 'sourceId' | 'targetId'>): void {
  const problem = pairProblem({ ...input, isOneServer: input.sourceId === input.targetId });
  if (problem !== null) throw new OtterError('REQUEST_INVALID', { detail: problem });
}

/** Throws STATE_CONFLICT while it, or what follows it, should run. */
async function assertStopped(
  tx: Writer,
  { id, name }: Pipeline,
  message: 'pipeline-runs-move' | 'pipeline-runs-delete' | 'pipeline-runs-mapping',
): Promise<void> {
  const running = await tx
    .selectFrom('pipelines')
    .select('id')
    .where('desired', '=', 'running')
    .where((e) => e.or([e('id', '=', id), e('leadingId', '=', id)]))
    .executeTakeFirst();
  if (running !== undefined) throw new OtterError('STATE_CONFLICT', { detail: say(message, { name }) });
}

/** What follows a pipeline: the same the other way round. */
function turned(input: PipelineInput): PipelineInput {
  return { ...input, name: `${input.name}${BACK}`, sourceId: input.targetId, targetId: input.sourceId };
}

async function assertRoom(tx: Writer, channelId: number, more: number): Promise<void> {
  const channel = await tx.selectFrom('channels').select('name').where('id', '=', channelId).executeTakeFirst();
  const { name } = found(channel, say('channel-numbered', { id: channelId }));
  const { count } = await tx
    .selectFrom('pipelines')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('channelId', '=', channelId)
    .executeTakeFirstOrThrow();
  if (Number(count) + more > PIPELINES_MAX) {
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
    twoWay: twoWayOf(row),
    mappingCount: Number(row.mappingCount),
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

function twoWayOf({ pair, leadingId, followerId }: Row): Pipeline['twoWay'] {
  const counterpartId = leadingId ?? followerId;
  if (pair === null || counterpartId === null) return null;
  return { ...pairSchema.parse(JSON.parse(pair)), counterpartId, leads: leadingId === null };
}

function object(pipeline: Pipeline) {
  return { kind: 'pipeline', id: pipeline.id, name: pipeline.name };
}

function what(id: number): Wording {
  return say('pipeline-numbered', { id });
}
