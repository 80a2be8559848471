import { OtterError, say, sayNames, type Wording } from '@otter/core';
import type { Selectable } from 'kysely';
import type {
  AlarmReceiver,
  AlarmReceiverInput,
  Language,
  ReceiverType,
  ReceiverMail,
} from '../model/alarm-receiver.ts';
import { audit } from './audit-log.ts';
import { pageOf, pageRows, type Page, type PageRequest } from './page.ts';
import type { SecretBox } from './secret-box.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';
import type { AlarmReceiverRow } from './tables.ts';
import { assertNameFree, assertUpdated, assertVersion, found } from './version.ts';

/** What a receiver is reached with, in plain. Never leaves the process but for the receiver, never in a log. */
export interface ReceiverSecrets {
  url: string | null;
  signingKey: string | null;
  headerValue: string | null;
  password: string | null;
}

/** All that it takes to send a message. */
export interface ReceiverAccess extends ReceiverSecrets {
  id: number;
  name: string;
  type: ReceiverType;
  language: Language;
  headerName: string | null;
  mail: ReceiverMail | null;
}

const SECRETS = 'alarm receiver secrets';
const NO_SECRETS: ReceiverSecrets = { url: null, signingKey: null, headerValue: null, password: null };

type Row = Selectable<AlarmReceiverRow>;

/** Those who are told of alarms. */
export class AlarmReceivers {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(page: PageRequest): Promise<Page<AlarmReceiver>> {
    return this.#store.read(async (db) => {
      const { rows, total } = await pageRows(db.selectFrom('alarmReceivers'), page, 'asc');
      const last = await lastMessages(db);
      return pageOf(rows, total, page.limit, (row) => this.#shown(row, last.get(row.id) ?? null));
    });
  }

  async find(id: number): Promise<AlarmReceiver> {
    return this.#store.read(async (db) => this.#current(db, id));
  }

  /** Secrets in plain. Throws NOT_FOUND. */
  async access(id: number): Promise<ReceiverAccess> {
    return accessOf(await this.#store.read((db) => rowOf(db, id)), this.#store.box);
  }

  async create(actor: Actor, input: AlarmReceiverInput): Promise<AlarmReceiver> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      await nameFree(tx, input.name, null);
      const values = { ...this.#columns(input, NO_SECRETS), version: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
      const { insertId } = await tx.insertInto('alarmReceivers').values(values).executeTakeFirstOrThrow();
      const after = await this.#current(tx, Number(insertId));
      await audit(tx, actor, nowMs, { action: 'alarm-receiver.create', object: object(after), before: null, after });
      return after;
    });
  }

  async update(actor: Actor, id: number, version: number, input: AlarmReceiverInput): Promise<AlarmReceiver> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      const row = await rowOf(tx, id);
      assertVersion(row, version, what(id));
      await nameFree(tx, input.name, id);
      const before = await this.#current(tx, id);
      const stored = accessOf(row, this.#store.box);
      const result = await tx
        .updateTable('alarmReceivers')
        .set({ ...this.#columns(input, stored), version: version + 1, updatedAtMs: nowMs })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      assertUpdated(result, version, what(id));
      const after = await this.#current(tx, id);
      const { url, signingKey, headerValue, password } = input;
      const secretsChanged = [url, signingKey, headerValue, password].some((secret) => secret !== undefined);
      await audit(tx, actor, nowMs, {
        action: 'alarm-receiver.update',
        object: object(after),
        before,
        after: { ...after, secretsChanged },
      });
      return after;
    });
  }

  /** Throws IN_USE when a rule names it, and says which. */
  async remove(actor: Actor, id: number, version: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const row = await rowOf(tx, id);
      assertVersion(row, version, what(id));
      const rules = await tx
        .selectFrom('alarmRuleReceivers')
        .innerJoin('alarmRules', 'alarmRules.id', 'ruleId')
        .select('name')
        .where('receiverId', '=', id)
        .execute();
      if (rules.length > 0) {
        const names = sayNames(rules.map(({ name }) => `"${name}"`));
        throw new OtterError('IN_USE', { detail: say('receiver-used', { name: row.name, rules: names }) });
      }
      const before = await this.#current(tx, id);
      await tx.deleteFrom('alarmReceivers').where('id', '=', id).execute();
      const removal = { action: 'alarm-receiver.delete', object: object(before), before, after: null };
      await audit(tx, actor, this.#store.now(), removal);
    });
  }

  /** What is left out of the input stays as it is stored. Throws REQUEST_INVALID for a webhook without a URL. */
  #columns(input: AlarmReceiverInput, stored: ReceiverSecrets) {
    const { name, description, type, language, headerName, mail } = input;
    const kept = <T>(given: T | undefined, before: T): T => (given === undefined ? before : given);
    const isMail = type === 'email';
    const url = isMail ? null : kept(input.url, stored.url);
    if (!isMail && url === null)
      throw new OtterError('REQUEST_INVALID', { detail: say('receiver-without-url', { type }) });
    const secrets: ReceiverSecrets = {
      url,
      signingKey: isMail ? null : kept(input.signingKey, stored.signingKey),
      headerValue: headerName === null ? null : kept(input.headerValue, stored.headerValue),
      password: isMail ? kept(input.password, stored.password) : null,
    };
    return {
      ...{ name, description, type, language, headerName },
      origin: url === null ? null : new URL(url).origin,
      mail: mail === null ? null : JSON.stringify(mail),
      secretsSealed: this.#store.box.seal(JSON.stringify(secrets), SECRETS),
    };
  }

  async #current(db: Reader, id: number): Promise<AlarmReceiver> {
    const row = await rowOf(db, id);
    return this.#shown(row, (await lastMessages(db)).get(id) ?? null);
  }

  #shown(row: Row, last: AlarmReceiver['last']): AlarmReceiver {
    const { signingKey, headerValue, password, mail } = accessOf(row, this.#store.box);
    const { id, version, name, description, type, language, origin, headerName, createdAtMs, updatedAtMs } = row;
    return {
      ...{ id, version, name, description, type, language, origin, headerName, mail, last },
      hasSigningKey: signingKey !== null,
      hasHeaderValue: headerValue !== null,
      hasPassword: password !== null,
      ...{ createdAtMs, updatedAtMs },
    };
  }
}

