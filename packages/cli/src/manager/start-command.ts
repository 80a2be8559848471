import type { OptionValues } from '@otter/options';
import type { Command } from 'commander';
import { addFileFlag, commandOptions, type CommandContext } from '../commands/command-context.ts';
import { addFlags } from '../option-flags.ts';
import { adminPasswordOptionTable, startOptionTable } from './start-options.ts';

const REMARKS = `
The first start makes the user admin and prints its password once. A signal drains every pipeline; the next start
goes on with what ran. Another start in the same data folder is refused.

Exit codes: 0 stopped by a signal, 1 stopped by an error, 2 usage`;

export type StartValues = OptionValues<ReturnType<typeof startOptionTable>>;

/** Declares `otter start`; `run` returns the exit code. */
export function addStartCommand(
  program: Command,
  context: CommandContext,
  run: (values: StartValues) => Promise<void>,
): void {
  const table = startOptionTable(context.options, context.readers);
  const start = program.command('start').description('the manager: console, API and a node that runs the pipelines');
  addFlags(start, table);
  addFileFlag(start);
  start.addHelpText('after', REMARKS);
  start.action(async () => run(commandOptions(start, table, context)));
}

export type AdminPasswordValues = OptionValues<ReturnType<typeof adminPasswordOptionTable>>;

/** Declares `otter admin-password`; `run` does it. */
export function addAdminPasswordCommand(
  program: Command,
  context: CommandContext,
  run: (values: AdminPasswordValues) => Promise<void>,
): void {
  const table = adminPasswordOptionTable(context.options, context.readers);
  const command = program
    .command('admin-password')
    .description('lets the user admin of a manager sign in again, with a new password');
  addFlags(command, table);
  addFileFlag(command);
  command.addHelpText(
    'after',
    '\nOn the machine of the manager, which may run meanwhile; with its --data-dir and --store.',
  );
  command.action(async () => run(commandOptions(command, table, context)));
}
