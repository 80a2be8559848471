import { OtterError } from '@otter/core';
import type { ConflictQuery, ConflictTools, PipelineConflict, Verdict } from './conflict-tools.ts';
import type { SyncOptionValues } from './pipeline-tools.ts';

/** Conflicts of a target that does not exist: there are three of them, and everything succeeds and is written down. */
export class FakeConflicts implements ConflictTools {
  readonly calls: string[] = [];
  /** The other site does not answer. */
  isAlone = false;

  list(_options: SyncOptionValues, { state, table, before = 4, limit }: ConflictQuery): Promise<PipelineConflict[]> {
    const all = [conflict(3, 'open'), conflict(2, 'decided'), conflict(1, 'settled')];
    const found = all.filter(
      (each) => (state ?? each.state) === each.state && (table ?? each.table) === each.table && each.id < before,
    );
    return Promise.resolve(found.slice(0, limit));
  }

  find(_options: SyncOptionValues, id: number): Promise<PipelineConflict | null> {
    return Promise.resolve(id <= 3 ? conflict(id, 'open') : null);
  }

  overrule(
    _options: SyncOptionValues,
    id: number,
    { verdict, by, force }: { verdict: Verdict; by: string; force: boolean },
  ) {
    this.calls.push(`overrule ${id} ${JSON.stringify(verdict)} ${by}${force ? ' by force' : ''}`);
    return Promise.resolve({ ...conflict(id, 'settled'), settledBy: by, chosen: verdict });
  }

  confirm(_options: SyncOptionValues, id: number, by: string): Promise<PipelineConflict> {
    this.calls.push(`confirm ${id} ${by}`);
    return Promise.resolve({ ...conflict(id, 'settled'), settledBy: by });
  }

  settleRow({ name }: SyncOptionValues, { table, keyHash }: PipelineConflict, by: string): Promise<number> {
    if (this.isAlone) return Promise.reject(new OtterError('TARGET_UNREACHABLE', { detail: 'b' }));
    this.calls.push(`settle ${String(name)} ${table} ${keyHash} ${by}`);
    return Promise.resolve(1);
  }
}

function conflict(id: number, state: PipelineConflict['state']): PipelineConflict {
  return {
    ...{ id, table: 'shop.orders', key: '{"id":"1"}', keyHash: 'a1', kind: 'update-written', outcome: 'local' },
    ...{ rule: 'newest', state, incomingAtMs: 1_700_000_000_000, localAtMs: 1_700_000_001_000 },
    ...{ position: { file: 'bin.000007', offset: 4 }, before: { id: '1', n: '1' }, after: { id: '1', n: '2' } },
    ...{ local: { id: '1', n: '3' }, left: null, isWhole: true, decidedAt: '2026-11-26 10:00:00.000' },
    ...{ settledAt: state === 'settled' ? '2026-11-26 11:00:00.000' : null, settledBy: null, chosen: null },
  };
}
