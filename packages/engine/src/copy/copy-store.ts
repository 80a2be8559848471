import { OtterError } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import type { ControlTables } from '../control/control-tables.ts';
import type { KeyBound, KeyRange } from './chunk-key.ts';

/**
 * waiting: not begun, changes of the log are left out because the copy will hold them; copying: some rows are
 * there, the stream keeps those right; done.
 */
export type CopyState = 'waiting' | 'copying' | 'done';

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

export interface StoredCopy {
  /** Source name, `schema.table`. */
  table: string;
  state: CopyState;
  /** The target's rows are to be taken away before the copy begins. */
  replace: boolean;
  rest: CopyRest;
  rows: number;
  bytes: number;
  /** By the source's statistics. */
  estimatedRows: number;
}

export const NOTHING_COPIED: CopyRest = { through: null, next: null, divided: false, open: [], key: '' };

/** Reads and writes `otter_copy` of one pipeline: how far each table's full copy has come. */
export class CopyStore {
  readonly #tables: ControlTables;
  readonly #pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.#pipeline = pipeline;
  }

  /** Every table of the pipeline that is to be, or has been, copied. Throws CHECKPOINT_UNUSABLE. */
  async read(session: Session): Promise<StoredCopy[]> {
    const rows = await session.rows(
      `SELECT table_name,state,replace_rows,rest,rows_copied,bytes_copied,rows_estimated FROM ${this.#tables.copy} WHERE pipeline=${quoteText(this.#pipeline)} ORDER BY table_name`,
    );
    return rows.map((row) => this.#parse(row));
  }

  #parse(row: (string | null)[]): StoredCopy {
    try {
      return {
        table: row[0] ?? '',
        state: row[1] as CopyState,
        replace: row[2] === '1',
        rest: JSON.parse(row[3] ?? '') as CopyRest,
        rows: Number(row[4]),
        bytes: Number(row[5]),
        estimatedRows: Number(row[6]),
      };
    } catch (cause) {
      throw new OtterError('CHECKPOINT_UNUSABLE', {
        detail: `pipeline ${this.#pipeline}: the progress of copying ${row[0]} cannot be read`,
        cause,
      });
    }
  }

  /** Writes a table's progress, to be run in the transaction that makes it true. */
  saveSql(copy: StoredCopy): string {
    const rest = quoteText(JSON.stringify(copy.rest));
    const figures = `state='${copy.state}',replace_rows=${Number(copy.replace)},rest=${rest},rows_copied=${copy.rows},bytes_copied=${copy.bytes}`;
    return (
      `INSERT INTO ${this.#tables.copy} (pipeline,table_name,state,replace_rows,rest,rows_copied,bytes_copied,rows_estimated) VALUES ` +
      `(${quoteText(this.#pipeline)},${quoteText(copy.table)},'${copy.state}',${Number(copy.replace)},${rest},${copy.rows},${copy.bytes},${copy.estimatedRows}) ` +
      `ON DUPLICATE KEY UPDATE ${figures},rows_estimated=${copy.estimatedRows}`
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
    const begun = `EXISTS (SELECT 1 FROM (SELECT * FROM ${this.#tables.copy}) AS known WHERE pipeline=${pipeline} AND table_name IN (${list([...gone, ...moved])}) AND state<>'done')`;
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
      `SELECT 1 FROM ${this.#tables.copy} WHERE pipeline=${quoteText(this.#pipeline)} AND table_name IN (${tables.map(quoteText).join(',')}) AND state<>'done' LIMIT 1`,
    );
    return rows.length > 0;
  }

  /** Forgets what an earlier start of the pipeline copied. */
  clearSql(): string {
    return `DELETE FROM ${this.#tables.copy} WHERE pipeline=${quoteText(this.#pipeline)}`;
  }
}
