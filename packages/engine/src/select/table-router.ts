import { mapName, matchesName, matchesTable, patternBreadth, patternText, type TablePattern } from '@otter/core';
import type { ColumnMapping, TableMapping } from '../sync-options.ts';

/** Where the rows of one source table go. */
export interface TableDestination {
  schema: string;
  table: string;
  columns: ColumnMapping[];
}

/** Schemas of the server itself: never matched by a pattern. */
const SYSTEM_SCHEMAS = new Set(['mysql', 'information_schema', 'performance_schema', 'sys', 'ndbinfo']);

/**
 * Decides which tables travel and where to. Of several mappings that match, the most specific wins
 * (otter-spec §1.2: exact before range before expression, then the one given first).
 */
export class TableRouter {
  readonly #tables: readonly TablePattern[];
  readonly #mappings: readonly TableMapping[];
  readonly #columns: readonly ColumnMapping[];
  readonly #controlSchema: string;
  readonly #known = new Map<string, TableDestination | null>();
  /** `schema.table` of tables that match and do not travel all the same. */
  readonly #leftOut = new Set<string>();
  #alone: string | null = null;

  constructor(options: {
    tables: readonly TablePattern[];
    mappings: readonly TableMapping[];
    columns: readonly ColumnMapping[];
    controlSchema: string;
  }) {
    this.#tables = options.tables;
    this.#mappings = [...options.mappings].sort((a, b) => patternBreadth(a.source) - patternBreadth(b.source));
    this.#columns = options.columns;
    this.#controlSchema = options.controlSchema.toLowerCase();
  }

  /** `null` when the table does not travel. Throws USAGE when a range mapping has no counterpart. */
  destination(schema: string, table: string): TableDestination | null {
    const name = `${schema}\u0000${table}`;
    let destination = this.#known.get(name);
    if (destination === undefined) {
      destination = this.#decide(schema, table);
      this.#known.set(name, destination);
    }
    return destination;
  }

  /** From now on the table, `schema.table`, does not travel, whatever matches: a working table of some tool. */
  leaveOut(name: string): void {
    this.#leftOut.add(name);
    this.#known.clear();
  }

  /** It travels again, if it matches. */
  takeIn(name: string): void {
    this.#leftOut.delete(name);
    this.#known.clear();
  }

  /** Every table that matches travels. */
  takeInAll(): void {
    this.#leftOut.clear();
    this.#known.clear();
  }

  /** Asked for by its exact name, `schema.table`. */
  isNamed(name: string): boolean {
    return this.exactNames().some(({ schema, table }) => `${schema}.${table}`.toLowerCase() === name.toLowerCase());
  }

  #decide(schema: string, table: string): TableDestination | null {
    if (this.#leftOut.has(`${schema}.${table}`)) return null;
    if (this.#alone !== null && this.#alone !== `${schema}.${table}`) return null;
    const lower = schema.toLowerCase();
    if (SYSTEM_SCHEMAS.has(lower) || lower === this.#controlSchema) return null;
    if (!this.#tables.some((pattern) => matchesTable(pattern, schema, table))) return null;
    const columns = this.#columns.filter((c) => matchesTable(c.tables, schema, table));
    const mapping = this.#mappings.find((m) => matchesTable(m.source, schema, table));
    if (!mapping) return { schema, table, columns };
    return {
      schema: mapName(mapping.source.schema, mapping.target.schema, schema),
      table: mapName(mapping.source.table, mapping.target.table, table),
      columns,
    };
  }

  /** Whether several source tables go into the table this one goes to. */
  isShared(schema: string, table: string): boolean {
    const destination = this.destination(schema, table);
    const mapping = this.#mappings.find((m) => matchesTable(m.source, schema, table));
    if (!destination || !mapping) return false;
    const { source, target } = mapping;
    if (source.table.form !== 'exact' && target.table.form === 'exact') return true;
    if (source.schema.form !== 'exact' && target.schema.form === 'exact') return true;
    const sameTarget = (other: TableMapping): boolean => patternText(other.target) === patternText(target);
    if (this.#mappings.some((other) => other !== mapping && sameTarget(other))) return true;
    if (destination.schema === schema && destination.table === table) return false;
    const named = this.destination(destination.schema, destination.table);
    return named !== null && named.schema === destination.schema && named.table === destination.table;
  }

  /** The schemas of the target that tables of a source schema may go to; none when none of its tables travels. */
  schemaDestinations(schema: string): string[] {
    const lower = schema.toLowerCase();
    if (SYSTEM_SCHEMAS.has(lower) || lower === this.#controlSchema) return [];
    if (!this.#tables.some((pattern) => matchesName(pattern.schema, schema))) return [];
    const mappings = this.#mappings.filter((m) => matchesName(m.source.schema, schema));
    if (mappings.length === 0) return [schema];
    return [...new Set(mappings.map((m) => mapName(m.source.schema, m.target.schema, schema)))];
  }

  /** Tables asked for by their exact names, whether they exist or not. */
  exactNames(): { schema: string; table: string }[] {
    return this.#tables.flatMap(({ schema, table }) =>
      schema.form === 'exact' && table.form === 'exact' ? [{ schema: schema.text, table: table.text }] : [],
    );
  }

  /** The same rules for one table alone, its name compared to the letter. */
  only(source: string): TableRouter {
    const router = new TableRouter({
      tables: this.#tables,
      mappings: this.#mappings,
      columns: this.#columns,
      controlSchema: this.#controlSchema,
    });
    router.#alone = source;
    return router;
  }

  /** The patterns as the user wrote them. */
  toString(): string {
    return this.#tables.map(patternText).join(',');
  }
}
