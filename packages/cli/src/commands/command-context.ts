import type { Redactor } from '@otter/core';
import {
  readOptionFile,
  resolveOptions,
  type OptionReaders,
  type OptionTable,
  type OptionValues,
  type SyncOptionTable,
} from '@otter/options';
import type { Command } from 'commander';
import type { EnginePort } from '../engine-port.ts';
import { flagsOf } from '../option-flags.ts';
import type { Language } from '../report/language.ts';
import type { StopRequest } from '../stop-request.ts';
import type { Surroundings } from '../surroundings.ts';

/** What every command works with. */
export interface CommandContext {
  readonly surroundings: Surroundings;
  readonly engine: EnginePort;
  readonly redactor: Redactor;
  readonly stop: StopRequest;
  /** What options are read with. */
  readonly readers: OptionReaders;
  /** The options of `otter sync`, from which the other commands take theirs. */
  readonly options: SyncOptionTable;
  /** Of the program. */
  readonly version: string;
  /** Show stacks. */
  readonly debug: boolean;
  language: Language;
}

/** Reads the options of a command from its flags, the environment and the file of `-c`. */
export function commandOptions<T extends OptionTable & { lang: SyncOptionTable['lang'] }>(
  command: Command,
  table: T,
  context: CommandContext,
): OptionValues<T> {
  const { env } = context.surroundings;
  const path = command.opts<{ config?: string }>().config ?? env.OTTER_CONFIG;
  const file =
    path === undefined || path === '' ? null : readOptionFile(path, (name) => context.surroundings.readFile(name));
  for (const value of Object.values(file?.values ?? {})) if (typeof value === 'string') context.redactor.learn(value);
  const known = [...Object.keys(context.options), ...Object.keys(table)];
  const values = resolveOptions(table, { flags: flagsOf(command, table), env, file }, known);
  context.language = (values as { lang?: Language }).lang ?? context.language;
  return values;
}

/** Adds `-c`, the one option that cannot come from the file. */
export function addFileFlag(command: Command): void {
  command.option('-c, --config <FILE.yaml>', 'options as YAML, keys as the flags without dashes (env: OTTER_CONFIG)');
}
