import { OtterError, parseTablePatterns, type TablePattern } from '@otter/core';
import { copyFacts, type StoredCopy } from '@otter/engine';
import { parseByteSize } from '@otter/options';
import type { Command } from 'commander';
import { adviceLabel, adviceOf } from '../report/language.ts';
import { bytesText, countText } from '../view/figures.ts';
import { lineText, span, tableLines } from '../view/line.ts';
import { columnsOf } from '../view/screen.ts';
import {
  addAdministrationFlags,
  administer,
  onePipeline,
  somePipelines,
  writeJson,
  writeLines,
  type Administration,
} from './administration.ts';
import type { CommandContext } from './command-context.ts';

const REMARKS = `
TABLES are patterns as after --tables of otter sync, of tables that the pipeline keeps equal.
Without --where the tables hold exactly the source's rows afterwards. With it, rows of the source that match are
brought as they are, and no row of the target is taken away.`;

/** Declares `otter copy start|list|cancel|rate`. */
export function addCopyCommand(program: Command, context: CommandContext): void {
  const copy = program.command('copy').description('copy tables of a running pipeline again, slow the copy down');
  const start = copy
    .command('start')
    .description('copy tables again, over the rows that are there, while their changes go on')
    .argument('<TABLES...>')
    .option('--where <SQL>', 'only rows for which this condition is true on the source')
    .addHelpText('after', REMARKS);
  start.action((tables: string[]) =>
    administer(start, context, (a) => startCopies(tables, start.opts<{ where?: string }>().where ?? null, a)),
  );
  const list = copy.command('list').description('list the last copy of each table: how far it is, or why it failed');
  list.action(() => administer(list, context, listCopies));
  const cancel = copy
    .command('cancel')
    .description('end copies that were asked for; what they have copied stays')
    .argument('<TABLES...>');
  cancel.action((tables: string[]) => administer(cancel, context, (a) => cancelCopies(tables, a)));
  const rate = copy
    .command('rate')
    .description('limit what the copy reads in a second from now on, also after a restart')
    .argument('<RATE>', '5MB/s, off (no limit), or default (what --copy-rate of otter sync says)');
  rate.action((text: string) => administer(rate, context, (a) => setRate(text, a)));
  for (const command of [start, list, cancel, rate]) addAdministrationFlags(command, context.options);
}

function patternsOf(texts: readonly string[]): TablePattern[] {
  return texts.flatMap((text) => parseTablePatterns(text));
}

async function startCopies(
  texts: readonly string[],
  where: string | null,
  administration: Administration,
): Promise<void> {
  const patterns = patternsOf(texts);
  const name = await onePipeline(administration);
  const { values, control } = administration;
  const tables = await control.copyAgain(name, patterns, where, values.from ?? null);
  for (const table of tables) {
    const text = `${table}: will be copied again; "otter copy list" tells how far it is`;
    done(administration, { pipeline: name, table, action: 'start', where }, text);
  }
}

async function cancelCopies(texts: readonly string[], administration: Administration): Promise<void> {
  const patterns = patternsOf(texts);
  const name = await onePipeline(administration);
  for (const table of await administration.control.cancelCopies(name, patterns)) {
    done(administration, { pipeline: name, table, action: 'cancel' }, `${table}: its copy will end`);
  }
}

async function setRate(text: string, administration: Administration): Promise<void> {
  const bytesPerSecond = rateOf(text);
  const name = await onePipeline(administration);
  await administration.control.setCopyRate(name, bytesPerSecond);
  const what =
    bytesPerSecond === null
      ? 'as --copy-rate of otter sync says'
      : bytesPerSecond === 0
        ? 'no limit'
        : `at most ${bytesText(bytesPerSecond)}/s`;
  done(administration, { pipeline: name, action: 'rate', bytesPerSecond }, `${name}: ${what}, within a second`);
}

/** Bytes a second, 0 for no limit, `null` for what the option says. Throws USAGE. */
function rateOf(text: string): number | null {
  if (text === 'off') return 0;
  if (text === 'default') return null;
  const bytes = parseByteSize(text.replace(/\/s$/i, ''));
  if (bytes > 0) return bytes;
  throw new OtterError('USAGE', { detail: `"${text}" would stop the copy; write off for no limit, or cancel it` });
}

async function listCopies(administration: Administration): Promise<void> {
  const rows: { pipeline: string; copy: StoredCopy }[] = [];
  for (const pipeline of await somePipelines(administration)) {
    for (const copy of await administration.control.copies(pipeline)) rows.push({ pipeline, copy });
  }
  if (administration.values.json) {
    for (const { pipeline, copy } of rows) writeJson(administration, { pipeline, ...copyFacts(copy) });
    return;
  }
  if (rows.length === 0) return writeLines(administration, ['no table has been copied']);
  const { surroundings, language } = administration.context;
  const columns = [
    { title: 'PIPELINE', flexible: true },
    { title: 'TABLE', flexible: true },
    { title: 'COPY' },
    { title: 'STATE' },
    { title: 'ROWS', align: 'right' as const },
    { title: '%', align: 'right' as const },
    { title: 'SINCE' },
    { title: 'CODE' },
  ];
  const cells = rows.map(({ pipeline, copy }) => {
    const facts = copyFacts(copy);
    const percent = facts.percent === null ? '' : String(facts.percent);
    const texts = [pipeline, copy.table, copy.kind, copy.state, countText(copy.rows), percent, copy.updatedAt];
    return [...texts, copy.code ?? ''].map((text) => span(text));
  });
  const lines = tableLines(columns, cells, columnsOf(surroundings.stdout)).map((line) =>
    lineText(line, false).trimEnd(),
  );
  for (const { copy } of rows.filter((row) => row.copy.code !== null)) {
    lines.push(`${copy.table}: ${(language === 'zh' ? copy.messageZh : copy.message) ?? ''}`);
    const advice = adviceOf(copy.code ?? '', language);
    if (advice !== '') lines.push(`  ${adviceLabel(language)}: ${advice}`);
  }
  writeLines(administration, lines);
}

function done(administration: Administration, facts: object, text: string): void {
  if (administration.values.json) writeJson(administration, facts);
  else writeLines(administration, [text]);
}
