import type { PreflightCheck } from '../api/objects.ts';
import { useWords } from '../words/words.ts';
import { Fix } from './fix.tsx';
import { VERDICT_TONES } from './probe-view.tsx';
import { ToneMark } from './tone-mark.tsx';

const ORDER = ['stop', 'warning', 'ok'] as const;

/** What a preflight found: one line for each check, what stops first. */
export function CheckList({ checks }: { checks: readonly PreflightCheck[] }) {
  const { t } = useWords();
  const sorted = [...checks].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  return (
    <ul className="checks">
      {sorted.map(({ verdict, subject, name, text, fix }, index) => (
        <li key={index}>
          <ToneMark tone={VERDICT_TONES[verdict]}>{t(`verdict.${verdict}`)}</ToneMark>{' '}
          <span className="quiet">
            {subject} · {name}
          </span>{' '}
          {text}
          {verdict !== 'ok' && fix !== null && <Fix text={fix} />}
        </li>
      ))}
    </ul>
  );
}
