import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Segmented } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Pipeline, PipelinePosition, PositionPreview } from '../../api/objects.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useMayOperate } from '../../parts/start-stop.tsx';
import { useWords } from '../../words/words.ts';

const REFRESH_MS = 5_000;

/** Where a pipeline is in the log of its source, and how to let it go on from elsewhere. */
export function PositionTab({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useWords();
  const params = { path: { id: String(pipeline.id) } };
  const position = api.useQuery('get', '/api/v1/pipelines/{id}/position', { params }, { refetchInterval: REFRESH_MS });
  const mayOperate = useMayOperate(pipeline.channelId);
  return (
    <>
      {position.error !== null && <ErrorNotice error={position.error} onRetry={() => void position.refetch()} />}
      {position.isPending && <PageSkeleton />}
      {position.data !== undefined && <Place position={position.data} />}
      {pipeline.twoWay !== null && <p className="quiet">{t('pair.position')}</p>}
      {mayOperate && pipeline.twoWay === null && <MovePosition pipeline={pipeline} />}
    </>
  );
}

function Place({ position: { stored, end, bytesLeft, isLogKept, sourceProblem } }: { position: PipelinePosition }) {
  const { t, bytes, said } = useWords();
  const unknown = t('figure.unknown');
  const facts: [string, string][] = [
    [t('position.stored'), stored === null ? t('position.none') : `${stored.position.file}:${stored.position.offset}`],
    ['GTID', stored?.position.gtid || '–'],
    [t('position.updated'), stored?.updatedAt ?? '–'],
    [t('position.end'), end === null ? unknown : `${end.file}:${end.offset}`],
    [t('position.left'), bytesLeft === null ? unknown : bytes(bytesLeft)],
  ];
  return (
    <section className="panel">
      <Facts facts={facts} />
      {isLogKept === false && <p className="tone-stopped">{t('position.purged')}</p>}
      {sourceProblem !== null && (
        <p className="tone-look">
          <code>{sourceProblem.code}</code> {said(sourceProblem.message, sourceProblem.messageZh)}
        </p>
      )}
    </section>
  );
}

/** A preview first; then the name of the pipeline, because rows may come again or be left out. */
function MovePosition({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const preview = api.useMutation('post', '/api/v1/pipelines/{id}/position/preview');
  const set = api.useMutation('put', '/api/v1/pipelines/{id}/position', {
    onSuccess: async () => {
      void message.success(t('form.saved'));
      preview.reset();
      setName('');
      await queries.invalidateQueries();
    },
  });
  const params = { path: { id: String(pipeline.id) } };
  const running = pipeline.desired === 'running';
  return (
    <section className="panel" aria-labelledby="move">
      <h2 id="move">{t('position.move')}</h2>
      <SoughtPlace
        isPending={preview.isPending}
        onChange={() => preview.reset()}
        onPreview={(text) => preview.mutate({ params, body: { to: [text] } })}
      />
      {preview.error !== null && <ErrorNotice error={preview.error} />}
      {preview.data !== undefined && <PreviewText preview={preview.data} />}
      {preview.data !== undefined && running && <p className="tone-look">{t('position.stop-first')}</p>}
      {preview.data !== undefined && !running && (
        <div className="row">
          <Input
            style={{ maxWidth: 320 }}
            aria-label={t('position.type-name', { name: pipeline.name })}
            placeholder={t('position.type-name', { name: pipeline.name })}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button
            danger
            disabled={name !== pipeline.name}
            loading={set.isPending}
            onClick={() => set.mutate({ params, body: { to: textsOf(preview.data.to), name } })}
          >
            {t('position.set')}
          </Button>
        </div>
      )}
      {set.error !== null && <ErrorNotice error={set.error} />}
    </section>
  );
}

interface SoughtPlaceProps {
  isPending: boolean;
  onChange: () => void;
  /** With the place as the API takes it. */
  onPreview: (text: string) => void;
}

/** A place, or a time whose place is looked for. */
function SoughtPlace({ isPending, onChange, onPreview }: SoughtPlaceProps) {
  const { t } = useWords();
  const [by, setBy] = useState<'place' | 'time'>('place');
  const [to, setTo] = useState('');
  // The browser gives a time of its own zone.
  const asked = (): string => (by === 'place' ? to.trim() : `time:${new Date(to).toISOString()}`);
  const change = (text: string): void => {
    setTo(text);
    onChange();
  };
  return (
    <>
      <Segmented<'place' | 'time'>
        className="gap-below"
        value={by}
        options={(['place', 'time'] as const).map((value) => ({ value, label: t(`position.by-${value}`) }))}
        onChange={(value) => {
          setBy(value);
          change('');
        }}
      />
      <Form layout="vertical" onFinish={() => onPreview(asked())}>
        {by === 'place' ? (
          <Form.Item label={t('position.to')} htmlFor="position-to" extra={t('position.forms')}>
            <Input
              id="position-to"
              value={to}
              placeholder="binlog:mysql-bin.000042:4"
              onChange={(event) => change(event.target.value)}
            />
          </Form.Item>
        ) : (
          <Form.Item label={t('column.time')} htmlFor="position-to" extra={t('position.time-form')}>
            <Input
              id="position-to"
              type="datetime-local"
              step={1}
              style={{ maxWidth: 240 }}
              value={to}
              onChange={(event) => change(event.target.value)}
            />
          </Form.Item>
        )}
        <Button htmlType="submit" disabled={to.trim() === ''} loading={isPending}>
          {t('position.preview')}
        </Button>
      </Form>
    </>
  );
}

/** What was looked at is what is set, also where a time stood for it. */
function textsOf({ file, offset, gtid }: PositionPreview['to']): string[] {
  return [...(file === '' ? [] : [`binlog:${file}:${offset}`]), ...(gtid === '' ? [] : [`gtid:${gtid}`])];
}

function PreviewText({ preview: { to, direction, bytes, isLogKept } }: { preview: PositionPreview }) {
  const words = useWords();
  const { t } = words;
  const size = bytes === null ? t('figure.unknown') : words.bytes(bytes);
  return (
    <>
      <p>
        {t('position.found')} <code>{textsOf(to).join(' ')}</code>
      </p>
      <p className="sentence">{t(`position.${direction}`, { size })}</p>
      {isLogKept === false && <p className="tone-stopped">{t('position.purged')}</p>}
    </>
  );
}
