import type { ChangeKind } from '@otter/core';
import { decide, unseenBy, type ConflictPolicy, type Outcome, type TableRule } from './conflict-policy.ts';
import type { LocalWrite, RowWrite } from './row-writes.ts';

/** What becomes of a row whose parts are decided by themselves; columns in lower case. */
export interface RowMerge {
  /** incoming: the row becomes what it is in the change. local: it stays as it is. both: columns are set, or added to. */
  outcome: Outcome;
  /** Whether both have written to one part, so that one of the two is lost. */
  isLossy: boolean;
  /** Columns of the row on the target that become what they are in the change. */
  set: readonly string[];
  /** Columns to which is added what the change has added. */
  add: readonly string[];
}

/** The table, and what is to be done to a row of it that is there or not. */
export interface MergeCase {
  rule: TableRule;
  /** All that are written, outside the key. */
  columns: readonly string[];
  kind: ChangeKind;
  exists: boolean;
}

type Preferring = Pick<ConflictPolicy, 'keep' | 'tie'>;
type Touches = (write: RowWrite) => boolean;

/** The row was put in or taken away. */
const isPlaced: Touches = ({ touched }) => touched === undefined;

/**
 * Decides part by part between the last of `own` and what was written here. A row put in or taken away counts for all its
 * columns, and wins against what was changed in it unseen; sums meet nothing else.
 */
export function mergeRow(
  policy: Preferring,
  { rule, columns, kind, exists }: MergeCase,
  own: readonly RowWrite[],
  local: readonly LocalWrite[],
): RowMerge {
  const hasPlace = wins(policy, isPlaced, own, local);
  if (kind === 'delete' || !exists) {
    const outcome = hasPlace && kind !== 'update' ? 'incoming' : 'local';
    return { outcome, isLossy: true, set: [], add: [] };
  }
  const change = own.at(-1) as RowWrite;
  const counted = rule.kind === 'counter' ? rule.columns.map((name) => name.toLowerCase()) : [];
  const others = columns.filter((name) => !counted.includes(name));
  const set: string[] = [];
  let isWhole = hasPlace;
  let isLossy = kind === 'insert' || local.some(isPlaced);
  for (const part of rule.kind === 'counter' ? [others] : others.map((name) => [name])) {
    const touches: Touches = ({ touched }) => touched?.some((name) => part.includes(name)) ?? true;
    if (!touches(change)) continue;
    isLossy ||= local.some(touches);
    if (wins(policy, touches, own, local)) set.push(...part);
    else isWhole = false;
  }
  const sums = hasPlace ? counted : [];
  if (kind === 'insert') {
    if (isWhole) return { outcome: 'incoming', isLossy, set: [], add: [] };
    set.push(...sums);
  }
  const add = kind === 'insert' ? [] : sums.filter((name) => change.touched?.includes(name));
  const isNothing = set.length === 0 && add.length === 0 && isLossy;
  return { outcome: isNothing ? 'local' : 'both', isLossy, set, add };
}

/** Whether the change wins over what was written here to the part of the row that `touches` names. */
function wins(policy: Preferring, touches: Touches, own: readonly RowWrite[], local: readonly LocalWrite[]): boolean {
  const here = local.filter(touches);
  if (here.length === 0) return true;
  const there = unseenBy(here, own).filter(touches);
  const [placedThere, placedHere] = [there.filter(isPlaced), here.filter(isPlaced)];
  if (placedThere.length > 0 !== placedHere.length > 0) return placedThere.length > 0;
  return (
    decide(policy, ...(placedHere.length > 0 ? ([placedThere, placedHere] as const) : ([there, here] as const))) ===
    'incoming'
  );
}
