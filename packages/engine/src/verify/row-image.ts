import { createHash } from 'node:crypto';
import { OtterError, type Row } from '@otter/core';
import { compileRowSelect, type RowSelect, type StatementResult, type TargetTable } from '@otter/dialects';
import { keyColumns, keyRange, type KeyBound, type KeyRange } from '../keyrange/key-range.ts';
import { RoutedTable } from '../transform/routed-table.ts';

/** Where a row is found: a key of its table and a literal for each part. */
export interface RowPlace {
  key: string;
  bound: KeyBound;
}

/** A whole row of the target as it is, exact to the byte: what its server prints for each column, in hex. */
export interface RowImage {
  place: RowPlace;
  cells: Record<string, string | null>;
}

/** Reads whole rows of one target table under a lock, and writes them back. */
export class RowImages {
  /** The way back: the table written into itself. */
  readonly route: RoutedTable;
  readonly #keyName: string;
  readonly #range: KeyRange;
  readonly #select: RowSelect;

  /** Throws SCHEMA_MISMATCH when the table has no such key (any more). */
  constructor(target: TargetTable, keyName: string, isMariadb: boolean) {
    const { schema, table } = target;
    const key = target.uniqueKeys.find(({ name }) => name === keyName);
    if (key === undefined) {
      throw new OtterError('SCHEMA_MISMATCH', { detail: `${schema}.${table} has no key ${keyName} any more` });
    }
    this.#keyName = keyName;
    this.#range = keyRange(target, keyName, keyColumns(key, target.columns));
    this.#select = compileRowSelect(target);
    this.route = RoutedTable.ontoItself(target, isMariadb);
  }

  /** The condition that finds the row at a place. */
  at(bound: KeyBound): string {
    return this.#range.at([bound]);
  }

  /** Reads the row at a place and keeps it from being changed until the transaction ends. */
  lockedSql(bound: KeyBound): string {
    const columns = this.#select.expressions.join(',');
    return `SELECT ${this.#range.readList},${columns} FROM ${this.#range.from} WHERE ${this.at(bound)} FOR UPDATE`;
  }

  /** What {@link RowImages.lockedSql} found. */
  image(result: StatementResult | undefined): RowImage | null {
    const cells = result?.rows?.[0];
    if (cells === undefined) return null;
    const { parts } = this.#range;
    const bound = this.#range.bound(cells.slice(0, parts).map((cell) => cell?.toString('utf8') ?? null));
    const named = this.#select.columns.map(({ name }, i): [string, string | null] => [
      name,
      cells[parts + i]?.toString('hex') ?? null,
    ]);
    return { place: { key: this.#keyName, bound }, cells: Object.fromEntries(named) };
  }

  /** The row as values for {@link RowImages.route}. Throws SCHEMA_MISMATCH when columns came or went since. */
  row(image: RowImage): Row {
    const { columns } = this.#select;
    if (columns.length !== Object.keys(image.cells).length || columns.some(({ name }) => !(name in image.cells))) {
      throw new OtterError('SCHEMA_MISMATCH', {
        detail: `${this.route.targetName} has other columns than when the row was written`,
      });
    }
    return this.#select.read(
      columns.map(({ name }) => {
        const hex = image.cells[name] ?? null;
        return hex === null ? null : Buffer.from(hex, 'hex');
      }),
    );
  }

  /** Positions of the columns for {@link RowImages.route}'s writer in which two images differ. */
  changed(before: RowImage, after: RowImage): number[] {
    return this.#select.columns.flatMap(({ name }, i) => (before.cells[name] === after.cells[name] ? [] : [i]));
  }
}

/** Tells images of one row apart: SHA-256 over every cell. `null`: there is no row. */
export function imageDigest(image: RowImage | null): string | null {
  if (image === null) return null;
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(image.cells)))
    .digest('hex');
}
