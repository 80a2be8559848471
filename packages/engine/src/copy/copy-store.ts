import { OtterError } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import { quoteOptional, type ControlTables } from '../control/control-tables.ts';
import type { KeyBound, KeyRange } from './chunk-key.ts';

/**
 * waiting: not begun; of a first copy, changes of the log are left out because it will hold them. copying: some rows are
 * there, the stream keeps those right. Of a copy that was asked for also: requested, and canceling, which the pipeline
 * has not seen yet; failed; canceled.
 */
export type CopyState = 'requested' | 'waiting' | 'copying' | 'done' | 'failed' | 'canceling' | 'canceled';

/** States that nothing follows unless a person asks for it. */
export const ENDED_COPIES: readonly CopyState[] = ['done', 'failed', 'canceled'];

/** Which part of a table is not copied yet. */
export interface CopyRest {
  /** The last key when the copy began; `null`: not looked up yet. */
  through: KeyBound | null;
  /** Everything behind it is still to be divided; `null`: from the first row. */
  next: KeyBound | null;
  /** Everything has been divided. */
  divided: boolean;
  /** Pieces given to somebody and not committed. */
  open: KeyRange[];
  /** The key the bounds belong to: see {@link ChunkKey.text}; '' before the first bound. */
  key: string;
}

/** The copy of one table, or the last one where it was copied several times. */
export interface StoredCopy {
  /** Source name, `schema.table`. */
  table: string;
  state: CopyState;
  /** first: before the table took part; again: over the rows that are there, asked for by a person. */
  kind: 'first' | 'again';
  /** Of a copy again: only rows of the source for which this SQL is true. */
  predicate: string | null;
  /** Why it failed. */
  code: string | null;
  message: string | null;
  /** The same in Chinese. */
  messageZh: string | null;
  /** The target's rows are to be taken away before the copy begins. */
  replace: boolean;
  rest: CopyRest;
  rows: number;
  bytes: number;
  /** By the source's statistics. */
  estimatedRows: number;
  /** By the target's clock. */
  updatedAt: string;
}

/** In the column `rest`: a table of the target is not changed for a text. */
type StoredRest = CopyRest & { messageZh?: string };

function restText({ rest, messageZh }: StoredCopy): string {
  return JSON.stringify(messageZh === null ? rest : { ...rest, messageZh: messageZh.slice(0, MESSAGE_CHARACTERS_MAX) });
}

export const NOTHING_COPIED: CopyRest = { through: null, next: null, divided: false, open: [], key: '' };

/** A table's first copy, not begun. */
export function firstCopy(table: string, replace: boolean): StoredCopy {
  return { ...unbegun(table), state: 'waiting', kind: 'first', replace };
}

/** A copy of a table that takes part already, not seen by the pipeline yet. */
export function requestedCopy(table: string, predicate: string | null): StoredCopy {
  return { ...unbegun(table), state: 'requested', kind: 'again', predicate };
}

function unbegun(table: string): Omit<StoredCopy, 'state' | 'kind'> {
  return {
    ...{ table, predicate: null, code: null, message: null, messageZh: null, replace: false },
    ...{ rest: NOTHING_COPIED, rows: 0, bytes: 0, estimatedRows: 0, updatedAt: '' },
  };
}

/** A table whose first copy is not done does not take part yet; one that is copied again does. */
const UNFINISHED = "kind='first' AND state<>'done'";

const COLUMNS =
  'table_name,state,kind,predicate,code,message,replace_rows,rest,rows_copied,bytes_copied,rows_estimated,updated_at';

