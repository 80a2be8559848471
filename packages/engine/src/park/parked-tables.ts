import type { ErrorState, NewErrorRecord } from '../control/error-records.ts';

/** Where tables that cannot go on are put. */
export interface ParkedTables {
  /** Grows with every table parked or brought back. */
  readonly version: number;
  isParked(table: string): boolean;
  /**
   * Parks a table from the record's position on, for this process at once; returns the statement that
   * makes it lasting, to be run in the commit that moves past the position.
   */
  park(record: NewErrorRecord): string;
}

export interface ParkedEntry {
  /** Number of the error record; `null` until it has been read back. */
  id: number | null;
  state: ErrorState;
  record: NewErrorRecord;
}

/** The parked tables of a pipeline: those found in the target at the start and those parked since. */
export class PipelineParkedTables implements ParkedTables {
  readonly entries = new Map<string, ParkedEntry>();
  version = 0;
  readonly #insertSql: (record: NewErrorRecord) => string;
  readonly #onPark: (record: NewErrorRecord) => void;

  constructor(insertSql: (record: NewErrorRecord) => string, onPark: (record: NewErrorRecord) => void) {
    this.#insertSql = insertSql;
    this.#onPark = onPark;
  }

  isParked(table: string): boolean {
    return this.entries.size > 0 && this.entries.has(table);
  }

  park(record: NewErrorRecord): string {
    // It may refuse.
    this.#onPark(record);
    this.entries.set(record.table, { id: null, state: 'open', record });
    this.version += 1;
    return this.#insertSql(record);
  }

  /** The table takes part again. */
  unpark(table: string): void {
    this.entries.delete(table);
    this.version += 1;
  }
}
