import { say } from '@otter/core';
import {
  asFinding,
  asFix,
  isLogged,
  readLogFilter,
  unloggedBy,
  type PreflightLine,
  type Session,
  type TableName,
} from '@otter/dialects';
import type { SyncOptions } from '../sync-options.ts';

/**
 * Whether the target's log keeps the marks of our commits. Without them a counterpart sends every row back; one way it
 * does harm only where somebody else carries the target's rows on, so that is for a person to know.
 */
export async function markLines(
  { controlSchema, twoWay }: SyncOptions,
  target: Session,
  destinations: readonly TableName[],
): Promise<PreflightLine[]> {
  const filter = await readLogFilter(target);
  if (filter === null || isLogged(filter, controlSchema)) return [];
  if (!twoWay && !destinations.some(({ schema }) => isLogged(filter, schema))) return [];
  const { setting, fix } = unloggedBy(filter);
  const finding = asFinding(say('mark-filtered', { setting, schema: controlSchema }));
  return [{ verdict: twoWay ? 'stop' : 'warning', subject: 'target', check: 'loop marks', ...finding, ...asFix(fix) }];
}
