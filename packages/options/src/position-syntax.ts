import { fileSequence, gtidFlavor, OtterError, parseGtidSet, type Position } from '@otter/core';
import type { StartPoint } from '@otter/binlog';

/** The first event of a log file follows its 4-byte magic number. */
const OFFSET_MIN = 4;
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)$/i;

/** Reads `now`, `earliest`, `gtid:SET`, `binlog:FILE:POS` or `time:ISO`. Throws POSITION_INVALID. */
export function parseStart(text: string): StartPoint {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const word = (colon < 0 ? trimmed : trimmed.slice(0, colon)).toLowerCase();
  const rest = colon < 0 ? null : trimmed.slice(colon + 1);
  switch (word) {
    case 'now':
    case 'earliest':
      if (rest !== null) throw invalid(text, `"${word}" stands alone`);
      return { at: word };
    case 'gtid':
      return { at: 'gtid', set: gtidSet(rest, text) };
    case 'binlog':
      return { at: 'binlog', ...coordinates(rest, text) };
    case 'time':
      return { at: 'time', ms: moment(rest, text) };
    default:
      throw invalid(text, `"${word}" is not one of now, earliest, gtid:SET, binlog:FILE:POS, time:ISO`);
  }
}

/** Reads where a position is to be found: `time:ISO` alone, in ms since 1970, else one to store. Throws POSITION_INVALID. */
export function parseSoughtPosition(texts: readonly string[]): Position | { ms: number } {
  const [only = ''] = texts;
  const start = texts.length === 1 ? parseStart(only) : null;
  return start?.at === 'time' ? { ms: start.ms } : parseStoredPosition(texts);
}

/** Reads a position to store: `gtid:SET`, `binlog:FILE:POS` or one of each. Throws POSITION_INVALID. */
export function parseStoredPosition(texts: readonly string[]): Position {
  const position: Position = { file: '', offset: 0, gtid: '' };
  for (const text of texts) {
    const start = parseStart(text);
    if (start.at === 'gtid' && position.gtid === '') position.gtid = start.set;
    else if (start.at === 'binlog' && position.file === '')
      Object.assign(position, { file: start.file, offset: start.offset });
    else throw invalid(text, 'a position to store is gtid:SET, binlog:FILE:POS or one of each');
  }
  return position;
}

function gtidSet(rest: string | null, text: string): string {
  if (rest === null || rest.trim() === '') throw invalid(text, 'a GTID set must follow, for example gtid:0-1-100');
  return parseGtidSet(gtidFlavor(rest), rest).toString();
}

function coordinates(rest: string | null, text: string): { file: string; offset: number } {
  const match = /^(.+):(\d+)$/.exec(rest ?? '');
  if (!match) throw invalid(text, 'write binlog:FILE:POS, for example binlog:mysql-bin.000042:4');
  const [file, digits] = match.slice(1) as [string, string];
  fileSequence(file);
  const offset = Number(digits);
  if (!Number.isSafeInteger(offset) || offset < OFFSET_MIN) {
    throw invalid(text, `the offset is ${digits}; a log begins at ${OFFSET_MIN}`);
  }
  return { file, offset };
}

function moment(rest: string | null, text: string): number {
  const iso = (rest ?? '').trim();
  const ms = ISO.test(iso) ? Date.parse(iso.replace(' ', 'T')) : Number.NaN;
  // Without an offset the same command would mean another moment on another machine.
  if (Number.isNaN(ms)) {
    throw invalid(text, 'write a moment with its offset from UTC, for example time:2026-11-21T08:00:00+08:00 or …Z');
  }
  return ms;
}

function invalid(text: string, reason: string): OtterError {
  return new OtterError('POSITION_INVALID', { detail: `"${text}": ${reason}` });
}
