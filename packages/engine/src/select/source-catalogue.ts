import type { CatalogColumn, TableSchema } from '@otter/core';
import { HEARTBEAT_TABLE } from './selector.ts';

/**
 * The source's tables as its catalogue describes them, and our heartbeat table. Asked once for every table map
 * of the log, so that a look-up makes no new text.
 */
export class SourceCatalogue {
  readonly #schemas = new Map<string, Map<string, TableSchema>>();
  readonly #controlSchema: string;
  readonly #heartbeat: TableSchema;

  constructor(tables: Iterable<TableSchema>, controlSchema: string) {
    this.#controlSchema = controlSchema.toLowerCase();
    this.#heartbeat = heartbeatSchema(controlSchema);
    for (const table of tables) this.set(table);
  }

  set(table: TableSchema): void {
    const tables = this.#schemas.get(table.schema);
    if (tables) tables.set(table.table, table);
    else this.#schemas.set(table.schema, new Map([[table.table, table]]));
  }

  /** The same object as long as the definition is the same. */
  get(schema: string, table: string): TableSchema | undefined {
    if (table === HEARTBEAT_TABLE && schema.toLowerCase() === this.#controlSchema) return this.#heartbeat;
    return this.#schemas.get(schema)?.get(table);
  }

  /** `schema.table` of every table. */
  *names(): Generator<string> {
    for (const [schema, tables] of this.#schemas) for (const table of tables.keys()) yield `${schema}.${table}`;
  }
}

/** The definition of our heartbeat table, for sources whose log does not name columns. */
function heartbeatSchema(controlSchema: string): TableSchema {
  const common: CatalogColumn = {
    name: '',
    kind: 'int',
    length: 8,
    unsigned: true,
    nullable: false,
    precision: 0,
    scale: 0,
    charset: null,
    collation: null,
    labels: null,
    typeText: 'bigint(20) unsigned',
    generated: 'no',
    invisible: false,
    autoIncrement: false,
    hasDefault: false,
  };
  const text = {
    kind: 'text',
    length: 256,
    unsigned: false,
    charset: 'utf8mb4',
    collation: 'utf8mb4_bin',
    typeText: 'varchar(64)',
  } as const;
  return {
    schema: controlSchema,
    table: HEARTBEAT_TABLE,
    engine: 'InnoDB',
    columns: [
      { ...common, ...text, name: 'pipeline' },
      { ...common, name: 'sent_at_ms' },
    ],
    uniqueKeys: [{ name: 'PRIMARY', primary: true, parts: [{ column: 'pipeline', prefix: null }], nullable: false }],
    foreignKeys: [],
    triggers: [],
  };
}
