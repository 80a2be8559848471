import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { api } from '../api/client.ts';
import type { ClusterNode } from '../api/objects.ts';
import { useIdentity } from '../app/shell.tsx';
import { useTrail } from '../app/trail.tsx';
import { useChannelStates, type ChannelState, type PipelineState } from '../live/channel-states.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/figure.tsx';
import { useFlowColumns } from '../parts/flow-columns.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PageSkeleton } from '../parts/page-skeleton.tsx';
import { useRefusal } from '../parts/start-stop.tsx';
import { ToneMark } from '../parts/tone-mark.tsx';
import { useWords } from '../words/words.ts';

const REFRESH_MS = 5_000;

/** Who runs what, and how busy that keeps it. */
export function Nodes() {
  const { t } = useWords();
  const nodes = api.useQuery('get', '/api/v1/nodes', {}, { refetchInterval: REFRESH_MS });
  const { states } = useChannelStates();
  useTrail({ label: t('rail.nodes') });
  return (
    <>
      <PageHead title={t('rail.nodes')} aside={t('nodes.one')} />
      {nodes.error !== null && <ErrorNotice error={nodes.error} onRetry={() => void nodes.refetch()} />}
      {nodes.isPending && <PageSkeleton />}
      {nodes.data?.items.map((node) => (
        <NodePanel key={node.name} node={node} states={states ?? []} readAtMs={nodes.dataUpdatedAt} />
      ))}
    </>
  );
}

/** A pipeline as it is shown: with its channel. */
interface Run extends PipelineState {
  channelName: string;
}

interface PanelProps {
  node: ClusterNode;
  states: readonly ChannelState[];
  readAtMs: number;
}

function NodePanel({ node, states, readAtMs }: PanelProps) {
  const { t } = useWords();
  const { drained } = node;
  const all = states.flatMap(({ channel, pipelines }) =>
    pipelines.map((state): Run => ({ ...state, channelName: channel.name })),
  );
  const here = new Set(node.pipelines.map(({ pipelineId }) => pipelineId));
  return (
    <>
      <section className="panel" aria-labelledby="node">
        <div className="head">
          <div>
            <h2 id="node" className="node-name">
              {node.name}
            </h2>
            {drained === null ? (
              <ToneMark tone="flowing">{t('nodes.up')}</ToneMark>
            ) : (
              <ToneMark tone="off">{t('nodes.drained', { name: drained.userName })}</ToneMark>
            )}{' '}
            {drained !== null && <Moment atMs={drained.atMs} />}
          </div>
          <div className="head-actions">
            <DrainResume node={node} runs={all} />
          </div>
        </div>
        <NodeFacts node={node} readAtMs={readAtMs} />
      </section>
      <RunTable node={node} runs={all.filter(({ pipeline }) => here.has(pipeline.id))} />
    </>
  );
}

function NodeFacts({ node, readAtMs }: Pick<PanelProps, 'node' | 'readAtMs'>) {
  const { t, bytes, duration, count, rate } = useWords();
  const { host, load } = node;
  const delay = load?.loopDelayMs;
  return (
    <>
      <Facts
        facts={[
          [t('manager.version'), node.version],
          ['Node.js', node.nodeVersion],
          [t('manager.uptime'), duration(readAtMs - node.startedAtMs)],
          [t('nodes.runs'), count(node.pipelines.length)],
          [
            t('nodes.processors'),
            load === null ? '–' : t('nodes.of', { part: rate(load.processors), all: host.processors }),
          ],
          [t('manager.memory'), t('nodes.of', { part: bytes(node.memoryBytes), all: bytes(host.memoryBytes) })],
          [
            t('nodes.loop'),
            delay === undefined ? '–' : t('nodes.delay', { mean: duration(delay.mean), max: duration(delay.max) }),
          ],
        ]}
      />
      <h2>{t('nodes.host')}</h2>
      <Facts
        facts={[
          [t('form.name'), host.name],
          [t('nodes.system'), host.system],
          [t('nodes.free'), bytes(host.freeMemoryBytes)],
          [t('nodes.load'), host.loadAverage.map((load) => load.toFixed(2)).join(' · ')],
        ]}
      />
    </>
  );
}

/** Stops all it runs, or starts that again; says first which. */
function DrainResume({ node, runs }: { node: ClusterNode; runs: readonly Run[] }) {
  const { t } = useWords();
  const { modal } = App.useApp();
  const { role } = useIdentity();
  const queries = useQueryClient();
  const after = { onError: useRefusal(), onSettled: () => void queries.invalidateQueries() };
  const drain = api.useMutation('post', '/api/v1/nodes/{name}/drain', after);
  const resume = api.useMutation('post', '/api/v1/nodes/{name}/resume', after);
  if (role !== 'ADMIN') return null;
  const init = { params: { path: { name: node.name } } };
  const wanted = runs.filter(({ pipeline }) => pipeline.desired === 'running');
  const kept = new Set(node.drained?.pipelines);
  const again = runs.filter(({ pipeline }) => kept.has(pipeline.id));
  const ask = (action: 'drain' | 'resume', touched: readonly Run[]): void =>
    void modal.confirm({
      title: t(`nodes.${action}-title`, { count: touched.length }),
      content: (
        <>
          <p>{t(`nodes.${action}-effect`)}</p>
          <ul className="named">
            {touched.map(({ pipeline, channelName }) => (
              <li key={pipeline.id}>{`${channelName} / ${pipeline.name}`}</li>
            ))}
          </ul>
        </>
      ),
      okText: t(`nodes.${action}`),
      okButtonProps: { danger: action === 'drain' },
      onOk: () => (action === 'drain' ? drain : resume).mutateAsync(init).catch(() => undefined),
    });
  return (
    <>
      {again.length > 0 && <Button onClick={() => ask('resume', again)}>{t('nodes.resume')}</Button>}
      {wanted.length > 0 && (
        <Button danger onClick={() => ask('drain', wanted)}>
          {t('nodes.drain')}
        </Button>
      )}
    </>
  );
}

function RunTable({ node, runs }: { node: ClusterNode; runs: readonly Run[] }) {
  const { t } = useWords();
  const flow = useFlowColumns();
  const busy = new Map(node.pipelines.map((each) => [each.pipelineId, each.busy]));
  const share = (run: Run): number | null => busy.get(run.pipeline.id) ?? null;
  return (
    <ListTable
      name={t('rail.pipelines')}
      rows={runs}
      rowKey={({ pipeline }) => pipeline.id}
      filters={<b>{t('nodes.runs')}</b>}
      empty={<EmptyState text={t('nodes.idle')} />}
      columns={[
        {
          key: 'name',
          title: t('object.pipeline'),
          text: ({ pipeline, channelName }) => `${channelName} / ${pipeline.name}`,
          cell: ({ pipeline, channelName }) => (
            <Link to="/pipelines/$pipelineId" params={{ pipelineId: String(pipeline.id) }} className="name">
              {`${channelName} / ${pipeline.name}`}
            </Link>
          ),
        },
        flow.state,
        {
          key: 'busy',
          title: t('nodes.busy'),
          align: 'right',
          text: (run) => share(run) ?? '',
          cell: (run) => {
            const part = share(run);
            return <span className="figure">{part === null ? '–' : `${(part * 100).toFixed(0)} %`}</span>;
          },
        },
        flow.lag,
        flow.rate,
      ]}
    />
  );
}
