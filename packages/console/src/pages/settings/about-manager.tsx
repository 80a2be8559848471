import { api } from '../../api/client.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useWords } from '../../words/words.ts';

/** What the manager is that answers here. */
export function AboutManager() {
  const { t, bytes, duration } = useWords();
  const system = api.useQuery('get', '/api/v1/system', {}, { refetchInterval: 5_000 });
  const readAtMs = system.dataUpdatedAt;
  if (system.error !== null) return <ErrorNotice error={system.error} onRetry={() => void system.refetch()} />;
  if (system.data === undefined) return <PageSkeleton />;
  const { version, nodeVersion, store, dataDir, startedAtMs, memoryBytes, running } = system.data;
  const facts: [string, string | number][] = [
    [t('manager.version'), version],
    ['Node.js', nodeVersion],
    [t('manager.store'), store],
    [t('manager.data-dir'), dataDir],
    [t('manager.uptime'), duration(readAtMs - startedAtMs)],
    [t('manager.memory'), bytes(memoryBytes)],
    [t('manager.running'), running],
  ];
  return (
    <>
      <Facts facts={facts} className="facts panel" />
      <p>
        <a href="/api/v1/docs">{t('manager.docs')}</a>
      </p>
    </>
  );
}
