import type { Row, RowsChange } from '@otter/core';
import { recogniseDdl, type DdlStatement } from '../ddl/ddl-statement.ts';
import type { SqlGrammar } from '../ddl/sql-token.ts';
import type { AnnouncedDrop, Site } from './commit-mark.ts';
import { viaOfStatement } from './statement-mark.ts';

/** Name of the table that says what definition a pipeline is about to change on its target. */
export const DDL_TABLE = 'otter_ddl';

/**
 * Servers write DROP TABLE to their log in words of their own, without the mark. But a pipeline of ours says before, in
 * {@link DDL_TABLE}, what it is about to run: so the next drop of these tables is taken for its. Where an application
 * drops one just then too, the two change places, which comes to the same. An announcement ends with its row.
 */
export class AnnouncedDrops {
  readonly #grammar: SqlGrammar;
  #list: readonly AnnouncedDrop[];

  /** `list`: what had been announced where reading begins. */
  constructor(source: Pick<SqlGrammar, 'isMariadb' | 'versionNumber'>, list: readonly AnnouncedDrop[] = []) {
    this.#grammar = { ...source, ansiQuotes: false, plainBackslash: false };
    this.#list = list;
  }

  /** What is announced now; another object once it changes. */
  get list(): readonly AnnouncedDrop[] {
    return this.#list;
  }

  /** A change to {@link DDL_TABLE}. */
  hear(change: RowsChange): void {
    const { schema, columns } = change.table;
    const [pipeline, worker, text] = ['pipeline', 'worker', 'statement_text'].map((name) =>
      columns.findIndex((column) => column.name === name),
    );
    for (let i = 0; i < change.rowCount; i++) {
      const [before, after] = [change.before[i], change.after[i]];
      // A row image may leave out what has not changed.
      const cell = (at = -1): Row[number] => after?.[at] ?? before?.[at];
      const by = JSON.stringify([schema, cell(pipeline), Number(cell(worker))]);
      const sql = after === undefined ? null : after[text ?? -1];
      if (sql === null) this.#replace(by, null);
      else if (typeof sql === 'string') this.#replace(by, this.#announced(by, sql));
    }
  }

  #announced(by: string, sql: string): AnnouncedDrop | null {
    const [via, ddl] = [viaOfStatement(sql), recogniseDdl(sql, this.#grammar)];
    return via !== null && ddl?.form === 'drop-table' ? { by, via, tables: namesOf(ddl.tables, '') } : null;
  }

  #replace(by: string, drop: AnnouncedDrop | null): void {
    const others = this.#list.filter((other) => other.by !== by);
    if (drop !== null || others.length < this.#list.length) this.#list = drop === null ? others : [...others, drop];
  }

  /** Where the drop of these tables has been made, and forgets it; `null` of one that nobody has announced. */
  take(ddl: DdlStatement, schema: string): readonly Site[] | null {
    if (ddl.form !== 'drop-table' || this.#list.length === 0) return null;
    const names = namesOf(ddl.tables, schema);
    const found = this.#list.find(({ tables }) => names.every((name) => tables.includes(name)));
    if (!found) return null;
    // Tables of other engines are dropped by a statement of their own.
    const tables = found.tables.filter((name) => !names.includes(name));
    this.#replace(found.by, tables.length > 0 ? { ...found, tables } : null);
    return found.via;
  }
}

function namesOf(tables: readonly { schema: string; table: string }[], schema: string): string[] {
  return tables.map((table) => `${table.schema || schema}.${table.table}`.toLowerCase());
}
