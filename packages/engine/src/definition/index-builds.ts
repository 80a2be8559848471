import { failpoint, OtterError, type Log } from '@otter/core';
import { quoteTable, readIndexes, type Session } from '@otter/dialects';
import { commitError, type CheckpointStore } from '../control/checkpoint-store.ts';
import type { IndexStore, StoredIndexes } from '../control/index-store.ts';
import type { DdlStep } from '../ddl/ddl-translation.ts';
import { pause } from '../heartbeat.ts';
import { foldedName, splitName } from '../select/table-name.ts';
import type { TableRouter } from '../select/table-router.ts';
import type { IndexingStatus } from '../sync-options.ts';
import type { Site } from '../origin/commit-mark.ts';
import { markedStatement } from '../origin/statement-mark.ts';
import type { RouteTable } from '../transform/route-table.ts';
import type { DeferredIndex } from './deferred-index.ts';

/** How often it is looked whether a copy has come to its end. */
const LOOK_MS = 100;
/** How long what stands in the way may take to pass before the next attempt. */
const BUSY_MS = 1000;
/** Somebody else adds indexes of the same table: how often what is missing is looked at anew. */
const ATTEMPTS_MAX = 5;
/** Waited out, however long: what has been built by then would be lost. */
const LOCK_SECONDS = 86_400;
const DUPLICATE_INDEX = 1061;

export interface IndexBuildPorts {
  log: Log;
  now: () => number;
  store: IndexStore;
  checkpoints: CheckpointStore;
  epoch: bigint;
  router: TableRouter;
  routes: RouteTable;
  /** Source tables of the pipeline, `schema.table`. */
  sources: readonly string[];
  /** Whether rows of a source table are still to be copied. */
  isUncopied(source: string): boolean;
  /** Resolves when every batch that is under way now is committed. */
  settled(): Promise<void>;
  /** The pipeline's source: where the indexes have been before. */
  site: Site;
  /** A connection to the target. */
  open(): Promise<Session>;
}

/** A table that lacks indexes. */
interface Build extends StoredIndexes {
  /** Tables of this pipeline whose rows go there; none: it is another's, or not known to the source now. */
  sources: string[];
  state: IndexingStatus['state'];
  /** Its changes wait for their turn to be committed: see {@link IndexBuilds.isInTurn}. */
  inTurn: boolean;
  sinceMs: number;
  failure: OtterError | null;
  /** The work under way. Never rejects. */
  running: Promise<void> | null;
}

/**
 * Adds the secondary indexes tables were created without, once their rows are copied: one ALTER TABLE for each table,
 * online (LOCK=NONE), on a connection of its own, one table after the other, while the stream goes on (ADR 17).
 *
 * What is missing is written down before the table is created, and forgotten when the target has been seen to have it. So
 * after a crash at any moment the same is done again, for whatever is still missing then.
 */
export class IndexBuilds {
  readonly #ports: IndexBuildPorts;
  readonly #builds: Map<string, Build>;

  constructor(ports: IndexBuildPorts, stored: readonly StoredIndexes[]) {
    this.#ports = ports;
    const sources = new Map<string, string[]>();
    for (const source of ports.sources) {
      const place = this.#placeOf(source);
      if (place !== null) sources.set(place, [...(sources.get(place) ?? []), source]);
    }
    const begun = { state: 'waiting', inTurn: false, sinceMs: 0, failure: null, running: null } as const;
    this.#builds = new Map(
      stored.map((entry) => [foldedName(entry), { ...entry, ...begun, sources: sources.get(foldedName(entry)) ?? [] }]),
    );
    // An earlier process may have been killed, and the server have gone on.
    for (const build of this.#builds.values()) build.inTurn = this.#isReady(build);
  }

