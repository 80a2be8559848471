import type { ChangeKind } from '@otter/core';
import { decide, turned, type ConflictPolicy, type TableRule } from './conflict-policy.ts';
import { mergeRow, type RowMerge } from './row-merge.ts';
import { isParted } from './row-trace.ts';
import type { LocalWrite } from './row-writes.ts';
import { same, type Image, type Row, type Write } from './site-log.fixture.ts';

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
  /** What is known of the writes of the change's own log to the row, the change itself last. */
  own: readonly Placed[];
}

/** How conflicts are decided, as the first site sees it; columns are named by their numbers. */
export interface Policy extends Pick<ConflictPolicy, 'keep' | 'tie'> {
  rule: TableRule;
}

/** A mistake in what the rule is told, or in what is made of its answer. */
export type RuleFlaw =
  | 'ties: incoming wins'
  | 'parts: put in and taken away count as changes'
  | 'counter: written instead of added'
  | 'counter: equal rows left alone'
  | 'greatest: only the last value';

/** What the row becomes; decided by the engine's own rules. `isTurned`: the change comes from the second site. */
export function resolve(
  { rule, ...preference }: Policy,
  { isTurned, flaw }: { isTurned: boolean; flaw: string | undefined },
  meeting: Meeting,
): Image {
  const { change, current } = meeting;
  const { before, after } = change.write;
  if (meeting.unseen.length === 0) return onlyChanged(current, before, after);
  const policy = isTurned ? turned(preference) : { ...preference };
  if (flaw === 'ties: incoming wins') policy.tie = 'source';
  const told = (placed: Placed): LocalWrite => toldOf(rule, placed, flaw);
  const local = meeting.unseen.slice(flaw === 'greatest: only the last value' ? -1 : 0).map(told);
  const own = meeting.own.map(told);
  if (!isParted(rule)) return decide(policy, own, local) === 'incoming' ? after : current;
  if (flaw === 'counter: equal rows left alone' && same(after, current)) return current;
  const columns = Object.keys(current ?? after ?? []);
  const merge = mergeRow(policy, { rule, columns, kind: kindOf(change.write), exists: current !== null }, own, local);
  return merged(merge, { current, before, after }, flaw === 'counter: written instead of added');
}

function kindOf({ before, after }: Write): ChangeKind {
  return before === null ? 'insert' : after === null ? 'delete' : 'update';
}

/** What the engine knows of a write. */
function toldOf(rule: TableRule, { at, stamp, write, seen }: Placed, flaw: string | undefined): LocalWrite {
  const { before, after } = write;
  const known: LocalWrite = { at: place(at), committedAtMs: stamp, seen: place(seen) };
  if (rule.kind === 'greatest') known.value = BigInt((after ?? before)?.[Number(rule.column)] ?? 0);
  if (!isParted(rule)) return known;
  const columns = Object.keys(after ?? before ?? []);
  if (before && after) known.touched = columns.filter((c) => before[Number(c)] !== after[Number(c)]);
  else if (flaw === 'parts: put in and taken away count as changes') known.touched = columns;
  return known;
}

function place(offset: number): LocalWrite['at'] {
  return { file: 'log.1', offset };
}

function merged(
  { outcome, set, add }: RowMerge,
  { current, before, after }: { current: Image; before: Image; after: Image },
  isWritten: boolean,
): Image {
  if (outcome === 'local') return current;
  if (set.length === 0 && add.length === 0) return outcome === 'incoming' ? after : current;
  const row = [...(current as Row)];
  for (const c of set.map(Number)) row[c] = (after as Row)[c]!;
  for (const c of add.map(Number)) row[c] = (isWritten ? 0 : row[c]! - (before as Row)[c]!) + (after as Row)[c]!;
  return row;
}

/** Otter's FIELD mode: columns that have not changed stay as they are on the target. */
export function onlyChanged(current: Image, before: Image, after: Image): Image {
  if (current === null || before === null || after === null) return after;
  return after.map((value, i) => (value === before[i] ? current[i]! : value));
}
