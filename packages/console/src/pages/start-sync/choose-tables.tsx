import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useDeferredValue, useState } from 'react';
import { http } from '../../api/client.ts';
import type { DataSource, Mapping, ServerTable } from '../../api/objects.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useWords } from '../../words/words.ts';
import { ColumnsDrawer } from './columns-drawer.tsx';
import { patternOf } from './draft.ts';
import { MappingRows } from './mapping-rows.tsx';
import { SchemaTree } from './schema-tree.tsx';

interface Props {
  source: DataSource;
  target: DataSource;
  mappings: Mapping[];
  /** Both ways: tables and columns keep their names. */
  isPair: boolean;
  onChange: (mappings: Mapping[]) => void;
  onBack: () => void;
  onNext: () => void;
}

/** Which tables travel, with a preview that follows the keys. */
export function ChooseTables({ source, mappings, isPair, onChange, onBack, onNext }: Props) {
  const { t } = useWords();
  const [columnsOf, setColumnsOf] = useState<ServerTable | null>(null);
  const preview = useTables(source.id, useDeferredValue(mappings));
  const tables = preview.data?.tables ?? [];
  const travelling = tables.filter(({ target }) => target !== null);
  const problem = conflict(travelling);
  const toggle = (mapping: string): void => {
    const without = mappings.filter((each) => each.source !== mapping);
    onChange(without.length < mappings.length ? without : [...mappings, { source: mapping, target: null }]);
  };
  return (
    <>
      <div className="two">
        <section className="panel" aria-labelledby="choose-tree">
          <h2 id="choose-tree">{t('start.tables-of', { name: source.name })}</h2>
          <SchemaTree
            tables={preview.data === undefined ? undefined : tables}
            chosen={new Set(mappings.map((mapping) => mapping.source))}
            onToggle={toggle}
            {...(isPair ? {} : { onColumns: setColumnsOf })}
          />
          {preview.data?.isCut === true && <p className="tone-look">{t('start.cut', { count: tables.length })}</p>}
        </section>
        <section className="panel" aria-labelledby="choose-mappings">
          <h2 id="choose-mappings">{t('start.mappings')}</h2>
          <p className="quiet">{t(isPair ? 'pair.mappings-help' : 'start.mappings-help')}</p>
          <MappingRows mappings={mappings} isPair={isPair} onChange={onChange} />
          {preview.error !== null && <ErrorNotice error={preview.error} />}
          {problem !== null && <p className="tone-stopped">{t('start.conflict', problem)}</p>}
        </section>
      </div>
      <p role="status">{t('start.matched', { count: travelling.length })}</p>
      <div className="row">
        <Button onClick={onBack}>{t('action.back')}</Button>
        <Button type="primary" disabled={travelling.length === 0 || preview.error !== null} onClick={onNext}>
          {t('action.next')}
        </Button>
      </div>
      {columnsOf !== null && (
        <ColumnsDrawer
          sourceId={source.id}
          table={columnsOf}
          mapping={mappings.find((each) => each.source === patternOf(columnsOf))}
          onClose={() => setColumnsOf(null)}
          onSave={(mapping) => {
            onChange([...mappings.filter((each) => each.source !== mapping.source), mapping]);
            setColumnsOf(null);
          }}
        />
      )}
    </>
  );
}

/** Two tables that would be written to the same one; null when there are none. */
function conflict(tables: readonly ServerTable[]): { first: string; second: string; target: string } | null {
  const seen = new Map<string, string>();
  for (const { schema, table, target } of tables) {
    if (target === null) continue;
    const first = seen.get(target);
    if (first !== undefined) return { first, second: `${schema}.${table}`, target };
    seen.set(target, `${schema}.${table}`);
  }
  return null;
}

function useTables(id: number, mappings: readonly Mapping[]) {
  const complete = mappings.filter(({ source }) => source !== '');
  return useQuery({
    queryKey: ['tables', id, complete],
    queryFn: async () => {
      const params = { path: { id: String(id) } };
      const { data, error } = await http.POST('/api/v1/data-sources/{id}/tables', {
        params,
        body: { mappings: complete },
      });
      if (data === undefined) throw error as unknown as Error;
      return data;
    },
    // The tree stays where it is while a pattern is typed, also while it is none yet.
    placeholderData: (before) => before,
  });
}
