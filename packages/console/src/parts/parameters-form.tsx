import { Button, Form, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Parameters } from '../api/objects.ts';
import { useWords, type WordKey } from '../words/words.ts';
import { ErrorNotice } from './error-notice.tsx';

type Name = keyof Parameters;
type Field = { name: Name } & (
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'number'; max: number }
  | { kind: 'text'; pattern: RegExp; placeholder: string }
);

const SIZE = /^[1-9]\d{0,8}[KMG]?$/;
const OTTER_MARKS = /^(?:off|shield|[1-9]\d{0,8}(?::.{1,128})?)$/;
const DDL = /^(?:[a-z]+=)?(?:apply|ignore|stop)(?:,(?:[a-z]+=)?(?:apply|ignore|stop))*$/;

/** The options of `otter sync` that a level may set, under their own names. */
const FIELDS: readonly Field[] = [
  { name: 'mode', kind: 'choice', choices: ['auto', 'full+incremental', 'full', 'incremental'] },
  { name: 'if-not-empty', kind: 'choice', choices: ['fail', 'keep', 'replace'] },
  { name: 'create-tables', kind: 'choice', choices: ['auto', 'yes', 'no'] },
  { name: 'indexes', kind: 'choice', choices: ['after-copy', 'with-table'] },
  { name: 'copy-lanes', kind: 'number', max: 64 },
  { name: 'copy-rate', kind: 'text', pattern: SIZE, placeholder: '20M' },
  { name: 'copy-max-lag', kind: 'number', max: 86_400 },
  { name: 'copy-max-load', kind: 'number', max: 100_000 },
  { name: 'free-gate', kind: 'choice', choices: ['on', 'off'] },
  { name: 'otter-marks', kind: 'text', pattern: OTTER_MARKS, placeholder: 'shield' },
  { name: 'conflicts-days', kind: 'number', max: 36_500 },
  { name: 'ddl', kind: 'text', pattern: DDL, placeholder: 'apply,drop=stop' },
  { name: 'apply', kind: 'choice', choices: ['transaction', 'row'] },
  { name: 'workers', kind: 'number', max: 64 },
  { name: 'memory', kind: 'text', pattern: SIZE, placeholder: '256M' },
  { name: 'control-schema', kind: 'text', pattern: /^[A-Za-z0-9_$]{1,64}$/, placeholder: 'retl' },
  { name: 'heartbeat', kind: 'choice', choices: ['auto', 'off'] },
];

interface Props {
  parameters: Parameters;
  /** Absent for those who may only look. */
  onSave?: (parameters: Parameters) => void;
  isSaving: boolean;
  error: unknown;
}

/** Parameters of one level; what is left empty is inherited. */
export function ParametersForm({ parameters, onSave, isSaving, error }: Props) {
  const { t } = useWords();
  const submit = (values: Record<string, unknown>): void => {
    const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
    // The pipelines' own parameters that have no field here stay as they are.
    const others = Object.entries(parameters).filter(([name]) => !FIELDS.some((field) => field.name === name));
    onSave?.(Object.fromEntries([...others, ...set]) as Parameters);
  };
  return (
    <Form
      layout="vertical"
      initialValues={parameters}
      disabled={onSave === undefined}
      onFinish={submit}
      className="panel"
    >
      <p className="quiet">{t('parameters.inherited')}</p>
      <div className="facts">
        {FIELDS.map((field) => (
          <Form.Item
            key={field.name}
            name={field.name}
            label={<code>{field.name}</code>}
            tooltip={t(`parameter.${field.name}` as WordKey)}
            rules={field.kind === 'text' ? [{ pattern: field.pattern, message: t('form.pattern') }] : []}
          >
            {control(field)}
          </Form.Item>
        ))}
      </div>
      {error !== null && <ErrorNotice error={error} />}
      {onSave !== undefined && (
        <Button type="primary" htmlType="submit" loading={isSaving}>
          {t('action.save')}
        </Button>
      )}
    </Form>
  );
}

function control(field: Field): ReactNode {
  if (field.kind === 'number') return <InputNumber min={1} max={field.max} style={{ width: '100%' }} />;
  if (field.kind === 'text') return <Input placeholder={field.placeholder} />;
  return <Select allowClear placeholder="–" options={field.choices.map((value) => ({ value, label: value }))} />;
}
