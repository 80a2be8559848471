import { quoteText, type Session } from '@otter/dialects';
import type { ControlTables } from './control-tables.ts';
import { UNRESOLVED, type ErrorState } from './error-records.ts';

/** What people have decided about a running pipeline, through `otter errors` and `otter copy`. */
export interface Decisions {
  /** Ids and states of unresolved error records. */
  errors: Map<number, ErrorState>;
  /** Whether a copy is asked for, or to be cancelled. */
  isCopyRequested: boolean;
  /** Bytes a second of a copy; `null`: what the options say. */
  copyRate: number | null;
}

/**
 * The question a running pipeline asks all the time, in one statement, because so many may ask: reading three results
 * costs an idle pipeline more than everything else it does.
 */
export async function readDecisions(session: Session, tables: ControlTables, pipeline: string): Promise<Decisions> {
  const ours = `pipeline=${quoteText(pipeline)}`;
  const rows = await session.rows(
    `SELECT 'error',id,state FROM ${tables.error} WHERE ${ours} AND ${UNRESOLVED}
     UNION ALL (SELECT 'copy',0,'' FROM ${tables.copy} WHERE ${ours} AND state IN ('requested','canceling') LIMIT 1)
     UNION ALL SELECT 'rate',0,value FROM ${tables.setting} WHERE ${ours} AND name='copy-rate'`,
  );
  const decisions: Decisions = { errors: new Map(), isCopyRequested: false, copyRate: null };
  for (const [what, id, value] of rows) {
    if (what === 'error') decisions.errors.set(Number(id), value as ErrorState);
    else if (what === 'copy') decisions.isCopyRequested = true;
    else decisions.copyRate = Number(value);
  }
  return decisions;
}
