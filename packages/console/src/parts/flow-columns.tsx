import type { ChannelState, PipelineState } from '../live/channel-states.ts';
import { useWords } from '../words/words.ts';
import { EqualAsOfTime } from './equal-as-of.tsx';
import { Lag } from './figure.tsx';
import type { ListColumn } from './list-table.tsx';
import { ToneMark } from './tone-mark.tsx';

type Flow = Pick<ChannelState & PipelineState, 'condition' | 'lagMs' | 'equality' | 'rowsPerSecond'>;

/** Columns that lists of channels and of pipelines share: what it does, how far behind, equal as of when, how fast. */
export function useFlowColumns(): Record<'state' | 'lag' | 'equal' | 'rate', ListColumn<Flow>> {
  const { t, rate } = useWords();
  return {
    state: {
      key: 'state',
      title: t('column.state'),
      text: ({ condition }) => t(condition.word),
      cell: ({ condition }) => <ToneMark tone={condition.tone}>{t(condition.word)}</ToneMark>,
    },
    lag: {
      key: 'lag',
      title: t('column.lag'),
      align: 'right',
      text: ({ lagMs }) => lagMs ?? '',
      cell: ({ lagMs }) => <Lag ms={lagMs} />,
    },
    equal: {
      key: 'equal',
      title: t('column.equal'),
      text: ({ equality: { atMs } }) => (atMs === null ? '' : new Date(atMs).toISOString()),
      cell: ({ equality }) => <EqualAsOfTime equality={equality} />,
    },
    rate: {
      key: 'rate',
      title: t('column.rows-per-second'),
      align: 'right',
      text: ({ rowsPerSecond }) => rowsPerSecond ?? '',
      cell: ({ rowsPerSecond }) => <span className="figure">{rowsPerSecond === null ? '–' : rate(rowsPerSecond)}</span>,
    },
  };
}
