import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { useTrail } from '../../app/trail.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useWords } from '../../words/words.ts';
import { ChooseServers } from './choose-servers.tsx';
import { ChooseTables } from './choose-tables.tsx';
import { ConfirmStart } from './confirm-start.tsx';
import type { Draft } from './draft.ts';
import { Preflight } from './preflight.tsx';

const STEPS = ['servers', 'tables', 'preflight', 'start'] as const;
type Step = (typeof STEPS)[number];

/** From two connection strings to rows that flow, in four steps. Nothing but data sources is stored before the last. */
export function StartSync() {
  const { t } = useWords();
  const [step, setStep] = useState<Step>('servers');
  const [draft, setDraft] = useState<Draft>({ source: null, target: null, mappings: [], parameters: { mode: 'auto' } });
  const [started, setStarted] = useState(false);
  const change = (part: Partial<Draft>): void => setDraft((old) => ({ ...old, ...part }));
  useTrail({ label: t('start.title') });
  useBlocker({
    shouldBlockFn: () => draft.mappings.length > 0 && !started && !confirm(t('form.lost')),
    enableBeforeUnload: () => draft.mappings.length > 0 && !started,
  });
  const { source, target } = draft;
  return (
    <>
      <PageHead title={t('start.title')} />
      <ol className="steps">
        {STEPS.map((name, index) => (
          <li key={name} aria-current={name === step ? 'step' : undefined}>
            {index + 1}. {t(`start.step-${name}`)}
          </li>
        ))}
      </ol>
      {step === 'servers' && <ChooseServers draft={draft} onChange={change} onNext={() => setStep('tables')} />}
      {step === 'tables' && source !== null && target !== null && (
        <ChooseTables
          {...{ source, target }}
          mappings={draft.mappings}
          onChange={(mappings) => change({ mappings })}
          onBack={() => setStep('servers')}
          onNext={() => setStep('preflight')}
        />
      )}
      {step === 'preflight' && source !== null && target !== null && (
        <Preflight
          draft={{ ...draft, source, target }}
          onChange={(parameters) => change({ parameters })}
          onBack={() => setStep('tables')}
          onNext={() => setStep('start')}
        />
      )}
      {step === 'start' && source !== null && target !== null && (
        <ConfirmStart
          draft={{ ...draft, source, target }}
          onBack={() => setStep('preflight')}
          onStart={() => setStarted(true)}
        />
      )}
    </>
  );
}
