import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { api } from '../api/client.ts';
import { problemOf, refusalText } from '../api/problem.ts';
import { useIdentity } from '../app/shell.tsx';
import { useWords } from '../words/words.ts';

interface Props {
  channelId: number;
  /** One of its pipelines alone; without, all of them. */
  pipelineId?: number;
  canStart: boolean;
  canStop: boolean;
}

/** Whether whoever is signed in may start, stop and configure a channel. */
export function useMayOperate(channelId: number): boolean {
  const { role, channelIds } = useIdentity();
  return role === 'ADMIN' || (role === 'OPERATOR' && channelIds.includes(channelId));
}

/** Says what a failed action was refused for. */
export function useRefusal(): (error: unknown) => void {
  const { t, language } = useWords();
  const { message } = App.useApp();
  return (error) => {
    const problem = problemOf(error);
    const text = problem === null ? t('error.unreachable') : refusalText(problem, language);
    void message.error(text, 8);
  };
}

/** Starts and stops the pipelines of a channel, or one of them; absent for those who may not. */
export function StartStop({ channelId, pipelineId, canStart, canStop }: Props) {
  const { t } = useWords();
  const queries = useQueryClient();
  const refuse = useRefusal();
  const after = { onError: refuse, onSettled: () => void queries.invalidateQueries() };
  const what = pipelineId === undefined ? 'channels' : 'pipelines';
  const start = api.useMutation('post', `/api/v1/${what}/{id}/start`, after);
  const stop = api.useMutation('post', `/api/v1/${what}/{id}/stop`, after);
  const init = { params: { path: { id: String(pipelineId ?? channelId) } } };
  if (!useMayOperate(channelId)) return null;
  return (
    <>
      {canStart && (
        <Button icon={<CaretRightOutlined />} loading={start.isPending} onClick={() => start.mutate(init)}>
          {t('action.start')}
        </Button>
      )}
      {canStop && (
        <Button icon={<PauseOutlined />} loading={stop.isPending} onClick={() => stop.mutate(init)}>
          {t('action.stop')}
        </Button>
      )}
    </>
  );
}
