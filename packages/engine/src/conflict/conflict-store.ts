import { compareCoordinates, type ChangeKind } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import { quoteOptional, type ControlTables } from '../control/control-tables.ts';
import type { Outcome, Winner } from './conflict-policy.ts';
import { CountingWrites, type LogPlace, type RowWrite } from './row-writes.ts';

/**
 * What met: what comes in first, then whether the row had been written or deleted on the target. `unique`: a row that cannot be put in because
 * another one holds a unique value of it. `astray`: nobody has written to the row, and yet it is not as the source had it.
 * `parent-gone`: a row whose parent the other side has deleted, or a parent deleted whose children are here; it is written as
 * it came. `equal`: both have come to the same; `merged`: both stay whole. These two are remembered and nothing to look at.
 */
export type ConflictKind =
  `${ChangeKind}-${'written' | 'delete'}` | 'unique' | 'parent-gone' | 'equal' | 'merged' | 'astray';

/** Whether a person is told of it. */
export function isToSee(kind: ConflictKind): boolean {
  return kind !== 'equal' && kind !== 'merged';
}

/** {@link isToSee} as a condition. */
export const TO_SEE_SQL = "kind NOT IN ('equal','merged')";

/** One decision about one row. */
export interface Conflict {
  /** Target name, `schema.table`. */
  table: string;
  /** The row's key as text for a person. */
  key: string;
  /** Tells the row from others. */
  keyHash: string;
  kind: ConflictKind;
  outcome: Outcome;
  /** By which rule. */
  rule: string;
  /** Whether somebody is asked to look at it. */
  state: 'decided' | 'open';
  /** The change that came in. */
  write: RowWrite;
  /** When the target's was committed, ms since 1970; `null` where nobody wrote. */
  localAtMs: number | null;
  /** Images as JSON text: before and after at the source, and as it was found on the target; `null`: no such row. */
  before: string | null;
  after: string | null;
  local: string | null;
  /** As it was left there, where both have something of it. */
  left: string | null;
}

/** decided: by its rule. open: that is provisional, a person is asked. settled: a person has confirmed or overruled it. */
export type ConflictState = Conflict['state'] | 'settled';

/** What a person keeps of the two rows: one of them whole, or of each column that is named the one or the other. */
export type Verdict = { keep: Winner } | { columns: Readonly<Record<string, Winner>> };

