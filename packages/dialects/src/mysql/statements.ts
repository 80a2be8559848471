import { assert, OtterError, say, type Row, type Value, type Wording } from '@otter/core';
import type { TargetColumn } from './catalog.ts';
import type { Literal } from './literal.ts';
import { quoteName, quoteTable } from './quoting.ts';

/** One column that travels: where its value stands in a source row and how it is written. */
export interface WriterColumn {
  /** Index of the value in the row. */
  sourceIndex: number;
  target: TargetColumn;
  literal: Literal;
}

export interface TableWriterOptions {
  schema: string;
  table: string;
  /** Columns to write; generated columns of the target must not be among them. */
  columns: WriterColumn[];
  /**
   * Positions in `columns` of the unique key by which rows are addressed; empty: rows are addressed by all
   * of their columns, one at a time.
   */
  identity: number[];
  /**
   * Name of that key. Given, many rows are always found through it: a freshly loaded table whose statistics say
   * it is empty would be scanned from end to end otherwise.
   */
  identityKey?: string;
  /**
   * Without an identity: positions of the unique keys (over prefixes, say) that still tell rows apart. A row
   * image that lacks columns must hold one of them whole.
   */
  distinguishing?: number[][];
  /** MariaDB 10.3+: many-row updates read a VALUES list, a third faster there than the UNION ALL every server knows. */
  valuesList?: boolean;
  /** Columns of the target which are not written and which the server sets itself on UPDATE. */
  keptColumns?: string[];
}

/** SQL for one target table. Rows are source rows; statements carry no trailing semicolon. */
export interface TableWriter {
  /** Multi-row INSERT. affectedRows = number of rows. */
  insert(rows: readonly Row[]): string;
  /**
   * The same as REPLACE: rows that hold one of their unique values give way. affectedRows = at least the number of
   * rows. Only while a table is copied again, when such a row cannot be one of the source's.
   */
  replace(rows: readonly Row[]): string;
  /**
   * One UPDATE of many rows by their (unchanged) identity: a derived table joined by the key's index.
   * affectedRows = number of rows that exist, changed or not. The identities must differ from each other, and
   * every row must satisfy {@link TableWriter.joinable}.
   * `setColumns` are positions in `columns`; every row sets the same ones.
   */
  updateMany(rows: readonly Row[], setColumns: readonly number[]): string;
  /** UPDATE of one row by the identity of `before` (or by all its columns, LIMIT 1); may change the key. */
  updateOne(before: Row, after: Row, setColumns: readonly number[]): string;
  /**
   * UPDATE of the row with the (unchanged) key of `after`: `setColumns` become what they are in it, and to `addColumns`,
   * whole numbers or decimals that are not NULL, is added exactly what they have gained since `before`.
   */
  merge(before: Row, after: Row, setColumns: readonly number[], addColumns: readonly number[]): string;
  /** UPDATE of whatever row the condition `where` finds, whose literals are the caller's. */
  updateWhere(where: string, after: Row, setColumns: readonly number[]): string;
  /** DELETE of many rows by identity; without an identity, of one row (pass one). affectedRows = rows found. */
  delete(rows: readonly Row[]): string;
  /** SELECT of the identity columns' rows that exist, to find out which of `rows` are missing. */
  exists(row: Row): string;
  /**
   * SELECT of the indices of those `rows` whose identity is on the target, one a result row. Every row must satisfy
   * {@link TableWriter.joinable}.
   */
  present(rows: readonly Row[]): string;
  /** SELECT of how many of `rows` are on the target exactly as they are; columns a row lacks are not looked at. */
  countEqual(rows: readonly Row[]): string;
  /** SELECT of how many of the rows' identities are on the target. */
  countPresent(rows: readonly Row[]): string;
  /** Whether the row may be part of {@link TableWriter.updateMany}. */
  joinable(row: Row, setColumns: readonly number[]): boolean;
  /** Whether the row needs {@link LENIENT_SQL_MODE}: how many of its values do. Each gives one warning (1265). */
  lenientValues(row: Row, columns?: readonly number[]): number;
  /** Longest SQL text, in bytes, the row can add to an insert or update: for keeping under max_allowed_packet. */
  rowBytes(row: Row): number;
  readonly hasIdentity: boolean;
  /** The quoted table name. */
  readonly name: string;
}

