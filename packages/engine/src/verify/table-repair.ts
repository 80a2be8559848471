import { failpoint, OtterError, type ErrorCode, type Position, type Row } from '@otter/core';
import { pause } from '../heartbeat.ts';
import { leniently } from '../load/plan-statements.ts';
import { rollBack, runStatements, type Statement } from '../load/statement.ts';
import { RoutedTable } from '../transform/routed-table.ts';
import { differingColumns } from './column-pair.ts';
import type { ComparedKey, ComparedTable, Side } from './compared-table.ts';
import type { LogWatch } from './log-watch.ts';
import type { RepairRecord, RepairStore, WriteKind } from './repair-store.ts';
import { imageDigest, RowImages, type RowImage } from './row-image.ts';
import { decodeRow, KEYS_MAX, rowSql, type ReadRow } from './row-reader.ts';
import type { BothSides, Suspect } from './row-ranges.ts';
import { sameValues, type PipelineJudge } from './settle.ts';
import type { DifferenceReport } from './report.ts';

/** A difference of a table with a key, as the verification stored it. */
export interface RepairableDifference {
  suspect: Suspect;
  report: DifferenceReport;
}

/** Hears what becomes of each row. */
export interface RowListener {
  repaired(report: DifferenceReport, kind: WriteKind): void;
  /** The row is the same on both sides by now. */
  equal(report: DifferenceReport): void;
  kept(report: DifferenceReport, code: ErrorCode, reason: string): void;
}

/** What the repair of every table shares. */
export interface RepairParts {
  sides: BothSides;
  /** `null`: no pipeline writes here. */
  judge: PipelineJudge | null;
  store: RepairStore;
  /** Where the pipeline stood before the tables were looked up: their definitions are watched from there on. */
  start: Position | null;
  /** Number of the next write, over all tables. */
  seq: { next: number };
  listener: RowListener;
  signal: AbortSignal;
}

/** Rows written in one transaction: few, because a stream that wants one of them waits meanwhile. */
const BATCH_ROWS = 25;
/** Columns that may hold more than this make a transaction of one row. */
const WIDE_COLUMN_BYTES = 65_535;
/** How long the log may take to show that nothing is under way, while rows are locked. */
const LOCKED_WAIT_MS = 2000;
/** The same while nothing is locked. */
const LOG_WAIT_MS = 30_000;
/** Attempts at a row that is being changed. */
const ROUNDS_MAX = 30;
const ROUND_PAUSE_MS = 100;

/** A row while its transaction is open. */
interface Write {
  difference: RepairableDifference;
  source: ReadRow | null;
  target: ReadRow | null;
  before: RowImage | null;
  kind: WriteKind;
  statement: Statement;
}

/**
 * Makes rows of one table what they are on the source. The source's value may be written because it is read while the
 * target's row is locked and the log holds no change of the row behind the pipeline's position: see ADR 13.
 */
export class TableRepair {
  readonly table: ComparedTable;
  readonly key: ComparedKey;
  readonly #parts: RepairParts;
  readonly #route: RoutedTable;
  readonly #images: RowImages;
  readonly #batchRows: number;

  /** Throws SCHEMA_MISMATCH when the rows can be compared but not written. */
  constructor(table: ComparedTable, key: ComparedKey, parts: RepairParts) {
    this.table = table;
    this.key = key;
    this.#parts = parts;
    const { logTable, target, destination } = table;
    const { isMariadb } = parts.sides.target;
    this.#route = new RoutedTable({ logTable, target, destination, isMariadb, cascade: null });
    this.#images = new RowImages(target, key.targetName, isMariadb);
    const isWide = target.columns.some(({ kind, length }) => kind === 'json' || length > WIDE_COLUMN_BYTES);
    this.#batchRows = isWide ? 1 : BATCH_ROWS;
  }

