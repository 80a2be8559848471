import { UploadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input } from 'antd';
import { useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import type { ConfigurationPlan } from '../../api/objects.ts';
import { problemOf } from '../../api/problem.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useWords } from '../../words/words.ts';
import { PlanView, useChangeTitle } from './plan-view.tsx';
import { RefusedLines } from './refused-lines.tsx';

/** Documents by file or text: first what they would do, then exactly that. */
export function ImportDocuments() {
  const { t } = useWords();
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [prune, setPrune] = useState(false);
  const plan = api.useMutation('post', '/api/v1/configuration/plan');
  const apply = api.useMutation('post', '/api/v1/configuration/apply', {
    onSuccess: () => {
      plan.reset();
      return queries.invalidateQueries();
    },
  });
  /** What was shown is of other documents from here on. */
  const edit = (change: () => void): void => {
    change();
    plan.reset();
    apply.reset();
  };
  const look = (): void => {
    apply.reset();
    plan.mutate({ body: { documents: text, prune } });
  };
  const ask = ({ fingerprint, changes }: ConfigurationPlan): void =>
    void modal.confirm({
      title: t('plan.confirm', { count: changes.length }),
      content: <Named changes={changes} />,
      okText: t('plan.apply', { count: changes.length }),
      okButtonProps: { danger: changes.some(({ action }) => action === 'delete') },
      width: 560,
      onOk: () => apply.mutateAsync({ body: { documents: text, prune, fingerprint } }).catch(() => undefined),
    });
  const error = apply.error ?? plan.error;
  return (
    <section className="panel" aria-labelledby="import">
      <h2 id="import">{t('configuration.import')}</h2>
      <p className="quiet">{t('configuration.import-help')}</p>
      <Input.TextArea
        className="document"
        rows={10}
        aria-label={t('configuration.documents-new')}
        placeholder={'kind: channel\nname: shop'}
        spellCheck={false}
        value={text}
        onChange={(event) => edit(() => setText(event.target.value))}
      />
      <div className="row gap-above">
        <FileButton onRead={(read) => edit(() => setText(read))} />
        <Checkbox checked={prune} onChange={(event) => edit(() => setPrune(event.target.checked))}>
          {t('configuration.prune')}
        </Checkbox>
        <Button type="primary" disabled={text.trim() === ''} loading={plan.isPending} onClick={look}>
          {t('plan.show')}
        </Button>
      </div>
      {error !== null && <Refusal error={error} text={text} />}
      {apply.data !== undefined && (
        <Alert
          className="gap-above"
          type="success"
          showIcon
          title={t('plan.applied', { count: apply.data.changes.length })}
        />
      )}
      {plan.data !== undefined && <PlanView plan={plan.data} isApplying={apply.isPending} onApply={ask} />}
    </section>
  );
}

/** Every object that is made, changed or deleted, by name. */
function Named({ changes }: Pick<ConfigurationPlan, 'changes'>) {
  const title = useChangeTitle();
  return (
    <ul className="named">
      {changes.map((change) => (
        <li key={`${change.kind} ${change.name}`} className={change.action === 'delete' ? 'tone-stopped' : undefined}>
          {title(change)}
        </li>
      ))}
    </ul>
  );
}

function Refusal({ error, text }: { error: unknown; text: string }) {
  const findings = problemOf(error)?.fields.filter(({ line }) => line !== undefined) ?? [];
  return (
    <div className="gap-above" role="alert">
      <ErrorNotice error={error} />
      {findings.length > 0 && <RefusedLines text={text} findings={findings} />}
    </div>
  );
}

/** Reads one file or several, one behind the other. */
function FileButton({ onRead }: { onRead: (text: string) => void }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const read = async (files: FileList | null): Promise<void> => {
    const texts = await Promise.all([...(files ?? [])].map((file) => file.text()));
    if (texts.length > 0) onRead(texts.map((text) => text.replace(/\s*$/, '\n')).join('---\n'));
    // The same file can be chosen again after it was mended.
    if (input.current !== null) input.current.value = '';
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".yaml,.yml,.json"
        aria-label={t('configuration.choose')}
        onChange={(event) => void read(event.target.files)}
      />
      <Button icon={<UploadOutlined />} onClick={() => input.current?.click()}>
        {t('configuration.choose')}
      </Button>
    </>
  );
}
