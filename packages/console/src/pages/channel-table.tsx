import { Link } from '@tanstack/react-router';
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import type { ChannelState } from '../live/channel-states.ts';
import { problemText } from '../live/condition.ts';
import { useFlowColumns } from '../parts/flow-columns.tsx';
import { ListTable, type ListColumn } from '../parts/list-table.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { useWords } from '../words/words.ts';

const SPARKLINES_MS = 30_000;

interface Props {
  states: readonly ChannelState[] | undefined;
  filters?: ReactNode;
  empty: ReactNode;
}

/** One line for each channel: state, direction, lag, rate, and the first problem in words. */
export function ChannelTable({ states, filters, empty }: Props) {
  const { t, said } = useWords();
  const flow = useFlowColumns();
  const problem = (condition: ChannelState['condition']): string =>
    condition.problem === null ? '' : problemText(condition.problem, said);
  const columns: ListColumn<ChannelState>[] = [
    {
      key: 'name',
      title: t('object.channel'),
      text: ({ channel }) => channel.name,
      cell: ({ channel }) => (
        <Link
          to="/channels/$channelId"
          params={{ channelId: String(channel.id) }}
          className="name name-short"
          title={channel.name}
        >
          {channel.name}
        </Link>
      ),
    },
    flow.state,
    { key: 'direction', title: t('column.direction'), text: direction, cell: (state) => <Direction state={state} /> },
    flow.lag,
    flow.equal,
    { key: 'course', title: t('column.course'), cell: (state) => <LagCourse state={state} /> },
    flow.rate,
    {
      key: 'problem',
      title: t('column.problem'),
      text: ({ condition }) => problem(condition),
      cell: ({ condition }) => (
        <div className="problem problem-short" title={problem(condition)}>
          {problem(condition)}
        </div>
      ),
    },
  ];
  return (
    <ListTable
      name={t('rail.channels')}
      rows={states}
      rowKey={({ channel }) => channel.id}
      columns={columns}
      filters={filters}
      empty={empty}
    />
  );
}

function direction({ pipelines }: ChannelState): string {
  const [first, second] = pipelines;
  if (first === undefined) return '';
  const isBothWays = pipelines.length === 2 && first.source === second?.target && first.target === second.source;
  if (isBothWays) return `${first.source} ⇄ ${first.target}`;
  const rest = pipelines.length > 1 ? ` +${pipelines.length - 1}` : '';
  return `${first.source} → ${first.target}${rest}`;
}

function Direction({ state }: { state: ChannelState }) {
  const all = state.pipelines.map(({ source, target }) => `${source} → ${target}`).join('\n');
  return (
    <Tooltip title={<span style={{ whiteSpace: 'pre-line' }}>{all}</span>}>
      <span className="name name-short">{direction(state)}</span>
    </Tooltip>
  );
}

function LagCourse({ state }: { state: ChannelState }) {
  const { t } = useWords();
  const lines = api.useQuery('get', '/api/v1/channels/sparklines', {}, { refetchInterval: SPARKLINES_MS });
  const line = lines.data?.items.find(({ channelId }) => channelId === state.channel.id);
  return <Sparkline values={line?.lagMs ?? []} label={t('column.course')} />;
}
