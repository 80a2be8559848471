import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useCopying } from '../../parts/fix.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { useWords } from '../../words/words.ts';
import { ImportDocuments } from './import-documents.tsx';

/** The configuration as documents: taken along, and brought in. */
export function Configuration() {
  return (
    <>
      <ExportDocuments />
      <ImportDocuments />
    </>
  );
}

/** The same text as `otter export`. */
function ExportDocuments() {
  const { t } = useWords();
  const [channel, setChannel] = useState<string | null>(null);
  const copy = useCopying();
  const channels = api.useQuery('get', '/api/v1/channels', { params: { query: { limit: '500' } } });
  const query = { format: 'yaml' as const, ...(channel === null ? {} : { channel }) };
  const text = api.useQuery('get', '/api/v1/configuration', { params: { query }, parseAs: 'text' });
  const yaml = typeof text.data === 'string' ? text.data : undefined;
  const names = channels.data?.items.map(({ name }) => ({ value: name, label: name })) ?? [];
  return (
    <section className="panel" aria-labelledby="export">
      <h2 id="export">{t('configuration.export')}</h2>
      <p className="quiet">{t('configuration.export-help')}</p>
      <div className="row">
        <Select
          className="field"
          aria-label={t('object.channel')}
          allowClear
          showSearch
          placeholder={t('configuration.everything')}
          options={names}
          value={channel}
          onChange={(name?: string) => setChannel(name ?? null)}
        />
        <Button disabled={yaml === undefined} onClick={() => copy(yaml ?? '')}>
          {t('action.copy')}
        </Button>
        <Button
          disabled={yaml === undefined}
          onClick={() => saveFile(`${channel ?? 'otter'}.yaml`, 'application/yaml', yaml ?? '')}
        >
          {t('configuration.save')}
        </Button>
      </div>
      {text.error !== null && <ErrorNotice error={text.error} onRetry={() => void text.refetch()} />}
      {text.isPending && <PageSkeleton />}
      {yaml !== undefined && (
        <Input.TextArea
          className="document gap-above"
          rows={12}
          readOnly
          aria-label={t('configuration.documents')}
          value={yaml}
        />
      )}
    </section>
  );
}
