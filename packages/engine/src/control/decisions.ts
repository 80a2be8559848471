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

/** The question a running pipeline asks every second; one round trip, because so many may ask. */
export async function readDecisions(session: Session, tables: ControlTables, pipeline: string): Promise<Decisions> {
  const ours = `pipeline=${quoteText(pipeline)}`;
  const [errors = [], requests = [], rate = []] = await session.rowsOfEach([
    `SELECT id,state FROM ${tables.error} WHERE ${ours} AND ${UNRESOLVED}`,
    `SELECT 1 FROM ${tables.copy} WHERE ${ours} AND state IN ('requested','canceling') LIMIT 1`,
    `SELECT value FROM ${tables.setting} WHERE ${ours} AND name='copy-rate'`,
  ]);
  const rateText = rate[0]?.[0] ?? null;
  return {
    errors: new Map(errors.map((row) => [Number(row[0]), row[1] as ErrorState])),
    isCopyRequested: requests.length > 0,
    copyRate: rateText === null ? null : Number(rateText),
  };
}
