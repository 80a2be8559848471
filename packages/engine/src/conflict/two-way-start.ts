import { openConnection, readLogEnd, type SourceFacts } from '@otter/binlog';
import { OtterError, parsePosition, say, type Position } from '@otter/core';
import { openTargetSession, type Session } from '@otter/dialects';
import type { StoredCheckpoint } from '../control/checkpoint-store.ts';
import type { ControlTables } from '../control/control-tables.ts';
import { Settings } from '../control/settings.ts';
import type { SyncOptions } from '../sync-options.ts';
import type { Seen } from './row-writes.ts';

/** Where one of two directions begins. */
export interface TwoWayStart {
  start: Position;
  /** What the source has seen of the target's log there. */
  seen: Seen;
  /** Statements of the commit that stores the start. */
  alongside: string[];
}

/**
 * The leading direction begins now and writes down where both logs stand; the other one begins where the leading one
 * found its log. So whatever either side writes from then on is brought over by one of the two, and neither takes for
 * seen what the other has not brought. Throws COUNTERPART_MISSING while the leading direction has not begun.
 */
export async function beginTwoWay(
  options: SyncOptions,
  ports: { facts: SourceFacts; tables: ControlTables; now: () => Promise<Position> },
): Promise<TwoWayStart> {
  const { twoWay, source, target, name } = options;
  if (!twoWay) throw new OtterError('INTERNAL', { detail: 'the pipeline has no counterpart' });
  if (twoWay.leads) {
    const connection = await openConnection(target);
    try {
      const end = await readLogEnd(connection, ports.facts.flavor);
      const start = await ports.now();
      const written = JSON.stringify({ start, end });
      const seen = { file: end.file, offset: end.offset, applied: start };
      return { start, seen, alongside: [new Settings(ports.tables, name).saveSql('two-way', written)] };
    } finally {
      connection.destroy();
    }
  }
  const session = await openTargetSession(source, { role: 'source' });
  try {
    const written = await readBeginning(session, new Settings(ports.tables, twoWay.counterpart));
    if (written === null) {
      throw new OtterError('COUNTERPART_MISSING', {
        detail: say('counterpart-none', { pipeline: twoWay.counterpart }),
      });
    }
    const { start, end } = JSON.parse(written) as { start: unknown; end: unknown };
    const [there, here] = [parsePosition(JSON.stringify(start)), parsePosition(JSON.stringify(end))];
    return { start: here, seen: { file: there.file, offset: there.offset, applied: here }, alongside: [] };
  } finally {
    await session.close();
  }
}

/** `null` also where the other pipeline has not made its tables yet. */
async function readBeginning(session: Session, settings: Settings): Promise<string | null> {
  try {
    return await settings.read(session, 'two-way');
  } catch (error) {
    if (!OtterError.is(error) || session.lost) throw error;
    return null;
  }
}

/**
 * What the source had seen at the checkpoint; `null` of a pipeline of one way. Throws CHECKPOINT_UNUSABLE where it was
 * begun as the one and is started as the other.
 */
export function seenAt(stored: StoredCheckpoint, options: SyncOptions): Seen | null {
  if ((stored.seen !== null) === (options.twoWay !== undefined)) return stored.seen;
  throw new OtterError('CHECKPOINT_UNUSABLE', {
    detail: say(stored.seen === null ? 'begun-one-way' : 'begun-two-way', { pipeline: options.name }),
  });
}
