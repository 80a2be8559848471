import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Select } from 'antd';
import { api, ifMatch } from '../api/client.ts';
import type { Role, User } from '../api/objects.ts';
import { useWords } from '../words/words.ts';
import { DeleteButton } from './delete-button.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { useRefusal } from './start-stop.tsx';

interface Fields {
  name: string;
  role: Role;
  disabled: boolean;
  channelIds: number[];
  password?: string;
}

const ROLES: readonly Role[] = ['ADMIN', 'OPERATOR', 'VIEWER'];
const PASSWORD_LENGTH_MIN = 10;
const NEW: Partial<Fields> = { role: 'VIEWER', disabled: false, channelIds: [] };

/** A person's name, role and channels; a password when the person is new or forgot it. */
export function UserForm({ user, onDone }: { user?: User; onDone: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const role = Form.useWatch('role', form);
  const channels = api.useQuery('get', '/api/v1/channels', { params: { query: { limit: '500' } } });
  const create = api.useMutation('post', '/api/v1/users');
  const update = api.useMutation('put', '/api/v1/users/{id}');
  const password = api.useMutation('post', '/api/v1/users/{id}/password');
  const save = async ({ password: typed = '', ...body }: Fields): Promise<void> => {
    if (user === undefined) await create.mutateAsync({ body: { ...body, password: typed } });
    else {
      const path = { id: String(user.id) };
      await update.mutateAsync({ params: { path, header: ifMatch(user) }, body });
      if (typed !== '') await password.mutateAsync({ params: { path }, body: { password: typed } });
    }
    await queries.invalidateQueries();
    onDone();
  };
  const error = create.error ?? update.error ?? password.error;
  const granted = channels.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      initialValues={user ?? NEW}
      onFinish={(fields) => void save({ ...NEW, ...user, ...fields }).catch(() => undefined)}
    >
      <Form.Item name="name" label={t('form.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoComplete="off" maxLength={64} />
      </Form.Item>
      <Form.Item name="role" label={t('users.role')} extra={role === undefined ? '' : t(`role-means.${role}`)}>
        <Select options={ROLES.map((value) => ({ value, label: `${value} · ${t(`role.${value}`)}` }))} />
      </Form.Item>
      {role === 'OPERATOR' && (
        <Form.Item name="channelIds" label={t('users.channels')}>
          <Select mode="multiple" options={granted} optionFilterProp="label" />
        </Form.Item>
      )}
      <Form.Item
        name="password"
        label={t(user === undefined ? 'sign-in.password' : 'users.new-password')}
        extra={user === undefined ? '' : t('users.password-effect')}
        rules={[
          { min: PASSWORD_LENGTH_MIN, message: t('form.password-length') },
          ...(user === undefined ? [{ required: true, message: t('form.required') }] : []),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="disabled" valuePropName="checked">
        <Checkbox>{t('users.disable')}</Checkbox>
      </Form.Item>
      {error !== null && <ErrorNotice error={error} />}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={create.isPending || update.isPending}>
          {t('action.save')}
        </Button>
        {user !== undefined && <DeleteUser user={user} onDone={onDone} />}
      </div>
    </Form>
  );
}

function DeleteUser({ user, onDone }: { user: User; onDone: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const remove = api.useMutation('delete', '/api/v1/users/{id}', {
    onError: useRefusal(),
    onSuccess: () => queries.invalidateQueries().then(onDone),
  });
  const params = { path: { id: String(user.id) }, header: ifMatch(user) };
  return (
    <DeleteButton
      title={t('users.delete-title', { name: user.name })}
      effect={t('users.delete-effect')}
      remove={() => remove.mutateAsync({ params })}
    />
  );
}
