import { openConnection, readSourceFacts, type Connection } from '@otter/binlog';
import { OtterError, type ErrorCode } from '@otter/core';
import { openTargetSession, type Session } from '@otter/dialects';
import { ControlTables } from '../control/control-tables.ts';
import { compiled, findComparisons, pipelineJudge, pipelinesOf, type Comparison } from './comparison.ts';
import { RepairStore } from './repair-store.ts';
import type { BothSides } from './row-ranges.ts';
import { PatientJudge, type PipelineJudge } from './settle.ts';
import { TableRepair, type RepairableDifference, type RepairParts, type RowListener } from './table-repair.ts';
import type { VerifyOptions } from './verify-options.ts';
import type { DifferenceReport } from './report.ts';
import { VerifyStore, type StoredDifference } from './verify-store.ts';

/** Seconds a row may be locked by somebody else, on either side, while the repair holds locks itself. */
const LOCK_WAIT_SECONDS = 2;
/** Keys a plan shows of each table. */
const KEYS_SHOWN = 20;

/** What a repair is going to do to one table. */
export interface RepairPlan {
  table: string;
  target: string;
  inserts: number;
  updates: number;
  deletes: number;
  /** The first of these rows. */
  rows: { kind: DifferenceReport['kind']; key: DifferenceReport['key'] }[];
  /** Triggers of the target that fire for every row written. */
  triggers: string[];
  /** Why nothing of the table will be written; `null`: it will. */
  refused: { code: ErrorCode; reason: string } | null;
}

/** Hears of a repair while it runs. */
export interface RepairListener extends RowListener {
  /** Says whether the plan is to be carried out. */
  confirm(plans: readonly RepairPlan[]): Promise<boolean>;
}

/** What a repair came to. */
export interface RepairOutcome {
  /** `declined` when the plan was not confirmed, `stopped` when a signal ended it. */
  end: 'done' | 'declined' | 'stopped';
  inserted: number;
  updated: number;
  deleted: number;
  /** Rows that were the same by the time they were to be written. */
  equal: number;
  /** Rows that were left as they are. */
  kept: number;
  /** Tables all of whose differences are gone, by a second look. */
  repaired: string[];
}

interface PlannedTable {
  plan: RepairPlan;
  repair: TableRepair | null;
  differences: RepairableDifference[];
}

/** Makes rows of the target what they are on the source, as a verification found and stored them. */
export class Repair {
  readonly #options: VerifyOptions;
  readonly #id: string;
  readonly #listener: RepairListener;
  readonly #tables: ControlTables;

  /** `id`: the verification, made with these options. */
  constructor(options: VerifyOptions, id: string, listener: RepairListener) {
    this.#options = options;
    this.#id = id;
    this.#listener = listener;
    this.#tables = new ControlTables(options.controlSchema);
  }

