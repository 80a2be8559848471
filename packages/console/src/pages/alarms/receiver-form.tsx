import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { api, ifMatch } from '../../api/client.ts';
import type { AlarmReceiver, AlarmReceiverInput } from '../../api/objects.ts';
import { fieldErrors, problemOf } from '../../api/problem.ts';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useRefusal } from '../../parts/start-stop.tsx';
import { useWords } from '../../words/words.ts';

const TYPES = ['webhook', 'dingtalk', 'wecom', 'feishu', 'email'] as const;
const TLS = ['on', 'starttls', 'off'] as const;
const SIGNED: readonly string[] = ['webhook', 'dingtalk', 'feishu'];
const PLACEHOLDERS: Record<string, string> = {
  webhook: 'https://example.org/hooks/otter',
  dingtalk: 'https://oapi.dingtalk.com/robot/send?access_token=…',
  wecom: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…',
  feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/…',
};

interface Fields extends Pick<AlarmReceiver, 'name' | 'description' | 'type' | 'language'> {
  url?: string;
  signingKey?: string;
  headerName?: string;
  headerValue?: string;
  mail?: { host: string; port: number; tls: (typeof TLS)[number]; user?: string; from: string; to: string[] };
  password?: string;
}

function fieldsOf({ name, description, type, language, headerName, mail }: AlarmReceiver): Fields {
  return {
    ...{ name, description, type, language },
    ...(headerName === null ? {} : { headerName }),
    ...(mail === null ? {} : { mail: { ...mail, user: mail.user ?? '' } }),
  };
}

/** A secret that was left empty stays as it is stored. */
function inputOf({ name, description, type, language, ...fields }: Fields): AlarmReceiverInput {
  const secret = (key: 'url' | 'signingKey' | 'headerValue' | 'password') =>
    fields[key] === undefined || fields[key] === '' ? {} : { [key]: fields[key] };
  const { mail, headerName = '' } = fields;
  if (type === 'email' && mail !== undefined) {
    const user = mail.user === undefined || mail.user === '' ? null : mail.user;
    return { name, description, type, language, mail: { ...mail, user }, headerName: null, ...secret('password') };
  }
  return {
    ...{ name, description, type, language, mail: null, headerName: headerName === '' ? null : headerName },
    ...{ ...secret('url'), ...secret('signingKey'), ...secret('headerValue') },
  };
}

