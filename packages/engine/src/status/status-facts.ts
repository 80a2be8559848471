import type { PipelineStatus } from '../sync-options.ts';

/** What is told of a pipeline again and again: everything but the counts of each table. */
export type StatusFacts = Omit<PipelineStatus, 'tables'>;

/** The status as `otter sync --json` prints it every second; nothing in it needs more than JSON. */
export function statusFacts(status: PipelineStatus): StatusFacts {
  const { tables: _, ...facts } = status;
  return facts;
}
