import { OtterError } from '@otter/core';
import { logStatusSql, type Session } from '@otter/dialects';
import type { LogPlace } from './row-writes.ts';

export async function readEnd(session: Session): Promise<LogPlace> {
  return endOf(await session.rows(logStatusSql(session)));
}

export function endOf([row]: readonly (string | null)[][]): LogPlace {
  if (!row) throw new OtterError('LOG_FORMAT', { detail: 'the target writes no log any more' });
  return { file: row[0] ?? '', offset: Number(row[1]) };
}
