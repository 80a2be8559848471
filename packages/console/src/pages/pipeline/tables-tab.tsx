import { getRouteApi } from '@tanstack/react-router';
import { Button, Progress, Tooltip } from 'antd';
import { api } from '../../api/client.ts';
import type { Pipeline, PipelineTable } from '../../api/objects.ts';
import type { Tone } from '../../app/theme.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ListTable, type ListColumn } from '../../parts/list-table.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords } from '../../words/words.ts';
import { Mappings } from './mappings.tsx';
import { TableHistoryPanel } from './table-history.tsx';

const page = getRouteApi('/pipelines/$pipelineId');
const REFRESH_MS = 3_000;
const TONES: Record<PipelineTable['state'], Tone> = {
  ...{ streaming: 'flowing', copying: 'copying', waiting: 'off' },
  ...{ parked: 'stopped', 'catching-up': 'look' },
};

/** The mappings, and what happens to each table they take along. */
export function TablesTab({ pipeline }: { pipeline: Pipeline }) {
  const { t, said } = useWords();
  const { table: chosen } = page.useSearch();
  const navigate = page.useNavigate();
  const choose = (table: string): void => void navigate({ search: (old) => ({ ...old, table }), replace: true });
  const params = { path: { id: String(pipeline.id) } };
  const tables = api.useQuery('get', '/api/v1/pipelines/{id}/tables', { params }, { refetchInterval: REFRESH_MS });
  const columns = useColumns(choose);
  return (
    <>
      <Mappings pipeline={pipeline} />
      {tables.error !== null && <ErrorNotice error={tables.error} onRetry={() => void tables.refetch()} />}
      {tables.data !== undefined && tables.data.targetProblem !== null && (
        <p className="tone-look">
          <code>{tables.data.targetProblem.code}</code>{' '}
          {said(tables.data.targetProblem.message, tables.data.targetProblem.messageZh)}
        </p>
      )}
      {chosen !== undefined && (
        <TableHistoryPanel key={chosen} pipeline={pipeline} table={chosen} onClose={() => choose('')} />
      )}
      <ListTable<PipelineTable>
        name={t('pipeline.tables')}
        rows={tables.error === null ? tables.data?.items : []}
        rowKey={({ table }) => table}
        empty={<EmptyState text={t('tables.none')} />}
        columns={columns}
      />
    </>
  );
}

function useColumns(choose: (table: string) => void): ListColumn<PipelineTable>[] {
  const { t, count, said } = useWords();
  const number = (key: 'inserted' | 'updated' | 'deleted') => ({
    key,
    title: t(`column.${key}`),
    align: 'right' as const,
    text: (row: PipelineTable) => row[key],
    cell: (row: PipelineTable) => count(row[key]),
  });
  return [
    {
      key: 'table',
      title: t('object.table'),
      text: ({ table }) => table,
      cell: ({ table }) => (
        <Button type="link" size="small" title={t('tables.show-history')} onClick={() => choose(table)}>
          {table}
        </Button>
      ),
    },
    {
      key: 'target',
      title: t('object.target'),
      text: ({ target }) => target ?? '',
      cell: ({ target }) => target ?? '',
    },
    {
      key: 'state',
      title: t('column.state'),
      text: ({ state }) => t(`table-state.${state}`),
      cell: ({ state, error }) => (
        <>
          <ToneMark tone={TONES[state]}>{t(`table-state.${state}`)}</ToneMark>
          {error !== null && (
            <div className="problem problem-narrow">{`${error.code}: ${said(error.message, error.messageZh)}`}</div>
          )}
        </>
      ),
    },
    number('inserted'),
    number('updated'),
    number('deleted'),
    {
      key: 'total',
      title: t('tables.total'),
      align: 'right',
      text: ({ total }) => total.inserted + total.updated + total.deleted,
      cell: ({ total }) => <Total total={total} />,
    },
    {
      key: 'copy',
      title: t('pipeline.copy'),
      text: ({ copy }) => copy?.rows ?? '',
      cell: ({ copy, table }) =>
        copy === null ? null : (
          <Progress size="small" style={{ width: 80 }} percent={Math.floor(copy.percent ?? 100)} aria-label={table} />
        ),
    },
  ];
}

/** Over all runs; by kind on hover. */
function Total({ total: { inserted, updated, deleted } }: Pick<PipelineTable, 'total'>) {
  const { t, count } = useWords();
  const kinds = { inserted: count(inserted), updated: count(updated), deleted: count(deleted) };
  return (
    <Tooltip title={t('tables.total-kinds', kinds)}>
      <span className="figure">{count(inserted + updated + deleted)}</span>
    </Tooltip>
  );
}