/** Builds the statements of one table. Pure: no server is asked. */
export function compileTableWriter(options: TableWriterOptions): TableWriter {
  return new CompiledWriter(options);
}

class CompiledWriter implements TableWriter {
  readonly name: string;
  readonly hasIdentity: boolean;
  readonly #columns: WriterColumn[];
  readonly #names: string[];
  readonly #identity: number[];
  readonly #distinguishing: number[][];
  readonly #into: string;
  readonly #kept: string[];
  readonly #valuesList: boolean;
  readonly #forceKey: string;

  constructor(options: TableWriterOptions) {
    for (const column of options.columns) {
      assert(column.target.generated === 'no', `the generated column "${column.target.name}" was to be written`);
    }
    this.name = quoteTable(options.schema, options.table);
    this.#columns = options.columns;
    this.#names = options.columns.map((column) => quoteName(column.target.name));
    this.#identity = options.identity;
    this.#distinguishing = options.distinguishing ?? [];
    this.hasIdentity = options.identity.length > 0;
    this.#into = ` INTO ${this.name} (${this.#names.join(',')}) VALUES `;
    this.#valuesList = options.valuesList ?? false;
    this.#forceKey = options.identityKey === undefined ? '' : ` FORCE INDEX (${quoteName(options.identityKey)})`;
    this.#kept = (options.keptColumns ?? []).map(quoteName);
  }

  insert(rows: readonly Row[]): string {
    return `INSERT${this.#into}${this.#tuples(rows)}`;
  }

  replace(rows: readonly Row[]): string {
    return `REPLACE${this.#into}${this.#tuples(rows)}`;
  }

