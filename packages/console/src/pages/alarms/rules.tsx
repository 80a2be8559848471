import { PlusOutlined } from '@ant-design/icons';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { AlarmRule } from '../../api/objects.ts';
import { useIdentity } from '../../app/shell.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ListTable, type ListColumn } from '../../parts/list-table.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords, type Words } from '../../words/words.ts';
import { RuleForm, type RuleObjects } from './rule-form.tsx';

const ALL = { params: { query: { limit: '500' } } };

/** What is watched. */
export function Rules() {
  const { t } = useWords();
  const { role } = useIdentity();
  const [editing, setEditing] = useState<AlarmRule | 'new' | null>(null);
  const rules = api.useQuery('get', '/api/v1/alarm-rules', ALL);
  const objects: RuleObjects = {
    channels: api.useQuery('get', '/api/v1/channels', ALL).data?.items ?? [],
    pipelines: api.useQuery('get', '/api/v1/pipelines', ALL).data?.items ?? [],
    receivers: api.useQuery('get', '/api/v1/alarm-receivers', ALL).data?.items ?? [],
  };
  const columns = useColumns(objects, role === 'ADMIN' ? setEditing : null);
  if (rules.error !== null) return <ErrorNotice error={rules.error} onRetry={() => void rules.refetch()} />;
  const close = (): void => setEditing(null);
  return (
    <>
      <ListTable
        name={t('alarms-tab.rules')}
        rows={rules.data?.items}
        rowKey={({ id }) => id}
        columns={columns}
        filters={
          role === 'ADMIN' && (
            <Button icon={<PlusOutlined />} onClick={() => setEditing('new')}>
              {t('rules.new')}
            </Button>
          )
        }
        empty={<EmptyState text={t('rules.none')} />}
      />
      <Drawer
        size={480}
        open={editing !== null}
        title={editing === null || editing === 'new' ? t('rules.new') : editing.name}
        onClose={close}
        maskClosable={false}
        destroyOnHidden
      >
        <RuleForm
          {...(editing === null || editing === 'new' ? {} : { rule: editing })}
          objects={objects}
          onDone={close}
        />
      </Drawer>
    </>
  );
}

function useColumns(objects: RuleObjects, edit: ((rule: AlarmRule) => void) | null): ListColumn<AlarmRule>[] {
  const words = useWords();
  const { t } = words;
  const place = (rule: AlarmRule): string => placeOf(rule, objects, words);
  const when = (rule: AlarmRule): string => whenOf(rule, words);
  const told = ({ receiverIds }: AlarmRule): string => {
    if (receiverIds === null) return t('rules.all-receivers');
    if (receiverIds.length === 0) return t('rules.nobody');
    return receiverIds.map((id) => objects.receivers.find((receiver) => receiver.id === id)?.name ?? '').join(', ');
  };
  return [
    {
      key: 'name',
      title: t('form.name'),
      text: ({ name }) => name,
      cell: (rule) =>
        edit === null ? (
          rule.name
        ) : (
          <Button type="link" size="small" style={{ padding: 0 }} onClick={() => edit(rule)}>
            {rule.name}
          </Button>
        ),
    },
    {
      key: 'state',
      title: t('column.state'),
      text: ({ enabled }) => t(enabled ? 'rules.on' : 'rules.off'),
      cell: ({ enabled }) => (
        <ToneMark tone={enabled ? 'flowing' : 'off'}>{t(enabled ? 'rules.on' : 'rules.off')}</ToneMark>
      ),
    },
    { key: 'when', title: t('rules.when'), text: when, cell: (rule) => <div className="problem">{when(rule)}</div> },
    { key: 'place', title: t('rules.place'), text: place, cell: (rule) => <span className="name">{place(rule)}</span> },
    {
      key: 'severity',
      title: t('alarms.severity'),
      text: ({ severity }) => t(`severity.${severity}`),
      cell: ({ severity }) => t(`severity.${severity}`),
    },
    { key: 'told', title: t('rules.told'), text: told, cell: (rule) => <span className="name">{told(rule)}</span> },
  ];
}

function placeOf({ channelId, pipelineId }: AlarmRule, { channels, pipelines }: RuleObjects, { t }: Words): string {
  const pipeline = pipelines.find(({ id }) => id === pipelineId);
  const channel = channels.find(({ id }) => id === (pipeline?.channelId ?? channelId))?.name ?? '';
  if (pipeline !== undefined) return `${channel}/${pipeline.name}`;
  return channelId === null ? t('rules.everywhere') : channel;
}

function whenOf({ type, thresholdSeconds, forMinutes }: AlarmRule, { t, duration }: Words): string {
  const what =
    type === 'delay' ? t('rules.delay-over', { time: duration(thresholdSeconds * 1000) }) : t(`rule-type.${type}`);
  return forMinutes === 0 ? what : t('rules.lasting', { what, time: duration(forMinutes * 60_000) });
}
