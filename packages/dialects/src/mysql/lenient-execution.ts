import { OtterError, say } from '@otter/core';
import { LENIENT_SQL_MODE, WRITER_SQL_MODE, type Session, type StatementResult } from './session.ts';

/** Warnings that say nothing about the row: deprecated names of charsets (MySQL 8 and later). */
const REMARKS = new Set(['1287', '3719']);
/** WARN_DATA_TRUNCATED, which an ENUM's error value raises. */
const EXPECTED = '1265';

/**
 * Runs a statement of one row whose values only a lenient session takes, and makes sure that nothing else in
 * it was bent: exactly `lenientValues` warnings 1265 may come up. Throws ROW_REFUSED otherwise; the row is
 * then written, so the caller must roll its transaction back. The session is strict again afterwards,
 * whatever happens, unless its connection is lost.
 */
export async function runLenient(session: Session, sql: string, lenientValues: number): Promise<StatementResult> {
  await session.query(`SET SESSION sql_mode='${LENIENT_SQL_MODE}'`);
  let result: StatementResult | undefined;
  let warnings: (string | null)[][];
  try {
    [result] = await session.query(sql);
    warnings = await session.rows('SHOW WARNINGS');
  } finally {
    if (!session.lost) await session.query(`SET SESSION sql_mode='${WRITER_SQL_MODE}'`);
  }
  const unexpected = warnings.filter(([, code]) => code !== EXPECTED && !REMARKS.has(code ?? ''));
  const expected = warnings.filter(([, code]) => code === EXPECTED).length;
  if (result === undefined || unexpected.length > 0 || expected > lenientValues) {
    const codes = [...new Set(warnings.map(([, code]) => code))].join(', ');
    throw new OtterError('ROW_REFUSED', {
      detail: say('row-changed-in-storing', { warnings: codes }),
    });
  }
  return result;
}
