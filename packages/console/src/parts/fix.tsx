import { App, Button } from 'antd';
import { useWords } from '../words/words.ts';

/** Copies a text, and says whether the browser let it. */
export function useCopying(): (text: string) => void {
  const { t } = useWords();
  const { message } = App.useApp();
  return (text) => {
    navigator.clipboard.writeText(text).then(
      () => void message.success(t('list.copied')),
      () => void message.error(t('list.copy-refused')),
    );
  };
}

/** The statement or step that mends something, and a button that copies it. */
export function Fix({ text }: { text: string }) {
  const { t } = useWords();
  const copy = useCopying();
  return (
    <div className="row">
      <pre style={{ flex: 1 }}>{text}</pre>
      <Button size="small" onClick={() => copy(text)}>
        {t('action.copy')}
      </Button>
    </div>
  );
}
