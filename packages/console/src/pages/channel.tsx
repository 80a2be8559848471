import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import type { ReactNode } from 'react';
import { api, ifMatch } from '../api/client.ts';
import type { Channel } from '../api/objects.ts';
import { useIdentity } from '../app/shell.tsx';
import { useTrail } from '../app/trail.tsx';
import { useChannelStates, type ChannelState, type PipelineState } from '../live/channel-states.ts';
import { statusOf, useLive } from '../live/live-store.ts';
import { DeleteButton } from '../parts/delete-button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { EventList } from '../parts/event-list.tsx';
import { useFlowColumns } from '../parts/flow-columns.tsx';
import { ListTable, type ListColumn } from '../parts/list-table.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PageSkeleton } from '../parts/page-skeleton.tsx';
import { ParametersForm } from '../parts/parameters-form.tsx';
import { StartStop, useMayOperate, useRefusal } from '../parts/start-stop.tsx';
import { ToneMark } from '../parts/tone-mark.tsx';
import { useWords } from '../words/words.ts';

const page = getRouteApi('/channels/$channelId');

/** A channel: what is started and stopped as one. */
export function ChannelPage() {
  const { t, said } = useWords();
  const { channelId } = page.useParams();
  const init = { params: { path: { id: channelId } } };
  const channel = api.useQuery('get', '/api/v1/channels/{id}', init);
  const { states } = useChannelStates();
  const state = states?.find((each) => each.channel.id === Number(channelId));
  useTrail({ label: t('rail.channels'), to: '/channels' }, { label: channel.data?.name ?? channelId });
  if (channel.error !== null) return <ErrorNotice error={channel.error} onRetry={() => void channel.refetch()} />;
  if (channel.data === undefined || state === undefined) return <PageSkeleton />;
  const { condition, pipelines } = state;
  return (
    <>
      <PageHead
        title={channel.data.name}
        aside={
          <>
            <ToneMark tone={condition.tone}>{t(condition.word)}</ToneMark> {channel.data.description}
          </>
        }
      >
        <ChannelActions state={state} />
      </PageHead>
      {condition.problem !== null && (
        <p className={`tone-${condition.tone}`}>
          <code>{condition.problem.code}</code> {said(condition.problem.message, condition.problem.messageZh)}
        </p>
      )}
      {pipelines.some(({ pipeline }) => pipeline.twoWay !== null) && <p className="quiet">{t('pair.each')}</p>}
      <PipelineTable pipelines={pipelines} add={<AddPipeline channelId={channelId} />} />
      <Tabs
        items={[
          { key: 'events', label: t('log.events'), children: <EventList filter={{ channelId }} /> },
          { key: 'parameters', label: t('parameters.title'), children: <ChannelParameters channel={channel.data} /> },
        ]}
      />
    </>
  );
}

function ChannelActions({ state: { channel, pipelines, condition } }: { state: ChannelState }) {
  const { t } = useWords();
  const { role } = useIdentity();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const refuse = useRefusal();
  const remove = api.useMutation('delete', '/api/v1/channels/{id}', {
    onError: refuse,
    onSuccess: async () => {
      await navigate({ to: '/channels' });
      await queries.invalidateQueries();
    },
  });
  const params = { path: { id: String(channel.id) }, header: ifMatch(channel) };
  const wanted = pipelines.some(({ pipeline }) => pipeline.desired === 'running');
  const failed = condition.tone === 'stopped';
  return (
    <>
      <StartStop channelId={channel.id} canStart={pipelines.length > 0 && (!wanted || failed)} canStop={wanted} />
      {role === 'ADMIN' && pipelines.length === 0 && (
        <DeleteButton
          title={t('channel.delete-title', { name: channel.name })}
          effect={t('channel.delete-effect')}
          remove={() => remove.mutateAsync({ params })}
        />
      )}
    </>
  );
}

