import type { LogPlace } from './local-writes.ts';

/** Whose change to a row stays when both sides have written to it without knowing of each other. */
export type Winner = 'incoming' | 'local';

/** How conflicts are decided. Both directions of a pair must decide alike. */
export interface ConflictPolicy {
  /**
   * newest: the change that was committed last, by the clock of its server. source, target: that site's, whatever the
   * time.
   */
  keep: 'newest' | 'source' | 'target';
  /** Who wins of two that were committed at the same time. */
  tie: 'source' | 'target';
}

/** A change with its place in the log it comes from. */
export interface Stamp {
  at: LogPlace;
  committedAtMs: number;
}

/**
 * Decides between what comes in and what was written here. Each side is as late as the latest change of its own that the
 * other had not seen: a clock that goes back takes nothing away from a change that stands on a later one.
 */
export function decide(policy: ConflictPolicy, incoming: readonly Stamp[], local: readonly Stamp[]): Winner {
  if (policy.keep === 'source') return 'incoming';
  if (policy.keep === 'target') return 'local';
  const [there, here] = [latest(incoming), latest(local)];
  if (there === here) return policy.tie === 'source' ? 'incoming' : 'local';
  return there > here ? 'incoming' : 'local';
}

function latest(stamps: readonly Stamp[]): number {
  return stamps.reduce((max, { committedAtMs }) => Math.max(max, committedAtMs), 0);
}
