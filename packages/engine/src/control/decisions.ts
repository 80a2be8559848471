import { quoteText, type Session } from '@otter/dialects';
import type { SyncOptions } from '../sync-options.ts';
import type { ControlTables } from './control-tables.ts';
import { UNRESOLVED, type ErrorState } from './error-records.ts';

/** What people have decided about a running pipeline, through `otter errors`, `copy` and `conflicts`, or have yet to. */
export interface Decisions {
  /** Ids and states of unresolved error records. */
  errors: Map<number, ErrorState>;
  /** Whether a copy is asked for, or to be cancelled. */
  isCopyRequested: boolean;
  /** Bytes a second of a copy; `null`: what the options say. */
  copyRate: number | null;
  /** Conflicts that wait for a person, {@link OPEN_CONFLICTS_MAX} at most. */
  openConflicts: number;
}

/** Counting more than these would cost, and say nothing more. */
const OPEN_CONFLICTS_MAX = 10_000;

/**
 * The question a running pipeline asks all the time, in one statement, because so many may ask: reading three results
 * costs an idle pipeline more than everything else it does.
 */
export async function readDecisions(
  session: Session,
  tables: ControlTables,
  { name: pipeline, twoWay }: Pick<SyncOptions, 'name' | 'twoWay'>,
): Promise<Decisions> {
  const ours = `pipeline=${quoteText(pipeline)}`;
  const rows = await session.rows(
    `SELECT 'error',id,state FROM ${tables.error} WHERE ${ours} AND ${UNRESOLVED}
     UNION ALL (SELECT 'copy',0,'' FROM ${tables.copy} WHERE ${ours} AND state IN ('requested','canceling') LIMIT 1)
     UNION ALL SELECT 'rate',0,value FROM ${tables.setting} WHERE ${ours} AND name='copy-rate'` +
      (twoWay
        ? ` UNION ALL SELECT 'open',COUNT(*),'' FROM (SELECT 1 FROM ${tables.conflict} WHERE ${ours} AND state='open' LIMIT ${OPEN_CONFLICTS_MAX}) o`
        : ''),
  );
  const decisions: Decisions = { errors: new Map(), isCopyRequested: false, copyRate: null, openConflicts: 0 };
  for (const [what, id, value] of rows) {
    if (what === 'error') decisions.errors.set(Number(id), value as ErrorState);
    else if (what === 'copy') decisions.isCopyRequested = true;
    else if (what === 'open') decisions.openConflicts = Number(id);
    else decisions.copyRate = Number(value);
  }
  return decisions;
}
