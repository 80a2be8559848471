import { OtterError } from '@otter/core';
import type {
  ErrorDecision,
  LogPlace,
  PipelineError,
  PipelinePosition,
  PipelineTools,
  PositionPreview,
  SyncOptionValues,
  TableCopy,
} from './pipeline-tools.ts';

const PLACE: LogPlace = { file: 'bin.000007', offset: 4, gtid: '0-1-7' };

/** Tools over a target that does not exist: everything succeeds and is written down. */
export class FakeTools implements PipelineTools {
  /** `skip 7`, `position binlog:bin.000001:4`, in the order they were asked for. */
  readonly calls: string[] = [];

  errors(_options: SyncOptionValues, all: boolean): Promise<PipelineError[]> {
    return Promise.resolve([parked(7, 'open'), ...(all ? [parked(6, 'skipped')] : [])]);
  }

  decide(_options: SyncOptionValues, { action, ids }: ErrorDecision): Promise<PipelineError[]> {
    this.calls.push(`${action} ${ids.join(',')}`);
    const state = ({ retry: 'retrying', skip: 'skipping', replace: 'replacing' } as const)[action];
    return Promise.resolve(ids.map((id) => parked(id, state)));
  }

  tables(): Promise<string[]> {
    return Promise.resolve(['shop.items', 'shop.orders']);
  }

  position(): Promise<PipelinePosition> {
    const stored = { position: PLACE, isOnePlace: true, source: 'a#1', updatedAt: '2026-11-26 10:00:00' };
    return Promise.resolve({ stored, end: PLACE, sourceProblem: null, bytesLeft: 0, isLogKept: true });
  }

  previewPosition(_options: SyncOptionValues, to: readonly string[]): Promise<PositionPreview> {
    if (!to.every((text) => /^(?:gtid|binlog):[\w.:-]{1,100}$/.test(text)))
      return Promise.reject(new OtterError('POSITION_INVALID', { detail: 'it cannot be read' }));
    return Promise.resolve({ from: PLACE, to: PLACE, direction: 'same', bytes: 0, isLogKept: true });
  }

  setPosition(_options: SyncOptionValues, to: readonly string[]): Promise<LogPlace> {
    this.calls.push(`position ${to.join(' ')}`);
    return Promise.resolve(PLACE);
  }

  copies(): Promise<TableCopy[]> {
    const figures = { rows: 5, bytes: 50, estimatedRows: 10, percent: 50 };
    const plain = { predicate: null, code: null, message: null, messageZh: null, updatedAt: '2026-11-26 10:00:00' };
    return Promise.resolve([{ table: 'shop.orders', state: 'copying', kind: 'first', ...figures, ...plain }]);
  }

  copyAgain(_options: SyncOptionValues, tables: readonly string[]): Promise<string[]> {
    this.calls.push(`copy ${tables.join(',')}`);
    return Promise.resolve([...tables]);
  }

  cancelCopies(_options: SyncOptionValues, tables: readonly string[]): Promise<string[]> {
    this.calls.push(`cancel ${tables.join(',')}`);
    return Promise.resolve([...tables]);
  }

  setCopyRate(_options: SyncOptionValues, bytesPerSecond: number | null): Promise<void> {
    this.calls.push(`rate ${bytesPerSecond}`);
    return Promise.resolve();
  }
}

function parked(id: number, state: PipelineError['state']): PipelineError {
  return {
    ...{
      id,
      table: 'shop.orders',
      state,
      code: 'ROW_MISSING',
      message: 'shop.orders: 0 of 1 rows were found',
      messageZh: 'shop.orders：缺少 1 行',
    },
    ...{ position: PLACE, statement: null, replacement: null, key: 'id=1', before: 'id=1 n=1', after: 'id=1 n=2' },
    ...{ note: null, since: '2026-11-26 10:00:00', resolvedAt: null },
  };
}
