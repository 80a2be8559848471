import { Tooltip } from 'antd';
import type { EqualAsOf } from '../live/equality.ts';
import { useWords } from '../words/words.ts';
import { Moment } from './figure.tsx';

/** As of when a target is equal to its source, and how many tables are excepted; which on hover. */
export function EqualAsOfTime({ equality: { atMs, stopped, copying } }: { equality: EqualAsOf }) {
  const { t } = useWords();
  const excepted = stopped.length + copying;
  const names = [...stopped, ...(copying === 0 ? [] : [t('equal.copying', { count: copying })])];
  return (
    <>
      <Moment atMs={atMs} />
      {atMs !== null && excepted > 0 && (
        <>
          {' '}
          <Tooltip title={<span className="chart-mark-text">{names.join('\n')}</span>}>
            <span className="tone-look">{t('equal.except', { count: excepted })}</span>
          </Tooltip>
        </>
      )}
    </>
  );
}
