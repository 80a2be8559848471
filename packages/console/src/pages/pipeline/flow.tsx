import { api } from '../../api/client.ts';
import type { Pipeline, Statistics } from '../../api/objects.ts';
import { statusOf, useLive } from '../../live/live-store.ts';
import { Chart } from '../../parts/chart.tsx';
import type { Mark } from '../../parts/chart-marks.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useWords } from '../../words/words.ts';
import { useMarks } from './marks.ts';
import { Picture } from './picture.tsx';
import { beginningText, RangePicker, useRange, type Range } from './time-range.tsx';

const REFRESH_MS = 10_000;

/** The flow as one picture, and under it how far behind and how fast, on one axis of time. */
export function Flow({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useWords();
  const { pipelines, rates } = useLive();
  const status = statusOf(pipelines.get(pipeline.id));
  const { range, lengthMs } = useRange();
  const statistics = useStatistics(pipeline.id, range, lengthMs);
  const marks = useMarks(pipeline.id);
  return (
    <>
      {status === null ? (
        <EmptyState text={t('pipeline.no-status')} />
      ) : (
        <Picture pipeline={pipeline} status={status} rowsPerSecond={rates.get(pipeline.id) ?? null} />
      )}
      <RangePicker />
      {statistics.error !== null && <ErrorNotice error={statistics.error} />}
      {statistics.data !== undefined && (
        <>
          <WhySlow statistics={statistics.data} />
          <Charts
            statistics={statistics.data}
            marks={marks}
            range={[statistics.dataUpdatedAt - lengthMs, statistics.dataUpdatedAt]}
          />
        </>
      )}
    </>
  );
}

function useStatistics(id: number, range: Range, lengthMs: number) {
  // The beginning moves with each question, so it is no part of what is asked for; the range is.
  const from = beginningText(lengthMs);
  const params = { path: { id: String(id) }, query: { from } };
  return api.useQuery(
    'get',
    '/api/v1/pipelines/{id}/statistics',
    { params },
    { refetchInterval: REFRESH_MS, queryHash: `statistics ${id} ${range}`, placeholderData: (before) => before },
  );
}

/** Where the time goes, in a sentence and a bar. */
function WhySlow({ statistics: { points, bottleneck } }: { statistics: Statistics }) {
  const { t, duration } = useWords();
  const stages = ['source', 'parse', 'worker', 'dependency', 'sql', 'commit'] as const;
  const sums = stages.map((stage) => ({ stage, ms: points.reduce((sum, { waits }) => sum + waits[stage], 0) }));
  const total = sums.reduce((sum, { ms }) => sum + ms, 0);
  if (points.length === 0 || total === 0) return null;
  return (
    <section className="panel" aria-label={t('why.title')}>
      <p className="sentence" style={{ margin: 0 }}>
        {t(`why.${bottleneck.code}`, { share: Math.round(bottleneck.share * 100) })}
      </p>
      <div className="waits" aria-hidden>
        {sums.map(({ stage, ms }) => (
          <span key={stage} style={{ flexGrow: ms / total, opacity: stage === bottleneck.code ? 1 : 0.4 }} />
        ))}
      </div>
      <div className="row quiet">
        {sums.map(({ stage, ms }) => (
          <span key={stage} className="figure">
            {t(`stage.${stage}`)} {duration(ms)}
          </span>
        ))}
      </div>
    </section>
  );
}

interface ChartsProps {
  statistics: Statistics;
  marks: readonly Mark[];
  range: readonly [fromMs: number, toMs: number];
}

function Charts({ statistics: { points, resolutionMs }, marks, range }: ChartsProps) {
  const { t, duration, rate, bytes } = useWords();
  const time = { times: points.map(({ atMs }) => atMs), range, marks };
  const perSecond = (value: number): number => (value * 1000) / resolutionMs;
  return (
    <>
      <Chart
        title={t('chart.lag')}
        {...time}
        series={[
          { label: t('chart.end-to-end'), values: points.map(({ lagMs }) => lagMs), colour: 'look' },
          { label: t('chart.read'), values: points.map(({ lagReadMs }) => lagReadMs), colour: 'copying' },
          { label: t('chart.apply'), values: points.map(({ lagApplyMs }) => lagApplyMs), colour: 'flowing' },
        ]}
        format={duration}
      />
      <Chart
        title={t('chart.rows')}
        {...time}
        series={[
          { label: t('chart.insert'), values: points.map(({ rows }) => perSecond(rows.insert)), colour: 'flowing' },
          { label: t('chart.update'), values: points.map(({ rows }) => perSecond(rows.update)), colour: 'copying' },
          { label: t('chart.delete'), values: points.map(({ rows }) => perSecond(rows.delete)), colour: 'stopped' },
        ]}
        format={rate}
      />
      <Chart
        title={t('chart.bytes')}
        {...time}
        series={[{ label: t('chart.log'), values: points.map((point) => perSecond(point.bytes)), colour: 'copying' }]}
        format={bytes}
      />
    </>
  );
}
