import { Button, Checkbox, Skeleton } from 'antd';
import { useState } from 'react';
import type { ServerTable } from '../../api/objects.ts';
import { quotedName } from '../../format/sync-text.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ListFilter } from '../../parts/list-filter.tsx';
import { useWords } from '../../words/words.ts';
import { patternOf } from './draft.ts';

interface Props {
  tables: readonly ServerTable[] | undefined;
  /** Patterns that are chosen as they stand. */
  chosen: ReadonlySet<string>;
  onToggle: (pattern: string) => void;
  /** Absent where all columns travel under their own names. */
  onColumns?: (table: ServerTable) => void;
}

const SHOWN_MAX = 200;

/** The tables of a server under their schemas; those that travel say where to. */
export function SchemaTree({ tables, chosen, onToggle, onColumns }: Props) {
  const { t } = useWords();
  const [search, setSearch] = useState('');
  if (tables === undefined) return <Skeleton active />;
  if (tables.length === 0) return <EmptyState text={t('start.no-tables')} />;
  const shown = tables.filter(({ schema, table }) => `${schema}.${table}`.toLowerCase().includes(search.toLowerCase()));
  const schemas = grouped(shown);
  return (
    <>
      <div className="gap-below">
        <ListFilter value={search} onChange={setSearch} />
      </div>
      {[...schemas].map(([schema, members]) => {
        const pattern = `${quotedName(schema)}.*`;
        return (
          <div key={schema}>
            <Checkbox checked={chosen.has(pattern)} onChange={() => onToggle(pattern)}>
              <b>{schema}</b> <span className="quiet">{t('start.tables', { count: members.length })}</span>
            </Checkbox>

            <ul className="checks" style={{ paddingLeft: 24 }} aria-label={schema}>
              {members.slice(0, SHOWN_MAX).map((table) => (
                <TableLine
                  key={table.table}
                  table={table}
                  isChosen={chosen.has(patternOf(table))}
                  {...{ onToggle, ...(onColumns === undefined ? {} : { onColumns }) }}
                />
              ))}
            </ul>
            {members.length > SHOWN_MAX && (
              <p className="quiet">{t('start.narrow', { count: members.length - SHOWN_MAX })}</p>
            )}
          </div>
        );
      })}
    </>
  );
}

function grouped(tables: readonly ServerTable[]): Map<string, ServerTable[]> {
  const schemas = new Map<string, ServerTable[]>();
  for (const table of tables) schemas.set(table.schema, [...(schemas.get(table.schema) ?? []), table]);
  return schemas;
}

interface LineProps {
  table: ServerTable;
  isChosen: boolean;
  onToggle: (pattern: string) => void;
  onColumns?: (table: ServerTable) => void;
}

function TableLine({ table, isChosen, onToggle, onColumns }: LineProps) {
  const { t, bytes } = useWords();
  const travels = table.target !== null;
  const renamed = travels && table.target !== `${table.schema}.${table.table}`;
  return (
    <li>
      <Checkbox
        checked={travels}
        // What a wider pattern takes along is left out by changing that pattern.
        disabled={travels && !isChosen}
        style={{ color: 'inherit' }}
        className="table-line"
        onChange={() => onToggle(patternOf(table))}
      >
        {table.table} {renamed && <span className="tone-copying">→ {table.target}</span>}{' '}
        <span className="quiet">{t('start.about-rows', { count: table.rows, size: bytes(table.bytes) })}</span>{' '}
        {table.key === 'none' && <span className="tone-look">{t('start.no-key')}</span>}
      </Checkbox>
      {travels && onColumns !== undefined && (
        <Button size="small" type="link" onClick={() => onColumns(table)}>
          {t('start.columns')}
        </Button>
      )}
    </li>
  );
}
