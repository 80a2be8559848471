import { compareCoordinates, matchesTable, patternBreadth, type TablePattern } from '@otter/core';
import { weight, type LocalWrite, type RowWrite } from './row-writes.ts';

/** Whose change to a row stays when both sides have written to it without knowing of each other. */
export type Winner = 'incoming' | 'local';

/** What has become of a change that met others: applied over them, left out, or the row has something of both. */
export type Outcome = Winner | 'both';

/** newest: the change that was committed last, by the clock of its server. source, target: that site's, at any time. */
type Preference = 'newest' | 'source' | 'target';

/** How conflicts of one table are decided. */
export type TableRule =
  | { kind: Preference }
  /** As newest, by the value of a column instead of the time. */
  | { kind: 'greatest'; column: string }
  /** Each column by itself, by the preference of the policy. */
  | { kind: 'columns' }
  /** What either side adds to these columns is added up; all the others are decided together. */
  | { kind: 'counter'; columns: readonly string[] };

/** How conflicts are decided. Both directions of a pair must decide alike. */
export interface ConflictPolicy {
  keep: Preference;
  /** Who wins of two that were committed at the same time. */
  tie: 'source' | 'target';
  /** For some tables, something else; of those that match a table the narrowest pattern counts. @default none */
  rules?: readonly PatternRule[];
}

/** The rule of the tables that a pattern matches. */
export interface PatternRule {
  tables: TablePattern;
  rule: TableRule;
}

/** The same policy as the other direction sees it. */
export function turned(policy: ConflictPolicy): ConflictPolicy {
  return {
    keep: OTHER[policy.keep],
    tie: OTHER[policy.tie],
    rules: (policy.rules ?? []).map(({ tables, rule }) => ({
      tables,
      rule: isPreference(rule) ? { kind: OTHER[rule.kind] } : rule,
    })),
  };
}

const OTHER = { newest: 'newest', source: 'target', target: 'source' } as const;

function isPreference(rule: TableRule): rule is { kind: Preference } {
  return rule.kind in OTHER;
}

/** The rule of a table. */
export function ruleOf({ keep, rules = [] }: ConflictPolicy, schema: string, table: string): TableRule {
  const matching = rules.filter(({ tables }) => matchesTable(tables, schema, table));
  const [narrowest] = matching.toSorted((a, b) => patternBreadth(a.tables) - patternBreadth(b.tables));
  return narrowest?.rule ?? { kind: keep };
}

/**
 * Decides between what comes in and what was written here, which is at least one. Each side is as late as the latest
 * change of its own that the other had not seen: a clock that goes back takes nothing away from a change that stands on a
 * later one. `own`: changes of the source to the row, the one that comes in last.
 */
export function decide(
  { keep, tie }: Pick<ConflictPolicy, 'keep' | 'tie'>,
  own: readonly RowWrite[],
  local: readonly LocalWrite[],
): Winner {
  if (keep !== 'newest') return keep === 'source' ? 'incoming' : 'local';
  const [there, here] = [latest(unseenBy(local, own)), latest(local)];
  if (there === here) return tie === 'source' ? 'incoming' : 'local';
  return there > here ? 'incoming' : 'local';
}

/** Of the source's changes those that the last of the target's did not know of; the one that comes in is among them. */
export function unseenBy(local: readonly LocalWrite[], own: readonly RowWrite[]): readonly RowWrite[] {
  const { seen } = local.at(-1) as LocalWrite;
  return own.filter((write) => write === own.at(-1) || compareCoordinates(write.at, seen) > 0);
}

function latest(writes: readonly RowWrite[]): bigint | number {
  return writes.map(weight).reduce((max, each) => (each > max ? each : max));
}
