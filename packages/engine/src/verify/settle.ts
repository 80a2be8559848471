import { readLogEnd, type Connection } from '@otter/binlog';
import { compareCoordinates, OtterError, type Position, type Row, type ServerAddress } from '@otter/core';
import { quoteText, type Session, type StatementResult } from '@otter/dialects';
import { CheckpointStore } from '../control/checkpoint-store.ts';
import type { ControlTables } from '../control/control-tables.ts';
import { pause } from '../heartbeat.ts';
import { differingColumns } from './column-pair.ts';
import type { ComparedKey, ComparedTable, Side } from './compared-table.ts';
import { LogWatch, type Coordinates } from './log-watch.ts';
import { decodeRow, KEYS_MAX, rowSql, type ReadRow } from './row-reader.ts';
import type { BothSides, Suspect } from './row-ranges.ts';

/** A row that is not the same on both sides, and what each side holds of it. */
export interface Difference {
  suspect: Suspect;
  source: ReadRow | null;
  target: ReadRow | null;
  /** Positions of the columns that differ; empty where one side lacks the row. */
  columns: number[];
}

/** What became of some suspects. */
export interface Settled {
  differences: Difference[];
  /** Rows that changed at every look: neither equal nor different. */
  unsettled: number;
}

/** Looks again at rows until it is certain whether they differ. */
export interface Judge {
  settle(table: ComparedTable, key: ComparedKey, suspects: readonly Suspect[], signal: AbortSignal): Promise<Settled>;
  /** The same for a table without a key, of which all is looked at each time. */
  settleTable<T>(table: ComparedTable, look: TableLook<T>): Promise<{ source: T; target: T; settled: boolean }>;
}

/** How a table is looked at as a whole, one statement a side. */
export interface TableLook<T> {
  source(): Promise<T>;
  target(): Promise<T>;
  same(a: T, b: T): boolean;
  signal: AbortSignal;
}

/** A suspect under way. */
interface Looked extends Difference {
  equal: boolean;
}

function look(
  table: ComparedTable,
  key: ComparedKey,
  suspects: readonly Suspect[],
  sources: readonly StatementResult[],
  targets: readonly StatementResult[],
): Looked[] {
  return suspects.map((suspect, i) => {
    const source = decodeRow(table, key, 'source', sources[i]);
    const target = decodeRow(table, key, 'target', targets[i]);
    const columns = source && target ? differingColumns(table.pairs, source.row, target.row) : [];
    const equal = source && target ? columns.length === 0 : source === target;
    return { suspect, source, target, columns, equal };
  });
}

/** Reads the rows of the suspects on one side, a bounded number a packet. */
async function readSide(
  session: Session,
  table: ComparedTable,
  key: ComparedKey,
  side: Side,
  suspects: readonly Suspect[],
): Promise<StatementResult[]> {
  const results: StatementResult[] = [];
  for (let i = 0; i < suspects.length; i += KEYS_MAX) {
    const packet = suspects.slice(i, i + KEYS_MAX).map(({ bound }) => rowSql(table, key, side, bound));
    results.push(...(await session.query(packet.join(';'))));
  }
  return results;
}

/** Pauses between looks at rows of which no pipeline tells what is under way. */
const PAUSES_MS = [100, 400, 1500, 1500, 4000];
/** Pauses over which both values must stay as they are. */
const STILL_PAUSES = 3;

/**
 * Without a pipeline to ask: a row differs when several looks in a row, with growing pauses between them, found the
 * same two values. As good as can be without knowing what is under way.
 */
export class PatientJudge implements Judge {
  readonly #sides: BothSides;

  constructor(sides: BothSides) {
    this.#sides = sides;
  }

