import { OtterError } from './errors.ts';

/** An XA transaction prepared in the log and neither committed nor rolled back yet. */
export interface PreparedXa {
  xid: string;
  /** Where the log holds its rows. */
  file: string;
  offset: number;
  /** Its GTID as text, '' without GTIDs. */
  gtid: string;
}

/**
 * Where a reader stands: everything before it has been applied.
 * `file` and `offset` are the coordinates of one server; `gtid` survives a failover.
 */
export interface Position {
  file: string;
  /** Byte offset of the next event; may exceed 4 GiB. */
  offset: number;
  /** MySQL: the executed set. MariaDB: one GTID a domain. '' when the server has none. */
  gtid: string;
  prepared?: readonly PreparedXa[];
}

/** The running number of a binary log file: `mysql-bin.000042` → 42. */
export function fileSequence(file: string): number {
  const match = /\.(\d+)$/.exec(file);
  if (!match) throw new OtterError('POSITION_INVALID', { detail: `"${file}" is not a binary log file name` });
  return Number(match[1]);
}

/**
 * Orders two coordinates of the same server: negative, zero or positive. A place without a file, known by its
 * GTIDs alone, comes before every other.
 */
export function compareCoordinates(a: { file: string; offset: number }, b: { file: string; offset: number }): number {
  if (a.file === b.file) return a.offset - b.offset;
  if (a.file === '' || b.file === '') return a.file === '' ? -1 : 1;
  return fileSequence(a.file) - fileSequence(b.file) || a.offset - b.offset;
}

export function positionText(position: Position): string {
  const at = `${position.file}:${position.offset}`;
  return position.gtid === '' ? at : `${at} (${position.gtid})`;
}

/** Reads what {@link JSON.stringify} of a position wrote. Throws POSITION_INVALID. */
export function parsePosition(json: string): Position {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new OtterError('POSITION_INVALID', { detail: 'the stored position is not JSON', cause });
  }
  const p = value as Partial<Position> | null;
  const valid =
    typeof p === 'object' &&
    p !== null &&
    typeof p.file === 'string' &&
    Number.isSafeInteger(p.offset) &&
    (p.offset as number) >= 0 &&
    (p.gtid === undefined || typeof p.gtid === 'string') &&
    (p.prepared === undefined || Array.isArray(p.prepared));
  if (!valid) {
    throw new OtterError('POSITION_INVALID', {
      detail: 'the stored position has no file, offset and GTID set as they are written',
    });
  }
  const position: Position = { file: p.file as string, offset: p.offset as number, gtid: p.gtid ?? '' };
  if (p.prepared && p.prepared.length > 0) position.prepared = p.prepared;
  return position;
}
