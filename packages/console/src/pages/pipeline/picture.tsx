import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../../api/client.ts';
import type { Pipeline } from '../../api/objects.ts';
import { equalAsOf } from '../../live/equality.ts';
import type { PipelineStatus } from '../../live/live-store.ts';
import { EqualAsOfTime } from '../../parts/equal-as-of.tsx';
import { Lag } from '../../parts/figure.tsx';
import { useWords } from '../../words/words.ts';

interface PictureProps {
  pipeline: Pipeline;
  status: PipelineStatus;
  rowsPerSecond: number | null;
}

/** Source, what reads, what writes, target; on each arrow what has come over it. */
export function Picture({ pipeline, status, rowsPerSecond }: PictureProps) {
  const { t, bytes, rate } = useWords();
  const { position } = status;
  return (
    <section className="panel" aria-label={t('pipeline.flow')}>
      <div className="flow">
        <Step title={<Server id={pipeline.sourceId} />} word={t('object.source')}>
          {position === null ? t('figure.unknown') : <code>{`${position.file}:${position.offset}`}</code>}
        </Step>
        <Arrow text={bytes(status.bytesRead)} />
        <Step title={t('flow.read')} word={t('flow.read-rows', { count: status.rowsRead })}>
          {t('flow.filtered', { count: status.rowsFiltered })}
        </Step>
        <Arrow text={rowsPerSecond === null ? '' : t('flow.per-second', { rate: rate(rowsPerSecond) })} />
        <Step title={t('flow.load')} word={t('flow.applied', { count: status.rowsApplied })}>
          {t('flow.commits', { count: status.commits })} · {t('flow.retries', { count: status.retries })}
          {status.rowsParked > 0 && <div className="tone-look">{t('flow.parked', { count: status.rowsParked })}</div>}
        </Step>
        <Arrow text={t('flow.transactions', { count: status.transactionsApplied })} />
        <Step title={<Server id={pipeline.targetId} />} word={t('object.target')}>
          {t('column.lag')} <Lag ms={status.lagMs} /> {status.caughtUp && t('flow.caught-up')}
          <div>
            {t('column.equal')} <EqualAsOfTime equality={equalAsOf(status)} />
          </div>
        </Step>
      </div>
    </section>
  );
}

function Server({ id }: { id: number }) {
  const source = api.useQuery('get', '/api/v1/data-sources/{id}', { params: { path: { id: String(id) } } });
  return (
    <Link to="/data-sources/$dataSourceId" params={{ dataSourceId: String(id) }}>
      {source.data?.name ?? id}
    </Link>
  );
}

function Step({ title, word, children }: { title: ReactNode; word: string; children: ReactNode }) {
  return (
    <div className="flow-step">
      <b>{title}</b>
      <div className="quiet">{word}</div>
      <div>{children}</div>
    </div>
  );
}

function Arrow({ text }: { text: string }) {
  return (
    <div className="flow-arrow">
      <span className="figure">{text}</span>
      <svg viewBox="0 0 64 12" preserveAspectRatio="none" aria-hidden>
        <path d="M0 6h62M57 2l5 4-5 4" fill="none" stroke="currentColor" vectorEffect="non-scaling-stroke" />
      </svg>
    </div>
  );
}
