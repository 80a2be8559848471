import type { SyncOptions } from '@otter/engine';
import { resolveOptions } from './option-table.ts';
import { derivedName } from './pipeline-name.ts';
import { syncOptionTable, type OptionReaders, type SyncOptionValues } from './sync-option-table.ts';

/** Options of the command that mean nothing, or harm, to a pipeline that is started again and again by a program. */
const OF_THE_COMMAND: readonly string[] = ['check', 'dry-run', 'json', 'lang', 'restart'];

/**
 * The engine's options from those of `otter sync` by the names of its file, as a program keeps them. `place` names
 * them in messages; `temporaryDirectory` is for transactions larger than memory. Throws USAGE and what the readers
 * of values throw; also for `check`, `dry-run`, `json` and `lang`, and for `restart`, with which every start would
 * begin anew.
 */
export function readSyncOptions(
  values: Readonly<Record<string, unknown>>,
  { place, readers, temporaryDirectory }: { place: string; readers: OptionReaders; temporaryDirectory: string },
): SyncOptions {
  const table = syncOptionTable(readers);
  const known = Object.keys(table).filter((name) => !OF_THE_COMMAND.includes(name));
  const given = { flags: {}, env: {}, file: { name: place, values } };
  return syncOptions(resolveOptions(table, given, known), temporaryDirectory);
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
  if (values['server-id'] !== undefined) options.serverId = values['server-id'];
  return options;
}