  /** Repairs what can be; says of every row what became of it, unless the signal ends it before. */
  async run(differences: readonly RepairableDifference[]): Promise<void> {
    const { judge, signal } = this.#parts;
    const watch = judge === null ? null : await this.#watch(judge, differences);
    try {
      let open = differences;
      for (let round = 0; open.length > 0 && round < ROUNDS_MAX && !signal.aborted; round++) {
        if (round > 0) await pause(ROUND_PAUSE_MS, signal);
        // What the log holds already is read while nobody waits for a lock.
        if (watch !== null && judge !== null) await watch.reach(await judge.logEnd(), LOG_WAIT_MS, signal);
        const changing: RepairableDifference[] = [];
        for (let i = 0; i < open.length && !signal.aborted; i += this.#batchRows) {
          changing.push(...(await this.#batch(open.slice(i, i + this.#batchRows), watch)));
        }
        open = changing;
      }
      if (signal.aborted) return;
      for (const difference of open) {
        this.#keep(difference, new OtterError('REPAIR_REFUSED', { detail: 'it was being changed at every attempt' }));
      }
    } finally {
      await watch?.stop();
    }
  }

  async #watch(judge: PipelineJudge, differences: readonly RepairableDifference[]): Promise<LogWatch> {
    const watch = await judge.watch(this.table, this.key, this.#parts.start ?? undefined);
    const step = Math.min(KEYS_MAX, this.#batchRows);
    for (let i = 0; i < differences.length; i += step) {
      const some = differences.slice(i, i + step);
      const found = [...(await this.#read('source', some)), ...(await this.#read('target', some))];
      watch.remember(found.flatMap((read) => (read === null ? [] : [read.row])));
    }
    watch.start();
    return watch;
  }

  #keep({ report }: RepairableDifference, error: OtterError): void {
    this.#parts.listener.kept(report, error.code, error.detail);
  }

  /** Repairs rows in one transaction, or one by one so that one stops no other. Returns those being changed. */
  async #batch(
    differences: readonly RepairableDifference[],
    watch: LogWatch | null,
  ): Promise<readonly RepairableDifference[]> {
    const { source, target } = this.#parts.sides;
    try {
      const changing = await this.#transaction(differences, watch);
      if (changing.size === 0) return [];
      const rest = differences.filter((difference) => !changing.has(difference));
      return [...changing, ...(rest.length > 0 ? await this.#batch(rest, watch) : [])];
    } catch (error) {
      if (!OtterError.is(error) || source.lost || target.lost) throw error;
      if (error.scope !== 'table' && error.code !== 'TARGET_BUSY') throw error;
      const [only] = differences;
      if (differences.length === 1 && only !== undefined) {
        if (error.code === 'TARGET_BUSY') return [only];
        this.#keep(only, error);
        return [];
      }
      const changing: RepairableDifference[] = [];
      for (const difference of differences) changing.push(...(await this.#batch([difference], watch)));
      return changing;
    }
  }

  /** One transaction. Returns the rows that are being changed: then nothing was written at all. */
  async #transaction(
    differences: readonly RepairableDifference[],
    watch: LogWatch | null,
  ): Promise<Set<RepairableDifference>> {
    const { sides, store, listener, seq } = this.#parts;
    const sources = await this.#read('source', differences);
    await sides.target.query('BEGIN');
    try {
      const writes = await this.#lock(differences, sources);
      await runStatements(sides.target, [], inOrder(writes), sides.target.maxAllowedPacket / 4);
      const records = await this.#records(writes);
      const changing = await this.#changing(writes, watch);
      if (changing.size > 0) {
        await rollBack(sides.target);
        return changing;
      }
      await store.add(sides.target, records);
      failpoint('repair.written');
      await sides.target.query('COMMIT');
      failpoint('repair.committed');
      seq.next += records.length;
      const written = new Map(writes.map(({ difference, kind }) => [difference, kind]));
      for (const difference of differences) {
        const kind = written.get(difference);
        if (kind === undefined) listener.equal(difference.report);
        else listener.repaired(difference.report, kind);
      }
      return changing;
    } catch (error) {
      if (!sides.target.lost) await rollBack(sides.target);
      throw error;
    }
  }

  async #read(
    side: Side,
    differences: readonly RepairableDifference[],
    lock: '' | ' LOCK IN SHARE MODE' = '',
  ): Promise<(ReadRow | null)[]> {
    if (differences.length === 0) return [];
    const sql = differences.map(({ suspect }) => rowSql(this.table, this.key, side, suspect.bound) + lock);
    const results = await this.#parts.sides[side].query(sql.join(';'));
    return differences.map((_, i) => decodeRow(this.table, this.key, side, results[i]));
  }

  async #readImages(differences: readonly RepairableDifference[]): Promise<(RowImage | null)[]> {
    if (differences.length === 0) return [];
    const sql = differences.map(({ suspect }) => this.#images.lockedSql(suspect.bound));
    const results = await this.#parts.sides.target.query(sql.join(';'));
    return differences.map((_, i) => this.#images.image(results[i]));
  }

  /** Locks the rows and decides what to write; rows that are equal by now are left out. */
  async #lock(differences: readonly RepairableDifference[], sources: readonly (ReadRow | null)[]): Promise<Write[]> {
    const images = await this.#readImages(differences);
    const targets = await this.#read('target', differences);
    return differences.flatMap((difference, i) => {
      const [source = null, target = null, before = null] = [sources[i], targets[i], images[i]];
      const columns = source && target ? differingColumns(this.table.pairs, source.row, target.row) : [];
      if (source && target ? columns.length === 0 : source === target) return [];
      const kind: WriteKind = target === null ? 'insert' : source === null ? 'delete' : 'update';
      const statement = this.#statement(source?.row ?? null, before, columns);
      return [{ difference, source, target, before, kind, statement }];
    });
  }

  /** `columns`: positions of those that differ. The row is found by its key as the target wrote it. */
  #statement(source: Row | null, before: RowImage | null, columns: readonly number[]): Statement {
    const route = this.#route;
    if (source === null) {
      const where = this.#images.at(before?.place.bound ?? []);
      return { sql: `DELETE FROM ${route.writer.name} WHERE ${where}`, route, rows: 1 };
    }
    if (before === null) return leniently({ sql: route.writer.insert([source]), route, rows: 1 }, source);
    // An absent value is unequal to every other: it marks what is to be written.
    const marked = source.map((value, i) => (columns.includes(i) ? undefined : value));
    const positions = route.changedColumns(marked, source);
    if (positions.length === 0) {
      throw new OtterError('REPAIR_REFUSED', { detail: 'only columns differ that the target computes itself' });
    }
    const sql = route.writer.updateWhere(this.#images.at(before.place.bound), source, positions);
    return leniently({ sql, route, rows: 1 }, source, positions);
  }

  /** What is to be remembered of each write. Throws ROW_REFUSED when the target did not store what was written. */
  async #records(writes: readonly Write[]): Promise<RepairRecord[]> {
    const differences = writes.map(({ difference }) => difference);
    const after = await this.#readImages(differences);
    const stored = await this.#read('target', differences);
    return writes.map(({ difference, source, before, kind }, i) => {
      const now = stored[i] ?? null;
      const image = after[i] ?? null;
      const place = (image ?? before)?.place;
      const isStored =
        source === null || now === null
          ? source === now
          : differingColumns(this.table.pairs, source.row, now.row).length === 0;
      if (!isStored || place === undefined) {
        throw new OtterError('ROW_REFUSED', {
          detail: `${this.table.targetName} did not keep the row as it was written: a trigger or a computed column made another of it`,
        });
      }
      const { key } = difference.report;
      const seq = this.#parts.seq.next + i;
      return { seq, table: this.table.targetName, kind, key, place, before, afterDigest: imageDigest(image) };
    });
  }

  /**
   * With the rows written and locked: those whose source is not what was written, or of which the log holds changes
   * behind the pipeline's position. The order of the steps is the proof; see ADR 13.
   */
  async #changing(writes: readonly Write[], watch: LogWatch | null): Promise<Set<RepairableDifference>> {
    const { judge, signal } = this.#parts;
    const differences = writes.map(({ difference }) => difference);
    if (differences.length === 0) return new Set();
    if (judge === null || watch === null) {
      return moved(writes, await this.#read('source', differences, ' LOCK IN SHARE MODE'), () => false);
    }
    const { low } = await judge.standing();
    await judge.refuseStopped(this.table.name);
    // A shared lock, so that a change is either seen or logged later: a row may be in the log before others can see it.
    const again = await this.#read('source', differences, ' LOCK IN SHARE MODE');
    if (!(await watch.reach(await judge.logEnd(), LOCKED_WAIT_MS, signal))) return new Set(differences);
    if (watch.isRedefined) {
      throw new OtterError('REPAIR_REFUSED', {
        detail: `${this.table.name}: a statement in the log may have changed its definition meanwhile; verify again`,
      });
    }
    return moved(writes, again, (row) => watch.changedSince(row, low));
  }
}

function moved(
  writes: readonly Write[],
  again: readonly (ReadRow | null)[],
  isUnderWay: (row: Row) => boolean,
): Set<RepairableDifference> {
  const found = writes.filter(({ source, target }, i) => {
    const now = again[i] ?? null;
    const isSame = source === null || now === null ? source === now : sameValues(source.row, now.row);
    const row = (source ?? target)?.row;
    return !isSame || row === undefined || isUnderWay(row);
  });
  return new Set(found.map(({ difference }) => difference));
}

/** Deletes first and inserts last, so that a unique value is free before it is taken. */
function inOrder(writes: readonly Write[]): Statement[] {
  const of = (kind: WriteKind): Statement[] =>
    writes.filter((one) => one.kind === kind).map(({ statement }) => statement);
  return [...of('delete'), ...of('update'), ...of('insert')];
}
