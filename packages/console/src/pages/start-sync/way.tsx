import { Form, Radio, Select } from 'antd';
import type { Pair } from '../../api/objects.ts';
import { useWords } from '../../words/words.ts';
import type { ChosenDraft } from './draft.ts';

interface Props {
  draft: Pick<ChosenDraft, 'source' | 'target' | 'twoWay'>;
  onChange: (twoWay: Pair | null) => void;
}

const POLICIES = ['newest', 'from', 'to'] as const;

/** One way or both ways; and of both, which of two changes of one row stays. */
export function Way({ draft, onChange }: Props) {
  const { t } = useWords();
  const { source, target, twoWay } = draft;
  const names = { source: source.name, target: target.name };
  return (
    <section className="panel">
      <h2 id="way">{t('start.way')}</h2>
      <Radio.Group
        vertical
        aria-labelledby="way"
        value={twoWay === null ? 'one' : 'two'}
        options={(['one', 'two'] as const).map((value) => ({ value, label: t(`pair.${value}`, names) }))}
        onChange={(event) =>
          onChange(event.target.value === 'two' ? { conflicts: 'newest', rules: [], ask: [] } : null)
        }
      />
      {twoWay !== null && (
        <>
          <h2 id="conflicts">{t('pair.conflicts')}</h2>
          <Radio.Group
            vertical
            aria-labelledby="conflicts"
            value={twoWay.conflicts}
            options={POLICIES.map((value) => ({ value, label: t(`pair.conflicts-${value}`, names) }))}
            onChange={(event) => onChange({ ...twoWay, conflicts: event.target.value as (typeof POLICIES)[number] })}
          />
          <Form.Item layout="vertical" label={t('pair.rules')} htmlFor="rules" className="gap-above">
            <Select
              id="rules"
              mode="tags"
              open={false}
              suffixIcon={null}
              placeholder="shop.stock:counter(qty)"
              value={twoWay.rules}
              onChange={(rules: string[]) => onChange({ ...twoWay, rules })}
            />
          </Form.Item>
          <Form.Item layout="vertical" label={t('pair.ask')} htmlFor="ask" extra={t('pair.keep')}>
            <Select
              id="ask"
              mode="tags"
              open={false}
              suffixIcon={null}
              tokenSeparators={[' ']}
              placeholder="shop.stock"
              value={twoWay.ask}
              onChange={(ask: string[]) => onChange({ ...twoWay, ask })}
            />
          </Form.Item>
        </>
      )}
    </section>
  );
}
