import { OtterError, say, type Wording } from '@otter/core';
import type { Session } from './session.ts';

/** Which schemas a server keeps out of its log: `binlog_do_db` and `binlog_ignore_db`, set where it is started. */
export interface LogFilter {
  /** Not empty: only these are in the log. */
  does: readonly string[];
  /** Where `does` is empty: these are not. */
  ignores: readonly string[];
}

/** The statement that tells where a server's log ends: MySQL since 8.4 knows only the first, before 8.2 only the second. */
export function logStatusSql({ isMariadb, versionNumber }: Pick<Session, 'isMariadb' | 'versionNumber'>): string {
  return !isMariadb && versionNumber >= 80_200 ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS';
}

/** `null` where the server writes no log, or our account may not ask. */
export async function readLogFilter(session: Session): Promise<LogFilter | null> {
  let rows: (string | null)[][];
  try {
    rows = await session.rows(logStatusSql(session));
  } catch (error) {
    if (!OtterError.is(error) || session.lost) throw error;
    return null;
  }
  const [row] = rows;
  const names = (text: string | null | undefined): string[] => (text ? text.split(',') : []);
  return row ? { does: names(row[2]), ignores: names(row[3]) } : null;
}

/** Whether what is written to tables of the schema is in the log. Of rows the table's own schema counts, not `USE`. */
export function isLogged({ does, ignores }: LogFilter, schema: string): boolean {
  return does.length > 0 ? does.includes(schema) : !ignores.includes(schema);
}

/** The option that keeps a schema out, and what to do about it. */
export function unloggedBy({ does }: LogFilter): { setting: string; fix: Wording } {
  const setting = does.length > 0 ? 'binlog_do_db' : 'binlog_ignore_db';
  return { setting, fix: say(does.length > 0 ? 'fix-log-do' : 'fix-log-ignore') };
}
