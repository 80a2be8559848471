import { setMaxListeners } from 'node:events';
import { BinlogReader, type SourceFacts } from '@otter/binlog';
import { compareCoordinates, failpoint, type Log, type Position, type TableSchema } from '@otter/core';
import { openTargetSession, type Session, type TargetTable } from '@otter/dialects';
import { CheckpointStore } from '../control/checkpoint-store.ts';
import { ControlTables, ensureTables } from '../control/control-tables.ts';
import { ErrorRecords } from '../control/error-records.ts';
import { IndexStore } from '../control/index-store.ts';
import { openCopies } from '../copy/copy-plan.ts';
import { readDecisions, type Decisions } from '../control/decisions.ts';
import { GhostStore } from '../control/ghost-store.ts';
import { SchemaStore } from '../control/schema-store.ts';
import { Settings } from '../control/settings.ts';
import { answerCopyRequests } from '../copy/copy-requests.ts';
import { CopyStore, ENDED_COPIES } from '../copy/copy-store.ts';
import { Copier } from '../copy/copier.ts';
import type { TableCopy } from '../copy/table-copy.ts';
import { FreeGate } from '../freegate/free-gate.ts';
import { GateStore } from '../freegate/gate-store.ts';
import { IndexBuilds } from '../definition/index-builds.ts';
import { claimOwnership, markWriter } from '../control/ownership.ts';
import { Heartbeat, pause } from '../heartbeat.ts';
import { AppliedRows } from '../load/applied-rows.ts';
import { Commits } from '../load/commits.ts';
import type { LoadContext, LoadLimits } from '../load/load-context.ts';
import { LoadQueue } from '../load/load-queue.ts';
import { Progress } from '../load/progress.ts';
import { RowLoader } from '../load/row-loader.ts';
import { TransactionLoader } from '../load/transaction-loader.ts';
import { siteOf, type Site } from '../origin/commit-mark.ts';
import { MARK_DEFINITIONS, MARK_TABLES } from '../origin/original-mark.ts';
import { serverIdentity } from '../origin/server-identity.ts';
import { ConflictGuard } from '../conflict/conflict-guard.ts';
import { ConflictStore } from '../conflict/conflict-store.ts';
import type { Seen } from '../conflict/row-writes.ts';
import { TargetTail } from '../conflict/target-tail.ts';
import { CatchUps } from '../park/catch-ups.ts';
import type { PipelineParkedTables } from '../park/parked-tables.ts';
import { DdlJournal } from '../ddl/ddl-journal.ts';
import { foldedName } from '../select/table-name.ts';
import { GhostRuns } from '../ddl/ghost-runs.ts';
import { presentGhosts } from '../ddl/ghost-tables.ts';
import { Selector } from '../select/selector.ts';
import { SchemaHistory } from '../select/schema-history.ts';
import { SourceCatalogue } from '../select/source-catalogue.ts';
import type { TableRouter } from '../select/table-router.ts';
import type { Counters } from '../status/counters.ts';
import type { StageTrack } from '../status/stage-times.ts';
import type { SyncOptions, TwoWayOptions } from '../sync-options.ts';
import type { Findings } from '../verify/findings.ts';
import { ForeignWriters } from '../verify/foreign-writers.ts';
import { ReadBack } from '../verify/read-back.ts';
import { LogFeed, type LogFeedPorts } from './log-feed.ts';
import { readSource } from './source-at-start.ts';
import { StartingPoints } from './starting-point.ts';
import { logsCascades } from '../transform/cascade-places.ts';
import { RouteTable, type CopyingTables } from '../transform/route-table.ts';

/** How often the target is asked whether somebody decided about a parked table, or wants one copied. */
const CONTROL_PERIOD_MS = 1000;
/** The same while there is nothing to decide about: a manager may have hundreds of such pipelines. */
const QUIET_PERIOD_MS = 2500;
/** How long an answer to that may take before the target counts as gone. */
const TARGET_SILENT_MS_MAX = 30_000;
/** What is under way when an attempt ends may take this long to finish; then its connections are dropped. */
const ENDING_MS_MAX = 6000;
/** How often `--until-caught-up` looks whether it is. */
const CAUGHT_UP_PERIOD_MS = 50;
/** How long `--until-caught-up` waits for rows to be read back once they are all applied. */
const READ_BACK_MS_MAX = 60_000;

