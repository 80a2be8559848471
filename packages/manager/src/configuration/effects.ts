import { say, sayNames, type Wording } from '@otter/core';
import type { Mapping } from '../model/mapping.ts';
import { pairProblem } from '../model/two-way.ts';
import type { ConfigurationDocument, Documents } from './document.ts';
import type { Difference, StoredConfiguration, StoredObject, StoredPipeline } from './stored-configuration.ts';

/** What a change does, and why it cannot be done now. */
export interface Effects {
  effects: Wording[];
  blocked: Wording | null;
}

export function creationEffects(document: ConfigurationDocument): Effects {
  switch (document.kind) {
    case 'pipeline':
      return {
        effects: [...pairEffects(document), firstStart(document), say('start-by-hand')],
        blocked: pairBlock(document),
      };
    case 'data-source': {
      const reference = document.passwordEnv ?? document.passwordFile;
      const missing = reference !== undefined && document.password === undefined;
      const blocked = missing ? say('password-reference-empty', { reference }) : null;
      return { effects: [], blocked };
    }
    case 'user': {
      const missing = document.password === undefined && !document.disabled;
      return { effects: [], blocked: missing ? say('user-without-password') : null };
    }
    case 'alarm-receiver': {
      const reference = document.urlEnv ?? document.urlFile;
      const missing = document.type !== 'email' && document.url === undefined;
      const why = reference === undefined ? say('url-none') : say('url-reference-empty', { reference });
      return { effects: [], blocked: missing ? why : null };
    }
    default:
      return { effects: [], blocked: null };
  }
}

export function deletionEffects(stored: StoredObject): Effects {
  const { document } = stored;
  if (document.kind !== 'pipeline') return { effects: [], blocked: null };
  const { mappings, checkpointName: checkpoint = '' } = document;
  const effects = [say('tables-released', { tables: tables(mappings), checkpoint })];
  return { effects, blocked: runningBlock(stored as StoredPipeline, say('stop-before-delete')) };
}

export function changeEffects(
  before: StoredObject,
  after: ConfigurationDocument,
  stored: StoredConfiguration,
  differences: readonly Difference[],
): Effects {
  switch (after.kind) {
    case 'pipeline':
      return pipelineEffects(before as StoredPipeline, after, differences);
    case 'data-source':
      return { effects: serverEffects(after, stored, differences), blocked: null };
    case 'channel':
      return { effects: parameterEffects(pipelinesOf(stored, after.name), differences), blocked: null };
    case 'system':
      return { effects: parameterEffects(stored.pipelines, differences), blocked: null };
    case 'alarm-rule':
      return { effects: ruleEffects(after), blocked: null };
    case 'alarm-receiver':
    case 'user':
      return { effects: [], blocked: null };
  }
}

function ruleEffects({ enabled }: Documents<'alarm-rule'>): Wording[] {
  return enabled ? [] : [say('rule-off')];
}

function pairEffects({ twoWay, source, target }: Documents<'pipeline'>): Wording[] {
  return twoWay === undefined ? [] : [say('pair-made', { source, target })];
}

function pairBlock(document: Documents<'pipeline'>): Wording | null {
  const { twoWay, source, target } = document;
  return twoWay === undefined ? null : pairProblem({ ...document, isOneServer: source === target });
}

function pipelinesOf(stored: StoredConfiguration, channel: string): StoredPipeline[] {
  return stored.pipelines.filter(({ document }) => document.channel === channel);
}

function pipelineEffects(
  before: StoredPipeline,
  after: Documents<'pipeline'>,
  differences: readonly Difference[],
): Effects {
  const paths = new Set(differences.map(({ path }) => path));
  const effects: Wording[] = [];
  let blocked: Wording | null = null;
  if (differences.some(({ path }) => path.startsWith('twoWay'))) blocked = say('pair-fixed');
  if (after.twoWay !== undefined && (paths.has('source') || paths.has('target'))) blocked = say('pair-servers-fixed');
  blocked ??= pairBlock(after);
  if (paths.has('checkpointName')) blocked = say('checkpoint-name-fixed');
  if (paths.has('target')) {
    effects.push(say('target-changes', { start: firstStart(after), before: before.document.target }));
  }
  if (paths.has('source')) effects.push(say('source-changes'));
  if (paths.has('source') || paths.has('target')) {
    blocked ??= runningBlock(before, say('stop-before-ends'));
  }
  effects.push(...mappingEffects(before.document.mappings, after));
  if (after.mappings.length === 0 && before.document.mappings.length > 0) {
    blocked ??= runningBlock(before, say('stop-before-last-table'));
  }
  effects.push(...parameterEffects([before], differences));
  const quiet = new Set(['description', 'name']);
  const restarts = differences.some(({ path }) => !quiet.has(path) && !path.startsWith('parameters.'));
  if (before.runs && restarts) effects.push(restartText([before]));
  return { effects: [...new Map(effects.map((effect) => [effect.en, effect])).values()], blocked };
}

