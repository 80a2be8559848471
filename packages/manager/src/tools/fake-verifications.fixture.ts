import type { SyncOptionValues } from './pipeline-tools.ts';
import type {
  RowDifference,
  VerificationEnd,
  VerificationNews,
  VerificationTools,
  VerificationWork,
  VerifiedTable,
} from './verification-tools.ts';

export const VERIFIED: VerifiedTable = {
  ...{ table: 'shop.orders', target: 'shop.orders', verdict: 'differs', rows: 10 },
  ...{ differing: 1, missing: 0, extra: 0, unsettled: 0, complete: true },
};

/** Comparisons of servers that do not exist: one table, one difference. */
export class FakeVerifications implements VerificationTools {
  /** What was asked for, in its order. */
  readonly works: VerificationWork[] = [];
  /** Comparisons wait until they are told to stop. */
  isEndless = false;
  /** Thrown by the next work. */
  failure: Error | null = null;

  async run(
    _options: SyncOptionValues,
    work: VerificationWork,
    { tell, signal }: { tell: (news: VerificationNews) => void; signal: AbortSignal },
  ): Promise<VerificationEnd> {
    this.works.push(work);
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    if (work.kind === 'plan') return { kind: 'planned', plans: [] };
    if (work.kind !== 'verify') {
      const counts = { inserted: 0, updated: 1, deleted: 0, equal: 0, undone: 0, kept: [], keptCount: 0 };
      return { kind: 'repaired', result: { kind: work.kind, stopped: signal.aborted, ...counts } };
    }
    tell({ kind: 'begun', verifyId: work.verifyId ?? `v${this.works.length}` });
    const step = { table: 'shop.orders', rows: 5, rowsExpected: 10, differences: 1, tablesDone: 0, tables: 1 };
    tell({ kind: 'step', step });
    if (this.isEndless && !signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    if (!signal.aborted) tell({ kind: 'table', result: VERIFIED });
    return { kind: 'verified', stopped: signal.aborted };
  }

  differences(
    _options: SyncOptionValues,
    _verifyId: string,
    { after, limit }: { after: number; limit: number },
  ): Promise<RowDifference[]> {
    const columns = [{ name: 'n', source: '1', target: '2' }];
    const row = { table: 'shop.orders', target: 'shop.orders', kind: 'different' as const, columns };
    const all = [0, 1, 2].map((seq) => ({ ...row, seq, key: { id: String(seq) } }));
    return Promise.resolve(all.filter(({ seq }) => seq > after).slice(0, limit));
  }
}
