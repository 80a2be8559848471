import type { Mapping } from '../model/mapping.ts';
import type { ConfigurationDocument, Documents } from './document.ts';
import type { Difference, StoredConfiguration, StoredObject, StoredPipeline } from './stored-configuration.ts';

/** What a change does, and why it cannot be done now. */
interface Effects {
  effects: string[];
  blocked: string | null;
}

const NAMED_MAX = 5;

export function creationEffects(document: ConfigurationDocument): Effects {
  switch (document.kind) {
    case 'pipeline':
      return { effects: [firstStart(document), 'it does not start by itself: start its channel'], blocked: null };
    case 'data-source': {
      const reference = document.passwordEnv ?? document.passwordFile;
      const missing = reference !== undefined && document.password === undefined;
      const blocked = missing ? `its password is not given: "${reference}" holds nothing here` : null;
      return { effects: [], blocked };
    }
    case 'user': {
      const missing = document.password === undefined && !document.disabled;
      return { effects: [], blocked: missing ? 'a user who may sign in needs a password' : null };
    }
    case 'alarm-receiver': {
      const reference = document.urlEnv ?? document.urlFile;
      const missing = document.type !== 'email' && document.url === undefined;
      const why = reference === undefined ? 'it has no url' : `its url is not given: "${reference}" holds nothing here`;
      return { effects: [], blocked: missing ? why : null };
    }
    default:
      return { effects: [], blocked: null };
  }
}

