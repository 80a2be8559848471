import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, InputNumber, Progress, Radio } from 'antd';
import { useState, type ReactNode } from 'react';
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
      {now !== null && now.tablesDone < now.tables && (
        <CopyNow copy={now}>{mayOperate && <CopyRate pipeline={pipeline} copy={now} />}</CopyNow>
      )}
      {mayOperate && pipeline.twoWay === null && <CopyAgain pipeline={pipeline} />}
      <CopyList pipeline={pipeline} mayOperate={mayOperate} />
    </>
  );
}

function CopyNow({ copy, children }: { copy: CopyFigures; children: ReactNode }) {
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
      {children}
    </section>
  );
}

const MEGABYTE = 1024 * 1024;
const MEGABYTES_MAX = 1024 * 1024;
type RateKind = 'limit' | 'none' | 'parameter';

/** How fast the copy may read: changed while it runs, and kept for later ones. */
function CopyRate({ pipeline, copy }: { pipeline: Pipeline; copy: CopyFigures }) {
  const { t, bytes } = useWords();
  const limited = copy.bytesPerSecondMax > 0;
  const [kind, setKind] = useState<RateKind>(limited ? 'limit' : 'none');
  const [megabytes, setMegabytes] = useState<number | null>(limited ? copy.bytesPerSecondMax / MEGABYTE : 10);
  const throttle = api.useMutation('post', '/api/v1/pipelines/{id}/copy/throttle');
  const wanted = { limit: Math.round((megabytes ?? 0) * MEGABYTE), none: 0, parameter: null }[kind];
  const apply = (): void =>
    throttle.mutate({ params: { path: { id: String(pipeline.id) } }, body: { bytesPerSecond: wanted } });
  const now = limited ? t('copy.rate-now', { rate: `${bytes(copy.bytesPerSecondMax)}/s` }) : t('copy.rate-free');
  return (
    <div className="row gap-above" role="group" aria-labelledby="copy-rate">
      <span id="copy-rate">{now}</span>
      <Radio.Group
        aria-label={t('copy.rate')}
        value={kind}
        onChange={(event) => setKind(event.target.value as RateKind)}
        options={(['limit', 'none', 'parameter'] as const).map((value) => ({ value, label: t(`copy.rate-${value}`) }))}
      />
      {kind === 'limit' && (
        <InputNumber
          aria-label={t('copy.rate-figure')}
          min={0.1}
          max={MEGABYTES_MAX}
          value={megabytes}
          onChange={setMegabytes}
          suffix="MB/s"
        />
      )}
      <Button disabled={kind === 'limit' && megabytes === null} loading={throttle.isPending} onClick={apply}>
        {t('action.apply')}
      </Button>
      {throttle.isSuccess && <span role="status">{t('copy.rate-set')}</span>}
      {throttle.error !== null && <ErrorNotice error={throttle.error} />}
    </div>
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
  const { t, said, count, bytes } = useWords();
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
        { key: 'table', title: t('object.table'), text: ({ table }) => table, cell: TableName },
        {
          key: 'state',
          title: t('column.state'),
          text: ({ state }) => t(`copy-state.${state}`),
          cell: ({ state, code, message, messageZh }) => (
            <>
              <ToneMark tone={TONES[state]}>{t(`copy-state.${state}`)}</ToneMark>
              {code !== null && <div className="problem">{`${code}: ${said(message ?? '', messageZh ?? '')}`}</div>}
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

function TableName({ table }: Pick<TableCopy, 'table'>) {
  return (
    <span className="name" title={table}>
      {table}
    </span>
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
