import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Progress } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Pipeline, TableCopy } from '../../api/objects.ts';
import type { Tone } from '../../app/theme.ts';
import { statusOf, useLive, type CopyFigures } from '../../live/live-store.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ListTable } from '../../parts/list-table.tsx';
import { useMayOperate, useRefusal } from '../../parts/start-stop.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords } from '../../words/words.ts';

const REFRESH_MS = 2_000;
const TONES: Record<TableCopy['state'], Tone> = {
  ...{ requested: 'off', waiting: 'off', copying: 'copying', done: 'flowing' },
  ...{ failed: 'stopped', canceling: 'look', canceled: 'off' },
};
const UNDER_WAY: readonly TableCopy['state'][] = ['requested', 'waiting', 'copying'];

/** The full copy, table by table, and tables copied again. */
export function CopyTab({ pipeline }: { pipeline: Pipeline }) {
  const { pipelines } = useLive();
  const now = statusOf(pipelines.get(pipeline.id))?.copy ?? null;
  const mayOperate = useMayOperate(pipeline.channelId);
  return (
    <>
      {now !== null && now.tablesDone < now.tables && <CopyNow copy={now} />}
      {mayOperate && <CopyAgain pipeline={pipeline} />}
      <CopyList pipeline={pipeline} mayOperate={mayOperate} />
    </>
  );
}

function CopyNow({ copy }: { copy: CopyFigures }) {
  const { t, count, rate, bytes, duration } = useWords();
  const left = copy.etaMs === null ? t('figure.unknown') : duration(copy.etaMs);
  return (
    <section className="panel" aria-label={t('pipeline.copy')}>
      <p>
        {t('copy.tables', { done: copy.tablesDone, count: copy.tables })} ·{' '}
        {t('copy.rows', { rows: count(copy.rows), of: count(copy.estimatedRows) })} ·{' '}
        {t('flow.per-second', { rate: rate(copy.rowsPerSecond) })} · {bytes(copy.bytesPerSecond)}/s ·{' '}
        {t('copy.left', { time: left })}
      </p>
      <Progress
        percent={Math.floor((copy.rows / Math.max(1, copy.estimatedRows)) * 100)}
        aria-label={t('pipeline.copy')}
      />
    </section>
  );
}

function CopyAgain({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [table, setTable] = useState('');
  const [where, setWhere] = useState('');
  const copy = api.useMutation('post', '/api/v1/pipelines/{id}/copy', { onSuccess: () => queries.invalidateQueries() });
  const start = (): void => {
    const body = { tables: [table.trim()], ...(where.trim() === '' ? {} : { where: where.trim() }) };
    copy.mutate({ params: { path: { id: String(pipeline.id) } }, body });
  };
  return (
    <section className="panel" aria-labelledby="copy-again">
      <h2 id="copy-again">{t('copy.again')}</h2>
      <p className="quiet">{t('copy.again-effect')}</p>
      <div className="row">
        <Input
          style={{ maxWidth: 240 }}
          aria-label={t('object.table')}
          placeholder="shop.orders"
          value={table}
          onChange={(event) => setTable(event.target.value)}
        />
        <Input
          style={{ maxWidth: 320 }}
          aria-label={t('copy.where')}
          placeholder={t('copy.where')}
          value={where}
          onChange={(event) => setWhere(event.target.value)}
        />
        <Button disabled={table.trim() === ''} loading={copy.isPending} onClick={start}>
          {t('copy.start')}
        </Button>
      </div>
      {copy.error !== null && <ErrorNotice error={copy.error} />}
    </section>
  );
}

function CopyList({ pipeline, mayOperate }: { pipeline: Pipeline; mayOperate: boolean }) {
  const { t, count, bytes } = useWords();
  const params = { path: { id: String(pipeline.id) } };
  const copies = api.useQuery('get', '/api/v1/pipelines/{id}/copy', { params }, { refetchInterval: REFRESH_MS });
  if (copies.error !== null) return <ErrorNotice error={copies.error} onRetry={() => void copies.refetch()} />;
  return (
    <ListTable<TableCopy>
      name={t('pipeline.copy')}
      rows={copies.data?.items}
      rowKey={({ table }) => table}
      empty={<EmptyState text={t('copy.none')} />}
      columns={[
        { key: 'table', title: t('object.table'), text: ({ table }) => table, cell: ({ table }) => table },
        {
          key: 'state',
          title: t('column.state'),
          text: ({ state }) => t(`copy-state.${state}`),
          cell: ({ state, code, message }) => (
            <>
              <ToneMark tone={TONES[state]}>{t(`copy-state.${state}`)}</ToneMark>
              {code !== null && <div className="problem">{`${code}: ${message ?? ''}`}</div>}
            </>
          ),
        },
        {
          key: 'percent',
          title: t('copy.progress'),
          text: ({ percent }) => percent ?? '',
          cell: ({ percent, table }) =>
            percent === null ? (
              ''
            ) : (
              <Progress size="small" style={{ width: 160 }} percent={Math.floor(percent)} aria-label={table} />
            ),
        },
        {
          key: 'rows',
          title: t('column.rows'),
          align: 'right',
          text: ({ rows }) => rows,
          cell: ({ rows }) => count(rows),
        },
        {
          key: 'bytes',
          title: t('column.size'),
          align: 'right',
          text: (copy) => copy.bytes,
          cell: (copy) => bytes(copy.bytes),
        },
        {
          key: 'at',
          title: t('position.updated'),
          text: ({ updatedAt }) => updatedAt,
          cell: ({ updatedAt }) => updatedAt,
        },
        {
          key: 'cancel',
          title: '',
          cell: ({ table, state }) =>
            mayOperate && UNDER_WAY.includes(state) ? <CancelCopy pipeline={pipeline} table={table} /> : null,
        },
      ]}
    />
  );
}

function CancelCopy({ pipeline, table }: { pipeline: Pipeline; table: string }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const cancel = api.useMutation('post', '/api/v1/pipelines/{id}/copy/cancel', {
    onError: useRefusal(),
    onSettled: () => queries.invalidateQueries(),
  });
  const params = { path: { id: String(pipeline.id) } };
  return (
    <Button size="small" onClick={() => cancel.mutate({ params, body: { tables: [table] } })}>
      {t('action.cancel')}
    </Button>
  );
}
