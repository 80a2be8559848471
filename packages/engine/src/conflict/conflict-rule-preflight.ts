import { matchesTable, say, type Wording } from '@otter/core';
import { asFinding, type PreflightLine, type TargetColumn, type TargetTable } from '@otter/dialects';
import { ruleOf, type ConflictPolicy, type TableRule } from './conflict-policy.ts';

const CHECK = 'conflict-rule';
const WEIGHED: readonly string[] = ['int', 'date', 'datetime', 'timestamp'];
const COUNTED: readonly string[] = ['int', 'decimal'];

/** Whether the rules of tables name tables and columns that are there and can be decided so, on both sides. */
export function ruleLines(
  policy: ConflictPolicy,
  tables: { source: readonly TargetTable[]; target: readonly TargetTable[] },
): PreflightLine[] {
  const all = [...tables.source, ...tables.target];
  // Where a site is empty yet, its direction has no tables: the other one, which makes them, tells.
  const rules = all.length === 0 ? [] : (policy.rules ?? []);
  const idle = rules.filter(({ tables: pattern }) =>
    all.every(({ schema, table }) => !matchesTable(pattern, schema, table)),
  );
  const lines = idle.map(({ tables: { schema, table } }): PreflightLine => {
    const finding = asFinding(say('rule-table-none', { pattern: `${schema.text}.${table.text}` }));
    return { verdict: 'stop', subject: 'source', check: CHECK, ...finding };
  });
  for (const table of all) lines.push(...columnLines(ruleOf(policy, table.schema, table.table), table));
  // What holds on both sides is said once.
  return lines.filter(({ finding }, i) => lines.findIndex((line) => line.finding === finding) === i);
}

function columnLines(rule: TableRule, table: TargetTable): PreflightLine[] {
  const names = rule.kind === 'counter' ? rule.columns : rule.kind === 'greatest' ? [rule.column] : [];
  const name = `${table.schema}.${table.table}`;
  return names.flatMap((column): PreflightLine[] => {
    const found = table.columns.find((one) => one.name.toLowerCase() === column.toLowerCase());
    const about = { table: name, column };
    const wrong = found ? unfit(rule, table, found, about) : say('rule-column-none', about);
    if (wrong) return [{ verdict: 'stop', subject: name, check: CHECK, ...asFinding(wrong) }];
    if (rule.kind !== 'counter' || !found?.unsigned) return [];
    return [{ verdict: 'warning', subject: name, check: CHECK, ...asFinding(say('rule-counter-unsigned', about)) }];
  });
}

/** `null`: the column can be weighed, or counted. */
function unfit(
  { kind }: TableRule,
  { uniqueKeys }: TargetTable,
  column: TargetColumn,
  about: { table: string; column: string },
): Wording | null {
  const keys = kind === 'counter' ? uniqueKeys : uniqueKeys.filter(({ primary }) => primary);
  if (keys.some(({ parts }) => parts.some((part) => part.column === column.name))) return say('rule-column-key', about);
  if (column.generated !== 'no') return say('rule-column-generated', about);
  const typed = { ...about, type: column.typeText };
  if (kind === 'greatest') return WEIGHED.includes(column.kind) ? null : say('rule-greatest-type', typed);
  if (!COUNTED.includes(column.kind)) return say('rule-counter-type', typed);
  return column.nullable ? say('rule-counter-null', about) : null;
}
