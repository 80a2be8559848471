import type { CopyStatus } from '@otter/engine';
import { durationText } from './figures.ts';

/** Target tables whose rows are there and whose secondary indexes are not. */
export function indexingText(indexing: CopyStatus['indexing']): string {
  const building = indexing.find(({ state }) => state === 'building');
  const failed = indexing.filter(({ state }) => state === 'failed').map(({ table }) => table);
  const waiting = indexing.filter(({ state }) => state === 'waiting').length;
  return [
    ...(building
      ? [
          `indexing ${building.table}: ${building.indexes.length} indexes${building.forMs < 1000 ? '' : ` for ${durationText(building.forMs)}`}`,
        ]
      : []),
    ...(waiting === 0 ? [] : [`${waiting} tables wait for their indexes`]),
    ...(failed.length === 0 ? [] : [`no indexes on ${failed.join(', ')}`]),
  ].join(', ');
}
