import { assert, OtterError, say, type Column, type LogTable, type Row, type UniqueKey, type Value } from '@otter/core';
import {
  compileBulkLoad,
  compileLiteral,
  compileRowSelect,
  compileTableWriter,
  type BulkLoad,
  type RowSelect,
  type TableWriter,
  type TargetColumn,
  type TargetTable,
  type WriterColumn,
} from '@otter/dialects';
import { ALL_COLUMNS, MASK_COLUMNS_MAX, sameValue } from '../load/column-mask.ts';
import { compileIdentity, compileUnique, isExactKey, type IdentityReader, type UniqueReader } from '../load/row-key.ts';
import type { TableDestination } from '../select/table-router.ts';
import type { CascadePlace } from './cascade-places.ts';
import type { ColumnMapping } from '../sync-options.ts';
import { cellText, imageText } from './image-text.ts';

/** A unique key of the target beyond the one that identifies rows. */
export interface WatchedKey {
  /** Ordinals of its columns in the source row. */
  ordinals: number[];
  read: UniqueReader;
}

/** A source column that travels, by its ordinal in the row, and where it goes. */
interface TravellingColumn {
  ordinal: number;
  source: Column;
  target: TargetColumn;
}

/**
 * One table of the log, compiled once for all its rows: which column goes where and as what, how its rows
 * are told apart, and when their order can be observed. Rows themselves are never rewritten: everything
 * here speaks of ordinals in the source row.
 */
export class RoutedTable {
  readonly source: string;
  readonly target: TargetTable;
  readonly targetName: string;
  readonly logTable: LogTable;
  readonly writer: TableWriter;
  /** How many rows are inserted at once; `null` where the target or the table cannot, or has refused it. */
  bulkLoad: BulkLoad | null;
  /** Source ordinals of the key that addresses rows; `null`: rows are addressed by all their columns. */
  readonly identity: number[] | null;
  readonly identityOf: IdentityReader;
  /** Keys of two source tables of one target can only be compared when this is the same. */
  readonly keySpace: string;
  readonly uniques: WatchedKey[];
  readonly jsonOrdinals: number[];
  /** Rows are always applied in log order. */
  readonly ordered: boolean;
  /** Tables with the same group keep their order among each other. */
  readonly orderGroup: string;
  /** Deleting or re-keying its rows cascades on the target: done with foreign_key_checks=1. */
  readonly cascades: boolean;
  /** The target has writable columns the source does not send. */
  readonly widerTarget: boolean;
  /** Few enough columns for a change mask. */
  readonly narrow: boolean;
  /** Whether each row must be asked whether it may join a multi-row UPDATE. */
  readonly asksJoinable: boolean;
  /** Whether a value may need a session without strictness. */
  readonly asksLenient: boolean;
  /** Longest row text, when small enough not to measure each row; else 0. */
  readonly smallRowBytes: number;
  readonly #columns: TravellingColumn[];
  readonly #written: readonly WriterColumn[];
  readonly #isMariadb: boolean;
  readonly #copying: () => boolean;
  readonly #renewing: () => boolean;
  /** Writer positions of every column outside the addressing key. */
  readonly #allButKey: number[];
  readonly #setColumns = new Map<number, number[]>();
  readonly #subsetWriters = new Map<string, TableWriter>();

