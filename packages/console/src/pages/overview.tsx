import { PlusOutlined } from '@ant-design/icons';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useIdentity } from '../app/shell.tsx';
import { useTrail } from '../app/trail.tsx';
import { CHANNEL_FILTERS, useChannelStates, type ChannelState, type PipelineState } from '../live/channel-states.ts';
import { problemText } from '../live/condition.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ToneMark } from '../parts/tone-mark.tsx';
import { StartStop } from '../parts/start-stop.tsx';
import { useWords } from '../words/words.ts';
import { ChannelTable } from './channel-table.tsx';

/** Whether everything is all right, and what is not, worst first. */
export function Overview() {
  const { t } = useWords();
  const { states, isLive, error, retry } = useChannelStates();
  useTrail({ label: t('rail.overview') });
  if (error !== null && states === undefined) return <ErrorNotice error={error} onRetry={retry} />;
  if (states?.length === 0) return <NothingYet />;
  return (
    <>
      <PageHead
        title={t('rail.overview')}
        aside={states !== undefined && isLive ? <Summary states={states} /> : undefined}
      >
        <StartSyncButton />
      </PageHead>
      {states !== undefined && isLive && <Attention states={states} />}
      <ChannelTable states={states} empty={t('channels.none')} />
    </>
  );
}

/** Leads to the guided sync; only administrators may create what it creates. */
export function StartSyncButton() {
  const { t } = useWords();
  const navigate = useNavigate();
  const { role } = useIdentity();
  if (role !== 'ADMIN') return null;
  return (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ to: '/start-sync' })}>
      {t('start.title')}
    </Button>
  );
}

function Summary({ states }: { states: readonly ChannelState[] }) {
  const { t } = useWords();
  const number = (filter: keyof typeof CHANNEL_FILTERS): number => states.filter(CHANNEL_FILTERS[filter]).length;
  const [wrong, stopped] = [number('wrong'), number('stopped')];
  return (
    <span className="counts">
      <Count filter="all">{t('overview.channels', { count: states.length })}</Count>
      <Count filter="running">{t('overview.running', { count: number('running') })}</Count>
      {stopped > 0 && <Count filter="stopped">{t('overview.stopped', { count: stopped })}</Count>}
      {wrong > 0 && <Count filter="wrong">{t('overview.wrong', { count: wrong })}</Count>}
      {wrong === 0 && <span>{t('overview.all-well')}</span>}
    </span>
  );
}

/** A number that leads to what it counts. */
function Count({ filter, children }: { filter: keyof typeof CHANNEL_FILTERS; children: string }) {
  return (
    <Link to="/channels" search={filter === 'all' ? {} : { state: filter }}>
      {children}
    </Link>
  );
}

function Attention({ states }: { states: readonly ChannelState[] }) {
  const { t } = useWords();
  const wrong = states
    .flatMap(({ channel, pipelines }) => pipelines.map((state) => ({ channel, state })))
    .filter(({ state }) => state.condition.tone === 'stopped' || state.condition.tone === 'look')
    .sort((a, b) => Number(b.state.condition.tone === 'stopped') - Number(a.state.condition.tone === 'stopped'));
  if (wrong.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="attention">
      <h2 id="attention">{t('overview.attention')}</h2>
      <ul className="attention">
        {wrong.slice(0, 8).map(({ channel, state }) => (
          <li key={state.pipeline.id}>
            <ToneMark tone={state.condition.tone}>{t(state.condition.word)}</ToneMark>
            <AttentionText name={`${channel.name} / ${state.pipeline.name}`} state={state} />
            <StartStop channelId={channel.id} canStart={state.condition.tone === 'stopped'} canStop={false} />
          </li>
        ))}
      </ul>
      {wrong.length > 8 && (
        <Link to="/channels" search={{ state: 'wrong' }}>
          {t('overview.more', { count: wrong.length - 8 })}
        </Link>
      )}
    </section>
  );
}

function AttentionText({ name, state }: { name: string; state: PipelineState }) {
  const { t, duration, said } = useWords();
  const { condition, lagMs, pipeline } = state;
  const late = lagMs === null ? '' : t('overview.behind', { lag: duration(lagMs) });
  return (
    <span className="grow">
      <Link to="/pipelines/$pipelineId" params={{ pipelineId: String(pipeline.id) }}>
        {name}
      </Link>{' '}
      {condition.problem === null ? late : problemText(condition.problem, said)}
    </span>
  );
}

function NothingYet() {
  const { t } = useWords();
  const { role } = useIdentity();
  return (
    <EmptyState text={role === 'ADMIN' ? t('overview.empty') : t('overview.empty-reader')}>
      <StartSyncButton />
      {role === 'ADMIN' && (
        <>
          <p>{t('overview.by-command')}</p>
          <pre>otter sync --from mysql://USER@HOST:3306/ --to mysql://USER@HOST:3306/ --tables &apos;shop.*&apos;</pre>
        </>
      )}
    </EmptyState>
  );
}
