import type { GeneratedColumn, GeneratedTable } from './random-schema.ts';
import type { Random } from './random.ts';

export type StatementKind =
  | 'insert'
  | 'insert-many'
  | 'update'
  | 'update-many'
  | 'update-key'
  | 'delete'
  | 'delete-many'
  | 'key-chain'
  | 'key-shift'
  | 'unique-swap'
  | 'unique-handover'
  | 'replace'
  | 'upsert'
  | 'multi-update'
  | 'multi-delete';

/** Statements that belong together, in order. */
export interface StatementBlock {
  kind: StatementKind;
  sql: string[];
  /** The tables they write. */
  tables: string[];
}

const WEIGHTS: Record<StatementKind, number> = {
  insert: 24,
  'insert-many': 2,
  update: 20,
  'update-many': 3,
  'update-key': 8,
  delete: 8,
  'delete-many': 2,
  'key-chain': 4,
  'key-shift': 3,
  'unique-swap': 5,
  'unique-handover': 5,
  replace: 7,
  upsert: 7,
  'multi-update': 5,
  'multi-delete': 4,
};
export const STATEMENT_KINDS = Object.keys(WEIGHTS) as StatementKind[];
/** The most keys remembered per table. */
const POOL_MAX = 300;

type Written = Omit<StatementBlock, 'kind'>;
type SingleKind = Exclude<StatementKind, `key-${string}` | `unique-${string}` | `multi-${string}`>;

interface TableState {
  table: GeneratedTable;
  /** Key literals of rows inserted and, as far as known, not deleted. */
  pool: string[][];
}

/** Makes random statements that mostly meet rows which are there. */
export class TableStatements {
  readonly #random: Random;
  readonly #states: TableState[];
  readonly #kinds: StatementKind[];

