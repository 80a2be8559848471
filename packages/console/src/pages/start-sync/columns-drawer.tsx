import { Button, Checkbox, Drawer, Input } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Mapping, ServerTable } from '../../api/objects.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useWords } from '../../words/words.ts';
import { patternOf } from './draft.ts';

interface Props {
  sourceId: number;
  table: ServerTable;
  /** Of this table alone, when there is one. */
  mapping: Mapping | undefined;
  onClose: () => void;
  onSave: (mapping: Mapping) => void;
}

/** The columns of one table: which travel, and under which names. */
export function ColumnsDrawer({ sourceId, table, mapping, onClose, onSave }: Props) {
  const { t } = useWords();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set(mapping?.columns?.names ?? []));
  const [names, setNames] = useState<ReadonlyMap<string, string>>(
    new Map(mapping?.columns?.rename?.map(({ source, target }) => [source, target])),
  );
  const params = { path: { id: String(sourceId) }, query: { schema: table.schema, table: table.table } };
  const columns = api.useQuery('get', '/api/v1/data-sources/{id}/columns', { params });
  const save = (): void => {
    const rename = [...names].map(([source, target]) => ({ source, target }));
    const used = rename.filter(({ source, target }) => target !== '' && target !== source && !left.has(source));
    const own = table.target === `${table.schema}.${table.table}` ? null : table.target;
    onSave({
      source: patternOf(table),
      target: mapping === undefined ? own : (mapping.target ?? null),
      columns: { mode: left.size === 0 ? 'all' : 'exclude', names: [...left], rename: used },
    });
  };
  const toggle = (name: string): void => {
    const next = new Set(left);
    if (!next.delete(name)) next.add(name);
    setLeft(next);
  };
  return (
    <Drawer open title={t('start.columns-of', { name: `${table.schema}.${table.table}` })} onClose={onClose} size={520}>
      {columns.error !== null && <ErrorNotice error={columns.error} />}
      {columns.isPending && <PageSkeleton />}
      {columns.data?.columns.map(({ name, type, isKey }) => (
        <div className="row gap-below" key={name}>
          <Checkbox style={{ flex: 1 }} checked={!left.has(name)} disabled={isKey} onChange={() => toggle(name)}>
            {name} <span className="quiet">{isKey ? t('start.key-column', { type }) : type}</span>
          </Checkbox>
          <Input
            style={{ width: 180 }}
            aria-label={t('start.column-name', { name })}
            placeholder={t('start.same-name')}
            disabled={left.has(name)}
            value={names.get(name) ?? ''}
            onChange={(event) => setNames(new Map(names).set(name, event.target.value))}
          />
        </div>
      ))}
      <Button type="primary" onClick={save} disabled={columns.data === undefined}>
        {t('action.apply')}
      </Button>
    </Drawer>
  );
}
