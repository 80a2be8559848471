import type { UndoOutcome, VerifySummary } from '@otter/engine';
import type { OptionValues, SyncOptionTable } from '@otter/options';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { addFlags } from '../option-flags.ts';
import { countText } from '../view/figures.ts';
import { lineText, span, tableLines } from '../view/line.ts';
import { columnsOf } from '../view/screen.ts';
import { addFileFlag, commandOptions, type CommandContext } from './command-context.ts';
import { keyText } from './verify-output.ts';

function recordOptions(options: SyncOptionTable) {
  const { to, json, lang } = options;
  return { to, 'control-schema': options['control-schema'], json, lang };
}

type RecordValues = OptionValues<ReturnType<typeof recordOptions>>;
type Records = Awaited<ReturnType<CommandContext['engine']['openVerifyRecords']>>;

/** Declares `otter verify list` and `otter verify undo`: they need the target alone. */
export function addVerifyRecordCommands(verify: Command, context: CommandContext, exit: (code: number) => void): void {
  const table = recordOptions(context.options);
  const list = verify.command('list').description('verifications the target holds, the latest first');
  const undo = verify
    .command('undo')
    .description('put rows that a repair wrote back as they were, where they still are what it wrote')
    .argument('<id>', 'verification whose repair is taken back');
  const open = async <T>(
    command: Command,
    work: (records: Records, values: RecordValues) => Promise<T>,
  ): Promise<T> => {
    const values = commandOptions(command, table, context);
    const records = await context.engine.openVerifyRecords(values.to, values['control-schema']);
    try {
      return await work(records, values);
    } finally {
      await records.close();
    }
  };
  list.action(() => open(list, async (records, values) => writeList(await records.list(), values, context)));
  undo.action((id: string) =>
    open(undo, async (records, values) => {
      const outcome = await records.undo(id, context.stop.signal);
      writeUndo(outcome, values, context);
      exit(outcome.stopped || outcome.kept.length > 0 ? EXIT.error : EXIT.done);
    }),
  );
  for (const command of [list, undo]) {
    addFlags(command, table);
    addFileFlag(command);
  }
}

function writeList(summaries: readonly VerifySummary[], { json }: RecordValues, context: CommandContext): void {
  if (json) {
    for (const summary of summaries) writeLine(JSON.stringify(context.redactor.cleanAll(summary)), context);
    return;
  }
  const columns = [
    { title: 'ID' },
    { title: 'SINCE (UTC)' },
    { title: 'STATE' },
    { title: 'DIFFERENCES', align: 'right' as const },
    { title: 'REPAIRED', align: 'right' as const },
    { title: 'UNDONE', align: 'right' as const },
    { title: 'TABLES', flexible: true },
  ];
  const cells = summaries.map(({ id, since, state, differences, repaired, undone, tables }) =>
    [id, since, state, countText(differences), countText(repaired), countText(undone), tables.join(', ')].map((text) =>
      span(text),
    ),
  );
  const { stdout } = context.surroundings;
  const lines = tableLines(columns, cells, columnsOf(stdout));
  for (const line of lines) writeLine(lineText(line, false).trimEnd(), context);
}

function writeUndo({ undone, kept, stopped }: UndoOutcome, { json }: RecordValues, context: CommandContext): void {
  for (const row of kept) {
    const text = `  left as it is: ${row.table} ${keyText(row.key)}: ${row.code} ${row.reason}`;
    writeLine(json ? JSON.stringify(context.redactor.cleanAll({ event: 'kept', ...row })) : text, context);
  }
  if (json) {
    writeLine(JSON.stringify({ event: 'undo', undone, kept: kept.length, stopped }), context);
    return;
  }
  const left = kept.length > 0 ? `, ${countText(kept.length)} left as they are` : '';
  writeLine(`${countText(undone)} rows put back${left}${stopped ? '; stopped before the end' : ''}`, context);
}

function writeLine(text: string, { surroundings, redactor }: CommandContext): void {
  surroundings.stdout.write(`${redactor.clean(text)}\n`);
}
