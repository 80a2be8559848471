import { OtterError } from '@otter/core';
import type { Parameters } from './original-database.ts';

/** Where the original had read to and applied everything: a cursor of ZooKeeper. */
export interface OriginalCursor {
  canal: string;
  clientId: number;
  /** Of the server it counts on; null when the cursor does not say. */
  host: string | null;
  port: number;
  journalName: string;
  position: number;
  gtid: string;
}

const PATH = /^(?:\S*\/destinations)?\/?([^/\s]+)\/(\d+)(?:\/cursor)?$/;

/**
 * Reads cursors, a line each: the node's path, `/otter/canal/destinations/CANAL/CLIENT/cursor` or `CANAL/CLIENT`, a space,
 * and what ZooKeeper holds there. Empty lines and those with `#` are skipped. Throws USAGE with the line.
 */
export function readCursors(text: string): OriginalCursor[] {
  return text.split('\n').flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const path = trimmed.replace(/\s.*$/s, '');
    const json = trimmed.slice(path.length);
    const [, canal, client] = PATH.exec(path) ?? [];
    if (canal === undefined) throw usage(index, `"${path}" is no path of a cursor; write CANAL/CLIENT and its JSON`);
    return [{ canal, clientId: Number(client), ...positionOf(json, index) }];
  });
}

function positionOf(text: string, index: number): Omit<OriginalCursor, 'canal' | 'clientId'> {
  let cursor: Parameters;
  try {
    cursor = JSON.parse(text) as Parameters;
  } catch {
    throw usage(index, 'what stands behind the path is no JSON');
  }
  // "postion" is how the original spells it.
  const entry = (cursor.postion ?? cursor.position) as Parameters | undefined;
  const identity = cursor.identity as { sourceAddress?: { address?: string; port?: number } } | undefined;
  const journalName = typeof entry?.journalName === 'string' ? entry.journalName : '';
  const position = typeof entry?.position === 'number' ? entry.position : 0;
  const gtid = typeof entry?.gtid === 'string' ? entry.gtid.replaceAll(/\s/g, '') : '';
  if ((journalName === '' || position <= 0) && gtid === '') throw usage(index, 'the cursor holds no position');
  const { address = null, port = 3306 } = identity?.sourceAddress ?? {};
  return { host: address, port, journalName, position, gtid };
}

function usage(index: number, reason: string): OtterError {
  return new OtterError('USAGE', { detail: `line ${index + 1} of the positions: ${reason}` });
}
