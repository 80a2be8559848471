import { getRouteApi } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useTrail } from '../app/trail.tsx';
import { CHANNEL_FILTERS, useChannelStates, type ChannelState } from '../live/channel-states.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { ListFilter } from '../parts/list-filter.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { useWords } from '../words/words.ts';
import { ChannelTable } from './channel-table.tsx';
import { StartSyncButton } from './overview.tsx';

const page = getRouteApi('/channels');
type Filter = keyof typeof CHANNEL_FILTERS;
const FILTERS = Object.keys(CHANNEL_FILTERS) as Filter[];

/** All channels; the filter is part of the address. */
export function Channels() {
  const { t } = useWords();
  const { states, error, retry } = useChannelStates();
  const { search = '', state = 'all' } = page.useSearch();
  const navigate = page.useNavigate();
  useTrail({ label: t('rail.channels') });
  const filter = FILTERS.find((name) => name === state) ?? 'all';
  const shown = states?.filter((each) => isShown(each, filter, search));
  const remember = (next: { search?: string; state?: string }): void =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  return (
    <>
      <PageHead title={t('rail.channels')}>
        <StartSyncButton />
      </PageHead>
      {error !== null && <ErrorNotice error={error} onRetry={retry} />}
      <ChannelTable
        states={error !== null && states === undefined ? [] : shown}
        filters={
          <>
            <ListFilter value={search} onChange={(text) => remember({ search: text })} />
            <Segmented<Filter>
              value={filter}
              options={FILTERS.map((value) => ({ value, label: t(`channels.${value}`) }))}
              onChange={(value) => remember({ state: value === 'all' ? '' : value })}
            />
          </>
        }
        empty={states?.length === 0 ? t('channels.none') : t('list.nothing-matches')}
      />
    </>
  );
}

function isShown(state: ChannelState, filter: Filter, search: string): boolean {
  const { channel, pipelines } = state;
  const names = [channel.name, ...pipelines.flatMap(({ pipeline, source, target }) => [pipeline.name, source, target])];
  return names.some((name) => name.toLowerCase().includes(search.toLowerCase())) && CHANNEL_FILTERS[filter](state);
}
