import { OtterError } from '@otter/core';
import { MARK_SCHEMA, parseDdlPolicy, turned, type ConflictPolicy, type SyncOptions } from '@otter/engine';
import { resolveOptions } from './option-table.ts';
import { derivedName } from './pipeline-name.ts';
import { syncOptionTable, type OptionReaders, type SyncOptionValues } from './sync-option-table.ts';

/** Options of the command that mean nothing, or harm, to a pipeline that is started again and again by a program. */
const OF_THE_COMMAND: readonly string[] = [
  ...['check', 'conflict-rule', 'conflicts', 'conflicts-ask', 'dry-run', 'json', 'lang', 'restart', 'two-way'],
];

/** Rules of the conflicts of a pair, which mean nothing to a pipeline of one way. */
const OF_A_PAIR: readonly string[] = ['conflicts', 'conflict-rule', 'conflicts-ask'];

/**
 * The engine's options from those of `otter sync` by the names of its file, as a program keeps them. `place` names
 * them in messages; `temporaryDirectory` is for transactions larger than memory. `two-way` says which of the two
 * pipelines is meant, `out` or `back`; the other options are then those of the pair. Throws USAGE and what the readers
 * of values throw; also for `check`, `dry-run`, `json` and `lang`, and for `restart`, with which every start would
 * begin anew.
 */
export function readSyncOptions(
  values: Readonly<Record<string, unknown>>,
  { place, readers, temporaryDirectory }: { place: string; readers: OptionReaders; temporaryDirectory: string },
): SyncOptions {
  const table = syncOptionTable(readers);
  const { 'two-way': direction, ...rest } = values;
  const isPair = direction === 'out' || direction === 'back';
  const known = Object.keys(table).filter(
    (name) => !OF_THE_COMMAND.includes(name) || (isPair && OF_A_PAIR.includes(name)),
  );
  const given = { flags: {}, env: {}, file: { name: place, values: isPair ? rest : values } };
  const read = resolveOptions(table, given, known);
  if (!isPair) return syncOptions(read, temporaryDirectory);
  const [out, back] = twoWayOptions(read, temporaryDirectory);
  return direction === 'out' ? out : back;
}

/** The engine's options from the values of the table; `temporaryDirectory` is for transactions larger than memory. */
export function syncOptions(values: SyncOptionValues, temporaryDirectory: string): SyncOptions {
  const options: SyncOptions = {
    name: values.name ?? derivedName(values.from, values.to, values.tables),
    source: values.from,
    target: values.to,
    tables: values.tables,
    mappings: values.map,
    columns: values.columns,
    start: values.start,
    restart: values.restart,
    apply: values.apply,
    workers: values.workers,
    untilCaughtUp: values['until-caught-up'],
    mode: values.mode,
    ifNotEmpty: values['if-not-empty'],
    createTables: values['create-tables'],
    indexes: values.indexes,
    copyLanes: values['copy-lanes'],
    copyBytesPerSecond: values['copy-rate'],
    freeGate: values['free-gate'],
    ddl: values.ddl,
    verify: values.verify,
    dryRun: values['dry-run'],
    controlSchema: values['control-schema'],
    memoryBytes: values.memory,
    heartbeat: values.heartbeat,
    spillDirectory: temporaryDirectory,
  };
  if (values['copy-max-lag'] !== undefined) options.copyLagMsMax = values['copy-max-lag'] * 1000;
  if (values['copy-max-load'] !== undefined) options.copyLoadMax = values['copy-max-load'];
  const marks = values['otter-marks'];
  if (marks !== undefined) options.originalMarks = marks;
  if (marks?.channel && options.controlSchema !== MARK_SCHEMA) {
    const detail = `--otter-marks with a channel goes with --control-schema ${MARK_SCHEMA}: the original looks for marks there`;
    throw new OtterError('USAGE', { detail });
  }
  if (values['server-id'] !== undefined) options.serverId = values['server-id'];
  return options;
}

/** Ends of the names of the two pipelines. */
const OUT = '.out';
const BACK = '.back';
const NAME_CHARACTERS_MAX = 64;

/** Name of the other direction's pipeline; `null` when the name is not one of `--two-way`. */
export function otherDirection(name: string): string | null {
  if (name.endsWith(OUT)) return `${name.slice(0, -OUT.length)}${BACK}`;
  return name.endsWith(BACK) ? `${name.slice(0, -BACK.length)}${OUT}` : null;
}

/** What would make one direction see, or mean, other rows than the other. */
const ONE_WAY_ONLY: readonly [keyof SyncOptionValues, (values: SyncOptionValues) => boolean, string][] = [
  ['map', ({ map }) => map.length > 0, 'tables have the same names on both sides'],
  ['columns', ({ columns }) => columns.length > 0, 'all columns travel both ways'],
  ['apply', ({ apply }) => apply === 'row', 'conflicts are decided within source transactions'],
  ['start', ({ start }) => start.at !== 'now', 'both directions begin at one moment, now'],
  ['mode', ({ mode }) => mode === 'full', 'a copy alone has one direction'],
  ['verify', ({ verify }) => verify === 'continuous', 'everybody may write on either side'],
  [
    'otter-marks',
    (values) => Boolean(values['otter-marks']?.channel),
    'a channel of the original has one direction left; shield goes with both',
  ],
  ['dry-run', (values) => values['dry-run'], 'run --check'],
];

/**
 * The engine's options of both directions of `--two-way`, the leading one first: from `--from` to `--to` with the copy and
 * the changes of definition, and back. Throws USAGE for an option that only makes sense one way.
 */
export function twoWayOptions(values: SyncOptionValues, temporaryDirectory: string): [SyncOptions, SyncOptions] {
  for (const [name, isGiven, why] of ONE_WAY_ONLY) {
    if (isGiven(values)) throw new OtterError('USAGE', { detail: `--${name} does not go with --two-way: ${why}` });
  }
  // Rows it brings would not ask what the target has written.
  const options: SyncOptions = { ...syncOptions(values, temporaryDirectory), freeGate: 'off' };
  if (options.name.length + BACK.length > NAME_CHARACTERS_MAX) {
    throw new OtterError('USAGE', { detail: `--name ${options.name} is too long: "${BACK}" is added to it` });
  }
  const [out, back] = [`${options.name}${OUT}`, `${options.name}${BACK}`];
  const keep = { newest: 'newest', from: 'source', to: 'target' } as const;
  const policy: ConflictPolicy = { keep: keep[values.conflicts], tie: 'source', rules: values['conflict-rule'] };
  const { 'conflicts-ask': ask, 'conflicts-days': keepDays } = values;
  return [
    { ...options, name: out, twoWay: { ...policy, counterpart: back, leads: true, ask, keepDays } },
    {
      ...options,
      name: back,
      source: options.target,
      target: options.source,
      mode: 'incremental',
      ddl: parseDdlPolicy('ignore'),
      twoWay: { ...turned(policy), counterpart: out, leads: false, ask, keepDays },
    },
  ];
}
