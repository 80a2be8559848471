import { OtterError } from '@otter/core';
import type { Session } from '@otter/dialects';
import type { LogPlace } from './local-writes.ts';

/** The statement that tells where a server's log ends: MySQL since 8.4 knows only the first, before 8.2 only the second. */
export function endSql({ isMariadb, versionNumber }: Session): string {
  return !isMariadb && versionNumber >= 80_200 ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS';
}

export async function readEnd(session: Session): Promise<LogPlace> {
  return endOf(await session.rows(endSql(session)));
}

export function endOf([row]: readonly (string | null)[][]): LogPlace {
  if (!row) throw new OtterError('LOG_FORMAT', { detail: 'the target writes no log any more' });
  return { file: row[0] ?? '', offset: Number(row[1]) };
}
