import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Form, Input, Tabs } from 'antd';
import { useState } from 'react';
import { api, ifMatch } from '../../api/client.ts';
import { syncCommand, syncYaml } from '../../format/sync-text.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Fix } from '../../parts/fix.tsx';
import { useWords } from '../../words/words.ts';
import { filled, type ChosenDraft } from './draft.ts';

interface Props {
  draft: ChosenDraft;
  /** False while the channel it joins is not known yet. */
  isReady: boolean;
  onBack: () => void;
  onStart: () => void;
}

/** The end of the other direction's name is added to it. */
const PAIR_NAME_MAX = 59;

/** One sentence that says what will happen, the name, and Start; below, the same as a file and a command. */
export function ConfirmStart({ draft, isReady, onBack, onStart }: Props) {
  const { t } = useWords();
  const { channel } = draft;
  const nameMax = draft.twoWay === null ? 64 : PAIR_NAME_MAX;
  const [name, setName] = useState(`${draft.source.name} - ${draft.target.name}`.slice(0, nameMax));
  const { start, error, isPending } = useStart(draft, onStart);
  const mappings = filled(draft.mappings);
  const words = {
    source: draft.source.name,
    target: draft.target.name,
    tables: mappings.map((mapping) => mapping.source).join(', '),
  };
  const mode = draft.parameters.mode ?? 'auto';
  const text = { ...draft, name: name.replaceAll(/[^A-Za-z0-9._-]+/g, '-'), mappings };
  return (
    <>
      <section className="panel">
        <p className="sentence">
          {draft.twoWay === null
            ? t(mode === 'incremental' ? 'start.will-follow' : 'start.will-copy', words)
            : t('start.will-both', { ...words, rule: t(`pair.conflicts-${draft.twoWay.conflicts}`, words) })}
        </p>
        {channel !== null && <OthersStart channelId={channel.id} />}
        <Form layout="vertical" onFinish={() => void start(name)}>
          <Form.Item
            label={t(channel === null ? 'start.channel-name' : 'start.pipeline-name')}
            htmlFor="channel-name"
            style={{ maxWidth: 400 }}
          >
            <Input
              id="channel-name"
              value={name}
              maxLength={nameMax}
              onChange={(event) => setName(event.target.value)}
            />
          </Form.Item>
          {error !== null && <ErrorNotice error={error} />}
          <div className="row">
            <Button onClick={onBack}>{t('action.back')}</Button>
            <Button type="primary" htmlType="submit" loading={isPending} disabled={name === '' || !isReady}>
              {t('action.start')}
            </Button>
          </div>
        </Form>
      </section>
      <section className="panel">
        <h2>{t('start.same-as')}</h2>
        <Tabs
          items={[
            { key: 'yaml', label: 'YAML', children: <Fix text={syncYaml(text)} /> },
            { key: 'cli', label: t('start.command'), children: <Fix text={syncCommand(text)} /> },
          ]}
        />
      </section>
    </>
  );
}

/** A channel starts as one: whatever of it is stopped starts as well. */
function OthersStart({ channelId }: { channelId: number }) {
  const { t } = useWords();
  const query = { channelId: String(channelId), limit: '500' };
  const pipelines = api.useQuery('get', '/api/v1/pipelines', { params: { query } });
  const stopped = pipelines.data?.items.filter(({ desired }) => desired === 'stopped').map(({ name }) => name) ?? [];
  if (stopped.length === 0) return null;
  return <p className="tone-look">{t('start.others', { names: stopped.join(', ') })}</p>;
}

/** Creates channel, pipeline and mappings, and starts. What exists already after a failure is gone on with. */
function useStart(draft: ChosenDraft, onStart: () => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [made, setMade] = useState<{ channelId?: number; pipelineId?: number }>({});
  const channel = api.useMutation('post', '/api/v1/channels');
  const pipeline = api.useMutation('post', '/api/v1/channels/{id}/pipelines');
  const mappings = api.useMutation('put', '/api/v1/pipelines/{id}/mappings');
  const begin = api.useMutation('post', '/api/v1/channels/{id}/start');
  const steps = [channel, pipeline, mappings, begin];
  const run = async (name: string): Promise<void> => {
    const channelId = draft.channel?.id ?? made.channelId ?? (await channel.mutateAsync({ body: { name } })).id;
    setMade({ channelId });
    const path = { id: String(channelId) };
    const [sourceId, targetId] = [draft.source.id, draft.target.id];
    const pair = draft.twoWay === null ? {} : { twoWay: draft.twoWay };
    const body = { name, sourceId, targetId, parameters: draft.parameters, ...pair };
    const pipelineId = made.pipelineId ?? (await pipeline.mutateAsync({ params: { path }, body })).id;
    setMade({ channelId, pipelineId });
    const header = ifMatch({ version: 1 });
    await mappings.mutateAsync({
      params: { path: { id: String(pipelineId) }, header },
      body: { mappings: filled(draft.mappings) },
    });
    await begin.mutateAsync({ params: { path } });
    onStart();
    await queries.invalidateQueries();
    // The page is left only once it knows that nothing is lost by it.
    setTimeout(() => void navigate({ to: '/pipelines/$pipelineId', params: { pipelineId: String(pipelineId) } }));
  };
  return {
    start: (name: string) => run(name).catch(() => undefined),
    error: steps.find(({ error }) => error !== null)?.error ?? null,
    isPending: steps.some((step) => step.isPending),
  };
}
