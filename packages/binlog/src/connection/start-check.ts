import { setTimeout as sleep } from 'node:timers/promises';
import { fileSequence, OtterError, say, type MariadbGtidSet, type MysqlGtidSet } from '@otter/core';
import type { DumpStart } from './dump.ts';
import type { Connection } from './server-connection.ts';
import { readScalar, type LogFile, type SourceFacts } from './source-facts.ts';

/** Sent to replicas before it shows in gtid_executed: how often and how long to look again. */
const EXECUTED_TRIES = 8;
const EXECUTED_WAIT_MS = 250;

/**
 * Refuses a start the source cannot serve, in clearer words than the dump thread has.
 * Throws LOG_FORMAT, LOG_PURGED, LOG_AHEAD, POSITION_INVALID.
 */
export async function checkStart(connection: Connection, facts: SourceFacts, start: DumpStart): Promise<void> {
  if (!facts.logBin) throw new OtterError('LOG_FORMAT', { detail: say('log-bin-off') });
  if (start.by === 'file') checkFile(facts.logs, start.file, start.offset);
  else if (facts.flavor === 'mysql') await checkMysqlSet(connection, start.set);
}

/**
 * Throws unless the log holds the place: LOG_PURGED when it is older, LOG_AHEAD when it is behind the end. Waiting for
 * a log to grow past a place it lost would leave out whatever is written there instead.
 */
export function checkFile(logs: readonly LogFile[], file: string, offset: number): void {
  const first = logs[0];
  const last = logs.at(-1);
  if (!first || !last) throw new OtterError('LOG_PURGED', { detail: say('logs-none') });
  const found = logs.find((log) => log.name === file);
  const kept = say('logs-kept', { first: first.name, last: `${last.name}:${last.size}` });
  if (found) {
    if (offset <= found.size) return;
    throw new OtterError('LOG_AHEAD', { detail: say('log-ends', { file, end: found.size, offset, kept }) });
  }
  if (baseName(file) !== baseName(first.name)) {
    throw new OtterError('POSITION_INVALID', { detail: say('log-unnamed', { file, kept }) });
  }
  const code = fileSequence(file) < fileSequence(last.name) ? 'LOG_PURGED' : 'LOG_AHEAD';
  throw new OtterError(code, { detail: say('log-gone', { file, kept }) });
}

function baseName(file: string): string {
  return file.replace(/\.\d+$/, '');
}

async function checkMysqlSet(connection: Connection, set: MysqlGtidSet | MariadbGtidSet): Promise<void> {
  const text = connection.escape(set.toString());
  const purged = await readScalar(connection, `SELECT GTID_SUBTRACT(@@GLOBAL.gtid_purged, ${text})`);
  if (purged !== '')
    throw new OtterError('LOG_PURGED', { detail: say('gtids-purged', { gtids: purged.replace(/\s+/g, '') }) });
  let missing = '';
  for (let tries = 0; tries < EXECUTED_TRIES; tries++) {
    missing = await readScalar(connection, `SELECT GTID_SUBTRACT(${text}, @@GLOBAL.gtid_executed)`);
    if (missing === '') return;
    await sleep(EXECUTED_WAIT_MS);
  }
  throw new OtterError('LOG_AHEAD', {
    detail: say('gtids-lacking', { gtids: missing.replace(/\s+/g, '') }),
  });
}
