import { openConnection, readLogEnd, scanStatements, type SourceFacts } from '@otter/binlog';
import { compareCoordinates, OtterError, type Position, type TableSchema } from '@otter/core';
import { openTargetSession, quoteTable, readTables, type Session } from '@otter/dialects';
import type { SchemaRole, SchemaStore } from '../control/schema-store.ts';
import type { SyncOptions } from '../sync-options.ts';
import type { DdlBarrier, SelectedTransaction } from './selected-transaction.ts';
import { Selector } from './selector.ts';
import type { SourceCatalogue } from './source-catalogue.ts';
import { splitName } from './table-name.ts';
import type { TableRouter } from './table-router.ts';

type Coordinates = Pick<Position, 'file' | 'offset'>;

/** What was read of the source at one moment, and what its log says of the time around it. */
interface Look {
  definitions: ReadonlyMap<string, TableSchema>;
  /** Where the log ended before: the definitions are not older than that. */
  readAfter: Coordinates;
  /** Definitions that changed between the place the look was asked for and its end. */
  changes: { at: Coordinates; tables: ReadonlySet<string> }[];
  end: Coordinates | null;
}

export interface SchemaHistoryPorts {
  options: SyncOptions;
  facts: SourceFacts;
  router: TableRouter;
  catalogue: SourceCatalogue;
  store: SchemaStore;
  role: SchemaRole;
}

/**
 * Keeps the catalogue at what the source's tables were at the place of the log that is being read (design §5
 * "Schema"). The source itself only tells what they are now. That is right for a place of the log when the log
 * from there on changes the definition no more, which is looked up; and what is right is kept with the checkpoint,
 * up to the next change. Where it cannot be known the definition is marked uncertain, and rows of a log that does
 * not name its columns stop their table.
 *
 * A log that names its columns (binlog_row_metadata=FULL) needs none of it: then nothing is looked up or kept.
 */
export class SchemaHistory {
  readonly #ports: SchemaHistoryPorts;
  #look: Look | null = null;

  constructor(ports: SchemaHistoryPorts) {
    this.#ports = ports;
  }

