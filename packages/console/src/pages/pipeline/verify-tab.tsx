import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Pipeline, Verification } from '../../api/objects.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/figure.tsx';
import { ListTable } from '../../parts/list-table.tsx';
import { useMayOperate } from '../../parts/start-stop.tsx';
import { VerificationMark } from '../../parts/verification-mark.tsx';
import { useWords } from '../../words/words.ts';

const REFRESH_MS = 2_000;

/** Whether both sides are equal: the comparisons of a pipeline, and a new one. */
export function VerifyTab({ pipeline }: { pipeline: Pipeline }) {
  const { t, count } = useWords();
  const mayOperate = useMayOperate(pipeline.channelId);
  const params = { path: { id: String(pipeline.id) } };
  const list = api.useQuery('get', '/api/v1/pipelines/{id}/verifications', { params }, { refetchInterval: REFRESH_MS });
  return (
    <>
      {mayOperate && <BeginVerification pipeline={pipeline} />}
      {list.error !== null && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      <ListTable<Verification>
        name={t('pipeline.verify')}
        rows={list.error === null ? list.data?.items : []}
        rowKey={({ id }) => id}
        empty={<EmptyState text={t('verify.none')} />}
        columns={[
          {
            key: 'id',
            title: t('verify.begun'),
            text: ({ createdAtMs }) => new Date(createdAtMs).toISOString(),
            cell: ({ id, createdAtMs }) => (
              <Link to="/verifications/$verificationId" params={{ verificationId: String(id) }}>
                <Moment atMs={createdAtMs} />
              </Link>
            ),
          },
          {
            key: 'state',
            title: t('column.state'),
            text: ({ state }) => t(`verification.${state}`),
            cell: (verification) => <VerificationMark verification={verification} />,
          },
          {
            key: 'tables',
            title: t('object.table'),
            align: 'right',
            text: ({ tables }) => tables.length,
            cell: ({ tables }) => count(tables.length),
          },
          {
            key: 'differences',
            title: t('verify.differences'),
            align: 'right',
            text: ({ differences }) => differences,
            cell: ({ differences }) => count(differences),
          },
          { key: 'who', title: t('log.who'), text: ({ userName }) => userName, cell: ({ userName }) => userName },
        ]}
      />
    </>
  );
}

function BeginVerification({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [tables, setTables] = useState('');
  const [sample, setSample] = useState<number | null>(null);
  const begin = api.useMutation('post', '/api/v1/pipelines/{id}/verifications', {
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries();
      await navigate({ to: '/verifications/$verificationId', params: { verificationId: String(id) } });
    },
  });
  const start = (): void => {
    const names = tables.split(/[\s,]+/).filter((name) => name !== '');
    const body = {
      ...(names.length === 0 ? {} : { tables: names }),
      ...(sample === null ? {} : { samplePercent: sample }),
    };
    begin.mutate({ params: { path: { id: String(pipeline.id) } }, body });
  };
  return (
    <section className="panel" aria-labelledby="verify">
      <h2 id="verify">{t('verify.title')}</h2>
      <p className="quiet">{t('verify.effect')}</p>
      <div className="row">
        <Input
          style={{ maxWidth: 320 }}
          aria-label={t('verify.tables')}
          placeholder={t('verify.tables')}
          value={tables}
          onChange={(event) => setTables(event.target.value)}
        />
        <InputNumber
          style={{ width: 180 }}
          min={0.01}
          max={100}
          aria-label={t('verify.sample')}
          placeholder={t('verify.sample')}
          value={sample}
          onChange={setSample}
        />
        <Button type="primary" loading={begin.isPending} onClick={start}>
          {t('verify.start')}
        </Button>
      </div>
      {begin.error !== null && <ErrorNotice error={begin.error} />}
    </section>
  );
}
