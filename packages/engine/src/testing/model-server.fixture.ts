import type { Row, Value } from '@otter/core';
import type { TableWriter } from '@otter/dialects';
import type { RoutedTable } from '../transform/routed-table.ts';

/** A target in memory that minds unique keys row by row, as a server does, and speaks commands instead of SQL. */

/** The server would have refused: duplicate key, row not found, a value that is not there. */
export class Violation extends Error {}

/** What a collation of the `_ci` kind holds equal, for the few letters the tests use. */
function foldCell(value: Value): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? '';
  return value.normalize('NFD').replace(/\p{M}/gu, '').replace(/ +$/, '').toLowerCase();
}

export class ModelTable {
  readonly rows: Row[] = [];
  readonly name: string;
  readonly #keys: readonly (readonly number[])[];
  readonly #defaults: Row;

  constructor(name: string, keys: readonly (readonly number[])[], defaults: Row) {
    this.name = name;
    this.#keys = keys;
    this.#defaults = defaults;
  }

  insert(row: Row): void {
    const stored = this.#defaults.map((value, i) => (row[i] === undefined ? value : row[i]));
    this.#check(stored, null);
    this.rows.push(stored);
  }

  update(old: Row, changed: Row): Row {
    const index = this.rows.indexOf(old);
    const stored = old.map((value, i) => (changed[i] === undefined ? value : changed[i]));
    this.#check(stored, old);
    this.rows[index] = stored;
    return stored;
  }

  delete(row: Row): void {
    this.rows.splice(this.rows.indexOf(row), 1);
  }

  /** Rows that an INSERT of `row` would clash with. */
  clashes(row: Row): Row[] {
    return this.rows.filter((other) => this.#keys.some((k) => sameKey(k, other, row)));
  }

  findByKey(ordinals: readonly number[], row: Row): Row | undefined {
    return this.rows.find((other) => sameKey(ordinals, other, row));
  }

  findExact(row: Row): Row | undefined {
    return this.rows.find((other) => other.every((value, i) => value === row[i]));
  }

  /** The content as a sorted list of rows: tables without a key may hold one twice. */
  content(): string[] {
    return this.rows.map((row) => JSON.stringify(row)).sort();
  }

  #check(row: Row, self: Row | null): void {
    for (const other of this.rows) {
      if (other === self) continue;
      const clash = this.#keys.find((k) => sameKey(k, other, row));
      if (clash) throw new Violation(`${this.name}: duplicate ${clash.join('+')} in ${JSON.stringify(row)}`);
    }
  }
}

function sameKey(ordinals: readonly number[], a: Row, b: Row): boolean {
  return ordinals.every(
    (o) => a[o] !== null && b[o] !== null && b[o] !== undefined && foldCell(a[o]) === foldCell(b[o]),
  );
}

type Cell = number | string | null | { absent: true };
interface Command {
  table: string;
  op: 'insert' | 'partial-insert' | 'update-many' | 'update-one' | 'delete';
  rows: Cell[][];
  set: number[];
}

function cells(row: Row): Cell[] {
  return row.map((value) => (value === undefined ? { absent: true } : (value as Cell)));
}

function rowOf(line: Cell[]): Row {
  return line.map((cell) => (typeof cell === 'object' && cell !== null ? undefined : cell));
}

/** Makes a route write commands for {@link execute}; its columns must all travel, in their order. */
export function writeCommands(route: RoutedTable, table: string): RoutedTable {
  const command = (op: Command['op'], rows: readonly Row[], set: readonly number[] = []): string =>
    JSON.stringify({ table, op, rows: rows.map(cells), set } satisfies Omit<Command, 'set'> & {
      set: readonly number[];
    });
  const writer = (insertOp: 'insert' | 'partial-insert'): TableWriter => ({
    insert: (rows) => command(insertOp, rows),
    replace: () => '',
    updateMany: (rows, set) => command('update-many', rows, set),
    updateOne: (before, after, set) => command('update-one', [before, after], set),
    merge: () => '',
    updateWhere: () => '',
    delete: (rows) => command('delete', rows),
    present: () => '',
    exists: () => '',
    countEqual: () => '',
    countPresent: () => '',
    joinable: () => true,
    lenientValues: () => 0,
    rowBytes: () => 40,
    hasIdentity: route.identity !== null,
    name: table,
  });
  const whole = writer('insert');
  const partial = writer('partial-insert');
  return Object.assign(route, {
    writer: whole,
    writerFor: (row: Row): TableWriter => (row.includes(undefined) ? partial : whole),
  });
}

/** Runs one statement as a server would, row by row; returns how many rows it found. */
export function execute(
  sql: string,
  tables: ReadonlyMap<string, { model: ModelTable; identity: readonly number[] | null }>,
  shuffle: <T>(list: T[]) => T[],
): number {
  const command = JSON.parse(sql) as Command;
  const entry = tables.get(command.table);
  if (!entry) throw new Error(`no table ${command.table}`);
  const { model, identity } = entry;
  const rows = command.rows.map(rowOf);
  const find = (row: Row): Row | undefined => {
    if (identity === null) return model.findExact(row);
    if (identity.some((o) => row[o] === undefined)) throw new Violation(`${model.name}: the key is absent`);
    return model.findByKey(identity, row);
  };
  const change = (row: Row, after: Row): void => {
    const found = find(row);
    if (!found) throw new Violation(`${model.name}: no row ${JSON.stringify(row)} to update`);
    const next: Row = found.map((_, i) => (command.set.includes(i) ? after[i] : undefined));
    if (command.set.some((i) => after[i] === undefined)) throw new Violation(`${model.name}: an absent value is set`);
    model.update(found, next);
  };
  switch (command.op) {
    case 'insert':
      if (rows.some((row) => row.includes(undefined))) throw new Violation(`${model.name}: an absent value is written`);
      for (const row of rows) model.insert(row);
      break;
    case 'partial-insert':
      for (const row of rows) model.insert(row);
      break;
    case 'update-many':
      for (const row of shuffle(rows)) change(row, row);
      break;
    case 'update-one':
      change(rows[0] as Row, rows[1] as Row);
      return 1;
    case 'delete':
      for (const row of shuffle(rows)) {
        const found = find(row);
        if (!found) throw new Violation(`${model.name}: no row ${JSON.stringify(row)} to delete`);
        model.delete(found);
      }
  }
  return rows.length;
}
