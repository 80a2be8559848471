import { OtterError, say, type Wording } from '@otter/core';
import { sql, type Selectable } from 'kysely';
import type { Channel, ChannelInput, DesiredState } from '../model/channel.ts';
import { parametersSchema } from '../model/parameters.ts';
import { audit } from './audit-log.ts';
import { contains, pageOf, type Page, type PageRequest } from './page.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';
import type { ChannelRow } from './tables.ts';
import { assertNameFree, assertUpdated, assertVersion, found } from './version.ts';

type Row = Selectable<ChannelRow> & { pipelineCount: number | null };

/** Channels: what a person starts and stops as one. */
export class Channels {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(page: PageRequest, search?: string): Promise<Page<Channel>> {
    return this.#store.read(async (db) => {
      let count = db.selectFrom('channels');
      let query = channelRows(db);
      if (search !== undefined) {
        count = count.where(contains(sql.ref('name'), search));
        query = query.where(contains(sql.ref('channels.name'), search));
      }
      const { total } = await count.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      if (page.after !== null) query = query.where('channels.id', '>', page.after);
      const rows = await query
        .orderBy('channels.id')
        .limit(page.limit + 1)
        .execute();
      return pageOf(rows, Number(total), page.limit, shown);
    });
  }

  async find(id: number): Promise<Channel> {
    return this.#store.read(async (db) => shown(await rowOf(db, id)));
  }

  async create(actor: Actor, input: ChannelInput): Promise<Channel> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      await nameFree(tx, input.name, null);
      const { insertId } = await tx
        .insertInto('channels')
        .values({ ...columns(input), version: 1, createdAtMs: nowMs, updatedAtMs: nowMs })
        .executeTakeFirstOrThrow();
      const after = shown(await rowOf(tx, Number(insertId)));
      await audit(tx, actor, nowMs, { action: 'channel.create', object: object(after), before: null, after });
      return after;
    });
  }

  async update(actor: Actor, id: number, version: number, input: ChannelInput): Promise<Channel> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      const before = shown(await rowOf(tx, id));
      assertVersion(before, version, what(id));
      await nameFree(tx, input.name, id);
      const result = await tx
        .updateTable('channels')
        .set({ ...columns(input), version: version + 1, updatedAtMs: nowMs })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      assertUpdated(result, version, what(id));
      const after = shown(await rowOf(tx, id));
      await audit(tx, actor, nowMs, { action: 'channel.update', object: object(after), before, after });
      return after;
    });
  }

  /** Throws IN_USE while it has pipelines. */
  async remove(actor: Actor, id: number, version: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const before = shown(await rowOf(tx, id));
      assertVersion(before, version, what(id));
      if (before.pipelineCount > 0) {
        const detail = say('channel-not-empty', { name: before.name, pipelines: before.pipelineCount });
        throw new OtterError('IN_USE', { detail });
      }
      await tx.deleteFrom('channels').where('id', '=', id).execute();
      await audit(tx, actor, this.#store.now(), {
        action: 'channel.delete',
        object: object(before),
        before,
        after: null,
      });
    });
  }

  /**
   * Says what all pipelines of the channel should do. The same again changes nothing. Throws STATE_CONFLICT when it
   * has no pipeline, or one to be started has no mapping.
   */
  async desire(actor: Actor, id: number, desired: DesiredState): Promise<void> {
    const nowMs = this.#store.now();
    await this.#store.write(async (tx) => {
      const channel = shown(await rowOf(tx, id));
      if (desired === 'running') await assertStartable(tx, channel);
      const before = await tx
        .selectFrom('pipelines')
        .select(['id', 'name', 'desired'])
        .where('channelId', '=', id)
        .execute();
      await tx
        .updateTable('pipelines')
        .set((e) => ({ desired, version: e('version', '+', 1), updatedAtMs: nowMs }))
        .where('channelId', '=', id)
        .where('desired', '!=', desired)
        .execute();
      await audit(tx, actor, nowMs, {
        action: desired === 'running' ? 'channel.start' : 'channel.stop',
        object: object(channel),
        before: { pipelines: before },
        after: { pipelines: before.map((pipeline) => ({ ...pipeline, desired })) },
      });
    });
  }
}

function channelRows(db: Reader) {
  return db
    .selectFrom('channels')
    .selectAll('channels')
    .select((e) =>
      e
        .selectFrom('pipelines')
        .whereRef('pipelines.channelId', '=', 'channels.id')
        .select((p) => p.fn.countAll<number>().as('count'))
        .as('pipelineCount'),
    );
}

async function rowOf(db: Reader, id: number): Promise<Row> {
  const row = await channelRows(db).where('channels.id', '=', id).executeTakeFirst();
  return found(row, what(id));
}

async function assertStartable(tx: Writer, channel: Channel): Promise<void> {
  if (channel.pipelineCount === 0) {
    const detail = say('channel-empty', { name: channel.name });
    throw new OtterError('STATE_CONFLICT', { detail });
  }
  const empty = await tx
    .selectFrom('pipelines')
    .leftJoin('mappings', 'mappings.pipelineId', 'pipelines.id')
    .select('pipelines.name')
    .where('channelId', '=', channel.id)
    .where('mappings.id', 'is', null)
    .executeTakeFirst();
  if (empty !== undefined) {
    const detail = say('pipeline-without-mapping', { pipeline: empty.name, channel: channel.name });
    throw new OtterError('STATE_CONFLICT', { detail });
  }
}

async function nameFree(tx: Writer, name: string, own: number | null): Promise<void> {
  const other = await tx.selectFrom('channels').select('id').where('name', '=', name).executeTakeFirst();
  assertNameFree(other, own, say('channel-named', { name }));
}

function columns(input: ChannelInput) {
  return { name: input.name, description: input.description, parameters: JSON.stringify(input.parameters) };
}

function shown(row: Row): Channel {
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    description: row.description,
    parameters: parametersSchema.parse(JSON.parse(row.parameters)),
    pipelineCount: Number(row.pipelineCount),
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

function object(channel: Channel) {
  return { kind: 'channel', id: channel.id, name: channel.name };
}

function what(id: number): Wording {
  return say('channel-numbered', { id });
}