  constructor(options: {
    logTable: LogTable;
    target: TargetTable;
    destination: TableDestination;
    isMariadb: boolean;
    /** Whether the target's connections take bulk loads. @default false */
    loadsData?: boolean;
    cascade: CascadePlace | null;
    /** Whether the table is being copied now. @default never */
    copying?: () => boolean;
    /** Whether it is being copied a second time. @default never */
    renewing?: () => boolean;
  }) {
    const { logTable, target, destination } = options;
    this.logTable = logTable;
    this.#copying = options.copying ?? ((): boolean => false);
    this.#renewing = options.renewing ?? ((): boolean => false);
    this.#isMariadb = options.isMariadb;
    this.source = `${logTable.schema}.${logTable.table}`;
    this.target = target;
    this.targetName = `${target.schema}.${target.table}`;
    this.#columns = matchColumns(logTable, target, destination.columns);
    const columns = this.#columns.map(({ ordinal, source, target: column }): WriterColumn => ({
      sourceIndex: ordinal,
      target: column,
      literal: compileLiteral(source, column, { isMariadb: options.isMariadb }),
    }));
    this.#written = columns;
    const key = addressingKey(target, this.#columns);
    this.identity = key ? this.#ordinals(key) : null;
    const keyColumns = key ? this.#partColumns(key).map((c) => c.source) : [];
    this.keySpace = JSON.stringify([key?.name, keyColumns.map((c) => [c.kind, c.scale, c.charset, c.labels])]);
    const written = new Set(this.#columns.map((c) => c.target.name));
    const unsent = target.columns.filter((c) => c.generated === 'no' && !written.has(c.name));
    this.widerTarget = unsent.length > 0;
    this.writer = compileTableWriter({
      schema: target.schema,
      table: target.table,
      columns,
      identity: key ? key.parts.map((part) => this.#columns.findIndex((c) => c.target.name === part.column)) : [],
      ...(key ? { identityKey: key.name } : {}),
      distinguishing: distinguishingKeys(target, this.#columns),
      valuesList: options.isMariadb,
      keptColumns: unsent.filter((c) => c.updatedByServer).map((c) => c.name),
    });
    const bulkColumns = this.#columns.map(({ ordinal, ...pair }) => ({ sourceIndex: ordinal, ...pair }));
    this.bulkLoad = options.loadsData ? compileBulkLoad(target.schema, target.table, bulkColumns) : null;
    const keyOrdinals = new Set(this.identity ?? []);
    this.#allButKey = this.#columns.flatMap((c, position) => (keyOrdinals.has(c.ordinal) ? [] : [position]));
    this.identityOf = this.identity ? compileIdentity(this.identity, this.source) : noIdentity;
    const watched = target.uniqueKeys.filter((k) => k !== key || !isExactKey(k, this.#partColumns(k)));
    const readable = watched.filter((k) => this.#isReadable(k));
    this.uniques = readable.map((k) => this.#watch(k));
    this.cascades = options.cascade?.isParent ?? false;
    this.ordered = this.identity === null || readable.length < watched.length || options.cascade !== null;
    this.orderGroup = options.cascade?.group ?? this.targetName.toLowerCase();
    this.jsonOrdinals = this.#columns.filter((c) => c.source.kind === 'json').map((c) => c.ordinal);
    this.narrow = logTable.columns.length <= MASK_COLUMNS_MAX;
    this.asksJoinable = this.#columns.some((c) => {
      const isIntegerKey = c.source.kind === 'int' && c.target.kind === 'int';
      return mayStandAlone(c) || (!isIntegerKey && this.identity?.includes(c.ordinal));
    });
    this.asksLenient = this.#columns.some((c) => c.source.kind === 'enum' || c.source.kind === 'set');
    this.smallRowBytes = smallRowBytes(this.#columns);
  }

  #rowSelect: RowSelect | null = null;

  /** A table of the target written into itself, by rows as {@link compileRowSelect} reads them. */
  static ontoItself(target: TargetTable, isMariadb: boolean): RoutedTable {
    const { schema, table } = target;
    const { columns } = compileRowSelect(target);
    const logTable: LogTable = { schema, table, columns, primaryKey: null, problem: null };
    return new RoutedTable({ logTable, target, destination: { schema, table, columns: [] }, isMariadb, cascade: null });
  }

  /** How rows of the target are read. */
  get rowSelect(): RowSelect {
    return (this.#rowSelect ??= compileRowSelect(this.target));
  }

  /** The table is being copied: its rows in the target are as the log has them, but some are not there yet. */
  get copying(): boolean {
    return this.#copying();
  }

  /** It is being copied again: rows it should not have may stand where others belong. */
  get renewing(): boolean {
    return this.#renewing();
  }

  /** Source column name → target column name, of columns that compare alike on both sides. */
  get equalColumns(): ReadonlyMap<string, string> {
    const alike = this.#columns.filter(
      ({ source, target }) =>
        source.kind === target.kind &&
        source.charset === target.charset &&
        source.collation === target.collation &&
        source.length <= target.length &&
        source.unsigned === target.unsigned &&
        source.scale === target.scale,
    );
    return new Map(alike.map(({ source, target }) => [source.name, target.name]));
  }

  /** Whether the table was compiled for this place among cascading foreign keys. */
  isAt(place: CascadePlace | null): boolean {
    return (
      this.cascades === (place?.isParent ?? false) &&
      this.orderGroup === (place?.group ?? this.targetName.toLowerCase())
    );
  }

  #ordinals(key: UniqueKey): number[] {
    return key.parts.map((part) => {
      const column = this.#columns.find((c) => c.target.name === part.column);
      assert(column, `key ${key.name} of ${this.targetName} lost its column`);
      return column.ordinal;
    });
  }

  #partColumns(key: UniqueKey): TravellingColumn[] {
    return key.parts.flatMap((part) => this.#columns.filter((c) => c.target.name === part.column));
  }

  #isReadable(key: UniqueKey): boolean {
    return key.parts.every((part) => part.column !== null && this.#columns.some((c) => c.target.name === part.column));
  }

  #watch(key: UniqueKey): WatchedKey {
    const columns = this.#partColumns(key);
    const parts = columns.map((c, i) => ({ ...c, prefix: key.parts[i]?.prefix ?? null }));
    // By the target's key, so that two source tables of one target speak of the same values.
    return {
      ordinals: columns.map((c) => c.ordinal),
      read: compileUnique(parts, `u${this.target.uniqueKeys.indexOf(key)}`),
    };
  }

  /** Writer positions an update with this mask sets. Empty: nothing of it travels. */
  setColumns(mask: number, row: readonly unknown[]): number[] {
    if (mask === ALL_COLUMNS) return row.includes(undefined) ? this.#present(row) : this.#allButKey;
    let positions = this.#setColumns.get(mask);
    if (!positions) {
      positions = this.#allButKey.filter((p) => (mask & (1 << (this.#columns[p] as TravellingColumn).ordinal)) !== 0);
      this.#setColumns.set(mask, positions);
    }
    return positions;
  }

  /** Names of the columns an update may set, in lower case. */
  get settable(): string[] {
    return this.#allButKey.map((p) => this.#nameAt(p));
  }

  /** Writer positions of some of them. */
  positionsOf(names: readonly string[]): number[] {
    return this.#allButKey.filter((p) => names.includes(this.#nameAt(p)));
  }

  #nameAt(position: number): string {
    return (this.#columns[position] as TravellingColumn).target.name.toLowerCase();
  }

  #present(row: readonly unknown[]): number[] {
    return this.#allButKey.filter((p) => row[(this.#columns[p] as TravellingColumn).ordinal] !== undefined);
  }

  /** Writer positions that differ between two images of one row, key columns included. */
  changedColumns(before: Row, after: Row): number[] {
    return this.#columns.flatMap((c, position) => {
      const value = after[c.ordinal];
      if (value === undefined) return [];
      return sameValue(before[c.ordinal], value) ? [] : [position];
    });
  }

  /**
   * A writer for rows that hold only some columns: a MINIMAL insert leaves the rest to their defaults. Throws
   * ROW_IMAGE_PARTIAL unless the target's are known to be those of the source.
   */
  writerFor(row: readonly unknown[]): TableWriter {
    if (!row.includes(undefined)) return this.writer;
    const present = this.#columns.filter((c) => row[c.ordinal] !== undefined);
    if (present.length === this.#columns.length) return this.writer;
    const differing = this.#columns.find((c) => row[c.ordinal] === undefined && !isDefaultedAlike(c));
    if (differing) {
      throw new OtterError('ROW_IMAGE_PARTIAL', {
        detail: say('image-lacks-default', {
          table: this.source,
          column: differing.source.name,
          target: differing.target.name,
        }),
      });
    }
    const name = present.map((c) => c.ordinal).join(',');
    let writer = this.#subsetWriters.get(name);
    if (!writer) {
      writer = compileTableWriter({
        schema: this.target.schema,
        table: this.target.table,
        columns: present.map((c) => ({
          sourceIndex: c.ordinal,
          target: c.target,
          literal: compileLiteral(c.source, c.target, { isMariadb: this.#isMariadb }),
        })),
        identity: [],
        valuesList: this.#isMariadb,
      });
      this.#subsetWriters.set(name, writer);
    }
    return writer;
  }

  /** SQL of what a row has in these columns of the target, to be compared with; `null` where one is NULL or absent. */
  valuesOf(row: readonly Value[], names: readonly string[]): string[] | null {
    const values = names.map((name) => {
      const column = this.#written.find(({ target }) => target.name === name);
      const value = column === undefined ? null : row[column.sourceIndex];
      return value === null || value === undefined || column === undefined ? null : column.literal.match(value);
    });
    return values.includes(null) ? null : (values as string[]);
  }

  /** Throws ROW_IMAGE_PARTIAL when the image lacks a column of the key. Without a key the writer itself looks at the rest. */
  requireAddress(row: readonly unknown[]): void {
    if (!this.identity?.some((ordinal) => row[ordinal] === undefined)) return;
    throw new OtterError('ROW_IMAGE_PARTIAL', {
      detail: say('image-lacks-address', { table: this.source }),
    });
  }

  /** Throws ROW_IMAGE_PARTIAL unless every column that travels has its whole value. */
  requireWhole(row: readonly unknown[]): void {
    if (this.#columns.every(({ ordinal }) => row[ordinal] !== undefined && !Array.isArray(row[ordinal]))) return;
    throw new OtterError('ROW_IMAGE_PARTIAL', {
      detail: say('image-not-whole', { table: this.source }),
    });
  }

  /** Key of a row as text for a person: `id=7, site=de`. */
  keyText(row: readonly unknown[]): string {
    const ordinals = this.identity ?? this.#columns.map((c) => c.ordinal);
    return ordinals
      .map((o) => `${this.logTable.columns[o]?.name}=${cellText(this.logTable.columns[o], row[o])}`)
      .join(', ');
  }

  /** See {@link imageText}. */
  rowText(row: readonly unknown[] | null): string | null {
    return row === null ? null : imageText(this.logTable.columns, row);
  }

  /** The same of what travels, by the names of the target. */
  sentText(row: readonly unknown[] | null): string | null {
    if (row === null) return null;
    const columns = this.#columns.map(({ source, target }) => ({ ...source, name: target.name }));
    return imageText(
      columns,
      this.#columns.map(({ ordinal }) => row[ordinal]),
    );
  }
}

function noIdentity(): never {
  throw new OtterError('INTERNAL', { detail: 'a table without a key was asked for the identity of a row' });
}

function isDefaultedAlike({ source, target }: TravellingColumn): boolean {
  return typeof source.constantDefault === 'string' && source.constantDefault === target.constantDefault;
}

/** MariaDB keeps the hash of a unique key over long columns in a column nobody sees but the log. */
const HIDDEN_HASH = /^DB_ROW_HASH_\d+$/;

/** Target names under the mapping, compared without regard to case as both servers do. */
function matchColumns(logTable: LogTable, target: TargetTable, mappings: readonly ColumnMapping[]): TravellingColumn[] {
  const byName = new Map(target.columns.map((column) => [column.name.toLowerCase(), column]));
  const travelling: TravellingColumn[] = [];
  const missing: string[] = [];
  for (const [ordinal, source] of logTable.columns.entries()) {
    const name = targetColumnName(source.name, mappings);
    if (name === null) continue;
    const column = byName.get(name.toLowerCase());
    if (!column && HIDDEN_HASH.test(source.name)) continue;
    if (!column) missing.push(name);
    else if (column.generated === 'no') travelling.push({ ordinal, source, target: column });
  }
  const where = `${target.schema}.${target.table}`;
  if (missing.length > 0) {
    throw new OtterError('SCHEMA_MISMATCH', {
      detail: say('columns-lacking', { table: where, columns: missing.map((m) => `"${m}"`).join(', ') }),
    });
  }
  if (travelling.length === 0)
    throw new OtterError('SCHEMA_MISMATCH', { detail: say('columns-none-filled', { table: where }) });
  const unfilled = target.columns.find(
    (c) =>
      c.generated === 'no' &&
      !c.nullable &&
      !c.hasDefault &&
      !c.autoIncrement &&
      !travelling.some((t) => t.target === c),
  );
  if (unfilled) {
    throw new OtterError('SCHEMA_MISMATCH', {
      detail: say('column-without-value', { column: unfilled.name, table: where }),
    });
  }
  return travelling;
}

/** `null` when the column does not travel. */
export function targetColumnName(name: string, mappings: readonly ColumnMapping[]): string | null {
  const lower = name.toLowerCase();
  let renamed = name;
  for (const mapping of mappings) {
    if (mapping.include && !mapping.include.some((n) => n.toLowerCase() === lower)) return null;
    if (mapping.exclude?.some((n) => n.toLowerCase() === lower)) return null;
    const found = Object.entries(mapping.rename ?? {}).find(([from]) => from.toLowerCase() === lower);
    if (found) renamed = found[1];
  }
  return renamed;
}

/** The unique key by which the target's rows are addressed: the primary key, else one that is never NULL. */
function addressingKey(target: TargetTable, columns: readonly TravellingColumn[]): UniqueKey | null {
  const usable = target.uniqueKeys.filter(
    (key) =>
      !key.nullable &&
      key.parts.every((part) => part.prefix === null && columns.some((c) => c.target.name === part.column)),
  );
  return usable.find((key) => key.primary) ?? usable[0] ?? null;
}

/** Writer positions of the keys that tell rows apart, over whole columns or prefixes. */
function distinguishingKeys(target: TargetTable, columns: readonly TravellingColumn[]): number[][] {
  return target.uniqueKeys
    .filter((key) => !key.nullable)
    .map((key) => key.parts.map((part) => columns.findIndex((c) => c.target.name === part.column)))
    .filter((positions) => !positions.includes(-1));
}

const SMALL_ROW_BYTES_MAX = 8192;
/** Shorter values are always fine in a derived table. */
const PLAIN_BYTES_MAX = 8192;

/** Whether some value of the column may not be part of a multi-row UPDATE: see `Literal.alone`. */
function mayStandAlone({ source }: TravellingColumn): boolean {
  switch (source.kind) {
    case 'int':
      return source.unsigned && source.length === 8;
    case 'text':
    case 'binary':
      return source.length > PLAIN_BYTES_MAX;
    case 'bit':
    case 'set':
    case 'json':
    case 'geometry':
    case 'vector':
      return true;
    default:
      return false;
  }
}

function smallRowBytes(columns: readonly TravellingColumn[]): number {
  let bytes = 16;
  for (const { source } of columns) {
    const isText = source.kind === 'text' || source.kind === 'binary' || source.kind === 'decimal';
    bytes += isText ? 64 + source.length * 2 : ['json', 'geometry', 'vector'].includes(source.kind) ? Infinity : 40;
  }
  return bytes <= SMALL_ROW_BYTES_MAX ? bytes : 0;
}
