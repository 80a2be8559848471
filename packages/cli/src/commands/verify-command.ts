import { OtterError } from '@otter/core';
import type { RepairOutcome, VerifyOptions, VerifyResult } from '@otter/engine';
import {
  declareOptions,
  integerOption,
  switchOption,
  textOption,
  type OptionValues,
  type SyncOptionTable,
} from '@otter/options';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { addFlags } from '../option-flags.ts';
import { addFileFlag, commandOptions, type CommandContext } from './command-context.ts';
import { JsonLines, PlainLines, type VerifyOutput } from './verify-output.ts';
import { addVerifyRecordCommands } from './verify-record-commands.ts';

const RATE_MAX = 1_000_000_000;

const VERIFY_OPTIONS = declareOptions({
  'hide-values': {
    form: 'switch',
    schema: switchOption(),
    description: 'leave the values of differing columns out of the output',
  },
  repair: {
    form: 'switch',
    schema: switchOption(),
    description: 'make the rows that differ on the target what they are on the source, after showing a plan',
  },
  yes: { form: 'switch', schema: switchOption(), description: 'carry out the plan of --repair without asking' },
  sample: {
    form: 'value',
    placeholder: 'PERCENT',
    schema: textOption(samplePercent).optional(),
    defaultText: 'every row',
    description: 'look at about so many percent of the rows, in ranges all over each table',
  },
  rate: {
    form: 'value',
    placeholder: 'ROWS',
    schema: integerOption(1, RATE_MAX).optional(),
    defaultText: 'no limit',
    description: 'rows of the source looked at in a second at most',
  },
  resume: {
    form: 'value',
    placeholder: 'ID',
    schema: textOption(verificationId).optional(),
    defaultText: 'a new verification',
    description: 'go on with a verification that was interrupted',
  },
});

/** The options of `otter verify`; those it shares with `otter sync` are read alike. */
function verifyOptionTable(options: SyncOptionTable) {
  const { from, to, tables, map, columns, json, lang } = options;
  const name = {
    ...options.name,
    defaultText: 'none: rows are looked at again after pauses',
    description: 'pipeline that keeps these tables equal: rows under way are then judged by its position in the log',
  };
  return {
    ...{ from, to, tables, map, columns, name },
    ...VERIFY_OPTIONS,
    'control-schema': options['control-schema'],
    ...{ json, lang },
  };
}

type VerifyValues = OptionValues<ReturnType<typeof verifyOptionTable>>;

const REMARKS = `
--repair writes to the target alone and keeps each row as it was; otter verify undo ID puts them back.

Exit codes: 0 every row is the same, or is after the repair; 1 a table differs, could not be compared to its end or not
be repaired; 2 usage`;

/** Declares `otter verify`, `otter verify list` and `otter verify undo`. */
export function addVerifyCommand(program: Command, context: CommandContext, exit: (code: number) => void): void {
  const verify = program
    .command('verify')
    .description('compare tables of two servers row by row, and repair what differs when told to')
    .enablePositionalOptions();
  const table = verifyOptionTable(context.options);
  addFlags(verify, table);
  addFileFlag(verify);
  verify.addHelpText('after', REMARKS);
  verify.action(async () => exit(await runVerify(commandOptions(verify, table, context), context)));
  addVerifyRecordCommands(verify, context, exit);
}

async function runVerify(values: VerifyValues, context: CommandContext): Promise<number> {
  const { surroundings, stop, engine } = context;
  if (values.repair && !values.yes && !surroundings.isInteractive) {
    throw new OtterError('USAGE', {
      detail: '--repair asks before it writes, and there is no terminal to ask on: give --yes to write without asking',
    });
  }
  if (values.yes && !values.repair) throw new OtterError('USAGE', { detail: '--yes says yes to --repair alone' });
  const options = verifyOptions(values, context);
  const isSample = values.sample !== undefined;
  const output = values.json ? new JsonLines(context) : new PlainLines(context, { isSample });
  const now = (): number => surroundings.now();
  const result = await engine.createVerification(options, output, now).run(stop.signal);
  output.end(result);
  if (result.stopped) return EXIT.error;
  const outcome = values.repair ? await repair(result, options, values, { context, output }) : null;
  return isEqual(result, outcome, options) ? EXIT.done : EXIT.error;
}

/** `null`: nothing differs. */
async function repair(
  { id, tables }: VerifyResult,
  options: VerifyOptions,
  values: VerifyValues,
  { context, output }: { context: CommandContext; output: VerifyOutput },
): Promise<RepairOutcome | null> {
  if (id === null || tables.every(({ verdict }) => verdict !== 'differs')) return null;
  const outcome = await context.engine
    .createRepair(options, id, {
      confirm: async (plans) => {
        output.plan(plans);
        if (plans.every(({ refused }) => refused !== null)) return false;
        if (!values.yes && !(await isConfirmed(context))) return false;
        output.repairBegins(id);
        return true;
      },
      repaired: (report, kind) => output.repaired(report, kind),
      equal: () => undefined,
      kept: (report, code, reason) => output.kept(report, code, reason),
    })
    .run(context.stop.signal);
  output.repairEnds(id, outcome);
  return outcome;
}

async function isConfirmed({ surroundings }: CommandContext): Promise<boolean> {
  const answer = await surroundings.ask('Write these rows to the target? [y/N] ');
  return /^\s*(y|yes)\s*$/i.test(answer ?? '');
}

function isEqual({ tables }: VerifyResult, outcome: RepairOutcome | null, { sample }: VerifyOptions): boolean {
  return tables.every(({ table, verdict, complete, unsettled }) => {
    if (verdict === 'equal') return true;
    const isRepaired = verdict === 'differs' && outcome?.end === 'done' && outcome.repaired.includes(table);
    return isRepaired && unsettled === 0 && (complete || sample !== null);
  });
}

function verifyOptions(values: VerifyValues, context: CommandContext): VerifyOptions {
  return {
    source: values.from,
    target: values.to,
    tables: values.tables,
    mappings: values.map,
    columns: values.columns,
    controlSchema: values['control-schema'],
    pipeline: values.name ?? null,
    sample: values.sample === undefined ? null : { percent: values.sample },
    rowsPerSecond: values.rate ?? null,
    hideValues: values['hide-values'],
    recorded: values.repair ? 'always' : 'if-possible',
    resume: values.resume ?? null,
    spillDirectory: context.surroundings.temporaryDirectory,
  };
}

function samplePercent(text: string): number {
  const percent = /^(\d+(?:\.\d+)?)%?$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) > 0 && Number(percent) <= 100) return Number(percent);
  throw new OtterError('USAGE', { detail: `"${text}" is not a percentage; give a number above 0, up to 100` });
}

function verificationId(text: string): string {
  if (/^v[a-z0-9]{1,31}$/.test(text)) return text;
  throw new OtterError('USAGE', {
    detail: `"${text}" is not the name of a verification; \`otter verify list\` shows them`,
  });
}
