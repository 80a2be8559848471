import { Random, type RunningServer, type SqlRow } from '@otter/testkit';

interface Column {
  name: string;
  type: string;
}

const TYPES = [
  'INT',
  'BIGINT',
  'INT UNSIGNED',
  'DECIMAL(12,3)',
  'VARCHAR(40)',
  'VARCHAR(200) CHARACTER SET latin1',
  'TEXT',
  'DATETIME(3)',
  "ENUM('a','b','c')",
  'VARBINARY(30)',
  'DOUBLE',
] as const;

/** Statements that a schema may be changed by, with how often they are picked. */
const ACTIONS = {
  createTable: 4,
  createLike: 1,
  createSelect: 1,
  addColumn: 6,
  dropColumn: 3,
  modifyColumn: 4,
  renameColumn: 3,
  addIndex: 3,
  dropIndex: 2,
  rebuild: 1,
  renameTable: 2,
  swapTables: 2,
  alterRename: 1,
  truncate: 1,
  dropTable: 1,
  convert: 1,
} as const;
type Action = keyof typeof ACTIONS;

const TABLES_MAX = 8;

/**
 * Writes random DDL mixed with rows into one schema. What is there is asked of the server before each statement;
 * a statement the server refuses (a duplicate, a column that is the only one) leaves no trace and is counted.
 */
export class DdlWorkload {
  readonly #server: RunningServer;
  readonly #schema: string;
  readonly #random: Random;
  #next = 1;
  /** Statements that went through, by kind. */
  readonly done = new Map<Action, number>();
  refused = 0;
  rows = 0;

  constructor(server: RunningServer, schema: string, seed: number) {
    this.#server = server;
    this.#schema = schema;
    this.#random = new Random(seed);
  }

