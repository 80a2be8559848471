import { api } from '../api/client.ts';
import { statusOf, useLive } from './live-store.ts';

/** How many conflicts wait for a person, as far as pipelines that run tell; those both directions know of count once. */
export function useOpenConflicts(): number {
  const pipelines = api.useQuery('get', '/api/v1/pipelines', { params: { query: { limit: '500' } } });
  const live = useLive();
  const open = (id: number): number => statusOf(live.pipelines.get(id))?.openConflicts ?? 0;
  return (pipelines.data?.items ?? []).reduce(
    (sum, { id, twoWay }) => (twoWay?.leads === true ? sum + Math.max(open(id), open(twoWay.counterpartId)) : sum),
    0,
  );
}