  get #isNeeded(): boolean {
    return this.#ports.facts.rowMetadata !== 'FULL';
  }

  /**
   * Fills the catalogue for `start`: from what is stored, else from `present`, what the source's tables are now.
   * Returns what to store with the position. `session`: `null` where nothing can be stored. `isOwnLog`: the coordinates
   * of `start` are of this server.
   */
  async open(
    session: Session | null,
    start: Position,
    present: readonly TableSchema[],
    isOwnLog: boolean,
  ): Promise<string[]> {
    const { catalogue, store, role } = this.#ports;
    if (!this.#isNeeded) {
      for (const table of present) catalogue.set({ ...table, uncertain: true });
      return [];
    }
    const read = session === null ? [] : await store.read(session, role);
    const stored = new Map(read.map((table) => [nameOf(table), table]));
    for (const table of stored.values()) catalogue.set(table);
    const unknown = present.map(nameOf).filter((name) => !stored.has(name));
    if (unknown.length === 0) return [];
    // Read again now that the place is known: what was read before may be older than it.
    const missing = [...(await this.#definitions(unknown)).values()].filter((table) => !stored.has(nameOf(table)));
    const changed = isOwnLog ? await this.#changedSince(start) : null;
    const certain = missing.filter((table) => changed !== null && !changed.has(nameOf(table)));
    for (const table of missing) catalogue.set(certain.includes(table) ? table : { ...table, uncertain: true });
    return store.saveSql(role, certain);
  }

  /**
   * Looks up what tables are behind a place of the log at which they change; `apply` makes the catalogue say so, `sql`
   * goes into the commit that moves past the place.
   */
  async change(at: Coordinates, tables: readonly string[]): Promise<{ sql: string[]; apply(): void }> {
    const { catalogue, store, role } = this.#ports;
    if (tables.length === 0) return { sql: [], apply: () => undefined };
    const { definitions, changes, readAfter } = await this.#lookFrom(at, tables);
    const since = compareCoordinates(at, readAfter) < 0 ? at : readAfter;
    const later = (table: string): boolean =>
      changes.some((change) => compareCoordinates(change.at, since) > 0 && change.tables.has(table));
    const found = tables.flatMap((table) => definitions.get(table) ?? []);
    const certain = this.#isNeeded ? found.filter((table) => !later(nameOf(table))) : [];
    return {
      sql: this.#isNeeded ? [store.forgetSql(role, tables), ...store.saveSql(role, certain)] : [],
      apply: () => {
        for (const table of tables) catalogue.delete(table);
        for (const table of found) catalogue.set(certain.includes(table) ? table : { ...table, uncertain: true });
      },
    };
  }

  /**
   * Before a statement is run on the target: whether it will tell what its tables are on the source afterwards, because
   * they are alike now and nothing that it leaves to a default differs.
   */
  async isMirrored(target: Session, barrier: DdlBarrier): Promise<boolean> {
    const { catalogue, facts } = this.#ports;
    if (!this.#isNeeded || target.isMariadb !== (facts.flavor === 'mariadb')) return false;
    const there = await this.#onTarget(target, barrier.redefined);
    return barrier.redefined.every((name) => {
      const copy = there.get(name);
      const [schema, table] = splitName(name);
      const known = catalogue.get(schema, table);
      if (this.#ports.router.destination(schema, table)?.columns.length !== 0) return false;
      // A new table may take its charset from its schema. Since MySQL 8.0 the log tells it whatever the definition says.
      if (copy === undefined) return facts.rowMetadata === 'MINIMAL' && facts.flavor === 'mysql';
      if (known === undefined || known.uncertain) return false;
      return known.collation === copy.collation && JSON.stringify(known.columns) === JSON.stringify(copy.columns);
    });
  }

  /** After it was run there: what is uncertain is as on the target. Returns what to store. */
  async learn(target: Session, barrier: DdlBarrier): Promise<string[]> {
    const { catalogue, store, role } = this.#ports;
    const doubtful = barrier.redefined.filter((name) => {
      const known = catalogue.get(...splitName(name));
      return known === undefined || known.uncertain === true;
    });
    if (doubtful.length === 0) return [];
    const learned = [...(await this.#onTarget(target, doubtful)).values()];
    for (const table of learned) catalogue.set(table);
    return store.saveSql(role, learned);
  }

  /** The target's tables under the names of the source. */
  async #onTarget(target: Session, names: readonly string[]): Promise<Map<string, TableSchema>> {
    const places = new Map<string, string>();
    for (const name of names) {
      const destination = this.#ports.router.destination(...splitName(name));
      if (destination) places.set(nameOf(destination), name);
    }
    const found = await readTables(target, (schema, table) => places.has(nameOf({ schema, table })));
    return new Map(
      found.map((definition) => {
        const name = places.get(nameOf(definition)) ?? '';
        const [schema, table] = splitName(name);
        return [name, { ...definition, schema, table }];
      }),
    );
  }

  /** Tries again for a table that is not known for certain at `at`, the place up to which the log was read. */
  async refresh(at: Position, table: string): Promise<string[]> {
    const { catalogue } = this.#ports;
    const known = catalogue.get(...splitName(table));
    if (known !== undefined && known.uncertain === undefined) return [];
    this.#look = null;
    const change = await this.change(at, [table]);
    change.apply();
    return change.sql;
  }

  /** One look serves every change up to its end: a stream far behind meets many. */
  async #lookFrom(at: Coordinates, tables: readonly string[]): Promise<Look> {
    const known = this.#look;
    if (known?.end && compareCoordinates(at, known.end) < 0) return known;
    if (!this.#isNeeded) return { definitions: await this.#definitions(tables), readAfter: at, changes: [], end: null };
    const readAfter = await this.#logEnd();
    const definitions = await this.#definitions(tables);
    const { file, offset } = at;
    this.#look = { definitions, readAfter, ...(await this.#scan({ file, offset, gtid: '' }, definitions)) };
    return this.#look;
  }

  async #logEnd(): Promise<Coordinates> {
    const { options, facts } = this.#ports;
    const connection = await openConnection(options.source);
    try {
      return await readLogEnd(connection, facts.flavor);
    } finally {
      connection.destroy();
    }
  }

  /**
   * What the tables are now, and perhaps others. Not older than what the log tells of them at this moment, and not newer
   * than what it tells as soon as this returns: opening a table waits for a statement that is changing it, which holds
   * the table locked until it is in the log and done.
   */
  async #definitions(tables: readonly string[]): Promise<Map<string, TableSchema>> {
    const { options, router } = this.#ports;
    const names = new Set(tables);
    const session = await openTargetSession(options.source, { role: 'source' });
    try {
      const isWanted = (schema: string, table: string): boolean =>
        this.#isNeeded ? router.destination(schema, table) !== null : names.has(`${schema}.${table}`);
      if (this.#isNeeded) await waitForChanges(session, tables);
      const found = (await readTables(session, isWanted)).map((table) => [nameOf(table), table] as const);
      if (this.#isNeeded) await waitForChanges(session, [...new Set([...tables, ...found.map(([name]) => name)])]);
      return new Map(found);
    } finally {
      await session.close();
    }
  }

  /** `null` where the log cannot be asked from there. */
  async #changedSince(start: Position): Promise<Set<string> | null> {
    try {
      const { changes } = await this.#scan(start, new Map());
      return new Set(changes.flatMap(({ tables }) => [...tables]));
    } catch (error) {
      if (OtterError.is(error) && error.scope !== 'retry') return null;
      throw error;
    }
  }

  async #scan(start: Position, definitions: ReadonlyMap<string, TableSchema>): Promise<Pick<Look, 'changes' | 'end'>> {
    const { options, facts, router, catalogue } = this.#ports;
    const known = new Set([...catalogue.names(), ...definitions.keys()]);
    const selector = new Selector({ options, router, known, source: facts, target: [] });
    const changes: Look['changes'] = [];
    const end = await scanStatements(options.source, facts, start, (transaction) => {
      const { ddl, stops } = selector.select(transaction);
      const tables = new Set([...(ddl?.redefined ?? []), ...stops.map((stop) => stop.table)]);
      if (tables.size > 0) changes.push({ at: transaction, tables });
    });
    return { changes, end };
  }
}

/** {@link SchemaHistory.change} for whatever a transaction changes; its statements are added to those of its commit. */
export async function changeOf(item: SelectedTransaction, history: SchemaHistory): Promise<{ apply(): void } | null> {
  const tables = new Set([...(item.ddl?.redefined ?? []), ...item.stops.map((stop) => stop.table)]);
  if (tables.size === 0 && !item.ddl) return null;
  const change = await history.change(item.transaction, [...tables]);
  item.afterwards = [...(item.afterwards ?? []), ...change.sql];
  return change;
}

/** Returns when no statement that was changing one of the tables is under way any more. */
async function waitForChanges(session: Session, tables: readonly string[]): Promise<void> {
  for (const name of tables) {
    try {
      await session.query(`SELECT 1 FROM ${quoteTable(...splitName(name))} LIMIT 0`);
    } catch (error) {
      // Gone meanwhile, or never ours to read: then there is no definition of it either.
      if (!OtterError.is(error) || session.lost || error.scope === 'retry') throw error;
    }
  }
}

function nameOf({ schema, table }: { schema: string; table: string }): string {
  return `${schema}.${table}`;
}