  async settle(
    table: ComparedTable,
    key: ComparedKey,
    suspects: readonly Suspect[],
    signal: AbortSignal,
  ): Promise<Settled> {
    const differences: Difference[] = [];
    let open = (await this.#look(table, key, suspects)).map((looked) => ({ looked, still: 0 }));
    for (const ms of PAUSES_MS) {
      open = open.filter(({ looked }) => !looked.equal);
      if (open.length === 0 || signal.aborted) break;
      await pause(ms, signal);
      const again = await this.#look(
        table,
        key,
        open.map(({ looked }) => looked.suspect),
      );
      open = again.flatMap((looked, i) => {
        const before = open[i];
        const still = before !== undefined && unchanged(before.looked, looked) ? before.still + 1 : 0;
        if (still < STILL_PAUSES || looked.equal) return [{ looked, still }];
        differences.push(looked);
        return [];
      });
    }
    return { differences, unsettled: open.filter(({ looked }) => !looked.equal).length };
  }

  async settleTable<T>(_table: ComparedTable, look: TableLook<T>): Promise<{ source: T; target: T; settled: boolean }> {
    let [source, target] = await Promise.all([look.source(), look.target()]);
    let still = 0;
    for (const ms of PAUSES_MS) {
      if (look.same(source, target) || look.signal.aborted) break;
      await pause(ms, look.signal);
      const [sourceNow, targetNow] = await Promise.all([look.source(), look.target()]);
      still = look.same(source, sourceNow) && look.same(target, targetNow) ? still + 1 : 0;
      [source, target] = [sourceNow, targetNow];
      if (still >= STILL_PAUSES) return { source, target, settled: true };
    }
    return { source, target, settled: look.same(source, target) };
  }

  async #look(table: ComparedTable, key: ComparedKey, suspects: readonly Suspect[]): Promise<Looked[]> {
    const [sources, targets] = await Promise.all([
      readSide(this.#sides.source, table, key, 'source', suspects),
      readSide(this.#sides.target, table, key, 'target', suspects),
    ]);
    return look(table, key, suspects, sources, targets);
  }
}

function unchanged(a: Looked, b: Looked): boolean {
  return sameRow(a.source, b.source) && sameRow(a.target, b.target);
}

function sameRow(a: ReadRow | null, b: ReadRow | null): boolean {
  return a === null || b === null ? a === b : sameValues(a.row, b.row);
}

/** Whether two reads of one side gave the same values, to the byte. */
export function sameValues(a: Row, b: Row): boolean {
  return a.every((value, i) => {
    const other = b[i];
    return Buffer.isBuffer(value) && Buffer.isBuffer(other) ? value.equals(other) : Object.is(value, other);
  });
}

/** Where a pipeline stands, as the target has it. */
interface Standing {
  low: Position;
  high: Position;
}

const ROUNDS_MAX = 40;
const TABLE_ROUNDS_MAX = 10;
/** How long a pipeline may stand still while rows wait for it. */
const STANDSTILL_MS_MAX = 60_000;
const LOOK_EVERY_MS = 50;
const LOG_WAIT_MS_MAX = 30_000;

/**
 * With a pipeline that keeps the tables equal. Its position in the target is committed with the rows, so a snapshot of
 * the target that holds position P holds the rows as the source had them at P. A row is judged when the log shows no
 * change to it between the place where the source was read and P: then both were read in one and the same state of the
 * row, and unequal values differ for good.
 */
export class PipelineJudge implements Judge {
  readonly #sides: BothSides;
  readonly #source: ServerAddress;
  readonly #connection: Connection;
  readonly #store: CheckpointStore;
  readonly #controlTables: ControlTables;
  readonly #spillDirectory: string;

  constructor(options: {
    sides: BothSides;
    source: ServerAddress;
    /** To ask for the end of the log. */
    connection: Connection;
    controlTables: ControlTables;
    pipeline: string;
    spillDirectory: string;
  }) {
    this.#sides = options.sides;
    this.#source = options.source;
    this.#connection = options.connection;
    this.#controlTables = options.controlTables;
    this.#store = new CheckpointStore(options.controlTables, options.pipeline);
    this.#spillDirectory = options.spillDirectory;
  }

