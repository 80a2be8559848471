import type { ChangeKind } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import { quoteOptional, type ControlTables } from '../control/control-tables.ts';
import type { Winner } from './conflict-policy.ts';

/**
 * What met: what comes in first, then whether the row had been written or deleted on the target. `unique`: a row that cannot be put in because
 * another one holds a unique value of it. `astray`: nobody has written to the row, and yet it is not as the source had it.
 * `parent-gone`: a row whose parent the other side has deleted, or a parent deleted whose children are here; it is written as
 * it came. `equal`: both have come to the same, which is remembered and nothing to look at.
 */
export type ConflictKind = `${ChangeKind}-${'written' | 'delete'}` | 'unique' | 'parent-gone' | 'equal' | 'astray';

/** One decision about one row. */
export interface Conflict {
  /** Target name, `schema.table`. */
  table: string;
  /** The row's key as text for a person. */
  key: string;
  /** Tells the row from others. */
  keyHash: string;
  kind: ConflictKind;
  /** incoming: the source's change was applied over the target's. local: it was left out. */
  outcome: Winner;
  /** By which rule. */
  rule: string;
  /** Whether somebody is asked to look at it. */
  state: 'decided' | 'open';
  /** When the two were committed, ms since 1970; local: `null` where nobody wrote. */
  incomingAtMs: number;
  localAtMs: number | null;
  /** Behind the source's transaction, in its log. */
  file: string;
  offset: number;
  /** Images as JSON text: before and after at the source, and as it was found on the target; `null`: no such row. */
  before: string | null;
  after: string | null;
  local: string | null;
}

/** decided: by its rule. open: that is provisional, a person is asked. settled: a person has confirmed or overruled it. */
export type ConflictState = Conflict['state'] | 'settled';

/** What a person keeps of the two rows: one of them whole, or of each column that is named the one or the other. */
export type Verdict = { keep: Winner } | { columns: Readonly<Record<string, Winner>> };

/** A decision as it is kept. */
export interface ConflictRecord extends Omit<Conflict, 'state'> {
  id: number;
  pipeline: string;
  /** By the target's clock. */
  decidedAt: string;
  state: ConflictState;
  /** What was written instead; `null` of one that is settled: it was confirmed, or a later one of the row was settled. */
  chosen: Verdict | null;
  settledBy: string | null;
  /** By the target's clock. */
  settledAt: string | null;
}

/** Which records are wanted. */
export interface ConflictFilter {
  state?: ConflictState;
  /** Target name, `schema.table`. */
  table?: string;
  /** Those with a smaller id alone: the next page. */
  before?: number;
}

const IMAGE_CHARACTERS_MAX = 200_000;
const PERSON_CHARACTERS_MAX = 190;
const KEY_CHARACTERS_MAX = 4000;
const COLUMNS =
  'table_name,row_key,key_hash,kind,outcome,rule,incoming_at,local_at,source_file,source_offset,row_before,row_after,row_local,state';
const READ_COLUMNS = `id,pipeline,decided_at,${COLUMNS},chosen,settled_by,settled_at`;

/** Reads and writes `otter_conflict` of one pipeline. */
export class ConflictStore {
  readonly #tables: ControlTables;
  readonly #pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.#pipeline = pipeline;
  }

  /** To be run in the commit that carries the decision out. */
  insertSql(conflicts: readonly Conflict[]): string[] {
    return conflicts.map((conflict) => {
      const cut = (text: string | null): string => quoteOptional(text?.slice(0, IMAGE_CHARACTERS_MAX) ?? null);
      const values = [
        ...[quoteText(conflict.table), quoteText(conflict.key.slice(0, KEY_CHARACTERS_MAX))],
        ...[quoteText(conflict.keyHash), quoteText(conflict.kind), quoteText(conflict.outcome)],
        ...[quoteText(conflict.rule), String(conflict.incomingAtMs), String(conflict.localAtMs ?? 'NULL')],
        ...[quoteText(conflict.file), String(conflict.offset)],
        ...[cut(conflict.before), cut(conflict.after), cut(conflict.local), quoteText(conflict.state)],
      ];
      return `INSERT INTO ${this.#tables.conflict} (pipeline,${COLUMNS}) VALUES (${quoteText(this.#pipeline)},${values.join(',')})`;
    });
  }

  /** The newest first. */
  async list(session: Session, limit: number): Promise<ConflictRecord[]> {
    return await this.#read(session, limit, []);
  }

  /** The newest first, without those that nobody has to look at. */
  async page(session: Session, limit: number, { state, table, before }: ConflictFilter): Promise<ConflictRecord[]> {
    return await this.#read(session, limit, [
      "kind<>'equal'",
      ...(state === undefined ? [] : [`state=${quoteText(state)}`]),
      ...(table === undefined ? [] : [`table_name=${quoteText(table)}`]),
      ...(before === undefined ? [] : [`id<${Number(before)}`]),
    ]);
  }

  async #read(session: Session, limit: number, conditions: readonly string[]): Promise<ConflictRecord[]> {
    const where = [`pipeline=${quoteText(this.#pipeline)}`, ...conditions].join(' AND ');
    const rows = await session.rows(
      `SELECT ${READ_COLUMNS} FROM ${this.#tables.conflict} WHERE ${where} ORDER BY id DESC LIMIT ${limit}`,
    );
    return rows.map(parseConflict);
  }
}

/** One record, of whatever pipeline; `null` when there is none. `isLocked`: nobody else settles it meanwhile. */
export async function findConflict(
  session: Session,
  tables: ControlTables,
  id: number,
  isLocked = false,
): Promise<ConflictRecord | null> {
  const rows = await session.rows(
    `SELECT ${READ_COLUMNS} FROM ${tables.conflict} WHERE id=${Number(id)} AND kind<>'equal'${isLocked ? ' FOR UPDATE' : ''}`,
  );
  return rows[0] === undefined ? null : parseConflict(rows[0]);
}

/** Settles the records of `where` that are not yet. */
export function settleSql(tables: ControlTables, where: string, by: string, chosen: Verdict | null = null): string {
  const verdict = quoteOptional(chosen === null ? null : JSON.stringify(chosen));
  const person = quoteText(by.slice(0, PERSON_CHARACTERS_MAX));
  return `UPDATE ${tables.conflict} SET state='settled',chosen=${verdict},settled_by=${person},settled_at=CURRENT_TIMESTAMP WHERE ${where} AND state<>'settled'`;
}

function parseConflict(row: (string | null)[]): ConflictRecord {
  const [id, pipeline, decidedAt, table, key, keyHash, kind, outcome, rule, incomingAt, localAt, ...rest] = row;
  const [file, offset, before, after, local, state, chosen, settledBy, settledAt] = rest;
  return {
    ...{ id: Number(id), pipeline: pipeline ?? '', decidedAt: decidedAt ?? '' },
    ...{ table: table ?? '', key: key ?? '', keyHash: keyHash ?? '' },
    ...{ kind: kind as ConflictKind, outcome: outcome as Winner, rule: rule ?? '', state: state as ConflictState },
    ...{ incomingAtMs: Number(incomingAt), localAtMs: localAt === null ? null : Number(localAt) },
    ...{ file: file ?? '', offset: Number(offset) },
    ...{ before: before ?? null, after: after ?? null, local: local ?? null },
    ...{ chosen: JSON.parse(chosen ?? 'null') as Verdict | null, settledBy: settledBy ?? null },
    settledAt: settledAt ?? null,
  };
}
