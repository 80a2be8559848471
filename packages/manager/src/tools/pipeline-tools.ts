/** Where a reader of a log stands, as `otter position` prints it. */
export interface LogPlace {
  file: string;
  offset: number;
  /** '' when the server has none. */
  gtid: string;
}

/** A table that stopped, with the change that stopped it; what `otter errors show` prints. */
export interface PipelineError {
  id: number;
  /** Source name, `schema.table`. */
  table: string;
  state: 'open' | 'retrying' | 'skipping' | 'replacing' | 'resolved' | 'skipped' | 'replaced';
  code: string;
  message: string;
  /** The same in Chinese. */
  messageZh: string;
  /** Just before the transaction that failed. */
  position: LogPlace;
  statement: string | null;
  /** A person's own statement in place of the source's. */
  replacement: string | null;
  key: string | null;
  before: string | null;
  after: string | null;
  note: string | null;
  /** By the target's clock. */
  since: string;
  resolvedAt: string | null;
}

/** What a person decides about a table that stopped. */
export type ErrorDecision =
  | { action: 'retry'; ids: readonly number[] }
  | { action: 'skip'; ids: readonly number[]; reason: string }
  | { action: 'replace'; ids: readonly number[]; reason: string; sql: string };

/** Where a pipeline goes on reading, and what of the source's log lies before it. */
export interface PipelinePosition {
  /** Null before its first start. */
  stored: {
    position: LogPlace;
    /** False when workers stand at different places: `position` is then the first of them. */
    isOnePlace: boolean;
    /** Which source the coordinates belong to. */
    source: string;
    updatedAt: string;
  } | null;
  /** The end of the source's log. Null when the source does not answer. */
  end: LogPlace | null;
  sourceProblem: { code: string; message: string; messageZh: string } | null;
  /** Bytes of log between the position and the end. */
  bytesLeft: number | null;
  /** Whether the source still has the log from the position on. */
  isLogKept: boolean | null;
}

/** What setting a position would mean. Back: the changes in between come again. Forward: they are left out. */
export interface PositionPreview {
  from: LogPlace | null;
  to: LogPlace;
  direction: 'back' | 'forward' | 'same' | 'unknown';
  bytes: number | null;
  isLogKept: boolean | null;
}

/** The last copy of a table; what `otter copy list` prints. */
export interface TableCopy {
  table: string;
  state: 'requested' | 'waiting' | 'copying' | 'done' | 'failed' | 'canceling' | 'canceled';
  kind: 'first' | 'again';
  predicate: string | null;
  code: string | null;
  message: string | null;
  messageZh: string | null;
  rows: number;
  bytes: number;
  /** By the source's statistics. */
  estimatedRows: number;
  /** Null where a predicate makes it unknown. */
  percent: number | null;
  updatedAt: string;
}

/** What `otter sync` takes for a pipeline, by the names of its YAML file, secrets in plain. */
export type SyncOptionValues = Readonly<Record<string, unknown>>;

/**
 * Looks at and changes what a pipeline keeps in its target, whether it runs or not; what `otter errors`, `position` and
 * `copy` do. Throws the codes of those commands: USAGE, TARGET_UNREACHABLE, ACCESS_DENIED and what each names.
 */
export interface PipelineTools {
  /** Without `all` those that still wait for something. None before the pipeline's first start. */
  errors(options: SyncOptionValues, all: boolean): Promise<PipelineError[]>;
  /** Returns the errors it was about, as they are then. Throws USAGE for one that is not open or cannot be decided so. */
  decide(options: SyncOptionValues, decision: ErrorDecision): Promise<PipelineError[]>;
  /** Source tables that take part, as of its last start. */
  tables(options: SyncOptionValues): Promise<string[]>;
  position(options: SyncOptionValues): Promise<PipelinePosition>;
  /** `to` may be a moment, whose place is looked for in the source's log. Throws POSITION_INVALID, LOG_PURGED. */
  previewPosition(options: SyncOptionValues, to: readonly string[]): Promise<PositionPreview>;
  /** Throws POSITION_INVALID, LOG_PURGED, and OWNER_CHANGED while the pipeline runs. */
  setPosition(options: SyncOptionValues, to: readonly string[]): Promise<LogPlace>;
  copies(options: SyncOptionValues): Promise<TableCopy[]>;
  /** Returns the tables that will be copied. Throws USAGE, PREDICATE_INVALID. */
  copyAgain(options: SyncOptionValues, tables: readonly string[], where: string | null): Promise<string[]>;
  /** Returns the tables whose copies will end. Throws USAGE. */
  cancelCopies(options: SyncOptionValues, tables: readonly string[]): Promise<string[]>;
  /** Bytes a second, 0 for no limit; null: what the pipeline's parameters say. */
  setCopyRate(options: SyncOptionValues, bytesPerSecond: number | null): Promise<void>;
}