  async settle(
    table: ComparedTable,
    key: ComparedKey,
    suspects: readonly Suspect[],
    signal: AbortSignal,
  ): Promise<Settled> {
    const watch = await this.watch(table, key);
    try {
      let open = suspects;
      const differences: Difference[] = [];
      const first = await this.#read(table, key, open);
      watch.remember(first.looked.flatMap(({ source, target }) => [source, target].flatMap((r) => (r ? [r.row] : []))));
      watch.start();
      for (let round = 0; round < ROUNDS_MAX && open.length > 0 && !signal.aborted; round++) {
        const { looked, from, reached } = await this.#read(table, key, open);
        if (!(await watch.reach(reached, LOG_WAIT_MS_MAX, signal))) continue;
        const unequal = looked.filter(({ equal }) => !equal);
        const still = unequal.filter(({ source, target }) => {
          const row = (source ?? target)?.row;
          return row !== undefined && !watch.changedSince(row, from);
        });
        const certain = await this.#seenByAll(table, key, still);
        differences.push(...certain);
        open = unequal.filter((one) => !certain.has(one)).map(({ suspect }) => suspect);
        if (open.length > 0) await this.passed(reached, signal);
      }
      return { differences, unsettled: open.length };
    } finally {
      await watch.stop();
    }
  }

  async settleTable<T>(table: ComparedTable, look: TableLook<T>): Promise<{ source: T; target: T; settled: boolean }> {
    const watch = await this.watch(table, null);
    watch.start();
    try {
      for (let round = 1; ; round++) {
        const before = await this.logEnd();
        const source = await look.source();
        const after = await this.logEnd();
        await this.#sides.target.query(SNAPSHOT);
        const { low, high } = await this.standing();
        const target = await look.target();
        await this.#sides.target.query('COMMIT');
        if (look.same(source, target)) return { source, target, settled: true };
        const reached = await watch.reach(later(after, high), LOG_WAIT_MS_MAX, look.signal);
        const settled = reached && !watch.changedSince([], earlier(before, low));
        if (settled || round === TABLE_ROUNDS_MAX || look.signal.aborted) return { source, target, settled };
        await this.passed(after, look.signal);
      }
    } finally {
      await watch.stop();
    }
  }

  /**
   * Throws REPAIR_REFUSED while rows of the table are not at the pipeline's position: it is parked, or being copied.
   * Asked after {@link PipelineJudge.standing}: whatever stopped the table up to there is visible then.
   */
  async refuseStopped(table: string): Promise<void> {
    const { error, copy } = this.#controlTables;
    const about = `pipeline=${quoteText(this.#store.pipeline)} AND table_name=${quoteText(table)}`;
    const [stopped] = await this.#sides.target.rows(
      `SELECT CONCAT('it is parked, error ',id) FROM ${error} WHERE ${about} AND state IN ('open','retrying','skipping','replacing') UNION ALL SELECT 'it is being copied' FROM ${copy} WHERE ${about} AND state<>'done'`,
    );
    if (stopped === undefined) return;
    throw new OtterError('REPAIR_REFUSED', {
      detail: `${table}: ${stopped[0]}; its rows are not where the pipeline "${this.#store.pipeline}" is`,
    });
  }

