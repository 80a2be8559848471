import { getRouteApi } from '@tanstack/react-router';
import { Progress } from 'antd';
import { api } from '../../api/client.ts';
import type { Verification } from '../../api/objects.ts';
import type { Tone } from '../../app/theme.ts';
import { useTrail } from '../../app/trail.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/figure.tsx';
import { ListTable } from '../../parts/list-table.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useMayOperate } from '../../parts/start-stop.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { VerificationMark } from '../../parts/verification-mark.tsx';
import { useWords } from '../../words/words.ts';
import { Differences } from './differences.tsx';
import { RepairActions } from './repair.tsx';

const page = getRouteApi('/verifications/$verificationId');
const REFRESH_MS = 1_000;
const UNDER_WAY: readonly Verification['state'][] = ['waiting', 'running', 'repairing', 'undoing'];

/** One comparison: how far it is, what it found, and the repair of that. */
export function VerificationPage() {
  const { t, said } = useWords();
  const { verificationId: id } = page.useParams();
  const params = { path: { id } };
  const verification = api.useQuery(
    'get',
    '/api/v1/verifications/{id}',
    { params },
    { refetchInterval: ({ state }) => (state.data && !UNDER_WAY.includes(state.data.state) ? false : REFRESH_MS) },
  );
  const pipelineId = verification.data?.pipelineId;
  const pipeline = api.useQuery(
    'get',
    '/api/v1/pipelines/{id}',
    { params: { path: { id: String(pipelineId) } } },
    { enabled: pipelineId !== undefined },
  );
  const mayOperate = useMayOperate(pipeline.data?.channelId ?? 0);
  useTrail(
    { label: t('rail.channels'), to: '/channels' },
    { label: pipeline.data?.name ?? '…', to: `/pipelines/${pipelineId ?? ''}` },
    { label: t('verify.title') },
  );
  if (verification.error !== null)
    return <ErrorNotice error={verification.error} onRetry={() => void verification.refetch()} />;
  if (verification.data === undefined) return <PageSkeleton />;
  const { data } = verification;
  return (
    <>
      <PageHead
        title={t('verify.title')}
        aside={
          <>
            <VerificationMark verification={data} /> · {data.userName} · <Moment atMs={data.createdAtMs} />
          </>
        }
      >
        {mayOperate && <RepairActions verification={data} isUnderWay={UNDER_WAY.includes(data.state)} />}
      </PageHead>
      {data.error !== null && (
        <p className="tone-stopped" role="alert">
          <code>{data.error.code}</code> {said(data.error.message, data.error.messageZh)}
        </p>
      )}
      <Step verification={data} />
      <Repaired verification={data} />
      <TableList verification={data} />
      {mayOperate && data.differences > 0 && <Differences verification={data} />}
    </>
  );
}

function Step({ verification: { step } }: { verification: Verification }) {
  const { t, count } = useWords();
  if (step === null) return null;
  const { table, rows, rowsExpected, tablesDone, tables } = step;
  return (
    <section className="panel" aria-label={t('verify.title')}>
      {t('copy.tables', { done: tablesDone, count: tables })} · {table} ·{' '}
      {t('copy.rows', { rows: count(rows), of: count(rowsExpected) })}
      <Progress percent={Math.min(100, Math.floor((rows / Math.max(1, rowsExpected)) * 100))} aria-label={table} />
    </section>
  );
}

function Repaired({ verification: { repair } }: { verification: Verification }) {
  const { t, count } = useWords();
  if (repair === null) return null;
  const { kind, inserted, updated, deleted, equal, undone, keptCount, kept } = repair;
  const figures = { inserted: count(inserted), updated: count(updated), deleted: count(deleted), equal: count(equal) };
  return (
    <section className="panel" role="status">
      {kind === 'repair' ? t('repair.done', figures) : t('repair.undone', { count: undone })}
      {keptCount > 0 && <p className="tone-look">{t('repair.kept', { count: keptCount })}</p>}
      {kept.length > 0 && (
        <ul className="checks">
          {kept.map(({ table, key, code, reason }) => (
            <li key={`${table} ${JSON.stringify(key)}`}>
              {table} <code>{JSON.stringify(key)}</code> {code}: {reason}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type VerifiedTable = Verification['tables'][number];
const TONES: Record<VerifiedTable['verdict'], Tone> = {
  ...{ equal: 'flowing', differs: 'look', unsettled: 'look', refused: 'stopped' },
};

function TableList({ verification }: { verification: Verification }) {
  const { t, count } = useWords();
  const number = (key: 'rows' | 'differing' | 'missing' | 'extra') => ({
    key,
    title: t(key === 'rows' ? 'column.rows' : `verify.${key}`),
    align: 'right' as const,
    text: (row: VerifiedTable) => row[key],
    cell: (row: VerifiedTable) => count(row[key]),
  });
  return (
    <ListTable<VerifiedTable>
      name={t('pipeline.tables')}
      rows={verification.tables}
      rowKey={({ table }) => table}
      empty={<EmptyState text={t('verify.no-tables')} />}
      columns={[
        { key: 'table', title: t('object.table'), text: ({ table }) => table, cell: ({ table }) => table },
        {
          key: 'verdict',
          title: t('column.state'),
          text: ({ verdict }) => t(`verdict-of.${verdict}`),
          cell: ({ verdict, reason }) => (
            <>
              <ToneMark tone={TONES[verdict]}>{t(`verdict-of.${verdict}`)}</ToneMark> {reason}
            </>
          ),
        },
        number('rows'),
        number('differing'),
        number('missing'),
        number('extra'),
      ]}
    />
  );
}
