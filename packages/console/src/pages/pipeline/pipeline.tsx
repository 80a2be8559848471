import { getRouteApi, Link } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { api } from '../../api/client.ts';
import type { Pipeline } from '../../api/objects.ts';
import { useTrail } from '../../app/trail.tsx';
import { conditionOf } from '../../live/condition.ts';
import { statusOf, useLive } from '../../live/live-store.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { EventList } from '../../parts/event-list.tsx';
import { Moment } from '../../parts/figure.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { StartStop, useMayOperate } from '../../parts/start-stop.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords } from '../../words/words.ts';
import { CopyTab } from './copy-tab.tsx';
import { ErrorsTab } from './errors-tab.tsx';
import { Flow } from './flow.tsx';

import { ParametersTab } from './parameters-tab.tsx';
import { PositionTab } from './position-tab.tsx';
import { VerifyTab } from './verify-tab.tsx';
import { TablesTab } from './tables-tab.tsx';

const page = getRouteApi('/pipelines/$pipelineId');

/** One pipeline: how it flows, what stopped, where it is. */
export function PipelinePage() {
  const { t } = useWords();
  const { pipelineId } = page.useParams();
  const params = { path: { id: pipelineId } };
  const pipeline = api.useQuery('get', '/api/v1/pipelines/{id}', { params });
  const channelId = pipeline.data?.channelId;
  const channel = api.useQuery(
    'get',
    '/api/v1/channels/{id}',
    { params: { path: { id: String(channelId) } } },
    { enabled: channelId !== undefined },
  );
  useTrail(
    { label: t('rail.channels'), to: '/channels' },
    { label: channel.data?.name ?? '…', to: `/channels/${channelId ?? ''}` },
    { label: pipeline.data?.name ?? '…' },
  );
  if (pipeline.error !== null) return <ErrorNotice error={pipeline.error} onRetry={() => void pipeline.refetch()} />;
  if (pipeline.data === undefined) return <PageSkeleton />;
  return (
    <>
      <Head pipeline={pipeline.data} />
      <PipelineTabs pipeline={pipeline.data} />
    </>
  );
}

function Head({ pipeline }: { pipeline: Pipeline }) {
  const { t, said } = useWords();
  const { pipelines } = useLive();
  const live = pipelines.get(pipeline.id);
  const condition = conditionOf(live, pipeline.desired);
  const wanted = pipeline.desired === 'running';
  return (
    <>
      <PageHead
        title={pipeline.name}
        aside={
          <>
            <ToneMark tone={condition.tone}>{t(condition.word)}</ToneMark>
            {live !== undefined && (
              <>
                {' '}
                {t('pipeline.since')} <Moment atMs={live.sinceMs} />
              </>
            )}
            {live !== undefined && live.retryAtMs !== null && (
              <>
                {' '}
                · {t('pipeline.retry-at')} <Moment atMs={live.retryAtMs} />
              </>
            )}{' '}
            {pipeline.description}
          </>
        }
      >
        <StartStop
          channelId={pipeline.channelId}
          pipelineId={pipeline.id}
          canStart={!wanted || live?.state === 'failed'}
          canStop={wanted}
        />
      </PageHead>
      {pipeline.twoWay !== null && <Counterpart twoWay={pipeline.twoWay} />}
      {live !== undefined && live.error !== null && (
        <p className="tone-stopped" role="alert">
          <code>{live.error.code}</code>{' '}
          {said(`${live.error.message}. ${live.error.advice}`, `${live.error.messageZh}。${live.error.adviceZh}`)}
        </p>
      )}
    </>
  );
}

/** The other direction of the pair, and what the two are to each other. */
function Counterpart({ twoWay: { counterpartId, leads } }: { twoWay: NonNullable<Pipeline['twoWay']> }) {
  const { t } = useWords();
  const other = api.useQuery('get', '/api/v1/pipelines/{id}', { params: { path: { id: String(counterpartId) } } });
  const name = other.data?.name ?? '…';
  return (
    <p className="row">
      <span>{t(leads ? 'pair.counterpart' : 'pair.counterpart-leads', { name })}</span>
      <Link to="/pipelines/$pipelineId" params={{ pipelineId: String(counterpartId) }}>
        {name}
      </Link>
      <Link to="/conflicts" search={{}}>
        {t('rail.conflicts')}
      </Link>
    </p>
  );
}

function PipelineTabs({ pipeline }: { pipeline: Pipeline }) {
  const { t, count } = useWords();
  const { tab = 'flow', event } = page.useSearch();
  const navigate = page.useNavigate();
  const { pipelines } = useLive();
  const mayOperate = useMayOperate(pipeline.channelId);
  const parked = statusOf(pipelines.get(pipeline.id))?.parked.length ?? 0;
  const errors = parked === 0 ? t('pipeline.errors') : `${t('pipeline.errors')} (${count(parked)})`;
  return (
    <Tabs
      activeKey={tab}
      onChange={(next) => void navigate({ search: (old) => ({ ...old, tab: next, event: '' }) })}
      destroyOnHidden
      items={[
        { key: 'flow', label: t('pipeline.flow'), children: <Flow pipeline={pipeline} /> },
        { key: 'tables', label: t('pipeline.tables'), children: <TablesTab pipeline={pipeline} /> },
        { key: 'errors', label: errors, children: <ErrorsTab pipeline={pipeline} mayOperate={mayOperate} /> },
        { key: 'position', label: t('pipeline.position'), children: <PositionTab pipeline={pipeline} /> },
        { key: 'copy', label: t('pipeline.copy'), children: <CopyTab pipeline={pipeline} /> },
        { key: 'verify', label: t('pipeline.verify'), children: <VerifyTab pipeline={pipeline} /> },
        { key: 'parameters', label: t('parameters.title'), children: <ParametersTab pipeline={pipeline} /> },
        {
          key: 'events',
          label: t('log.events'),
          children: (
            <EventList
              key={event}
              filter={{ pipelineId: String(pipeline.id) }}
              event={event === undefined ? undefined : Number(event)}
            />
          ),
        },
      ]}
    />
  );
}
