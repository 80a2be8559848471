import { ERRORS, messageInChinese, OtterError, parsePosition, type ErrorCode, type Position } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import { quoteOptional, type ControlTables } from './control-tables.ts';

/**
 * open: the table waits for a person. retrying, skipping, replacing: a person said so and the pipeline will act.
 * resolved, skipped, replaced: done, kept as the record.
 */
export type ErrorState = 'open' | DecidedState | 'resolved' | 'skipped' | 'replaced';

type DecidedState = 'retrying' | 'skipping' | 'replacing';

const SETTLED: ReadonlySet<ErrorState> = new Set(['resolved', 'skipped', 'replaced']);

/** Whether nothing is to be decided any more: the record is kept for whoever looks it up. */
export function isSettled({ state }: { state: ErrorState }): boolean {
  return SETTLED.has(state);
}

export const UNRESOLVED = "state IN ('open','retrying','skipping','replacing')";

/** What a record whose table is back is called, by what a person had decided. */
export function settledState(decided: ErrorState): 'resolved' | 'skipped' | 'replaced' {
  if (decided === 'skipping') return 'skipped';
  return decided === 'replacing' ? 'replaced' : 'resolved';
}

/**
 * Which changes of the parked table are not applied yet: all from the record's position on. In row mode a
 * part of them may have been: up to `partial.until`, only rows of the shards `missing` are not.
 */
export interface ParkScope {
  /** How many not yet applied changes of the table lie between the position and the one that failed. */
  change: number;
  partial?: { until: Position; missing: number[]; shards: number };
  /** A person's own statement, for the target, in place of the source's. */
  replacement?: string;
}

/** One stop of one table: where, which key, why, and what to do. */
export interface ErrorRecord {
  id: number;
  /** Source name, `schema.table`. */
  table: string;
  state: ErrorState;
  code: string;
  message: string;
  /** The same in Chinese; of a record of before there was any, as far as it can be told from the code. */
  messageZh: string;
  advice: string;
  /** Just before the transaction that failed. */
  position: Position;
  scope: ParkScope;
  statement: string | null;
  key: string | null;
  before: string | null;
  after: string | null;
  note: string | null;
  since: string;
  resolvedAt: string | null;
}

export type NewErrorRecord = Pick<
  ErrorRecord,
  'table' | 'code' | 'message' | 'messageZh' | 'position' | 'scope' | 'statement' | 'key' | 'before' | 'after'
>;

const COLUMNS =
  'id,table_name,state,code,message,position,scope,statement_text,row_key,row_before,row_after,note,created_at,resolved_at';
const MESSAGE_CHARACTERS_MAX = 4000;
const IMAGE_CHARACTERS_MAX = 200_000;

