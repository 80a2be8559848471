import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import type { Mapping } from '../../api/objects.ts';
import { useWords } from '../../words/words.ts';

interface Props {
  mappings: Mapping[];
  /** Both ways: the names are the same on both sides. */
  isPair: boolean;
  onChange: (mappings: Mapping[]) => void;
}

/** Patterns of the source, and the names on the target beside them. */
export function MappingRows({ mappings, isPair, onChange }: Props) {
  const { t } = useWords();
  const change = (index: number, part: Partial<Mapping>): void =>
    onChange(mappings.map((mapping, at) => (at === index ? { ...mapping, ...part } : mapping)));
  return (
    <>
      {mappings.map((mapping, index) => (
        <div className="row gap-below" key={index}>
          <Input
            style={{ flex: 1 }}
            aria-label={t('start.pattern')}
            placeholder="shop.*"
            value={mapping.source}
            onChange={(event) => change(index, { source: event.target.value })}
          />
          {!isPair && (
            <>
              →
              <Input
                style={{ flex: 1 }}
                aria-label={t('start.target-name')}
                placeholder={t('start.same-name')}
                value={mapping.target ?? ''}
                onChange={(event) => change(index, { target: event.target.value === '' ? null : event.target.value })}
              />
            </>
          )}
          {mapping.columns !== undefined && <span className="quiet">{t('start.columns-set')}</span>}
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('start.remove-pattern', { pattern: mapping.source })}
            title={t('start.remove-pattern', { pattern: mapping.source })}
            onClick={() => onChange(mappings.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button icon={<PlusOutlined />} onClick={() => onChange([...mappings, { source: '', target: null }])}>
        {t('start.add-pattern')}
      </Button>
    </>
  );
}