/** Reads and writes `otter_copy` of one pipeline: how far each table's copy has come. */
export class CopyStore {
  readonly #tables: ControlTables;
  readonly #pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.#pipeline = pipeline;
  }

  /** Every table of the pipeline that is to be, or has been, copied. Throws CHECKPOINT_UNUSABLE. */
  async read(session: Session, lock = false): Promise<StoredCopy[]> {
    const rows = await session.rows(
      `SELECT ${COLUMNS} FROM ${this.#tables.copy} WHERE pipeline=${quoteText(this.#pipeline)} ORDER BY table_name${lock ? ' FOR UPDATE' : ''}`,
    );
    return rows.map((row) => this.#parse(row));
  }

  #parse(row: (string | null)[]): StoredCopy {
    try {
      const { messageZh = row[5] ?? null, ...rest } = JSON.parse(row[7] ?? '') as StoredRest;
      return {
        table: row[0] ?? '',
        state: row[1] as CopyState,
        kind: row[2] as StoredCopy['kind'],
        predicate: row[3] ?? null,
        code: row[4] ?? null,
        message: row[5] ?? null,
        messageZh,
        replace: row[6] === '1',
        rest,
        rows: Number(row[8]),
        bytes: Number(row[9]),
        estimatedRows: Number(row[10]),
        updatedAt: row[11] ?? '',
      };
    } catch (cause) {
      throw new OtterError('CHECKPOINT_UNUSABLE', {
        detail: `pipeline ${this.#pipeline}: the progress of copying ${row[0]} cannot be read`,
        cause,
      });
    }
  }

  /**
   * Writes a table's progress, to be run in the transaction that makes it true. The wish to cancel stays until it has
   * been heard.
   */
  saveSql(copy: StoredCopy): string {
    return this.#saveSql(copy, `IF(state='canceling',state,'${copy.state}')`);
  }

  /** The same, over whatever state is stored. */
  overwriteSql(copy: StoredCopy): string {
    return this.#saveSql(copy, `'${copy.state}'`);
  }

  #saveSql(copy: StoredCopy, state: string): string {
    const values = {
      kind: `'${copy.kind}'`,
      predicate: quoteOptional(copy.predicate),
      code: quoteOptional(copy.code),
      message: quoteOptional(copy.message?.slice(0, MESSAGE_CHARACTERS_MAX) ?? null),
      replace_rows: String(Number(copy.replace)),
      rest: quoteText(restText(copy)),
      rows_copied: String(copy.rows),
      bytes_copied: String(copy.bytes),
      rows_estimated: String(copy.estimatedRows),
    };
    const figures = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    return (
      `INSERT INTO ${this.#tables.copy} (pipeline,table_name,state,${Object.keys(values).join(',')}) VALUES ` +
      `(${quoteText(this.#pipeline)},${quoteText(copy.table)},'${copy.state}',${Object.values(values).join(',')}) ` +
      `ON DUPLICATE KEY UPDATE state=${state},${figures.join(',')}`
    );
  }

  /**
   * Source tables that are no more, and others that hold what their rows were: where a copy of any of them was not
   * finished, the latter are copied anew and the former not at all. To be run in the commit that moves past the change.
   */
  movedSql(gone: readonly string[], moved: readonly string[]): string[] {
    const pipeline = quoteText(this.#pipeline);
    const list = (names: readonly string[]): string => names.map((name) => quoteText(name)).join(',');
    const rest = quoteText(JSON.stringify(NOTHING_COPIED));
    const begun = `EXISTS (SELECT 1 FROM (SELECT * FROM ${this.#tables.copy}) AS known WHERE pipeline=${pipeline} AND table_name IN (${list([...gone, ...moved])}) AND ${UNFINISHED})`;
    const again = moved.map(
      (table) =>
        `REPLACE INTO ${this.#tables.copy} (pipeline,table_name,state,replace_rows,rest) SELECT ${pipeline},${quoteText(table)},'waiting',1,${rest} FROM (SELECT 1) AS one WHERE ${begun}`,
    );
    const forget = `DELETE FROM ${this.#tables.copy} WHERE pipeline=${pipeline} AND table_name IN (${list(gone)})`;
    return gone.length === 0 ? again : [...again, forget];
  }

  /** Whether the copy of one of these tables is not finished. */
  async isUnfinished(session: Session, tables: readonly string[]): Promise<boolean> {
    if (tables.length === 0) return false;
    const rows = await session.rows(
      `SELECT 1 FROM ${this.#tables.copy} WHERE pipeline=${quoteText(this.#pipeline)} AND table_name IN (${tables.map(quoteText).join(',')}) AND ${UNFINISHED} LIMIT 1`,
    );
    return rows.length > 0;
  }

  /** Forgets what an earlier start of the pipeline copied. */
  clearSql(): string {
    return `DELETE FROM ${this.#tables.copy} WHERE pipeline=${quoteText(this.#pipeline)}`;
  }
}

const MESSAGE_CHARACTERS_MAX = 4000;
