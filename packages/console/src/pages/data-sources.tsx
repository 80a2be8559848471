import { PlusOutlined } from '@ant-design/icons';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.ts';
import type { DataSource } from '../api/objects.ts';
import { useIdentity } from '../app/shell.tsx';
import { useTrail } from '../app/trail.tsx';
import { DataSourceForm } from '../parts/data-source-form.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { ListFilter } from '../parts/list-filter.tsx';
import { ListTable, type ListColumn } from '../parts/list-table.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { useWords } from '../words/words.ts';

const page = getRouteApi('/data-sources');

/** The servers that pipelines read from and write to. */
export function DataSources() {
  const { t } = useWords();
  const { role } = useIdentity();
  const { search = '' } = page.useSearch();
  const navigate = page.useNavigate();
  const navigateTo = (id: number): void =>
    void navigate({ to: '/data-sources/$dataSourceId', params: { dataSourceId: String(id) } });
  const [creating, setCreating] = useState(false);
  useTrail({ label: t('rail.data-sources') });
  const sources = api.useQuery('get', '/api/v1/data-sources', { params: { query: { limit: '500' } } });
  const shown = sources.data?.items.filter(({ name, primary, user }) =>
    `${name} ${primary.host} ${user}`.toLowerCase().includes(search.toLowerCase()),
  );
  const columns = useColumns();
  return (
    <>
      <PageHead title={t('rail.data-sources')}>
        {role === 'ADMIN' && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
            {t('data-source.new')}
          </Button>
        )}
      </PageHead>
      {sources.error !== null && <ErrorNotice error={sources.error} onRetry={() => void sources.refetch()} />}
      <ListTable
        name={t('rail.data-sources')}
        rows={sources.error === null ? shown : []}
        rowKey={({ id }) => id}
        columns={columns}
        filters={
          <ListFilter value={search} onChange={(text) => void navigate({ search: { search: text }, replace: true })} />
        }
        empty={<EmptyState text={search === '' ? t('data-source.none') : t('list.nothing-matches')} />}
      />
      {creating && (
        <Modal open title={t('data-source.new')} footer={null} onCancel={() => setCreating(false)} maskClosable={false}>
          <DataSourceForm onSaved={({ id }) => navigateTo(id)} />
        </Modal>
      )}
    </>
  );
}

function useColumns(): ListColumn<DataSource>[] {
  const { t } = useWords();
  return [
    {
      key: 'name',
      title: t('object.data-source'),
      text: ({ name }) => name,
      cell: ({ id, name }) => (
        <Link to="/data-sources/$dataSourceId" params={{ dataSourceId: String(id) }} className="name" title={name}>
          {name}
        </Link>
      ),
    },
    { key: 'primary', title: t('data-source.primary'), text: primary, cell: primary },
    { key: 'standby', title: t('data-source.standby'), text: standby, cell: standby },
    { key: 'user', title: t('data-source.user'), text: ({ user }) => user, cell: ({ user }) => user },
    { key: 'tls', title: 'TLS', text: ({ tls }) => tls.mode, cell: ({ tls }) => <code>{tls.mode}</code> },
  ];
}

function primary({ primary: { host, port } }: DataSource): string {
  return `${host}:${port}`;
}

function standby(source: DataSource): string {
  return source.standby === null ? '' : `${source.standby.host}:${source.standby.port}`;
}
