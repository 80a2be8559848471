import { createHash } from 'node:crypto';
import { say } from '@otter/core';
import { BACK } from '../model/two-way.ts';
import { documentName, type ConfigurationDocument } from './document.ts';
import { DocumentsInvalid } from './document-text.ts';
import { changeEffects, creationEffects, deletionEffects, type Effects } from './effects.ts';
import type { Difference, StoredConfiguration, StoredObject } from './stored-configuration.ts';

/** One object that a plan creates, changes or deletes. */
export interface PlannedChange {
  action: 'create' | 'change' | 'delete';
  kind: ConfigurationDocument['kind'];
  /** Of a pipeline `CHANNEL/PIPELINE`. */
  name: string;
  differences: Difference[];
  /** What it does to data and to what runs. */
  effects: string[];
  /** The same in Chinese. */
  effectsZh: string[];
  /** Why it cannot be done now; null when it can. */
  blocked: string | null;
  blockedZh: string | null;
}

export interface Plan {
  /** Names this plan to whoever applies it: another one when anything it is about has changed. */
  fingerprint: string;
  changes: PlannedChange[];
}

/** A change with what it is made of. */
export interface PlannedStep {
  change: PlannedChange;
  stored: StoredObject | null;
  document: ConfigurationDocument;
}

/** Steps in the order in which they can be done: what refers to others goes first and comes last. */
const DELETIONS = ['pipeline', 'channel', 'data-source'] as const;
const CREATIONS = ['system', 'data-source', 'channel', 'pipeline', 'alarm-receiver', 'alarm-rule', 'user'] as const;

/**
 * What has to be done so that the store holds what the documents say. With `prune` data sources, channels and pipelines
 * that no document names are deleted; users, alarm rules and receivers never are. Throws REQUEST_INVALID when a document refers to nothing.
 */
export function planSteps(
  stored: StoredConfiguration,
  documents: readonly ConfigurationDocument[],
  prune: boolean,
): PlannedStep[] {
  assertReferences(stored, documents);
  const wanted = new Map(documents.map((document) => [keyOf(document), document]));
  const deleted = prune ? DELETIONS.flatMap((kind) => deletions(kind, stored, wanted)) : [];
  const made = CREATIONS.flatMap((kind) =>
    documents.filter((document) => document.kind === kind).flatMap((document) => creation(document, stored)),
  );
  // A data source can go only when no pipeline uses it any more, by change or by deletion.
  const [sources, others] = [
    deleted.filter((step) => step.document.kind === 'data-source'),
    deleted.filter((step) => step.document.kind !== 'data-source'),
  ];
  return [...others, ...made, ...sources];
}

/** What is shown of the steps. */
export function planOf(steps: readonly PlannedStep[], documents: readonly ConfigurationDocument[]): Plan {
  const changes = steps.map((step) => step.change);
  const versions = steps.map((step) => [step.stored?.id, step.stored?.version]);
  const text = JSON.stringify([changes, versions, documents.map(withoutSecrets)]);
  return { fingerprint: createHash('sha256').update(text).digest('hex').slice(0, 32), changes };
}

export function withoutSecrets(document: ConfigurationDocument): ConfigurationDocument {
  if (document.kind === 'user') return { ...document, password: undefined };
  if (document.kind === 'alarm-receiver') {
    return { ...document, url: undefined, signingKey: undefined, headerValue: undefined, password: undefined };
  }
  if (document.kind !== 'data-source') return document;
  const { mode, ca, cert } = document.tls;
  return { ...document, password: undefined, tls: { mode, ca, cert } };
}

function keyOf(document: ConfigurationDocument): string {
  return `${document.kind} ${documentName(document)}`;
}

function objectsOf(stored: StoredConfiguration, kind: ConfigurationDocument['kind']): readonly StoredObject[] {
  switch (kind) {
    case 'system':
      return [stored.system];
    case 'data-source':
      return stored.dataSources;
    case 'channel':
      return stored.channels;
    case 'pipeline':
      return stored.pipelines;
    case 'alarm-receiver':
      return stored.receivers;
    case 'alarm-rule':
      return stored.rules;
    case 'user':
      return stored.users;
  }
}

function deletions(
  kind: (typeof DELETIONS)[number],
  stored: StoredConfiguration,
  wanted: ReadonlyMap<string, ConfigurationDocument>,
): PlannedStep[] {
  const used = new Set(
    [...wanted.values()].flatMap((document) =>
      document.kind === 'pipeline' ? [document.source, document.target] : [],
    ),
  );
  const channels = new Set(
    [...wanted.values()].flatMap((document) => (document.kind === 'pipeline' ? [document.channel] : [])),
  );
  return objectsOf(stored, kind)
    .filter(({ document }) => {
      if (wanted.has(keyOf(document))) return false;
      const name = documentName(document);
      return !(kind === 'data-source' && used.has(name)) && !(kind === 'channel' && channels.has(name));
    })
    .map((object) => {
      const { document } = object;
      const change = {
        ...{ action: 'delete' as const, kind, name: documentName(document), differences: [] },
        ...inBothLanguages(deletionEffects(object)),
      };
      return { change, stored: object, document };
    });
}

