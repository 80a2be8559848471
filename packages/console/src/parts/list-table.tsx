import { CopyOutlined, DownloadOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import type { ReactNode } from 'react';
import { csv, tsv } from '../format/table-text.ts';
import { useWords } from '../words/words.ts';
import { useCopying } from './fix.tsx';
import { saveFile } from './save-file.ts';

/** One column of a list: what is seen, and what it is as text when the list is taken along. */
export interface ListColumn<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Left out of copies and files without it. */
  text?: (row: Row) => string | number;
  align?: 'right';
  width?: number | string;
}

interface ListProps<Row> {
  name: string;
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string | number;
  columns: readonly ListColumn<Row>[];
  filters?: ReactNode;
  empty: ReactNode;
}

const PAGE_ROWS = 100;

/** A list that can be sorted, copied as TSV and saved as CSV. */
export function ListTable<Row extends object>({ name, rows, rowKey, columns, filters, empty }: ListProps<Row>) {
  const { count } = useWords();
  const total = rows?.length ?? 0;
  return (
    <section className="list" aria-label={name}>
      <div className="list-bar">
        <div className="list-filters">{filters}</div>
        <span className="quiet figure">{rows === undefined ? '' : count(total)}</span>
        <TakeAlong name={name} rows={rows ?? []} columns={columns} />
      </div>
      <Table<Row>
        size="small"
        rowKey={rowKey}
        dataSource={rows === undefined ? [] : [...rows]}
        loading={rows === undefined}
        pagination={total > PAGE_ROWS ? { pageSize: PAGE_ROWS, showSizeChanger: false } : false}
        scroll={{ x: 'max-content' }}
        // The colour a table has for it can hardly be read.
        locale={{ emptyText: rows === undefined ? ' ' : <div className="quiet">{empty}</div> }}
        columns={columns.map((column) => ({
          key: column.key,
          title: column.title,
          ...(column.align === undefined ? {} : { align: column.align }),
          ...(column.width === undefined ? {} : { width: column.width }),
          ...(column.text === undefined ? {} : { sorter: byText(column.text) }),
          render: (_: unknown, row: Row) => column.cell(row),
        }))}
      />
    </section>
  );
}

function TakeAlong<Row>({ name, rows, columns }: Pick<ListProps<Row>, 'name' | 'columns'> & { rows: readonly Row[] }) {
  const { t } = useWords();
  const copy = useCopying();
  const cells = (): string[][] => {
    const kept = columns.filter((column) => column.text !== undefined);
    return [kept.map(({ title }) => title), ...rows.map((row) => kept.map(({ text }) => String(text?.(row) ?? '')))];
  };
  const save = (): void => saveFile(`${name}.csv`, 'text/csv', csv(cells()));
  const disabled = rows.length === 0;
  return (
    <>
      <Button
        size="small"
        type="text"
        icon={<CopyOutlined />}
        title={t('list.copy')}
        aria-label={t('list.copy')}
        onClick={() => copy(tsv(cells()))}
        disabled={disabled}
      />
      <Button
        size="small"
        type="text"
        icon={<DownloadOutlined />}
        title={t('list.save')}
        aria-label={t('list.save')}
        onClick={save}
        disabled={disabled}
      />
    </>
  );
}

function byText<Row>(text: (row: Row) => string | number): (a: Row, b: Row) => number {
  return (a, b) => {
    const [left, right] = [text(a), text(b)];
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    return String(left).localeCompare(String(right), undefined, { numeric: true });
  };
}