  #placeOf(source: string): string | null {
    const destination = this.#ports.router.destination(...splitName(source));
    return destination && foldedName(destination);
  }

  #isReady({ sources }: Build): boolean {
    return sources.length > 0 && !sources.some((source) => this.#ports.isUncopied(source));
  }

  /** Nothing is built, nor can be. */
  get idle(): boolean {
    return [...this.#builds.values()].every(
      (build) => build.running === null && (build.state === 'failed' || !this.#isReady(build)),
    );
  }

  /** Tables whose copy is done and whose indexes are not there. */
  get status(): IndexingStatus[] {
    const shown = [...this.#builds.values()].filter((build) => build.running !== null || this.#isReady(build));
    return shown.map(({ schema, table, indexes, state, sinceMs, failure }) => ({
      table: `${schema}.${table}`,
      indexes: indexes.map(({ name }) => name),
      state,
      forMs: state === 'building' ? Math.max(0, this.#ports.now() - sinceMs) : 0,
      message: failure?.message ?? null,
    }));
  }

  /** Throws INDEX_NOT_BUILT when indexes could not be added in this run. */
  requireBuilt(): void {
    for (const { failure } of this.#builds.values()) if (failure) throw failure;
  }

  /**
   * Whether changes of this group of tables are sent only when everything before them is committed. An ALTER TABLE waits
   * for whoever has touched the table, and whoever comes behind it waits too: a batch that held the table while it
   * waited for an earlier one, which wants it as well, would wait for ever.
   */
  isInTurn(orderGroup: string): boolean {
    for (const build of this.#builds.values())
      if (build.inTurn && this.#ports.routes.orderGroupOf(build) === orderGroup) return true;
    return false;
  }

  /** Works until nothing is left or `signal` aborts. A build under way then is left to the server, and found later. */
  async run(signal: AbortSignal): Promise<void> {
    const failed = (): boolean => [...this.#builds.values()].every(({ state }) => state === 'failed');
    while (!signal.aborted && !failed()) {
      const next = [...this.#builds.values()].find(
        (build) => build.state === 'waiting' && build.running === null && this.#isReady(build),
      );
      if (!next) {
        await pause(LOOK_MS, signal);
        continue;
      }
      next.inTurn = true;
      try {
        await this.#ports.settled();
        await this.#once(next, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!OtterError.is(error) || error.code !== 'TARGET_BUSY') throw error;
        this.#ports.log.warn({ table: `${next.schema}.${next.table}`, detail: error.said }, 'indexes wait');
        await pause(BUSY_MS, signal);
      }
    }
  }

  /**
   * Before a definition changes, its tables get what they were created without: the statement is about the table as the
   * source has it. To be called with everything before it committed. Throws INDEX_NOT_BUILT.
   */
  async finish({ kind, tables, gone, models }: DdlStep): Promise<void> {
    if (kind === 'truncate') return;
    const isDropped = kind === 'drop' || kind === 'database';
    for (const source of [...tables, ...models]) {
      const build = this.#builds.get(this.#placeOf(source) ?? '');
      if (!build) continue;
      while (build.running) await build.running;
      if (!this.#builds.has(foldedName(build))) continue;
      if (isDropped && gone.includes(source)) await this.#forget(build);
      else await this.#once(build, null);
      if (build.failure) throw build.failure;
    }
  }

  /** Nobody builds the same table twice at a time. Throws what passes by itself; a refusal is kept in the build. */
  async #once(build: Build, signal: AbortSignal | null): Promise<void> {
    while (build.running) await build.running;
    if (!this.#builds.has(foldedName(build))) return;
    const work = this.#work(build, signal);
    build.running = work.then(
      () => undefined,
      () => undefined,
    );
    try {
      await work;
    } finally {
      build.running = null;
    }
  }

  async #work(build: Build, signal: AbortSignal | null): Promise<void> {
    const { log, now } = this.#ports;
    const name = `${build.schema}.${build.table}`;
    [build.state, build.sinceMs, build.failure] = ['building', now(), null];
    const session = await this.#ports.open();
    const drop = (): void => session.destroy();
    signal?.addEventListener('abort', drop);
    try {
      if (signal?.aborted) return;
      await session.query(`SET SESSION lock_wait_timeout=${LOCK_SECONDS}, innodb_lock_wait_timeout=${LOCK_SECONDS}`);
      await this.#add(session, build);
      failpoint('index.built');
      await this.#remove(session, build);
      log.info({ table: name, indexes: build.indexes.length, ms: now() - build.sinceMs }, 'indexes added');
    } catch (error) {
      build.state = 'waiting';
      if (!OtterError.is(error) || session.lost || error.scope === 'retry' || error.code === 'OWNER_CHANGED')
        throw error;
      const detail = `${name} lacks ${build.indexes.map((index) => index.name).join(', ')}: ${error.detail}`;
      build.failure = new OtterError('INDEX_NOT_BUILT', { detail, cause: error });
      build.state = 'failed';
      build.inTurn = false;
      const statement = addIndexesSql(build, build.indexes);
      log.error({ table: name, code: 'INDEX_NOT_BUILT', detail, statement }, 'indexes could not be added');
    } finally {
      signal?.removeEventListener('abort', drop);
      await session.close();
    }
  }

  /** Adds what is missing, and makes sure it is there, over the columns that were asked for. */
  async #add(session: Session, build: Build): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const there = await readIndexes(session, build);
      // The table is no more.
      if (there === null) return;
      const missing = build.indexes.filter(({ name }) => !there.has(name.toLowerCase()));
      const other = build.indexes.find(({ name, columns }) => {
        const found = there.get(name.toLowerCase());
        return found !== undefined && found.join('\0').toLowerCase() !== columns.join('\0').toLowerCase();
      });
      if (other) {
        const columns = there.get(other.name.toLowerCase())?.join(', ');
        throw new OtterError('INDEX_NOT_BUILT', { detail: `it has an index ${other.name} over (${columns})` });
      }
      if (missing.length === 0) return;
      failpoint('index.building');
      try {
        await session.query(markedStatement(addIndexesSql(build, missing), [this.#ports.site]));
      } catch (error) {
        // What an earlier process had sent, or a person, has come to its end meanwhile.
        const isThere = OtterError.is(error) && error.context['errno'] === DUPLICATE_INDEX;
        if (!isThere || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  async #forget(build: Build): Promise<void> {
    const session = await this.#ports.open();
    try {
      await this.#remove(session, build);
    } finally {
      await session.close();
    }
  }

  async #remove(session: Session, build: Build): Promise<void> {
    const { checkpoints, epoch, store } = this.#ports;
    try {
      await session.query(['BEGIN', checkpoints.fenceSql(epoch), store.removeSql(build), 'COMMIT'].join(';'));
    } catch (error) {
      throw commitError(error, checkpoints.pipeline);
    }
    this.#builds.delete(foldedName(build));
  }
}

/** One pass over the rows for all of them, during which they can be read and written. */
export function addIndexesSql(table: { schema: string; table: string }, indexes: readonly DeferredIndex[]): string {
  const clauses = indexes.map(({ sql }) => `ADD ${sql}`);
  return `ALTER TABLE ${quoteTable(table.schema, table.table)} ${[...clauses, 'ALGORITHM=INPLACE', 'LOCK=NONE'].join(', ')}`;
}
