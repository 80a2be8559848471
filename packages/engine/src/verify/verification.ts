import { openConnection, type Connection } from '@otter/binlog';
import { OtterError, patternText } from '@otter/core';
import { openTargetSession, quoteText, type Session } from '@otter/dialects';
import { ControlTables } from '../control/control-tables.ts';
import type { KeyBound } from '../keyrange/key-range.ts';
import { reportText } from './column-pair.ts';
import type { ComparedKey, ComparedTable } from './compared-table.ts';
import { compiled, findComparisons, judgeOf, type Comparison } from './comparison.ts';
import { differenceReport } from './difference-report.ts';
import { Multiset, type UnequalCopies } from './multiset.ts';
import { OrderFreeRows } from './order-free.ts';
import { Pace } from './pace.ts';
import { RowRanges, type BothSides, type RangeOutcome, type Suspect } from './row-ranges.ts';
import type { Judge } from './settle.ts';
import type { TableResult, VerifyListener, VerifyOptions, VerifyResult } from './verify-options.ts';
import type { DifferenceReport } from './report.ts';
import { VerifyStore, type StoredDifference, type StoredProgress, type VerifyState } from './verify-store.ts';

/** Server time one statement should take. */
const STATEMENT_MS = 150;
/** Differences of one table that are looked for; a table with more is not equal in any case. */
const DIFFERENCES_MAX = 10_000;
/** Suspects that are looked at again together. */
const SUSPECTS_MAX = 1000;
/** Seconds a row of the source may be locked by somebody else before it is looked at again later. */
const LOCK_WAIT_SECONDS = 2;
/** How much work an interruption may cost. */
const SAVE_EVERY_MS = 3000;
/** Ranges a sample of a table is drawn from. */
const SAMPLE_RANGES = 200;
/** A table with no more rows is no work: a sample of it is all of it. */
const SAMPLE_WHOLE_ROWS = 10_000;

/** Compares tables of two servers while both are being written. Reads only, but for its own progress. */
export class Verification {
  readonly #options: VerifyOptions;
  readonly #listener: VerifyListener;
  readonly #tables: ControlTables;
  readonly #now: () => number;

  constructor(options: VerifyOptions, ports: { listener: VerifyListener; now: () => number }) {
    this.#options = options;
    this.#listener = ports.listener;
    this.#now = ports.now;
    this.#tables = new ControlTables(options.controlSchema);
  }

