import { OtterError, say, type Wording } from '@otter/core';
import { Option, type Command } from 'commander';
import type { ConflictRecord, ConflictState, Verdict } from '@otter/engine';
import { otherDirection } from '@otter/options';
import { lineText, span, tableLines } from '../view/line.ts';
import { columnsOf } from '../view/screen.ts';
import {
  addAdministrationFlags,
  administer,
  recordNumber,
  somePipelines,
  writeJson,
  writeLines,
  type Administration,
} from './administration.ts';
import type { CommandContext } from './command-context.ts';

const LIST_MAX = 1000;
const STATES: readonly ConflictState[] = ['decided', 'open', 'settled'];
const SIDES = { source: 'incoming', target: 'local' } as const;
const CHOICES = `
Each choice: source or target, the whole row as it came in or as it was found; or COLUMN=source, COLUMN=target,
for each column that shall be otherwise. What is kept is written on the server of --to and carried to the other
side like any other change.`;

/** Declares `otter conflicts list|show|keep|confirm`. */
export function addConflictsCommand(program: Command, context: CommandContext): void {
  const conflicts = program
    .command('conflicts')
    .description('rows that both sides of --two-way had written: look at how that was decided, and have it otherwise');
  const list = conflicts
    .command('list')
    .description(`list the last ${LIST_MAX} decisions, the newest first`)
    .addOption(
      new Option('--state <STATE>', 'open: a person is asked; decided: by the rule; settled: by a person').choices(
        STATES,
      ),
    );
  list.action(() => administer(list, context, (a) => listConflicts(list.opts<{ state?: ConflictState }>().state, a)));
  const show = conflicts.command('show').description('print all that is known about a decision').argument('<id...>');
  show.action((ids: string[]) => administer(show, context, (a) => showConflicts(ids, a)));
  const keep = conflicts
    .command('keep')
    .description('have a row otherwise than it was decided, and settle the conflict')
    .argument('<id>')
    .argument('<choice...>', 'source, target, or COLUMN=source and COLUMN=target')
    .option('--force', 'over whatever has become of the row since')
    .addHelpText('after', CHOICES);
  keep.action((id: string, choices: string[]) =>
    administer(keep, context, (a) => keepRow(id, choices, keep.opts<SettleFlags>(), a)),
  );
  const confirm = conflicts
    .command('confirm')
    .description('settle conflicts: the rows stay as they are')
    .argument('<id...>');
  confirm.action((ids: string[]) =>
    administer(confirm, context, (a) => confirmAll(ids, confirm.opts<SettleFlags>(), a)),
  );
  for (const command of [list, show]) addAdministrationFlags(command, context.options);
  for (const command of [keep, confirm]) {
    command.option('--by <NAME>', 'who decides, for the record (default: $USER)');
    addAdministrationFlags(command, context.options, 'the other side, whose record of the row is settled too');
  }
}

interface SettleFlags {
  by?: string;
  force?: boolean;
}

async function listConflicts(state: ConflictState | undefined, administration: Administration): Promise<void> {
  const records: ConflictRecord[] = [];
  const filter = state === undefined ? {} : { state };
  for (const pipeline of await somePipelines(administration))
    records.push(...(await administration.control.conflicts(pipeline, LIST_MAX, filter)));
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
    { title: 'STATE' },
    { title: 'DECIDED' },
  ];
  const cells = records.map((record) => {
    const { id, pipeline, table, key, kind, outcome, rule, decidedAt } = record;
    return [String(id), pipeline, table, key, kind, sideOf(outcome), rule, record.state, decidedAt].map((text) =>
      span(text),
    );
  });
  const lines = tableLines(columns, cells, columnsOf(administration.context.surroundings.stdout));
  writeLines(
    administration,
    lines.map((line) => lineText(line, false).trimEnd()),
  );
}

