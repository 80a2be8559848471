import type { OptionValues } from '@otter/options';
import type { Command } from 'commander';
import { addFileFlag, commandOptions, type CommandContext } from '../commands/command-context.ts';
import { addFlags } from '../option-flags.ts';
import { ManagerClient } from './manager-client.ts';
import { managerOptionTable, managerToken } from './manager-options.ts';

/** What a command works with that speaks to a manager. */
export interface ManagerCommand {
  client: ManagerClient;
  values: OptionValues<ReturnType<typeof managerOptionTable>>;
  context: CommandContext;
}

/** Adds the options that say which manager; the function returned reads them. */
export function addManagerFlags(command: Command, context: CommandContext): () => ManagerCommand {
  const table = managerOptionTable(context.options);
  addFlags(command, table);
  addFileFlag(command);
  return () => {
    const values = commandOptions(command, table, context);
    const token = managerToken(values['token-file'], context);
    return { client: new ManagerClient(values.manager, token, context.stop.signal), values, context };
  };
}

/** One line of JSON, for a program. */
export function writeEvent({ surroundings, redactor }: CommandContext, event: string, facts: object): void {
  const time = new Date(surroundings.now()).toISOString();
  surroundings.stdout.write(`${JSON.stringify({ time, event, ...redactor.cleanAll(facts) })}\n`);
}

/** Lines for a person. */
export function writeLines({ surroundings, redactor }: CommandContext, lines: readonly string[]): void {
  surroundings.stdout.write(redactor.clean(lines.map((line) => `${line}\n`).join('')));
}
