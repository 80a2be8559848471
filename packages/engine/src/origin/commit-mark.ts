import { createHash } from 'node:crypto';
import { fileSequence, type Position, type Row, type RowsChange } from '@otter/core';
import type { Seen } from '../conflict/row-writes.ts';

/** Name of the table on the target that holds the position of a pipeline, moved by every commit of ours. */
export const CHECKPOINT_TABLE = 'otter_checkpoint';

/**
 * A site: a server, or what has taken its place, as marks name it. Eight characters that stand for its identity, so that
 * a mark costs little of the target's log.
 */
export type Site = string;

const SITE_CHARACTERS = 8;

/** `identity`: of a server, as {@link SourceFacts.identity}. */
export function siteOf(identity: string): Site {
  return createHash('sha256').update(identity).digest('base64url').slice(0, SITE_CHARACTERS);
}

/**
 * What a commit of ours says of itself in the target's log. It is part of the checkpoint's row, which every commit of
 * ours changes: there is no commit without it, whatever the log leaves out of a row image (design §1, promise 7).
 */
export interface CommitMark {
  /** Pipeline that committed, and up to where it has applied its source's log with that. */
  pipeline: string;
  /** Of the pipeline's workers, the one whose place it is; others than 0 only of `apply: row` and of catch-ups. */
  worker: number;
  position: Position;
  /** Epoch of whoever committed; `null` where the row image leaves it out. */
  epoch: bigint | null;
  /** Sites the rows have been written at, the pipeline's source last. */
  via: readonly Site[];
  /** Where both sides are written: what the pipeline's source knew of its target there. */
  seen: Seen | null;
}

/** A DROP TABLE that a pipeline has announced and that has not come yet. */
export interface AnnouncedDrop {
  /** The row it stands in: a pipeline changes one definition at a time. */
  by: string;
  via: readonly Site[];
  /** `schema.table` in small letters. */
  tables: readonly string[];
}

/** What a pipeline knows at a position and could not read again from there. */
export interface Known {
  /** Of a pipeline whose target is written by others too: what its source had seen of it. @default null */
  seen?: Seen | null;
  /** Drops announced before the position and made behind it. @default [] */
  drops?: readonly AnnouncedDrop[];
}

/** The text stored as the position. */
export function markedPosition(position: Position, via: readonly Site[], { seen, drops = [] }: Known = {}): string {
  const known = { ...(seen ? { seen: seenText(seen) } : {}), ...(drops.length > 0 ? { drops } : {}) };
  return JSON.stringify({ ...position, via, ...known });
}

/** Short, since every commit carries it twice: of files the numbers alone, which order them. */
function seenText({ applied, ...at }: Seen): string {
  return [at, applied].map(({ file, offset }) => `${file === '' ? 0 : fileSequence(file)}:${offset}`).join(':');
}

const SEEN = /^(\d+):(\d+):(\d+):(\d+)$/;

/** What {@link markedPosition} wrote; files of `seen` by their number alone: `.42`. */
export function knownIn(text: string): Required<Known> {
  const { seen, drops } = JSON.parse(text) as { seen?: unknown; drops?: unknown };
  return { seen: parseSeen(seen), drops: parseAnnouncedDrops(drops) };
}

function parseSeen(text: unknown): Seen | null {
  const [, ...numbers] = (typeof text === 'string' ? SEEN.exec(text) : null) ?? [];
  const [at, offset, applied, appliedOffset] = numbers.map(Number);
  if (at === undefined || offset === undefined || applied === undefined || appliedOffset === undefined) return null;
  const fileOf = (sequence: number): string => (sequence === 0 ? '' : `.${sequence}`);
  return { file: fileOf(at), offset, applied: { file: fileOf(applied), offset: appliedOffset } };
}

/** Whatever is no announcement is left out. */
export function parseAnnouncedDrops(value: unknown): AnnouncedDrop[] {
  const isTexts = (list: unknown): boolean => Array.isArray(list) && list.every((text) => typeof text === 'string');
  return (Array.isArray(value) ? value : []).filter((drop: unknown): drop is AnnouncedDrop => {
    const { by, via, tables } = (drop ?? {}) as Partial<AnnouncedDrop>;
    return typeof by === 'string' && isTexts(via) && isTexts(tables);
  });
}

/** Whether rows that were committed with these marks have been at one of the sites. */
export function haveBeenAt(marks: readonly CommitMark[], sites: readonly Site[]): boolean {
  return marks.some(({ via }) => via.some((site) => sites.includes(site)));
}

/** The marks among the rows of a change to {@link CHECKPOINT_TABLE}; those of a change that is none, or not ours, are left out. */
export function marksOf(change: RowsChange): CommitMark[] {
  const names = change.table.columns.map(({ name }) => name);
  const [pipeline, worker, position, epoch] = ['pipeline', 'worker', 'position', 'epoch'].map((name) =>
    names.indexOf(name),
  );
  if (pipeline === -1 || worker === -1 || position === -1) return [];
  return change.after.flatMap((row, i) => {
    const before = change.before[i];
    const cell = (at: number | undefined): Row[number] => row[at ?? -1] ?? before?.[at ?? -1];
    const text = cell(position);
    const mark = typeof text === 'string' ? parseMark(text) : null;
    const [name, number] = [cell(pipeline), cell(epoch)];
    if (mark === null || typeof name !== 'string') return [];
    const isNumber = typeof number === 'number' || typeof number === 'bigint';
    return [{ ...mark, pipeline: name, worker: Number(cell(worker)), epoch: isNumber ? BigInt(number) : null }];
  });
}

function parseMark(text: string): Pick<CommitMark, 'position' | 'via' | 'seen'> | null {
  try {
    const {
      via = [],
      seen,
      drops: _,
      ...position
    } = JSON.parse(text) as Position & Record<'via' | 'seen' | 'drops', unknown>;
    if (typeof position.file !== 'string' || !Array.isArray(via)) return null;
    return { position, via: via.filter((site): site is Site => typeof site === 'string'), seen: parseSeen(seen) };
  } catch {
    return null;
  }
}
