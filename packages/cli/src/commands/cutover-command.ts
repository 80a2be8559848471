import { addressText, noteLog, positionText, type Position } from '@otter/core';
import type { CutoverFinding, CutoverResult } from '@otter/engine';
import {
  declareOptions,
  integerOption,
  switchOption,
  syncOptions,
  type OptionValues,
  type SyncOptionTable,
} from '@otter/options';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { addFlags } from '../option-flags.ts';
import { addFileFlag, commandOptions, type CommandContext } from './command-context.ts';

const SECONDS_MAX = 7 * 24 * 3600;

const CUTOVER_OPTIONS = declareOptions({
  'read-only': {
    form: 'switch',
    schema: switchOption(),
    description: 'make the source read-only; it stays so after a go, and is made writable again after a no-go',
  },
  quiet: {
    form: 'value',
    placeholder: 'SECONDS',
    schema: integerOption(1, SECONDS_MAX).default(5),
    defaultText: '5',
    description: 'how long nobody may have written to the tables',
  },
  wait: {
    form: 'value',
    placeholder: 'SECONDS',
    schema: integerOption(1, SECONDS_MAX).default(600),
    defaultText: '600',
    description: 'how long to wait for the target to catch up',
  },
  reverse: {
    form: 'switch',
    schema: switchOption(),
    description: 'prepare the way back: print the command that keeps the old source equal to the new one',
  },
});

/** The options of `otter sync`, so that the same file serves, and those of the cutover. */
function cutoverOptionTable(options: SyncOptionTable) {
  return { ...options, ...CUTOVER_OPTIONS };
}

type CutoverValues = OptionValues<ReturnType<typeof cutoverOptionTable>>;

const REMARKS = `
Stop otter sync first and give the same options and name: the cutover goes on with its pipeline and ends it.
It catches up, waits until nobody writes (with --read-only it sees to that), applies the rest, compares all rows.

Exit codes: 0 go, 1 no-go or stopped by an error, 2 usage`;

/** Declares `otter cutover`. */
export function addCutoverCommand(program: Command, context: CommandContext, exit: (code: number) => void): void {
  const cutover = program
    .command('cutover')
    .description('move applications to the target: drain, verify, say go or no-go, prepare the way back');
  const table = cutoverOptionTable(context.options);
  addFlags(cutover, table);
  addFileFlag(cutover);
  cutover.addHelpText('after', REMARKS);
  cutover.action(async () => exit(await runCutover(commandOptions(cutover, table, context), context)));
}

async function runCutover(values: CutoverValues, context: CommandContext): Promise<number> {
  const { surroundings, redactor, engine, stop } = context;
  const print = (text: string, event: object): void =>
    surroundings.stdout.write(redactor.clean(values.json ? `${JSON.stringify(event)}\n` : `${text}\n`));
  const warn = (text: string): void => surroundings.stderr.write(redactor.clean(`${text}\n`));
  const cutover = engine.createCutover(
    {
      sync: syncOptions(values, surroundings.temporaryDirectory),
      readOnly: values['read-only'],
      quietMs: values.quiet * 1000,
      waitMsMax: values.wait * 1000,
      reverse: values.reverse,
    },
    {
      log: noteLog((level, text) => {
        if (level === 'error') warn(text);
      }),
      now: () => surroundings.now(),
      onFinding: (finding) => print(findingText(finding), { event: 'finding', ...finding }),
      verifying: {
        progress: () => undefined,
        difference: () => undefined,
        table: () => undefined,
        note: (text) => warn(text),
      },
    },
  );
  const result = await cutover.run(stop.signal);
  print(verdictText(result, values), { event: 'verdict', go: result.go, reverse: result.reverse });
  return result.go ? EXIT.done : EXIT.error;
}

function findingText({ check, verdict, finding }: CutoverFinding): string {
  return `${verdict === 'go' ? ' ok  ' : 'NO-GO'} ${check.padEnd(13)} ${finding}`;
}

function verdictText({ go, reverse }: CutoverResult, values: CutoverValues): string {
  if (!go) return 'NO-GO. Nothing was changed; the pipeline stands where it stood, otter sync goes on with it.';
  const lines = [`GO. Point the applications at ${addressText(values.to)}.`];
  if (reverse !== null) {
    lines.push(
      `The way back begins at ${positionText(reverse)}. Once the old source may be written to by this account:`,
      `  otter sync --from TARGET --to SOURCE --tables … --mode incremental --start ${startText(reverse)}`,
      'with the URLs changed over, and --map and --columns turned round.',
    );
  }
  return lines.join('\n');
}

function startText({ gtid, file, offset }: Position): string {
  return gtid === '' ? `binlog:${file}:${offset}` : `gtid:${gtid}`;
}
