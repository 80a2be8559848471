import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { AlarmReceiver, Delivery } from '../../api/objects.ts';
import { useIdentity } from '../../app/shell.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/figure.tsx';
import { ListTable, type ListColumn } from '../../parts/list-table.tsx';
import { useRefusal } from '../../parts/start-stop.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords } from '../../words/words.ts';
import { ReceiverForm } from './receiver-form.tsx';

const ALL = { params: { query: { limit: '500' } } };
const REFRESH_MS = 5_000;
const TONES = { sent: 'flowing', waiting: 'look', failed: 'stopped' } as const;

/** Who is told, whether the last message arrived, and a test for each. */
export function Receivers() {
  const { t } = useWords();
  const { role } = useIdentity();
  const [editing, setEditing] = useState<AlarmReceiver | 'new' | null>(null);
  const [tested, setTested] = useState<(Delivery & { name: string }) | null>(null);
  const receivers = api.useQuery('get', '/api/v1/alarm-receivers', ALL, { refetchInterval: REFRESH_MS });
  const columns = useColumns(role === 'ADMIN' ? setEditing : null);
  const test = useTestColumn(setTested);
  if (receivers.error !== null) return <ErrorNotice error={receivers.error} onRetry={() => void receivers.refetch()} />;
  const close = (): void => setEditing(null);
  return (
    <>
      {tested !== null && (
        <Alert
          className="gap-below"
          type={tested.ok ? 'success' : 'error'}
          showIcon
          closable={{ onClose: () => setTested(null) }}
          title={t(tested.ok ? 'receivers.test-arrived' : 'receivers.test-failed', { name: tested.name })}
          description={<code>{tested.answer}</code>}
        />
      )}
      <ListTable
        name={t('alarms-tab.receivers')}
        rows={receivers.data?.items}
        rowKey={({ id }) => id}
        columns={role === 'VIEWER' ? columns : [...columns, test]}
        filters={
          role === 'ADMIN' && (
            <Button icon={<PlusOutlined />} onClick={() => setEditing('new')}>
              {t('receivers.new')}
            </Button>
          )
        }
        empty={<EmptyState text={t('receivers.none')} />}
      />
      <Drawer
        open={editing !== null}
        title={editing === null || editing === 'new' ? t('receivers.new') : editing.name}
        onClose={close}
        maskClosable={false}
        destroyOnHidden
      >
        <ReceiverForm {...(editing === null || editing === 'new' ? {} : { receiver: editing })} onDone={close} />
      </Drawer>
    </>
  );
}

function useColumns(edit: ((receiver: AlarmReceiver) => void) | null): ListColumn<AlarmReceiver>[] {
  const { t } = useWords();
  const place = ({ origin, mail }: AlarmReceiver): string => origin ?? mail?.to.join(', ') ?? '';
  return [
    {
      key: 'name',
      title: t('form.name'),
      text: ({ name }) => name,
      cell: (receiver) =>
        edit === null ? (
          receiver.name
        ) : (
          <Button type="link" size="small" style={{ padding: 0 }} onClick={() => edit(receiver)}>
            {receiver.name}
          </Button>
        ),
    },
    {
      key: 'type',
      title: t('receivers.type'),
      text: ({ type }) => t(`receiver-type.${type}`),
      cell: ({ type }) => t(`receiver-type.${type}`),
    },
    {
      key: 'place',
      title: t('receivers.place'),
      text: place,
      cell: (each) => <span className="name">{place(each)}</span>,
    },
    {
      key: 'last',
      title: t('receivers.last'),
      text: ({ last }) => last?.state ?? '',
      cell: ({ last }) =>
        last === null ? <span className="quiet">{t('receivers.nothing-sent')}</span> : <Last {...last} />,
    },
  ];
}

function Last({ state, answer, atMs }: NonNullable<AlarmReceiver['last']>) {
  const { t } = useWords();
  return (
    <div className="problem">
      <ToneMark tone={TONES[state]}>{t(`message-state.${state}`)}</ToneMark> <Moment atMs={atMs} />
      {state !== 'sent' && answer !== null && <div className="quiet">{answer}</div>}
    </div>
  );
}

function useTestColumn(onTested: (tested: Delivery & { name: string }) => void): ListColumn<AlarmReceiver> {
  const { t } = useWords();
  return {
    key: 'test',
    title: t('log.action'),
    cell: (receiver) => <TestButton receiver={receiver} onTested={onTested} />,
  };
}

function TestButton(props: { receiver: AlarmReceiver; onTested: (tested: Delivery & { name: string }) => void }) {
  const { receiver, onTested } = props;
  const { t } = useWords();
  const queries = useQueryClient();
  const test = api.useMutation('post', '/api/v1/alarm-receivers/{id}/test', {
    onError: useRefusal(),
    onSuccess: (delivery) => {
      onTested({ ...delivery, name: receiver.name });
      void queries.invalidateQueries();
    },
  });
  const send = (): void => test.mutate({ params: { path: { id: String(receiver.id) } } });
  return (
    <Button
      size="small"
      loading={test.isPending}
      onClick={send}
      aria-label={`${t('receivers.test')}: ${receiver.name}`}
    >
      {t('receivers.test')}
    </Button>
  );
}
