import { OtterError, say, sayNames, type Wording } from '@otter/core';
import { sql, type Selectable } from 'kysely';
import type { DataSource, DataSourceInput } from '../model/data-source.ts';
import { audit } from './audit-log.ts';
import { contains, pageOf, pageRows, type Page, type PageRequest } from './page.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';
import type { DataSourceRow } from './tables.ts';
import { assertNameFree, assertUpdated, assertVersion, found } from './version.ts';

/** What a server is reached with, secrets in plain. Never leaves the process, never in a log. */
export interface DataSourceAccess {
  host: string;
  port: number;
  user: string;
  password: string;
  tls: { mode: DataSourceRow['tlsMode']; ca: string | null; cert: string | null; key: string | null };
}

const PASSWORD = 'data source password';
const TLS_KEY = 'data source TLS key';

type Row = Selectable<DataSourceRow>;

/** The servers that pipelines read from and write to. */
export class DataSources {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(page: PageRequest, search?: string): Promise<Page<DataSource>> {
    return this.#store.read(async (db) => {
      let query = db.selectFrom('dataSources');
      if (search !== undefined) query = query.where(contains(sql.ref('name'), search));
      const { rows, total } = await pageRows(query, page, 'asc');
      return pageOf(rows, total, page.limit, shown);
    });
  }

  async find(id: number): Promise<DataSource> {
    return this.#store.read(async (db) => shown(await rowOf(db, id)));
  }

  /** Secrets in plain. */
  async access(id: number): Promise<DataSourceAccess> {
    return this.accessOf(await this.#store.read((db) => rowOf(db, id)));
  }

  /** Secrets in plain, of a row that was read already. */
  accessOf(row: Row): DataSourceAccess {
    const { box } = this.#store;
    return {
      host: row.primaryHost,
      port: row.primaryPort,
      user: row.userName,
      password: row.passwordSealed === null ? '' : box.open(row.passwordSealed, PASSWORD),
      tls: {
        mode: row.tlsMode,
        ca: row.tlsCa,
        cert: row.tlsCert,
        key: row.tlsKeySealed === null ? null : box.open(row.tlsKeySealed, TLS_KEY),
      },
    };
  }

  async create(actor: Actor, input: DataSourceInput): Promise<DataSource> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      await nameFree(tx, input.name, null);
      const values = { ...columns(input), ...this.#secrets(input), version: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
      const { insertId } = await tx.insertInto('dataSources').values(values).executeTakeFirstOrThrow();
      const after = shown(await rowOf(tx, Number(insertId)));
      await audit(tx, actor, nowMs, { action: 'data-source.create', object: object(after), before: null, after });
      return after;
    });
  }

  async update(actor: Actor, id: number, version: number, input: DataSourceInput): Promise<DataSource> {
    return this.#change(actor, 'data-source.update', id, version, async (tx) => {
      await nameFree(tx, input.name, id);
      return { ...columns(input), ...this.#secrets(input) };
    });
  }

  /** Standby becomes primary and the other way round. Throws STATE_CONFLICT without a standby. */
  async switchOver(actor: Actor, id: number, version: number): Promise<DataSource> {
    return this.#change(actor, 'data-source.switch', id, version, (_, row) => {
      const { standbyHost, standbyPort } = row;
      if (standbyHost === null || standbyPort === null) {
        throw new OtterError('STATE_CONFLICT', { detail: say('no-standby', { name: row.name }) });
      }
      return Promise.resolve({
        primaryHost: standbyHost,
        primaryPort: standbyPort,
        standbyHost: row.primaryHost,
        standbyPort: row.primaryPort,
      });
    });
  }

  /** Throws IN_USE when a pipeline reads from it or writes to it, and says which. */
  async remove(actor: Actor, id: number, version: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const row = await rowOf(tx, id);
      assertVersion(row, version, what(id));
      await unused(tx, row);
      await tx.deleteFrom('dataSources').where('id', '=', id).execute();
      const before = shown(row);
      await audit(tx, actor, this.#store.now(), {
        action: 'data-source.delete',
        object: object(before),
        before,
        after: null,
      });
    });
  }

  async #change(
    actor: Actor,
    action: string,
    id: number,
    version: number,
    change: (tx: Writer, row: Row) => Promise<Partial<Omit<Row, 'id' | 'version'>>>,
  ): Promise<DataSource> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      const row = await rowOf(tx, id);
      assertVersion(row, version, what(id));
      const values = await change(tx, row);
      const result = await tx
        .updateTable('dataSources')
        .set({ ...values, version: version + 1, updatedAtMs: nowMs })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      assertUpdated(result, version, what(id));
      const after = shown(await rowOf(tx, id));
      const secretsChanged = ['passwordSealed', 'tlsKeySealed'].some((name) => name in values);
      await audit(tx, actor, nowMs, {
        action,
        object: object(after),
        before: shown(row),
        after: { ...after, secretsChanged },
      });
      return after;
    });
  }

  /** The sealed columns that the input changes: what it leaves out stays, and what is empty is taken away. */
  #secrets(input: DataSourceInput): Partial<Pick<Row, 'passwordSealed' | 'tlsKeySealed'>> {
    const { box } = this.#store;
    const { password } = input;
    const { key } = input.tls;
    return {
      ...(password === undefined ? {} : { passwordSealed: password === '' ? null : box.seal(password, PASSWORD) }),
      ...(key === undefined ? {} : { tlsKeySealed: key === null ? null : box.seal(key, TLS_KEY) }),
    };
  }
}

