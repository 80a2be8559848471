import { OtterError } from '@otter/core';
import { declareOptions, textOption } from '@otter/options';
import type { Command } from 'commander';
import { addFileFlag, commandOptions, type CommandContext } from '../commands/command-context.ts';
import { managerOptionTable } from '../manager/manager-options.ts';
import { parseStore } from '../manager/start-options.ts';
import { addFlags } from '../option-flags.ts';
import { readCursors } from './cursor-file.ts';
import type { ImportFlags } from './import-run.ts';

const REMARKS = `
Without --out and --apply it only reports. Files hold no password but say in which variable each is looked for; --apply
sends them to the manager, which seals them. Nothing is started by it. The database is read, and not written to.

Positions are in ZooKeeper. Stop the channel of the original first, then write a line for each pipeline into a file:
  /otter/canal/destinations/CANAL/PIPELINE-ID/cursor {"identity":…,"postion":{"journalName":…,"position":…}}`;

/** Declares `otter import-otter`. */
export function addImportCommand(program: Command, context: CommandContext): void {
  const { readers } = context;
  const table = {
    ...declareOptions({
      db: {
        form: 'value',
        placeholder: 'URL',
        secret: true,
        required: true,
        schema: textOption((text) => parseStore(text, readers)),
        description: 'database of the original manager, mysql://user:password@host/otter',
      },
      positions: {
        form: 'value',
        placeholder: 'FILE',
        schema: textOption((path) => readCursors(fileText(path, context))).optional(),
        description: 'cursors of ZooKeeper, a line each: where its pipelines are',
      },
    }),
    ...managerOptionTable(context.options),
  };
  const command = program
    .command('import-otter')
    .description('configuration of an original otter (Java, 4.2) as configuration of this one');
  addFlags(command, table);
  addFileFlag(command);
  command.option('--out <FOLDER>', 'write the configuration into files of this folder');
  command.option('--apply', 'send it to the manager, after showing what would be done');
  command.option('--yes', 'with --apply: do not ask');
  command.addHelpText('after', REMARKS);
  command.action(async (flags: ImportFlags) => {
    const values = commandOptions(command, table, context);
    // Loaded only when asked for: the manager, whose documents these are, brings a web server and a store along.
    await (await import('./import-run.ts')).runImport(values, flags, context);
  });
}

function fileText(path: string, { surroundings }: CommandContext): string {
  try {
    return surroundings.readFile(path);
  } catch (cause) {
    throw new OtterError('USAGE', { detail: `the file "${path}" cannot be read: ${(cause as Error).message}`, cause });
  }
}
