import { getRouteApi, useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { useTrail, type Crumb } from '../../app/trail.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useWords } from '../../words/words.ts';
import { ChooseServers } from './choose-servers.tsx';
import { ChooseTables } from './choose-tables.tsx';
import { ConfirmStart } from './confirm-start.tsx';
import type { Draft } from './draft.ts';
import { Preflight } from './preflight.tsx';

const page = getRouteApi('/start-sync');
const STEPS = ['servers', 'tables', 'preflight', 'start'] as const;
type Step = (typeof STEPS)[number];

/** From two connection strings to rows that flow, in four steps. Nothing but data sources is stored before the last. */
export function StartSync() {
  const { t } = useWords();
  const [step, setStep] = useState<Step>('servers');
  const channel = useGivenChannel();
  const [chosen, setDraft] = useState<Omit<Draft, 'channel'>>({
    ...{ source: null, target: null, mappings: [], parameters: { mode: 'auto' }, twoWay: null },
  });
  const [started, setStarted] = useState(false);
  const draft: Draft = { ...chosen, channel: channel.data ?? null };
  const change = (part: Partial<Draft>): void => setDraft((old) => ({ ...old, ...part }));
  const title = t(channel.isGiven ? 'channel.add-pipeline' : 'start.title');
  useTrail(...channel.trail, { label: title });
  useBlocker({
    shouldBlockFn: () => draft.mappings.length > 0 && !started && !confirm(t('form.lost')),
    enableBeforeUnload: () => draft.mappings.length > 0 && !started,
  });
  const { source, target } = draft;
  if (channel.error !== null) return <ErrorNotice error={channel.error} />;
  return (
    <>
      <PageHead title={title} aside={channel.data?.name} />
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
          isPair={draft.twoWay !== null}
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
          isReady={!channel.isGiven || channel.data !== undefined}
          onBack={() => setStep('preflight')}
          onStart={() => setStarted(true)}
        />
      )}
    </>
  );
}

/** The channel of the address that the pipeline joins, when there is one. */
function useGivenChannel() {
  const { t } = useWords();
  const { channelId } = page.useSearch();
  const isGiven = channelId !== undefined;
  const params = { path: { id: channelId ?? '' } };
  const { data, error } = api.useQuery('get', '/api/v1/channels/{id}', { params }, { enabled: isGiven });
  const trail: Crumb[] = isGiven
    ? [
        { label: t('rail.channels'), to: '/channels' },
        { label: data?.name ?? channelId, to: `/channels/${channelId}` },
      ]
    : [];
  return { isGiven, data, error: isGiven ? error : null, trail };
}