function accessOf(row: Row, box: SecretBox): ReceiverAccess {
  const { id, name, type, language, headerName, mail } = row;
  return {
    ...(JSON.parse(box.open(row.secretsSealed, SECRETS)) as ReceiverSecrets),
    ...{ id, name, type, language, headerName },
    mail: mail === null ? null : (JSON.parse(mail) as ReceiverMail),
  };
}

/** What became of the last message to each receiver. */
async function lastMessages(db: Reader): Promise<Map<number, NonNullable<AlarmReceiver['last']>>> {
  const rows = await db
    .selectFrom('alarmMessages')
    .select(['receiverId', 'state', 'answer', 'atMs', 'attempts'])
    .where('id', 'in', (e) =>
      e
        .selectFrom('alarmMessages')
        .select((m) => m.fn.max('id').as('id'))
        .groupBy('receiverId'),
    )
    .execute();
  return new Map(rows.map(({ receiverId, ...last }) => [receiverId, last]));
}

async function rowOf(db: Reader, id: number): Promise<Row> {
  return found(await db.selectFrom('alarmReceivers').selectAll().where('id', '=', id).executeTakeFirst(), what(id));
}

async function nameFree(tx: Writer, name: string, own: number | null): Promise<void> {
  const other = await tx.selectFrom('alarmReceivers').select('id').where('name', '=', name).executeTakeFirst();
  assertNameFree(other, own, say('receiver-named', { name }));
}

function object({ id, name }: AlarmReceiver) {
  return { kind: 'alarm-receiver', id, name };
}

function what(id: number): Wording {
  return say('receiver-numbered', { id });
}
