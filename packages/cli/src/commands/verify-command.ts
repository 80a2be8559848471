import type { DifferenceReport, TableResult, VerifyListener, VerifyOptions, VerifyResult } from '@otter/engine';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { addFlags } from '../options/option-flags.ts';
import { switchOption, type OptionDeclaration, type OptionValues } from '../options/option-table.ts';
import type { SyncOptionTable } from '../options/sync-option-table.ts';
import { countText } from '../view/figures.ts';
import { addFileFlag, commandOptions, type CommandContext } from './command-context.ts';

const HIDE_VALUES: OptionDeclaration<boolean> = {
  form: 'switch',
  schema: switchOption(),
  description: 'leave the values of differing columns out of the output',
};

/** The options of `otter verify`; all but one are those of `otter sync`. */
function verifyOptionTable(options: SyncOptionTable) {
  const { from, to, tables, map, columns, json, lang } = options;
  const name = {
    ...options.name,
    defaultText: 'none: rows are looked at again after pauses',
    description: 'pipeline that keeps these tables equal: rows under way are then judged by its position in the log',
  };
  return {
    ...{ from, to, tables, map, columns, name },
    'hide-values': HIDE_VALUES,
    'control-schema': options['control-schema'],
    ...{ json, lang },
  };
}

type VerifyValues = OptionValues<ReturnType<typeof verifyOptionTable>>;

const REMARKS = `
Exit codes: 0 every row is the same, 1 a table differs or could not be compared to its end, 2 usage`;

/** Declares `otter verify`. */
export function addVerifyCommand(program: Command, context: CommandContext, exit: (code: number) => void): void {
  const verify = program.command('verify').description('compare tables of two servers row by row; changes neither');
  const table = verifyOptionTable(context.options);
  addFlags(verify, table);
  addFileFlag(verify);
  verify.addHelpText('after', REMARKS);
  verify.action(async () => exit(await runVerify(commandOptions(verify, table, context), context)));
}

async function runVerify(values: VerifyValues, context: CommandContext): Promise<number> {
  const { surroundings, stop } = context;
  const output = values.json ? new JsonLines(context) : new PlainLines(context);
  const now = (): number => surroundings.now();
  const verification = context.engine.createVerification(verifyOptions(values, context), output, now);
  const result = await verification.run(stop.signal);
  output.end(result);
  return !result.stopped && result.tables.every(({ verdict }) => verdict === 'equal') ? EXIT.done : EXIT.error;
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
    sample: null,
    rowsPerSecond: null,
    hideValues: values['hide-values'],
    resume: null,
    spillDirectory: context.surroundings.temporaryDirectory,
  };
}

/** One JSON object a line: each difference, each table, then a summary. */
class JsonLines implements VerifyListener {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  progress(): void {}

  difference(report: DifferenceReport): void {
    this.#write({ event: 'difference', ...report });
  }

  table(result: TableResult): void {
    this.#write({ event: 'table', ...result });
  }

  note(text: string): void {
    this.#write({ event: 'note', text });
  }

  end({ tables, stopped }: VerifyResult): void {
    const equal = tables.filter(({ verdict }) => verdict === 'equal').length;
    this.#write({ event: 'summary', tables: tables.length, equal, stopped });
  }

  #write(facts: object): void {
    const { redactor, surroundings } = this.#context;
    surroundings.stdout.write(`${JSON.stringify(redactor.cleanAll(facts))}\n`);
  }
}

/** A line for each difference and each table, for a person. */
class PlainLines implements VerifyListener {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  progress(): void {}

  difference({ table, kind, key, columns, copies }: DifferenceReport): void {
    const where = Object.entries(key).map(([name, value]) => `${name}=${valueText(value)}`);
    const what = {
      missing: 'is not on the target',
      extra: 'is only on the target',
      different: columns.map(columnText).join('; '),
    }[kind];
    const many = copies === undefined ? '' : ` (${copies.source} times on the source, ${copies.target} on the target)`;
    this.#line(`  ${table} ${where.join(', ')}: ${what}${many}`);
  }

  table(result: TableResult): void {
    const { table, target, verdict, rows, differing, missing, extra, unsettled, complete, code, reason } = result;
    const name = table === target ? table : `${table} → ${target}`;
    if (verdict === 'refused') {
      this.#line(`not compared  ${name}: ${code ?? ''} ${reason ?? ''}`);
      return;
    }
    const counts = [
      `${countText(rows)} rows`,
      ...(differing > 0 ? [`${countText(differing)} different`] : []),
      ...(missing > 0 ? [`${countText(missing)} missing on the target`] : []),
      ...(extra > 0 ? [`${countText(extra)} only on the target`] : []),
      ...(unsettled > 0 ? [`${countText(unsettled)} changed at every look`] : []),
      ...(complete ? [] : ['not looked at to its end']),
    ];
    this.#line(`${verdict.padEnd(12)}  ${name}: ${counts.join(', ')}`);
  }

  note(text: string): void {
    const { surroundings, redactor } = this.#context;
    surroundings.stderr.write(redactor.clean(`${text}\n`));
  }

  end({ tables, stopped }: VerifyResult): void {
    const equal = tables.filter(({ verdict }) => verdict === 'equal').length;
    const verdict = equal === tables.length ? 'EQUAL' : 'DIFFERENT';
    this.#line(stopped ? 'stopped before the end' : `${verdict}: ${equal} of ${tables.length} tables are equal`);
  }

  #line(text: string): void {
    const { surroundings, redactor } = this.#context;
    surroundings.stdout.write(redactor.clean(`${text}\n`));
  }
}

function columnText({ name, source, target }: DifferenceReport['columns'][number]): string {
  if (source === undefined && target === undefined) return name;
  return `${name} ${valueText(source)} ≠ ${valueText(target)}`;
}

function valueText(value: string | null | undefined): string {
  return value === null || value === undefined ? 'NULL' : JSON.stringify(value);
}
