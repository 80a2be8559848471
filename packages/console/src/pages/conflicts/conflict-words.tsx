import type { Conflict } from '../../api/objects.ts';
import type { Tone } from '../../app/theme.ts';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords, type Words } from '../../words/words.ts';
import type { Direction } from './directions.ts';

const KINDS = [
  ...['insert-written', 'update-written', 'delete-written', 'insert-delete', 'update-delete', 'delete-delete'],
  ...['unique', 'astray', 'parent-gone'],
] as const;
const RULES = ['newest', 'source', 'target'] as const;
const TONES: Record<Conflict['state'], Tone> = { open: 'look', decided: 'flowing', settled: 'off' };

/** Whether a person is asked, and whether one has answered. */
export function ConflictState({ state }: { state: Conflict['state'] }) {
  const { t } = useWords();
  return <ToneMark tone={TONES[state]}>{t(`conflict-state.${state}`)}</ToneMark>;
}

/** What met, in words; of a kind that is not known here its own name. */
export function kindText({ t }: Words, { kind }: Conflict): string {
  const known = KINDS.find((each) => each === kind);
  return known === undefined ? kind : t(`conflict-kind.${known}`);
}

/** By which rule, in words; a rule of a table says itself what it is. */
export function ruleText({ t }: Words, { rule, kind }: Conflict): string {
  if (rule === kind) return t('conflicts.no-rule');
  const known = RULES.find((each) => each === rule);
  return known === undefined ? rule : t(`conflict-rule.${known}`);
}

/** Name of the site whose row was left, or of both. */
export function stayed({ outcome }: Conflict, { source, target }: Pick<Direction, 'source' | 'target'>): string {
  if (outcome === 'both') return `${source} + ${target}`;
  return outcome === 'incoming' ? source : target;
}
