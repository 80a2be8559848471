import { openConnection, resolveStart, type SourceFacts } from '@otter/binlog';
import { compareCoordinates, OtterError, say, type Log, type Position } from '@otter/core';
import { openTargetSession, type Session, type TargetTable } from '@otter/dialects';
import { beginTwoWay, seenAt } from '../conflict/two-way-start.ts';
import type { CheckpointStore, StoredCheckpoint } from '../control/checkpoint-store.ts';
import type { ControlTables } from '../control/control-tables.ts';
import type { IndexStore } from '../control/index-store.ts';
import { SchemaStore } from '../control/schema-store.ts';
import type { Settings } from '../control/settings.ts';
import { readCandidates, tablesToCopy, wantsCopy } from '../copy/copy-plan.ts';
import type { CopyStore, StoredCopy } from '../copy/copy-store.ts';
import { KnownTables } from '../copy/known-tables.ts';
import { createsTables, defersIndexes, planCreation } from '../definition/creation-plan.ts';
import { createTables } from '../definition/table-creation.ts';
import type { GateStore } from '../freegate/gate-store.ts';
import { markedPosition, siteOf, type Known } from '../origin/commit-mark.ts';
import type { TableRouter } from '../select/table-router.ts';
import type { SyncOptions } from '../sync-options.ts';

/** The place an attempt reads from. */
export interface StartingPoint {
  start: Position;
  known: Required<Known>;
  /** Up to where each worker has applied. */
  workers: Position[];
  /** These are apart: a range that only some of them have applied is finished first. */
  unequal: boolean;
}

export interface StartingPointPorts {
  options: SyncOptions;
  router: TableRouter;
  log: Log;
  tables: ControlTables;
  store: CheckpointStore;
  copies: CopyStore;
  gateStore: GateStore;
  settings: Settings;
  indexStore: IndexStore;
}

/** What an attempt begins with. */
interface Grounds {
  /** Connection to the target. */
  control: Session;
  epoch: bigint;
  facts: SourceFacts;
  /** Tables of the source that take part. */
  tables: readonly TargetTable[];
  signal: AbortSignal;
}

/** Finds the place to read from: the stored one, or a new one that is stored before the first row is applied. */
export class StartingPoints {
  readonly #ports: StartingPointPorts;

  constructor(ports: StartingPointPorts) {
    this.#ports = ports;
  }

  /** Throws SOURCE_CHANGED, CHECKPOINT_UNUSABLE, and what a plan of copies and a log without its beginning throw. */
  async find(stored: StoredCheckpoint | null, grounds: Grounds): Promise<StartingPoint> {
    const isResumed = stored !== null && stored.workers.length > 0 && !this.#ports.options.restart;
    return isResumed ? await this.#resume(stored, grounds) : await this.#begin(grounds);
  }

