import type { RunningServer, TablePair } from '@otter/testkit';
import { isOnBoth, targetType, type TypeColumn, type TypeGroup } from './type-column.ts';

export type RowImage = 'FULL' | 'MINIMAL' | 'NOBLOB';

export interface TypeWorkloadOptions {
  source: RunningServer;
  target: RunningServer;
  schema: string;
  groups: readonly TypeGroup[];
  rowImage: RowImage;
  /** Also tables without a key, and tables whose key is the value. */
  allKeys: boolean;
}

/** Rows of one band share what happens to them. */
const BAND = { kept: 0, updated: 1000, moved: 2000, deleted: 3000 } as const;
const MOVED_BY = 10_000;
const LENIENT_MODE = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';

/**
 * Every value of every column, inserted; updated from each to the next and to and from NULL; in a row whose
 * key changes at once; deleted. Each phase is to be applied before the next, or it would melt into one change.
 */
export class TypeWorkload {
  readonly #options: TypeWorkloadOptions;
  readonly #groups: { group: TypeGroup; columns: readonly TypeColumn[] }[];

  constructor(options: TypeWorkloadOptions) {
    this.#options = options;
    this.#groups = options.groups
      .map((group) => ({
        group,
        columns: group.columns.filter((column) => isOnBoth(column, options.source, options.target)),
      }))
      .filter(({ columns }) => columns.length > 0);
  }

  /** All tables of the groups with this title. */
  pairs(title: string): TablePair[] {
    const { schema } = this.#options;
    const names = this.#groups.filter(({ group }) => group.title === title).flatMap((entry) => this.#tables(entry));
    return names.map((table) => ({ schema, table }));
  }

  async create(): Promise<void> {
    const { source, target } = this.#options;
    await create(
      source,
      this.#options.schema,
      this.#definitions((column) => column.type),
    );
    await create(
      target,
      this.#options.schema,
      this.#definitions((column) => targetType(column, target)),
    );
  }

