import type { SyncOptionValues } from './pipeline-tools.ts';

/** What of a pipeline's tables is compared, and how fast. */
export interface VerificationRequest {
  /** Source names; null: all tables of the pipeline. */
  tables: string[] | null;
  /** About so many percent of the rows of each table; null: every row. */
  samplePercent: number | null;
  /** Rows of the source looked at in a second at most; null: as fast as the servers answer. */
  rowsPerSecond: number | null;
}

/** What is known of one table; what `otter verify` prints. */
export interface VerifiedTable {
  table: string;
  target: string;
  verdict: 'equal' | 'differs' | 'unsettled' | 'refused';
  rows: number;
  differing: number;
  missing: number;
  extra: number;
  unsettled: number;
  complete: boolean;
  code?: string | undefined;
  reason?: string | undefined;
}

/** How far the table under way has been looked at. */
export interface VerificationStep {
  table: string;
  rows: number;
  /** By the source's statistics. */
  rowsExpected: number;
  differences: number;
  tablesDone: number;
  tables: number;
}

/** A row that is not the same. */
export interface RowDifference {
  /** In the order they were found. */
  seq: number;
  table: string;
  target: string;
  kind: 'missing' | 'extra' | 'different';
  key: Record<string, string | null>;
  columns: { name: string; source?: string | null | undefined; target?: string | null | undefined }[];
  copies?: { source: number; target: number } | undefined;
}

/** What a repair is going to do to one table. */
export interface TableRepairPlan {
  table: string;
  target: string;
  inserts: number;
  updates: number;
  deletes: number;
  /** The first of these rows. */
  rows: { kind: RowDifference['kind']; key: RowDifference['key'] }[];
  /** Triggers of the target that fire for every row written. */
  triggers: string[];
  refused: { code: string; reason: string } | null;
}

/** A row that was left as it is, and why. */
export interface KeptRow {
  table: string;
  key: RowDifference['key'];
  code: string;
  reason: string;
}

/** What a repair, or an undo, came to. */
export interface RepairResult {
  kind: 'repair' | 'undo';
  stopped: boolean;
  inserted: number;
  updated: number;
  deleted: number;
  /** Rows that had become equal. */
  equal: number;
  /** Rows an undo put back. */
  undone: number;
  /** The first of the rows that were left as they are, and how many there are. */
  kept: KeptRow[];
  keptCount: number;
}

export type VerificationNews =
  | { kind: 'begun'; verifyId: string }
  | { kind: 'step'; step: VerificationStep }
  | { kind: 'table'; result: VerifiedTable };

export type VerificationWork =
  | { kind: 'verify'; request: VerificationRequest; /** Goes on with it. */ verifyId: string | null }
  | { kind: 'plan' | 'repair'; request: VerificationRequest; verifyId: string }
  | { kind: 'undo'; verifyId: string };

export type VerificationEnd =
  | { kind: 'verified'; stopped: boolean }
  | { kind: 'planned'; plans: TableRepairPlan[] }
  | { kind: 'repaired'; result: RepairResult };

/** Compares tables of a pipeline, and repairs them, beside the manager's event loop; what `otter verify` does. */
export interface VerificationTools {
  /** Ends soon after `signal`. Throws the codes of `otter verify`. */
  run(
    options: SyncOptionValues,
    work: VerificationWork,
    ports: { tell: (news: VerificationNews) => void; signal: AbortSignal },
  ): Promise<VerificationEnd>;
  /** Behind number `after`, −1 for the first, `limit` at most. Throws USAGE. */
  differences(
    options: SyncOptionValues,
    verifyId: string,
    page: { table: string | null; after: number; limit: number },
  ): Promise<RowDifference[]>;
}
