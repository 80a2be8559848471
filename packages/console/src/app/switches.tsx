import { BulbFilled, BulbOutlined, TranslationOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useWords } from '../words/words.ts';
import { prefer, useShade } from './preferences.ts';

/** Each language is named by itself, for those who cannot read the other. */
export function LanguageSwitch() {
  const { language } = useWords();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <Button type="text" icon={<TranslationOutlined />} onClick={() => prefer({ language: other })} lang={other}>
      {other === 'zh' ? '中文' : 'English'}
    </Button>
  );
}

export function ShadeSwitch() {
  const { t } = useWords();
  const shade = useShade();
  const other = shade === 'dark' ? 'light' : 'dark';
  const label = t(other === 'dark' ? 'shell.dark' : 'shell.light');
  return (
    <Button
      type="text"
      icon={shade === 'dark' ? <BulbOutlined /> : <BulbFilled />}
      aria-label={label}
      title={label}
      onClick={() => prefer({ shade: other })}
    />
  );
}
