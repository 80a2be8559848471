import type { CatalogColumn, TableSchema } from '@otter/core';
import { WATERMARK_TABLE } from '../copy/watermark.ts';
import { isMarkTable } from '../origin/original-mark.ts';
import { CHECKPOINT_TABLE } from '../origin/commit-mark.ts';
import { DDL_TABLE } from '../origin/announced-drops.ts';
import { HEARTBEAT_TABLE } from './selector.ts';

/**
 * The source's tables as its catalogue describes them, and our own there. Asked once for every table map
 * of the log, so that a look-up makes no new text.
 */
export class SourceCatalogue {
  readonly #schemas = new Map<string, Map<string, TableSchema>>();
  readonly #controlSchema: string;
  readonly #heartbeat: TableSchema;
  readonly #watermark: TableSchema;
  /** By schema: pipelines that write into the source have control schemas of their own. */
  readonly #marks = new Map<string, TableSchema>();
  readonly #original = new Map<string, TableSchema>();

  /** `original`: tables of the original's marks, of any schema. */
  constructor(tables: Iterable<TableSchema>, controlSchema: string, original: Iterable<TableSchema> = []) {
    for (const table of original) this.#original.set(table.schema, table);
    this.#controlSchema = controlSchema.toLowerCase();
    this.#heartbeat = controlTable(controlSchema, HEARTBEAT_TABLE, [PIPELINE, { ...INTEGER, name: 'sent_at_ms' }]);
    this.#watermark = controlTable(controlSchema, WATERMARK_TABLE, [
      PIPELINE,
      { ...INTEGER, name: 'lane', length: 4, typeText: 'int(10) unsigned' },
      { ...INTEGER, ...TEXT, ...ASCII, name: 'mark', length: 64 },
    ]);
    for (const table of tables) this.set(table);
  }

  set(table: TableSchema): void {
    const tables = this.#schemas.get(table.schema);
    if (tables) tables.set(table.table, table);
    else this.#schemas.set(table.schema, new Map([[table.table, table]]));
  }

  /** `name`: `schema.table`. */
  delete(name: string): void {
    for (const [schema, tables] of this.#schemas) {
      if (name.startsWith(`${schema}.`)) tables.delete(name.slice(schema.length + 1));
    }
  }

  /** The same object as long as the definition is the same. */
  get(schema: string, table: string): TableSchema | undefined {
    if (schema.toLowerCase() === this.#controlSchema) {
      if (table === HEARTBEAT_TABLE) return this.#heartbeat;
      if (table === WATERMARK_TABLE) return this.#watermark;
    }
    const columns = MARK_COLUMNS.get(table);
    if (columns) return this.#mark(schema, table, columns);
    if (this.#original.size > 0 && isMarkTable(table)) return this.#original.get(schema);
    return this.#schemas.get(schema)?.get(table);
  }

  #mark(schema: string, table: string, columns: CatalogColumn[]): TableSchema {
    const name = `${schema}.${table}`;
    const known = this.#marks.get(name) ?? controlTable(schema, table, columns);
    this.#marks.set(name, known);
    return known;
  }

  /** `schema.table` of every table. */
  *names(): Generator<string> {
    for (const [schema, tables] of this.#schemas) for (const table of tables.keys()) yield `${schema}.${table}`;
  }
}

// Definitions of our own tables, for sources whose log does not name columns.
const INTEGER: CatalogColumn = {
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
const TEXT = {
  kind: 'text',
  length: 256,
  unsigned: false,
  charset: 'utf8mb4',
  collation: 'utf8mb4_bin',
  typeText: 'varchar(64)',
} as const;
const ASCII = { charset: 'ascii', collation: 'ascii_general_ci' } as const;
const PIPELINE: CatalogColumn = { ...INTEGER, ...TEXT, name: 'pipeline' };
const CHECKPOINT_COLUMNS: CatalogColumn[] = [
  PIPELINE,
  { ...INTEGER, name: 'worker', length: 4, typeText: 'int(10) unsigned' },
  { ...INTEGER, name: 'epoch' },
  { ...INTEGER, ...TEXT, name: 'position', length: 16_777_215, typeText: 'mediumtext' },
  { ...INTEGER, ...TEXT, name: 'source', length: 760, typeText: 'varchar(190)' },
  { ...INTEGER, kind: 'timestamp', unsigned: false, name: 'updated_at', length: 0, typeText: 'timestamp' },
];

const DDL_COLUMNS: CatalogColumn[] = [
  PIPELINE,
  { ...INTEGER, name: 'worker', length: 4, typeText: 'int(10) unsigned' },
  { ...INTEGER, ...TEXT, name: 'transaction_id', length: 760, typeText: 'varchar(190)' },
  { ...INTEGER, name: 'step', length: 4, typeText: 'int(10) unsigned' },
  { ...INTEGER, ...TEXT, ...ASCII, name: 'before_digest', length: 64, typeText: 'char(64)' },
  { ...INTEGER, ...TEXT, name: 'statement_text', length: 16_777_215, typeText: 'mediumtext' },
  { ...INTEGER, kind: 'timestamp', unsigned: false, name: 'created_at', length: 0, typeText: 'timestamp' },
];
/** Of any control schema: pipelines that write into the source may have others than ours. */
const MARK_COLUMNS: ReadonlyMap<string, CatalogColumn[]> = new Map([
  [CHECKPOINT_TABLE, CHECKPOINT_COLUMNS],
  [DDL_TABLE, DDL_COLUMNS],
]);

function controlTable(schema: string, table: string, columns: CatalogColumn[]): TableSchema {
  return {
    schema,
    table,
    engine: 'InnoDB',
    columns,
    uniqueKeys: [{ name: 'PRIMARY', primary: true, parts: [{ column: 'pipeline', prefix: null }], nullable: false }],
    foreignKeys: [],
    triggers: [],
  };
}