  /** A watch of the log from `from` on, by default from where the pipeline stands now. */
  async watch(table: ComparedTable, key: ComparedKey | null, from?: Position): Promise<LogWatch> {
    const start = from ?? (await this.standing()).low;
    return new LogWatch({ table, key, source: this.#source, start, spillDirectory: this.#spillDirectory });
  }

  /** Where the log ends now; its GTIDs, which MariaDB shows in another place, are not asked for. */
  async logEnd(): Promise<Coordinates> {
    return readLogEnd(this.#connection, 'mysql');
  }

  async standing(): Promise<Standing> {
    return standingOf((await this.#store.read(this.#sides.target))?.workers.map(({ position }) => position) ?? []);
  }

  /**
   * The source's rows, then the target's together with the position they belong to. `from` and `reached` enclose
   * every state of the log that was looked at.
   */
  async #read(
    table: ComparedTable,
    key: ComparedKey,
    suspects: readonly Suspect[],
  ): Promise<{ looked: Looked[]; from: Coordinates; reached: Coordinates }> {
    const { source, target } = this.#sides;
    const before = await this.logEnd();
    const sources = await readSide(source, table, key, 'source', suspects);
    const after = await this.logEnd();
    await target.query(SNAPSHOT);
    const { low, high } = await this.standing();
    const targets = await readSide(target, table, key, 'target', suspects);
    await target.query('COMMIT');
    const looked = look(table, key, suspects, sources, targets);
    return { looked, from: earlier(before, low), reached: later(after, high) };
  }

  /**
   * Those whose source row is what everybody sees of it. A transaction is sent to replicas before other sessions of the
   * source can see it, for seconds while a semi-synchronous replica is waited for: the target may be ahead of a reader.
   * Its rows stay locked until then, so a shared lock waits for it.
   */
  async #seenByAll(table: ComparedTable, key: ComparedKey, found: readonly Looked[]): Promise<Set<Looked>> {
    const certain = new Set<Looked>();
    const look = async (some: readonly Looked[]): Promise<void> => {
      const sql = some.map(({ suspect }) => `${rowSql(table, key, 'source', suspect.bound)} LOCK IN SHARE MODE`);
      try {
        const results = await this.#sides.source.query(sql.join(';'));
        for (const [i, one] of some.entries()) {
          if (sameRow(one.source, decodeRow(table, key, 'source', results[i]))) certain.add(one);
        }
      } catch (error) {
        if (!OtterError.is(error)) throw error;
        // MySQL before 8.0.22 lets no account lock that may only read: as good as can be then.
        if (error.code === 'ACCESS_DENIED') for (const one of some) certain.add(one);
        else if (error.code !== 'TARGET_BUSY') throw error;
        else if (some.length > 1) for (const one of some) await look([one]);
      }
    };
    for (let i = 0; i < found.length; i += KEYS_MAX) await look(found.slice(i, i + KEYS_MAX));
    return certain;
  }

  /** Waits until the pipeline has passed a place, or stands still for too long. */
  async passed(place: Coordinates, signal: AbortSignal): Promise<void> {
    let last = '';
    let movedAt = Date.now();
    for (let looks = 0; !signal.aborted; looks++) {
      const { low } = await this.standing();
      if (compareCoordinates(low, place) >= 0) return;
      const now = `${low.file}:${low.offset}`;
      if (now !== last) {
        last = now;
        movedAt = Date.now();
      }
      // Transactions without rows move the stored position once in a while only: no reason to wait for that alone.
      if (looks >= LOOKS_MAX && Date.now() - movedAt > LOOK_EVERY_MS * LOOKS_MAX) return;
      if (Date.now() - movedAt > STANDSTILL_MS_MAX) return;
      await pause(LOOK_EVERY_MS, signal);
    }
  }
}

const LOOKS_MAX = 10;
const SNAPSHOT =
  'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY';

function standingOf(positions: readonly Position[]): Standing {
  const [first, ...others] = positions;
  if (first === undefined) {
    throw new OtterError('USAGE', { detail: 'the pipeline has no checkpoint in the target any more' });
  }
  return {
    low: others.reduce((a, b) => (compareCoordinates(a, b) <= 0 ? a : b), first),
    high: others.reduce((a, b) => (compareCoordinates(a, b) >= 0 ? a : b), first),
  };
}

function earlier(a: Coordinates, b: Coordinates): Coordinates {
  return compareCoordinates(a, b) <= 0 ? a : b;
}

function later(a: Coordinates, b: Coordinates): Coordinates {
  return compareCoordinates(a, b) >= 0 ? a : b;
}