  async insert(): Promise<void> {
    await this.#run(({ group: { table }, columns }) => {
      const count = rowCount(columns);
      const rows = Object.values(BAND).flatMap((band) =>
        Array.from({ length: count }, (_, r) => `(${band + r}, ${rowValues(columns, r, count).join(', ')})`),
      );
      const statements = [`INSERT INTO ${table} VALUES ${rows.join(',')}`];
      if (!this.#options.allKeys) return statements;
      // Without a key, rows may be there twice.
      statements.push(
        `INSERT INTO ${table}_nk VALUES ${rows.join(',')}`,
        `INSERT INTO ${table}_nk SELECT * FROM ${table}_nk WHERE id < ${BAND.updated}`,
      );
      for (const [c, { values }] of keyColumns(columns)) {
        for (const [i, value] of values.entries())
          statements.push(`INSERT IGNORE INTO ${table}_key${c} VALUES (${value}, ${i}, 0)`);
      }
      return statements;
    });
  }

  async update(): Promise<void> {
    await this.#run(({ group: { table }, columns }) => {
      const statements: string[] = [];
      const count = rowCount(columns);
      for (const name of this.#options.allKeys ? [table, `${table}_nk`] : [table]) {
        for (let r = 0; r < count; r++) {
          const values = rowValues(columns, (r + 1) % count, count);
          const set = values.map((value, c) => `c${c} = ${value}`).join(', ');
          statements.push(
            `UPDATE ${name} SET ${set} WHERE id = ${BAND.updated + r}`,
            `UPDATE ${name} SET ${set}, id = id + ${MOVED_BY} WHERE id = ${BAND.moved + r}`,
          );
        }
      }
      if (this.#options.allKeys)
        for (const [c] of keyColumns(columns)) statements.push(`UPDATE ${table}_key${c} SET n = n + 1`);
      return statements;
    });
  }

  async remove(): Promise<void> {
    await this.#run(({ group: { table }, columns }) => {
      const between = `WHERE id BETWEEN ${BAND.deleted} AND ${BAND.deleted + 999}`;
      const statements = [`DELETE FROM ${table} ${between}`];
      if (!this.#options.allKeys) return statements;
      statements.push(`DELETE FROM ${table}_nk ${between}`);
      for (let r = 0; r < rowCount(columns); r += 2) statements.push(`DELETE FROM ${table}_nk WHERE id = ${r} LIMIT 1`);
      for (const [c, { values }] of keyColumns(columns)) {
        statements.push(`DELETE FROM ${table}_key${c} WHERE id % 2 = 1`);
        for (let i = 0; i + 1 < values.length; i += 2) {
          statements.push(`UPDATE IGNORE ${table}_key${c} SET v = ${values[i + 1]} WHERE id = ${i}`);
        }
      }
      return statements;
    });
  }

  #tables({ group: { table }, columns }: { group: TypeGroup; columns: readonly TypeColumn[] }): string[] {
    if (!this.#options.allKeys) return [table];
    return [table, `${table}_nk`, ...keyColumns(columns).map(([c]) => `${table}_key${c}`)];
  }

  #definitions(typeOf: (column: TypeColumn) => string): string[] {
    return this.#groups.flatMap(({ group: { table }, columns }) => {
      const list = columns.map((column, c) => `c${c} ${typeOf(column)} NULL`).join(', ');
      const statements = [`CREATE TABLE ${table} (id INT PRIMARY KEY, ${list})`];
      if (!this.#options.allKeys) return statements;
      statements.push(`CREATE TABLE ${table}_nk (id INT, ${list})`);
      for (const [c, column] of keyColumns(columns)) {
        statements.push(`CREATE TABLE ${table}_key${c} (v ${keyType(typeOf(column))}, id INT, n INT, PRIMARY KEY (v))`);
      }
      return statements;
    });
  }

  async #run(statementsOf: (entry: { group: TypeGroup; columns: readonly TypeColumn[] }) => string[]): Promise<void> {
    const { source, schema, rowImage } = this.#options;
    const connection = await source.connect({ database: schema });
    try {
      await connection.query(
        `SET SESSION sql_mode = '${LENIENT_MODE}', time_zone = '+00:00', binlog_row_image = ${rowImage}`,
      );
      for (const entry of this.#groups) await runAll(connection, statementsOf(entry));
    } finally {
      await connection.end();
    }
  }
}

type Connection = Awaited<ReturnType<RunningServer['connect']>>;

async function runAll(connection: Connection, statements: readonly string[]): Promise<void> {
  await connection.query(`BEGIN; ${statements.join('; ')}; COMMIT`);
}

async function create(server: RunningServer, schema: string, definitions: readonly string[]): Promise<void> {
  const connection = await server.connect();
  try {
    await connection.query(
      `CREATE DATABASE ${schema} CHARACTER SET utf8mb4; USE ${schema}; SET SESSION sql_mode = '${LENIENT_MODE}'`,
    );
    await connection.query(definitions.join(';'));
  } finally {
    await connection.end();
  }
}

/** Older servers give the first TIMESTAMP without a default the time of each update. */
function keyType(type: string): string {
  return type.startsWith('TIMESTAMP') ? `${type} NOT NULL DEFAULT '2000-01-01 00:00:00'` : `${type} NOT NULL`;
}

/** As many rows as the column with the most values needs, and one of NULLs. */
function rowCount(columns: readonly TypeColumn[]): number {
  return Math.max(...columns.map(({ values }) => values.length)) + 1;
}

function rowValues(columns: readonly TypeColumn[], row: number, count: number): string[] {
  return columns.map(({ values }) => (row === count - 1 ? 'NULL' : (values[row % values.length] ?? 'NULL')));
}

function keyColumns(columns: readonly TypeColumn[]): [number, TypeColumn][] {
  return [...columns.entries()].filter(([, { key }]) => key !== false);
}