function creation(document: ConfigurationDocument, stored: StoredConfiguration): PlannedStep[] {
  const { kind } = document;
  const name = documentName(document);
  const before = objectsOf(stored, kind).find((object) => documentName(object.document) === name);
  if (before === undefined) {
    const said = inBothLanguages(creationEffects(document));
    return [{ change: { action: 'create', kind, name, differences: [], ...said }, stored: null, document }];
  }
  const differences = differencesOf(before.document, document);
  if (differences.length === 0) return [];
  const said = inBothLanguages(changeEffects(before, document, stored, differences));
  return [{ change: { action: 'change', kind, name, differences, ...said }, stored: before, document }];
}

function inBothLanguages({
  effects,
  blocked,
}: Effects): Pick<PlannedChange, 'effects' | 'effectsZh' | 'blocked' | 'blockedZh'> {
  return {
    ...{ effects: effects.map(({ en }) => en), effectsZh: effects.map(({ zh }) => zh) },
    ...{ blocked: blocked?.en ?? null, blockedZh: blocked?.zh ?? null },
  };
}

/** By fields; of a secret only that it changes. What a document leaves open is no difference. */
function differencesOf(before: ConfigurationDocument, after: ConfigurationDocument): Difference[] {
  const [old, now] = [flat(before), flat(after)];
  const found: Difference[] = [];
  for (const path of new Set([...old.keys(), ...now.keys()])) {
    if (NOT_STORED.has(path) || (LEFT_OPEN.has(path) && !now.has(path))) continue;
    if (after.kind === 'user' && path === 'password') continue;
    const [was, is] = [old.get(path) ?? null, now.get(path) ?? null];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    const secret = SECRETS.has(path);
    found.push({ path, before: secret ? null : was, after: secret ? null : is });
  }
  return found;
}

const SECRETS = new Set(['password', 'tls.key', 'url', 'signingKey', 'headerValue']);
const NOT_STORED = new Set([
  ...['passwordEnv', 'passwordFile', 'tlsKeyFile', 'urlEnv', 'urlFile', 'signingKeyEnv', 'signingKeyFile'],
  ...['headerValueEnv', 'headerValueFile'],
]);
/** Without them in a document the stored one stays. */
const LEFT_OPEN = new Set([...SECRETS, 'checkpointName']);

function flat(value: object, prefix = ''): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (item === undefined) continue;
    const isMap = typeof item === 'object' && item !== null && !Array.isArray(item);
    if (isMap) for (const [path, leaf] of flat(item, `${prefix}${key}.`)) fields.set(path, leaf);
    else fields.set(`${prefix}${key}`, item);
  }
  return fields;
}

/** Where a document names others of a kind, when that part is not called like them. */
const PART_OF: Record<string, string> = { 'user channel': 'channels', 'alarm-rule receiver': 'receivers' };

function assertReferences(stored: StoredConfiguration, documents: readonly ConfigurationDocument[]): void {
  const names = (kind: 'data-source' | 'channel' | 'pipeline' | 'alarm-receiver'): Set<string> =>
    new Set(
      [...objectsOf(stored, kind).map((object) => object.document), ...documents]
        .filter((document) => document.kind === kind)
        .map(documentName),
    );
  const [sources, channels] = [names('data-source'), names('channel')];
  const [pipelines, receivers] = [names('pipeline'), names('alarm-receiver')];
  // Only the leading direction of a pair has a document.
  for (const name of [...pipelines]) pipelines.add(`${name}${BACK}`);
  const assertKnown = (known: Set<string>, what: string, name: string, index: number): void => {
    const by = documents[index];
    if (known.has(name) || by === undefined) return;
    const about = { kind: by.kind, name: documentName(by), part: what, other: name };
    const part = PART_OF[`${by.kind} ${what}`] ?? what;
    throw new DocumentsInvalid([{ path: [index, part], message: say('document-refers', about), line: null }]);
  };
  for (const [index, document] of documents.entries()) {
    if (document.kind === 'pipeline') {
      assertKnown(channels, 'channel', document.channel, index);
      assertKnown(sources, 'source', document.source, index);
      assertKnown(sources, 'target', document.target, index);
    } else if (document.kind === 'alarm-rule') {
      const { channel, pipeline } = document;
      if (channel !== null) assertKnown(channels, 'channel', channel, index);
      if (pipeline !== null) assertKnown(pipelines, 'pipeline', `${channel}/${pipeline}`, index);
      for (const receiver of document.receivers ?? []) assertKnown(receivers, 'receiver', receiver, index);
    } else if (document.kind === 'user') {
      for (const channel of document.channels) assertKnown(channels, 'channel', channel, index);
    }
  }
}
