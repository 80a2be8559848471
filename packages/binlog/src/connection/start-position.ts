import {
  fileSequence,
  OtterError,
  parseGtidSet,
  say,
  type MariadbGtidSet,
  type MysqlGtidSet,
  type Position,
} from '@otter/core';
import { gtidsBefore, LogScan } from './log-scan.ts';
import type { Connection } from './server-connection.ts';
import { readLogEnd, readLogFiles, type LogFile, type SourceFacts } from './source-facts.ts';
import { checkFile, checkStart } from './start-check.ts';

/** Where a pipeline without a checkpoint begins to read. */
export type StartPoint =
  | { at: 'now' }
  | { at: 'earliest' }
  | { at: 'gtid'; set: string }
  | { at: 'binlog'; file: string; offset: number }
  /** The first transaction committed at or after this moment, in milliseconds since 1970. */
  | { at: 'time'; ms: number };

const FIRST_OFFSET = 4;

/**
 * Turns a start point into a position of the source's log, checked against the log: a place of a file must be one
 * where a transaction begins. Where the server has GTIDs the position carries the set of everything before it.
 * Scans may open connections of their own to the same address; `connection` stays usable.
 *
 * Throws POSITION_INVALID, LOG_PURGED, LOG_AHEAD, LOG_FORMAT, SOURCE_UNREACHABLE, ACCESS_DENIED.
 */
export async function resolveStart(connection: Connection, facts: SourceFacts, spec: StartPoint): Promise<Position> {
  if (!facts.logBin) throw new OtterError('LOG_FORMAT', { detail: say('log-bin-off') });
  switch (spec.at) {
    case 'now': {
      const end = await readLogEnd(connection, facts.flavor);
      return { ...end, gtid: facts.gtidMode === 'ON' ? end.gtid : '' };
    }
    case 'earliest':
      return earliest(connection, facts);
    case 'gtid':
      return byGtid(connection, facts, spec.set);
    case 'binlog':
      return byPlace(connection, facts, spec.file, spec.offset);
    case 'time':
      return byTime(connection, facts, spec.ms);
  }
}

async function earliest(connection: Connection, facts: SourceFacts): Promise<Position> {
  const [oldest] = await readLogFiles(connection);
  if (!oldest) throw new OtterError('LOG_PURGED', { detail: say('logs-none') });
  return { file: oldest.name, offset: FIRST_OFFSET, gtid: await textBefore(connection, facts, oldest.name) };
}

async function byGtid(connection: Connection, facts: SourceFacts, text: string): Promise<Position> {
  if (facts.gtidMode !== 'ON') {
    throw new OtterError('POSITION_INVALID', { detail: say('gtid-mode', { mode: facts.gtidMode }) });
  }
  const set = parseGtidSet(facts.flavor, text);
  if (set.isEmpty()) return earliest(connection, facts);
  await checkStart(connection, facts, { by: 'gtid', set: set as MysqlGtidSet | MariadbGtidSet });
  const [oldest] = await readLogFiles(connection);
  // The server finds the place by the set; the coordinates only have to lie before it.
  return { file: oldest?.name ?? facts.end.file, offset: FIRST_OFFSET, gtid: set.toString() };
}

async function textBefore(connection: Connection, facts: SourceFacts, file: string): Promise<string> {
  return (await gtidsBefore(connection, facts, file))?.toString() ?? '';
}

async function byPlace(connection: Connection, facts: SourceFacts, file: string, offset: number): Promise<Position> {
  checkFile(await readLogFiles(connection), file, offset);
  const set = await gtidsBefore(connection, facts, file);
  if (offset <= FIRST_OFFSET) return { file, offset: FIRST_OFFSET, gtid: set?.toString() ?? '' };
  const scan = await LogScan.open(connection, facts, file);
  let boundary = FIRST_OFFSET;
  try {
    for await (const transactions of scan.transactions()) {
      for (const { file: at, offset: end, startOffset, gtid } of transactions) {
        // Between the events about the file itself and the first transaction nothing is written.
        if (at === file && startOffset === offset) return { file, offset, gtid: set?.toString() ?? '' };
        if (at !== file || end > offset) throw notABoundary(file, offset, boundary);
        boundary = end;
        if (gtid) set?.add(gtid);
        if (end === offset) return { file, offset, gtid: set?.toString() ?? '' };
      }
    }
    if (scan.idle && scan.file === file && scan.offset === offset) return { file, offset, gtid: set?.toString() ?? '' };
    throw notABoundary(file, offset, boundary);
  } finally {
    await scan.close();
  }
}

function notABoundary(file: string, offset: number, boundary: number): OtterError {
  return new OtterError('POSITION_INVALID', {
    detail: say('no-boundary', { file, offset, boundary }),
  });
}

async function byTime(connection: Connection, facts: SourceFacts, ms: number): Promise<Position> {
  const logs = await readLogFiles(connection);
  const file = await lastFileBefore(connection, facts, logs, ms);
  const set = await gtidsBefore(connection, facts, file);
  const scan = await LogScan.open(connection, facts, file);
  const position = { file, offset: FIRST_OFFSET };
  try {
    for await (const transactions of scan.transactions()) {
      for (const transaction of transactions) {
        if (transaction.bytes > 0 && transaction.committedAtMs >= ms)
          return { ...position, gtid: set?.toString() ?? '' };
        position.file = transaction.file;
        position.offset = transaction.offset;
        if (transaction.gtid) set?.add(transaction.gtid);
      }
    }
    return { ...position, gtid: set?.toString() ?? '' };
  } finally {
    await scan.close();
  }
}

/** The last log begun before the moment. Throws LOG_PURGED when it may have been purged. */
async function lastFileBefore(
  connection: Connection,
  facts: SourceFacts,
  logs: LogFile[],
  ms: number,
): Promise<string> {
  let low = 0;
  let high = logs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const createdAt = await createdAtMs(connection, facts, (logs[middle] as LogFile).name);
    if (createdAt < ms) low = middle + 1;
    else high = middle;
  }
  const found = logs[low - 1] ?? logs[0];
  if (!found) throw new OtterError('LOG_PURGED', { detail: say('logs-none') });
  if (low === 0 && fileSequence(found.name) > 1) {
    throw new OtterError('LOG_PURGED', {
      detail: say('log-begun-later', { file: found.name, time: new Date(ms).toISOString() }),
    });
  }
  return found.name;
}

async function createdAtMs(connection: Connection, facts: SourceFacts, file: string): Promise<number> {
  const scan = await LogScan.open(connection, facts, file);
  try {
    const transactions = scan.transactions();
    while (scan.createdAt === 0) {
      if ((await transactions.next()).done) break;
    }
    return scan.createdAt * 1000;
  } finally {
    await scan.close();
  }
}
