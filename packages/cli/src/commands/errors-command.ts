import { OtterError, positionText } from '@otter/core';
import type { Command } from 'commander';
import { isSettled, type ErrorRecord } from '@otter/engine';
import { adviceLabel, adviceOf, messageOf } from '../report/language.ts';
import { lineText, span, tableLines } from '../view/line.ts';
import { columnsOf } from '../view/screen.ts';
import {
  addAdministrationFlags,
  administer,
  onePipeline,
  recordNumber,
  somePipelines,
  writeJson,
  writeLines,
  type Administration,
} from './administration.ts';
import type { CommandContext } from './command-context.ts';

const NO_REASON = 'no reason given';

/** Declares `otter errors list|show|retry|skip|replace`. */
export function addErrorsCommand(program: Command, context: CommandContext): void {
  const errors = program
    .command('errors')
    .description('look at changes that could not be applied, retry, skip or replace them');
  const list = errors
    .command('list')
    .description('list the open errors')
    .option('--all', 'resolved and skipped ones too');
  list.action(() => administer(list, context, (a) => listErrors(a, list.opts<{ all?: boolean }>().all === true)));
  const show = errors.command('show').description('print all that is known about an error').argument('<id...>');
  show.action((ids: string[]) => administer(show, context, (a) => showErrors(ids, a)));
  const retry = errors
    .command('retry')
    .description('try a change again once its cause is gone; the table then catches up')
    .argument('<id...>');
  retry.action((ids: string[]) => administer(retry, context, (a) => retryErrors(ids, a)));
  const skip = errors
    .command('skip')
    .description('leave a change out; its record stays')
    .argument('<id...>')
    .option('--reason <TEXT>', 'why, for the record');
  skip.action((ids: string[]) =>
    administer(skip, context, (a) => skipErrors(ids, skip.opts<{ reason?: string }>().reason ?? NO_REASON, a)),
  );
  const replace = errors
    .command('replace')
    .description("run your own statement on the target in place of the source's change of definition")
    .argument('<id>')
    .option('--sql <STATEMENT>', 'the statement, in the names of the target')
    .option('--file <PATH>', 'read the statement from a file')
    .option('--reason <TEXT>', 'why, for the record');
  replace.action((id: string) =>
    administer(replace, context, (a) => replaceError(id, replace.opts<ReplaceFlags>(), a)),
  );
  for (const command of [list, show, retry, skip, replace]) addAdministrationFlags(command, context.options);
}

async function listErrors(administration: Administration, all: boolean): Promise<void> {
  const rows: { pipeline: string; record: ErrorRecord }[] = [];
  for (const pipeline of await somePipelines(administration)) {
    for (const record of await administration.control.errors(pipeline)) {
      if (all || !isSettled(record)) rows.push({ pipeline, record });
    }
  }
  if (administration.values.json) {
    for (const { pipeline, record } of rows) writeJson(administration, { pipeline, ...record });
    return;
  }
  if (rows.length === 0) return writeLines(administration, [all ? 'no errors' : 'no open errors']);
  const { language, surroundings } = administration.context;
  const { stdout } = surroundings;
  const columns = [
    { title: 'ID', align: 'right' as const },
    { title: 'PIPELINE', flexible: true },
    { title: 'TABLE', flexible: true },
    { title: 'STATE' },
    { title: 'CODE' },
    { title: 'SINCE' },
    { title: 'MESSAGE', flexible: true },
  ];
  const cells = rows.map(({ pipeline, record }) =>
    [
      String(record.id),
      pipeline,
      record.table,
      record.state,
      record.code,
      record.since,
      messageOf(record, language),
    ].map((text) => span(text)),
  );
  const lines = tableLines(columns, cells, columnsOf(stdout));
  writeLines(
    administration,
    lines.map((line) => lineText(line, false).trimEnd()),
  );
}

async function showErrors(ids: readonly string[], administration: Administration): Promise<void> {
  const name = await onePipeline(administration);
  for (const id of ids.map(errorNumber)) {
    const record = await recordOf(name, id, administration);
    if (administration.values.json) writeJson(administration, { pipeline: name, ...record });
    else writeLines(administration, recordLines(record, administration.context));
  }
}

function recordLines(record: ErrorRecord, context: CommandContext): string[] {
  const facts: [string, string | null][] = [
    ['message', messageOf(record, context.language)],
    ['position', positionText(record.position)],
    ['key', record.key],
    ['statement', record.statement],
    ['replaced', record.scope.replacement ?? null],
    ['before', record.before],
    ['after', record.after],
    ['since', record.since],
    ['resolved', record.resolvedAt],
    ['note', record.note],
  ];
  return [
    `#${record.id} ${record.table} ${record.state} ${record.code}`,
    ...facts.flatMap(([title, text]) => (text === null ? [] : [`  ${title.padEnd(10)}${text}`])),
    `  ${adviceLabel(context.language)}: ${adviceOf(record.code, context.language) || record.advice}`,
  ];
}

async function retryErrors(ids: readonly string[], administration: Administration): Promise<void> {
  const name = await onePipeline(administration);
  for (const id of ids.map(errorNumber)) {
    const { table } = await recordOf(name, id, administration);
    await administration.control.retry(name, id);
    done(administration, { pipeline: name, id, table, action: 'retry' }, `#${id} ${table}: will be tried again`);
  }
}

async function skipErrors(ids: readonly string[], reason: string, administration: Administration): Promise<void> {
  const name = await onePipeline(administration);
  for (const id of ids.map(errorNumber)) {
    const { table } = await recordOf(name, id, administration);
    await administration.control.skip(name, id, reason);
    const text = `#${id} ${table}: will be left out; "otter errors show ${id}" keeps the record`;
    done(administration, { pipeline: name, id, table, action: 'skip', reason }, text);
  }
}

interface ReplaceFlags {
  sql?: string;
  file?: string;
  reason?: string;
}

async function replaceError(text: string, flags: ReplaceFlags, administration: Administration): Promise<void> {
  const { sql, file, reason = NO_REASON } = flags;
  if ((sql === undefined) === (file === undefined))
    throw new OtterError('USAGE', { detail: 'give the statement either by --sql or by --file' });
  const id = errorNumber(text);
  const name = await onePipeline(administration);
  const { table } = await recordOf(name, id, administration);
  const statement = sql ?? readStatement(file as string, administration);
  await administration.control.replace(name, id, statement, reason);
  const facts = { pipeline: name, id, table, action: 'replace', statement, reason };
  done(
    administration,
    facts,
    `#${id} ${table}: your statement will be run; "otter errors show ${id}" keeps the record`,
  );
}

function readStatement(path: string, { context }: Administration): string {
  try {
    return context.surroundings.readFile(path);
  } catch (cause) {
    throw new OtterError('USAGE', { detail: `${path} cannot be read: ${(cause as Error).message}`, cause });
  }
}

function done(administration: Administration, facts: object, text: string): void {
  if (administration.values.json) writeJson(administration, facts);
  else writeLines(administration, [text]);
}

async function recordOf(name: string, id: number, { control }: Administration): Promise<ErrorRecord> {
  const record = await control.error(name, id);
  if (record === null) throw new OtterError('USAGE', { detail: `the pipeline "${name}" has no error #${id}` });
  return record;
}

function errorNumber(text: string): number {
  return recordNumber(text, `"${text}" is not the number of an error`);
}
