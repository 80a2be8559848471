import type { CatalogColumn, TableSchema } from '@otter/core';
import { HEARTBEAT_TABLE } from './selector.ts';

/** The definition of our heartbeat table, for sources whose log does not name columns. */
export function heartbeatSchema(controlSchema: string): TableSchema {
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
  const text = { kind: 'text', length: 256, unsigned: false, charset: 'utf8mb4', collation: 'utf8mb4_bin', typeText: 'varchar(64)' } as const;
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