async function showConflicts(ids: readonly string[], administration: Administration): Promise<void> {
  for (const id of ids.map(conflictNumber)) {
    const record = await administration.control.conflict(id);
    if (record === null) throw new OtterError('CONFLICT_MISSING', { detail: say('conflict-none', { id }) });
    if (administration.values.json) writeJson(administration, record);
    else writeLines(administration, recordLines(record));
  }
}

async function keepRow(
  text: string,
  choices: readonly string[],
  { force = false, ...flags }: SettleFlags,
  administration: Administration,
): Promise<void> {
  const [id, verdict] = [conflictNumber(text), verdictOf(choices)];
  const by = personOf(flags, administration);
  const record = await administration.control.overrule({ id, verdict, by, force });
  await settled(record, say('conflict-kept', { id, table: record.table, key: record.key }), by, administration);
}

async function confirmAll(ids: readonly string[], flags: SettleFlags, administration: Administration): Promise<void> {
  const by = personOf(flags, administration);
  for (const id of ids.map(conflictNumber)) {
    const record = await administration.control.confirm(id, by);
    await settled(record, say('conflict-confirmed', { id, table: record.table, key: record.key }), by, administration);
  }
}

/** Says what was done, and settles what the other side has recorded of the row where that is known. */
async function settled(
  record: ConflictRecord,
  text: Wording,
  by: string,
  administration: Administration,
): Promise<void> {
  const { values, context } = administration;
  const pipeline = otherDirection(record.pipeline);
  if (values.from !== undefined && pipeline !== null) {
    const other = await context.engine.openControl(values.from, values['control-schema']);
    try {
      await other.settleRow({ ...record, pipeline }, by);
    } finally {
      await other.close();
    }
  }
  if (values.json) writeJson(administration, record);
  else writeLines(administration, [text[context.language]]);
}

function verdictOf(choices: readonly string[]): Verdict {
  const [only] = choices;
  if (choices.length === 1 && (only === 'source' || only === 'target')) return { keep: SIDES[only] };
  const columns = choices.map((choice): [string, 'incoming' | 'local'] => {
    const [, column, side] = /^(.+)=(source|target)$/s.exec(choice) ?? [];
    if (column === undefined) throw new OtterError('USAGE', { detail: say('conflict-choice', { choice }) });
    return [column, SIDES[side as keyof typeof SIDES]];
  });
  return { columns: Object.fromEntries(columns) };
}

function personOf({ by }: SettleFlags, { context }: Administration): string {
  return by ?? (context.surroundings.env['USER'] || 'otter');
}

function conflictNumber(text: string): number {
  return recordNumber(text, say('conflict-number', { text }));
}

function recordLines(record: ConflictRecord): string[] {
  const { incomingAtMs, localAtMs } = record;
  const facts: [string, string | null][] = [
    ['stayed', `${sideOf(record.outcome)} (${record.rule})`],
    ['source', `committed ${new Date(incomingAtMs).toISOString()}, at ${record.file}:${record.offset}`],
    ['before', record.before ?? '(no row)'],
    ['after', record.after ?? '(no row)'],
    ['target', localAtMs === null ? null : `committed ${new Date(localAtMs).toISOString()}`],
    ['found', record.local ?? '(no row)'],
    ['left', record.left],
    ['decided', record.decidedAt],
    ['state', record.state],
    ['kept', record.chosen === null ? null : verdictText(record.chosen)],
    ['settled', record.settledAt === null ? null : `${record.settledAt} by ${record.settledBy}`],
  ];
  return [
    `#${record.id} ${record.pipeline} ${record.table} ${record.key} ${record.kind}`,
    ...facts.flatMap(([title, text]) => (text === null ? [] : [`  ${title.padEnd(10)}${text}`])),
  ];
}

function verdictText(verdict: Verdict): string {
  if ('keep' in verdict) return sideOf(verdict.keep);
  return Object.entries(verdict.columns)
    .map(([column, side]) => `${column}=${sideOf(side)}`)
    .join(' ');
}

function sideOf(outcome: ConflictRecord['outcome']): string {
  return { incoming: 'source', local: 'target', both: 'both' }[outcome];
}
