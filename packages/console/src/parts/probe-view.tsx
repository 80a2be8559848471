import { Skeleton } from 'antd';
import type { Probe } from '../api/objects.ts';
import type { Tone } from '../app/theme.ts';
import { useWords } from '../words/words.ts';
import { Fix } from './fix.tsx';
import { ToneMark } from './tone-mark.tsx';

export const VERDICT_TONES: Record<'ok' | 'warning' | 'stop', Tone> = {
  ok: 'flowing',
  warning: 'look',
  stop: 'stopped',
};

/** What was found on a server: its version, and one line for each check. What is in order comes last. */
export function ProbeView({ probe, end }: { probe: Probe | undefined; end?: 'source' | 'target' }) {
  const { t, said } = useWords();
  if (probe === undefined) return <Skeleton active paragraph={{ rows: 3 }} title={false} />;
  const other = end === 'source' ? 'as target' : end === 'target' ? 'as source' : null;
  const checks = probe.checks.filter(({ name }) => other === null || !name.startsWith(other));
  const sorted = [...checks].sort((a, b) => Number(a.verdict === 'ok') - Number(b.verdict === 'ok'));
  return (
    <>
      {probe.version !== null && (
        <p>
          {t('probe.version')} <b>{probe.version}</b>
        </p>
      )}
      <ul className="checks">
        {sorted.map(({ name, nameZh, verdict, text, textZh, fix, fixZh }) => (
          <li key={`${name} ${text}`}>
            <ToneMark tone={VERDICT_TONES[verdict]}>{t(`verdict.${verdict}`)}</ToneMark>{' '}
            <span className="quiet">{said(name, nameZh)}</span> {said(text, textZh)}
            {verdict !== 'ok' && fix !== null && <Fix text={said(fix, fixZh ?? fix)} />}
          </li>
        ))}
      </ul>
    </>
  );
}