/** Reads and writes `otter_error` of one pipeline. */
export class ErrorRecords {
  readonly #tables: ControlTables;
  readonly #pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.#pipeline = pipeline;
  }

  async list(session: Session, where = '1=1'): Promise<ErrorRecord[]> {
    const rows = await session.rows(
      `SELECT ${COLUMNS} FROM ${this.#tables.error} WHERE pipeline=${quoteText(this.#pipeline)} AND ${where} ORDER BY id`,
    );
    return rows.map(parseRecord);
  }

  async unresolved(session: Session): Promise<ErrorRecord[]> {
    return await this.list(session, UNRESOLVED);
  }

  /** To be run inside the transaction that parks the table. */
  insertSql(record: NewErrorRecord): string {
    const values = [
      quoteText(this.#pipeline),
      quoteText(record.table),
      "'open'",
      quoteText(record.code),
      quoteText(record.message.slice(0, MESSAGE_CHARACTERS_MAX)),
      quoteText(JSON.stringify(record.position)),
      quoteText(scopeText(record)),
      quoteOptional(record.statement?.slice(0, IMAGE_CHARACTERS_MAX) ?? null),
      quoteOptional(record.key?.slice(0, MESSAGE_CHARACTERS_MAX) ?? null),
      quoteOptional(record.before?.slice(0, IMAGE_CHARACTERS_MAX) ?? null),
      quoteOptional(record.after?.slice(0, IMAGE_CHARACTERS_MAX) ?? null),
    ];
    return `INSERT INTO ${this.#tables.error} (pipeline,table_name,state,code,message,position,scope,statement_text,row_key,row_before,row_after) VALUES (${values.join(',')})`;
  }

  /** The catch-up stopped again: same record, new cause and place. */
  reopenSql(id: number, record: NewErrorRecord): string {
    return `UPDATE ${this.#tables.error} SET state='open',code=${quoteText(record.code)},message=${quoteText(record.message.slice(0, MESSAGE_CHARACTERS_MAX))},position=${quoteText(JSON.stringify(record.position))},scope=${quoteText(scopeText(record))},statement_text=${quoteOptional(record.statement?.slice(0, IMAGE_CHARACTERS_MAX) ?? null)},row_key=${quoteOptional(record.key?.slice(0, MESSAGE_CHARACTERS_MAX) ?? null)},row_before=${quoteOptional(record.before?.slice(0, IMAGE_CHARACTERS_MAX) ?? null)},row_after=${quoteOptional(record.after?.slice(0, IMAGE_CHARACTERS_MAX) ?? null)} WHERE id=${id}`;
  }

  /** Moves a record from one of `from` to `to`; false when it is in none of them. */
  async move(
    session: Session,
    id: number,
    from: readonly ErrorState[],
    to: ErrorState,
    more: { note?: string; about?: Pick<ErrorRecord, 'scope' | 'messageZh'> } = {},
  ): Promise<boolean> {
    const { note, about } = more;
    const set = [
      `state='${to}'`,
      ...(note === undefined ? [] : [`note=${quoteText(note)}`]),
      ...(about === undefined ? [] : [`scope=${quoteText(scopeText(about))}`]),
    ];
    const [result] = await session.query(
      `UPDATE ${this.#tables.error} SET ${set.join(',')} WHERE id=${id} AND pipeline=${quoteText(this.#pipeline)} AND state IN (${from.map((s) => `'${s}'`).join(',')})`,
    );
    return (result?.affectedRows ?? 0) > 0;
  }

  resolveSql(id: number, state: ReturnType<typeof settledState>): string {
    return `UPDATE ${this.#tables.error} SET state='${state}',resolved_at=CURRENT_TIMESTAMP WHERE id=${id}`;
  }
}

/** What the column `scope` holds: it is the one that takes more without a change of the table. */
function scopeText({ scope, messageZh }: Pick<ErrorRecord, 'scope' | 'messageZh'>): string {
  return JSON.stringify({ ...scope, messageZh: messageZh.slice(0, MESSAGE_CHARACTERS_MAX) });
}

function parseRecord(row: (string | null)[]): ErrorRecord {
  const [code, message] = [row[3] ?? 'INTERNAL', row[4] ?? ''];
  let position: Position;
  try {
    position = parsePosition(row[5] ?? '');
  } catch (cause) {
    throw new OtterError('CHECKPOINT_UNUSABLE', { detail: `error record ${row[0]} holds no readable position`, cause });
  }
  const { messageZh = messageInChinese(code, message), ...scope } = JSON.parse(
    row[6] ?? '{"change":0}',
  ) as ParkScope & { messageZh?: string };
  return {
    id: Number(row[0]),
    table: row[1] ?? '',
    state: row[2] as ErrorState,
    code,
    message,
    messageZh,
    advice: code in ERRORS ? ERRORS[code as ErrorCode].advice : '',
    position,
    scope,
    statement: row[7] ?? null,
    key: row[8] ?? null,
    before: row[9] ?? null,
    after: row[10] ?? null,
    note: row[11] ?? null,
    since: row[12] ?? '',
    resolvedAt: row[13] ?? null,
  };
}
