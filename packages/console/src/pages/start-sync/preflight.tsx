import { Button, Radio } from 'antd';
import { useEffect } from 'react';
import { api } from '../../api/client.ts';
import type { Parameters } from '../../api/objects.ts';
import { CheckList } from '../../parts/check-list.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useWords } from '../../words/words.ts';
import { filled, type ChosenDraft } from './draft.ts';

interface Props {
  draft: ChosenDraft;
  onChange: (parameters: Parameters) => void;
  onBack: () => void;
  onNext: () => void;
}

const MODES = ['auto', 'full+incremental', 'incremental'] as const;
const OCCUPIED = ['fail', 'keep', 'replace'] as const;

/** How it begins, and every check with its fix. Whatever stops has to be mended first. */
export function Preflight({ draft, onChange, onBack, onNext }: Props) {
  const { t } = useWords();
  const { source, target, parameters, mappings, twoWay } = draft;
  const check = api.useMutation('post', '/api/v1/preflight');
  const { mutate } = check;
  const ends = { sourceId: source.id, targetId: target.id };
  const pair = twoWay === null ? {} : { twoWay };
  const text = JSON.stringify({ ...ends, parameters, mappings: filled(mappings), ...pair });
  useEffect(() => mutate({ body: JSON.parse(text) as Parameters as never }), [mutate, text]);
  const found = [...(check.data?.checks ?? []), ...(check.data?.back ?? [])];
  const stops = found.filter(({ verdict }) => verdict === 'stop').length;
  return (
    <>
      <section className="panel">
        <h2 id="mode">{t('start.mode')}</h2>
        <Radio.Group
          vertical
          aria-labelledby="mode"
          value={parameters.mode}
          options={MODES.map((value) => ({ value, label: t(`start.mode-${value}`) }))}
          onChange={(event) => onChange({ ...parameters, mode: event.target.value as Parameters['mode'] & string })}
        />
        <h2 id="occupied">{t('start.occupied')}</h2>
        <Radio.Group
          vertical
          aria-labelledby="occupied"
          value={parameters['if-not-empty'] ?? 'fail'}
          options={OCCUPIED.map((value) => ({ value, label: t(`start.occupied-${value}`) }))}
          onChange={(event) => onChange({ ...parameters, 'if-not-empty': event.target.value as 'fail' })}
        />
      </section>
      <section className="panel" aria-live="polite">
        <h2>{t('start.step-preflight')}</h2>
        {check.error !== null && <ErrorNotice error={check.error} />}
        {check.isPending && <PageSkeleton />}
        {check.data !== undefined && <CheckList checks={check.data.checks} />}
        {check.data !== undefined && check.data.back !== null && (
          <>
            <h2>{t('start.way-back', { source: target.name, target: source.name })}</h2>
            <CheckList checks={check.data.back} />
          </>
        )}
      </section>
      {stops > 0 && <p className="tone-stopped">{t('start.stops', { count: stops })}</p>}
      <div className="row">
        <Button onClick={onBack}>{t('action.back')}</Button>
        <Button loading={check.isPending} onClick={() => mutate({ body: JSON.parse(text) as never })}>
          {t('start.check-again')}
        </Button>
        <Button type="primary" disabled={check.data === undefined || stops > 0} onClick={onNext}>
          {t('action.next')}
        </Button>
      </div>
    </>
  );
}
