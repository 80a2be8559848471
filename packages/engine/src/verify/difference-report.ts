import { reportText } from './column-pair.ts';
import type { ComparedKey, ComparedTable } from './compared-table.ts';
import type { Difference } from './settle.ts';
import type { DifferenceReport } from './report.ts';

/** A difference as a person or a program reads it. `hideValues`: only the key is shown. */
export function differenceReport(
  table: ComparedTable,
  key: ComparedKey,
  difference: Difference,
  hideValues: boolean,
): DifferenceReport {
  const { source, target, columns } = difference;
  const side = source === null ? 'target' : 'source';
  const row = (source ?? target)?.row ?? [];
  const keyCells = key.positions.map((p): [string, string | null] => {
    const column = table.pairs[p]?.[side].column;
    return [table.pairs[p]?.source.column.name ?? '', column === undefined ? null : reportText(row[p], column)];
  });
  return {
    table: table.name,
    target: table.targetName,
    kind: source === null ? 'extra' : target === null ? 'missing' : 'different',
    key: Object.fromEntries(keyCells),
    columns: columns.map((p) => {
      const pair = table.pairs[p];
      const name = pair?.source.column.name ?? '';
      if (pair === undefined || hideValues) return { name };
      return {
        name,
        source: reportText(source?.row[p], pair.source.column),
        target: reportText(target?.row[p], pair.target.column),
      };
    }),
  };
}
