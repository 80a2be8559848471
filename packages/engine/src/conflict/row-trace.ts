import { OtterError, say, type Column, type LogTable, type Row, type Value } from '@otter/core';
import { sameValue } from '../load/column-mask.ts';
import type { TableRule } from './conflict-policy.ts';
import type { RowTrace } from './row-writes.ts';

/** Reads the trace of a change from its two images. */
export type TraceReader = (before: Row | null, after: Row | null) => RowTrace;

/** Less than every value a column can hold: what NULL weighs. */
const NULL_WEIGHT = -(1n << 70n);
const FRACTION_DIGITS = 6;
const NOTHING: RowTrace = {};

/** Whether changes under this rule are told apart by more than place and time. */
export function isTraced(rule: TableRule): boolean {
  return rule.kind === 'greatest' || isParted(rule);
}

/** Whether parts of a row are decided by themselves. */
export function isParted({ kind }: TableRule): boolean {
  return kind === 'columns' || kind === 'counter';
}

/** Compiled once a table. Throws SCHEMA_MISMATCH where the log lacks the column the rule names. */
export function compileTrace(rule: TableRule, table: LogTable): TraceReader {
  if (rule.kind === 'greatest') return weightReader(rule.column, table);
  if (!isParted(rule)) return () => NOTHING;
  const names = table.columns.map(({ name }) => name.toLowerCase());
  return (before, after) => {
    if (before === null || after === null) return NOTHING;
    const isTouched = (i: number): boolean => after[i] !== undefined && !sameValue(before[i], after[i]);
    return { touched: names.filter((_, i) => isTouched(i)) };
  };
}

function weightReader(name: string, table: LogTable): TraceReader {
  const ordinal = table.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  const column = table.columns[ordinal];
  const where = `${table.schema}.${table.table}`;
  if (!column)
    throw new OtterError('SCHEMA_MISMATCH', { detail: say('rule-column-none', { table: where, column: name }) });
  return (before, after) => {
    const value = (after ?? before)?.[ordinal];
    if (value === undefined)
      throw new OtterError('ROW_IMAGE_PARTIAL', { detail: say('image-not-whole', { table: where }) });
    return { value: weightOf(column, value) };
  };
}

/** Numbers as they are; of dates and times all digits down to the microsecond, which order as they do. */
function weightOf({ kind }: Column, value: Value): bigint {
  if (value === null) return NULL_WEIGHT;
  if (kind === 'int') return BigInt(value as number | bigint);
  const [whole = '', fraction = ''] = String(value).split('.');
  return BigInt(whole.replaceAll(/\D/g, '') + fraction.padEnd(FRACTION_DIGITS, '0'));
}
