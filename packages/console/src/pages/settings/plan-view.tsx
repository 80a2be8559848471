import { Button } from 'antd';
import type { ConfigurationPlan, PlannedChange } from '../../api/objects.ts';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords } from '../../words/words.ts';

const SIGNS = { create: '+', change: '~', delete: '−' } as const;
const VALUE_LENGTH_MAX = 80;

interface Props {
  plan: ConfigurationPlan;
  isApplying: boolean;
  onApply: (plan: ConfigurationPlan) => void;
}

/** What `otter plan` says: each object with its fields, what that does to data, and why it cannot be done now. */
export function PlanView({ plan, isApplying, onApply }: Props) {
  const { t } = useWords();
  const { changes } = plan;
  if (changes.length === 0) return <p role="status">{t('plan.nothing')}</p>;
  const blocked = changes.filter((change) => change.blocked !== null).length;
  const number = (action: PlannedChange['action']): number =>
    changes.filter((change) => change.action === action).length;
  return (
    <div className="gap-above" role="status">
      <h2>{t('plan.title')}</h2>
      <ul className="checks plan">
        {changes.map((change) => (
          <ChangeLine key={`${change.kind} ${change.name}`} change={change} />
        ))}
      </ul>
      <p>
        {t('plan.totals', { create: number('create'), change: number('change'), remove: number('delete') })}{' '}
        {blocked > 0 && <span className="tone-stopped">{t('plan.blocked', { count: blocked })}</span>}
      </p>
      <Button
        type="primary"
        danger={number('delete') > 0}
        disabled={blocked > 0}
        loading={isApplying}
        onClick={() => onApply(plan)}
      >
        {t('plan.apply', { count: changes.length })}
      </Button>
    </div>
  );
}

/** What becomes of an object, by its name. */
export function useChangeTitle(): (change: Pick<PlannedChange, 'action' | 'kind' | 'name'>) => string {
  const { t } = useWords();
  return ({ action, kind, name }) =>
    t(`plan.${action}`, { kind: t(`object.${kind as 'channel'}`).toLowerCase(), name });
}

function ChangeLine({ change }: { change: PlannedChange }) {
  const title = useChangeTitle();
  const { language } = useWords();
  const { action, differences } = change;
  const [effects, blocked] =
    language === 'zh' ? [change.effectsZh, change.blockedZh] : [change.effects, change.blocked];
  return (
    <li>
      <b>
        {SIGNS[action]} {title(change)}
      </b>
      {differences.map(({ path, before, after }) => (
        <div key={path} className="plan-part">
          <code>{path}</code> {shown(path, before)} → {shown(path, after)}
        </div>
      ))}
      {effects.map((effect) => (
        <div key={effect} className="plan-part">
          <ToneMark tone="look">{effect}</ToneMark>
        </div>
      ))}
      {blocked !== null && (
        <div className="plan-part">
          <ToneMark tone="stopped">{blocked}</ToneMark>
        </div>
      )}
    </li>
  );
}

/** Of mappings their number. A secret comes as null on both sides. */
function shown(path: string, value: unknown): string {
  if (path === 'mappings') return Array.isArray(value) ? String(value.length) : '0';
  if (value === null || value === undefined || value === '') return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > VALUE_LENGTH_MAX ? `${line.slice(0, VALUE_LENGTH_MAX - 1)}…` : line;
}