  /** Throws USAGE when a pipeline writes here that was not named; ACCESS_DENIED, TARGET_READ_ONLY, TARGET_UNREACHABLE. */
  async run(signal: AbortSignal): Promise<RepairOutcome> {
    const lock = { lockWaitSeconds: LOCK_WAIT_SECONDS };
    const source = await openTargetSession(this.#options.source, { role: 'source', ...lock });
    let target: Session | null = null;
    let connection: Connection | null = null;
    try {
      target = await openTargetSession(this.#options.target, { role: 'writer', ...lock });
      connection = await openConnection(this.#options.source);
      const sides: BothSides = { source, target };
      const judge = await this.#judge(sides, connection);
      const store = new RepairStore(this.#tables, this.#id);
      await store.prepare(target);
      const outcome = newOutcome();
      const listener = new CountingListener(outcome, this.#listener);
      const seq = { next: await store.nextSeq(target) };
      return await this.#carryOut({ sides, judge, store, start: null, seq, listener, signal }, outcome);
    } finally {
      await source.close();
      await target?.close();
      connection?.destroy();
    }
  }

  async #judge(sides: BothSides, connection: Connection): Promise<PipelineJudge | null> {
    const { pipeline } = this.#options;
    if (pipeline !== null) return pipelineJudge({ ...this.#options, pipeline }, sides, connection);
    const pipelines = await pipelinesOf(sides.target, this.#tables);
    if (pipelines.length === 0) return null;
    const { identity } = await readSourceFacts(connection);
    // One whose source is not known yet may read from this one.
    const running = pipelines.find(({ source }) => source === identity || source === '')?.pipeline;
    if (running === undefined) return null;
    throw new OtterError('USAGE', {
      detail: `the pipeline "${running}" writes from this source into this target; a repair must know what it has yet to write: give --name ${running}`,
    });
  }

  async #carryOut(parts: RepairParts, outcome: RepairOutcome): Promise<RepairOutcome> {
    const planned = await this.#plan(parts);
    if (!(await this.#listener.confirm(planned.map(({ plan }) => plan)))) return { ...outcome, end: 'declined' };
    // Somebody may have thought about it for long: the tables are looked up anew.
    const start = (await parts.judge?.standing())?.low ?? null;
    for (const { plan, repair, differences } of await this.#plan({ ...parts, start })) {
      if (parts.signal.aborted) break;
      if (repair === null) continue;
      const keptBefore = outcome.kept;
      await repair.run(differences);
      if (outcome.kept > keptBefore || parts.signal.aborted) continue;
      if (await isRepaired(repair, differences, parts)) outcome.repaired.push(plan.table);
    }
    return parts.signal.aborted ? { ...outcome, end: 'stopped' } : outcome;
  }

  async #plan(parts: RepairParts): Promise<PlannedTable[]> {
    const planned: PlannedTable[] = [];
    const stored = new VerifyStore(parts.sides.target, this.#tables);
    for (const comparison of await findComparisons(this.#options, parts.sides)) {
      const { schema, table } = comparison.source;
      const differences = await stored.differences(this.#id, `${schema}.${table}`);
      if (differences.length > 0) planned.push(await planTable(comparison, differences, parts));
    }
    return planned;
  }
}

async function planTable(
  comparison: Comparison,
  stored: readonly StoredDifference[],
  parts: RepairParts,
): Promise<PlannedTable> {
  const { source, destination, target } = comparison;
  const count = (kind: DifferenceReport['kind']): number => stored.filter(({ report }) => report.kind === kind).length;
  const plan: RepairPlan = {
    table: `${source.schema}.${source.table}`,
    target: `${destination.schema}.${destination.table}`,
    ...{ inserts: count('missing'), updates: count('different'), deletes: count('extra') },
    rows: stored.slice(0, KEYS_SHOWN).map(({ report: { kind, key } }) => ({ kind, key })),
    triggers: target?.triggers ?? [],
    refused: null,
  };
  const differences = stored.flatMap(({ suspect, report }) => (suspect === null ? [] : [{ suspect, report }]));
  try {
    const table = compiled(comparison, parts.sides);
    if (table.key === null || differences.length < stored.length) {
      throw new OtterError('REPAIR_REFUSED', {
        detail: `${plan.table}: no key that is never NULL is on both sides, by which one row could be found again`,
      });
    }
    await parts.judge?.refuseStopped(plan.table);
    return { plan, repair: new TableRepair(table, table.key, parts), differences };
  } catch (error) {
    if (!OtterError.is(error) || error.scope !== 'table') throw error;
    return { plan: { ...plan, refused: { code: error.code, reason: error.detail } }, repair: null, differences: [] };
  }
}

/** A second look at every row that differed. */
async function isRepaired(
  { table, key }: TableRepair,
  differences: readonly RepairableDifference[],
  { sides, judge, signal }: RepairParts,
): Promise<boolean> {
  const suspects = differences.map(({ suspect }) => suspect);
  const settled = await (judge ?? new PatientJudge(sides)).settle(table, key, suspects, signal);
  return !signal.aborted && settled.differences.length === 0 && settled.unsettled === 0;
}

function newOutcome(): RepairOutcome {
  return { end: 'done', inserted: 0, updated: 0, deleted: 0, equal: 0, kept: 0, repaired: [] };
}

const DONE = { insert: 'inserted', update: 'updated', delete: 'deleted' } as const;

class CountingListener implements RowListener {
  readonly #outcome: RepairOutcome;
  readonly #next: RowListener;

  constructor(outcome: RepairOutcome, next: RowListener) {
    this.#outcome = outcome;
    this.#next = next;
  }

  repaired(...[report, kind]: Parameters<RowListener['repaired']>): void {
    this.#outcome[DONE[kind]] += 1;
    this.#next.repaired(report, kind);
  }

  equal(report: DifferenceReport): void {
    this.#outcome.equal += 1;
    this.#next.equal(report);
  }

  kept(...[report, code, reason]: Parameters<RowListener['kept']>): void {
    this.#outcome.kept += 1;
    this.#next.kept(report, code, reason);
  }
}
