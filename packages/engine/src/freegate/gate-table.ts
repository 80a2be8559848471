import { OtterError, say, type LogTable, type Row } from '@otter/core';
import {
  compileRowSelect,
  quoteName,
  quoteTable,
  quoteText,
  type RowSelect,
  type Session,
  type TargetColumn,
  type TargetTable,
} from '@otter/dialects';
import type { ChunkKey } from '../copy/chunk-key.ts';
import type { RoutedTable } from '../transform/routed-table.ts';

/** Keys looked up by one statement: as many ranges as any server plans without losing itself. */
const STATEMENT_KEYS_MAX = 500;

/** A table some of whose rows are asked for by their keys, as its definition is now. */
export class GateTable {
  /** Source name, `schema.table`. */
  readonly source: string;
  readonly logTable: LogTable;
  /** Tables whose foreign keys cascade into this one without a trace in the log. */
  readonly parents: ReadonlySet<string>;
  /** The key's columns in the table's order, in which the original joins their values. */
  readonly #columns: readonly TargetColumn[];
  readonly #select: RowSelect;
  readonly #from: string;

  constructor(definition: TargetTable, key: ChunkKey, parents: ReadonlySet<string>) {
    const { schema, table } = definition;
    this.source = `${schema}.${table}`;
    this.parents = parents;
    this.#columns = definition.columns.filter((column) => key.columnNames.includes(column.name));
    this.#select = compileRowSelect(definition);
    this.#from = `${quoteTable(schema, table)} FORCE INDEX (${quoteName(key.name)})`;
    this.logTable = { schema, table, columns: this.#select.columns, primaryKey: null, problem: null };
  }

  /** Whether the text holds one value for each column of the key. */
  isKey(text: string): boolean {
    return this.#literals(text) !== null;
  }

  #literals(text: string): string[] | null {
    const parts = this.#columns.length === 1 ? [text] : text.split(SEPARATOR);
    if (parts.length !== this.#columns.length) return null;
    const literals = this.#columns.map((column, i) => literal(column, parts[i] as string));
    return literals.includes(null) ? null : (literals as string[]);
  }

  /** Conditions that together find the rows of these keys, by names of the key's columns. */
  #conditions(keys: readonly string[], names: readonly string[]): string[] {
    const literals = keys.flatMap((key) => {
      const found = this.#literals(key);
      return found === null ? [] : [found];
    });
    const conditions: string[] = [];
    for (let start = 0; start < literals.length; start += STATEMENT_KEYS_MAX) {
      const some = literals.slice(start, start + STATEMENT_KEYS_MAX);
      if (names.length === 1) conditions.push(`${names[0]} IN (${some.map(([value]) => value).join(',')})`);
      // Lists of several columns are not looked up by the index on every server.
      else conditions.push(some.map((row) => `(${row.map((v, i) => `${names[i]}=${v}`).join(' AND ')})`).join(' OR '));
    }
    return conditions;
  }

  /** Reads the rows the source has; `null` when they are more bytes than that, which costs the session. */
  async read(
    session: Session,
    keys: readonly string[],
    bytesMax: number,
  ): Promise<{ rows: Row[]; bytes: number } | null> {
    const rows: Row[] = [];
    let bytes = 0;
    let complete = true;
    const names = this.#columns.map(({ name }) => quoteName(name));
    for (const condition of this.#conditions(keys, names)) {
      const sql = `SELECT ${this.#select.expressions.join(',')} FROM ${this.#from} WHERE ${condition}`;
      await session.each(sql, (cells) => {
        for (const cell of cells) if (cell !== null) bytes += cell.length;
        rows.push(this.#select.read(cells));
        complete = bytes <= bytesMax || rows.length === 1;
        return complete;
      });
      if (!complete) return null;
    }
    return { rows, bytes };
  }

  /** DELETE of what the target holds of these keys. Throws SCHEMA_MISMATCH where it does not address rows by them. */
  clearSql(keys: readonly string[], route: RoutedTable): string[] {
    const { target, equalColumns } = route;
    const names = this.#columns.map(({ name }) => equalColumns.get(name) ?? '');
    const ordinals = this.#columns.map(({ name }) => this.logTable.columns.findIndex((column) => column.name === name));
    const isAddressed = route.identity?.length === names.length && ordinals.every((o) => route.identity?.includes(o));
    const index = target.uniqueKeys.find(
      ({ parts }) => parts.length === names.length && parts.every(({ column }) => names.includes(column ?? '')),
    );
    if (!isAddressed || index === undefined) {
      throw new OtterError('SCHEMA_MISMATCH', { detail: say('copy-key-lost', { table: this.source }) });
    }
    const name = quoteTable(target.schema, target.table);
    const from = `DELETE ${name} FROM ${name} FORCE INDEX (${quoteName(index.name)})`;
    return this.#conditions(keys, names.map(quoteName)).map((condition) => `${from} WHERE ${condition}`);
  }
}

/** What a name was found to be: a table, or what is in the way. */
export type GateLook = { source: string } & (
  { table: GateTable; refusal: null } | { table: null; refusal: OtterError }
);

/** What joins the values of a key of several columns. */
const SEPARATOR = '\u0001';

/** A key's value as somebody wrote it; `null`: it cannot be one of the column. */
function literal(column: TargetColumn, text: string): string | null {
  switch (column.kind) {
    case 'int':
    case 'year':
    case 'bit':
      return /^-?\d{1,20}$/.test(text) ? text : null;
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(text) ? text : null;
    case 'binary':
      return `_binary X'${Buffer.from(text, 'utf8').toString('hex')}'`;
    default:
      return quoteText(text);
  }
}
