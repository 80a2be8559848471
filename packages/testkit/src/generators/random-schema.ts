import type { ServerBinaries } from '../install.ts';
import { columnTypes, KEY_TYPES, type ColumnType } from './column-types.ts';
import { Random } from './random.ts';

export interface GeneratedColumn extends ColumnType {
  name: string;
  nullable: boolean;
}

export interface GeneratedTable {
  name: string;
  createSql: string;
  /** Columns a statement may write: all but generated ones. */
  columns: GeneratedColumn[];
  /** Columns of the primary key, else of the best unique key; all columns of the key parts when there is neither. */
  key: GeneratedColumn[];
  hasPrimaryKey: boolean;
  /** Single nullable columns with a unique key of their own. */
  uniqueColumns: GeneratedColumn[];
  /** The key is one integer. */
  countable: boolean;
}

interface Shape {
  name: string;
  key: (keyof typeof KEY_TYPES)[];
  /** @default the key columns as primary key */
  keySql?: string;
  hasPrimaryKey?: boolean;
  /** More columns of key types, nullable. */
  unique?: (keyof typeof KEY_TYPES)[];
  /** More of the table's definition; key columns are k0, k1 …, the unique ones u0, u1 …. */
  more?: string[];
  /** Not on MySQL 5.6. */
  modern?: boolean;
}

const SHAPES: Shape[] = [
  { name: 'int_key', key: ['int'] },
  { name: 'int_key_wide', key: ['int'] },
  { name: 'bigint_key', key: ['bigint'] },
  { name: 'two_ints', key: ['int', 'int'] },
  { name: 'folded_key', key: ['folded'] },
  { name: 'folded_int_key', key: ['folded', 'int'] },
  { name: 'latin1_key', key: ['latin1'] },
  { name: 'padded_key', key: ['padded'] },
  { name: 'bytes_key', key: ['bytes'] },
  { name: 'fixed_bytes_key', key: ['fixedBytes'] },
  { name: 'decimal_key', key: ['decimal'] },
  { name: 'datetime_key', key: ['datetime'] },
  { name: 'date_enum_key', key: ['date', 'enum'] },
  { name: 'prefix_key', key: ['long'], keySql: 'PRIMARY KEY (k0(10))' },
  { name: 'no_key', key: ['int', 'folded'], keySql: 'KEY (k0)', hasPrimaryKey: false },
  { name: 'no_key_at_all', key: ['int'], keySql: '', hasPrimaryKey: false },
  { name: 'unique_only', key: ['int'], keySql: 'UNIQUE KEY (k0)', hasPrimaryKey: false },
  {
    name: 'nullable_unique_only',
    key: ['int'],
    keySql: 'KEY (k0)',
    hasPrimaryKey: false,
    unique: ['int'],
    more: ['UNIQUE KEY (u0)'],
  },
  { name: 'one_unique', key: ['int'], unique: ['int'], more: ['UNIQUE KEY (u0)'] },
  { name: 'folded_unique', key: ['int'], unique: ['folded'], more: ['UNIQUE KEY (u0)'] },
  { name: 'two_uniques', key: ['int'], unique: ['int', 'folded'], more: ['UNIQUE KEY (u0)', 'UNIQUE KEY (u1)'] },
  { name: 'composite_unique', key: ['int'], unique: ['int', 'enum'], more: ['UNIQUE KEY (u0, u1)'] },
  { name: 'prefix_unique', key: ['int'], unique: ['long'], more: ['UNIQUE KEY (u0(8))'] },
  {
    name: 'generated_columns',
    key: ['int'],
    unique: ['int', 'folded'],
    more: ['g0 BIGINT AS (u0 * 2) VIRTUAL', 'g1 VARCHAR(60) AS (CONCAT(u1, k0)) STORED', 'KEY (g1)'],
    modern: true,
  },
  {
    name: 'generated_unique',
    key: ['int'],
    unique: ['int'],
    more: ['g0 BIGINT AS (u0 + 1000) STORED', 'UNIQUE KEY (g0)'],
    modern: true,
  },
];

/**
 * Tables of every kind of key with random columns of all types of the server. Equal seeds give equal
 * tables. At least 20, each with 1 to 6 columns beside its keys; one has a column of every type.
 */
export function randomSchema(
  seed: number,
  binaries: Pick<ServerBinaries, 'kind' | 'family' | 'version'>,
): GeneratedTable[] {
  const random = new Random(seed);
  const types = columnTypes(binaries);
  return SHAPES.filter((shape) => !shape.modern || binaries.kind !== 'mysql-5.6').map((shape) => {
    const wide = shape.name.endsWith('wide');
    const chosen = wide ? types : Array.from({ length: random.int(1, 6) }, () => random.pick(types));
    return makeTable(shape, chosen);
  });
}

function makeTable(shape: Shape, types: readonly ColumnType[]): GeneratedTable {
  const { hasPrimaryKey = true } = shape;
  const key = shape.key.map((type, i) => ({ ...KEY_TYPES[type], name: `k${i}`, nullable: false }));
  const unique = (shape.unique ?? []).map((type, i) => ({ ...KEY_TYPES[type], name: `u${i}`, nullable: true }));
  const plain = types.map((type, i) => ({ ...type, name: `c${i}`, nullable: true }));
  const columns = [...key, ...unique, ...plain];
  const definitions = [
    ...columns.map(({ name, sql, nullable }) =>
      `${name} ${sql} ${nullable ? 'NULL' : 'NOT NULL'}`.replace('NULL NULL', 'NULL'),
    ),
    ...(shape.more ?? []),
    shape.keySql ?? `PRIMARY KEY (${key.map((column) => column.name).join(', ')})`,
  ].filter((definition) => definition !== '');
  const single = unique.filter((column) => shape.more?.some((part) => part.startsWith(`UNIQUE KEY (${column.name}`)));
  return {
    name: shape.name,
    createSql: `CREATE TABLE ${shape.name} (\n  ${definitions.join(',\n  ')}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    columns,
    key,
    hasPrimaryKey,
    uniqueColumns: single,
    countable: hasPrimaryKey && shape.key.length === 1 && shape.key[0] === 'int',
  };
}
