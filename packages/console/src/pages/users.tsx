import { PlusOutlined } from '@ant-design/icons';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { api } from '../api/client.ts';
import type { User } from '../api/objects.ts';
import { useTrail } from '../app/trail.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { Moment } from '../parts/figure.tsx';
import { ListFilter } from '../parts/list-filter.tsx';
import { ListTable, type ListColumn } from '../parts/list-table.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ToneMark } from '../parts/tone-mark.tsx';
import { UserForm } from '../parts/user-form.tsx';
import { useWords } from '../words/words.ts';

const page = getRouteApi('/users');
const NEW = 'new';

/** The people who may sign in, and what each may do. */
export function Users() {
  const { t } = useWords();
  const { search = '', user } = page.useSearch();
  const navigate = page.useNavigate();
  useTrail({ label: t('rail.users') });
  const users = api.useQuery('get', '/api/v1/users', { params: { query: { limit: '500' } } });
  const open = (next: string | undefined): void => void navigate({ search: (old) => ({ ...old, user: next ?? '' }) });
  const shown = users.data?.items.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const chosen = users.data?.items.find(({ id }) => String(id) === user);
  const columns = useColumns((id) => open(String(id)));
  return (
    <>
      <PageHead title={t('rail.users')} aside={t('users.roles')}>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => open(NEW)}>
          {t('users.new')}
        </Button>
      </PageHead>
      {users.error !== null && <ErrorNotice error={users.error} onRetry={() => void users.refetch()} />}
      <ListTable
        name={t('rail.users')}
        rows={users.error === null ? shown : []}
        rowKey={({ id }) => id}
        columns={columns}
        filters={
          <ListFilter value={search} onChange={(text) => void navigate({ search: { search: text }, replace: true })} />
        }
        empty={<EmptyState text={t('list.nothing-matches')} />}
      />
      <Drawer
        open={user === NEW || chosen !== undefined}
        title={chosen?.name ?? t('users.new')}
        onClose={() => open(undefined)}
        maskClosable={false}
        destroyOnHidden
      >
        <UserForm key={chosen?.version ?? 0} {...(chosen ? { user: chosen } : {})} onDone={() => open(undefined)} />
      </Drawer>
    </>
  );
}

function useColumns(open: (id: number) => void): ListColumn<User>[] {
  const { t } = useWords();
  return [
    {
      key: 'name',
      title: t('object.user'),
      text: ({ name }) => name,
      cell: ({ id, name }) => (
        <Button type="link" size="small" style={{ padding: 0 }} onClick={() => open(id)}>
          {name}
        </Button>
      ),
    },
    {
      key: 'role',
      title: t('users.role'),
      text: ({ role }) => role,
      cell: ({ role }) => (
        <>
          <code>{role}</code> {t(`role.${role}`)}
        </>
      ),
    },
    {
      key: 'state',
      title: t('column.state'),
      text: ({ disabled }) => t(disabled ? 'users.disabled' : 'users.enabled'),
      cell: ({ disabled }) => (
        <ToneMark tone={disabled ? 'off' : 'flowing'}>{t(disabled ? 'users.disabled' : 'users.enabled')}</ToneMark>
      ),
    },
    {
      key: 'since',
      title: t('users.since'),
      text: ({ createdAtMs }) => new Date(createdAtMs).toISOString(),
      cell: ({ createdAtMs }) => <Moment atMs={createdAtMs} />,
    },
  ];
}
