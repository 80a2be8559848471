import { OtterError, say } from '@otter/core';
import type { Selectable } from 'kysely';
import { factsText, type News } from '../alarm/alarm-text.ts';
import type { Alarm, AlarmFacts, AlarmRule, Severity } from '../model/alarm.ts';
import { audit } from './audit-log.ts';
import { pageOf, pageRows, type Page, type PageRequest } from './page.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';
import type { AlarmMessageRow, AlarmRow } from './tables.ts';
import { found } from './version.ts';

/** Cleared ones that are kept; the oldest go first. */
const CLEARED_MAX = 10_000;
/** Tables named in one alarm at most. */
const TABLES_MAX = 1000;

export interface AlarmFilter {
  state?: 'raised' | 'cleared' | undefined;
  channelId?: number | undefined;
  pipelineId?: number | undefined;
  severity?: Severity | undefined;
}

/** Where an alarm is raised. */
export interface AlarmPlace {
  channelId: number;
  channelName: string;
  pipelineId: number;
  pipelineName: string;
}

/** One that is raised, and when it was told last. */
export interface RaisedAlarm extends Alarm {
  toldAtMs: number;
}

export type AlarmMessage = Pick<Selectable<AlarmMessageRow>, 'id' | 'receiverId' | 'news' | 'attempts'> & {
  alarm: Alarm;
};

/**
 * What is raised and what was. Whatever is to be told of it is written with it, so that a process that ends between the
 * two loses nothing.
 */
export class Alarms {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The latest first. */
  async list(page: PageRequest, filter: AlarmFilter): Promise<Page<Alarm>> {
    return this.#store.read(async (db) => {
      let query = db.selectFrom('alarms');
      if (filter.state !== undefined) {
        query = query.where('clearedAtMs', filter.state === 'raised' ? 'is' : 'is not', null);
      }
      if (filter.channelId !== undefined) query = query.where('channelId', '=', filter.channelId);
      if (filter.pipelineId !== undefined) query = query.where('pipelineId', '=', filter.pipelineId);
      if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity);
      const { rows, total } = await pageRows(query, page, 'desc');
      return pageOf(rows, total, page.limit, shown);
    });
  }

  async find(id: number): Promise<Alarm> {
    return this.#store.read(async (db) => shown(await rowOf(db, id)));
  }

  /** Null when there is no such alarm. */
  async channelOf(id: number): Promise<number | null> {
    const row = await this.#store.read((db) =>
      db.selectFrom('alarms').select('channelId').where('id', '=', id).executeTakeFirst(),
    );
    return row?.channelId ?? null;
  }

  async raised(): Promise<RaisedAlarm[]> {
    const rows = await this.#store.read((db) =>
      db.selectFrom('alarms').selectAll().where('clearedAtMs', 'is', null).orderBy('id').execute(),
    );
    return rows.map((row) => ({ ...shown(row), toldAtMs: row.toldAtMs }));
  }

  async counts(): Promise<Record<Severity, number>> {
    const rows = await this.#store.read((db) =>
      db
        .selectFrom('alarms')
        .select(['severity', (e) => e.fn.countAll<number>().as('count')])
        .where('clearedAtMs', 'is', null)
        .groupBy('severity')
        .execute(),
    );
    const counts = { warning: 0, critical: 0 };
    for (const { severity, count } of rows) counts[severity] = Number(count);
    return counts;
  }

  async raise(rule: AlarmRule, place: AlarmPlace, facts: AlarmFacts): Promise<Alarm> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      const receivers = await toldBy(tx, rule);
      const { insertId } = await tx
        .insertInto('alarms')
        .values({
          ...{ ruleId: rule.id, ruleName: rule.name, type: rule.type, severity: rule.severity, ...place },
          ...{ facts: JSON.stringify(bounded(facts)), receiverIds: JSON.stringify(receivers), silence: null },
          ...{ raisedAtMs: nowMs, toldAtMs: nowMs, clearedAtMs: null },
        })
        .executeTakeFirstOrThrow();
      await post(tx, { alarmId: Number(insertId), receivers, news: 'raised', nowMs });
      return shown(await rowOf(tx, Number(insertId)));
    });
  }

  /** It lasts: tells it once more, with what is known now. Whoever has not heard of it yet does. */
  async repeat(id: number, rule: AlarmRule, facts: AlarmFacts): Promise<void> {
    const nowMs = this.#store.now();
    await this.#store.write(async (tx) => {
      const row = await rowOf(tx, id);
      if (row.clearedAtMs !== null) return;
      const receivers = await toldBy(tx, rule);
      const told = [...new Set([...receiverIdsOf(row), ...receivers])];
      await tx
        .updateTable('alarms')
        .set({ facts: JSON.stringify(bounded(facts)), toldAtMs: nowMs, receiverIds: JSON.stringify(told) })
        .where('id', '=', id)
        .execute();
      await post(tx, { alarmId: id, receivers, news: 'repeated', nowMs });
    });
  }

  /** Its reason is gone: whoever was told that it was raised is told that. */
  async clear(id: number): Promise<void> {
    const nowMs = this.#store.now();
    await this.#store.write(async (tx) => {
      const row = await rowOf(tx, id);
      if (row.clearedAtMs !== null) return;
      await tx.updateTable('alarms').set({ clearedAtMs: nowMs }).where('id', '=', id).execute();
      const told = receiverIdsOf(row);
      const there = await tx.selectFrom('alarmReceivers').select('id').execute();
      const receivers = there.map((receiver) => receiver.id).filter((receiverId) => told.includes(receiverId));
      await post(tx, { alarmId: id, receivers, news: 'cleared', nowMs });
      await prune(tx);
    });
  }

  /** Nothing is repeated for a time; null ends a silence. Throws STATE_CONFLICT when it is no longer raised. */
  async silence(actor: Actor, id: number, asked: { minutes: number; reason: string } | null): Promise<Alarm> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      const row = await rowOf(tx, id);
      if (row.clearedAtMs !== null) {
        throw new OtterError('STATE_CONFLICT', { detail: say('alarm-cleared', { id }) });
      }
      const silence: Alarm['silence'] =
        asked === null
          ? null
          : { untilMs: nowMs + asked.minutes * 60_000, reason: asked.reason, userName: actor.userName };
      const text = silence === null ? null : JSON.stringify(silence);
      await tx.updateTable('alarms').set({ silence: text }).where('id', '=', id).execute();
      const [before, after] = [shown(row), shown({ ...row, silence: text })];
      const object = {
        kind: 'alarm',
        id,
        name: `${row.ruleName}: ${row.channelName}/${row.pipelineName}`.slice(0, 160),
      };
      await audit(tx, actor, nowMs, {
        action: asked === null ? 'alarm.unsilence' : 'alarm.silence',
        object,
        before: { silence: before.silence },
        after: { silence },
      });
      return after;
    });
  }

  /** The oldest message for each receiver, where its time has come: one that fails holds up what is behind it. */
  async due(): Promise<AlarmMessage[]> {
    const nowMs = this.#store.now();
    return this.#store.read(async (db) => {
      const rows = await db
        .selectFrom('alarmMessages')
        .selectAll()
        .where('id', 'in', (e) =>
          e
            .selectFrom('alarmMessages')
            .select((m) => m.fn.min('id').as('id'))
            .where('state', '=', 'waiting')
            .groupBy('receiverId'),
        )
        .where('nextAtMs', '<=', nowMs)
        .execute();
      const messages: AlarmMessage[] = [];
      for (const { id, receiverId, news, attempts, alarmId } of rows) {
        messages.push({ id, receiverId, news, attempts, alarm: shown(await rowOf(db, alarmId)) });
      }
      return messages;
    });
  }

  /** What became of an attempt. Of a message that is gone with its receiver nothing is kept. */
  async settle(id: number, change: Omit<AlarmMessageRow, 'id' | 'alarmId' | 'receiverId' | 'news' | 'atMs'>) {
    const set = { ...change, atMs: this.#store.now() };
    await this.#store.write((tx) => tx.updateTable('alarmMessages').set(set).where('id', '=', id).execute());
  }
}

