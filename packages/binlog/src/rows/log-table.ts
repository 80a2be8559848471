import {
  OtterError,
  type Column,
  type ColumnKind,
  type GtidFlavor,
  type LogTable,
  type TableSchema,
} from '@otter/core';
import { TYPE } from '../events/column-type.ts';
import type { MappedColumn } from '../events/mapped-column.ts';
import type { TableMap } from '../events/table-map.ts';
import { misfit } from './column-fit.ts';
import { MARIA_TYPE_LENGTHS } from './maria-type.ts';

/** Lower-case names by collation id, from information_schema.COLLATIONS of the server that wrote the log. */
export type Collations = ReadonlyMap<number, { charset: string; collation: string }>;

const BINARY_COLLATION = 63;
/** Charsets whose bytes are read as strings; labels in any other come from the catalogue. */
const UTF8_CHARSETS: ReadonlySet<string> = new Set(['utf8', 'utf8mb3', 'utf8mb4', 'ascii', 'binary']);

/**
 * The table a TABLE_MAP describes, completed by the catalogue's `schema` where the log is silent.
 * Whatever would make a value doubtful becomes the table's `problem` (SCHEMA_MISMATCH).
 */
export function logTable(
  map: TableMap,
  schema: TableSchema | undefined,
  collations: Collations,
  flavor: GtidFlavor,
): LogTable {
  const builder = new LogTableBuilder(map, schema, collations, flavor);
  return builder.build();
}

class LogTableBuilder {
  readonly #map: TableMap;
  readonly #schema: TableSchema | undefined;
  readonly #collations: Collations;
  readonly #flavor: GtidFlavor;

  constructor(map: TableMap, schema: TableSchema | undefined, collations: Collations, flavor: GtidFlavor) {
    this.#map = map;
    this.#schema = schema;
    this.#collations = collations;
    this.#flavor = flavor;
  }

  build(): LogTable {
    const { schema, table, metadata } = this.#map;
    const built: LogTable = { schema, table, columns: [], primaryKey: metadata.primaryKey, problem: null };
    const described = this.#describedColumns();
    if (typeof described === 'string') {
      built.problem = this.#mismatch(described);
      return built;
    }
    let read = this.#columns(described);
    // Names in the log come with types: where those are of another moment than the definition, the log is right.
    if (read.reasons.length > 0 && described !== null && metadata.names !== null) read = this.#columns(null);
    built.columns = read.columns;
    if (read.reasons.length > 0) built.problem = this.#mismatch(read.reasons.join('; '));
    return built;
  }

  #columns(described: Column[] | null): { columns: Column[]; reasons: string[] } {
    const reasons: string[] = [];
    const columns = this.#map.columns.map((mapped, i) => {
      const column = this.#column(mapped, i, described?.[i]);
      const reason = this.#doubt(mapped, column, described?.[i]);
      if (reason !== null) reasons.push(`column ${column.name}: ${reason}`);
      return column;
    });
    return { columns, reasons };
  }

  #mismatch(detail: string): OtterError {
    const { schema, table } = this.#map;
    return new OtterError('SCHEMA_MISMATCH', {
      detail: `${schema}.${table}: ${detail}`,
      context: { table: `${schema}.${table}` },
    });
  }

  /**
   * The catalogue's columns in the log's order; `null` when the log can do without; else why it cannot.
   * Names in the log win: a catalogue with other names describes another moment of the table.
   */
  #describedColumns(): Column[] | string | null {
    const { columns, metadata } = this.#map;
    const described = this.#schema?.columns;
    if (metadata.names === null) {
      if (described !== undefined && this.#schema?.uncertain) {
        return 'the log does not name the columns, and the definition was changed since in a way that is not known for this position; copy the table again, and set binlog_row_metadata=FULL on the source';
      }
      if (described === undefined) {
        return 'the log does not name the columns and no definition is known for this position; set binlog_row_metadata=FULL on the source';
      }
      if (described.length !== columns.length) {
        return `the log has ${columns.length} columns, the definition known for this position ${described.length}`;
      }
      return described;
    }
    if (described === undefined) return null;
    const names = metadata.names;
    const fits = described.length === names.length && described.every((column, i) => column.name === names[i]);
    return fits ? described : null;
  }

  #column(mapped: MappedColumn, i: number, described: Column | undefined): Column {
    const { metadata } = this.#map;
    const collationId = metadata.collations?.[i] ?? 0;
    const known = collationId === 0 ? undefined : this.#collations.get(collationId);
    const kind = this.#kind(mapped, collationId, described);
    const hasCharset = kind === 'text' || kind === 'enum' || kind === 'set';
    const charset = hasCharset ? (known?.charset ?? described?.charset ?? null) : null;
    return {
      name: metadata.names?.[i] ?? described?.name ?? `@${i + 1}`,
      kind,
      length: columnLength(mapped),
      unsigned: metadata.unsigned?.[i] ?? described?.unsigned ?? false,
      nullable: mapped.nullable,
      precision: mapped.type === TYPE.NEWDECIMAL ? mapped.meta : 0,
      scale: columnScale(mapped),
      charset,
      collation: hasCharset ? (known?.collation ?? described?.collation ?? null) : null,
      labels: this.#labels(mapped, i, charset, described),
      ...(described?.constantDefault === undefined ? {} : { constantDefault: described.constantDefault }),
    };
  }

  #labels(mapped: MappedColumn, i: number, charset: string | null, described: Column | undefined): string[] | null {
    if (mapped.type !== TYPE.ENUM && mapped.type !== TYPE.SET) return null;
    const labels = this.#map.metadata.labels?.[i];
    if (!labels) return described?.labels ?? null;
    if (charset !== null && UTF8_CHARSETS.has(charset)) return labels.map((label) => label.toString('utf8'));
    // ASCII is the same in every charset but the wide ones, whose labels have zero bytes.
    const isAscii = labels.every((label) => label.every((byte) => byte > 0 && byte < 0x80));
    return isAscii ? labels.map((label) => label.toString('latin1')) : (described?.labels ?? null);
  }

  #kind(mapped: MappedColumn, collationId: number, described: Column | undefined): ColumnKind {
    const kind = KINDS[mapped.type];
    if (kind !== 'text') return kind ?? 'binary';
    const special = described?.kind;
    if (special === 'uuid' || special === 'inet4' || special === 'inet6') return special;
    if (special === 'vector' && mapped.type === TYPE.VARCHAR) return special;
    if (collationId !== 0) return collationId === BINARY_COLLATION ? 'binary' : 'text';
    return special === 'binary' ? 'binary' : 'text';
  }

  /** Why values of this column could be read wrongly, or `null`. */
  #doubt(mapped: MappedColumn, column: Column, described: Column | undefined): string | null {
    const { metadata } = this.#map;
    if (KINDS[mapped.type] === undefined) return `type ${mapped.type} cannot be read`;
    if (described !== undefined) {
      const reason = misfit(mapped, column, described);
      if (reason !== null) return reason;
    } else {
      if (column.kind === 'int' && metadata.unsigned === null) return 'the log does not tell whether it is unsigned';
      if (column.kind === 'text' && column.charset === null) return 'its charset is not known';
      if (this.#flavor === 'mariadb' && isMaybeMariaType(mapped, column)) {
        return 'it may be UUID, INET4, INET6 or BINARY, and no definition that fits is known for this position';
      }
    }
    if (this.#flavor === 'mariadb' && isOldTemporal(mapped.type) && described?.scale !== 0) {
      return 'it is stored in the old temporal format, whose fraction the log does not tell; set mysql56_temporal_format=ON and rebuild the table';
    }
    if (column.kind === 'text' && column.charset === null) return 'its charset is not known';
    return null;
  }
}

