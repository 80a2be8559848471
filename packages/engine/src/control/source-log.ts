import { openConnection, readSourceFacts, resolveStart, type LogFile, type SourceFacts } from '@otter/binlog';
import { compareCoordinates, gtidFlavor, parseGtidSet, type Position, type ServerAddress } from '@otter/core';

/** What a source's log holds at this moment. */
export interface SourceLog {
  /** As a checkpoint keeps it. */
  identity: string;
  end: { file: string; offset: number; gtid: string };
  /** Oldest first. */
  logs: LogFile[];
}

/** Reads it over a connection of its own. Throws SOURCE_UNREACHABLE, ACCESS_DENIED. */
export async function readSourceLog(address: ServerAddress): Promise<SourceLog> {
  const { identity, end, logs } = await factsOf(address);
  return { identity, end, logs };
}

/** All that a source says about itself, over a connection of its own. Throws SOURCE_UNREACHABLE, ACCESS_DENIED. */
export async function factsOf(address: ServerAddress): Promise<SourceFacts> {
  const connection = await openConnection(address);
  try {
    return await readSourceFacts(connection);
  } finally {
    connection.destroy();
  }
}

/**
 * Where the first transaction begins that was committed at `ms` or later, in milliseconds since 1970; the end of the log
 * when there is none. Reads the log of about that time, over connections of its own. Throws what `resolveStart` throws.
 */
export async function findPosition(address: ServerAddress, ms: number): Promise<Place> {
  const connection = await openConnection(address);
  try {
    const { file, offset, gtid } = await resolveStart(connection, await readSourceFacts(connection), {
      at: 'time',
      ms,
    });
    return { file, offset, gtid };
  } finally {
    connection.destroy();
  }
}

/** What lies between two places of one log. */
export interface PositionStep {
  /** `unknown`: one of them is known by its GTIDs alone, the other by its file alone, or neither set holds the other. */
  direction: 'back' | 'forward' | 'same' | 'unknown';
  /** Bytes of log between them; `null` where a file is not there, or not known. */
  bytes: number | null;
  /** Whether the log is still there from the earlier place on; `null` where that is not known. */
  isKept: boolean | null;
}

type Place = Pick<Position, 'file' | 'offset' | 'gtid'>;

/** What going from one place to another means: going back brings the changes in between once more, forward leaves them out. */
export function stepBetween(from: Place, to: Place, logs: readonly LogFile[]): PositionStep {
  if (from.file === '' || to.file === '') return { direction: byGtid(from, to), bytes: null, isKept: null };
  const order = compareCoordinates(to, from);
  const [first, last] = order < 0 ? [to, from] : [from, to];
  const bytes = bytesBetween(first, last, logs);
  return {
    direction: order === 0 ? 'same' : order < 0 ? 'back' : 'forward',
    bytes,
    isKept: logs.length === 0 ? null : logs.some(({ name, size }) => name === first.file && first.offset <= size),
  };
}

function byGtid(from: Place, to: Place): PositionStep['direction'] {
  if (from.gtid === '' || to.gtid === '' || gtidFlavor(from.gtid) !== gtidFlavor(to.gtid)) return 'unknown';
  const flavor = gtidFlavor(from.gtid);
  const [before, after] = [parseGtidSet(flavor, from.gtid), parseGtidSet(flavor, to.gtid)];
  const [isBack, isForward] = [before.contains(after), after.contains(before)];
  if (isBack && isForward) return 'same';
  return isBack ? 'back' : isForward ? 'forward' : 'unknown';
}

function bytesBetween(first: Place, last: Place, logs: readonly LogFile[]): number | null {
  const start = logs.findIndex(({ name }) => name === first.file);
  const end = logs.findIndex(({ name }) => name === last.file);
  if (start < 0 || end < 0) return null;
  const whole = logs.slice(start, end).reduce((sum, { size }) => sum + size, 0);
  return whole - first.offset + last.offset;
}
