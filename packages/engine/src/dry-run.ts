import { BinlogReader, openConnection, readSourceFacts, resolveStart } from '@otter/binlog';
import { compareCoordinates, type Log, type Position } from '@otter/core';
import { openTargetSession, readTables, type Session, type TargetTable } from '@otter/dialects';
import { CheckpointStore } from './control/checkpoint-store.ts';
import { ControlTables } from './control/control-tables.ts';
import { readCandidates, wantsCopy } from './copy/copy-plan.ts';
import { GhostStore } from './control/ghost-store.ts';
import { siteOf } from './origin/commit-mark.ts';
import { isMarkTable } from './origin/original-mark.ts';
import { serverIdentity } from './origin/server-identity.ts';
import { GhostRuns, type GhostRun } from './ddl/ghost-runs.ts';
import { presentGhosts } from './ddl/ghost-tables.ts';
import { createsTables, defersIndexes, planCreation } from './definition/creation-plan.ts';
import { addIndexesSql } from './definition/index-builds.ts';
import { BatchPlan } from './load/batch-plan.ts';
import { operationStatements, orderedStatements } from './load/plan-statements.ts';
import type { ParkedTables } from './park/parked-tables.ts';
import { Selector } from './select/selector.ts';
import { changeOf, SchemaHistory } from './select/schema-history.ts';
import { SchemaStore } from './control/schema-store.ts';
import { SourceCatalogue } from './select/source-catalogue.ts';
import type { SelectedTransaction } from './select/selected-transaction.ts';
import type { TableRouter } from './select/table-router.ts';
import type { Counters } from './status/counters.ts';
import type { SyncOptions } from './sync-options.ts';
import { RouteTable } from './transform/route-table.ts';

const STATEMENT_BYTES = 64 * 1024;

/** Rows of tables that are not there yet cannot be shown. */
function passingOver(absent: ReadonlySet<string>): ParkedTables {
  return { version: 0, isParked: (table) => absent.has(table), park: () => '' };
}

/** Reads the log and writes nothing anywhere: shows the SQL each source transaction would become. */
export class DryRun {
  readonly #options: SyncOptions;
  readonly #router: TableRouter;
  readonly #counters: Counters;
  readonly #log: Log;

  constructor(options: SyncOptions, router: TableRouter, counters: Counters, log: Log) {
    this.#options = options;
    this.#router = router;
    this.#counters = counters;
    this.#log = log;
  }