export function deletionEffects(stored: StoredObject): Effects {
  const { document } = stored;
  if (document.kind !== 'pipeline') return { effects: [], blocked: null };
  const effects = [
    `${tables(document.mappings)} are no longer kept equal; rows and checkpoint "${document.checkpointName}" stay on the target`,
  ];
  return { effects, blocked: runningBlock(stored as StoredPipeline, 'stop its channel before it is deleted') };
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

function ruleEffects({ enabled }: Documents<'alarm-rule'>): string[] {
  return enabled ? [] : ['it is off: what it raised is cleared, and nothing of it is told'];
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
  const effects: string[] = [];
  let blocked: string | null = null;
  if (paths.has('checkpointName')) blocked = 'its checkpointName cannot change; delete it and create another';
  if (paths.has('target')) {
    effects.push(
      `target changes: ${firstStart(after)} there; rows on "${before.document.target}" stay, and are no longer kept equal`,
    );
  }
  if (paths.has('source')) effects.push(SOURCE_CHANGES);
  if (paths.has('source') || paths.has('target')) {
    blocked ??= runningBlock(before, 'stop its channel before its source or target changes');
  }
  effects.push(...mappingEffects(before.document.mappings, after));
  if (after.mappings.length === 0 && before.document.mappings.length > 0) {
    blocked ??= runningBlock(before, 'stop its channel before its last table leaves');
  }
  effects.push(...parameterEffects([before], differences));
  const quiet = new Set(['description', 'name']);
  const restarts = differences.some(({ path }) => !quiet.has(path) && !path.startsWith('parameters.'));
  if (before.runs && restarts) effects.push(restartText([before]));
  return { effects: [...new Set(effects)], blocked };
}

/** Table by table: who joins, who leaves, who goes elsewhere. */
function mappingEffects(before: readonly Mapping[], after: Documents<'pipeline'>): string[] {
  const old = new Map(before.map((mapping) => [mapping.source.toLowerCase(), mapping]));
  const now = new Map(after.mappings.map((mapping) => [mapping.source.toLowerCase(), mapping]));
  const texts: string[] = [];
  for (const [key, mapping] of now) {
    const was = old.get(key);
    const { source } = mapping;
    if (was === undefined) {
      const { mode } = after.parameters;
      texts.push(
        mode === 'incremental'
          ? `${source} joins: its changes from the checkpoint on; older rows are not copied (mode incremental)`
          : `${source} joins: tables it names that were not in the pipeline are copied, the others go on`,
      );
    } else {
      if (was.target !== mapping.target) {
        texts.push(
          `${source} goes to ${mapping.target ?? 'its own name'} instead of ${was.target ?? 'its own name'}: rows written before stay where they are and are not copied; copy the table again`,
        );
      }
      if (JSON.stringify(was.columns) !== JSON.stringify(mapping.columns)) {
        texts.push(
          `${source}: other columns travel from now on; rows written before keep what they have until the table is copied again`,
        );
      }
    }
  }
  for (const [key, { source }] of old) {
    if (!now.has(key))
      texts.push(`${source} leaves the pipeline: its rows on the target stay, and are no longer kept equal`);
  }
  return texts;
}

const SOURCE_CHANGES =
  'source changes: it goes on by GTID if the new server has what was read last, else it stops with SOURCE_CHANGED, LOG_PURGED or LOG_AHEAD';

function serverEffects(
  after: Documents<'data-source'>,
  stored: StoredConfiguration,
  differences: readonly Difference[],
): string[] {
  const readers = stored.pipelines.filter(({ document }) => document.source === after.name);
  const writers = stored.pipelines.filter(({ document }) => document.target === after.name);
  const moved = differences.some(({ path }) => path.startsWith('primary.'));
  const effects: string[] = [];
  if (moved && readers.length > 0) effects.push(`${named(readers)}: ${SOURCE_CHANGES}`);
  if (moved && writers.length > 0) {
    effects.push(
      `${named(writers)}: target changes; where the new server has its checkpoint it goes on from there, else it starts as for the first time; rows on the old server stay`,
    );
  }
  const running = [...new Set([...readers, ...writers])].filter(({ runs }) => runs);
  const matters = differences.some(({ path }) => !/^(?:description|standby)/.test(path));
  if (running.length > 0 && matters) effects.push(restartText(running));
  return effects;
}

function parameterEffects(pipelines: readonly StoredPipeline[], differences: readonly Difference[]): string[] {
  const changed = differences.flatMap(({ path }) => (path.startsWith('parameters.') ? [path.slice(11)] : []));
  if (changed.length === 0 || pipelines.length === 0) return [];
  const effects: string[] = [];
  if (changed.includes('control-schema')) {
    effects.push(
      `${named(pipelines)}: the checkpoint is looked for in another schema; where there is none it starts as for the first time`,
    );
  }
  if (changed.includes('start') || changed.includes('mode')) {
    effects.push('start and mode matter only where no checkpoint is stored, and for tables that join');
  }
  if (changed.includes('apply'))
    effects.push('apply changes: stop cleanly first; after a crash the run before must be finished as it began');
  const running = pipelines.filter(({ runs }) => runs);
  if (running.length > 0) effects.push(restartText(running));
  return effects;
}

function firstStart({ checkpointName, parameters, mappings }: Documents<'pipeline'>): string {
  const known =
    checkpointName === undefined
      ? ''
      : `where the target knows the checkpoint "${checkpointName}" it goes on from there, else `;
  const { mode = 'auto', start } = parameters;
  const what =
    mode === 'incremental' || (mode === 'auto' && start !== undefined && start !== 'now')
      ? `the log is followed from ${start ?? 'now'} on, and no row is copied`
      : mode === 'auto'
        ? `${tables(mappings)} are copied at the first start if all of their target tables are empty, and the log is followed`
        : `${tables(mappings)} are copied in full at the first start`;
  return `${known}${what}`;
}

function runningBlock({ runs, stopping }: StoredPipeline, advice: string): string | null {
  if (runs) return `it runs; ${advice}`;
  return stopping ? 'it is still stopping; wait for it' : null;
}

function restartText(pipelines: readonly StoredPipeline[]): string {
  return `${named(pipelines)} runs: it finishes what is under way and restarts, without losing or repeating a row`;
}

function named(pipelines: readonly StoredPipeline[]): string {
  const names = pipelines.slice(0, NAMED_MAX).map(({ document }) => `"${document.channel}/${document.name}"`);
  const more = pipelines.length > names.length ? ` and ${pipelines.length - names.length} more` : '';
  return `pipeline ${names.join(', ')}${more}`;
}

function tables(mappings: readonly Mapping[]): string {
  const names = mappings.slice(0, NAMED_MAX).map(({ source }) => source);
  const more = mappings.length > names.length ? ` and ${mappings.length - names.length} more` : '';
  return names.length === 0 ? 'no tables' : `tables ${names.join(', ')}${more}`;
}
