import { getRouteApi } from '@tanstack/react-router';
import { Input, Segmented, Tabs } from 'antd';
import { api } from '../api/client.ts';
import type { AuditEntry } from '../api/objects.ts';
import { useIdentity } from '../app/shell.tsx';
import { useTrail } from '../app/trail.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { EventList, type EventFilter } from '../parts/event-list.tsx';
import { Moment } from '../parts/figure.tsx';
import { ListTable, type ListColumn } from '../parts/list-table.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { useWords } from '../words/words.ts';

const page = getRouteApi('/log');
const LEVELS = ['info', 'warn', 'error'] as const;

/** What happened, and who changed what. */
export function Log() {
  const { t } = useWords();
  const { role } = useIdentity();
  const search = page.useSearch();
  const navigate = page.useNavigate();
  useTrail({ label: t('rail.log') });
  const events = { key: 'events', label: t('log.events'), children: <Events /> };
  const audit = { key: 'audit', label: t('log.audit'), children: <Audit /> };
  return (
    <>
      <PageHead title={t('rail.log')} />
      <Tabs
        activeKey={search.tab === 'audit' && role === 'ADMIN' ? 'audit' : 'events'}
        onChange={(tab) => void navigate({ search: { tab } })}
        items={role === 'ADMIN' ? [events, audit] : [events]}
        destroyOnHidden
      />
    </>
  );
}

function Events() {
  const { t } = useWords();
  const { level, search = '', code, pipelineId, channelId } = page.useSearch();
  const navigate = page.useNavigate();
  const remember = (next: Record<string, string>): void =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  const known = LEVELS.find((name) => name === level);
  const filter: EventFilter = {
    ...(known === undefined ? {} : { level: known }),
    ...(search === '' ? {} : { search }),
    ...(code === undefined ? {} : { code }),
    ...(pipelineId === undefined ? {} : { pipelineId }),
    ...(channelId === undefined ? {} : { channelId }),
  };
  return (
    <EventList
      key={JSON.stringify(filter)}
      filter={filter}
      filters={
        <>
          <Input.Search
            allowClear
            defaultValue={search}
            placeholder={t('log.search')}
            aria-label={t('log.search')}
            onSearch={(text) => remember({ search: text })}
          />
          <Segmented
            value={known ?? ''}
            options={[
              { value: '', label: t('channels.all') },
              ...LEVELS.map((value) => ({ value, label: t(`level.${value}`) })),
            ]}
            onChange={(value) => remember({ level: value })}
          />
        </>
      }
    />
  );
}

function Audit() {
  const { t } = useWords();
  const { userName = '' } = page.useSearch();
  const navigate = page.useNavigate();
  const query = { limit: '200', ...(userName === '' ? {} : { userName }) };
  const entries = api.useQuery('get', '/api/v1/audit', { params: { query } });
  const columns: ListColumn<AuditEntry>[] = [
    {
      key: 'at',
      title: t('column.time'),
      text: ({ atMs }) => new Date(atMs).toISOString(),
      cell: ({ atMs }) => <Moment atMs={atMs} />,
    },
    { key: 'who', title: t('log.who'), text: who, cell: who },
    {
      key: 'action',
      title: t('log.action'),
      text: ({ action }) => action,
      cell: ({ action }) => <code>{action}</code>,
    },
    {
      key: 'object',
      title: t('log.object'),
      text: object,
      cell: (entry) => <span className="name">{object(entry)}</span>,
    },
    {
      key: 'change',
      title: t('log.change'),
      text: ({ before, after }) => `${JSON.stringify(before)} → ${JSON.stringify(after)}`,
      cell: (entry) => <Change entry={entry} />,
    },
  ];
  if (entries.error !== null) return <ErrorNotice error={entries.error} onRetry={() => void entries.refetch()} />;
  return (
    <ListTable
      name={t('log.audit')}
      rows={entries.data?.items}
      rowKey={({ id }) => id}
      columns={columns}
      filters={
        <Input.Search
          allowClear
          defaultValue={userName}
          placeholder={t('log.by-user')}
          aria-label={t('log.by-user')}
          onSearch={(text) => void navigate({ search: { tab: 'audit', userName: text }, replace: true })}
        />
      }
      empty={t('log.no-audit')}
    />
  );
}

function who({ userName, via }: AuditEntry): string {
  return via === 'session' ? userName : `${userName} (${via})`;
}

function object({ objectKind, objectName }: AuditEntry): string {
  return `${objectKind} ${objectName}`;
}

function Change({ entry: { before, after } }: { entry: AuditEntry }) {
  const { t } = useWords();
  const changes = differences(before, after);
  if (changes.length === 0) return null;
  return (
    <details>
      <summary>{t('log.fields', { count: changes.length })}</summary>
      <pre className="problem">{changes.map(([name, old, next]) => `${name}: ${old} → ${next}`).join('\n')}</pre>
    </details>
  );
}

/** The fields that are not the same, each as JSON before and after. */
function differences(before: unknown, after: unknown): [name: string, before: string, after: string][] {
  const [old, next] = [before, after].map((state) => (state ?? {}) as Record<string, unknown>) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const text = (value: unknown): string => (value === undefined ? '–' : JSON.stringify(value));
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .map((name): [string, string, string] => [name, text(old[name]), text(next[name])])
    .filter(([, was, is]) => was !== is);
}
