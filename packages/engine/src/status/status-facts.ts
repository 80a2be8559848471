import type { PipelineStatus } from '../sync-options.ts';

/** A status without what continuous verification has found, row by row: each finding is told once, by itself. */
export type WithoutFindings<S extends Pick<PipelineStatus, 'verify'>> = Omit<S, 'verify'> & {
  verify: Omit<NonNullable<PipelineStatus['verify']>, 'findings'> | null;
};

/** What is told of a pipeline again and again: everything but the counts of each table, and findings. */
export type StatusFacts = WithoutFindings<Omit<PipelineStatus, 'tables'>>;

/** The status as `otter sync --json` prints it every second; nothing in it needs more than JSON. */
export function statusFacts(status: PipelineStatus): StatusFacts {
  const { tables: _, ...facts } = status;
  return withoutFindings(facts);
}

export function withoutFindings<S extends Pick<PipelineStatus, 'verify'>>(status: S): WithoutFindings<S> {
  if (status.verify === null) return { ...status, verify: null };
  const { findings: _, ...verify } = status.verify;
  return { ...status, verify };
}
