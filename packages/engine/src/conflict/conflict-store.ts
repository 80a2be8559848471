import type { ChangeKind } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import { quoteOptional, type ControlTables } from '../control/control-tables.ts';

/**
 * What met: what comes in first, then whether the row had been written or deleted on the target. `unique`: a row that cannot be put in because
 * another one holds a unique value of it. `astray`: nobody has written to the row, and yet it is not as the source had it.
 * `equal`: both have come to the same, which is remembered and nothing to look at.
 */
export type ConflictKind = `${ChangeKind}-${'written' | 'delete'}` | 'unique' | 'equal' | 'astray';

/** incoming: the source's change was applied over the target's. local: it was left out. */
type ConflictOutcome = 'incoming' | 'local';

/** One decision about one row. */
export interface Conflict {
  /** Target name, `schema.table`. */
  table: string;
  /** The row's key as text for a person. */
  key: string;
  /** Tells the row from others. */
  keyHash: string;
  kind: ConflictKind;
  outcome: ConflictOutcome;
  /** By which rule. */
  rule: string;
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

/** A decision as it is kept. */
export interface ConflictRecord extends Conflict {
  id: number;
  pipeline: string;
  /** By the target's clock. */
  decidedAt: string;
}

const IMAGE_CHARACTERS_MAX = 200_000;
const KEY_CHARACTERS_MAX = 4000;
const COLUMNS =
  'table_name,row_key,key_hash,kind,outcome,rule,incoming_at,local_at,source_file,source_offset,row_before,row_after,row_local';

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
        ...[cut(conflict.before), cut(conflict.after), cut(conflict.local)],
      ];
      return `INSERT INTO ${this.#tables.conflict} (pipeline,${COLUMNS}) VALUES (${quoteText(this.#pipeline)},${values.join(',')})`;
    });
  }

  /** The newest first. */
  async list(session: Session, limit: number, where = '1=1'): Promise<ConflictRecord[]> {
    const rows = await session.rows(
      `SELECT id,pipeline,decided_at,${COLUMNS} FROM ${this.#tables.conflict} WHERE pipeline=${quoteText(this.#pipeline)} AND ${where} ORDER BY id DESC LIMIT ${limit}`,
    );
    return rows.map(parseConflict);
  }
}

function parseConflict(row: (string | null)[]): ConflictRecord {
  const [id, pipeline, decidedAt, table, key, keyHash, kind, outcome, rule, incomingAt, localAt, ...rest] = row;
  const [file, offset, before, after, local] = rest;
  return {
    ...{ id: Number(id), pipeline: pipeline ?? '', decidedAt: decidedAt ?? '' },
    ...{ table: table ?? '', key: key ?? '', keyHash: keyHash ?? '' },
    ...{ kind: kind as ConflictKind, outcome: outcome as ConflictOutcome, rule: rule ?? '' },
    ...{ incomingAtMs: Number(incomingAt), localAtMs: localAt === null ? null : Number(localAt) },
    ...{ file: file ?? '', offset: Number(offset) },
    ...{ before: before ?? null, after: after ?? null, local: local ?? null },
  };
}
