import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Form, Input, Select } from 'antd';
import { api } from '../../api/client.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/figure.tsx';
import { Fix } from '../../parts/fix.tsx';
import { ListTable } from '../../parts/list-table.tsx';
import { useRefusal } from '../../parts/start-stop.tsx';
import { useWords } from '../../words/words.ts';

const SCOPES = ['read', 'operate', 'configure', 'administer'] as const;
const DAYS = [30, 90, 365] as const;
const DAY_MS = 86_400_000;

interface Fields {
  name: string;
  scopes: (typeof SCOPES)[number][];
  days: number;
}

/** API tokens of whoever is signed in. A new one's secret is seen once. */
export function Tokens() {
  const { t } = useWords();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const create = api.useMutation('post', '/api/v1/tokens', {
    onSuccess: async () => {
      form.resetFields();
      await queries.invalidateQueries();
    },
  });
  const submit = ({ name, scopes, days }: Fields): void =>
    create.mutate({ body: { name, scopes, expiresAtMs: days === 0 ? null : Date.now() + days * DAY_MS } });
  return (
    <>
      <Form<Fields>
        form={form}
        layout="vertical"
        className="panel"
        initialValues={{ scopes: ['read'], days: 90 }}
        onFinish={submit}
      >
        <div className="row" style={{ alignItems: 'flex-end', gap: 16 }}>
          <Form.Item name="name" label={t('form.name')} rules={[{ required: true, message: t('form.required') }]}>
            <Input maxLength={64} autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="scopes"
            label={t('tokens.scopes')}
            rules={[{ type: 'array', min: 1, message: t('form.required') }]}
          >
            <Checkbox.Group options={SCOPES.map((value) => ({ value, label: t(`scope.${value}`) }))} />
          </Form.Item>
          <Form.Item name="days" label={t('tokens.expires')}>
            <Select
              style={{ minWidth: 120 }}
              options={[
                ...DAYS.map((count) => ({ value: count, label: t('tokens.days', { count }) })),
                { value: 0, label: t('tokens.never') },
              ]}
            />
          </Form.Item>
          <Form.Item>
            <Button type="primary" htmlType="submit" loading={create.isPending}>
              {t('tokens.create')}
            </Button>
          </Form.Item>
        </div>
        {create.error !== null && <ErrorNotice error={create.error} />}
        {create.data !== undefined && (
          <Alert type="success" title={t('tokens.once')} description={<Fix text={create.data.secret} />} />
        )}
      </Form>
      <OwnTokens />
    </>
  );
}

function OwnTokens() {
  const { t } = useWords();
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const tokens = api.useQuery('get', '/api/v1/tokens');
  const revoke = api.useMutation('delete', '/api/v1/tokens/{id}', {
    onError: useRefusal(),
    onSuccess: () => queries.invalidateQueries(),
  });
  const ask = (id: number, name: string): void =>
    void modal.confirm({
      title: t('tokens.revoke-title', { name }),
      content: t('tokens.revoke-effect'),
      okText: t('tokens.revoke'),
      okButtonProps: { danger: true },
      onOk: () => revoke.mutateAsync({ params: { path: { id: String(id) } } }).catch(() => undefined),
    });
  if (tokens.error !== null) return <ErrorNotice error={tokens.error} onRetry={() => void tokens.refetch()} />;
  return (
    <ListTable
      name={t('settings.tokens')}
      rows={tokens.data?.items}
      rowKey={({ id }) => id}
      empty={<EmptyState text={t('tokens.none')} />}
      columns={[
        { key: 'name', title: t('form.name'), text: ({ name }) => name, cell: ({ name }) => name },
        {
          key: 'scopes',
          title: t('tokens.scopes'),
          text: ({ scopes }) => scopes.join(' '),
          cell: ({ scopes }) => scopes.map((scope) => t(`scope.${scope}`)).join(', '),
        },
        { key: 'made', title: t('users.since'), cell: ({ createdAtMs }) => <Moment atMs={createdAtMs} /> },
        {
          key: 'expires',
          title: t('tokens.expires'),
          cell: ({ expiresAtMs }) => (expiresAtMs === null ? t('tokens.never') : <Moment atMs={expiresAtMs} />),
        },
        {
          key: 'revoke',
          title: t('tokens.revoke'),
          cell: ({ id, name }) => (
            <Button size="small" danger onClick={() => ask(id, name)}>
              {t('tokens.revoke')}
            </Button>
          ),
        },
      ]}
    />
  );
}
