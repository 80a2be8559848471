import { CloseOutlined, DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { api } from '../../api/client.ts';
import type { Pipeline, TableHistory } from '../../api/objects.ts';
import { filled } from '../../format/stretches.ts';
import { Chart } from '../../parts/chart.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useWords } from '../../words/words.ts';
import { useMarks } from './marks.ts';
import { beginningText, RangePicker, useRange } from './time-range.tsx';

const REFRESH_MS = 30_000;

/** What was applied to one table over time. */
export function TableHistoryPanel(props: { pipeline: Pipeline; table: string; onClose: () => void }) {
  const { pipeline, table, onClose } = props;
  const { t } = useWords();
  const { range, lengthMs } = useRange();
  const history = api.useQuery(
    'get',
    '/api/v1/pipelines/{id}/tables/history',
    // The beginning moves with each question, so it is no part of what is asked for; the range is.
    { params: { path: { id: String(pipeline.id) }, query: { table, from: beginningText(lengthMs) } } },
    { refetchInterval: REFRESH_MS, queryHash: `table ${pipeline.id} ${table} ${range}` },
  );
  const from = String(Math.max(0, history.dataUpdatedAt - lengthMs));
  const file = new URLSearchParams({ table, from, points: '2000', format: 'csv' });
  return (
    <section aria-label={table}>
      <div className="row">
        <RangePicker />
        <Button
          className="gap-below"
          icon={<DownloadOutlined />}
          href={`/api/v1/pipelines/${pipeline.id}/tables/history?${file.toString()}`}
        >
          {t('list.save')}
        </Button>
        <Button className="gap-below" icon={<CloseOutlined />} onClick={onClose}>
          {t('action.close')}
        </Button>
      </div>
      {history.error !== null && <ErrorNotice error={history.error} onRetry={() => void history.refetch()} />}
      {history.data !== undefined && (
        <Counts
          pipeline={pipeline}
          table={table}
          history={history.data as TableHistory}
          range={[history.dataUpdatedAt - lengthMs, history.dataUpdatedAt]}
        />
      )}
    </section>
  );
}

interface CountsProps {
  pipeline: Pipeline;
  table: string;
  history: TableHistory;
  range: readonly [fromMs: number, toMs: number];
}

function Counts({ pipeline, table, history: { points, resolutionMs }, range }: CountsProps) {
  const { t, count, duration } = useWords();
  const marks = useMarks(pipeline.id);
  const [fromMs, toMs] = range;
  const all = filled(points, { fromMs, toMs, resolutionMs });
  const series = (
    label: string,
    kind: 'inserted' | 'updated' | 'deleted',
    colour: 'flowing' | 'copying' | 'stopped',
  ) => ({
    ...{ label, colour },
    values: all.map((point) => point[kind]),
  });
  return (
    <Chart
      title={t('tables.history', { table, stretch: duration(resolutionMs) })}
      times={all.map(({ atMs }) => atMs)}
      range={range}
      marks={marks}
      series={[
        series(t('chart.insert'), 'inserted', 'flowing'),
        series(t('chart.update'), 'updated', 'copying'),
        series(t('chart.delete'), 'deleted', 'stopped'),
      ]}
      format={count}
    />
  );
}
