import { say, sayNames, type Wording } from '@otter/core';
import { asFinding, asFix, type PreflightLine, type Session } from '@otter/dialects';
import type { SyncOptions } from '../sync-options.ts';
import { wantsCopy, type CopyCandidate } from './copy-plan.ts';

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
    const isWhy = options.mode === 'auto' && filled.length > 0;
    const said = isWhy ? say('rows-not-copied-filled', { tables: namesOf(filled) }) : say('rows-not-copied');
    return [{ verdict: 'ok', subject: 'target', check: 'full copy', ...asFinding(said) }];
  }
  const lines: PreflightLine[] = [];
  if (filled.length > 0 && options.ifNotEmpty === 'fail') {
    lines.push({
      verdict: 'stop',
      subject: 'target',
      check: 'full copy',
      ...asFinding(say('rows-undecided', { tables: namesOf(filled) })),
      ...asFix(say('fix-rows-undecided')),
    });
  } else {
    const kept = options.ifNotEmpty === 'keep' ? filled.length : 0;
    const count = candidates.length - kept;
    const said =
      options.ifNotEmpty === 'replace' && filled.length > 0
        ? say('rows-copied-replacing', { count, tables: namesOf(filled) })
        : say('rows-copied', { count });
    lines.push({ verdict: 'ok', subject: 'target', check: 'full copy', ...asFinding(said) });
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
      ...asFinding(say('copy-image', { image })),
      fix: "SET GLOBAL binlog_row_image='FULL'; -- and in my.cnf; sessions that are open keep the old value",
    });
  }
  if (value('binlog_order_commits') === 'OFF') {
    lines.push({
      verdict: 'stop',
      subject: 'source',
      check: 'full copy',
      ...asFinding(say('copy-commit-order')),
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
    ...asFinding(say('copy-keyless')),
  }));
}

function namesOf(candidates: readonly CopyCandidate[]): Wording {
  return sayNames(candidates.map((c) => c.target?.replaceAll('`', '') ?? ''));
}
