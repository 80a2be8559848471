import type { Verification } from '../api/objects.ts';
import type { Tone } from '../app/theme.ts';
import { useWords } from '../words/words.ts';
import { ToneMark } from './tone-mark.tsx';

const TONES: Record<Verification['state'], Tone> = {
  ...{ waiting: 'off', running: 'copying', done: 'flowing', canceled: 'off' },
  ...{ failed: 'stopped', repairing: 'copying', undoing: 'copying' },
};

/** What a verification does, or what it found. */
export function VerificationMark({ verification: { state, differences } }: { verification: Verification }) {
  const { t } = useWords();
  if (state !== 'done') return <ToneMark tone={TONES[state]}>{t(`verification.${state}`)}</ToneMark>;
  if (differences === 0) return <ToneMark tone="flowing">{t('verify.equal')}</ToneMark>;
  return <ToneMark tone="look">{t('verify.found', { count: differences })}</ToneMark>;
}