/** Table by table: who joins, who leaves, who goes elsewhere. */
function mappingEffects(before: readonly Mapping[], after: Documents<'pipeline'>): Wording[] {
  const old = new Map(before.map((mapping) => [mapping.source.toLowerCase(), mapping]));
  const now = new Map(after.mappings.map((mapping) => [mapping.source.toLowerCase(), mapping]));
  const said: Wording[] = [];
  for (const [key, mapping] of now) {
    const was = old.get(key);
    const { source: table } = mapping;
    if (was === undefined) {
      const isIncremental = after.parameters.mode === 'incremental';
      said.push(say(isIncremental ? 'table-joins-incremental' : 'table-joins', { table }));
      continue;
    }
    if (was.target !== mapping.target) {
      const [target, before] = [mapping.target ?? say('own-name'), was.target ?? say('own-name')];
      said.push(say('table-moves', { table, target, before }));
    }
    if (JSON.stringify(was.columns) !== JSON.stringify(mapping.columns)) {
      said.push(say('table-columns-change', { table }));
    }
  }
  for (const [key, { source: table }] of old) {
    if (!now.has(key)) said.push(say('table-leaves', { table }));
  }
  return said;
}

function serverEffects(
  after: Documents<'data-source'>,
  stored: StoredConfiguration,
  differences: readonly Difference[],
): Wording[] {
  const uses = (end: 'source' | 'target', other: 'source' | 'target') =>
    stored.pipelines.filter(
      ({ document }) =>
        document[end] === after.name || (document.twoWay !== undefined && document[other] === after.name),
    );
  const [readers, writers] = [uses('source', 'target'), uses('target', 'source')];
  const moved = differences.some(({ path }) => path.startsWith('primary.'));
  const effects: Wording[] = [];
  if (moved && readers.length > 0) {
    effects.push(say('about', { what: named(readers), detail: say('source-changes') }));
  }
  if (moved && writers.length > 0) effects.push(say('pipelines-target-changes', { pipelines: named(writers) }));
  const running = [...new Set([...readers, ...writers])].filter(({ runs }) => runs);
  const matters = differences.some(({ path }) => !/^(?:description|standby)/.test(path));
  if (running.length > 0 && matters) effects.push(restartText(running));
  return effects;
}

function parameterEffects(pipelines: readonly StoredPipeline[], differences: readonly Difference[]): Wording[] {
  const changed = differences.flatMap(({ path }) => (path.startsWith('parameters.') ? [path.slice(11)] : []));
  if (changed.length === 0 || pipelines.length === 0) return [];
  const effects: Wording[] = [];
  if (changed.includes('control-schema')) {
    effects.push(say('control-schema-changes', { pipelines: named(pipelines) }));
  }
  if (changed.includes('start') || changed.includes('mode')) {
    effects.push(say('start-and-mode-matter'));
  }
  if (changed.includes('apply')) effects.push(say('apply-changes'));
  const running = pipelines.filter(({ runs }) => runs);
  if (running.length > 0) effects.push(restartText(running));
  return effects;
}

function firstStart(document: Documents<'pipeline'>): Wording {
  const { checkpointName: checkpoint } = document;
  const start = startWithoutCheckpoint(document);
  return checkpoint === undefined ? start : say('start-known', { checkpoint, start });
}

function startWithoutCheckpoint({ parameters, mappings }: Documents<'pipeline'>): Wording {
  const { mode = 'auto', start } = parameters;
  if (mode === 'incremental' || (mode === 'auto' && start !== undefined && start !== 'now')) {
    return say('start-log-only', { start: start ?? 'now' });
  }
  return say(mode === 'auto' ? 'start-copy-if-empty' : 'start-copy', { tables: tables(mappings) });
}

function runningBlock({ runs, stopping }: StoredPipeline, advice: Wording): Wording | null {
  if (runs) return say('runs-so', { advice });
  return stopping ? say('still-stopping') : null;
}

function restartText(pipelines: readonly StoredPipeline[]): Wording {
  return say('pipelines-restart', { pipelines: named(pipelines) });
}

function named(pipelines: readonly StoredPipeline[]): Wording {
  const names = pipelines.map(({ document }) => `"${document.channel}/${document.name}"`);
  return say('pipelines-listed', { pipelines: sayNames(names) });
}

function tables(mappings: readonly Mapping[]): Wording {
  if (mappings.length === 0) return say('tables-listed-none');
  return say('tables-listed', { tables: sayNames(mappings.map(({ source }) => source)) });
}
