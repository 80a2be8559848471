import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { RowDifference, Verification } from '../../api/objects.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ListTable } from '../../parts/list-table.tsx';
import { ToneMark } from '../../parts/tone-mark.tsx';
import { useWords } from '../../words/words.ts';

/** Rows that are not the same, both sides beside each other; the cells that differ are marked. */
export function Differences({ verification }: { verification: Verification }) {
  const { t } = useWords();
  const [after, setAfter] = useState<number | null>(null);
  const params = {
    path: { id: String(verification.id) },
    query: after === null ? {} : { after: String(after) },
  };
  const found = api.useQuery('get', '/api/v1/verifications/{id}/differences', { params });
  if (found.error !== null) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />;
  const next = found.data?.next ?? null;
  return (
    <>
      <h2>{t('verify.differences')}</h2>
      <ListTable<RowDifference>
        name={t('verify.differences')}
        rows={found.data?.items}
        rowKey={({ seq }) => seq}
        empty={<EmptyState text={t('verify.equal')} />}
        columns={[
          { key: 'table', title: t('object.table'), text: ({ table }) => table, cell: ({ table }) => table },
          { key: 'key', title: t('errors.key'), text: keyText, cell: (row) => <code>{keyText(row)}</code> },
          {
            key: 'kind',
            title: t('verify.kind'),
            text: ({ kind }) => t(`difference.${kind}`),
            cell: ({ kind }) => <ToneMark tone="look">{t(`difference.${kind}`)}</ToneMark>,
          },
          {
            key: 'source',
            title: t('object.source'),
            text: side('source'),
            cell: (row) => <Side row={row} of="source" />,
          },
          {
            key: 'target',
            title: t('object.target'),
            text: side('target'),
            cell: (row) => <Side row={row} of="target" />,
          },
        ]}
      />
      <div className="row">
        {after !== null && <Button onClick={() => setAfter(null)}>{t('verify.first')}</Button>}
        {next !== null && <Button onClick={() => setAfter(next)}>{t('verify.more')}</Button>}
      </div>
    </>
  );
}

function keyText({ key }: RowDifference): string {
  return Object.entries(key)
    .map(([name, value]) => `${name}=${value ?? 'NULL'}`)
    .join(', ');
}

function side(of: 'source' | 'target'): (row: RowDifference) => string {
  return ({ columns }) =>
    columns
      .filter((column) => column[of] !== undefined)
      .map((column) => `${column.name}=${column[of] ?? 'NULL'}`)
      .join(', ');
}

function Side({ row, of }: { row: RowDifference; of: 'source' | 'target' }) {
  return (
    <div className="problem">
      {row.columns.map((column) => {
        const value = column[of];
        if (value === undefined) return null;
        const text = `${column.name}=${value ?? 'NULL'} `;
        return column.source === column.target ? (
          <span key={column.name}>{text}</span>
        ) : (
          <mark key={column.name}>{text}</mark>
        );
      })}
    </div>
  );
}
