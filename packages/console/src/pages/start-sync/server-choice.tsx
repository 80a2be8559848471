import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import type { DataSource, DataSourceInput } from '../../api/objects.ts';
import { problemOf } from '../../api/problem.ts';
import { connectionOf, connectionText } from '../../format/connection.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ProbeView } from '../../parts/probe-view.tsx';
import { useWords } from '../../words/words.ts';

interface Props {
  end: 'source' | 'target';
  chosen: DataSource | null;
  onChoose: (source: DataSource | null) => void;
}

/** One end of a sync: a data source that is there, or a server that becomes one. */
export function ServerChoice({ end, chosen, onChoose }: Props) {
  const { t } = useWords();
  const sources = api.useQuery('get', '/api/v1/data-sources', { params: { query: { limit: '500' } } });
  const known = sources.data?.items ?? [];
  return (
    <section className="panel" aria-labelledby={`choose-${end}`}>
      <h2 id={`choose-${end}`}>{t(`object.${end}`)}</h2>
      {known.length > 0 && (
        <Form.Item layout="vertical" label={t('start.known')} htmlFor={`known-${end}`}>
          <Select
            id={`known-${end}`}
            allowClear
            showSearch
            optionFilterProp="label"
            placeholder={t('start.or-new')}
            value={chosen?.id ?? null}
            options={known.map(({ id, name, primary }) => ({
              value: id,
              label: `${name} (${primary.host}:${primary.port})`,
            }))}
            onChange={(id: number | undefined) => onChoose(known.find((each) => each.id === id) ?? null)}
          />
        </Form.Item>
      )}
      {chosen === null ? <NewServer end={end} onChoose={onChoose} /> : <ChosenServer end={end} chosen={chosen} />}
    </section>
  );
}

function ChosenServer({ end, chosen }: { end: Props['end']; chosen: DataSource }) {
  const { t } = useWords();
  const test = api.useMutation('post', '/api/v1/data-sources/{id}/test');
  const { mutate } = test;
  useEffect(() => mutate({ params: { path: { id: String(chosen.id) } } }), [mutate, chosen.id]);
  return (
    <>
      <p>
        {t('start.chosen', { name: chosen.name })}{' '}
        <code>{connectionText({ ...chosen.primary, user: chosen.user })}</code>
      </p>
      {test.error === null ? <ProbeView probe={test.data} end={end} /> : <ErrorNotice error={test.error} />}
    </>
  );
}

const TYPED_MS = 600;

function NewServer({ end, onChoose }: Pick<Props, 'end' | 'onChoose'>) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [password, setPassword] = useState('');
  const connection = connectionOf(text);
  const user = connection?.user ?? '';
  const input: DataSourceInput | null =
    connection === null || user === ''
      ? null
      : { name: nameOf(connection), primary: { host: connection.host, port: connection.port }, user, password };
  const test = useTest(input);
  const create = api.useMutation('post', '/api/v1/data-sources');
  const take = async (body: DataSourceInput): Promise<void> => {
    onChoose(await created(body, (each) => create.mutateAsync({ body: each })));
    await queries.invalidateQueries();
  };
  const read = (typed: string): void => {
    const found = connectionOf(typed)?.password ?? null;
    // The password leaves the line everybody can read.
    setText(found === null ? typed : typed.replace(/:[^:@/]*@/, '@'));
    if (found !== null) setPassword(found);
  };
  const reached = test.data !== undefined && test.data.version !== null;
  return (
    <Form layout="vertical" onFinish={() => input !== null && void take(input).catch(() => undefined)}>
      <Form.Item label={t('data-source.connection')} htmlFor={`connection-${end}`} extra={t('start.connection-help')}>
        <Input
          id={`connection-${end}`}
          value={text}
          placeholder="mysql://user@host:3306"
          autoComplete="off"
          onChange={(event) => read(event.target.value)}
        />
      </Form.Item>
      <Form.Item label={t('sign-in.password')} htmlFor={`password-${end}`}>
        <Input.Password
          id={`password-${end}`}
          value={password}
          autoComplete="new-password"
          onChange={(event) => setPassword(event.target.value)}
        />
      </Form.Item>
      {input !== null &&
        (test.error === null ? <ProbeView probe={test.data} end={end} /> : <ErrorNotice error={test.error} />)}
      {create.error !== null && <ErrorNotice error={create.error} />}
      <Button htmlType="submit" disabled={!reached} loading={create.isPending}>
        {t('start.use')}
      </Button>
    </Form>
  );
}

function nameOf({ host, port }: { host: string; port: number }): string {
  return port === 3306 ? host : `${host}:${port}`;
}

/** Under the next free name, when this one is taken already. */
async function created(
  body: DataSourceInput,
  create: (body: DataSourceInput) => Promise<DataSource>,
): Promise<DataSource> {
  for (let number = 2; ; number += 1) {
    try {
      return await create(number === 2 ? body : { ...body, name: `${body.name} (${number - 1})` });
    } catch (error) {
      if (problemOf(error)?.code !== 'NAME_TAKEN' || number > 20) throw error;
    }
  }
}

/** Looks at a server as it is typed, a moment after the last key. */
function useTest(input: DataSourceInput | null) {
  const test = api.useMutation('post', '/api/v1/data-sources/test');
  const { mutate, reset } = test;
  const text = JSON.stringify(input);
  useEffect(() => {
    reset();
    const body = JSON.parse(text) as DataSourceInput | null;
    if (body === null) return;
    const timer = setTimeout(() => mutate({ body }), TYPED_MS);
    return () => clearTimeout(timer);
  }, [text, mutate, reset]);
  return test;
}
