import type { Conflict } from '../../api/objects.ts';
import type { Direction } from './directions.ts';

/** A conflict, and the direction that decided it. */
export interface Found {
  direction: Pick<Direction, 'pipeline' | 'source' | 'target'>;
  conflict: Conflict;
}

/**
 * Each conflict once. Both directions meet it, and each writes it down at the server it writes to: what the way back has
 * written down of the same two changes is left out, as long as nobody has settled the one without the other.
 */
export function withoutMirrors<F extends Found>(found: readonly F[]): F[] {
  const leading = new Set(found.filter(({ direction }) => direction.pipeline.twoWay?.leads === true).map(ownKey));
  return found.filter((each) => each.direction.pipeline.twoWay?.leads !== false || !leading.has(mirrorKey(each)));
}

function ownKey({ direction, conflict }: Found): string {
  const { table, key, state, incomingAtMs, localAtMs } = conflict;
  return JSON.stringify([direction.pipeline.id, table, key, state, incomingAtMs, localAtMs]);
}

/** As the other direction sees it: what came in there was written here. */
function mirrorKey({ direction, conflict }: Found): string {
  const { table, key, state, incomingAtMs, localAtMs } = conflict;
  return JSON.stringify([direction.pipeline.twoWay?.counterpartId, table, key, state, localAtMs, incomingAtMs]);
}
