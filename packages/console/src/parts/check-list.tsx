import type { PreflightCheck } from '../api/objects.ts';
import { useWords } from '../words/words.ts';
import { Fix } from './fix.tsx';
import { VERDICT_TONES } from './probe-view.tsx';
import { ToneMark } from './tone-mark.tsx';

const ORDER = ['stop', 'warning', 'ok'] as const;

/** What a preflight found: one line for each check, what stops first. */
export function CheckList({ checks }: { checks: readonly PreflightCheck[] }) {
  const { t, said } = useWords();
  const sorted = [...checks].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  return (
    <ul className="checks">
      {sorted.map(({ verdict, subject, name, nameZh, text, textZh, fix, fixZh }, index) => (
        <li key={index}>
          <ToneMark tone={VERDICT_TONES[verdict]}>{t(`verdict.${verdict}`)}</ToneMark>{' '}
          <span className="quiet">
            {subject === 'source' || subject === 'target' ? t(`end.${subject}`) : subject} · {said(name, nameZh)}
          </span>{' '}
          {said(text, textZh)}
          {verdict !== 'ok' && fix !== null && <Fix text={said(fix, fixZh ?? fix)} />}
        </li>
      ))}
    </ul>
  );
}