async function rowOf(db: Reader, id: number): Promise<Row> {
  return found(await db.selectFrom('dataSources').selectAll().where('id', '=', id).executeTakeFirst(), what(id));
}

async function nameFree(tx: Writer, name: string, own: number | null): Promise<void> {
  const other = await tx.selectFrom('dataSources').select('id').where('name', '=', name).executeTakeFirst();
  assertNameFree(other, own, say('data-source-named', { name }));
}

async function unused(tx: Writer, row: Row): Promise<void> {
  const users = await tx
    .selectFrom('pipelines')
    .innerJoin('channels', 'channels.id', 'pipelines.channelId')
    .select(['pipelines.name as pipeline', 'channels.name as channel', 'pipelines.sourceId'])
    .where((e) => e.or([e('sourceId', '=', row.id), e('targetId', '=', row.id)]))
    .orderBy('pipelines.id')
    .execute();
  if (users.length === 0) return;
  const uses = users.map(({ sourceId, pipeline, channel }) =>
    say(sourceId === row.id ? 'used-as-source' : 'used-as-target', { pipeline, channel }),
  );
  throw new OtterError('IN_USE', { detail: say('data-source-used', { name: row.name, uses: sayNames(uses) }) });
}

function columns(input: DataSourceInput) {
  return {
    name: input.name,
    description: input.description,
    kind: input.kind,
    primaryHost: input.primary.host,
    primaryPort: input.primary.port,
    standbyHost: input.standby?.host ?? null,
    standbyPort: input.standby?.port ?? null,
    userName: input.user,
    tlsMode: input.tls.mode,
    tlsCa: input.tls.ca,
    tlsCert: input.tls.cert,
  };
}

function shown(row: Row): DataSource {
  const standby =
    row.standbyHost === null || row.standbyPort === null ? null : { host: row.standbyHost, port: row.standbyPort };
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    description: row.description,
    kind: row.kind,
    primary: { host: row.primaryHost, port: row.primaryPort },
    standby,
    user: row.userName,
    hasPassword: row.passwordSealed !== null,
    tls: { mode: row.tlsMode, ca: row.tlsCa, cert: row.tlsCert, hasKey: row.tlsKeySealed !== null },
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

function object(source: DataSource) {
  return { kind: 'data-source', id: source.id, name: source.name };
}

function what(id: number): Wording {
  return say('data-source-numbered', { id });
}