/** A decision as it is kept. */
export interface ConflictRecord extends Omit<Conflict, 'state' | 'write'> {
  id: number;
  pipeline: string;
  /** When the source's change was committed, ms since 1970. */
  incomingAtMs: number;
  /** Behind the source's transaction, in its log. */
  file: string;
  offset: number;
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

/** A change that was decided, of which others may have to be told. */
export interface DecidedRow {
  table: string;
  keyHash: string;
  write: RowWrite;
}

/** Decisions read at once. */
const PAGE_ROWS = 10_000;
/** Removed at once: each may hold three images of a row. */
const EXPIRED_ROWS = 1000;
/** Of one in memory, at least. */
const DECIDED_BYTES = 200;
const IMAGE_CHARACTERS_MAX = 200_000;
const PERSON_CHARACTERS_MAX = 190;
const KEY_CHARACTERS_MAX = 4000;
const COLUMNS =
  'table_name,row_key,key_hash,kind,outcome,rule,incoming_at,local_at,source_file,source_offset,row_before,row_after,row_local,state,row_left';
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
      const { at, committedAtMs, value, touched } = conflict.write;
      const values = [
        ...[quoteText(conflict.table), quoteText(conflict.key.slice(0, KEY_CHARACTERS_MAX))],
        ...[quoteText(conflict.keyHash), quoteText(conflict.kind), quoteText(conflict.outcome)],
        ...[quoteText(conflict.rule), String(committedAtMs), String(conflict.localAtMs ?? 'NULL')],
        ...[quoteText(at.file), String(at.offset)],
        ...[cut(conflict.before), cut(conflict.after), cut(conflict.local), quoteText(conflict.state)],
        ...[cut(conflict.left), String(value ?? 'NULL'), quoteOptional(touched ? JSON.stringify(touched) : null)],
      ];
      return `INSERT INTO ${this.#tables.conflict} (pipeline,${COLUMNS},source_value,source_columns) VALUES (${quoteText(this.#pipeline)},${values.join(',')})`;
    });
  }

  /**
   * Decisions about changes behind a place of the source's log that still count, oldest first. More than `bytesMax` holds
   * are not read to the end.
   */
  async decided(session: Session, behind: LogPlace, bytesMax: number): Promise<DecidedRow[]> {
    const found: DecidedRow[] = [];
    const rowsFound = new Map<string, CountingWrites>();
    const counts = ({ table, keyHash, write }: DecidedRow): boolean => {
      const name = `${table} ${keyHash}`;
      let counting = rowsFound.get(name);
      if (!counting) rowsFound.set(name, (counting = new CountingWrites()));
      return counting.takes(write);
    };
    for (let before = ''; found.length * DECIDED_BYTES <= bytesMax;) {
      const rows = await session.rows(
        `SELECT id,table_name,key_hash,source_file,source_offset,incoming_at,source_value,source_columns FROM ${this.#tables.conflict} WHERE pipeline=${quoteText(this.#pipeline)}${before} ORDER BY id DESC LIMIT ${PAGE_ROWS}`,
      );
      const page = rows.map(parseDecided);
      const end = page.findIndex(({ write }) => compareCoordinates(write.at, behind) <= 0);
      found.push(...(end === -1 ? page : page.slice(0, end)).filter(counts));
      if (end !== -1 || page.length < PAGE_ROWS) break;
      before = ` AND id<${rows.at(-1)?.[0]}`;
    }
    return found.toReversed();
  }

  /** Removes decisions that nobody has to look at and nothing stands on any more: those up to a place of the source's log. */
  async forget(session: Session, known: LogPlace): Promise<void> {
    const where = `NOT (${TO_SEE_SQL})`;
    while (await this.#removeOldest(session, where, known, PAGE_ROWS));
  }

  /**
   * Removes some of the oldest decisions that are older than so many days, if nobody is to look at them any more and nothing
   * stands on them: see {@link forget}. Returns whether there may be more.
   */
  async expire(session: Session, known: LogPlace, days: number): Promise<boolean> {
    const isOld = `decided_at<CURRENT_TIMESTAMP-INTERVAL ${days} DAY`;
    let isMore = false;
    for (const state of ['decided', 'settled'] as const)
      if (await this.#removeOldest(session, `state='${state}'`, known, EXPIRED_ROWS, isOld)) isMore = true;
    return isMore;
  }

  /**
   * Removes the oldest records of a condition, so many at most, up to the first that stays: one of a change behind `known`,
   * or for which `isDue` does not hold. Returns whether there may be more.
   */
  async #removeOldest(
    session: Session,
    condition: string,
    known: LogPlace,
    limit: number,
    isDue = 'TRUE',
  ): Promise<boolean> {
    const where = `pipeline=${quoteText(this.#pipeline)} AND ${condition}`;
    const rows = await session.rows(
      `SELECT id,source_file,source_offset,${isDue} FROM ${this.#tables.conflict} WHERE ${where} ORDER BY id LIMIT ${limit}`,
    );
    const stays = rows.findIndex(
      ([, file, offset, due]) =>
        due !== '1' || compareCoordinates({ file: file ?? '', offset: Number(offset) }, known) > 0,
    );
    const last = rows.slice(0, stays === -1 ? rows.length : stays).at(-1);
    if (last) await session.query(`DELETE FROM ${this.#tables.conflict} WHERE ${where} AND id<=${last[0]}`);
    return stays === -1 && rows.length === limit;
  }

  /** The newest first, without those that nobody has to look at. */
  async page(session: Session, limit: number, { state, table, before }: ConflictFilter): Promise<ConflictRecord[]> {
    const where = [
      `pipeline=${quoteText(this.#pipeline)}`,
      TO_SEE_SQL,
      ...(state === undefined ? [] : [`state=${quoteText(state)}`]),
      ...(table === undefined ? [] : [`table_name=${quoteText(table)}`]),
      ...(before === undefined ? [] : [`id<${Number(before)}`]),
    ].join(' AND ');
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
    `SELECT ${READ_COLUMNS} FROM ${tables.conflict} WHERE id=${Number(id)} AND ${TO_SEE_SQL}${isLocked ? ' FOR UPDATE' : ''}`,
  );
  return rows[0] === undefined ? null : parseConflict(rows[0]);
}

/** Settles the records of `where` that are not yet. */
export function settleSql(tables: ControlTables, where: string, by: string, chosen: Verdict | null = null): string {
  const verdict = quoteOptional(chosen === null ? null : JSON.stringify(chosen));
  const person = quoteText(by.slice(0, PERSON_CHARACTERS_MAX));
  return `UPDATE ${tables.conflict} SET state='settled',chosen=${verdict},settled_by=${person},settled_at=CURRENT_TIMESTAMP WHERE ${where} AND state<>'settled'`;
}

function parseDecided(row: (string | null)[]): DecidedRow {
  const [, table, keyHash, file, offset, committedAt, value, touched] = row;
  const write: RowWrite = { at: { file: file ?? '', offset: Number(offset) }, committedAtMs: Number(committedAt) };
  if (typeof value === 'string') write.value = BigInt(value);
  if (typeof touched === 'string') write.touched = JSON.parse(touched) as string[];
  return { table: table ?? '', keyHash: keyHash ?? '', write };
}

function parseConflict(row: (string | null)[]): ConflictRecord {
  const [id, pipeline, decidedAt, table, key, keyHash, kind, outcome, rule, incomingAt, localAt, ...rest] = row;
  const [file, offset, before, after, local, state, left, chosen, settledBy, settledAt] = rest;
  return {
    ...{ id: Number(id), pipeline: pipeline ?? '', decidedAt: decidedAt ?? '' },
    ...{ table: table ?? '', key: key ?? '', keyHash: keyHash ?? '' },
    ...{ kind: kind as ConflictKind, outcome: outcome as Outcome, rule: rule ?? '', state: state as ConflictState },
    ...{ incomingAtMs: Number(incomingAt), localAtMs: localAt === null ? null : Number(localAt) },
    ...{ file: file ?? '', offset: Number(offset) },
    ...{ before: before ?? null, after: after ?? null, local: local ?? null, left: left ?? null },
    ...{ chosen: JSON.parse(chosen ?? 'null') as Verdict | null, settledBy: settledBy ?? null },
    settledAt: settledAt ?? null,
  };
}
