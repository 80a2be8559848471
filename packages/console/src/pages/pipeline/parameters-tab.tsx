import { useQueryClient } from '@tanstack/react-query';
import { api, ifMatch } from '../../api/client.ts';
import type { Pipeline } from '../../api/objects.ts';
import { ListTable } from '../../parts/list-table.tsx';
import { ParametersForm } from '../../parts/parameters-form.tsx';
import { useMayOperate } from '../../parts/start-stop.tsx';
import { useWords } from '../../words/words.ts';

/** What holds for a pipeline and which level says so; below, what it says itself. */
export function ParametersTab({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const mayChange = useMayOperate(pipeline.channelId) && pipeline.twoWay?.leads !== false;
  const params = { path: { id: String(pipeline.id) } };
  const effective = api.useQuery('get', '/api/v1/pipelines/{id}/parameters', { params });
  const update = api.useMutation('put', '/api/v1/pipelines/{id}', { onSuccess: () => queries.invalidateQueries() });
  const rows =
    effective.data && Object.entries(effective.data).map(([name, { value, from }]) => ({ name, value, from }));
  const { name, description, sourceId, targetId } = pipeline;
  return (
    <>
      <ListTable
        name={t('parameters.effective')}
        rows={rows}
        rowKey={(row) => row.name}
        empty={t('parameters.all-standard')}
        columns={[
          {
            key: 'name',
            title: t('parameters.title'),
            text: (row) => row.name,
            cell: (row) => <code>{row.name}</code>,
          },
          {
            key: 'value',
            title: t('parameters.value'),
            text: ({ value }) => value,
            cell: ({ value }) => String(value),
          },
          { key: 'from', title: t('parameters.from'), text: ({ from }) => from, cell: ({ from }) => t(`from.${from}`) },
        ]}
      />
      <ParametersForm
        key={pipeline.version}
        parameters={pipeline.parameters}
        error={update.error}
        isSaving={update.isPending}
        {...(mayChange
          ? {
              onSave: (parameters) =>
                update.mutate({
                  params: { ...params, header: ifMatch(pipeline) },
                  body: { name, description, sourceId, targetId, parameters },
                }),
            }
          : {})}
      />
    </>
  );
}
