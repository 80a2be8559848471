import { OtterError } from '@otter/core';
import type { Command } from 'commander';
import type { ConflictRecord } from '@otter/engine';
import { lineText, span, tableLines } from '../view/line.ts';
import { columnsOf } from '../view/screen.ts';
import {
  addAdministrationFlags,
  administer,
  somePipelines,
  writeJson,
  writeLines,
  type Administration,
} from './administration.ts';
import type { CommandContext } from './command-context.ts';

const LIST_MAX = 1000;

/** Declares `otter conflicts list|show`. */
export function addConflictsCommand(program: Command, context: CommandContext): void {
  const conflicts = program
    .command('conflicts')
    .description('look at rows that both sides of --two-way had written, and how that was decided');
  const list = conflicts.command('list').description(`list the last ${LIST_MAX} decisions, the newest first`);
  list.action(() => administer(list, context, listConflicts));
  const show = conflicts.command('show').description('print all that is known about a decision').argument('<id...>');
  show.action((ids: string[]) => administer(show, context, (a) => showConflicts(ids, a)));
  for (const command of [list, show]) addAdministrationFlags(command, context.options);
}

async function readConflicts(administration: Administration): Promise<ConflictRecord[]> {
  const records: ConflictRecord[] = [];
  for (const pipeline of await somePipelines(administration))
    records.push(...(await administration.control.conflicts(pipeline, LIST_MAX)));
  return records;
}

async function listConflicts(administration: Administration): Promise<void> {
  const records = await readConflicts(administration);
  if (administration.values.json) {
    for (const record of records) writeJson(administration, record);
    return;
  }
  if (records.length === 0) return writeLines(administration, ['no conflicts']);
  const columns = [
    { title: 'ID', align: 'right' as const },
    { title: 'PIPELINE', flexible: true },
    { title: 'TABLE', flexible: true },
    { title: 'KEY', flexible: true },
    { title: 'KIND' },
    { title: 'STAYED' },
    { title: 'RULE' },
    { title: 'DECIDED' },
  ];
  const cells = records.map(({ id, pipeline, table, key, kind, outcome, rule, decidedAt }) =>
    [String(id), pipeline, table, key, kind, stayed(outcome), rule, decidedAt].map((text) => span(text)),
  );
  const lines = tableLines(columns, cells, columnsOf(administration.context.surroundings.stdout));
  writeLines(
    administration,
    lines.map((line) => lineText(line, false).trimEnd()),
  );
}

async function showConflicts(ids: readonly string[], administration: Administration): Promise<void> {
  const records = await readConflicts(administration);
  for (const id of ids) {
    const record = records.find((one) => String(one.id) === id);
    if (!record) throw new OtterError('USAGE', { detail: `there is no conflict ${id} among the last ${LIST_MAX}` });
    if (administration.values.json) writeJson(administration, record);
    else writeLines(administration, recordLines(record));
  }
}

function recordLines(record: ConflictRecord): string[] {
  const { incomingAtMs, localAtMs } = record;
  const facts: [string, string | null][] = [
    ['stayed', `${stayed(record.outcome)} (${record.rule})`],
    ['source', `committed ${new Date(incomingAtMs).toISOString()}, at ${record.file}:${record.offset}`],
    ['before', record.before ?? '(no row)'],
    ['after', record.after ?? '(no row)'],
    ['target', localAtMs === null ? null : `committed ${new Date(localAtMs).toISOString()}`],
    ['found', record.local ?? '(no row)'],
    ['decided', record.decidedAt],
  ];
  return [
    `#${record.id} ${record.pipeline} ${record.table} ${record.key} ${record.kind}`,
    ...facts.flatMap(([title, text]) => (text === null ? [] : [`  ${title.padEnd(10)}${text}`])),
  ];
}

function stayed(outcome: ConflictRecord['outcome']): string {
  return outcome === 'incoming' ? 'source' : 'target';
}
