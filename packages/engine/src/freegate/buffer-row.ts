import type { CatalogColumn, RowsChange, TableSchema, Value } from '@otter/core';

/** Name of the table on the source whose rows ask for other rows, in the control schema, as the original calls it. */
const BUFFER_TABLE = 'retl_buffer';

export function isBufferTable({ schema, table }: { schema: string; table: string }, controlSchema: string): boolean {
  return table === BUFFER_TABLE && schema.toLowerCase() === controlSchema.toLowerCase();
}

/** A row that is asked for: of which table, and its key, whose parts are joined by char(1). */
export interface BufferRow {
  /** `schema.table`, as somebody wrote it. */
  table: string;
  key: string;
}

const TYPES: readonly string[] = ['I', 'U', 'D'];

/**
 * What inserted and updated rows of `retl_buffer` ask for; a text is the reason why one cannot be understood. TYPE says
 * what the row had become when it was asked for; the source says what it is (otter-spec §5).
 */
export function* bufferRows(change: RowsChange): Generator<BufferRow | string> {
  if (change.kind === 'delete') return;
  if (change.table.problem !== null) {
    yield change.table.problem.detail;
    return;
  }
  const names = change.table.columns.map(({ name }) => name.toUpperCase());
  const [id, table, type, key] = ['TABLE_ID', 'FULL_NAME', 'TYPE', 'PK_DATA'].map((name) => names.indexOf(name));
  for (const row of change.after) {
    yield readRow({ id: row[id ?? -1], table: row[table ?? -1], type: row[type ?? -1], key: row[key ?? -1] });
  }
}

function readRow(row: { id: Value; table: Value; type: Value; key: Value }): BufferRow | string {
  const [table, type, key] = [textOf(row.table), textOf(row.type), textOf(row.key)];
  if (Number(row.id ?? 0) > 0) return 'TABLE_ID is not 0: tables have no numbers here, FULL_NAME names them';
  if (table === null || !/^[^.]+\../.test(table)) return 'FULL_NAME is not schema.table';
  if (type === null || !TYPES.includes(type.toUpperCase())) return 'TYPE is none of I, U, D';
  if (key === null) return 'PK_DATA holds no text, or one that is not in UTF-8';
  return { table, key };
}

/** Text in another charset is taken where it is the same in all of them. */
function textOf(value: Value): string | null {
  if (Buffer.isBuffer(value)) return value.every((byte) => byte < 0x80) ? value.toString('latin1') : null;
  return typeof value === 'string' ? value : null;
}

/** The table as the original defines it, for logs that do not name columns while the source is not asked. */
export function bufferDefinition(schema: string): TableSchema {
  return {
    ...{ schema, table: BUFFER_TABLE, engine: 'InnoDB', foreignKeys: [], triggers: [] },
    columns: [
      { ...INTEGER, name: 'ID', length: 8, typeText: 'bigint(20)' },
      { ...INTEGER, name: 'TABLE_ID', length: 4, typeText: 'int(11)' },
      { ...TEXT, name: 'FULL_NAME', length: 2048, typeText: 'varchar(512)' },
      { ...TEXT, name: 'TYPE', length: 4, typeText: 'char(1)' },
      { ...TEXT, name: 'PK_DATA', length: 1024, typeText: 'varchar(256)' },
      { ...INTEGER, kind: 'timestamp', name: 'GMT_CREATE', length: 0, typeText: 'timestamp' },
      { ...INTEGER, kind: 'timestamp', name: 'GMT_MODIFIED', length: 0, typeText: 'timestamp' },
    ],
    uniqueKeys: [{ name: 'PRIMARY', primary: true, parts: [{ column: 'ID', prefix: null }], nullable: false }],
  };
}

const INTEGER: CatalogColumn = {
  ...{
    name: '',
    length: 0,
    typeText: '',
    kind: 'int',
    unsigned: false,
    nullable: false,
    precision: 0,
    scale: 0,
    charset: null,
    collation: null,
  },
  ...{ labels: null, generated: 'no', invisible: false, autoIncrement: false, hasDefault: false },
};
const TEXT: CatalogColumn = { ...INTEGER, kind: 'text', charset: 'utf8mb4', collation: 'utf8mb4_bin' };
