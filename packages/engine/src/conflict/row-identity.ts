import type { ForeignKey } from '@otter/core';
import type { TargetColumn, TargetTable } from '@otter/dialects';

/** Whether two values of a column are one to its server exactly when their bytes are: rows are told apart so in memory. */
export function comparesBytes({ kind, collation }: TargetColumn): boolean {
  if (kind === 'float' || kind === 'double') return false;
  return kind !== 'text' || (collation ?? '').endsWith('_bin');
}

/** Foreign keys by which changes of a parent change rows of this table. */
export function actingKeys({ foreignKeys }: TargetTable): ForeignKey[] {
  return foreignKeys.filter(({ onDelete, onUpdate }) => acts(onDelete) || acts(onUpdate));
}

/** Whether a rule of a foreign key changes rows, rather than refuse a change of the parent. */
export function acts(rule: string): boolean {
  return rule === 'CASCADE' || rule.startsWith('SET ');
}
