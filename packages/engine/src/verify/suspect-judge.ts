import { openConnection, type Connection } from '@otter/binlog';
import { OtterError, patternText, type Log, type Row } from '@otter/core';
import { compileLiteral, openTargetSession } from '@otter/dialects';
import { ControlTables } from '../control/control-tables.ts';
import { pause } from '../heartbeat.ts';
import type { KeyBound } from '../keyrange/key-range.ts';
import type { AppliedRow, AppliedRows } from '../load/applied-rows.ts';
import type { SyncOptions } from '../sync-options.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import type { ComparedKey, ComparedTable } from './compared-table.ts';
import { compiled, findComparisons, pipelineJudge } from './comparison.ts';
import { differenceReport } from './difference-report.ts';
import type { Findings } from './findings.ts';
import type { BothSides } from './row-ranges.ts';
import type { Settled } from './settle.ts';
import type { VerifyOptions } from './verify-options.ts';
import { VerifyStore, type StoredDifference } from './verify-store.ts';

/** How long a row that was not what it should be is left before both sides are asked. */
const SUSPICION_MS = 500;
/** Rows of one table both sides are asked for at once. */
const JUDGED_MAX = 500;
/** A row of the source that is locked for longer is looked at again. */
const LOCK_WAIT_SECONDS = 2;

interface JudgePorts {
  options: SyncOptions;
  applied: AppliedRows;
  findings: Findings;
  isStopped(table: string): boolean;
  log: Log;
}

/** A table as both sides have it. */
interface Counterpart {
  table: ComparedTable;
  key: ComparedKey;
}

/** Connections, and what was read through them. */
interface Links {
  sides: BothSides;
  connection: Connection;
  counterparts: Map<RoutedTable, Counterpart>;
}

/**
 * Decides about rows that were not on the target as the stream wrote them. The judge of `otter verify` compares both
 * sides, with what the log shows to be under way, and only what it is certain of is a difference: a row that a cascade,
 * a repair or another spelling of its key has changed is equal there.
 */
export class SuspectJudge {
  readonly #ports: JudgePorts;
  #links: Links | null = null;

  constructor(ports: JudgePorts) {
    this.#ports = ports;
  }

  /** Works until aborted; throws what keeps it from asking either side. */
  async run(signal: AbortSignal): Promise<void> {
    const { applied } = this.#ports;
    try {
      while (!signal.aborted) {
        for (const [route, all] of applied.suspects()) {
          const rows = all.filter(({ dueSinceMs }) => applied.now() - dueSinceMs >= SUSPICION_MS).slice(0, JUDGED_MAX);
          if (rows.length > 0 && !signal.aborted) await this.#judge(route, rows, signal);
        }
        await pause(SUSPICION_MS / 2, signal);
      }
    } catch (error) {
      this.#drop();
      throw error;
    }
  }

  /** Ends the record of what was found. */
  async end(): Promise<void> {
    const { findings } = this.#ports;
    try {
      if (findings.record !== null && this.#links !== null)
        await this.#store(this.#links).save(findings.record, 'done', { tables: [], current: null });
    } catch (error) {
      if (!OtterError.is(error)) throw error;
    } finally {
      this.#drop();
    }
  }

  #drop(): void {
    this.#links?.sides.source.destroy();
    this.#links?.sides.target.destroy();
    this.#links?.connection.destroy();
    this.#links = null;
  }

  async #judge(route: RoutedTable, rows: readonly AppliedRow[], signal: AbortSignal): Promise<void> {
    const { applied, log, findings } = this.#ports;
    const links = (this.#links ??= await this.#open());
    let counterpart: Counterpart;
    let settled: Settled;
    try {
      counterpart = await this.#counterpart(links, route);
      settled = await this.#settle(links, counterpart, route, rows, signal);
    } catch (error) {
      if (!OtterError.is(error) || (error.scope !== 'table' && error.code !== 'NOT_SUPPORTED')) throw error;
      links.counterparts.delete(route);
      // The source may be ahead by a change of definition; then the table comes back as another one.
      applied.leftOut += applied.forget(route);
      log.debug({ table: route.source, code: error.code, detail: error.detail }, 'rows cannot be compared');
      if (error.code !== 'NOT_SUPPORTED') return;
      applied.refuse(route);
      if (findings.note(`${route.source} is not read back: ${error.detail}`))
        log.warn({ table: route.source, detail: error.said }, 'rows are not read back');
      return;
    }
    if (signal.aborted) return;
    // Asked afterwards: a table that stopped meanwhile was judged by rows the stream had not brought.
    if (this.#ports.isStopped(route.source) || !applied.watches(route)) {
      applied.leftOut += applied.forget(route);
      return;
    }
    findings.checked += rows.length - settled.differences.length - settled.unsettled;
    findings.skipped += settled.unsettled;
    await this.#report(links, counterpart, settled);
    // Last: who waits for all rows to be read back waits for the report too.
    for (const row of rows) applied.settle(row);
  }

