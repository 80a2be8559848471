import { App, Button } from 'antd';
import { useWords } from '../words/words.ts';

/** Asks, in words that name what goes, before something is deleted. `remove` tells itself of a refusal. */
export function DeleteButton(props: { title: string; effect: string; remove: () => Promise<unknown> }) {
  const { title, effect, remove } = props;
  const { t } = useWords();
  const { modal } = App.useApp();
  const ask = (): void =>
    void modal.confirm({
      title,
      content: effect,
      okText: t('action.delete'),
      okButtonProps: { danger: true },
      onOk: () => remove().catch(() => undefined),
    });
  return (
    <Button danger onClick={ask}>
      {t('action.delete')}
    </Button>
  );
}
