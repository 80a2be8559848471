import { Alert, Button } from 'antd';
import { problemOf } from '../api/problem.ts';
import { useWords } from '../words/words.ts';

/** What went wrong, its code, and what to do about it. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { t, language, said } = useWords();
  const problem = problemOf(error);
  const retry = onRetry && (
    <Button size="small" onClick={onRetry}>
      {t('action.retry')}
    </Button>
  );
  if (problem === null) {
    return (
      <Alert
        className="gap-below"
        type="error"
        showIcon
        title={t('error.unreachable')}
        description={t('error.unreachable-advice')}
        action={retry}
      />
    );
  }
  return (
    <Alert
      className="gap-below"
      type="error"
      showIcon
      title={said(problem.detail, problem.detailZh)}
      description={
        <>
          {problem.advice[language]} <code>{problem.code}</code>
        </>
      }
      action={retry}
    />
  );
}

export function MissingPage() {
  const { t } = useWords();
  return (
    <Alert type="warning" showIcon title={t('error.no-page')} description={<a href="/">{t('rail.overview')}</a>} />
  );
}

/** A page that broke: ours to mend, and the rest goes on. */
export function BrokenPage({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useWords();
  const again = (
    <Button size="small" onClick={reset}>
      {t('action.retry')}
    </Button>
  );
  return <Alert type="error" showIcon title={t('error.broken-page')} description={String(error)} action={again} />;
}
