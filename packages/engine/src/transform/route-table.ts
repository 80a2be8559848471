import { OtterError, say, type LogTable, type RowsChange } from '@otter/core';
import { readCascades, readTables, type Session, type TargetTable } from '@otter/dialects';
import type { ParkedTables } from '../park/parked-tables.ts';
import { foldedName } from '../select/table-name.ts';
import type { TableDestination, TableRouter } from '../select/table-router.ts';
import { cascadePlaces, type CascadePlace } from './cascade-places.ts';
import { RoutedTable } from './routed-table.ts';

/** A table whose rows cannot be applied at all, found before any of them was tried. */
export class RouteFailure extends OtterError {
  readonly table: string;

  constructor(table: string, cause: OtterError) {
    super(cause.code, { detail: cause.detail, context: cause.context, cause });
    this.table = table;
  }
}

/** Which source tables are being copied now, or are going to be. */
export interface CopyingTables {
  isCopying(table: string): boolean;
  isWaiting(table: string): boolean;
  /** Copied again, over the rows that are there. */
  isRenewing(table: string): boolean;
}

/**
 * Every table of the log that travels, compiled. Tables are looked up in the target's catalogue when the
 * log first mentions them; a table that does not fit is remembered with its reason.
 */
export class RouteTable {
  readonly #router: TableRouter;
  readonly #parked: ParkedTables;
  #copying: CopyingTables | null = null;
  readonly #routes = new Map<LogTable, RoutedTable | RouteFailure>();
  /** By name without regard to case: one table, or several where the target tells them apart by case. */
  readonly #targets = new Map<string, TargetTable[]>();
  /** Read as a whole before the first route: a parent must know of children the log has not mentioned yet. */
  #cascades: Map<string, CascadePlace> | null = null;

  constructor(router: TableRouter, parked: ParkedTables) {
    this.#router = router;
    this.#parked = parked;
  }

  /** From now on, tables that are being copied are asked for; before this none is. */
  follow(copying: CopyingTables): void {
    this.#copying = copying;
  }

  /** Makes sure every table in `tables` has been looked at. Asks the target only about new ones. */
  async resolve(session: Session, tables: Iterable<LogTable>): Promise<void> {
    const fresh = [...tables].filter((table) => !this.#routes.has(table));
    if (fresh.length === 0) return;
    const unknown = new Set<string>();
    for (const table of fresh) {
      const destination = this.#router.destination(table.schema, table.table);
      if (destination && !this.#targets.has(foldedName(destination))) unknown.add(foldedName(destination));
    }
    if (unknown.size > 0) await this.#load(session, (name) => unknown.has(name));
    for (const table of fresh) this.#routes.set(table, this.#compile(table, session));
  }

  async #load(session: Session, wanted: (name: string) => boolean): Promise<void> {
    const found = await readTables(session, (schema, table) => wanted(foldedName({ schema, table })));
    for (const table of found) this.#targets.delete(foldedName(table));
    for (const table of found)
      this.#targets.set(foldedName(table), [...(this.#targets.get(foldedName(table)) ?? []), table]);
    this.#cascades ??= cascadePlaces(await readCascades(session));
  }

  #compile(logTable: LogTable, session: Session): RoutedTable | RouteFailure {
    const source = `${logTable.schema}.${logTable.table}`;
    try {
      if (logTable.problem) throw logTable.problem;
      const destination = this.#router.destination(logTable.schema, logTable.table);
      if (!destination) throw new OtterError('INTERNAL', { detail: `${source} does not travel` });
      const target = this.#target(destination);
      if (!target)
        throw new OtterError('TABLE_MISSING', {
          detail: say('target-for', { target: `${destination.schema}.${destination.table}`, source }),
        });
      const cascade = this.#cascades?.get(foldedName(destination)) ?? null;
      const copying = (): boolean => this.#copying?.isCopying(source) ?? false;
      const renewing = (): boolean => this.#copying?.isRenewing(source) ?? false;
      const { isMariadb, loadsData } = session;
      return new RoutedTable({ logTable, target, destination, isMariadb, loadsData, cascade, copying, renewing });
    } catch (error) {
      if (OtterError.is(error) && error.scope === 'table') return new RouteFailure(source, error);
      throw error;
    }
  }

  /** The table of exactly this name, else the only one of that name in another case. */
  #target({ schema, table }: TableDestination): TargetTable | undefined {
    const candidates = this.#targets.get(foldedName({ schema, table })) ?? [];
    const exact = candidates.find((candidate) => candidate.schema === schema && candidate.table === table);
    return exact ?? (candidates.length === 1 ? candidates[0] : undefined);
  }

  /** Whether rows of the log have been led to this table of the target. */
  isTarget(schema: string, table: string): boolean {
    return this.#targets.has(foldedName({ schema, table }));
  }

  has(table: LogTable): boolean {
    return this.#routes.has(table);
  }

  /** Looks at the places of these source tables in the target again, for every map of them the log has shown. */
  async refresh(session: Session, sources: readonly string[]): Promise<void> {
    const tables = [...this.#routes.keys()].filter((table) => sources.includes(`${table.schema}.${table.table}`));
    for (const table of tables) {
      this.#routes.delete(table);
      const destination = this.#router.destination(table.schema, table.table);
      if (destination) this.#targets.delete(foldedName(destination));
    }
    await this.#refreshCascades(session);
    await this.resolve(session, tables);
  }

  /** Whatever changed the table may have given it, or taken from it, parents and children. */
  async #refreshCascades(session: Session): Promise<void> {
    const places = cascadePlaces(await readCascades(session));
    this.#cascades = places;
    const moved = [...this.#routes].filter(([table, route]) => {
      const destination = this.#router.destination(table.schema, table.table);
      const place = destination && places.get(foldedName(destination));
      return route instanceof RoutedTable && !route.isAt(place ?? null);
    });
    for (const [table] of moved) this.#routes.delete(table);
    await this.resolve(
      session,
      moved.map(([table]) => table),
    );
  }

  /** The group a table of the target keeps its order with: see {@link RoutedTable.orderGroup}. */
  orderGroupOf({ schema, table }: { schema: string; table: string }): string {
    return this.#cascades?.get(foldedName({ schema, table }))?.group ?? `${schema}.${table}`.toLowerCase();
  }

  /** `null`: the table is parked, or its copy has not begun. Throws {@link RouteFailure}. */
  forChange(change: RowsChange): RoutedTable | null {
    const { table } = change;
    const route = this.#routes.get(table);
    if (route === undefined)
      throw new OtterError('INTERNAL', { detail: `${table.schema}.${table.table} was not resolved` });
    const name = route instanceof RoutedTable ? route.source : route.table;
    if (this.#parked.isParked(name) || this.#copying?.isWaiting(name)) return null;
    if (route instanceof RoutedTable) return route;
    throw route;
  }

  /** The same for counting: null for whatever was not applied. */
  peek(change: RowsChange): RoutedTable | null {
    const route = this.#routes.get(change.table);
    return route instanceof RoutedTable && !this.#parked.isParked(route.source) ? route : null;
  }
}
