import { api } from '../api/client.ts';

const REFRESH_MS = 5_000;

/** How many alarms are raised now; 0 until it is known. */
export function useRaisedCount(): number {
  const query = { state: 'raised', limit: '1' } as const;
  const raised = api.useQuery('get', '/api/v1/alarms', { params: { query } }, { refetchInterval: REFRESH_MS });
  return raised.data?.total ?? 0;
}
