import { useQueries } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Input, Segmented, Select } from 'antd';
import { api } from '../../api/client.ts';
import type { Conflict } from '../../api/objects.ts';
import { useIdentity } from '../../app/shell.tsx';
import { useTrail } from '../../app/trail.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/figure.tsx';
import { ListTable, type ListColumn } from '../../parts/list-table.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useWords } from '../../words/words.ts';
import { StartSyncButton } from '../overview.tsx';
import { ConflictState, kindText, ruleText, stayed } from './conflict-words.tsx';
import { useDirections, type Direction } from './directions.ts';
import { withoutMirrors, type Found } from './mirrors.ts';

const page = getRouteApi('/conflicts');
const REFRESH_MS = 5_000;
const PAGE_ROWS = '100';
const STATES = ['open', 'decided', 'settled'] as const;
/** A table as the interface takes it: what is typed meanwhile is looked for when it is one. */
const TABLE = /^[^.\s]+\.\S+$/;

/** Rows that both sides had written, of every pair at once; what is asked for is part of the address. */
export function Conflicts() {
  const { t } = useWords();
  const { role } = useIdentity();
  const { directions, error, retry } = useDirections();
  useTrail({ label: t('rail.conflicts') });
  if (error !== null && directions === undefined) return <ErrorNotice error={error} onRetry={retry} />;
  if (directions === undefined) return <PageSkeleton />;
  return (
    <>
      <PageHead title={t('rail.conflicts')} aside={t('conflicts.about')} />
      {directions.length > 0 && <Inbox directions={directions} />}
      {directions.length === 0 && (
        <EmptyState text={t(role === 'VIEWER' ? 'conflicts.for-operators' : 'conflicts.no-pair')}>
          <StartSyncButton />
        </EmptyState>
      )}
    </>
  );
}

function Inbox({ directions }: { directions: readonly Direction[] }) {
  const { t } = useWords();
  const navigate = page.useNavigate();
  const { before } = page.useSearch();
  const { found, errors, next, retry } = useFound(directions);
  const columns = useColumns();
  const go = (to: string): void => void navigate({ search: (old) => ({ ...old, before: to }) });
  return (
    <>
      {errors.map((error, index) => (
        <ErrorNotice key={index} error={error} onRetry={retry} />
      ))}
      <ListTable<Found>
        name={t('rail.conflicts')}
        rows={found}
        rowKey={({ direction, conflict }) => `${direction.pipeline.id}/${conflict.id}`}
        columns={columns}
        filters={<Filters directions={directions} />}
        empty={<Nothing />}
      />
      <div className="row">
        {before !== undefined && <Button onClick={() => go('')}>{t('log.newest')}</Button>}
        {next !== null && <Button onClick={() => go(String(next))}>{t('log.go-older')}</Button>}
      </div>
      {next === undefined && <p className="quiet">{t('conflicts.more')}</p>}
    </>
  );
}

function Nothing() {
  const { t } = useWords();
  const { state, table, pipeline } = page.useSearch();
  const isNarrowed = [state, table, pipeline].some((part) => part !== undefined);
  return <EmptyState text={t(isNarrowed ? 'list.nothing-matches' : 'conflicts.none')} />;
}

/**
 * Of each direction that is asked for the newest, all of them by time. `next`: where older ones begin; null at the end;
 * undefined where there are more, and several directions are mixed.
 */
function useFound(directions: readonly Direction[]) {
  const { state, table = '', pipeline, before } = page.useSearch();
  const asked = directions.filter(({ pipeline: { id } }) => pipeline === undefined || String(id) === pipeline);
  const known = STATES.find((each) => each === state);
  const query = {
    limit: PAGE_ROWS,
    ...(known === undefined ? {} : { state: known }),
    ...(TABLE.test(table) ? { table } : {}),
    ...(asked.length === 1 && before !== undefined ? { before } : {}),
  };
  const lists = useQueries({
    queries: asked.map(({ pipeline: { id } }) =>
      api.queryOptions(
        'get',
        '/api/v1/pipelines/{id}/conflicts',
        { params: { path: { id: String(id) }, query } },
        { refetchInterval: REFRESH_MS },
      ),
    ),
  });
  const found = lists.flatMap(({ data }, index) =>
    (data?.items ?? []).flatMap((conflict) => {
      const direction = asked[index];
      return direction === undefined ? [] : [{ direction, conflict }];
    }),
  );
  const isMore = lists.some(({ data }) => data !== undefined && data.next !== null);
  return {
    found: lists.every(({ isPending }) => isPending)
      ? undefined
      : withoutMirrors(found).sort((a, b) => writtenAtMs(b.conflict) - writtenAtMs(a.conflict)),
    errors: lists.flatMap(({ error }) => (error === null ? [] : [error])),
    next: lists.length === 1 ? (lists[0]?.data?.next ?? null) : isMore ? undefined : null,
    retry: () => void Promise.all(lists.map((list) => list.refetch())),
  };
}

