import type { ServerAddress, TablePattern } from '@otter/core';
import type { ColumnMapping, TableMapping } from '../sync-options.ts';
import type { DifferenceReport } from './report.ts';

/** A part of the rows, for a quick look. */
export type Sample = { percent: number } | { rows: number };

/** Everything one verification needs to know. */
export interface VerifyOptions {
  source: ServerAddress;
  target: ServerAddress;
  tables: TablePattern[];
  mappings: TableMapping[];
  columns: ColumnMapping[];
  /** Schema of our own tables on the target. */
  controlSchema: string;
  /** The pipeline that keeps these tables equal, whose position tells what is under way; `null` when there is none. */
  pipeline: string | null;
  /** `null`: every row. */
  sample: Sample | null;
  /** Rows a second at most; `null`: as fast as the servers answer. */
  rowsPerSecond: number | null;
  /** Values neither reported nor stored. */
  hideValues: boolean;
  /** `always`: refuses to run where the target cannot keep what was found, as a repair needs it. */
  recorded: 'always' | 'if-possible';
  /** Goes on with this verification. */
  resume: string | null;
  /** Where large transactions of the log are kept meanwhile. */
  spillDirectory: string;
}

/** What is known of one table. */
export interface TableResult {
  table: string;
  target: string;
  /** `refused`: could not be compared, `reason` says why. */
  verdict: 'equal' | 'differs' | 'unsettled' | 'refused';
  /** Rows of the source that were looked at. */
  rows: number;
  differing: number;
  missing: number;
  extra: number;
  /** Rows that changed at every look. */
  unsettled: number;
  /** Whether it was looked at to its end; not, when too many rows differ. */
  complete: boolean;
  code?: string;
  reason?: string;
}

/** How far the table under way has been looked at. */
export interface VerifyProgress {
  table: string;
  rows: number;
  /** The server's own estimate. */
  rowsExpected: number;
  differences: number;
  tablesDone: number;
  tables: number;
}

/** Hears of what is found while it is found. */
export interface VerifyListener {
  /** It is kept under this name from now on. */
  begun?(id: string): void;
  progress(progress: VerifyProgress): void;
  difference(report: DifferenceReport): void;
  table(result: TableResult): void;
  note(text: string): void;
}

export interface VerifyResult {
  /** Names the verification for `--resume` and `undo`; `null` when the target would not keep it. */
  id: string | null;
  tables: TableResult[];
  /** Ended before its end by a signal. */
  stopped: boolean;
}