  async #resume(stored: StoredCheckpoint, grounds: Grounds): Promise<StartingPoint> {
    const { options, log } = this.#ports;
    const { facts, epoch } = grounds;
    const positions = stored.workers.map((worker) => worker.position);
    if (stored.source !== '' && stored.source !== facts.identity && positions.some((p) => p.gtid === '')) {
      throw new OtterError('SOURCE_CHANGED', {
        detail: say('source-other', { pipeline: options.name, stored: stored.source, found: facts.identity }),
      });
    }
    const start = positions.reduce((a, b) => (compareCoordinates(a, b) <= 0 ? a : b));
    const unequal = positions.some((p) => compareCoordinates(p, start) !== 0);
    const { drops = [] } = stored.workers.find(({ position }) => position === start) ?? {};
    const known = { seen: seenAt(stored, options), drops };
    log.info({ position: start, epoch: String(epoch) }, 'going on from the checkpoint');
    if (unequal && options.apply === 'row') return { start, known, workers: positions, unequal };
    const furthest = positions.reduce((a, b) => (compareCoordinates(a, b) >= 0 ? a : b));
    if (unequal) {
      throw new OtterError('CHECKPOINT_UNUSABLE', {
        detail: say('workers-apart', {
          start: `${start.file}:${start.offset}`,
          furthest: `${furthest.file}:${furthest.offset}`,
        }),
      });
    }
    return await this.#store(start, known, await this.#planAdded(grounds), grounds);
  }

  async #begin(grounds: Grounds): Promise<StartingPoint> {
    const { options, log } = this.#ports;
    const { facts, tables } = grounds;
    const connection = await openConnection(options.source);
    try {
      const now = (): Promise<Position> => resolveStart(connection, facts, options.start);
      const both = options.twoWay ? await beginTwoWay(options, { facts, tables: this.#ports.tables, now }) : null;
      const start = both?.start ?? (await now());
      const copies = await this.#planCopies(tables, grounds);
      const alongside = [
        ...(both?.alongside ?? []),
        new SchemaStore(this.#ports.tables, options.name).clearSql(),
        this.#ports.copies.clearSql(),
        this.#ports.gateStore.clearSql(),
        ...copies.map((copy) => this.#ports.copies.saveSql(copy)),
        ...KnownTables.saveSql(this.#ports.settings, tables, options.tables),
      ];
      const found = await this.#store(start, { seen: both?.seen ?? null, drops: [] }, alongside, grounds);
      log.info({ position: start, copies: copies.length }, 'starting');
      options.restart = false;
      return found;
    } finally {
      connection.destroy();
    }
  }

  async #store(
    start: Position,
    known: Required<Known>,
    alongside: readonly string[],
    { control, epoch, facts: { identity } }: Grounds,
  ): Promise<StartingPoint> {
    const { store, options } = this.#ports;
    const rows = options.apply === 'row' ? options.workers : 1;
    const position = markedPosition(start, [siteOf(identity)], known);
    await store.initialize(control, epoch, identity, position, rows, alongside);
    return { start, known, workers: Array.from({ length: options.workers }, () => start), unequal: false };
  }

  /** Which tables are copied first; none in most cases. Makes those that are missing. */
  async #planCopies(
    tables: readonly TargetTable[],
    { control, signal }: Grounds,
    isAdded = false,
  ): Promise<StoredCopy[]> {
    const { options, router } = this.#ports;
    if (options.mode === 'incremental' && options.createTables !== 'yes') return [];
    const candidates = await readCandidates(tables, control, router);
    // Beside tables that take part, one that is new is copied unless somebody said otherwise: its target is looked at.
    const isWanted = isAdded ? options.mode !== 'incremental' : wantsCopy(options, candidates);
    const copies = isWanted ? tablesToCopy(options, candidates) : [];
    const missing = candidates.filter(({ target }) => target === null).map(({ definition }) => definition);
    if (missing.length > 0 && createsTables(options, copies.length > 0))
      await this.#createTables(control, missing, defersIndexes(options, copies.length > 0), signal);
    return copies;
  }

  async #createTables(
    control: Session,
    missing: readonly TargetTable[],
    defers: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { options, router, log, indexStore } = this.#ports;
    const source = await openTargetSession(options.source, { role: 'source' });
    try {
      const plan = await planCreation({ source, target: control, router, missing, defers });
      await createTables(plan, control, { indexes: indexStore, log, signal });
    } finally {
      await source.close();
    }
  }

  /** Statements that let tables take part which the pipeline has never had, while the others go on where they were. */
  async #planAdded(grounds: Grounds): Promise<string[]> {
    const { options, log, settings } = this.#ports;
    const { control, tables } = grounds;
    const known = await KnownTables.read(control, settings);
    const added = known === null ? [] : tables.filter((table) => known.isNew(table));
    const copies = added.length === 0 ? [] : await this.#planCopies(added, grounds, true);
    for (const { schema, table } of added) {
      const name = `${schema}.${table}`;
      const copied = copies.some((copy) => copy.table === name);
      log.info({ table: name }, copied ? 'new table, it is copied' : 'new table, from the checkpoint on');
    }
    return [
      ...copies.map((copy) => this.#ports.copies.overwriteSql(copy)),
      ...KnownTables.saveSql(settings, tables, options.tables),
    ];
  }
}
