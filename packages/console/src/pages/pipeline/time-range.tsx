import { getRouteApi } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useWords } from '../../words/words.ts';

const page = getRouteApi('/pipelines/$pipelineId');
const MINUTE_MS = 60_000;
const RANGES = { '15m': 15, '1h': 60, '6h': 360, '1d': 1440, '7d': 10_080, '30d': 43_200, '1y': 525_600 } as const;
export type Range = keyof typeof RANGES;

/** The range that the address of the page remembers, and how long it is. */
export function useRange(): { range: Range; lengthMs: number } {
  const { range: asked } = page.useSearch();
  const range = (Object.keys(RANGES) as Range[]).find((name) => name === asked) ?? '1h';
  return { range, lengthMs: RANGES[range] * MINUTE_MS };
}

/** Where a range of this length begins that ends now, as the API takes it. */
export function beginningText(lengthMs: number): string {
  return String(Date.now() - lengthMs);
}

export function RangePicker() {
  const { t } = useWords();
  const { range } = useRange();
  const navigate = page.useNavigate();
  return (
    <Segmented<Range>
      className="gap-below ranges"
      value={range}
      options={(Object.keys(RANGES) as Range[]).map((value) => ({ value, label: t(`range.${value}`) }))}
      onChange={(value) => void navigate({ search: (old) => ({ ...old, range: value }), replace: true })}
    />
  );
}