function isMaybeMariaType(mapped: MappedColumn, column: Column): boolean {
  return (
    mapped.type === TYPE.STRING &&
    column.kind === 'binary' &&
    Object.values(MARIA_TYPE_LENGTHS).includes(mapped.meta as 4 | 16)
  );
}

/** MariaDB with mysql56_temporal_format=OFF writes fractions in these types, in lengths the log does not tell. */
export function isOldTemporal(type: number): boolean {
  return type === TYPE.TIMESTAMP || type === TYPE.TIME || type === TYPE.DATETIME;
}

/** Kinds by type code; 'text' stands for text or binary. */
const KINDS: Readonly<Record<number, ColumnKind | undefined>> = {
  [TYPE.TINY]: 'int',
  [TYPE.SHORT]: 'int',
  [TYPE.INT24]: 'int',
  [TYPE.LONG]: 'int',
  [TYPE.LONGLONG]: 'int',
  [TYPE.FLOAT]: 'float',
  [TYPE.DOUBLE]: 'double',
  [TYPE.NEWDECIMAL]: 'decimal',
  [TYPE.BIT]: 'bit',
  [TYPE.YEAR]: 'year',
  [TYPE.DATE]: 'date',
  [TYPE.NEWDATE]: 'date',
  [TYPE.TIME]: 'time',
  [TYPE.TIME2]: 'time',
  [TYPE.DATETIME]: 'datetime',
  [TYPE.DATETIME2]: 'datetime',
  [TYPE.TIMESTAMP]: 'timestamp',
  [TYPE.TIMESTAMP2]: 'timestamp',
  [TYPE.ENUM]: 'enum',
  [TYPE.SET]: 'set',
  [TYPE.JSON]: 'json',
  [TYPE.GEOMETRY]: 'geometry',
  [TYPE.VECTOR]: 'vector',
  [TYPE.STRING]: 'text',
  [TYPE.VARCHAR]: 'text',
  [TYPE.VAR_STRING]: 'text',
  [TYPE.BLOB]: 'text',
  [TYPE.TINY_BLOB]: 'text',
  [TYPE.MEDIUM_BLOB]: 'text',
  [TYPE.LONG_BLOB]: 'text',
  [TYPE.MARIA_BLOB_COMPRESSED]: 'text',
  [TYPE.MARIA_VARCHAR_COMPRESSED]: 'text',
};

const INT_LENGTHS: Readonly<Record<number, number>> = {
  [TYPE.TINY]: 1,
  [TYPE.SHORT]: 2,
  [TYPE.INT24]: 3,
  [TYPE.LONG]: 4,
  [TYPE.LONGLONG]: 8,
};

/** As {@link Column.length} says. */
function columnLength({ type, meta }: MappedColumn): number {
  switch (type) {
    case TYPE.BLOB:
    case TYPE.TINY_BLOB:
    case TYPE.MEDIUM_BLOB:
    case TYPE.LONG_BLOB:
    case TYPE.MARIA_BLOB_COMPRESSED:
    case TYPE.GEOMETRY:
    case TYPE.JSON:
    case TYPE.VECTOR:
      return 256 ** meta - 1;
    case TYPE.STRING:
    case TYPE.VARCHAR:
    case TYPE.VAR_STRING:
    case TYPE.MARIA_VARCHAR_COMPRESSED:
    case TYPE.BIT:
    case TYPE.ENUM:
    case TYPE.SET:
      return meta;
    default:
      return INT_LENGTHS[type] ?? 0;
  }
}

function columnScale({ type, meta, scale }: MappedColumn): number {
  return type === TYPE.TIME2 || type === TYPE.DATETIME2 || type === TYPE.TIMESTAMP2 ? meta : scale;
}
