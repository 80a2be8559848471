import { useIdentity } from '../../app/shell.tsx';
import { useChannelStates, type PipelineState } from '../../live/channel-states.ts';

/** One direction of a pair, with the channel it belongs to. */
export interface Direction extends PipelineState {
  channelName: string;
}

/**
 * Every pipeline that decides conflicts, as far as whoever is signed in may see rows of it; undefined until they are known.
 */
export function useDirections(): { directions: Direction[] | undefined; error: unknown; retry: () => void } {
  const { role, channelIds } = useIdentity();
  const { states, error, retry } = useChannelStates();
  const directions = states
    ?.filter(({ channel }) => role === 'ADMIN' || (role === 'OPERATOR' && channelIds.includes(channel.id)))
    .flatMap(({ channel, pipelines }) =>
      pipelines
        .filter(({ pipeline }) => pipeline.twoWay !== null)
        .map((state) => ({ ...state, channelName: channel.name })),
    );
  return { directions, error, retry };
}