  get ddlDone(): number {
    return [...this.done.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Writes until so many changes of definition have gone through. */
  async run(changes: number): Promise<void> {
    for (const end = this.ddlDone + changes; this.ddlDone < end;) {
      await this.#change();
      for (let i = this.#random.int(1, 3); i > 0; i--) await this.#write();
    }
  }

  async #change(): Promise<void> {
    const tables = await this.#tables();
    const actions = Object.keys(ACTIONS) as Action[];
    const weighted = actions.flatMap((action) => Array.from({ length: ACTIONS[action] }, () => action));
    const action = tables.length < 2 ? 'createTable' : this.#random.pick(weighted);
    if (action === 'createTable' && tables.length >= TABLES_MAX) return;
    const sql = await this.#statement(action, tables);
    if (sql === null || !(await this.#try(sql))) return;
    this.done.set(action, (this.done.get(action) ?? 0) + 1);
  }

  async #try(sql: string): Promise<boolean> {
    try {
      await this.#server.query(sql);
      return true;
    } catch {
      this.refused += 1;
      return false;
    }
  }

  async #tables(): Promise<string[]> {
    const rows = await this.#server.query(
      `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA='${this.#schema}' ORDER BY 1`,
    );
    return rows.map((row) => String(row['name']));
  }

  async #columns(table: string): Promise<Column[]> {
    const rows = await this.#server.query(
      `SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='${this.#schema}' AND TABLE_NAME='${table}' ORDER BY ORDINAL_POSITION`,
    );
    return rows.map((row: SqlRow) => ({ name: String(row['name']), type: String(row['type']) }));
  }

  #name(prefix: string): string {
    return `${prefix}${this.#next++}`;
  }

  #full(table: string): string {
    return `${this.#schema}.\`${table}\``;
  }

  async #statement(action: Action, tables: readonly string[]): Promise<string | null> {
    const random = this.#random;
    if (action === 'createTable') return this.#createTable();
    const table = random.pick(tables);
    const full = this.#full(table);
    const columns = await this.#columns(table);
    const free = columns.filter((column) => column.name !== 'id');
    const some = free.length === 0 ? null : random.pick(free);
    switch (action) {
      case 'createLike':
        return `CREATE TABLE ${this.#full(this.#name('t'))} LIKE ${full}`;
      case 'createSelect':
        return `CREATE TABLE ${this.#full(this.#name('t'))} AS SELECT * FROM ${full}`;
      case 'addColumn':
        return `ALTER TABLE ${full} ${this.#added(columns)}${random.chance(0.3) ? `, ${this.#added(columns)}` : ''}`;
      case 'dropColumn':
        return some && `ALTER TABLE ${full} DROP COLUMN \`${some.name}\``;
      case 'modifyColumn':
        return (
          some && `ALTER TABLE ${full} MODIFY \`${some.name}\` ${random.pick(WIDER)}${this.#place(columns, some.name)}`
        );
      case 'renameColumn': {
        const type = some && (await this.#typeText(table, some.name));
        return some && `ALTER TABLE ${full} CHANGE \`${some.name}\` \`${this.#name('c')}\` ${type}`;
      }
      case 'addIndex':
        return (
          some &&
          `CREATE ${random.chance(0.2) ? 'UNIQUE ' : ''}INDEX ${this.#name('i')} ON ${full} (\`${some.name}\`${some.type === 'text' ? '(10)' : ''})`
        );
      case 'dropIndex': {
        const rows = await this.#server.query(
          `SELECT DISTINCT INDEX_NAME AS name FROM information_schema.STATISTICS WHERE TABLE_SCHEMA='${this.#schema}' AND TABLE_NAME='${table}' AND INDEX_NAME<>'PRIMARY'`,
        );
        return rows.length === 0 ? null : `DROP INDEX \`${String(random.pick(rows)['name'])}\` ON ${full}`;
      }
      case 'rebuild':
        return `ALTER TABLE ${full} ENGINE=InnoDB, COMMENT='${this.#name('note')}'`;
      case 'convert':
        return `ALTER TABLE ${full} CONVERT TO CHARACTER SET ${random.pick(['utf8mb4', 'latin1', 'gbk'])}`;
      case 'renameTable':
        return `RENAME TABLE ${full} TO ${this.#full(this.#name('t'))}`;
      case 'alterRename':
        return `ALTER TABLE ${full} RENAME TO ${this.#full(this.#name('t'))}`;
      case 'swapTables': {
        const other = random.pick(tables.filter((name) => name !== table));
        const between = this.#full(this.#name('swap'));
        return `RENAME TABLE ${full} TO ${between}, ${this.#full(other)} TO ${full}, ${between} TO ${this.#full(other)}`;
      }
      case 'truncate':
        return `TRUNCATE TABLE ${full}`;
      case 'dropTable':
        return tables.length < 3 ? null : `DROP TABLE ${full}`;
    }
  }

  #createTable(): string {
    const random = this.#random;
    const key = random.pick(['id INT PRIMARY KEY AUTO_INCREMENT', 'id INT PRIMARY KEY AUTO_INCREMENT', 'id INT']);
    const columns = Array.from({ length: random.int(1, 4) }, () => `\`${this.#name('c')}\` ${random.pick(TYPES)}`);
    return `CREATE TABLE ${this.#full(this.#name('t'))} (${[key, ...columns].join(', ')}) DEFAULT CHARSET=${random.pick(['utf8mb4', 'latin1'])}`;
  }

  #added(columns: readonly Column[]): string {
    const type = this.#random.pick(TYPES);
    const isNumber = /INT|DECIMAL|DOUBLE/.test(type);
    const rest = isNumber && this.#random.chance(0.5) ? ` NOT NULL DEFAULT ${this.#random.int(0, 99)}` : '';
    return `ADD COLUMN \`${this.#name('c')}\` ${type}${rest}${this.#place(columns, '')}`;
  }

  #place(columns: readonly Column[], self: string): string {
    const others = columns.filter((column) => column.name !== self);
    if (others.length === 0 || this.#random.chance(0.4)) return '';
    return this.#random.chance(0.3) ? ' FIRST' : ` AFTER \`${this.#random.pick(others).name}\``;
  }

  async #typeText(table: string, column: string): Promise<string> {
    const [row] = await this.#server.query(
      `SELECT COLUMN_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='${this.#schema}' AND TABLE_NAME='${table}' AND COLUMN_NAME='${column}'`,
    );
    return String(row?.['type']);
  }

  async #write(): Promise<void> {
    const tables = await this.#tables();
    if (tables.length === 0) return;
    const table = this.#random.pick(tables);
    const columns = await this.#columns(table);
    const full = this.#full(table);
    const free = columns.filter((column) => column.name !== 'id');
    const choice = this.#random.fraction();
    let sql: string;
    if (choice < 0.6 || free.length === 0) sql = this.#insert(full, columns);
    else if (choice < 0.85) {
      const column = this.#random.pick(free);
      sql = `UPDATE ${full} SET \`${column.name}\` = ${this.#value(column)} WHERE id % ${this.#random.int(2, 5)} = 1`;
    } else sql = `DELETE FROM ${full} WHERE id % ${this.#random.int(4, 9)} = 2`;
    if (await this.#try(sql)) this.rows += 1;
  }

  #insert(full: string, columns: readonly Column[]): string {
    const named = columns.filter((column) => column.name !== 'id');
    const names = ['id', ...named.map((column) => `\`${column.name}\``)];
    const rows = Array.from(
      { length: this.#random.int(1, 4) },
      () => `(${[this.#next++, ...named.map((column) => this.#value(column))].join(',')})`,
    );
    return `INSERT INTO ${full} (${names.join(',')}) VALUES ${rows.join(',')}`;
  }

  #value({ type }: Column): string {
    const random = this.#random;
    switch (type) {
      case 'int':
      case 'bigint':
      case 'double':
      case 'decimal':
        return String(random.int(0, 100_000));
      case 'datetime':
        return `'20${random.int(10, 30)}-0${random.int(1, 9)}-1${random.int(0, 9)} 0${random.int(0, 9)}:00:00.${random.int(100, 999)}'`;
      case 'enum':
        return random.pick(["'a'", "'b'", "'c'"]);
      default:
        return random.chance(0.1) ? 'NULL' : `'v${random.int(0, 1e6)}'`;
    }
  }
}

/** Types most values of the others can be turned into. */
const WIDER = ['VARCHAR(250)', 'TEXT', 'VARCHAR(120) CHARACTER SET latin1', 'BIGINT', 'DECIMAL(20,4)'] as const;
