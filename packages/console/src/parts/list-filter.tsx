import { Input } from 'antd';
import { useWords } from '../words/words.ts';

/** What a list is narrowed down to while it is typed. */
export function ListFilter({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { t } = useWords();
  return (
    <Input
      allowClear
      value={value}
      placeholder={t('list.filter')}
      aria-label={t('list.filter')}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
