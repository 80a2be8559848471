import type { RunningServer, ServerKind } from '@otter/testkit';

/** A column type with the values that have hurt somebody, as SQL both families read alike under an empty sql_mode. */
export interface TypeColumn {
  type: string;
  values: readonly string[];
  /** Only servers of this family have the type, or these values of it. */
  only?: 'mysql' | 'mariadb';
  /** Not on MySQL 5.6. */
  modern?: true;
  /** Only these servers have it. */
  kinds?: readonly ServerKind[];
  /** The target's type where its family differs from the source's. */
  elsewhere?: string;
  /** Whether the values may be a primary key. @default true */
  key?: false;
}

/** Columns that share a table, under the name of what they are to prove. */
export interface TypeGroup {
  /** Begins the names of its tables. */
  table: string;
  title: string;
  columns: readonly TypeColumn[];
}

type Server = Pick<RunningServer, 'kind' | 'binaries'>;

/** Whether both servers have the type. */
export function isOnBoth(column: TypeColumn, source: Server, target: Server): boolean {
  return isOn(column, source) && (column.elsewhere !== undefined || isOn(column, target));
}

function isOn({ only, modern, kinds }: TypeColumn, { kind, binaries }: Server): boolean {
  if (only !== undefined && only !== binaries.family) return false;
  if (kinds !== undefined && !kinds.includes(kind)) return false;
  return modern !== true || kind !== 'mysql-5.6';
}

/** The type on the target of a column of the source. */
export function targetType(column: TypeColumn, target: Server): string {
  return column.elsewhere !== undefined && !isOn(column, target) ? column.elsewhere : column.type;
}

/** SQL of text in a charset, given as hex of its bytes. */
export function textBytes(charset: string, ...hex: string[]): string[] {
  return hex.map((bytes) => `_${charset} X'${bytes}'`);
}

/** SQL of text, given as it reads. */
export function unicodeText(...texts: string[]): string[] {
  return texts.map((text) => `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`);
}

/** SQL of bytes, given as hex. */
export function bytes(...hex: string[]): string[] {
  return hex.map((text) => `X'${text}'`);
}

/** SQL of quoted strings. */
export function quoted(...texts: string[]): string[] {
  return texts.map((text) => `'${text}'`);
}
