import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { api, ifMatch } from '../api/client.ts';
import type { DataSource } from '../api/objects.ts';
import { useIdentity } from '../app/shell.tsx';
import { useTrail } from '../app/trail.tsx';
import { DataSourceForm } from '../parts/data-source-form.tsx';
import { DeleteButton } from '../parts/delete-button.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PageSkeleton } from '../parts/page-skeleton.tsx';
import { ProbeView } from '../parts/probe-view.tsx';
import { useRefusal } from '../parts/start-stop.tsx';
import { useWords } from '../words/words.ts';

const page = getRouteApi('/data-sources/$dataSourceId');

/** One server: how it is reached, how it is, who uses it. */
export function DataSourcePage() {
  const { t } = useWords();
  const { message } = App.useApp();
  const { role } = useIdentity();
  const { dataSourceId: id } = page.useParams();
  const params = { path: { id } };
  const source = api.useQuery('get', '/api/v1/data-sources/{id}', { params });
  const probe = api.useMutation('post', '/api/v1/data-sources/{id}/test', { onError: useRefusal() });
  useTrail({ label: t('rail.data-sources'), to: '/data-sources' }, { label: source.data?.name ?? id });
  if (source.error !== null) return <ErrorNotice error={source.error} onRetry={() => void source.refetch()} />;
  if (source.data === undefined) return <PageSkeleton />;
  const { name, primary, user, description, version } = source.data;
  return (
    <>
      <PageHead title={name} aside={`${user}@${primary.host}:${primary.port} ${description}`}>
        {role !== 'VIEWER' && (
          <Button loading={probe.isPending} onClick={() => probe.mutate({ params })}>
            {t('data-source.test')}
          </Button>
        )}
        {role === 'ADMIN' && <Actions source={source.data} />}
      </PageHead>
      {(probe.isPending || probe.data !== undefined) && (
        <section className="panel">
          <ProbeView probe={probe.data} />
        </section>
      )}
      <Users id={Number(id)} />
      {role === 'ADMIN' && (
        <section className="panel" style={{ maxWidth: 720 }}>
          <h2>{t('data-source.change')}</h2>
          <p className="quiet">{t('data-source.change-effect')}</p>
          <DataSourceForm key={version} source={source.data} onSaved={() => void message.success(t('form.saved'))} />
        </section>
      )}
    </>
  );
}

function Actions({ source }: { source: DataSource }) {
  const { t } = useWords();
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const onError = useRefusal();
  const refresh = (): Promise<void> => queries.invalidateQueries();
  const change = api.useMutation('post', '/api/v1/data-sources/{id}/switch', { onError, onSettled: refresh });
  const remove = api.useMutation('delete', '/api/v1/data-sources/{id}', {
    onError,
    onSuccess: () => navigate({ to: '/data-sources' }).then(refresh),
  });
  const init = { params: { path: { id: String(source.id) }, header: ifMatch(source) } };
  const { standby } = source;
  const askSwitch = (): void =>
    void modal.confirm({
      title: t('data-source.switch-title', { name: source.name }),
      content: t('data-source.switch-effect', { place: `${standby?.host ?? ''}:${standby?.port ?? ''}` }),
      okText: t('data-source.switch'),
      onOk: () => change.mutateAsync(init).catch(() => undefined),
    });
  return (
    <>
      {standby !== null && <Button onClick={askSwitch}>{t('data-source.switch')}</Button>}
      <DeleteButton
        title={t('data-source.delete-title', { name: source.name })}
        effect={t('data-source.delete-effect')}
        remove={() => remove.mutateAsync(init)}
      />
    </>
  );
}

function Users({ id }: { id: number }) {
  const { t } = useWords();
  const pipelines = api.useQuery('get', '/api/v1/pipelines', { params: { query: { limit: '500' } } });
  const users = pipelines.data?.items.filter(({ sourceId, targetId }) => sourceId === id || targetId === id) ?? [];
  return (
    <section className="panel">
      <h2>{t('data-source.used-by')}</h2>
      {users.length === 0 && <p className="quiet">{t('data-source.unused')}</p>}
      <ul className="checks">
        {users.map((pipeline) => (
          <li key={pipeline.id}>
            <Link to="/pipelines/$pipelineId" params={{ pipelineId: String(pipeline.id) }}>
              {pipeline.name}
            </Link>{' '}
            <span className="quiet">{t(pipeline.sourceId === id ? 'object.source' : 'object.target')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
