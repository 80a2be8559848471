/**
 * Where a pipeline's time goes. Reading: `source` waits for the source to send, `parse` decodes and selects, `queue`
 * waits for room because the connections to the target are behind. Writing, summed over those connections: `idle` has
 * nothing to write, `worker` plans and writes SQL text, `dependency` waits for earlier transactions that touch the same
 * rows or must be committed first, `sql` and `commit` wait for the target.
 */
export const STAGES = ['source', 'parse', 'queue', 'idle', 'worker', 'dependency', 'sql', 'commit'] as const;
export type Stage = (typeof STAGES)[number];

/** Milliseconds in each stage. */
export type StageTotals = Record<Stage, number>;

/** Why a pipeline is not faster. `keeps-up`: it is as fast as its source needs; `unknown`: nothing was measured. */
export type Bottleneck = 'keeps-up' | 'source' | 'parse' | 'worker' | 'dependency' | 'sql' | 'commit' | 'unknown';

/** Further behind than this it does not keep up. */
const LAG_MS_MAX = 5000;
/** Part of the reader's time in which the connections to the target must have been behind for them to be the reason. */
const QUEUE_SHARE_MIN = 0.1;
const WRITING = ['worker', 'dependency', 'sql', 'commit'] as const;

/**
 * Why a pipeline is slow, by where its time went: what the reader waits for decides whether reading or writing holds it
 * up, and of those the largest part is the reason. `share`: that part of its side's time, 0 to 1.
 */
export function bottleneckOf(totals: StageTotals, lagMs: number | null): { code: Bottleneck; share: number } {
  const { source, parse, queue } = totals;
  const reading = source + parse + queue;
  if (reading === 0) return { code: 'unknown', share: 0 };
  if (queue / reading >= QUEUE_SHARE_MIN) {
    const writing = WRITING.reduce((sum, stage) => sum + totals[stage], 0);
    const code = WRITING.reduce((most, stage) => (totals[stage] > totals[most] ? stage : most));
    return writing === 0 ? { code: 'unknown', share: 0 } : { code, share: totals[code] / writing };
  }
  if ((lagMs ?? 0) <= LAG_MS_MAX) return { code: 'keeps-up', share: source / reading };
  return parse > source ? { code: 'parse', share: parse / reading } : { code: 'source', share: source / reading };
}

export function noTime(): StageTotals {
  return { source: 0, parse: 0, queue: 0, idle: 0, worker: 0, dependency: 0, sql: 0, commit: 0 };
}