  async #open(): Promise<Links> {
    const { source, target } = this.#ports.options;
    const sides: BothSides = {
      source: await openTargetSession(source, { role: 'source', lockWaitSeconds: LOCK_WAIT_SECONDS }),
      target: await openTargetSession(target, { role: 'control' }),
    };
    return { sides, connection: await openConnection(source), counterparts: new Map() };
  }

  async #settle(
    links: Links,
    { table, key }: Counterpart,
    route: RoutedTable,
    rows: readonly AppliedRow[],
    signal: AbortSignal,
  ): Promise<Settled> {
    const suspects = rows.map(({ row }) => ({ side: 'target' as const, bound: boundOf(table, key, route, row) }));
    const judge = await pipelineJudge(this.#verifyOptions(), links.sides, links.connection);
    return await judge.settle(table, key, suspects, signal);
  }

  /** Throws what `otter verify` says of a table it cannot compare. */
  async #counterpart({ sides, counterparts }: Links, route: RoutedTable): Promise<Counterpart> {
    const known = counterparts.get(route);
    if (known !== undefined) return known;
    const comparisons = await findComparisons(this.#verifyOptions(), sides);
    const found = comparisons.find(({ source }) => `${source.schema}.${source.table}` === route.source);
    if (found === undefined) throw new OtterError('TABLE_MISSING', { detail: `${route.source} on the source` });
    const table = compiled(found, sides);
    if (!table.key?.sameOrder) {
      throw new OtterError('NOT_SUPPORTED', { detail: `${route.source} has no key that both sides order alike` });
    }
    const counterpart = { table, key: table.key };
    counterparts.set(route, counterpart);
    return counterpart;
  }

  #verifyOptions(): VerifyOptions & { pipeline: string } {
    const { source, target, tables, mappings, columns, controlSchema, name, spillDirectory } = this.#ports.options;
    return {
      ...{ source, target, tables, mappings, columns, controlSchema, pipeline: name, spillDirectory },
      ...{ sample: null, rowsPerSecond: null, hideValues: true, recorded: 'if-possible', resume: null },
    };
  }

  async #report(links: Links, { table, key }: Counterpart, { differences }: Settled): Promise<void> {
    const { findings, log } = this.#ports;
    const first = findings.failed;
    const fresh: StoredDifference[] = [];
    for (const difference of differences) {
      const report = differenceReport(table, key, difference, true);
      if (findings.addDifference(report)) fresh.push({ suspect: difference.suspect, report });
    }
    if (fresh.length === 0) return;
    log.error({ table: table.name, rows: fresh.length }, 'rows differ on the target');
    if (await this.#begin(links)) await this.#store(links).add(findings.record ?? '', first, fresh);
  }

  #store({ sides }: Links): VerifyStore {
    return new VerifyStore(sides.target, new ControlTables(this.#ports.options.controlSchema));
  }

  /** Makes the record with the first difference; `false` where the account may not write it. */
  async #begin(links: Links): Promise<boolean> {
    const { findings, options, log } = this.#ports;
    if (findings.record !== null) return true;
    try {
      await this.#store(links).prepare();
      const tables = options.tables.map(patternText);
      findings.record = await this.#store(links).begin(JSON.stringify({ continuous: options.name, tables }));
      return true;
    } catch (error) {
      if (!OtterError.is(error) || !['ACCESS_DENIED', 'TARGET_READ_ONLY'].includes(error.code)) throw error;
      if (findings.note(`the target keeps no record of what is found: ${error.detail}`))
        log.warn({ detail: error.said }, 'the target keeps no record of what is found');
      return false;
    }
  }
}

/** The key by which both sides are asked for a row of the log. Throws ROW_IMAGE_PARTIAL when the image lacks a part. */
function boundOf(table: ComparedTable, key: ComparedKey, route: RoutedTable, row: Row): KeyBound {
  return key.positions.map((position) => {
    const pair = table.pairs[position];
    const ordinal = route.logTable.columns.findIndex(({ name }) => name === pair?.source.column.name);
    const logged = route.logTable.columns[ordinal];
    const target = route.target.columns.find(({ name }) => name === pair?.target.column.name);
    const value = row[ordinal];
    if (target === undefined || logged === undefined || value === undefined) {
      throw new OtterError('ROW_IMAGE_PARTIAL', { detail: `${table.name}: the row image lacks a column of the key` });
    }
    return compileLiteral(logged, target).match(value);
  });
}
