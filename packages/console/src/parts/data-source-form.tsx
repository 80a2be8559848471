import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { api, ifMatch } from '../api/client.ts';
import type { DataSource, DataSourceInput } from '../api/objects.ts';
import { fieldErrors, problemOf } from '../api/problem.ts';
import { connectionOf } from '../format/connection.ts';
import { useWords } from '../words/words.ts';
import { ErrorNotice } from './error-notice.tsx';
import { ProbeView } from './probe-view.tsx';

interface Fields {
  name: string;
  description: string;
  primary: { host: string; port: number };
  standby: { host?: string; port?: number };
  user: string;
  password?: string;
  tls: { mode: DataSource['tls']['mode']; ca?: string };
}

const EMPTY: Partial<Fields> = {
  description: '',
  primary: { host: '', port: 3306 },
  standby: { port: 3306 },
  tls: { mode: 'off' },
};

function fieldsOf({ name, description, primary, standby, user, tls }: DataSource): Partial<Fields> {
  const ca = tls.ca === null ? {} : { ca: tls.ca };
  return { name, description, primary, standby: standby ?? { port: 3306 }, user, tls: { mode: tls.mode, ...ca } };
}

function inputOf({ standby, password, tls, ...rest }: Fields, kept: DataSource | undefined): DataSourceInput {
  const { host, port } = standby;
  return {
    kind: 'mysql',
    ...rest,
    standby: host === undefined || host === '' ? null : { host, port: port ?? 3306 },
    ...(password === undefined || password === '' ? {} : { password }),
    tls: { mode: tls.mode, ca: tls.ca === undefined || tls.ca === '' ? null : tls.ca, cert: kept?.tls.cert ?? null },
  };
}

interface Props {
  /** What is changed; a new one without. */
  source?: DataSource;
  onSaved: (source: DataSource) => void;
}

/** How to reach and log in to a server; can be tried before it is saved. A connection string fills it in one go. */
export function DataSourceForm({ source, onSaved }: Props) {
  const { t, language } = useWords();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const after = {
    onError: (error: unknown) => form.setFields(fieldErrors(problemOf(error), language) as never),
    onSuccess: async (saved: DataSource) => {
      await queries.invalidateQueries();
      onSaved(saved);
    },
  };
  const create = api.useMutation('post', '/api/v1/data-sources', after);
  const update = api.useMutation('put', '/api/v1/data-sources/{id}', after);
  const test = api.useMutation('post', '/api/v1/data-sources/test');
  const save = (fields: Fields): void => {
    const body = inputOf(fields, source);
    if (source === undefined) create.mutate({ body });
    else update.mutate({ body, params: { path: { id: String(source.id) }, header: ifMatch(source) } });
  };
  const look = (): void =>
    void form.validateFields().then(
      (fields) => test.mutate({ body: inputOf(fields, source) }),
      () => undefined,
    );
  const error = create.error ?? update.error ?? test.error;
  return (
    <Form form={form} layout="vertical" initialValues={source === undefined ? EMPTY : fieldsOf(source)} onFinish={save}>
      {source === undefined && <ConnectionField onRead={(values) => form.setFieldsValue(values)} />}
      <ServerFields hasPassword={source?.hasPassword ?? false} />
      {error !== null && <ErrorNotice error={error} />}
      {(test.isPending || test.data !== undefined) && <ProbeView probe={test.data} />}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={create.isPending || update.isPending}>
          {t('action.save')}
        </Button>
        {(source === undefined || !source.hasPassword) && (
          <Button onClick={look} loading={test.isPending}>
            {t('data-source.test')}
          </Button>
        )}
      </div>
    </Form>
  );
}

function ConnectionField({ onRead }: { onRead: (values: Partial<Fields>) => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const read = (typed: string): void => {
    setText(typed);
    const connection = connectionOf(typed);
    if (connection === null) return;
    const { host, port, user, password } = connection;
    onRead({ primary: { host, port }, ...(user === null ? {} : { user }), ...(password === null ? {} : { password }) });
  };
  return (
    <Form.Item label={t('data-source.connection')} extra={t('data-source.connection-help')}>
      <Input
        aria-label={t('data-source.connection')}
        placeholder="mysql://user:password@host:3306"
        value={text}
        autoComplete="off"
        onChange={(event) => read(event.target.value)}
      />
    </Form.Item>
  );
}

function ServerFields({ hasPassword }: { hasPassword: boolean }) {
  const { t } = useWords();
  const required = [{ required: true, message: t('form.required') }];
  const mode = Form.useWatch<Fields['tls']['mode'] | undefined>(['tls', 'mode']);
  const verifies = mode?.startsWith('verify') === true;
  return (
    <>
      <Form.Item name="name" label={t('form.name')} rules={[...required, { max: 64 }]}>
        <Input autoComplete="off" />
      </Form.Item>
      <div className="two">
        <Form.Item name={['primary', 'host']} label={t('data-source.primary')} rules={required}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name={['primary', 'port']} label={t('data-source.port')} rules={required}>
          <InputNumber min={1} max={65_535} />
        </Form.Item>
        <Form.Item name={['standby', 'host']} label={t('data-source.standby')}>
          <Input autoComplete="off" placeholder={t('form.optional')} />
        </Form.Item>
        <Form.Item name={['standby', 'port']} label={t('data-source.standby-port')}>
          <InputNumber min={1} max={65_535} />
        </Form.Item>
        <Form.Item name="user" label={t('data-source.user')} rules={required}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="password" label={t('sign-in.password')}>
          <Input.Password autoComplete="new-password" placeholder={hasPassword ? t('data-source.kept') : ''} />
        </Form.Item>
      </div>
      <Form.Item name={['tls', 'mode']} label="TLS">
        <Select options={['off', 'on', 'verify-ca', 'verify-full'].map((value) => ({ value, label: value }))} />
      </Form.Item>
      {verifies && (
        <Form.Item name={['tls', 'ca']} label={t('data-source.ca')} rules={required}>
          <Input.TextArea rows={3} placeholder="-----BEGIN CERTIFICATE-----" />
        </Form.Item>
      )}
      <Form.Item name="description" label={t('form.description')}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
    </>
  );
}
