import { Link } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { api } from '../api/client.ts';
import type { SystemEvent } from '../api/objects.ts';
import type { Tone } from '../app/theme.ts';
import { useWords } from '../words/words.ts';
import { ErrorNotice } from './error-notice.tsx';
import { Moment } from './figure.tsx';
import { ListTable, type ListColumn } from './list-table.tsx';
import { ToneMark } from './tone-mark.tsx';

export interface EventFilter {
  level?: 'info' | 'warn' | 'error';
  code?: string;
  search?: string;
  channelId?: string;
  pipelineId?: string;
}

const TONES: Record<SystemEvent['level'], Tone> = { info: 'off', warn: 'look', error: 'stopped' };
const REFRESH_MS = 5_000;

interface EventListProps {
  filter: EventFilter;
  filters?: ReactNode;
  /** The event to begin with, marked; without it the newest. */
  event?: number | undefined;
}

/** What happened, the newest first. */
export function EventList({ filter, filters, event }: EventListProps) {
  const { t } = useWords();
  const [older, setOlder] = useState(event === undefined ? null : String(event + 1));
  const query = { ...filter, limit: '100', ...(older === null ? {} : { after: older }) };
  const events = api.useQuery('get', '/api/v1/events', { params: { query } }, { refetchInterval: REFRESH_MS });
  const columns = useColumns(event);
  if (events.error !== null) return <ErrorNotice error={events.error} onRetry={() => void events.refetch()} />;
  const next = events.data?.next ?? null;
  return (
    <>
      {older !== null && (
        <Alert
          className="gap-below"
          type="info"
          title={t('log.older')}
          action={
            <Button size="small" onClick={() => setOlder(null)}>
              {t('log.newest')}
            </Button>
          }
        />
      )}
      <ListTable
        name={t('log.events')}
        rows={events.data?.items}
        rowKey={({ id }) => id}
        columns={columns}
        filters={filters}
        empty={t('log.no-events')}
      />
      {next !== null && <Button onClick={() => setOlder(String(next))}>{t('log.go-older')}</Button>}
    </>
  );
}

function useColumns(event: number | undefined): ListColumn<SystemEvent>[] {
  const { t, said } = useWords();
  return [
    {
      key: 'at',
      title: t('column.time'),
      text: ({ atMs }) => new Date(atMs).toISOString(),
      cell: ({ id, atMs }) => (
        <span className={id === event ? 'event-asked-for' : undefined}>
          <Moment atMs={atMs} />
        </span>
      ),
    },
    {
      key: 'level',
      title: t('column.level'),
      text: ({ level }) => level,
      cell: ({ level }) => <ToneMark tone={TONES[level]}>{t(`level.${level}`)}</ToneMark>,
    },
    {
      key: 'code',
      title: t('column.code'),
      text: ({ code }) => code ?? '',
      cell: ({ code }) => (code === null ? '' : <code>{code}</code>),
    },
    {
      key: 'message',
      title: t('column.message'),
      text: ({ message, messageZh }) => said(message, messageZh),
      cell: ({ message, messageZh }) => <div className="problem">{said(message, messageZh)}</div>,
    },
    {
      key: 'pipeline',
      title: t('object.pipeline'),
      text: ({ pipelineId }) => pipelineId ?? '',
      cell: ({ pipelineId }) =>
        pipelineId === null ? (
          ''
        ) : (
          <Link to="/pipelines/$pipelineId" params={{ pipelineId: String(pipelineId) }}>
            {pipelineId}
          </Link>
        ),
    },
  ];
}
