import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Alarm } from '../../api/objects.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/figure.tsx';
import { ListTable, type ListColumn } from '../../parts/list-table.tsx';
import { useMayOperate, useRefusal } from '../../parts/start-stop.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords } from '../../words/words.ts';
import { SilenceDialog } from './silence-dialog.tsx';

const REFRESH_MS = 5_000;
const refreshed = { refetchInterval: REFRESH_MS };

/** Alarms that are raised, and below them those that were. */
export function AlarmList() {
  const { t } = useWords();
  const [silencing, setSilencing] = useState<Alarm | null>(null);
  const [older, setOlder] = useState<string | null>(null);
  const ask = (query: { state: 'raised' | 'cleared'; limit: string; after?: string }) => ({ params: { query } });
  const raised = api.useQuery('get', '/api/v1/alarms', ask({ state: 'raised', limit: '500' }), refreshed);
  const behind = older === null ? {} : { after: older };
  const past = api.useQuery('get', '/api/v1/alarms', ask({ state: 'cleared', limit: '100', ...behind }), refreshed);
  const columns = useColumns();
  const since = useSinceColumns();
  const silence = useSilenceColumn(setSilencing);
  const error = raised.error ?? past.error;
  const next = past.data?.next ?? null;
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void raised.refetch()} />;
  return (
    <>
      <NobodyIsTold />
      <h2>{t('alarms.raised')}</h2>
      <ListTable
        name={t('alarms.raised')}
        rows={raised.data?.items}
        rowKey={({ id }) => id}
        columns={[columns.severity, since.raised, columns.pipeline, columns.text, silence, columns.rule]}
        empty={<EmptyState text={t('alarms.none')} />}
      />
      <h2>{t('alarms.past')}</h2>
      <ListTable
        name={t('alarms.past')}
        rows={past.data?.items}
        rowKey={({ id }) => id}
        columns={[
          ...[columns.severity, since.raised, since.cleared, since.lasted],
          ...[columns.pipeline, columns.text, columns.rule],
        ]}
        empty={<EmptyState text={t('alarms.none-past')} />}
      />
      <div className="row">
        {older !== null && <Button onClick={() => setOlder(null)}>{t('log.newest')}</Button>}
        {next !== null && <Button onClick={() => setOlder(String(next))}>{t('log.go-older')}</Button>}
      </div>
      {silencing !== null && <SilenceDialog alarm={silencing} onClose={() => setSilencing(null)} />}
    </>
  );
}

/** Without receivers an alarm is seen by those who look, and by nobody else. */
function NobodyIsTold() {
  const { t } = useWords();
  const receivers = api.useQuery('get', '/api/v1/alarm-receivers', { params: { query: { limit: '1' } } });
  if (receivers.data?.total !== 0) return null;
  const link = (
    <Link to="/alarms" search={{ tab: 'receivers' }}>
      {t('alarms-tab.receivers')}
    </Link>
  );
  return <Alert className="gap-below" type="info" showIcon title={t('alarms.nobody-told')} action={link} />;
}

function useColumns(): Record<'severity' | 'pipeline' | 'text' | 'rule', ListColumn<Alarm>> {
  const { t, language } = useWords();
  return {
    severity: {
      key: 'severity',
      title: t('alarms.severity'),
      text: ({ severity }) => t(`severity.${severity}`),
      cell: ({ severity, clearedAtMs }) => (
        <ToneMark tone={clearedAtMs !== null ? 'off' : severity === 'critical' ? 'stopped' : 'look'}>
          {t(`severity.${severity}`)}
        </ToneMark>
      ),
    },
    pipeline: {
      key: 'pipeline',
      title: t('object.pipeline'),
      text: ({ channelName, pipelineName }) => `${channelName}/${pipelineName}`,
      cell: ({ pipelineId, channelName, pipelineName }) => (
        <Link
          to="/pipelines/$pipelineId"
          params={{ pipelineId: String(pipelineId) }}
          className="name name-short"
          title={`${channelName}/${pipelineName}`}
        >
          {channelName}/{pipelineName}
        </Link>
      ),
    },
    text: {
      key: 'text',
      title: t('column.message'),
      text: ({ text }) => text[language],
      cell: ({ text }) => <div className="problem problem-narrow">{text[language]}</div>,
    },
    rule: {
      key: 'rule',
      title: t('alarms.rule'),
      text: ({ ruleName }) => ruleName,
      cell: ({ ruleName }) => (
        <span className="name name-short" title={ruleName}>
          {ruleName}
        </span>
      ),
    },
  };
}

function useSinceColumns(): Record<'raised' | 'cleared' | 'lasted', ListColumn<Alarm>> {
  const { t, duration } = useWords();
  const iso = (atMs: number | null): string => (atMs === null ? '' : new Date(atMs).toISOString());
  const lasted = ({ raisedAtMs, clearedAtMs }: Alarm): number => (clearedAtMs ?? raisedAtMs) - raisedAtMs;
  return {
    raised: {
      key: 'raised',
      title: t('alarms.since'),
      text: ({ raisedAtMs }) => iso(raisedAtMs),
      cell: ({ raisedAtMs }) => <Moment atMs={raisedAtMs} />,
    },
    cleared: {
      key: 'cleared',
      title: t('alarms.cleared'),
      text: ({ clearedAtMs }) => iso(clearedAtMs),
      cell: ({ clearedAtMs }) => <Moment atMs={clearedAtMs} />,
    },
    lasted: {
      key: 'lasted',
      title: t('alarms.lasted'),
      text: lasted,
      cell: (alarm) => <span className="figure">{duration(lasted(alarm))}</span>,
    },
  };
}

function isSilent({ silence }: Alarm): boolean {
  return silence !== null && silence.untilMs > Date.now();
}

function useSilenceColumn(onSilence: (alarm: Alarm) => void): ListColumn<Alarm> {
  const { t } = useWords();
  return {
    key: 'silence',
    title: t('alarms.silence'),
    text: ({ silence }) => (silence === null ? '' : `${new Date(silence.untilMs).toISOString()} ${silence.reason}`),
    cell: (alarm) => (
      <>
        {alarm.silence !== null && isSilent(alarm) && (
          <div className="problem">
            {t('alarms.until')} <Moment atMs={alarm.silence.untilMs} /> · {alarm.silence.userName}:{' '}
            {alarm.silence.reason}
          </div>
        )}
        <SilenceButton alarm={alarm} onSilence={() => onSilence(alarm)} />
      </>
    ),
  };
}

function SilenceButton({ alarm, onSilence }: { alarm: Alarm; onSilence: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const end = api.useMutation('delete', '/api/v1/alarms/{id}/silence', {
    onError: useRefusal(),
    onSettled: () => void queries.invalidateQueries(),
  });
  if (!useMayOperate(alarm.channelId)) return null;
  if (!isSilent(alarm)) {
    return (
      <Button size="small" onClick={onSilence}>
        {t('alarms.silence-it')}
      </Button>
    );
  }
  return (
    <Button
      size="small"
      loading={end.isPending}
      onClick={() => end.mutate({ params: { path: { id: String(alarm.id) } } })}
    >
      {t('alarms.silence-end')}
    </Button>
  );
}
