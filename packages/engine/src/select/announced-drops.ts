import type { RowsChange } from '@otter/core';
import { recogniseDdl, type DdlStatement } from '../ddl/ddl-statement.ts';
import type { SqlGrammar } from '../ddl/sql-token.ts';
import type { Site } from '../origin/commit-mark.ts';
import { viaOfStatement } from '../origin/statement-mark.ts';

/** Name of the table that says what definition a pipeline is about to change on its target. */
export const DDL_TABLE = 'otter_ddl';

/** Announced and not seen yet: a pipeline changes one definition at a time, and one that has crashed none. */
const PENDING_MAX = 1000;

interface Announced {
  via: Site[];
  /** `schema.table` in small letters. */
  tables: Set<string>;
}

/**
 * Servers write DROP TABLE to their log in words of their own, without the mark. But a pipeline of ours says before, in
 * {@link DDL_TABLE}, what it is about to run: so the next drop of these tables is taken for its. Where an application
 * drops one just then too, the two change places, which comes to the same.
 */
export class AnnouncedDrops {
  readonly #grammar: SqlGrammar;
  #pending: Announced[] = [];

  constructor(source: Pick<SqlGrammar, 'isMariadb' | 'versionNumber'>) {
    this.#grammar = { ...source, ansiQuotes: false, plainBackslash: false };
  }

  /** A change to {@link DDL_TABLE}. */
  hear(change: RowsChange): void {
    const text = change.table.columns.findIndex(({ name }) => name === 'statement_text');
    for (const row of change.after) {
      const sql = row[text];
      if (typeof sql !== 'string') continue;
      const [via, ddl] = [viaOfStatement(sql), recogniseDdl(sql, this.#grammar)];
      if (via === null || ddl?.form !== 'drop-table') continue;
      this.#pending = [...this.#pending.slice(1 - PENDING_MAX), { via, tables: new Set(namesOf(ddl.tables, '')) }];
    }
  }

  /** Where the drop of these tables has been made, and forgets it; `null` of one that nobody has announced. */
  take(ddl: DdlStatement, schema: string): Site[] | null {
    if (ddl.form !== 'drop-table' || this.#pending.length === 0) return null;
    const names = namesOf(ddl.tables, schema);
    const found = this.#pending.find(({ tables }) => names.every((name) => tables.has(name)));
    if (!found) return null;
    // Tables of other engines are dropped by a statement of their own.
    for (const name of names) found.tables.delete(name);
    if (found.tables.size === 0) this.#pending = this.#pending.filter((other) => other !== found);
    return found.via;
  }
}

function namesOf(tables: readonly { schema: string; table: string }[], schema: string): string[] {
  return tables.map((table) => `${table.schema || schema}.${table.table}`.toLowerCase());
}
