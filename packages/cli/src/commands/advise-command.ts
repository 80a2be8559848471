import type { AdviceLine, TwoWayAdvice } from '@otter/engine';
import type { OptionValues, SyncOptionTable } from '@otter/options';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { addFlags } from '../option-flags.ts';
import { lineText, span } from '../view/line.ts';
import { preflightView } from '../view/preflight-view.ts';
import { columnsOf, wantsColour } from '../view/screen.ts';
import { addFileFlag, commandOptions, type CommandContext } from './command-context.ts';

/** The options of `otter advise`; those it shares with `otter sync` are read alike. */
function adviseOptionTable(options: SyncOptionTable) {
  const { from, to, tables, map, columns, conflicts, json, lang } = options;
  return {
    from: { ...from, description: 'server A, mysql://user:password@host:port/' },
    to: { ...to, description: 'server B, mysql://user:password@host:port/' },
    ...{ tables, map, columns },
    conflicts: {
      ...conflicts,
      description: 'by which rule conflicts are to be decided; newest refuses clocks that are too far apart',
    },
    'control-schema': options['control-schema'],
    ...{ json, lang },
  };
}

type AdviseValues = OptionValues<ReturnType<typeof adviseOptionTable>>;

const REMARKS = `
A finding is about the server its subject begins with, A or B, and its fix is run there. Nothing is written.

Exit codes: 0 nothing is refused, 1 something is, 2 usage`;

/** Declares `otter advise`. */
export function addAdviseCommand(program: Command, context: CommandContext, exit: (code: number) => void): void {
  const advise = program
    .command('advise')
    .description('find what goes wrong when both sides are written, with the SQL that cures it');
  const table = adviseOptionTable(context.options);
  addFlags(advise, table);
  addFileFlag(advise);
  advise.addHelpText('after', REMARKS);
  advise.action(async () => exit(await runAdvise(commandOptions(advise, table, context), context)));
}

async function runAdvise(values: AdviseValues, context: CommandContext): Promise<number> {
  const { surroundings, redactor, engine } = context;
  const advice = await engine.advise(
    {
      ...{ a: values.from, b: values.to },
      ...{ tables: values.tables, mappings: values.map, columns: values.columns },
      ...{ controlSchema: values['control-schema'], newest: values.conflicts === 'newest' },
    },
    () => surroundings.now(),
  );
  const cleaned: TwoWayAdvice = { ...advice, lines: redactor.cleanAll(advice.lines) };
  const verdict = verdictOf(cleaned.lines);
  if (values.json) surroundings.stdout.write(`${JSON.stringify({ event: 'advice', verdict, ...cleaned })}\n`);
  else print(cleaned, context);
  return verdict === 'stop' ? EXIT.error : EXIT.done;
}

function verdictOf(lines: readonly AdviceLine[]): AdviceLine['verdict'] {
  const worst = (['stop', 'warning'] as const).find((verdict) => lines.some((line) => line.verdict === verdict));
  return worst ?? 'ok';
}

function print({ lines, score }: TwoWayAdvice, { surroundings, language }: CommandContext): void {
  const { stdout, env } = surroundings;
  const colour = wantsColour(stdout, env);
  const last = language === 'zh' ? `  双向就绪度：${score}/100` : `  Two-way score: ${score} of 100`;
  const view = [...preflightView(lines, columnsOf(stdout), language), [span(last)]];
  stdout.write(`${view.map((line) => lineText(line, colour)).join('\n')}\n`);
}