  // Rows are joined rather than added up: a text that grows by `+=` is a tree of its pieces, and a tree of a
  // million pieces that lives until it is sent costs the garbage collector more than the copy.
  #tuples(rows: readonly Row[]): string {
    const tuples: string[] = [];
    for (const row of rows) {
      let tuple = '(';
      for (let c = 0; c < this.#columns.length; c++) {
        if (c > 0) tuple += ',';
        tuple += this.#store(row, c);
      }
      tuples.push(`${tuple})`);
    }
    return tuples.join(',');
  }

  updateMany(rows: readonly Row[], setColumns: readonly number[]): string {
    assert(this.hasIdentity && rows.length > 0, 'rows without an identity cannot be joined');
    const keys = this.#identity;
    const derived = this.#valuesList ? this.#valuesOf(rows, setColumns) : this.#unionOf(rows, setColumns);
    const on = keys.map((c, k) => `t.${this.#names[c]}=v.k${k}`).join(' AND ');
    const set = setColumns.map((c, s) => `t.${this.#names[c]}=v.v${s}`);
    for (const kept of this.#keptOf(setColumns)) set.push(`t.${kept}=t.${kept}`);
    return `UPDATE ${derived} v STRAIGHT_JOIN ${this.name} t${this.#forceKey} ON ${on} SET ${set.join(',')}`;
  }

  #unionOf(rows: readonly Row[], setColumns: readonly number[]): string {
    const selects = rows.map((row) => `SELECT ${this.#derivedRow(row, setColumns)}`);
    // The first SELECT names the columns of all.
    const first = rows[0] as Row;
    const keys = this.#identity.map((c, k) => `${this.#join(first, c)} k${k}`);
    selects[0] = `SELECT ${[...keys, ...setColumns.map((c, s) => `${this.#store(first, c)} v${s}`)].join(',')}`;
    return `(${selects.join(' UNION ALL ')})`;
  }

  /** A WITH names the columns: MariaDB's own derived VALUES has no column list. */
  #valuesOf(rows: readonly Row[], setColumns: readonly number[]): string {
    const names = [...this.#identity.map((_, k) => `k${k}`), ...setColumns.map((_, s) => `v${s}`)];
    const tuples: string[] = [];
    for (const row of rows) tuples.push(`(${this.#derivedRow(row, setColumns)})`);
    return `(WITH d(${names.join(',')}) AS (VALUES ${tuples.join(',')}) SELECT * FROM d)`;
  }

  #derivedRow(row: Row, setColumns: readonly number[]): string {
    let cells = '';
    for (let k = 0; k < this.#identity.length; k++) {
      if (k > 0) cells += ',';
      cells += this.#join(row, this.#identity[k] as number);
    }
    for (let s = 0; s < setColumns.length; s++) cells += `,${this.#store(row, setColumns[s] as number)}`;
    return cells;
  }

  updateOne(before: Row, after: Row, setColumns: readonly number[]): string {
    return this.updateWhere(this.#where(before), after, setColumns);
  }

  merge(before: Row, after: Row, setColumns: readonly number[], addColumns: readonly number[]): string {
    const set = setColumns.map((c) => `${this.#names[c]}=${this.#store(after, c)}`);
    for (const c of addColumns) set.push(`${this.#names[c]}=${this.#sum(before, after, c)}`);
    return this.#update(this.#where(after), set, [...setColumns, ...addColumns]);
  }

  /** In decimals: numbers without a sign could not go below zero on the way, and text would be added as doubles. */
  #sum(before: Row, after: Row, c: number): string {
    const type = `DECIMAL(65,${(this.#columns[c] as WriterColumn).target.scale})`;
    const [own, gained, lost] = [this.#names[c], this.#store(after, c), this.#store(before, c)].map(
      (term) => `CAST(${term} AS ${type})`,
    );
    return `${own}+${gained}-${lost}`;
  }

  updateWhere(where: string, after: Row, setColumns: readonly number[]): string {
    const set = setColumns.map((c) => `${this.#names[c]}=${this.#store(after, c)}`);
    return this.#update(where, set, setColumns);
  }

  #update(where: string, set: string[], setColumns: readonly number[]): string {
    for (const kept of this.#keptOf(setColumns)) set.push(`${kept}=${kept}`);
    return `UPDATE ${this.name} SET ${set.join(',')} WHERE ${where}`;
  }

  delete(rows: readonly Row[]): string {
    const first = rows[0] as Row;
    if (rows.length === 1) return `DELETE FROM ${this.name} WHERE ${this.#where(first)}`;
    assert(this.hasIdentity, 'rows without an identity are deleted one at a time');
    const keys = this.#identity;
    if (rows.every((row) => this.joinable(row, []))) {
      const derived = this.#valuesList ? this.#valuesOf(rows, []) : this.#unionOf(rows, []);
      // No alias: a session without a default schema takes one in a multi-table DELETE for a table of its own.
      const on = keys.map((c, k) => `${this.name}.${this.#names[c]}=v.k${k}`).join(' AND ');
      return `DELETE ${this.name} FROM ${derived} v STRAIGHT_JOIN ${this.name}${this.#forceKey} ON ${on}`;
    }
    if (keys.length === 1) {
      const key = keys[0] as number;
      return `DELETE FROM ${this.name} WHERE ${this.#names[key]} IN (${rows.map((row) => this.#match(row, key)).join(',')})`;
    }
    const names = keys.map((key) => this.#names[key]).join(',');
    const tuples = rows.map((row) => `(${keys.map((key) => this.#match(row, key)).join(',')})`);
    return `DELETE FROM ${this.name} WHERE (${names}) IN (${tuples.join(',')})`;
  }

  exists(row: Row): string {
    return `SELECT 1 FROM ${this.name} WHERE ${this.#where(row)}${this.hasIdentity ? ' LIMIT 1' : ''}`;
  }

  present(rows: readonly Row[]): string {
    assert(this.hasIdentity && rows.length > 0, 'rows without an identity cannot be looked up');
    const names = [...this.#identity.map((_, k) => `k${k}`), 'i'];
    const cells = rows.map((row, i) => [...this.#identity.map((c) => this.#join(row, c)), String(i)]);
    const first = cells[0] as string[];
    const derived = this.#valuesList
      ? `(WITH d(${names.join(',')}) AS (VALUES ${cells.map((list) => `(${list.join(',')})`).join(',')}) SELECT * FROM d)`
      : `(SELECT ${first.map((cell, n) => `${cell} ${names[n]}`).join(',')}${cells
          .slice(1)
          .map((list) => ` UNION ALL SELECT ${list.join(',')}`)
          .join('')})`;
    const on = this.#identity.map((c, k) => `t.${this.#names[c]}=v.k${k}`).join(' AND ');
    return `SELECT v.i FROM ${derived} v STRAIGHT_JOIN ${this.name} t${this.#forceKey} ON ${on}`;
  }

  countEqual(rows: readonly Row[]): string {
    return this.#count(rows.map((row) => [this.#where(row), ...this.#rest(row)].join(' AND ')));
  }

  countPresent(rows: readonly Row[]): string {
    return this.#count(rows.map((row) => this.#where(row)));
  }

  /** One alternative a row: each begins with its key, so the server looks at no other rows. */
  #count(conditions: readonly string[]): string {
    assert(this.hasIdentity && conditions.length > 0, 'rows without an identity cannot be counted');
    return `SELECT COUNT(*) FROM ${this.name}${this.#forceKey} WHERE ${conditions.map((one) => `(${one})`).join(' OR ')}`;
  }

  /** What is to be said of a row found by its key: every column it has, the key's own as they are spelled. */
  #rest(row: Row): string[] {
    return this.#columns.flatMap(({ sourceIndex, literal }) => {
      const value = row[sourceIndex];
      return value === undefined ? [] : [literal.same(value)];
    });
  }

  joinable(row: Row, setColumns: readonly number[]): boolean {
    if (!this.hasIdentity) return false;
    for (const c of this.#identity) {
      const key = this.#columns[c] as WriterColumn;
      if (key.literal.join(row[key.sourceIndex]) === null) return false;
    }
    for (const c of setColumns) {
      const column = this.#columns[c] as WriterColumn;
      if (column.literal.alone(row[column.sourceIndex])) return false;
    }
    return true;
  }

  lenientValues(row: Row, columns?: readonly number[]): number {
    let count = 0;
    for (const c of columns ?? this.#columns.keys()) {
      const column = this.#columns[c] as WriterColumn;
      const value = row[column.sourceIndex];
      if (value !== undefined && column.literal.needsLenientMode(value)) count += 1;
    }
    return count;
  }

  rowBytes(row: Row): number {
    let bytes = 16;
    for (const column of this.#columns) bytes += valueBytes(row[column.sourceIndex]);
    return bytes;
  }

  #store(row: Row, c: number): string {
    const column = this.#columns[c] as WriterColumn;
    return column.literal.store(row[column.sourceIndex]);
  }

  #match(row: Row, c: number): string {
    const column = this.#columns[c] as WriterColumn;
    const value = row[column.sourceIndex];
    if (value === undefined)
      throw this.#partial(say('image-lacks-key-column', { table: this.name, column: column.target.name }));
    // A NULL finds no row, which is then reported as missing.
    return column.literal.match(value);
  }

  #join(row: Row, c: number): string {
    const column = this.#columns[c] as WriterColumn;
    const key = column.literal.join(row[column.sourceIndex]);
    assert(key !== null, `a value of the key column "${column.target.name}" cannot be joined`);
    return key;
  }

  #where(row: Row): string {
    if (this.hasIdentity) return this.#identity.map((c) => `${this.#names[c]}=${this.#match(row, c)}`).join(' AND ');
    const present = this.#columns.filter((column) => row[column.sourceIndex] !== undefined);
    if (present.length < this.#columns.length && !this.#distinguishing.some((key) => this.#holds(row, key))) {
      throw this.#partial(say('image-lacks-columns', { table: this.name }));
    }
    return `${present.map((column) => column.literal.same(row[column.sourceIndex])).join(' AND ')} LIMIT 1`;
  }

  #holds(row: Row, key: readonly number[]): boolean {
    return key.every((c) => row[(this.#columns[c] as WriterColumn).sourceIndex] !== undefined);
  }

  #partial(detail: Wording): OtterError {
    return new OtterError('ROW_IMAGE_PARTIAL', { detail });
  }

  /** Columns with ON UPDATE CURRENT_TIMESTAMP keep their value only when the statement names them. */
  #keptOf(setColumns: readonly number[]): string[] {
    const kept = [...this.#kept];
    for (const [c, column] of this.#columns.entries()) {
      if (column.target.updatedByServer && !setColumns.includes(c)) kept.push(this.#names[c] as string);
    }
    return kept;
  }
}

/** Bytes of a literal at most: hex doubles binary, UTF-8 has at most three bytes a UTF-16 unit, escapes double. */
function valueBytes(value: Value): number {
  if (typeof value === 'string') return 64 + value.length * 4;
  if (Buffer.isBuffer(value)) return 96 + value.length * 2;
  if (Array.isArray(value)) {
    return value.reduce((sum, diff) => sum + 64 + diff.path.length * 4 + (diff.value?.length ?? 4) * 4, 64);
  }
  return 32;
}
