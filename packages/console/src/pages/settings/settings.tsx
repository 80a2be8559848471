import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { App, Button, Form, Input, Tabs } from 'antd';
import { api, ifMatch } from '../../api/client.ts';
import { useIdentity } from '../../app/shell.tsx';
import { useTrail } from '../../app/trail.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ParametersForm } from '../../parts/parameters-form.tsx';
import { useWords } from '../../words/words.ts';
import { AboutManager } from './about-manager.tsx';
import { Configuration } from './configuration.tsx';
import { Tokens } from './tokens.tsx';

const page = getRouteApi('/settings');

/** What holds for the whole system, and what is one's own: password and tokens. */
export function Settings() {
  const { t } = useWords();
  const { tab = 'parameters' } = page.useSearch();
  const { role } = useIdentity();
  const navigate = page.useNavigate();
  useTrail({ label: t('rail.settings') });
  return (
    <>
      <PageHead title={t('rail.settings')} />
      <Tabs
        activeKey={tab}
        onChange={(next) => void navigate({ search: { tab: next } })}
        destroyOnHidden
        items={[
          { key: 'parameters', label: t('settings.parameters'), children: <SystemParameters /> },
          ...(role === 'ADMIN'
            ? [{ key: 'configuration', label: t('settings.configuration'), children: <Configuration /> }]
            : []),
          { key: 'password', label: t('settings.password'), children: <OwnPassword /> },
          { key: 'tokens', label: t('settings.tokens'), children: <Tokens /> },
          { key: 'manager', label: t('settings.manager'), children: <AboutManager /> },
        ]}
      />
    </>
  );
}

function SystemParameters() {
  const { role } = useIdentity();
  const queries = useQueryClient();
  const system = api.useQuery('get', '/api/v1/parameters');
  const replace = api.useMutation('put', '/api/v1/parameters', { onSuccess: () => queries.invalidateQueries() });
  if (system.error !== null) return <ErrorNotice error={system.error} onRetry={() => void system.refetch()} />;
  if (system.data === undefined) return <PageSkeleton />;
  const header = ifMatch(system.data);
  return (
    <ParametersForm
      key={system.data.version}
      parameters={system.data.parameters}
      error={replace.error}
      isSaving={replace.isPending}
      {...(role === 'ADMIN'
        ? { onSave: (parameters) => replace.mutate({ params: { header }, body: { parameters } }) }
        : {})}
    />
  );
}

interface Passwords {
  old: string;
  next: string;
  again: string;
}

function OwnPassword() {
  const { t } = useWords();
  const { message } = App.useApp();
  const [form] = Form.useForm<Passwords>();
  const change = api.useMutation('post', '/api/v1/session/password', {
    onSuccess: () => {
      form.resetFields();
      void message.success(t('settings.password-changed'));
    },
  });
  const required = { required: true, message: t('form.required') };
  return (
    <Form<Passwords>
      form={form}
      layout="vertical"
      className="panel"
      style={{ maxWidth: 400 }}
      onFinish={({ old, next }) => change.mutate({ body: { old, next } })}
    >
      <Form.Item name="old" label={t('settings.old-password')} rules={[required]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="next"
        label={t('users.new-password')}
        rules={[required, { min: 10, message: t('form.password-length') }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('settings.again')}
        dependencies={['next']}
        rules={[
          required,
          {
            validator: (_, value) =>
              value === form.getFieldValue('next')
                ? Promise.resolve()
                : Promise.reject(new Error(t('settings.not-the-same'))),
          },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <p className="quiet">{t('settings.password-effect')}</p>
      {change.error !== null && <ErrorNotice error={change.error} />}
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {t('settings.change-password')}
      </Button>
    </Form>
  );
}
