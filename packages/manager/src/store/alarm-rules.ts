import { OtterError, say, type Wording } from '@otter/core';
import type { Selectable } from 'kysely';
import type { AlarmRule, AlarmRuleInput } from '../model/alarm.ts';
import { audit } from './audit-log.ts';
import { pageOf, pageRows, type Page, type PageRequest } from './page.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';
import type { AlarmRuleRow } from './tables.ts';
import { assertNameFree, assertUpdated, assertVersion, found } from './version.ts';

type Row = Selectable<AlarmRuleRow>;

/** What is watched, and who is told. */
export class AlarmRules {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(page: PageRequest): Promise<Page<AlarmRule>> {
    return this.#store.read(async (db) => {
      const { rows, total } = await pageRows(db.selectFrom('alarmRules'), page, 'asc');
      const receivers = await receiversOf(db);
      return pageOf(rows, total, page.limit, (row) => shown(row, receivers.get(row.id) ?? []));
    });
  }

  async find(id: number): Promise<AlarmRule> {
    return this.#store.read((db) => current(db, id));
  }

  async create(actor: Actor, input: AlarmRuleInput): Promise<AlarmRule> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      await nameFree(tx, input.name, null);
      await assertReferences(tx, input);
      const values = { ...columns(input), version: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
      const { insertId } = await tx.insertInto('alarmRules').values(values).executeTakeFirstOrThrow();
      await setReceivers(tx, Number(insertId), input);
      const after = await current(tx, Number(insertId));
      await audit(tx, actor, nowMs, { action: 'alarm-rule.create', object: object(after), before: null, after });
      return after;
    });
  }

  async update(actor: Actor, id: number, version: number, input: AlarmRuleInput): Promise<AlarmRule> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      const before = await current(tx, id);
      assertVersion(before, version, what(id));
      await nameFree(tx, input.name, id);
      await assertReferences(tx, input);
      const result = await tx
        .updateTable('alarmRules')
        .set({ ...columns(input), version: version + 1, updatedAtMs: nowMs })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      assertUpdated(result, version, what(id));
      await tx.deleteFrom('alarmRuleReceivers').where('ruleId', '=', id).execute();
      await setReceivers(tx, id, input);
      const after = await current(tx, id);
      await audit(tx, actor, nowMs, { action: 'alarm-rule.update', object: object(after), before, after });
      return after;
    });
  }

  /** What it raised is cleared when it is looked at next. */
  async remove(actor: Actor, id: number, version: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const before = await current(tx, id);
      assertVersion(before, version, what(id));
      await tx.deleteFrom('alarmRules').where('id', '=', id).execute();
      const removal = { action: 'alarm-rule.delete', object: object(before), before, after: null };
      await audit(tx, actor, this.#store.now(), removal);
    });
  }
}

async function assertReferences(tx: Writer, input: AlarmRuleInput): Promise<void> {
  const { channelId, pipelineId } = input;
  const known = async (
    table: 'channels' | 'pipelines' | 'alarmReceivers',
    id: number,
    called: Wording,
  ): Promise<void> => {
    const row = await tx.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new OtterError('REQUEST_INVALID', { detail: say('object-absent', { what: called }) });
  };
  if (channelId !== null) await known('channels', channelId, say('channel-numbered', { id: channelId }));
  if (pipelineId !== null) await known('pipelines', pipelineId, say('pipeline-numbered', { id: pipelineId }));
  for (const id of input.receiverIds ?? []) await known('alarmReceivers', id, say('receiver-numbered', { id }));
}

async function setReceivers(tx: Writer, ruleId: number, { receiverIds }: AlarmRuleInput): Promise<void> {
  if (receiverIds === null || receiverIds.length === 0) return;
  const rows = receiverIds.map((receiverId) => ({ ruleId, receiverId }));
  await tx.insertInto('alarmRuleReceivers').values(rows).execute();
}

async function receiversOf(db: Reader): Promise<Map<number, number[]>> {
  const rows = await db.selectFrom('alarmRuleReceivers').selectAll().orderBy('receiverId').execute();
  const grouped = new Map<number, number[]>();
  for (const { ruleId, receiverId } of rows) grouped.set(ruleId, [...(grouped.get(ruleId) ?? []), receiverId]);
  return grouped;
}

async function current(db: Reader, id: number): Promise<AlarmRule> {
  const row = found(await db.selectFrom('alarmRules').selectAll().where('id', '=', id).executeTakeFirst(), what(id));
  return shown(row, (await receiversOf(db)).get(id) ?? []);
}

async function nameFree(tx: Writer, name: string, own: number | null): Promise<void> {
  const other = await tx.selectFrom('alarmRules').select('id').where('name', '=', name).executeTakeFirst();
  assertNameFree(other, own, say('alarm-rule-named', { name }));
}

function columns({ receiverIds, enabled, ...plain }: AlarmRuleInput) {
  return { ...plain, enabled: enabled ? 1 : 0, tellsAll: receiverIds === null ? 1 : 0 };
}

function shown({ enabled, tellsAll, ...plain }: Row, receiverIds: number[]): AlarmRule {
  return { ...plain, enabled: enabled === 1, receiverIds: tellsAll === 1 ? null : receiverIds };
}

function object({ id, name }: AlarmRule) {
  return { kind: 'alarm-rule', id, name };
}

function what(id: number): Wording {
  return say('alarm-rule-numbered', { id });
}
