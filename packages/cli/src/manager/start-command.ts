import type { OptionValues } from '@otter/options';
import type { Command } from 'commander';
import { addFileFlag, commandOptions, type CommandContext } from '../commands/command-context.ts';
import { addFlags } from '../option-flags.ts';
import { startOptionTable } from './start-options.ts';

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
