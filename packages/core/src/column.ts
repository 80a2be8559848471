/** What a column holds, independent of how a log or a catalogue writes its type. */
export type ColumnKind =
  | 'int'
  | 'decimal'
  | 'float'
  | 'double'
  | 'bit'
  | 'year'
  | 'date'
  | 'time'
  | 'datetime'
  | 'timestamp'
  | 'text'
  | 'binary'
  | 'enum'
  | 'set'
  | 'json'
  | 'geometry'
  | 'vector'
  | 'uuid'
  | 'inet4'
  | 'inet6';

/** A column as the log's TABLE_MAP (completed by the catalogue where the log is silent) describes it. */
export interface Column {
  name: string;
  kind: ColumnKind;
  /** Bytes of an int (1, 2, 3, 4, 8) or the longest byte length of a string; bits of a BIT. */
  length: number;
  unsigned: boolean;
  nullable: boolean;
  /** Digits in all, decimal only. */
  precision: number;
  /** Digits after the point (decimal) or of the second's fraction (time, datetime, timestamp). */
  scale: number;
  /** Lower-case charset of a text, enum or set column; `null` for every other kind. */
  charset: string | null;
  /** Lower-case collation of the same, when known. */
  collation: string | null;
  /** Labels of an enum or set in their order; `null` otherwise or when unknown. */
  labels: string[] | null;
  /**
   * What a row gets that leaves the column out: `NULL`, or `=` and the constant as the catalogue prints it; `null` when
   * that is an expression or nothing at all; absent when not known. Only the catalogue tells it.
   */
  constantDefault?: string | null;
}

/** A column as the catalogue (information_schema) describes it. */
export interface CatalogColumn extends Column {
  /** The full type as SHOW CREATE TABLE prints it, lower case: `int(10) unsigned`. */
  typeText: string;
  generated: 'no' | 'virtual' | 'stored';
  invisible: boolean;
  autoIncrement: boolean;
  hasDefault: boolean;
}

/** One part of a unique key. */
export interface KeyPart {
  /** Column name; `null` for an expression the row image does not hold. */
  column: string | null;
  /** Prefix length in characters (bytes for binary), or `null` for the whole column. */
  prefix: number | null;
}

export interface UniqueKey {
  name: string;
  primary: boolean;
  parts: KeyPart[];
  /** Whether any part may be NULL: such a key can never identify a row. */
  nullable: boolean;
}

export interface ForeignKey {
  name: string;
  schema: string;
  table: string;
  columns: string[];
  parentSchema: string;
  parentTable: string;
  parentColumns: string[];
  /** Upper case: RESTRICT, NO ACTION, CASCADE, SET NULL, SET DEFAULT. */
  onDelete: string;
  onUpdate: string;
}

/** A table as the catalogue describes it. */
export interface TableSchema {
  schema: string;
  table: string;
  engine: string;
  /** Default collation of new columns, as the server names it; '' where not known. */
  collation?: string;
  columns: CatalogColumn[];
  /** The primary key first, when there is one. */
  uniqueKeys: UniqueKey[];
  /** Foreign keys of which this table is the child. */
  foreignKeys: ForeignKey[];
  /** Names of the triggers on this table. */
  triggers: string[];
  /** It may be of another moment than the place of the log it is asked for: only names in the log make it usable. */
  uncertain?: true;
}
