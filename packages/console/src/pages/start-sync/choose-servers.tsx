import { Button } from 'antd';
import type { DataSource } from '../../api/objects.ts';
import { useWords } from '../../words/words.ts';
import { ServerChoice } from './server-choice.tsx';
import type { Draft } from './draft.ts';
import { Way } from './way.tsx';

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  onNext: () => void;
}

/** Source and target side by side. */
export function ChooseServers({ draft, onChange, onNext }: Props) {
  const { t } = useWords();
  const { source, target, twoWay } = draft;
  // Both ways all names are the same on both sides.
  const namesKept = (next: Draft['twoWay']): Partial<Draft> =>
    next === null ? {} : { mappings: draft.mappings.map((mapping) => ({ source: mapping.source, target: null })) };
  const same = source !== null && source.id === target?.id;
  return (
    <>
      <div className="two">
        <ServerChoice
          end="source"
          chosen={source}
          onChoose={(next: DataSource | null) => onChange({ source: next, mappings: [] })}
        />
        <ServerChoice end="target" chosen={target} onChoose={(next) => onChange({ target: next })} />
      </div>
      {same && <p className="tone-look">{t(twoWay === null ? 'start.same-server' : 'pair.same-server')}</p>}
      {source !== null && target !== null && (
        <Way draft={{ source, target, twoWay }} onChange={(next) => onChange({ twoWay: next, ...namesKept(next) })} />
      )}
      <Button
        type="primary"
        disabled={source === null || target === null || (same && twoWay !== null)}
        onClick={onNext}
      >
        {t('action.next')}
      </Button>
    </>
  );
}
