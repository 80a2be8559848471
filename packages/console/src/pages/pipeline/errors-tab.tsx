import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Switch } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Pipeline, PipelineError } from '../../api/objects.ts';
import { useIdentity } from '../../app/shell.tsx';
import { statusOf, useLive } from '../../live/live-store.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords, type WordKey } from '../../words/words.ts';

const REFRESH_MS = 2_000;

/** Tables that stopped while the others go on. Rows are shown to those who may decide about them. */
export function ErrorsTab({ pipeline, mayOperate }: { pipeline: Pipeline; mayOperate: boolean }) {
  return mayOperate ? <Decisions pipeline={pipeline} /> : <ParkedOnly pipeline={pipeline} />;
}

function ParkedOnly({ pipeline }: { pipeline: Pipeline }) {
  const { t, said } = useWords();
  const { pipelines } = useLive();
  const parked = statusOf(pipelines.get(pipeline.id))?.parked ?? [];
  if (parked.length === 0) return <EmptyState text={t('errors.none')} />;
  return (
    <ul className="checks panel">
      {parked.map(({ id, table, code, message, messageZh }) => (
        <li key={id}>
          <ToneMark tone="look">{table}</ToneMark> <code>{code}</code> {said(message, messageZh)}
        </li>
      ))}
    </ul>
  );
}

function Decisions({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const params = { path: { id: String(pipeline.id) }, query: { all: all ? ('true' as const) : ('false' as const) } };
  const errors = api.useQuery('get', '/api/v1/pipelines/{id}/errors', { params }, { refetchInterval: REFRESH_MS });
  return (
    <>
      <p className="row">
        <Switch checked={all} onChange={setAll} aria-labelledby="settled" size="small" />{' '}
        <span id="settled">{t('errors.settled-too')}</span>
      </p>
      {errors.error !== null && <ErrorNotice error={errors.error} onRetry={() => void errors.refetch()} />}
      {errors.isPending && <PageSkeleton />}
      {errors.data?.items.length === 0 && <EmptyState text={t('errors.none')} />}
      {errors.data?.items.map((error) => (
        <ErrorPanel key={error.id} pipeline={pipeline} error={error} />
      ))}
    </>
  );
}

type Decision = 'skip' | 'replace';

function ErrorPanel({ pipeline, error }: { pipeline: Pipeline; error: PipelineError }) {
  const { t, language, said } = useWords();
  const { role } = useIdentity();
  const queries = useQueryClient();
  const [deciding, setDeciding] = useState<Decision | null>(null);
  const retry = api.useMutation('post', '/api/v1/pipelines/{id}/errors/retry', {
    onSettled: () => queries.invalidateQueries(),
  });
  const params = { path: { id: String(pipeline.id) } };
  const open = error.state === 'open';
  return (
    <section className="panel" aria-label={error.table}>
      <div className="head">
        <div>
          <h2 style={{ margin: 0 }}>{error.table}</h2>
          <ToneMark tone={open ? 'stopped' : 'off'}>{t(`error-state.${error.state}`)}</ToneMark>{' '}
          <span className="quiet">{t('errors.since', { time: error.since })}</span>
        </div>
        {open && (
          <div className="head-actions">
            <Button
              type="primary"
              loading={retry.isPending}
              onClick={() => retry.mutate({ params, body: { ids: [error.id] } })}
            >
              {t('action.retry')}
            </Button>
            {role === 'ADMIN' && isDefinition(error) && (
              <Button onClick={() => setDeciding('replace')}>{t('errors.replace')}</Button>
            )}
            <Button danger onClick={() => setDeciding('skip')}>
              {t('errors.skip')}
            </Button>
          </div>
        )}
      </div>
      <p>
        <code>{error.code}</code> {said(error.message, error.messageZh)}
      </p>
      <p>{error.advice[language]}</p>
      {retry.error !== null && <ErrorNotice error={retry.error} />}
      <ErrorFacts error={error} />
      {deciding !== null && (
        <DecisionDialog decision={deciding} pipeline={pipeline} error={error} onClose={() => setDeciding(null)} />
      )}
    </section>
  );
}

/** Only a change of definition can be replaced by another statement; a row's comes from the log. */
function isDefinition({ statement, key, before, after }: PipelineError): boolean {
  return statement !== null && key === null && before === null && after === null;
}

function ErrorFacts({ error }: { error: PipelineError }) {
  const { t } = useWords();
  const { file, offset, gtid } = error.position;
  const facts: [WordKey, string | null][] = [
    ['errors.key', error.key],
    ['errors.before', error.before],
    ['errors.after', error.after],
    ['errors.statement', error.statement],
    ['errors.replacement', error.replacement],
    ['errors.position', `${file}:${offset} ${gtid}`],
    ['errors.note', error.note],
    ['errors.resolved', error.resolvedAt],
  ];
  return (
    <details open={error.state === 'open'}>
      <summary>{t('errors.row')}</summary>
      {facts.map(([word, text]) =>
        text === null || text === '' ? null : (
          <div key={word}>
            <span className="quiet">{t(word)}</span>
            <pre>{text}</pre>
          </div>
        ),
      )}
    </details>
  );
}

interface DialogProps {
  decision: Decision;
  pipeline: Pipeline;
  error: PipelineError;
  onClose: () => void;
}

/** Says what will be left out or run instead, and asks why. */
function DecisionDialog({ decision, pipeline, error, onClose }: DialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [sql, setSql] = useState(error.statement ?? '');
  const after = {
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  };
  const skip = api.useMutation('post', '/api/v1/pipelines/{id}/errors/skip', after);
  const replace = api.useMutation('post', '/api/v1/pipelines/{id}/errors/replace', after);
  const params = { path: { id: String(pipeline.id) } };
  const decide = (): void =>
    decision === 'skip'
      ? skip.mutate({ params, body: { ids: [error.id], reason } })
      : replace.mutate({ params, body: { id: error.id, sql, reason } });
  const failure = skip.error ?? replace.error;
  return (
    <Modal
      open
      title={t(decision === 'skip' ? 'errors.skip-title' : 'errors.replace-title', { table: error.table })}
      okText={t(decision === 'skip' ? 'errors.skip' : 'errors.replace')}
      okButtonProps={{ disabled: reason === '' || (sql === '' && decision === 'replace'), danger: decision === 'skip' }}
      confirmLoading={skip.isPending || replace.isPending}
      onOk={decide}
      onCancel={onClose}
      maskClosable={false}
    >
      <p>{t(decision === 'skip' ? 'errors.skip-effect' : 'errors.replace-effect', { table: error.table })}</p>
      {decision === 'replace' && (
        <Input.TextArea
          className="gap-below"
          rows={4}
          aria-label={t('errors.statement')}
          value={sql}
          onChange={(event) => setSql(event.target.value)}
        />
      )}
      <Input
        aria-label={t('errors.reason')}
        placeholder={t('errors.reason')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {failure !== null && <ErrorNotice error={failure} />}
    </Modal>
  );
}
