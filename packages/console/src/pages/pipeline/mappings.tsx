import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { api, ifMatch } from '../../api/client.ts';
import type { Mapping, Pipeline } from '../../api/objects.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ListTable } from '../../parts/list-table.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useMayOperate } from '../../parts/start-stop.tsx';
import { MappingRows } from '../start-sync/mapping-rows.tsx';
import { useWords } from '../../words/words.ts';

/** Which tables a pipeline keeps equal. */
export function Mappings({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useWords();
  const [editing, setEditing] = useState(false);
  const mayChange = useMayOperate(pipeline.channelId) && pipeline.twoWay?.leads !== false;
  const params = { path: { id: String(pipeline.id) } };
  const stored = api.useQuery('get', '/api/v1/pipelines/{id}/mappings', { params });
  if (stored.error !== null) return <ErrorNotice error={stored.error} onRetry={() => void stored.refetch()} />;
  if (stored.data === undefined) return <PageSkeleton />;
  if (editing) return <Editor pipeline={pipeline} stored={stored.data} onDone={() => setEditing(false)} />;
  return (
    <ListTable<Mapping>
      name={t('start.mappings')}
      rows={stored.data.mappings}
      rowKey={({ source }) => source}
      filters={mayChange && <Button onClick={() => setEditing(true)}>{t('mappings.change')}</Button>}
      empty={t('mappings.none')}
      columns={[
        {
          key: 'source',
          title: t('object.source'),
          text: ({ source }) => source,
          cell: ({ source }) => <code>{source}</code>,
        },
        {
          key: 'target',
          title: t('object.target'),
          text: ({ target }) => target ?? '',
          cell: ({ target }) =>
            (target ?? null) === null ? <span className="quiet">{t('start.same-name')}</span> : <code>{target}</code>,
        },
        {
          key: 'columns',
          title: t('start.columns'),
          text: columnsText,
          cell: (mapping) => columnsText(mapping) || <span className="quiet">{t('mappings.all-columns')}</span>,
        },
      ]}
    />
  );
}

function columnsText({ columns }: Mapping): string {
  if (columns === undefined) return '';
  const sign = columns.mode === 'exclude' ? '-' : '';
  const names = (columns.names ?? []).map((name) => `${sign}${name}`);
  return [...names, ...(columns.rename ?? []).map(({ source, target }) => `${source}=${target}`)].join(', ');
}

interface EditorProps {
  pipeline: Pipeline;
  stored: { version: number; mappings: Mapping[] };
  onDone: () => void;
}

function Editor({ pipeline, stored, onDone }: EditorProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [mappings, setMappings] = useState(stored.mappings);
  const replace = api.useMutation('put', '/api/v1/pipelines/{id}/mappings', {
    onSuccess: async () => {
      void message.success(t('form.saved'));
      await queries.invalidateQueries();
      onDone();
    },
  });
  const save = (): void =>
    replace.mutate({
      params: { path: { id: String(pipeline.id) }, header: ifMatch(stored) },
      body: { mappings: mappings.filter(({ source }) => source !== '') },
    });
  return (
    <section className="panel">
      <p className="quiet">{t('mappings.effect')}</p>
      <MappingRows mappings={mappings} isPair={pipeline.twoWay !== null} onChange={setMappings} />
      {replace.error !== null && <ErrorNotice error={replace.error} />}
      <div className="row" style={{ marginTop: 16 }}>
        <Button type="primary" loading={replace.isPending} onClick={save}>
          {t('action.save')}
        </Button>
        <Button onClick={onDone}>{t('action.cancel')}</Button>
      </div>
    </section>
  );
}
