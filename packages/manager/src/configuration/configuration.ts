import { createHash, randomBytes } from 'node:crypto';
import { OtterError, say, type Wording } from '@otter/core';
import { alarmRuleInputSchema } from '../model/alarm.ts';
import { alarmReceiverInputSchema } from '../model/alarm-receiver.ts';
import { dataSourceInputSchema } from '../model/data-source.ts';
import type { Actor } from '../store/store.ts';
import { replaceSystemParameters } from '../store/system-parameters.ts';
import type { ConfigurationDocument, Documents } from './document.ts';
import { planOf, planSteps, withoutSecrets, type Plan, type PlannedChange, type PlannedStep } from './plan.ts';
import { storedConfiguration, type ConfigurationParts, type StoredPipeline } from './stored-configuration.ts';

export interface ConfigurationRequest {
  documents: readonly ConfigurationDocument[];
  prune: boolean;
}

/**
 * What is stored as documents without secrets, of one channel with its data sources or of all. Throws NOT_FOUND when
 * there is no such channel.
 */
export async function exportDocuments(
  parts: ConfigurationParts,
  options: { channel: string | undefined; users: boolean },
): Promise<ConfigurationDocument[]> {
  const stored = await parts.store.write(() => storedConfiguration(parts));
  const { channel } = options;
  const all = [...stored.dataSources, ...stored.channels, ...stored.pipelines].map((object) => object.document);
  if (channel === undefined) {
    const users = options.users ? stored.users.map((object) => object.document) : [];
    const alarms = [...stored.receivers, ...stored.rules].map((object) => object.document);
    return [stored.system.document, ...all, ...alarms, ...users].map(withReferences);
  }
  if (!stored.channels.some(({ document }) => document.name === channel)) {
    throw new OtterError('NOT_FOUND', { detail: say('channel-named', { name: channel }) });
  }
  const used = new Set(
    stored.pipelines.flatMap(({ document }) =>
      document.channel === channel ? [document.source, document.target] : [],
    ),
  );
  return all.filter((document) => belongs(document, channel, used)).map(withReferences);
}

function belongs(document: ConfigurationDocument, channel: string, used: ReadonlySet<string>): boolean {
  if (document.kind === 'data-source') return used.has(document.name);
  if (document.kind === 'channel') return document.name === channel;
  return document.kind === 'pipeline' && document.channel === channel;
}

/** What would have to be done. Changes nothing. Throws REQUEST_INVALID. */
export async function planConfiguration(parts: ConfigurationParts, request: ConfigurationRequest): Promise<Plan> {
  const { documents, prune } = request;
  return parts.store.write(async () =>
    planOf(planSteps(await storedConfiguration(parts), documents, prune), documents),
  );
}

/**
 * Does it, whole or not at all. Throws VERSION_MISMATCH when what would be done is no longer what the plan of this
 * fingerprint said, STATE_CONFLICT when a part of it is blocked, and what the guards of each object throw.
 */
export async function applyConfiguration(
  parts: ConfigurationParts,
  actor: Actor,
  request: ConfigurationRequest & { fingerprint: string },
): Promise<Plan> {
  const { documents, prune, fingerprint } = request;
  const hashes = await passwordHashes(parts, documents);
  const plan = await parts.store.write(async () => {
    const steps = planSteps(await storedConfiguration(parts), documents, prune);
    const current = planOf(steps, documents);
    if (current.fingerprint !== fingerprint) {
      throw new OtterError('VERSION_MISMATCH', { detail: say('configuration-moved') });
    }
    assertPossible(current);
    for (const step of steps) await new StepRun(parts, actor, hashes).run(step);
    return { ...current, removed: steps.flatMap(removedPipeline) };
  });
  for (const id of plan.removed) parts.live.forget(id);
  return { fingerprint: plan.fingerprint, changes: plan.changes };
}

function removedPipeline({ change, stored }: PlannedStep): number[] {
  if (change.action !== 'delete' || change.kind !== 'pipeline' || stored === null) return [];
  const { id, followerId } = stored as StoredPipeline;
  return followerId === null ? [id] : [id, followerId];
}

function assertPossible({ changes }: Plan): void {
  const blocked = changes.flatMap((change) => blockOf(change) ?? []).slice(0, 5);
  if (blocked.length === 0) return;
  const detail = { en: blocked.map(({ en }) => en).join('; '), zh: blocked.map(({ zh }) => zh).join('；') };
  throw new OtterError('STATE_CONFLICT', { detail });
}

