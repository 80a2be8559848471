import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { api, ifMatch } from '../../api/client.ts';
import type { AlarmReceiver, AlarmRule, AlarmRuleInput, Channel, Pipeline } from '../../api/objects.ts';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useRefusal } from '../../parts/start-stop.tsx';
import { useWords } from '../../words/words.ts';

/** What a rule names by number. */
export interface RuleObjects {
  channels: readonly Channel[];
  pipelines: readonly Pipeline[];
  receivers: readonly AlarmReceiver[];
}

const TYPES = [
  'delay',
  'table-stopped',
  'pipeline-failed',
  'no-report',
  'rows-differ',
  'echoes',
  'conflicts-open',
] as const;
const SEVERITIES = ['warning', 'critical'] as const;
const EVERYWHERE = 'all';
const MINUTES_MAX = 10_080;

interface Fields extends Pick<AlarmRule, 'name' | 'description' | 'type' | 'severity' | 'enabled'> {
  thresholdSeconds?: number | null;
  forMinutes: number | null;
  repeatMinutes: number | null;
  /** `all`, `channel 3`, `pipeline 7` */
  place: string;
  tellsAll: boolean;
  receiverIds?: number[];
}

const NEW: Fields = {
  ...{ name: '', description: '', type: 'delay', severity: 'warning', enabled: true },
  ...{ thresholdSeconds: 60, forMinutes: 5, repeatMinutes: 60, place: EVERYWHERE, tellsAll: true, receiverIds: [] },
};

function fieldsOf({ channelId, pipelineId, receiverIds, ...rule }: AlarmRule): Fields {
  const channel = channelId === null ? EVERYWHERE : `channel ${channelId}`;
  const place = pipelineId === null ? channel : `pipeline ${pipelineId}`;
  return { ...rule, place, tellsAll: receiverIds === null, receiverIds: receiverIds ?? [] };
}

function inputOf({ place, tellsAll, receiverIds, thresholdSeconds, ...fields }: Fields): AlarmRuleInput {
  const [object, id] = place.split(' ');
  const { name, description, type, severity, enabled, forMinutes, repeatMinutes } = fields;
  return {
    ...{ name, description, type, severity, enabled },
    ...{ thresholdSeconds: thresholdSeconds ?? 60, forMinutes: forMinutes ?? 0, repeatMinutes: repeatMinutes ?? 0 },
    channelId: object === 'channel' ? Number(id) : null,
    pipelineId: object === 'pipeline' ? Number(id) : null,
    receiverIds: tellsAll ? null : (receiverIds ?? []),
  };
}

/** What is watched, where, for how long it may last, and who is told. */
export function RuleForm(props: { rule?: AlarmRule; objects: RuleObjects; onDone: () => void }) {
  const { rule, objects, onDone } = props;
  const { t } = useWords();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const after = { onSuccess: () => queries.invalidateQueries().then(onDone) };
  const create = api.useMutation('post', '/api/v1/alarm-rules', after);
  const update = api.useMutation('put', '/api/v1/alarm-rules/{id}', after);
  const start = rule === undefined ? NEW : fieldsOf(rule);
  const save = (fields: Fields): void => {
    const body = inputOf({ ...start, ...fields });
    if (rule === undefined) create.mutate({ body });
    else update.mutate({ body, params: { path: { id: String(rule.id) }, header: ifMatch(rule) } });
  };
  const error = create.error ?? update.error;
  return (
    <Form<Fields> form={form} layout="vertical" initialValues={start} onFinish={save}>
      <Form.Item name="name" label={t('form.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoComplete="off" maxLength={64} />
      </Form.Item>
      <WhenFields />
      <Form.Item name="place" label={t('rules.place')}>
        <PlaceSelect objects={objects} />
      </Form.Item>
      <Form.Item name="severity" label={t('alarms.severity')}>
        <Select options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))} />
      </Form.Item>
      <ToldFields objects={objects} />
      <Form.Item name="description" label={t('form.description')}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
      <Form.Item name="enabled" valuePropName="checked">
        <Checkbox>{t('rules.on')}</Checkbox>
      </Form.Item>
      {error !== null && <ErrorNotice error={error} />}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={create.isPending || update.isPending}>
          {t('action.save')}
        </Button>
        {rule !== undefined && <DeleteRule rule={rule} onDone={onDone} />}
      </div>
    </Form>
  );
}

function WhenFields() {
  const { t } = useWords();
  const type = Form.useWatch<Fields['type'] | undefined>('type');
  return (
    <>
      <Form.Item name="type" label={t('rules.when')}>
        <Select options={TYPES.map((value) => ({ value, label: t(`rule-type.${value}`) }))} />
      </Form.Item>
      <div className="fields">
        {type === 'delay' && (
          <Form.Item name="thresholdSeconds" label={t('rules.threshold')}>
            <InputNumber min={1} max={604_800} precision={0} />
          </Form.Item>
        )}
        <Form.Item name="forMinutes" label={t('rules.for')} extra={t('rules.for-help')}>
          <InputNumber min={0} max={MINUTES_MAX} precision={0} />
        </Form.Item>
        <Form.Item name="repeatMinutes" label={t('rules.repeat')} extra={t('rules.repeat-help')}>
          <InputNumber min={0} max={MINUTES_MAX} precision={0} />
        </Form.Item>
      </div>
    </>
  );
}

function ToldFields({ objects: { receivers } }: { objects: RuleObjects }) {
  const { t } = useWords();
  const tellsAll = Form.useWatch<boolean | undefined>('tellsAll');
  return (
    <>
      <Form.Item name="tellsAll" valuePropName="checked">
        <Checkbox>{t('rules.tells-all')}</Checkbox>
      </Form.Item>
      {tellsAll === false && (
        <Form.Item name="receiverIds" label={t('rules.told')}>
          <Select
            mode="multiple"
            optionFilterProp="label"
            options={receivers.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      )}
    </>
  );
}

function PlaceSelect({
  objects,
  ...control
}: {
  objects: RuleObjects;
  value?: string;
  onChange?: () => void;
  id?: string;
}) {
  const { t } = useWords();
  const { channels, pipelines } = objects;
  const names = new Map(channels.map(({ id, name }) => [id, name]));
  const options = [
    { value: EVERYWHERE, label: t('rules.everywhere') },
    ...channels.map(({ id, name }) => ({ value: `channel ${id}`, label: `${t('object.channel')} ${name}` })),
    ...pipelines.map(({ id, name, channelId }) => ({
      value: `pipeline ${id}`,
      label: `${t('object.pipeline')} ${names.get(channelId) ?? ''}/${name}`,
    })),
  ];
  return <Select {...control} showSearch optionFilterProp="label" options={options} />;
}

function DeleteRule({ rule, onDone }: { rule: AlarmRule; onDone: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const remove = api.useMutation('delete', '/api/v1/alarm-rules/{id}', {
    onError: useRefusal(),
    onSuccess: () => queries.invalidateQueries().then(onDone),
  });
  const params = { path: { id: String(rule.id) }, header: ifMatch(rule) };
  return (
    <DeleteButton
      title={t('rules.delete-title', { name: rule.name })}
      effect={t('rules.delete-effect')}
      remove={() => remove.mutateAsync({ params })}
    />
  );
}
