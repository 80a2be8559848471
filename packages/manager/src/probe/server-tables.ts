import type { Mapping } from '../model/mapping.ts';
import type { DataSourceAccess } from '../store/data-sources.ts';

/** Reads what tables a server holds; implemented where the dialects are known. Throws coded errors of the server. */
export interface ServerTables {
  /**
   * The tables of users, by name, at most `max`; of more, the first. Each with where a pipeline with these mappings
   * sends it. Bounded in time. Throws USAGE when a range has no counterpart.
   */
  list(
    access: DataSourceAccess,
    mappings: readonly Mapping[],
    max: number,
  ): Promise<{ tables: ListedTable[]; isCut: boolean }>;
  /** The columns of one table, in their order; `null` when there is no such table. */
  columns(access: DataSourceAccess, schema: string, table: string): Promise<ListedColumn[] | null>;
}

export interface ListedTable {
  schema: string;
  table: string;
  /** As the server estimates them. */
  rows: number;
  bytes: number;
  /** What tells its rows apart. */
  key: 'primary' | 'unique' | 'none';
  /** `schema.table` it goes to; null: it does not travel. */
  target: string | null;
}

export interface ListedColumn {
  name: string;
  /** `varchar(40)` */
  type: string;
  nullable: boolean;
  isKey: boolean;
  isGenerated: boolean;
}