  /** Runs until aborted or, with `untilCaughtUp`, to the end the log had at the start. */
  async run(signal: AbortSignal, show: (sql: string) => void): Promise<void> {
    const options = this.#options;
    const connection = await openConnection(options.source);
    const facts = await readSourceFacts(connection);
    const target = await openTargetSession(options.target, { role: 'preflight' });
    const catalogue = await openTargetSession(options.source, { role: 'source' });
    try {
      const isMark = (table: string): boolean => options.originalMarks !== undefined && isMarkTable(table);
      const found = await readTables(
        catalogue,
        (schema, table) => isMark(table) || this.#router.destination(schema, table) !== null,
      );
      const [marks, present] = [
        found.filter(({ table }) => isMark(table)),
        found.filter(({ table }) => !isMark(table)),
      ];
      const ghosts = new GhostRuns(this.#router, await this.#storedRuns(target));
      ghosts.found(presentGhosts(present));
      const tables = present.filter(({ schema, table }) => this.#router.destination(schema, table) !== null);
      const known = new SourceCatalogue([], options.controlSchema, marks);
      const history = new SchemaHistory({
        ...{ options, facts, router: this.#router, catalogue: known, role: 'stream' },
        store: new SchemaStore(new ControlTables(options.controlSchema), options.name),
      });
      const stored = await this.#stored(target);
      const start = stored ?? (await resolveStart(connection, facts, options.start));
      const absent = new Set(stored ? [] : await this.#showCreation(catalogue, target, tables, show));
      await history.open(null, start, tables, true);
      const selector = new Selector({
        options,
        router: this.#router,
        known: known.names(),
        source: facts,
        ghosts,
        target: [siteOf(await serverIdentity(target))],
      });
      const reader = new BinlogReader({
        address: options.source,
        start,
        wants: (schema, table) => selector.wants(schema, table),
        keeps: (schema, table) => selector.keeps(schema, table),
        describe: (schema, table) => known.get(schema, table),
        memoryBytes: options.memoryBytes / 4,
        spillBytes: options.memoryBytes / 4,
        spillDirectory: options.spillDirectory,
        log: this.#log,
      });
      if (options.untilCaughtUp && compareCoordinates(start, facts.end) >= 0) return;
      const routes = new RouteTable(this.#router, passingOver(absent));
      for await (const transactions of reader.transactions(signal)) {
        for (const transaction of transactions) {
          const item = selector.select(transaction);
          this.#counters.read([item]);
          (await changeOf(item, history))?.apply();
          await this.#show(item, routes, target, show);
          await transaction.spilled?.release();
          if (options.untilCaughtUp && compareCoordinates(transaction, facts.end) >= 0) return;
        }
      }
    } finally {
      await catalogue.close();
      await target.close();
      connection.destroy();
    }
  }

  async #stored(target: Session): Promise<Position | null> {
    if (this.#options.restart) return null;
    try {
      const store = new CheckpointStore(new ControlTables(this.#options.controlSchema), this.#options.name);
      return (await store.read(target))?.workers[0]?.position ?? null;
    } catch {
      // No control schema yet: the pipeline has never run.
      return null;
    }
  }

  async #storedRuns(target: Session): Promise<GhostRun[]> {
    try {
      return await new GhostStore(new ControlTables(this.#options.controlSchema), this.#options.name).read(target);
    } catch {
      return [];
    }
  }

  /** Shows how missing tables would be created; returns the source tables that go there. */
  async #showCreation(
    source: Session,
    target: Session,
    tables: readonly TargetTable[],
    show: (sql: string) => void,
  ): Promise<string[]> {
    const candidates = await readCandidates(tables, target, this.#router);
    const missing = candidates.filter((c) => c.target === null).map(({ definition }) => definition);
    if (missing.length === 0 || !createsTables(this.#options, wantsCopy(this.#options, candidates))) return [];
    const plan = await planCreation({
      ...{ source, target, router: this.#router, missing },
      defers: defersIndexes(this.#options, wantsCopy(this.#options, candidates)),
    });
    for (const { sql } of plan.schemas) show(sql);
    for (const { sql, warnings } of plan.tables) {
      for (const warning of warnings) show(`-- ${warning.en}`);
      show(sql);
    }
    for (const { destination, deferred } of plan.tables) {
      if (deferred.length === 0) continue;
      show('-- once its rows are there:');
      show(addIndexesSql(destination, deferred));
    }
    for (const { source: table, reason } of plan.refused)
      show(`-- TABLE_NOT_CREATED: ${table.schema}.${table.table}: ${reason.en}`);
    show('-- rows of tables that are not there yet are not shown');
    return missing.map(({ schema, table }) => `${schema}.${table}`);
  }

  async #show(
    item: SelectedTransaction,
    routes: RouteTable,
    target: Session,
    show: (sql: string) => void,
  ): Promise<void> {
    const { transaction } = item;
    for (const step of item.ddl?.steps ?? []) show(step.sql);
    for (const stop of item.stops) show(`-- ${stop.code}: ${stop.detail.en}`);
    const pieces = transaction.spilled ? transaction.spilled.read() : [transaction.changes];
    for await (const changes of pieces) {
      if (changes.length === 0) continue;
      await routes.resolve(
        target,
        changes.map((change) => change.table),
      );
      const plan = BatchPlan.of([{ ...transaction, changes }], (change) => routes.forChange(change));
      for (const table of plan.tables.values()) {
        if (table.ordered) continue;
        for (const { sql } of operationStatements(table, table.operations.values(), STATEMENT_BYTES)) show(sql);
      }
      for (const list of plan.ordered.values())
        for (const { sql } of orderedStatements(list, STATEMENT_BYTES)) show(sql);
    }
    if (transaction.changes.length > 0 || transaction.spilled)
      show(`-- committed at ${transaction.file}:${transaction.offset}`);
  }
}