/** Why a change cannot be done now, with what it is about; null when it can. */
function blockOf({ kind, name, blocked: en, blockedZh: zh }: PlannedChange): Wording | null {
  return en === null || zh === null ? null : say('documents-blocked', { kind, name, why: { en, zh } });
}

/** Before the transaction: on purpose it takes long to make one. */
async function passwordHashes(
  { users, signIn }: ConfigurationParts,
  documents: readonly ConfigurationDocument[],
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const document of documents) {
    if (document.kind !== 'user' || (await users.credentials(document.name)) !== null) continue;
    // Without one the user is disabled, and nobody knows this one.
    hashes.set(document.name, await signIn.hash(document.password ?? randomBytes(32).toString('base64')));
  }
  return hashes;
}

/** One step, by the stores that know the rules of each object. */
class StepRun {
  readonly #parts: ConfigurationParts;
  readonly #actor: Actor;
  readonly #hashes: ReadonlyMap<string, string>;

  constructor(parts: ConfigurationParts, actor: Actor, hashes: ReadonlyMap<string, string>) {
    this.#parts = parts;
    this.#actor = actor;
    this.#hashes = hashes;
  }

  async run(step: PlannedStep): Promise<void> {
    const { document, stored, change } = step;
    if (change.action === 'delete') return this.#remove(step);
    switch (document.kind) {
      case 'system':
        await replaceSystemParameters(this.#parts.store, this.#actor, stored?.version ?? 1, document.parameters);
        return;
      case 'data-source':
        return this.#dataSource(document, stored);
      case 'channel':
        return this.#channel(document, stored);
      case 'pipeline':
        return this.#pipeline(document, stored, new Set(change.differences.map(({ path }) => path)));
      case 'alarm-receiver':
        return this.#receiver(document, stored);
      case 'alarm-rule':
        return this.#rule(document, stored);
      case 'user':
        return this.#user(document, stored);
    }
  }

  async #remove({ document, stored }: PlannedStep): Promise<void> {
    const { dataSources, channels, pipelines } = this.#parts;
    if (stored === null) return;
    const { id, version } = stored;
    if (document.kind === 'pipeline') await pipelines.remove(this.#actor, id, version);
    else if (document.kind === 'channel') await channels.remove(this.#actor, id, version);
    else if (document.kind === 'data-source') await dataSources.remove(this.#actor, id, version);
  }

  async #dataSource(document: Documents<'data-source'>, stored: PlannedStep['stored']): Promise<void> {
    const { dataSources } = this.#parts;
    const { kind: _, passwordEnv: __, passwordFile: ___, tlsKeyFile: ____, ...fields } = document;
    const input = dataSourceInputSchema.parse(fields);
    if (stored === null) await dataSources.create(this.#actor, input);
    else await dataSources.update(this.#actor, stored.id, stored.version, input);
  }

  async #channel(document: Documents<'channel'>, stored: PlannedStep['stored']): Promise<void> {
    const { channels } = this.#parts;
    const { kind: _, ...input } = document;
    if (stored === null) await channels.create(this.#actor, input);
    else await channels.update(this.#actor, stored.id, stored.version, input);
  }

  async #pipeline(document: Documents<'pipeline'>, stored: PlannedStep['stored'], changed: Set<string>): Promise<void> {
    const { pipelines } = this.#parts;
    const { name, description, parameters, mappings, checkpointName, twoWay } = document;
    const sourceId = await this.#id('dataSources', document.source);
    const targetId = await this.#id('dataSources', document.target);
    const input = { name, description, parameters, sourceId, targetId };
    const creation = { ...input, checkpointName, twoWay };
    let kept: { id: number; version: number };
    if (stored === null)
      kept = await pipelines.create(this.#actor, await this.#id('channels', document.channel), creation);
    else if ([...changed].every((path) => path === 'mappings')) kept = stored;
    else kept = await pipelines.update(this.#actor, stored.id, stored.version, input);
    if (stored === null ? mappings.length > 0 : changed.has('mappings')) {
      await pipelines.replaceMappings(this.#actor, kept.id, kept.version, mappings);
    }
  }

  async #receiver(document: Documents<'alarm-receiver'>, stored: PlannedStep['stored']): Promise<void> {
    const { alarmReceivers } = this.#parts;
    const { name, description, type, language, headerName, mail } = document;
    const { url, signingKey, headerValue, password } = document;
    const secrets = { url, signingKey, headerValue, password };
    const input = alarmReceiverInputSchema.parse({ name, description, type, language, headerName, mail, ...secrets });
    if (stored === null) await alarmReceivers.create(this.#actor, input);
    else await alarmReceivers.update(this.#actor, stored.id, stored.version, input);
  }

  async #rule(document: Documents<'alarm-rule'>, stored: PlannedStep['stored']): Promise<void> {
    const { alarmRules } = this.#parts;
    const { kind: _, channel, pipeline, receivers, ...fields } = document;
    const channelId = channel === null ? null : await this.#id('channels', channel);
    const pipelineId = pipeline === null ? null : await this.#pipelineId(channelId ?? 0, pipeline);
    const place = { channelId: pipelineId === null ? channelId : null, pipelineId };
    const receiverIds: number[] | null = receivers === null ? null : [];
    for (const receiver of receivers ?? []) receiverIds?.push(await this.#id('alarmReceivers', receiver));
    const input = alarmRuleInputSchema.parse({ ...fields, ...place, receiverIds });
    if (stored === null) await alarmRules.create(this.#actor, input);
    else await alarmRules.update(this.#actor, stored.id, stored.version, input);
  }

  async #user(document: Documents<'user'>, stored: PlannedStep['stored']): Promise<void> {
    const { users } = this.#parts;
    const { name, role, disabled } = document;
    const channelIds: number[] = [];
    for (const channel of document.channels) channelIds.push(await this.#id('channels', channel));
    const input = { name, role, disabled, channelIds };
    if (stored !== null) await users.update(this.#actor, stored.id, stored.version, input);
    else await users.create(this.#actor, input, this.#hashes.get(name) ?? '');
  }

  /** The number behind a name; it is there, or the plan would not have been made. */
  async #id(table: 'dataSources' | 'channels' | 'alarmReceivers', name: string): Promise<number> {
    const { store } = this.#parts;
    const row = await store.read((db) => db.selectFrom(table).select('id').where('name', '=', name).executeTakeFirst());
    if (row === undefined) throw new OtterError('STATE_CONFLICT', { detail: say('name-gone', { name }) });
    return row.id;
  }

  async #pipelineId(channelId: number, name: string): Promise<number> {
    const row = await this.#parts.store.read((db) =>
      db
        .selectFrom('pipelines')
        .select('id')
        .where('channelId', '=', channelId)
        .where('name', '=', name)
        .executeTakeFirst(),
    );
    if (row === undefined) throw new OtterError('STATE_CONFLICT', { detail: say('name-gone', { name }) });
    return row.id;
  }
}

/** Without secrets; where they would have to be found is named instead. */
function withReferences(document: ConfigurationDocument): ConfigurationDocument {
  if (document.kind === 'user') return { ...document, passwordEnv: passwordVariable('user', document.name) };
  if (document.kind === 'alarm-receiver') return withReceiverReferences(document);
  if (document.kind !== 'data-source') return document;
  return {
    ...withoutSecrets(document),
    ...(document.password === undefined ? {} : { passwordEnv: passwordVariable('data-source', document.name) }),
    ...(document.tls.key === null || document.tls.key === undefined
      ? {}
      : { tlsKeyFile: `${document.name.replaceAll(/[^A-Za-z0-9.-]/g, '-')}.key.pem` }),
  };
}

function withReceiverReferences(document: Documents<'alarm-receiver'>): ConfigurationDocument {
  const { name, url, signingKey, headerValue, password } = document;
  const named = (secret: string | null | undefined, key: string, prefix: string) =>
    secret === undefined || secret === null ? {} : { [`${key}Env`]: variableOf(`OTTER_RECEIVER_${prefix}`, name) };
  return {
    ...withoutSecrets(document),
    ...named(url, 'url', 'URL'),
    ...named(signingKey, 'signingKey', 'KEY'),
    ...named(headerValue, 'headerValue', 'HEADER'),
    ...named(password, 'password', 'PASSWORD'),
  };
}

/**
 * The variable a password is looked for in: `OTTER_PASSWORD_ORDERS_1` of the data source `orders-1`. A name that is not of
 * this form gets a piece of its digest, so that no two share a variable.
 */
export function passwordVariable(kind: 'data-source' | 'user', name: string): string {
  return variableOf(kind === 'user' ? 'OTTER_USER_PASSWORD' : 'OTTER_PASSWORD', name);
}

function variableOf(prefix: string, name: string): string {
  const readable = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');
  const plain = /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name);
  const digest = plain ? '' : createHash('sha256').update(name).digest('hex').slice(0, 8).toUpperCase();
  return [prefix, readable, digest].filter((part) => part !== '').join('_');
}