/** Leads through the guided sync with this channel given; only administrators may create what it creates. */
function AddPipeline({ channelId }: { channelId: string }) {
  const { t } = useWords();
  const { role } = useIdentity();
  const navigate = useNavigate();
  if (role !== 'ADMIN') return null;
  return (
    <Button icon={<PlusOutlined />} onClick={() => void navigate({ to: '/start-sync', search: { channelId } })}>
      {t('channel.add-pipeline')}
    </Button>
  );
}

function PipelineTable({ pipelines, add }: { pipelines: readonly PipelineState[]; add: ReactNode }) {
  const { t } = useWords();
  const flow = useFlowColumns();
  const { conflicts, each } = useDirectionColumns();
  const columns: ListColumn<PipelineState>[] = [
    {
      key: 'name',
      title: t('object.pipeline'),
      text: ({ pipeline }) => pipeline.name,
      cell: ({ pipeline }) => (
        <Link to="/pipelines/$pipelineId" params={{ pipelineId: String(pipeline.id) }} className="name">
          {pipeline.name}
        </Link>
      ),
    },
    flow.state,
    {
      key: 'direction',
      title: t('column.direction'),
      text: ({ source, target }) => `${source} → ${target}`,
      cell: ({ source, target }) => <span className="name">{`${source} → ${target}`}</span>,
    },
    flow.lag,
    flow.equal,
    flow.rate,
    ...(pipelines.some(({ pipeline }) => pipeline.twoWay !== null) ? [conflicts, each] : []),
  ];
  return (
    <ListTable
      name={t('rail.pipelines')}
      rows={pipelines}
      rowKey={({ pipeline }) => pipeline.id}
      columns={columns}
      filters={add}
      empty={<EmptyState text={t('channel.no-pipelines')} />}
    />
  );
}

/** Of pairs: where their conflicts are, and what starts and stops one direction alone. */
function useDirectionColumns(): Record<'conflicts' | 'each', ListColumn<PipelineState>> {
  const { t } = useWords();
  const { pipelines } = useLive();
  const openText = ({ pipeline }: PipelineState): string[] => {
    const open = statusOf(pipelines.get(pipeline.id))?.openConflicts ?? 0;
    return open === 0 ? [] : [t('conflicts.open-count', { count: open })];
  };
  const policyText = ({ pipeline: { twoWay }, source, target }: PipelineState): string => {
    if (twoWay === null || twoWay.conflicts === 'newest') return t('pair.policy-newest');
    return t('pair.policy-site', { name: (twoWay.conflicts === 'from') === twoWay.leads ? source : target });
  };
  return {
    conflicts: {
      key: 'conflicts',
      title: t('rail.conflicts'),
      cell: (state) =>
        state.pipeline.twoWay !== null && (
          <Link to="/conflicts" search={{ pipeline: String(state.pipeline.id) }}>
            {[policyText(state), ...openText(state)].join(' · ')}
          </Link>
        ),
    },
    each: {
      key: 'each',
      title: '',
      cell: ({ pipeline, condition }) => (
        <StartStop
          channelId={pipeline.channelId}
          pipelineId={pipeline.id}
          canStart={pipeline.desired === 'stopped' || condition.tone === 'stopped'}
          canStop={pipeline.desired === 'running'}
        />
      ),
    },
  };
}

function ChannelParameters({ channel }: { channel: Channel }) {
  const queries = useQueryClient();
  const mayChange = useMayOperate(channel.id);
  const update = api.useMutation('put', '/api/v1/channels/{id}', { onSuccess: () => queries.invalidateQueries() });
  const { name, description } = channel;
  return (
    <ParametersForm
      key={channel.version}
      parameters={channel.parameters}
      error={update.error}
      isSaving={update.isPending}
      {...(mayChange
        ? {
            onSave: (parameters) =>
              update.mutate({
                params: { path: { id: String(channel.id) }, header: ifMatch(channel) },
                body: { name, description, parameters },
              }),
          }
        : {})}
    />
  );
}