/** When the later of the two was committed: the servers' clocks may stand apart. */
function writtenAtMs({ incomingAtMs, localAtMs }: Conflict): number {
  return Math.max(incomingAtMs, localAtMs ?? 0);
}

function Filters({ directions }: { directions: readonly Direction[] }) {
  const { t } = useWords();
  const { state, table = '', pipeline = '' } = page.useSearch();
  const navigate = page.useNavigate();
  const remember = (next: Record<string, string>): void =>
    void navigate({ search: (old) => ({ ...old, before: '', ...next }), replace: true });
  return (
    <>
      <Input
        allowClear
        value={table}
        placeholder={t('conflicts.table')}
        aria-label={t('conflicts.table')}
        onChange={(event) => remember({ table: event.target.value })}
      />
      <Select
        value={pipeline}
        aria-label={t('column.direction')}
        popupMatchSelectWidth={false}
        options={[
          { value: '', label: t('conflicts.all-directions') },
          ...directions.map((direction) => ({
            value: String(direction.pipeline.id),
            label: `${direction.channelName}: ${direction.source} → ${direction.target}`,
          })),
        ]}
        onChange={(value) => remember({ pipeline: value })}
      />
      <Segmented
        value={STATES.find((each) => each === state) ?? ''}
        options={[
          { value: '', label: t('channels.all') },
          ...STATES.map((value) => ({ value, label: t(`conflict-state.${value}`) })),
        ]}
        onChange={(value) => remember({ state: value })}
      />
    </>
  );
}

function useColumns(): ListColumn<Found>[] {
  const words = useWords();
  const { t } = words;
  return [
    {
      key: 'state',
      title: t('column.state'),
      text: ({ conflict }) => t(`conflict-state.${conflict.state}`),
      cell: ({ conflict }) => <ConflictState state={conflict.state} />,
    },
    {
      key: 'row',
      title: t('conflicts.row'),
      text: ({ conflict }) => `${conflict.table} ${conflict.key}`,
      cell: ({ direction, conflict }) => (
        <Link
          to="/conflicts/$pipelineId/$conflictId"
          params={{ pipelineId: String(direction.pipeline.id), conflictId: String(conflict.id) }}
          className="name"
          title={`${conflict.table} ${conflict.key}`}
        >
          {conflict.table} <code>{conflict.key}</code>
        </Link>
      ),
    },
    {
      key: 'kind',
      title: t('conflicts.kind'),
      text: ({ conflict }) => kindText(words, conflict),
      cell: ({ conflict }) => <div className="problem problem-short">{kindText(words, conflict)}</div>,
    },
    {
      key: 'stayed',
      title: t('conflicts.stayed'),
      text: ({ direction, conflict }) => stayed(conflict, direction),
      cell: ({ direction, conflict }) => <span className="name name-short">{stayed(conflict, direction)}</span>,
    },
    {
      key: 'rule',
      title: t('conflicts.rule'),
      text: ({ conflict }) => ruleText(words, conflict),
      cell: ({ conflict }) => ruleText(words, conflict),
    },
    {
      key: 'direction',
      title: t('column.direction'),
      text: ({ direction }) => `${direction.source} → ${direction.target}`,
      cell: ({ direction }) => <span className="name name-short">{`${direction.source} → ${direction.target}`}</span>,
    },
    {
      key: 'written',
      title: t('conflicts.written'),
      text: ({ conflict }) => new Date(writtenAtMs(conflict)).toISOString(),
      cell: ({ conflict }) => <Moment atMs={writtenAtMs(conflict)} />,
    },
  ];
}