  /** Runs to the end or until `signal`. Throws USAGE, SOURCE_UNREACHABLE, TARGET_UNREACHABLE, ACCESS_DENIED. */
  async run(signal: AbortSignal): Promise<VerifyResult> {
    const source = await openTargetSession(this.#options.source, {
      role: 'source',
      lockWaitSeconds: LOCK_WAIT_SECONDS,
    });
    let target: Session | null = null;
    let connection: Connection | null = null;
    try {
      target = await openTargetSession(this.#options.target, { role: 'control' });
      const sides: BothSides = { source, target };
      connection = this.#options.pipeline === null ? null : await openConnection(this.#options.source);
      const judge = await judgeOf(this.#options, sides, connection);
      const comparisons = await findComparisons(this.#options, sides);
      const record = await this.#record(target);
      if (record !== null) this.#listener.begun?.(record.id);
      return await new Run({
        ...{ options: this.#options, listener: this.#listener, now: this.#now },
        ...{ sides, judge, comparisons, record, signal },
      }).run();
    } finally {
      await source.close();
      await target?.close();
      connection?.destroy();
    }
  }

  /** Where progress is kept; `null` when the account may not write there. */
  async #record(target: Session): Promise<VerifyRecord | null> {
    const store = new VerifyStore(target, this.#tables);
    const settings = settingsText(this.#options);
    const { resume } = this.#options;
    try {
      await store.prepare();
      if (resume === null) {
        return { store, id: await store.begin(settings), progress: { tables: [], current: null } };
      }
    } catch (error) {
      const isNeeded = resume !== null || this.#options.recorded === 'always';
      if (isNeeded || !OtterError.is(error) || !['ACCESS_DENIED', 'TARGET_READ_ONLY'].includes(error.code)) throw error;
      this.#listener.note(`the target keeps no progress of this verification: ${error.detail}`);
      return null;
    }
    return { store, id: resume, progress: await store.resume(resume, settings) };
  }
}

interface VerifyRecord {
  store: VerifyStore;
  id: string;
  progress: StoredProgress;
}

/** What a verification is about; one that goes on must be about the same. */
function settingsText(options: VerifyOptions): string {
  const { source, target, tables, mappings, columns, sample } = options;
  const place = (address: VerifyOptions['source']): string => address.socketPath ?? `${address.host}:${address.port}`;
  return JSON.stringify({
    source: place(source),
    target: place(target),
    tables: tables.map(patternText),
    mappings: mappings.map((mapping) => [patternText(mapping.source), patternText(mapping.target)]),
    columns: columns.map((mapping) => ({ ...mapping, tables: patternText(mapping.tables) })),
    sample,
  });
}

/** One run over all tables. */
class Run {
  readonly #options: VerifyOptions;
  readonly #listener: VerifyListener;
  readonly #now: () => number;
  readonly #sides: BothSides;
  readonly #judge: Judge;
  readonly #comparisons: readonly Comparison[];
  readonly #record: VerifyRecord | null;
  readonly #signal: AbortSignal;
  readonly #done: TableResult[];
  #differences = 0;
  #savedAtMs = 0;

  constructor(parts: {
    options: VerifyOptions;
    listener: VerifyListener;
    now: () => number;
    sides: BothSides;
    judge: Judge;
    comparisons: readonly Comparison[];
    record: VerifyRecord | null;
    signal: AbortSignal;
  }) {
    this.#options = parts.options;
    this.#listener = parts.listener;
    this.#now = parts.now;
    this.#sides = parts.sides;
    this.#judge = parts.judge;
    this.#comparisons = parts.comparisons;
    this.#record = parts.record;
    this.#signal = parts.signal;
    this.#done = [...(parts.record?.progress.tables ?? [])];
  }

  async run(): Promise<VerifyResult> {
    const current = this.#record?.progress.current ?? null;
    this.#differences = countOf([...this.#done, ...(current === null ? [] : [current.result])]);
    // What was found after the progress was stored is found again.
    if (this.#record !== null) await this.#record.store.truncate(this.#record.id, this.#differences);
    for (const result of this.#done) this.#listener.table(result);
    for (const comparison of this.#comparisons) {
      const name = `${comparison.source.schema}.${comparison.source.table}`;
      if (this.#signal.aborted) break;
      if (this.#done.some((result) => result.table === name)) continue;
      const from = current?.result.table === name ? current : null;
      const result = await this.#table(comparison, from);
      if (result === null) break;
      this.#done.push(result);
      this.#listener.table(result);
      await this.#save('running', null);
    }
    const stopped = this.#signal.aborted;
    if (!stopped) await this.#save('done', null);
    return { id: this.#record?.id ?? null, tables: this.#done, stopped };
  }

  /** `null`: ended by the signal. */
  async #table(comparison: Comparison, from: StoredProgress['current']): Promise<TableResult | null> {
    const { source, destination } = comparison;
    const result: TableResult = from?.result ?? {
      table: `${source.schema}.${source.table}`,
      target: `${destination.schema}.${destination.table}`,
      verdict: 'equal',
      ...{ rows: 0, differing: 0, missing: 0, extra: 0, unsettled: 0, complete: false },
    };
    try {
      const table = compiled(comparison, this.#sides);
      if (table.key === null) await this.#compareKeyless(table, result);
      else await this.#compare(table, table.key, result, from?.after ?? null);
    } catch (error) {
      if (!OtterError.is(error) || !['table', 'pipeline'].includes(error.scope) || error.code === 'INTERNAL')
        throw error;
      return { ...result, verdict: 'refused', code: error.code, reason: error.detail };
    }
    if (this.#signal.aborted) return null;
    const found = result.differing + result.missing + result.extra;
    result.verdict = found > 0 ? 'differs' : result.unsettled > 0 ? 'unsettled' : 'equal';
    return result;
  }

  async #compare(table: ComparedTable, key: ComparedKey, result: TableResult, start: KeyBound | null): Promise<void> {
    const expected = await this.#estimate(table);
    const pace = this.#pace(expected);
    const seen = new Set<string>();
    let suspects: Suspect[] = [];
    const settle = async (): Promise<void> => {
      const batch = suspects;
      suspects = [];
      if (batch.length > 0) await this.#settle(table, key, batch, result, seen);
    };
    for await (const outcome of this.#outcomes(table, key, pace, start, expected)) {
      result.rows += outcome.rows;
      suspects.push(...outcome.suspects);
      // What is stored as looked at must have been settled.
      const isDue = this.#now() - this.#savedAtMs >= SAVE_EVERY_MS;
      if (isDue || suspects.length >= SUSPECTS_MAX) await settle();
      if (this.#signal.aborted) return;
      if (isDue && key.sameOrder) await this.#save('running', { result, after: outcome.upTo });
      this.#progress(result, expected);
      if (result.differing + result.missing + result.extra >= DIFFERENCES_MAX) return;
    }
    await settle();
    result.complete = this.#options.sample === null;
  }

  async #compareKeyless(table: ComparedTable, result: TableResult): Promise<void> {
    const expected = await this.#estimate(table);
    this.#progress(result, expected);
    const found = await new Multiset(table, this.#sides, this.#judge).compare(DIFFERENCES_MAX, this.#signal);
    if (this.#signal.aborted) return;
    result.rows = found.rows;
    result.unsettled = found.unsettled;
    await this.#found(
      found.unequal.map((unequal) => ({ suspect: null, report: this.#copiesReport(table, unequal) })),
      result,
    );
    result.complete = found.unequal.length < DIFFERENCES_MAX;
  }

  #copiesReport(table: ComparedTable, { row, side, source, target }: UnequalCopies): DifferenceReport {
    const cells = table.pairs.map((pair, i): [string, string | null] => [
      pair.source.column.name,
      this.#options.hideValues ? null : reportText(row[i], pair[side].column),
    ]);
    return {
      ...{ table: table.name, target: table.targetName, kind: source > target ? 'missing' : 'extra' },
      ...{ key: Object.fromEntries(this.#options.hideValues ? [] : cells), columns: [], copies: { source, target } },
    };
  }

  #outcomes(
    table: ComparedTable,
    key: ComparedKey,
    pace: Pace,
    start: KeyBound | null,
    expected: number,
  ): AsyncGenerator<RangeOutcome> {
    if (!key.sameOrder) return new OrderFreeRows(table, key, this.#sides, pace).compare();
    const chosen = rangePicker(chanceOf(this.#options.sample, expected));
    return new RowRanges(table, key, this.#sides, pace).compare(start, chosen);
  }

  #pace(expected: number): Pace {
    const { sample, rowsPerSecond } = this.#options;
    return new Pace({
      statementMs: STATEMENT_MS,
      rowsPerSecond,
      signal: this.#signal,
      now: this.#now,
      ...(sample === null ? {} : { rowsFirst: sampleRangeRows(expected), rowsMax: sampleRangeRows(expected) }),
    });
  }

  async #estimate({ source }: ComparedTable): Promise<number> {
    const [row] = await this.#sides.source.rows(
      `SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA=${quoteText(source.schema)} AND TABLE_NAME=${quoteText(source.table)}`,
    );
    return Number(row?.[0] ?? 0);
  }

  async #settle(
    table: ComparedTable,
    key: ComparedKey,
    suspects: readonly Suspect[],
    result: TableResult,
    seen: Set<string>,
  ): Promise<void> {
    const settled = await this.#judge.settle(table, key, suspects, this.#signal);
    if (this.#signal.aborted) return;
    result.unsettled += settled.unsettled;
    const fresh = settled.differences.filter(({ source, target }) => {
      // Two spellings of one key come as two suspects and are one row.
      const id = JSON.stringify([source?.id, target?.id]);
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
    const stored = fresh.map((difference) => ({
      suspect: difference.suspect,
      report: differenceReport(table, key, difference, this.#options.hideValues),
    }));
    await this.#found(stored, result);
  }

  async #found(stored: readonly StoredDifference[], result: TableResult): Promise<void> {
    for (const { report } of stored) {
      result[COUNTERS[report.kind]] += 1;
      this.#listener.difference(report);
    }
    if (this.#record !== null) await this.#record.store.add(this.#record.id, this.#differences, stored);
    this.#differences += stored.length;
  }

  #progress(result: TableResult, rowsExpected: number): void {
    this.#listener.progress({
      table: result.table,
      rows: result.rows,
      rowsExpected,
      differences: this.#differences,
      tablesDone: this.#done.length,
      tables: this.#comparisons.length,
    });
  }

  async #save(state: VerifyState, current: StoredProgress['current']): Promise<void> {
    if (this.#record === null) return;
    await this.#record.store.save(this.#record.id, state, { tables: this.#done, current });
    this.#savedAtMs = this.#now();
  }
}

const COUNTERS = { missing: 'missing', extra: 'extra', different: 'differing' } as const;

function countOf(results: readonly TableResult[]): number {
  return results.reduce((sum, { differing, missing, extra }) => sum + differing + missing + extra, 0);
}

/** Rows of one range of a sample. */
function sampleRangeRows(expected: number): number {
  return Math.ceil(expected / SAMPLE_RANGES);
}

/** Which part of the ranges is looked at; of a table whose estimate is right, one at least. */
function chanceOf(sample: VerifyOptions['sample'], expected: number): number {
  if (sample === null || expected <= SAMPLE_WHOLE_ROWS) return 1;
  const wanted = 'percent' in sample ? sample.percent / 100 : sample.rows / expected;
  return Math.max(wanted, (2 * sampleRangeRows(expected)) / expected);
}

/** Picks ranges at equal distances, from one drawn by lot on. */
function rangePicker(chance: number): () => boolean {
  let due = Math.random();
  return () => {
    due += chance;
    const isDue = due >= 1;
    if (isDue) due -= 1;
    return isDue || chance >= 1;
  };
}
