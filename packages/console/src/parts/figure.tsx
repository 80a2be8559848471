import { Tooltip } from 'antd';
import { utc } from '../format/figures.ts';
import { useWords } from '../words/words.ts';

/** A lag in human units; the exact value on hover. */
export function Lag({ ms }: { ms: number | null | undefined }) {
  const { t, duration, count } = useWords();
  if (ms === null || ms === undefined) return <span className="quiet">{t('figure.unknown')}</span>;
  return (
    <Tooltip title={`${count(ms)} ms`}>
      <span className="figure">{duration(ms)}</span>
    </Tooltip>
  );
}

/** A moment in the reader's zone; UTC on hover. */
export function Moment({ atMs }: { atMs: number | null | undefined }) {
  const { t, moment } = useWords();
  if (atMs === null || atMs === undefined) return <span className="quiet">{t('figure.unknown')}</span>;
  return (
    <Tooltip title={utc(atMs)}>
      <time className="figure" dateTime={new Date(atMs).toISOString()}>
        {moment(atMs)}
      </time>
    </Tooltip>
  );
}
