import { App, Button } from 'antd';
import { useWords } from '../words/words.ts';

/** The statement or step that mends something, and a button that copies it. */
export function Fix({ text }: { text: string }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => void message.success(t('list.copied')),
      () => void message.error(t('list.copy-refused')),
    );
  };
  return (
    <div className="row">
      <pre style={{ flex: 1 }}>{text}</pre>
      <Button size="small" onClick={copy}>
        {t('action.copy')}
      </Button>
    </div>
  );
}