/** Log bytes waiting for a worker, of one batch, and of one transaction before it goes to disk; shares of the budget. */
const QUEUE_SHARE = 8;
const BATCH_SHARE = 8;
const SPILL_SHARE = 8;
/** Rows the target's own writers have touched. */
const CONFLICTS_SHARE = 4;
/** Rows that wait to be read back. */
const READ_BACK_SHARE = 8;
/** Bytes received and not decoded: enough that the source never waits for us, few enough to stay in the caches. */
const SOCKET_SHARE = 32;
const STATEMENT_BYTES = 512 * 1024;
const PACKET_BYTES_MAX = 1024 * 1024;

/** What one attempt shares with the pipeline it belongs to. */
export interface AttemptPorts {
  options: SyncOptions;
  log: Log;
  now: () => number;
  counters: Counters;
  parked: PipelineParkedTables;
  router: TableRouter;
  /** What continuous verification has found over all attempts. */
  findings: Findings;
  /** Target connections of earlier attempts: the server may not know yet that they are gone. */
  formerThreads: Set<number>;
  /** How far the target is behind, ms; `null` when it is not known. */
  lagMs(): number | null;
  /** Called once everything is in place and rows begin to flow. */
  onRunning(): void;
}

/**
 * One life of a pipeline: from taking ownership to the first error that needs a new start. Whatever goes
 * wrong, the next attempt begins at the checkpoint in the target, as a new process would: recovery has one path.
 */
export class PipelineAttempt {
  readonly #ports: AttemptPorts;
  readonly #tables: ControlTables;
  readonly #store: CheckpointStore;
  readonly #copies: CopyStore;
  readonly #gateStore: GateStore;
  readonly #settings: Settings;
  readonly #ghostStore: GhostStore;
  readonly #indexStore: IndexStore;
  readonly #sessions: Session[] = [];
  #reader: BinlogReader | null = null;
  readonly #reading: StageTrack;
  #queue: LoadQueue | null = null;
  #heartbeat: Heartbeat | null = null;
  #loader: TransactionLoader | RowLoader | null = null;
  #copier: Copier | null = null;
  #gate: FreeGate | null = null;
  #applied: AppliedRows | null = null;
  #readBack: ReadBack | null = null;
  #foreignWriters: ForeignWriters | null = null;
  #indexes: IndexBuilds | null = null;
  #tail: TargetTail | null = null;
  /** Ended by itself, to go on at once in another way. */
  again = false;
  #stop: AbortController | null = null;
  /** What is opened from here on is nobody's. */
  #isOver = false;

  constructor(ports: AttemptPorts) {
    this.#ports = ports;
    this.#tables = new ControlTables(ports.options.controlSchema);
    this.#reading = ports.counters.stages.track();
    this.#store = new CheckpointStore(this.#tables, ports.options.name);
    this.#copies = new CopyStore(this.#tables, ports.options.name);
    this.#gateStore = new GateStore(this.#tables, ports.options.name);
    this.#indexStore = new IndexStore(this.#tables);
    this.#settings = new Settings(this.#tables, ports.options.name);
    this.#ghostStore = new GhostStore(this.#tables, ports.options.name);
  }

  /** Everything received from the source so far is applied. */
  get caughtUp(): boolean {
    return (
      this.#reader !== null && this.#reader.status.drained && (this.#loader?.idle ?? false) && this.#queue?.length === 0
    );
  }

  get connected(): boolean {
    return this.#reader?.status.connected ?? false;
  }

  get bytesReceived(): number {
    return this.#reader?.status.bytesRead ?? 0;
  }

  /** Rows that wait to be read back. */
  get rowsToReadBack(): number {
    return this.#applied?.size ?? 0;
  }

  /** Applied rows of this attempt that were not read back and will not be. */
  get rowsLeftOut(): number {
    return this.#applied?.leftOut ?? 0;
  }

  get copier(): Copier | null {
    return this.#copier;
  }

  get indexes(): IndexBuilds | null {
    return this.#indexes;
  }

  get heartbeat(): Heartbeat | null {
    return this.#heartbeat;
  }

  /** Nothing is left to be copied, for whatever reason. */
  get #isCopied(): boolean {
    return (this.#copier?.idle ?? true) && (this.#gate?.idle ?? true);
  }