/** Numbers of those a rule tells now. */
async function toldBy(tx: Writer, rule: AlarmRule): Promise<number[]> {
  const rows = await tx.selectFrom('alarmReceivers').select('id').orderBy('id').execute();
  const ids = rows.map(({ id }) => id);
  return rule.receiverIds === null ? ids : ids.filter((id) => rule.receiverIds?.includes(id));
}

/** A repetition is not put behind news of the same alarm that still wait: it says nothing they do not. */
async function post(
  tx: Writer,
  { alarmId, receivers, news, nowMs }: { alarmId: number; receivers: readonly number[]; news: News; nowMs: number },
): Promise<void> {
  const waiting = await tx
    .selectFrom('alarmMessages')
    .select('receiverId')
    .where('alarmId', '=', alarmId)
    .where('state', '=', 'waiting')
    .execute();
  const taken = new Set(news === 'repeated' ? waiting.map(({ receiverId }) => receiverId) : []);
  const rows = receivers
    .filter((receiverId) => !taken.has(receiverId))
    .map((receiverId) => ({
      ...{ alarmId, receiverId, news, state: 'waiting' as const, attempts: 0 },
      ...{ nextAtMs: nowMs, answer: null, atMs: nowMs },
    }));
  if (rows.length > 0) await tx.insertInto('alarmMessages').values(rows).execute();
}

async function prune(tx: Writer): Promise<void> {
  const oldest = await tx
    .selectFrom('alarms')
    .select('id')
    .where('clearedAtMs', 'is not', null)
    .orderBy('id', 'desc')
    .offset(CLEARED_MAX)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await tx.deleteFrom('alarms').where('clearedAtMs', 'is not', null).where('id', '<=', oldest.id).execute();
}

async function rowOf(db: Reader, id: number): Promise<Selectable<AlarmRow>> {
  return found(
    await db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirst(),
    say('alarm-numbered', { id }),
  );
}

function bounded(facts: AlarmFacts): AlarmFacts {
  return { ...facts, tables: facts.tables.slice(0, TABLES_MAX) };
}

function receiverIdsOf({ receiverIds }: Pick<AlarmRow, 'receiverIds'>): number[] {
  return JSON.parse(receiverIds) as number[];
}

function shown(row: Selectable<AlarmRow>): Alarm {
  const { receiverIds: _, toldAtMs: __, silence, ...plain } = row;
  const facts = JSON.parse(row.facts) as AlarmFacts;
  return {
    ...plain,
    facts,
    text: factsText(row.type, facts),
    silence: silence === null ? null : (JSON.parse(silence) as Alarm['silence']),
  };
}
