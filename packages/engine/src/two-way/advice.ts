import type { PreflightLine, Session, TargetTable } from '@otter/dialects';
import { targetColumnName } from '../transform/routed-table.ts';
import type { ColumnMapping } from '../sync-options.ts';

/** One of the two servers of a two-way channel. */
export type Side = 'A' | 'B';

/** One line of the advisor: a line of the preflight about one of two sides that are both written. */
export interface AdviceLine extends PreflightLine {
  /** Where `fix` is to be run; `null` when it is about both, or about neither. */
  side: Side | null;
  /** The table it is about by its name at A, `schema.table`; `null` when it is about servers. */
  table: string | null;
}

/** What has been found, and how well the two sides are prepared. */
export interface TwoWayAdvice {
  lines: AdviceLine[];
  /** 0 to 100, as `adviceScore` gives it. */
  score: number;
}

/** A table at one side. */
export interface SideTable {
  side: Side;
  session: Session;
  table: TargetTable;
}

/** A mapped table and its counterpart. */
export interface TablePair {
  /** `schema.table` at A. */
  name: string;
  a: SideTable;
  b: SideTable;
  columns: readonly ColumnMapping[];
}

/** What is found of a table or server, before it is said where. */
export type Finding = Omit<PreflightLine, 'subject'>;

/** A finding about a server. */
export function serverLine(side: Side, finding: Finding): AdviceLine {
  return { ...finding, subject: side, side, table: null };
}

/** A finding about a table at one side; `name`: of the table at A. */
export function tableLine(name: string, { side, table }: SideTable, finding: Finding): AdviceLine {
  return { ...finding, subject: `${side} ${table.schema}.${table.table}`, side, table: name };
}

/** B's name of a column of A; `null` when it does not travel. */
export function columnThere({ columns }: Pick<TablePair, 'columns'>, name: string): string | null {
  return targetColumnName(name, columns);
}

/** A's name of a column of B; `null` when it does not travel. A column that A lacks travels unless columns were chosen. */
export function columnBack({ a, columns }: Pick<TablePair, 'a' | 'columns'>, name: string): string | null {
  const same = (other: string | null): boolean => other?.toLowerCase() === name.toLowerCase();
  const origin = a.table.columns.find((column) => same(targetColumnName(column.name, columns)));
  if (origin) return origin.name;
  const taken = a.table.columns.some((column) => same(column.name));
  return taken || targetColumnName(name, columns) === null ? null : name;
}
