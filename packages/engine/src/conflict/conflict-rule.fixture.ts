import type { Image, Row, Write } from './site-log.fixture.ts';

/** A write with its place in the log it is in: the number of transactions up to it. */
export interface Placed {
  at: number;
  stamp: number;
  write: Write;
  /** Up to where the other log was applied there by then. */
  seen: number;
}

/** A change that comes in, and what it meets. */
export interface Meeting {
  change: Placed;
  /** The row as it is on the target. */
  current: Image;
  /** Writes of the target to the row which the change had not seen, oldest first. */
  unseen: readonly Placed[];
  /** Writes of the change's own log to the row, up to itself, behind a place of that log. */
  own(behind: number): readonly Placed[];
  /** Whether the incoming side wins where nothing else tells the two apart. */
  winsTies: boolean;
}

export interface Policy {
  keep: 'newest' | 'first-site' | 'second-site';
  /**
   * Columns that are decided together, each group by itself; `null`: the row is decided as a whole. With groups, a row
   * put in or taken away counts for all of them and wins against what was changed in it.
   */
  groups: readonly (readonly number[])[] | null;
  /** Columns that are counted: what comes in is added. */
  counters: readonly number[];
}

/** Which side the policy prefers; `null`: it goes by time. */
export type Preferred = 'incoming' | 'local' | null;

/** What the row becomes. */
export function resolve(policy: Policy, preferred: Preferred, meeting: Meeting): Image {
  const { groups } = policy;
  return groups === null ? wholeRow(preferred, meeting) : byGroup({ ...policy, groups }, preferred, meeting);
}

function wholeRow(preferred: Preferred, meeting: Meeting): Image {
  const { change, current, unseen } = meeting;
  const { before, after } = change.write;
  if (unseen.length === 0) return onlyChanged(current, before, after);
  return wins(preferred, meeting, always, never) ? after : current;
}

const always: Which = () => true;
const never: Which = () => false;

/** Otter's FIELD mode: columns that have not changed stay as they are on the target. */
export function onlyChanged(current: Image, before: Image, after: Image): Image {
  if (current === null || before === null || after === null) return after;
  return after.map((value, i) => (value === before[i] ? current[i]! : value));
}

type Which = (write: Write) => boolean;

const isWhole: Which = ({ before, after }) => before === null || after === null;

/**
 * Whether the change wins over what the target has written to the part of the row that `touches` names; `strong` writes
 * win over others.
 */
function wins(preferred: Preferred, meeting: Meeting, touches: Which, strong: Which): boolean {
  const there = meeting.unseen.filter(({ write }) => touches(write));
  const last = there.at(-1);
  if (!last) return true;
  const own = meeting.own(last.seen).filter(({ write }) => touches(write));
  const [ownStrong, thereStrong] = [own, there].map((writes) => writes.filter(({ write }) => strong(write)));
  if (ownStrong!.length > 0 !== thereStrong!.length > 0) return ownStrong!.length > 0;
  if (preferred !== null) return preferred === 'incoming';
  const difference = ownStrong!.length > 0 ? latest(ownStrong!) - latest(thereStrong!) : latest(own) - latest(there);
  return difference > 0 || (difference === 0 && meeting.winsTies);
}

function latest(writes: readonly Placed[]): number {
  return Math.max(-Infinity, ...writes.map(({ stamp }) => stamp));
}

function byGroup(
  { groups, counters }: Pick<Policy, 'counters'> & { groups: readonly (readonly number[])[] },
  preferred: Preferred,
  meeting: Meeting,
): Image {
  const { current, change } = meeting;
  const { before, after } = change.write;
  const isThere =
    isWhole(change.write) && wins(preferred, meeting, isWhole, isWhole) ? after !== null : current !== null;
  if (!isThere) return null;
  const row = [...(current ?? after!)];
  for (const group of groups) {
    const touches: Which = (write) => isWhole(write) || group.some((c) => write.before![c] !== write.after![c]);
    if (!touches(change.write) || !wins(preferred, meeting, touches, isWhole)) continue;
    for (const column of group) row[column] = (after as Row)[column]!;
  }
  // Sums meet no one; only a row put in or taken away does.
  if (!wins(preferred, meeting, isWhole, isWhole)) return row;
  for (const column of counters) {
    row[column] =
      isWhole(change.write) || current === null ? after![column]! : row[column]! + after![column]! - before![column]!;
  }
  return row;
}