  constructor(tables: readonly GeneratedTable[], random: Random) {
    if (tables.length === 0) throw new Error('a workload needs tables');
    this.#random = random;
    this.#states = tables.map((table) => ({ table, pool: [] }));
    this.#kinds = Object.entries(WEIGHTS).flatMap(([kind, weight]) =>
      Array.from({ length: weight }, () => kind as StatementKind),
    );
  }

  /** `keyed`: only of tables with a primary key. */
  next({ keyed = false }: { keyed?: boolean } = {}): StatementBlock {
    const states = keyed ? this.#states.filter(({ table }) => table.hasPrimaryKey) : this.#states;
    for (;;) {
      const kind = this.#random.pick(this.#kinds);
      const block = this.#statements(kind, states);
      if (block) return { kind, ...block };
    }
  }

  /** Undefined when no table suits the kind. */
  #statements(kind: StatementKind, all: readonly TableState[]): Written | undefined {
    const state = this.#random.pick(all);
    switch (kind) {
      case 'key-chain':
      case 'key-shift':
        return this.#keyChain(kind);
      case 'unique-swap':
      case 'unique-handover':
        return this.#uniqueMove(kind, all);
      case 'multi-update':
      case 'multi-delete':
        return this.#twoTables(kind);
      default:
        return { sql: [this.#single(kind, state)], tables: [state.table.name] };
    }
  }

  #single(kind: SingleKind, state: TableState): string {
    switch (kind) {
      case 'insert':
        return this.#insert('INSERT', state, this.#random.int(1, 4));
      case 'insert-many':
        return this.#insert('INSERT IGNORE', state, this.#random.int(30, 150));
      case 'replace':
        return this.#insert('REPLACE', state, this.#random.int(1, 3));
      case 'upsert':
        return `${this.#insert('INSERT', state, this.#random.int(1, 3))} ON DUPLICATE KEY UPDATE ${this.#set(state)}`;
      case 'update':
        return `UPDATE ${state.table.name} SET ${this.#set(state)} WHERE ${this.#where(state)}`;
      case 'update-many':
        return `UPDATE ${state.table.name} SET ${this.#set(state)} LIMIT ${this.#random.int(2, 60)}`;
      case 'update-key':
        return this.#updateKey(state);
      case 'delete':
        return `DELETE FROM ${state.table.name} WHERE ${this.#where(state, true)}`;
      case 'delete-many':
        return `DELETE FROM ${state.table.name} LIMIT ${this.#random.int(2, 20)}`;
    }
  }

  #insert(verb: string, state: TableState, count: number): string {
    const { table, pool } = state;
    const rows: string[] = [];
    for (let i = 0; i < count; i++) {
      const values = table.columns.map((column) => this.#value(column));
      const key = table.key.map((column) => values[table.columns.indexOf(column)] as string);
      if (pool.length < POOL_MAX) pool.push(key);
      else pool[this.#random.int(0, POOL_MAX - 1)] = key;
      rows.push(`(${values.join(', ')})`);
    }
    return `${verb} INTO ${table.name} (${table.columns.map((column) => column.name).join(', ')}) VALUES ${rows.join(', ')}`;
  }

  #updateKey(state: TableState): string {
    const where = this.#where(state, true);
    const key = state.table.key.map((column) => column.literal(this.#random));
    state.pool.push(key);
    const set = state.table.key.map((column, i) => `${column.name} = ${key[i]}`);
    return `UPDATE ${state.table.name} SET ${set.join(', ')} WHERE ${where}`;
  }

  /** Keys that move through each other: 2 → 3 then 1 → 2, or all up by one in one statement. */
  #keyChain(kind: 'key-chain' | 'key-shift'): Written | undefined {
    const states = this.#states.filter(({ table }) => table.countable);
    if (states.length === 0) return undefined;
    const { table } = this.#random.pick(states);
    const tables = [table.name];
    if (kind === 'key-shift') {
      const direction = this.#random.chance(0.5);
      const limit = this.#random.int(2, 40);
      const change = direction ? 'k0 + 1 ORDER BY k0 DESC' : 'k0 - 1 ORDER BY k0';
      return { sql: [`UPDATE ${table.name} SET k0 = ${change} LIMIT ${limit}`], tables };
    }
    const first = this.#random.int(1, 140);
    const free = 100_000 + first;
    const length = this.#random.int(2, 5);
    const step = (from: number, to: number): string => `UPDATE ${table.name} SET k0 = ${to} WHERE k0 = ${from}`;
    const up = Array.from({ length }, (_, i) => step(first + length - 1 - i, first + length - i));
    // A circle: the last goes aside and comes in again at the start.
    return { sql: [this.#present(table, first, length), step(first + length, free), ...up, step(free, first)], tables };
  }

  /** Rows with these keys and the next `more`, where there are none: a chain with a gap in it is no chain. */
  #present(table: GeneratedTable, first: number, more: number): string {
    const rows = Array.from({ length: more + 1 }, (_, i) => {
      const values = table.columns.map((column) => {
        if (column.name === 'k0') return String(first + i);
        return column.name.startsWith('u') ? 'NULL' : this.#value(column);
      });
      return `(${values.join(', ')})`;
    });
    const names = table.columns.map((column) => column.name).join(', ');
    return `INSERT IGNORE INTO ${table.name} (${names}) VALUES ${rows.join(', ')}`;
  }

  /** A unique value that goes from one row to another, through NULL or in the same instant. */
  #uniqueMove(kind: 'unique-swap' | 'unique-handover', all: readonly TableState[]): Written | undefined {
    const states = all.filter(({ table, pool }) => table.uniqueColumns.length > 0 && pool.length > 1);
    if (states.length === 0) return undefined;
    const state = this.#random.pick(states);
    const { name } = this.#random.pick(state.table.uniqueColumns);
    const [a, b] = [this.#where(state), this.#where(state)];
    const table = state.table.name;
    const keep = [`SET @a = NULL, @b = NULL`, `SELECT ${name} INTO @a FROM ${table} WHERE ${a} LIMIT 1`];
    if (kind === 'unique-handover') {
      keep.push(`UPDATE ${table} SET ${name} = NULL WHERE ${a}`, `UPDATE ${table} SET ${name} = @a WHERE ${b}`);
    } else {
      keep.push(
        `SELECT ${name} INTO @b FROM ${table} WHERE ${b} LIMIT 1`,
        `UPDATE ${table} SET ${name} = NULL WHERE ${a}`,
        `UPDATE ${table} SET ${name} = @a WHERE ${b}`,
        `UPDATE ${table} SET ${name} = @b WHERE ${a}`,
      );
    }
    return { sql: keep, tables: [table] };
  }

  #twoTables(kind: 'multi-update' | 'multi-delete'): Written | undefined {
    const states = this.#states.filter(({ table }) => table.countable);
    if (states.length < 2) return undefined;
    const a = this.#random.pick(states);
    const b = this.#random.pick(states.filter((state) => state !== a));
    const first = this.#random.int(1, 130);
    const join = `${a.table.name} a JOIN ${b.table.name} b ON a.k0 = b.k0`;
    const where = `a.k0 BETWEEN ${first} AND ${first + this.#random.int(5, 30)}`;
    const tables = [a.table.name, b.table.name];
    if (kind === 'multi-delete') return { sql: [`DELETE a, b FROM ${join} WHERE ${where}`], tables };
    return { sql: [`UPDATE ${join} SET ${this.#set(a, 'a.')}, ${this.#set(b, 'b.')} WHERE ${where}`], tables };
  }

  /** New values for some of the columns outside the key. */
  #set({ table }: TableState, alias = ''): string {
    // One unique value given to all rows of a join would make nearly every such statement fail.
    const plain = table.columns.filter(({ name }) => !name.startsWith('k') && (alias === '' || name.startsWith('c')));
    const chosen = plain.filter(() => this.#random.chance(0.4));
    if (chosen.length === 0) chosen.push(this.#random.pick(plain));
    return chosen.map((column) => `${alias}${column.name} = ${this.#value(column)}`).join(', ');
  }

  /** A condition on the key that mostly names a row which is there. */
  #where(state: TableState, forgets = false): string {
    const { table, pool } = state;
    const known = pool.length > 0 && this.#random.chance(0.95);
    const index = this.#random.int(0, Math.max(0, pool.length - 1));
    const key = known ? (pool[index] as string[]) : table.key.map((column) => column.literal(this.#random));
    if (known && forgets) pool.splice(index, 1);
    return table.key.map((column, i) => `${column.name} = ${key[i]}`).join(' AND ');
  }

  #value(column: GeneratedColumn): string {
    return column.nullable && this.#random.chance(0.1) ? 'NULL' : column.literal(this.#random);
  }
}
