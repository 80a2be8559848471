import type { PreflightLine, Session } from '@otter/dialects';
import type { SyncOptions } from '../sync-options.ts';
import { wantsCopy, type CopyCandidate } from './copy-plan.ts';

/** Tables named in one line. */
const NAMES_MAX = 5;

/**
 * What the preflight says of the full copy of a pipeline that has never run: whether there will be one, and what
 * stands in its way. Reads only.
 */
export async function copyLines(
  options: SyncOptions,
  source: Session,
  candidates: readonly CopyCandidate[],
): Promise<PreflightLine[]> {
  const filled = candidates.filter((c) => c.isFilled);
  if (candidates.length === 0) return [];
  if (!wantsCopy(options, candidates)) {
    const why = options.mode === 'auto' && filled.length > 0 ? ` (${namesOf(filled)} on the target holds rows)` : '';
    const finding = `Rows that are there already are not copied${why}; the log is followed.`;
    return [{ verdict: 'ok', subject: 'target', check: 'full copy', finding }];
  }
  const lines: PreflightLine[] = [];
  if (filled.length > 0 && options.ifNotEmpty === 'fail') {
    lines.push({
      verdict: 'stop',
      subject: 'target',
      check: 'full copy',
      finding: `${namesOf(filled)} on the target holds rows, and nothing says what is to become of them.`,
      fix: '--if-not-empty keep | replace, or --mode incremental',
    });
  } else {
    const kept = options.ifNotEmpty === 'keep' ? filled.length : 0;
    const replaced =
      options.ifNotEmpty === 'replace' && filled.length > 0 ? `; ${namesOf(filled)} is emptied first` : '';
    const finding = `${candidates.length - kept} tables are copied while the log is followed${replaced}.`;
    lines.push({ verdict: 'ok', subject: 'target', check: 'full copy', finding });
  }
  lines.push(...(await logLines(source)), ...keyLines(candidates));
  return lines;
}

/** A row that is not there yet can only be put in whole; what is visible must be in the log in the same order. */
async function logLines(source: Session): Promise<PreflightLine[]> {
  const rows = await source.rows(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_row_image','binlog_order_commits')",
  );
  const value = (name: string): string => rows.find((row) => row[0] === name)?.[1]?.toUpperCase() ?? '';
  const lines: PreflightLine[] = [];
  const image = value('binlog_row_image');
  if (image !== '' && !image.startsWith('FULL')) {
    lines.push({
      verdict: 'stop',
      subject: 'source',
      check: 'full copy',
      finding: `Rows are logged in part (binlog_row_image=${image}); while a table is copied they must be whole.`,
      fix: "SET GLOBAL binlog_row_image='FULL'; -- and in my.cnf; sessions that are open keep the old value",
    });
  }
  if (value('binlog_order_commits') === 'OFF') {
    lines.push({
      verdict: 'stop',
      subject: 'source',
      check: 'full copy',
      finding: 'Transactions may become visible in another order than they are logged (binlog_order_commits=OFF).',
      fix: 'SET GLOBAL binlog_order_commits=ON;',
    });
  }
  return lines;
}

function keyLines(candidates: readonly CopyCandidate[]): PreflightLine[] {
  const keyless = candidates.filter(({ definition }) => !definition.uniqueKeys.some((key) => !key.nullable));
  return keyless.map(({ definition }) => ({
    verdict: 'warning',
    subject: `${definition.schema}.${definition.table}`,
    check: 'full copy',
    finding:
      'It has no key: it is read in one piece of at most 64 MB, again and again until nobody writes to it meanwhile.',
  }));
}

function namesOf(candidates: readonly CopyCandidate[]): string {
  const names = candidates.slice(0, NAMES_MAX).map((c) => c.target?.replaceAll('`', '') ?? '');
  const more = candidates.length > NAMES_MAX ? ` and ${candidates.length - NAMES_MAX} more` : '';
  return `${names.join(', ')}${more}`;
}
