import { OtterError, parseTablePattern } from '@otter/core';
import type { PatternRule, TableRule } from '@otter/engine';
import { columnName, refuseTwice } from './column-syntax.ts';
import { closingGroupStart, splitOutside } from './text-split.ts';

/** The help of `--conflict-rule`. */
export const CONFLICT_RULE_SYNTAX = `Rules of conflicts (--conflict-rule, repeatable): TABLE:RULE, TABLE a pattern as in --tables
  shop.price:from                the change of one side stays: newest, from, to
  shop.price:greatest(version)   the one with the greater value of a column stays
  shop.customer:columns          each column is decided by itself
  shop.stock:counter(qty,sold)   what both sides add to these columns is added up`;

const WORDS: Readonly<Record<string, TableRule>> = {
  newest: { kind: 'newest' },
  from: { kind: 'source' },
  to: { kind: 'target' },
  columns: { kind: 'columns' },
};

/** Reads one `--conflict-rule` text, `TABLE:RULE`, as the leading direction sees it. Throws USAGE with the reason. */
export function parseConflictRule(text: string): PatternRule {
  const [table, rule, ...rest] = splitOutside(text.trim(), ':');
  if (table === undefined || rule === undefined || rest.length > 0) {
    throw usage(text, 'write TABLE:RULE, for example shop.stock:counter(qty)');
  }
  return { tables: parseTablePattern(table.trim()), rule: ruleFrom(rule.trim(), text) };
}

function ruleFrom(rule: string, text: string): TableRule {
  const word = Object.hasOwn(WORDS, rule) ? WORDS[rule] : undefined;
  if (word) return word;
  const open = closingGroupStart(rule);
  const columns = open < 1 ? [] : splitOutside(rule.slice(open + 1, -1), ',').map((item) => columnName(item, text));
  refuseTwice(columns, text, 'is named twice');
  const kind = rule.slice(0, Math.max(open, 0)).trimEnd();
  if (kind === 'counter') return { kind, columns };
  if (kind === 'greatest' && columns.length === 1) return { kind, column: columns[0] as string };
  throw usage(text, 'the rule is newest, from, to, columns, greatest(COLUMN) or counter(COLUMN,…)');
}

function usage(text: string, reason: string): OtterError {
  return new OtterError('USAGE', { detail: `"${text}" cannot be used: ${reason}` });
}
