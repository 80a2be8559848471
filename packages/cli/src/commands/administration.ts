import { OtterError, type ServerAddress, type Wording } from '@otter/core';
import type { Command } from 'commander';
import type { Control } from '@otter/engine';
import { derivedName, type OptionDeclaration, type OptionValues, type SyncOptionTable } from '@otter/options';
import { addFileFlag, commandOptions, type CommandContext } from './command-context.ts';
import { addFlags } from '../option-flags.ts';

/** The options of `otter position`, `errors` and `conflicts`: where the records are and whose. */
function administrationOptions(options: SyncOptionTable, from = 'source server, only to derive the name') {
  const { to, name, json, lang } = options;
  return {
    to,
    name: { ...name, defaultText: 'the name derived from target, source and tables' },
    from: optional(options.from, from),
    tables: optional(options.tables, 'tables, only to derive the name'),
    'control-schema': options['control-schema'],
    json,
    lang,
  };
}

type AdministrationValues = OptionValues<ReturnType<typeof administrationOptions>>;

function optional<T>(declaration: OptionDeclaration<T>, description: string): OptionDeclaration<T | undefined> {
  return { ...declaration, schema: declaration.schema.optional(), required: false, description };
}

/** Adds the options of an administration command. `from`: what the source is for. */
export function addAdministrationFlags(command: Command, options: SyncOptionTable, from?: string): void {
  addFlags(command, administrationOptions(options, from));
  addFileFlag(command);
}

/** What an administration command acts on. */
export interface Administration {
  values: AdministrationValues;
  control: Control;
  context: CommandContext;
  /** The pipeline that was named or can be derived; null = every one. */
  name: string | null;
}

/** Opens the records in the target, runs `action`, closes them. */
export async function administer(
  command: Command,
  context: CommandContext,
  action: (administration: Administration) => Promise<void>,
): Promise<void> {
  const values = commandOptions(command, administrationOptions(context.options), context);
  const name = values.name ?? derived(values.from, values.to, values.tables);
  const control = await context.engine.openControl(values.to, values['control-schema']);
  try {
    await action({ values, control, context, name });
  } finally {
    await control.close();
  }
}

function derived(
  from: ServerAddress | undefined,
  to: ServerAddress,
  tables: AdministrationValues['tables'],
): string | null {
  return from === undefined || tables === undefined || tables.length === 0 ? null : derivedName(from, to, tables);
}

/** The one pipeline to act on: the named one, or the only one there is. Throws USAGE when it is not clear. */
export async function onePipeline({ control, name }: Administration): Promise<string> {
  if (name !== null) return name;
  const all = await control.pipelines();
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  const known = all.length === 0 ? 'the target holds none' : `the target holds ${all.join(', ')}`;
  throw new OtterError('USAGE', { detail: `name the pipeline with --name: ${known}` });
}

/** The named pipeline, or every pipeline of the target. */
export async function somePipelines({ control, name }: Administration): Promise<string[]> {
  return name === null ? control.pipelines() : [name];
}

/** One JSON object a line. */
export function writeJson({ context }: Administration, value: object): void {
  const clean = context.redactor.cleanAll(value);
  const text = JSON.stringify(clean, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  context.surroundings.stdout.write(`${text}\n`);
}

/** Lines for a person. */
export function writeLines({ context }: Administration, lines: readonly string[]): void {
  context.surroundings.stdout.write(context.redactor.clean(`${lines.join('\n')}\n`));
}

/** Reads `7` or `#7`, the number of a record. Throws USAGE with what `detail` says. */
export function recordNumber(text: string, detail: string | Wording): number {
  const match = /^#?(\d{1,15})$/.exec(text);
  if (!match) throw new OtterError('USAGE', { detail });
  return Number(match[1]);
}