  /** Runs until `signal`, until caught up (when asked for), or until an error; leaves no connection behind. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#run(signal);
    } finally {
      this.#ports.findings.skipped += this.rowsLeftOut + this.rowsToReadBack;
      this.#applied = null;
      this.#ports.counters.stages.close();
      this.#isOver = true;
      for (const session of this.#sessions) this.#drop(session);
    }
  }

  async #open(): Promise<Session> {
    const session = await openTargetSession(this.#ports.options.target, { role: 'writer' });
    this.#sessions.push(session);
    if (this.#isOver) this.#drop(session);
    return session;
  }

  #drop(session: Session): void {
    this.#ports.formerThreads.add(session.threadId);
    session.destroy();
  }

  /** A connection that a later owner of the pipeline finds, should this process hang while it holds locks. */
  async #openWriter(index: number): Promise<Session> {
    const session = await this.#open();
    await markWriter(session, this.#ports.options.controlSchema, this.#ports.options.name, index);
    return session;
  }

  /** Those from a number on, side by side; waits for all of them, so that none is left behind where another fails. */
  async #openWriters(from: number, to: number): Promise<Session[]> {
    const numbers = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
    const opened = await Promise.allSettled(numbers.map((number) => this.#openWriter(number)));
    return opened.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { options, router, parked, counters, log, now } = this.#ports;
    const control = await this.#open();
    await this.#store.prepare(control);
    if (options.originalMarks?.channel) await ensureTables(control, MARK_TABLES, MARK_DEFINITIONS);
    await claimOwnership(control, options.controlSchema, options.name, this.#ports.formerThreads);
    this.#ports.formerThreads.clear();
    // Meanwhile: the target may be a continent away.
    const opening = this.#openWriters(0, options.workers);
    opening.catch(() => undefined);
    const { facts, tables: present, buffer, marks } = await readSource(options, router);
    const { epoch, stored } = await this.#store.acquire(control);
    failpoint('checkpoint.acquired');
    const ghosts = await this.#ghosts(control, stored !== null && !options.restart, present);
    const tables = present.filter(({ schema, table }) => router.destination(schema, table) !== null);
    const resumed = await this.#startingPoints().find(stored, { control, epoch, facts, tables, signal });
    const catalogue = new SourceCatalogue([], options.controlSchema, marks);
    const isOwnLog = stored === null || stored.source === '' || stored.source === facts.identity;
    const history = this.#history(facts, catalogue);
    await this.#keep(control, epoch, await history.open(control, resumed.start, tables, isOwnLog));
    const errors = new ErrorRecords(this.#tables, options.name);
    await this.#keep(control, epoch, this.#ghostStore.saveSql(ghosts.takeChanged()));
    await this.#loadParked(control, errors);
    const shards = options.apply === 'row' && resumed.unequal ? resumed.workers.length : options.workers;
    const opened = await opening;
    const writers = [...opened.slice(0, shards), ...(await this.#openWriters(opened.length, shards))];

    const site = siteOf(facts.identity);
    const target = await this.#targetSites(control, epoch);
    const { seen, drops } = resumed.known;
    const counterpart = options.twoWay && seen ? { pipeline: options.twoWay.counterpart, seen } : undefined;
    const selecting = { options, router, known: catalogue.names(), source: facts, ghosts, target, drops };
    const selector = new Selector({ ...selecting, ...(counterpart ? { counterpart } : {}) });
    const committed = (): Position => commits.stored;
    const conflicts = counterpart ? await this.#openConflicts(control, site, counterpart.seen, committed) : undefined;
    const queue = (this.#queue = new LoadQueue(options.memoryBytes / QUEUE_SHARE));
    const routes = new RouteTable(router, parked);
    const progress = new Progress(resumed.start);
    counters.position ??= resumed.start;
    const workers = options.apply === 'row' ? writers.map((_, i) => i) : [0];
    const commits = new Commits({
      ...{ progress, store: this.#store, epoch, source: facts.identity, site, known: resumed.known },
      ...{ workers, routes, counters, now, parked, original: options.originalMarks },
    });
    const limits = loadLimits(options, control);
    const ddl = new DdlJournal(this.#tables, this.#store, epoch, 0);
    const copier = await this.#openCopier(control, { epoch, routes, facts, tables });
    this.#copier = copier;
    this.#openReadBack(copier, routes, tables);
    const applied = this.#applied ?? undefined;
    const indexes = await this.#openIndexes(control, { epoch, routes, tables, copier, site });
    this.#indexes = indexes;
    const loading = { sessions: writers, queue, routes, commits, parked, ddl, indexes, limits, conflicts };
    const context: LoadContext = { ...loading, stages: counters.stages, log, applied };
    const gate = (this.#gate = await this.#openGate(control, { epoch, routes, facts, copier, buffer }));
    const isEvenWork = copier.idle && (gate?.idle ?? true);
    // A range that only some shards have applied can only be finished as it was begun.
    const byRow = options.apply === 'row' && (isEvenWork || resumed.unequal);
    routes.follow(followed(copier, byRow ? null : gate));
    this.#loader = byRow ? new RowLoader(context, resumed.workers) : new TransactionLoader(context);
    const reader = (this.#reader = this.#openReader(resumed.start, selector, catalogue));
    const catchUps = this.#openCatchUps({
      ...{ control, copier, routes, progress, commits, errors, epoch, facts, limits },
      ...{ catalogue, history, indexes, site, target, marks },
      isByRow: byRow,
    });
    // Until the shards stand at one place nothing can be copied.
    const mayCopy = byRow && !isEvenWork ? null : copier;
    await this.#flow({
      ...{ signal, control, epoch, queue, facts, catchUps, indexes, conflicts, copier: mayCopy },
      ...{ isByRow: byRow, isUnequal: resumed.unequal },
      feed: this.#openFeed(epoch, { reader, control, selector, ghosts, routes, history, queue, copier: mayCopy }),
    });
  }

  #startingPoints(): StartingPoints {
    const { options, router, log } = this.#ports;
    return new StartingPoints({
      ...{ options, router, log, tables: this.#tables, store: this.#store, copies: this.#copies },
      ...{ gateStore: this.#gateStore, settings: this.#settings, indexStore: this.#indexStore },
    });
  }

  /** What decides between the source's changes and the target's own. */
  async #openConflicts(control: Session, site: Site, seen: Seen, committed: () => Position): Promise<ConflictGuard> {
    const { options, router, log, counters, now } = this.#ports;
    const isMapped = (schema: string, table: string): boolean => router.destination(schema, table) !== null;
    const bytesMax = options.memoryBytes / CONFLICTS_SHARE;
    const policy = options.twoWay as TwoWayOptions;
    const tail = new TargetTail({ options, policy, source: site, isMapped, start: seen, bytesMax, log });
    const stop = (this.#stop = new AbortController());
    const store = new ConflictStore(this.#tables, options.name);
    const guard = new ConflictGuard({ policy, tail, store, counters, bytesMax, now, signal: stop.signal, committed });
    await tail.open(control);
    await guard.open(control);
    this.#tail = tail;
    return guard;
  }

  /** The target and what has been in its place before, a primary that has failed: the log still tells of that. */
  async #targetSites(control: Session, epoch: bigint): Promise<Site[]> {
    const site = siteOf(await serverIdentity(control));
    const stored = (await this.#settings.read(control, 'sites'))?.split(',') ?? [];
    if (stored.includes(site)) return stored;
    const sites = [...stored, site];
    await this.#keep(control, epoch, [this.#settings.saveSql('sites', sites.join(','))]);
    return sites;
  }

  #openReader(start: Position, selector: Selector, catalogue: SourceCatalogue): BinlogReader {
    const { options, log } = this.#ports;
    return new BinlogReader({
      address: options.source,
      start,
      wants: (schema, table) => (this.#gate?.wants(schema, table) ?? false) || selector.wants(schema, table),
      keeps: (schema, table) => selector.keeps(schema, table),
      describe: (schema, table) => this.#gate?.describe(schema, table) ?? catalogue.get(schema, table),
      memoryBytes: options.memoryBytes / SOCKET_SHARE,
      spillBytes: options.memoryBytes / SPILL_SHARE,
      spillDirectory: options.spillDirectory,
      heartbeatMs: options.untilCaughtUp ? 500 : 10_000,
      onWaiting: (isWaiting) => this.#reading.to(isWaiting ? 'source' : 'parse'),
      log,
      ...(options.serverId === undefined ? {} : { serverId: options.serverId }),
    });
  }

  #openFeed(
    epoch: bigint,
    parts: Pick<LogFeedPorts, 'reader' | 'control' | 'selector' | 'ghosts' | 'routes' | 'history' | 'queue' | 'copier'>,
  ): LogFeed {
    const { log, counters, parked } = this.#ports;
    return new LogFeed({
      ...{ ...parts, log, counters, parked, reading: this.#reading, gate: this.#gate },
      ...{ ghostStore: this.#ghostStore, copies: this.#copies },
      keep: (sql) => this.#keep(parts.control, epoch, sql),
      startAgain: () => this.#startAgain(),
    });
  }

  /** The runs of online-change tools as of the checkpoint; their working tables are left out from here on. */
  async #ghosts(control: Session, isResumed: boolean, present: readonly TargetTable[]): Promise<GhostRuns> {
    const { router, log } = this.#ports;
    const ghosts = new GhostRuns(router, isResumed ? await this.#ghostStore.read(control) : [], log);
    ghosts.found(presentGhosts(present));
    return ghosts;
  }

  #openReadBack(copier: Copier, routes: RouteTable, tables: readonly TargetTable[]): void {
    const { options, findings, parked, log, now, router } = this.#ports;
    if (options.verify === 'off') return;
    const applied = (this.#applied = new AppliedRows({ bytesMax: options.memoryBytes / READ_BACK_SHARE, now }));
    const isStopped = (table: string): boolean => parked.isParked(table) || copier.isUnfinished(table);
    this.#readBack = new ReadBack({ options, applied, findings, isStopped, log });
    const places = new Set(
      tables.flatMap(({ schema, table }) => {
        const destination = router.destination(schema, table);
        return destination === null ? [] : [foldedName(destination)];
      }),
    );
    const isMapped = (schema: string, table: string): boolean =>
      places.has(foldedName({ schema, table })) || routes.isTarget(schema, table);
    this.#foreignWriters = new ForeignWriters({ options, findings, isMapped, now, log });
  }

  async #openCopier(
    control: Session,
    parts: { epoch: bigint; routes: RouteTable; facts: SourceFacts; tables: readonly TargetTable[] },
  ): Promise<Copier> {
    const { options, log, router, parked } = this.#ports;
    const { epoch, routes, facts, tables } = parts;
    const { copies, unknown } = await this.#openCopies({ control, facts, tables, epoch });
    return new Copier(
      {
        ...{ options, log, tables: this.#tables, checkpoints: this.#store, epoch, router, parked, routes },
        store: this.#copies,
        logsCascades: logsCascades(facts.flavor === 'mariadb', facts.versionNumber),
        open: () => this.#open(),
        lagMs: () => this.#ports.lagMs(),
        now: this.#ports.now,
      },
      copies,
      unknown,
    );
  }

  /** `buffer`: the definition of `retl_buffer` on the source. `null`: nobody wants to hear it. */
  async #openGate(
    control: Session,
    parts: { epoch: bigint; routes: RouteTable; facts: SourceFacts; copier: Copier; buffer: TableSchema | undefined },
  ): Promise<FreeGate | null> {
    const { options, log, router, parked } = this.#ports;
    const { epoch, routes, facts, copier, buffer } = parts;
    if (options.freeGate === 'off') return null;
    const gate = new FreeGate(
      {
        ...{ options, log, tables: this.#tables, checkpoints: this.#store, epoch, router, parked, routes, copier },
        store: this.#gateStore,
        logsCascades: logsCascades(facts.flavor === 'mariadb', facts.versionNumber),
        target: control,
      },
      await this.#gateStore.count(control),
      buffer,
    );
    await gate.open();
    return gate;
  }

  async #openIndexes(
    control: Session,
    parts: { epoch: bigint; routes: RouteTable; tables: readonly TargetTable[]; copier: Copier; site: Site },
  ): Promise<IndexBuilds> {
    const { log, now, router } = this.#ports;
    const { epoch, routes, tables, copier, site } = parts;
    const stored = await this.#indexStore.read(control);
    const copies = stored.length === 0 ? [] : await this.#copies.read(control);
    return new IndexBuilds(
      {
        ...{ log, now, store: this.#indexStore, checkpoints: this.#store, epoch, router, routes, site },
        // The source may have dropped or renamed a table, and the log not have told it yet.
        sources: [
          ...new Set([...tables.map(({ schema, table }) => `${schema}.${table}`), ...copies.map(({ table }) => table)]),
        ],
        isUncopied: (source) => copier.isWaiting(source) || copier.isUnfinished(source),
        settled: () => (this.#loader as TransactionLoader | RowLoader).settled(),
        open: () => this.#open(),
      },
      stored,
    );
  }

  #openCatchUps(parts: {
    control: Session;
    copier: Copier;
    routes: RouteTable;
    progress: Progress;
    commits: Commits;
    errors: ErrorRecords;
    epoch: bigint;
    facts: SourceFacts;
    limits: LoadLimits;
    catalogue: SourceCatalogue;
    history: SchemaHistory;
    indexes: IndexBuilds;
    site: Site;
    target: readonly Site[];
    marks: readonly TargetTable[];
    isByRow: boolean;
  }): CatchUps {
    const { options, log, now, counters, parked, router } = this.#ports;
    const { control, copier, routes, progress, commits, errors, epoch, facts, limits } = parts;
    return new CatchUps({
      ...{ options, log, now, counters, parked, router, errors, store: this.#store, epoch, facts, limits },
      ...{ indexes: parts.indexes, site: parts.site, target: parts.target, marks: parts.marks },
      open: () => this.#openWriter(options.workers),
      hold: () => (this.#loader as TransactionLoader | RowLoader).hold(),
      mainPosition: () => progress.position,
      mainCheckpointSql: () => commits.currentSql(),
      describe: async (table) => {
        const { position } = this.#reader as BinlogReader;
        await this.#keep(control, epoch, await parts.history.refresh(position, table));
        return position;
      },
      rejoin: (table) => routes.refresh(control, [table]),
      recopy: async (record) => {
        if (!copier.isUnfinished(record.table)) return false;
        await copier.restart(record.table, [errors.resolveSql(record.id, 'resolved')]);
        parked.unpark(record.table);
        await routes.refresh(control, [record.table]);
        if (parts.isByRow) this.#startAgain();
        return true;
      },
    });
  }

  #history(facts: SourceFacts, catalogue: SourceCatalogue): SchemaHistory {
    const { options, router } = this.#ports;
    const store = new SchemaStore(this.#tables, options.name);
    return new SchemaHistory({ options, facts, router, catalogue, store, role: 'stream' });
  }

  /** Stores definitions that are right at the checkpoint as it is. */
  async #keep(control: Session, epoch: bigint, sql: readonly string[]): Promise<void> {
    if (sql.length > 0) await control.query(['BEGIN', this.#store.fenceSql(epoch), ...sql, 'COMMIT'].join(';'));
  }

  async #openCopies(parts: {
    control: Session;
    facts: SourceFacts;
    tables: readonly TargetTable[];
    epoch: bigint;
  }): Promise<{ copies: TableCopy[]; unknown: string[] }> {
    const { control, facts, tables, epoch } = parts;
    const { options, router, parked, log } = this.#ports;
    const stored = await this.#copies.read(control);
    if (stored.every(({ state }) => ENDED_COPIES.includes(state))) return { copies: [], unknown: [] };
    const cascades = logsCascades(facts.flavor === 'mariadb', facts.versionNumber);
    const source = await openTargetSession(options.source, { role: 'source' });
    try {
      const answered = await answerCopyRequests(stored, {
        ...{ store: this.#copies, checkpoints: this.#store, epoch, log },
        grounds: {
          ...{ source, target: control, router, tables },
          isParked: (table) => parked.isParked(table),
          isTwoWay: options.twoWay !== undefined,
          logsCascades: cascades,
        },
      });
      const { memoryBytes } = options;
      const copies = await openCopies(answered, tables, source, { logsCascades: cascades, memoryBytes });
      const known = new Set(copies.map((copy) => copy.source));
      const unknown = answered
        .filter(({ kind, state, table }) => kind === 'first' && !ENDED_COPIES.includes(state) && !known.has(table))
        .map(({ table }) => table);
      return { copies, unknown };
    } finally {
      await source.close();
    }
  }

  async #loadParked(control: Session, errors: ErrorRecords): Promise<void> {
    const { parked } = this.#ports;
    parked.entries.clear();
    for (const record of await errors.unresolved(control)) {
      parked.entries.set(record.table, { id: record.id, state: record.state, record });
    }
  }

  /** Feeds the loader from the reader until one of them ends, and brings the other to its end too. */
  async #flow(parts: FlowParts): Promise<void> {
    const { options, log, now, counters } = this.#ports;
    const { queue, control } = parts;
    const stop = (this.#stop ??= new AbortController());
    // As many listen as there are tasks and connections; none of them is forgotten.
    setMaxListeners(0, stop.signal);
    const abort = (): void => stop.abort();
    parts.signal.addEventListener('abort', abort);
    if (parts.signal.aborted) stop.abort();
    stop.signal.addEventListener('abort', () => queue.close(true));
    if (options.heartbeat === 'auto') {
      this.#heartbeat = new Heartbeat({
        address: options.source,
        tables: this.#tables,
        clock: options.clock ?? options.name,
        isShared: options.clock !== undefined,
        heardSentAtMs: () => counters.beatAppliedSentAtMs,
        now,
        log,
      });
    }
    let failure: unknown = null;
    const guarded = async (task: Promise<void>): Promise<void> => {
      try {
        await task;
      } catch (error) {
        failure ??= error;
        stop.abort();
      }
    };
    const tasks = [
      guarded((this.#loader as TransactionLoader | RowLoader).run().finally(abort)),
      guarded(this.#feed(parts, stop.signal).finally(() => queue.close(false))),
      guarded(this.#control(parts, stop.signal)),
      guarded(parts.catchUps.run(stop.signal)),
      guarded(parts.indexes.run(stop.signal)),
    ];
    if (this.#readBack) tasks.push(guarded(this.#readBack.run(stop.signal)));
    if (this.#foreignWriters) tasks.push(guarded(this.#foreignWriters.run(stop.signal)));
    if (this.#tail) tasks.push(guarded(this.#tail.run(stop.signal)));
    if (parts.copier) tasks.push(guarded(this.#copy(parts.copier, parts.indexes, stop)));
    if (this.#gate && !parts.isByRow) tasks.push(guarded(this.#gate.run(stop.signal)));
    if (this.#heartbeat) tasks.push(guarded(this.#heartbeat.run(stop.signal)));
    if (options.untilCaughtUp) tasks.push(guarded(this.#untilCaughtUp(parts, stop)));
    const force = this.#dropConnectionsAfter(stop.signal);
    await Promise.all(tasks);
    clearTimeout(force.timer);
    parts.signal.removeEventListener('abort', abort);
    if (failure !== null) throw failure;
    await this.#loader?.flush(control);
    // Records made since the last look get their numbers, for whoever is told to look them up.
    await parts.catchUps.decided((await this.#decisions(control)).errors, control);
  }

  /** So that a lock or a dead link on the target cannot keep an attempt from ending. */
  #dropConnectionsAfter(stopped: AbortSignal): { timer: NodeJS.Timeout | undefined } {
    const force: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
    const start = (): void => {
      force.timer = setTimeout(() => {
        for (const session of this.#sessions) session.destroy();
        this.#heartbeat?.drop();
      }, ENDING_MS_MAX);
    };
    if (stopped.aborted) start();
    else stopped.addEventListener('abort', start, { once: true });
    return force;
  }

  async #feed({ conflicts, control, epoch, feed }: FlowParts, signal: AbortSignal): Promise<void> {
    await conflicts?.prove(control, epoch);
    this.#ports.onRunning();
    await feed.run(signal);
  }

  /** Copies, and ends the attempt when that was all, or when the log can be applied in the way asked for from now on. */
  async #copy(copier: Copier, indexes: IndexBuilds, stop: AbortController): Promise<void> {
    const { options } = this.#ports;
    const isDone = (): boolean => copier.idle && indexes.idle && (this.#gate?.idle ?? true);
    const hadWork = !isDone();
    const copying = copier.run(stop.signal);
    if (!hadWork || (options.mode !== 'full' && options.apply !== 'row')) return await copying;
    while (!stop.signal.aborted && !(isDone() && this.caughtUp)) await pause(CAUGHT_UP_PERIOD_MS, stop.signal);
    if (options.mode === 'full') stop.abort();
    else this.#startAgain();
    await copying;
    if (options.mode === 'full') indexes.requireBuilt();
  }

  /** Copying and applying by row take different loaders. */
  #startAgain(): void {
    if (this.#stop?.signal.aborted) return;
    this.again = true;
    this.#stop?.abort();
  }

  /** Notices decisions about parked tables, and with the same question that the target is still there. */
  async #control(
    parts: Pick<FlowParts, 'control' | 'conflicts' | 'catchUps' | 'isByRow' | 'isUnequal'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { control, catchUps, conflicts } = parts;
    while (!signal.aborted) {
      const { errors, isCopyRequested, copyRate, openConflicts } = await this.#decisions(control);
      this.#ports.counters.openConflicts = openConflicts;
      await catchUps.decided(errors, control);
      await conflicts?.tidy(control);
      // Answered where everything is looked at: at the beginning of an attempt.
      if (isCopyRequested) this.#startAgain();
      // Rows that were asked for are brought by transaction, once the shards stand at one place.
      const isAsked = parts.isByRow && this.#gate?.idle === false;
      if (isAsked && (!parts.isUnequal || this.caughtUp)) this.#startAgain();
      this.#copier?.setRate(copyRate);
      const isQuiet = this.caughtUp && errors.size === 0 && this.#isCopied;
      await pause(isQuiet ? QUIET_PERIOD_MS : CONTROL_PERIOD_MS, signal);
    }
  }

  async #decisions(control: Session): Promise<Decisions> {
    return await answered(readDecisions(control, this.#tables, this.#ports.options), control);
  }

  async #untilCaughtUp(
    { facts, catchUps, indexes }: Pick<FlowParts, 'facts' | 'catchUps' | 'indexes'>,
    stop: AbortController,
  ): Promise<void> {
    const { counters, now } = this.#ports;
    let appliedAtMs: number | null = null;
    while (!stop.signal.aborted) {
      const applied = counters.position;
      const passed = applied !== null && compareCoordinates(applied, facts.end) >= 0;
      const end = this.#reader?.status.end;
      const idleBehindEnd =
        this.caughtUp && end !== null && end !== undefined && compareCoordinates(end, facts.end) >= 0;
      if ((passed || idleBehindEnd) && catchUps.idle && this.#isCopied && indexes.idle) {
        appliedAtMs ??= now();
        if ((this.#readBack?.idle ?? true) || now() - appliedAtMs > READ_BACK_MS_MAX) {
          await this.#foreignWriters?.reachEnd(stop.signal);
          stop.abort();
          indexes.requireBuilt();
          return;
        }
      }
      await pause(CAUGHT_UP_PERIOD_MS, stop.signal);
    }
  }
}

/** What the stream must write whole, and over what is there. */
function followed(copier: Copier, gate: FreeGate | null): CopyingTables {
  const isOpen = (table: string): boolean => gate?.isOpen(table) ?? false;
  return {
    isWaiting: (table) => copier.isWaiting(table),
    isCopying: (table) => copier.isCopying(table) || isOpen(table),
    isRenewing: (table) => copier.isRenewing(table) || isOpen(table),
  };
}

/** What runs side by side in an attempt. */
interface FlowParts {
  signal: AbortSignal;
  control: Session;
  epoch: bigint;
  feed: LogFeed;
  queue: LoadQueue;
  facts: SourceFacts;
  catchUps: CatchUps;
  /** `null`: nothing can be copied in this attempt. */
  copier: Copier | null;
  indexes: IndexBuilds;
  conflicts: ConflictGuard | undefined;
  isByRow: boolean;
  isUnequal: boolean;
}

/** Gives up a target that neither answers nor closes the connection: a link that carries nothing any more. */
async function answered<T>(question: Promise<T>, session: Session): Promise<T> {
  const timer = setTimeout(() => session.destroy(), TARGET_SILENT_MS_MAX);
  try {
    return await question;
  } finally {
    clearTimeout(timer);
  }
}

function loadLimits(options: SyncOptions, session: Session): LoadLimits {
  return {
    batchBytes: options.memoryBytes / BATCH_SHARE,
    statementBytes: Math.min(STATEMENT_BYTES, session.maxAllowedPacket / 4),
    packetBytes: Math.min(PACKET_BYTES_MAX, session.maxAllowedPacket / 4),
  };
}
