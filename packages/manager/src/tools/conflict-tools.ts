import type { SyncOptionValues } from './pipeline-tools.ts';

/** A row, by its columns. */
export type RowImage = Readonly<Record<string, string | null>>;

type Side = 'incoming' | 'local';

/** Which row a person wants: that of one side whole, or cell by cell. */
export type Verdict = { keep: Side } | { columns: Readonly<Record<string, Side>> };

/** A row that both sides had written, as it was decided; what `otter conflicts show` prints. */
export interface PipelineConflict {
  id: number;
  /** `schema.table` */
  table: string;
  key: string;
  /** Tells the row from others, on both sides. */
  keyHash: string;
  kind: string;
  outcome: Side | 'both';
  rule: string;
  state: 'open' | 'decided' | 'settled';
  incomingAtMs: number;
  localAtMs: number | null;
  position: { file: string; offset: number };
  before: RowImage | null;
  after: RowImage | null;
  local: RowImage | null;
  /** What was left where both were brought together; null otherwise. */
  left: RowImage | null;
  /** False where a row was too large to be kept; its image is then null. */
  isWhole: boolean;
  decidedAt: string;
  settledAt: string | null;
  settledBy: string | null;
  chosen: Verdict | null;
}

/** Which conflicts are asked for. */
export interface ConflictQuery {
  state?: PipelineConflict['state'] | undefined;
  table?: string | undefined;
  /** Only those with a smaller number. */
  before?: number | undefined;
  limit: number;
}

/**
 * Looks at and settles what one pipeline has decided, at its target. None before its first start, and none of a pipeline
 * of one way. Throws TARGET_UNREACHABLE, ACCESS_DENIED and what each names.
 */
export interface ConflictTools {
  /** The newest first. */
  list(options: SyncOptionValues, query: ConflictQuery): Promise<PipelineConflict[]>;
  find(options: SyncOptionValues, id: number): Promise<PipelineConflict | null>;
  /** Throws CONFLICT_MISSING, CONFLICT_SETTLED, CONFLICT_ROW_CHANGED, CONFLICT_NOT_WRITABLE, and what the server says. */
  overrule(
    options: SyncOptionValues,
    id: number,
    order: { verdict: Verdict; by: string; force: boolean },
  ): Promise<PipelineConflict>;
  /** Throws CONFLICT_MISSING, CONFLICT_SETTLED. */
  confirm(options: SyncOptionValues, id: number, by: string): Promise<PipelineConflict>;
  /** Settles what this pipeline has recorded of a row that was settled at the other site; returns how many records. */
  settleRow(options: SyncOptionValues, row: Pick<PipelineConflict, 'table' | 'keyHash'>, by: string): Promise<number>;
}