/** How somebody is told, and in which language. */
export function ReceiverForm({ receiver, onDone }: { receiver?: AlarmReceiver; onDone: () => void }) {
  const { t, language } = useWords();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const after = {
    onError: (error: unknown) => form.setFields(fieldErrors(problemOf(error), language) as never),
    onSuccess: () => queries.invalidateQueries().then(onDone),
  };
  const create = api.useMutation('post', '/api/v1/alarm-receivers', after);
  const update = api.useMutation('put', '/api/v1/alarm-receivers/{id}', after);
  const start: Partial<Fields> =
    receiver === undefined ? { description: '', type: 'webhook', language } : fieldsOf(receiver);
  const save = (fields: Fields): void => {
    const body = inputOf({ ...start, ...fields });
    if (receiver === undefined) create.mutate({ body });
    else update.mutate({ body, params: { path: { id: String(receiver.id) }, header: ifMatch(receiver) } });
  };
  const type = Form.useWatch('type', form);
  const error = create.error ?? update.error;
  return (
    <Form<Fields> form={form} layout="vertical" initialValues={start} onFinish={save}>
      <Form.Item name="name" label={t('form.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoComplete="off" maxLength={64} />
      </Form.Item>
      <Form.Item name="type" label={t('receivers.type')}>
        <Select options={TYPES.map((value) => ({ value, label: t(`receiver-type.${value}`) }))} />
      </Form.Item>
      {type === 'email' ? <MailFields kept={receiver} /> : <WebhookFields type={type ?? 'webhook'} kept={receiver} />}
      <Form.Item name="language" label={t('receivers.language')}>
        <Select
          options={[
            { value: 'en', label: 'English' },
            { value: 'zh', label: '中文' },
          ]}
        />
      </Form.Item>
      <Form.Item name="description" label={t('form.description')}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
      {error !== null && <ErrorNotice error={error} />}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={create.isPending || update.isPending}>
          {t('action.save')}
        </Button>
        {receiver !== undefined && <DeleteReceiver receiver={receiver} onDone={onDone} />}
      </div>
    </Form>
  );
}

function WebhookFields({ type, kept }: { type: string; kept: AlarmReceiver | undefined }) {
  const { t } = useWords();
  const hasUrl = kept !== undefined && kept.origin !== null;
  const stays = (isKept: boolean): string => t(isKept ? 'data-source.kept' : 'form.optional');
  return (
    <>
      <Form.Item
        name="url"
        label="URL"
        extra={t('receivers.url-help')}
        rules={hasUrl ? [] : [{ required: true, message: t('form.required') }]}
      >
        <Input autoComplete="off" placeholder={hasUrl ? t('data-source.kept') : (PLACEHOLDERS[type] ?? '')} />
      </Form.Item>
      {SIGNED.includes(type) && (
        <Form.Item name="signingKey" label={t('receivers.signing-key')} extra={t('receivers.signing-help')}>
          <Input.Password autoComplete="new-password" placeholder={stays(kept?.hasSigningKey === true)} />
        </Form.Item>
      )}
      {type === 'webhook' && (
        <div className="two">
          <Form.Item name="headerName" label={t('receivers.header')}>
            <Input autoComplete="off" placeholder="Authorization" />
          </Form.Item>
          <Form.Item name="headerValue" label={t('receivers.header-value')}>
            <Input.Password autoComplete="new-password" placeholder={stays(kept?.hasHeaderValue === true)} />
          </Form.Item>
        </div>
      )}
    </>
  );
}

function MailFields({ kept }: { kept: AlarmReceiver | undefined }) {
  const { t } = useWords();
  const required = [{ required: true, message: t('form.required') }];
  return (
    <>
      <div className="two">
        <Form.Item name={['mail', 'host']} label={t('receivers.mail-host')} rules={required}>
          <Input autoComplete="off" placeholder="smtp.example.org" />
        </Form.Item>
        <Form.Item name={['mail', 'port']} label={t('data-source.port')} initialValue={465} rules={required}>
          <InputNumber min={1} max={65_535} precision={0} />
        </Form.Item>
        <Form.Item name={['mail', 'tls']} label="TLS" initialValue="on">
          <Select options={TLS.map((value) => ({ value, label: value }))} />
        </Form.Item>
        <Form.Item name={['mail', 'user']} label={t('data-source.user')}>
          <Input autoComplete="off" placeholder={t('form.optional')} />
        </Form.Item>
      </div>
      <Form.Item name="password" label={t('sign-in.password')}>
        <Input.Password
          autoComplete="new-password"
          placeholder={t(kept?.hasPassword === true ? 'data-source.kept' : 'form.optional')}
        />
      </Form.Item>
      <Form.Item name={['mail', 'from']} label={t('receivers.mail-from')} rules={required}>
        <Input autoComplete="off" placeholder="otter@example.org" />
      </Form.Item>
      <Form.Item name={['mail', 'to']} label={t('receivers.mail-to')} rules={required}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ';', ' ']} />
      </Form.Item>
    </>
  );
}

function DeleteReceiver({ receiver, onDone }: { receiver: AlarmReceiver; onDone: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const remove = api.useMutation('delete', '/api/v1/alarm-receivers/{id}', {
    onError: useRefusal(),
    onSuccess: () => queries.invalidateQueries().then(onDone),
  });
  const params = { path: { id: String(receiver.id) }, header: ifMatch(receiver) };
  return (
    <DeleteButton
      title={t('receivers.delete-title', { name: receiver.name })}
      effect={t('receivers.delete-effect')}
      remove={() => remove.mutateAsync({ params })}
    />
  );
}
