import { api } from '../../api/client.ts';
import type { Mark } from '../../parts/chart-marks.tsx';
import { beginningText, useRange } from './time-range.tsx';

const REFRESH_MS = 10_000;

/** What charts of a pipeline mark in the range that is looked at; of very many the newest. */
export function useMarks(pipelineId: number): Mark[] {
  const { range, lengthMs } = useRange();
  const query = {
    pipelineId: String(pipelineId),
    marks: 'true',
    from: beginningText(lengthMs),
    limit: '500',
  } as const;
  const events = api.useQuery(
    'get',
    '/api/v1/events',
    { params: { query } },
    { refetchInterval: REFRESH_MS, queryHash: `marks ${pipelineId} ${range}`, placeholderData: (before) => before },
  );
  return (events.data?.items ?? []).filter((event): event is Mark => event.mark !== null);
}
