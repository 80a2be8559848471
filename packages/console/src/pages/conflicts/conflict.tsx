import { getRouteApi, Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Conflict } from '../../api/objects.ts';
import { useTrail } from '../../app/trail.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useMayOperate } from '../../parts/start-stop.tsx';
import { useWords } from '../../words/words.ts';
import { ConflictState, kindText, ruleText, stayed } from './conflict-words.tsx';
import { useDirections, type Direction } from './directions.ts';
import { RowChoice } from './row-choice.tsx';

const page = getRouteApi('/conflicts/$pipelineId/$conflictId');

/** A row that both sides had written: how that was decided, and the row as each of them had it. */
export function ConflictPage() {
  const { t } = useWords();
  const { pipelineId, conflictId } = page.useParams();
  const path = { id: pipelineId, conflict: conflictId };
  const conflict = api.useQuery('get', '/api/v1/pipelines/{id}/conflicts/{conflict}', { params: { path } });
  const { directions, error, retry } = useDirections();
  const direction = directions?.find(({ pipeline }) => String(pipeline.id) === pipelineId);
  useTrail({ label: t('rail.conflicts'), to: '/conflicts' }, { label: `${conflict.data?.table ?? ''} #${conflictId}` });
  if (conflict.error !== null) return <ErrorNotice error={conflict.error} onRetry={() => void conflict.refetch()} />;
  if (error !== null && directions === undefined) return <ErrorNotice error={error} onRetry={retry} />;
  if (conflict.data === undefined || directions === undefined) return <PageSkeleton />;
  if (direction === undefined) return <EmptyState text={t('conflicts.for-operators')} />;
  return <ConflictView conflict={conflict.data} direction={direction} />;
}

function ConflictView({ conflict, direction }: { conflict: Conflict; direction: Direction }) {
  const words = useWords();
  const { t } = words;
  const mayOperate = useMayOperate(direction.pipeline.channelId);
  const isOpen = conflict.state !== 'settled';
  return (
    <>
      <PageHead
        title={
          <>
            {conflict.table} <code>{conflict.key}</code>
          </>
        }
        aside={
          <>
            <ConflictState state={conflict.state} /> {kindText(words, conflict)} ·{' '}
            <Link to="/pipelines/$pipelineId" params={{ pipelineId: String(direction.pipeline.id) }}>
              {direction.source} → {direction.target}
            </Link>
          </>
        }
      />
      <p className="sentence">
        {t('conflicts.decision', { name: stayed(conflict, direction), rule: ruleText(words, conflict) })}
      </p>
      <ConflictFacts conflict={conflict} direction={direction} />
      {conflict.state === 'settled' && <p>{settledText(words, conflict, direction)}</p>}
      {!conflict.isWhole && <p className="tone-look">{t('conflicts.cut')}</p>}
      {/* Another one begins with its own decision. */}
      <RowChoice
        key={`${direction.pipeline.id}/${conflict.id}/${conflict.state}`}
        {...{ conflict, direction }}
        mayChoose={mayOperate && isOpen && conflict.isWhole}
      />
    </>
  );
}

function ConflictFacts({ conflict, direction }: { conflict: Conflict; direction: Direction }) {
  const { t, moment } = useWords();
  const { incomingAtMs, localAtMs, position, decidedAt } = conflict;
  return (
    <Facts
      facts={[
        [t('conflicts.written-on', { name: direction.source }), moment(incomingAtMs)],
        [
          t('conflicts.written-on', { name: direction.target }),
          localAtMs === null ? t('conflicts.not-written') : moment(localAtMs),
        ],
        [t('conflicts.decided-on', { name: direction.target }), decidedAt],
        [t('errors.position'), `${position.file}:${position.offset}`],
      ]}
    />
  );
}

function settledText(
  { t }: ReturnType<typeof useWords>,
  { settledBy, settledAt, chosen }: Conflict,
  { source, target }: Direction,
): string {
  const values = { name: settledBy ?? '—', time: settledAt ?? '—' };
  if (chosen === null) return t('conflicts.settled-confirmed', values);
  const site = (side: 'incoming' | 'local'): string => (side === 'incoming' ? source : target);
  if ('keep' in chosen) return t('conflicts.settled-kept', { ...values, site: site(chosen.keep) });
  const columns = Object.entries(chosen.columns).map(([column, side]) => `${column}: ${site(side)}`);
  return t('conflicts.settled-columns', { ...values, columns: columns.join(', ') });
}
