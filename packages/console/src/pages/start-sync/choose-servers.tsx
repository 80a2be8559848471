import { Button } from 'antd';
import type { DataSource } from '../../api/objects.ts';
import { useWords } from '../../words/words.ts';
import { ServerChoice } from './server-choice.tsx';
import type { Draft } from './draft.ts';

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  onNext: () => void;
}

/** Source and target side by side. */
export function ChooseServers({ draft, onChange, onNext }: Props) {
  const { t } = useWords();
  const { source, target } = draft;
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
      {same && <p className="tone-look">{t('start.same-server')}</p>}
      <Button type="primary" disabled={source === null || target === null} onClick={onNext}>
        {t('action.next')}
      </Button>
    </>
  );
}
