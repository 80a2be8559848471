import { failpoint, OtterError, type Log } from '@otter/core';
import type { CheckpointStore } from '../control/checkpoint-store.ts';
import { ENDED_COPIES, type CopyStore, type StoredCopy } from './copy-store.ts';
import { requireRenewable, type RenewalGrounds } from './renewal.ts';

/** Where the answers to requests go. */
export interface CopyRequestPorts {
  store: CopyStore;
  checkpoints: CheckpointStore;
  epoch: bigint;
  log: Log;
  grounds: RenewalGrounds;
}

/**
 * Hears what `otter copy` has written since the pipeline last looked: each table asked for is copied from now on, or its
 * request ends with the reason it is not. Returns all copies as they are stored then.
 */
export async function answerCopyRequests(
  stored: readonly StoredCopy[],
  ports: CopyRequestPorts,
): Promise<StoredCopy[]> {
  const { store, checkpoints, epoch, log, grounds } = ports;
  const isAsked = ({ kind, state }: StoredCopy): boolean => kind === 'again' && !ENDED_COPIES.includes(state);
  if (!stored.some(isAsked)) return [...stored];
  const answered: StoredCopy[] = [];
  for (const copy of stored) answered.push(isAsked(copy) ? await answerOf(copy, grounds) : copy);
  const changed = answered.filter((copy, i) => copy !== stored[i]);
  if (changed.length === 0) return answered;
  failpoint('copy.answering');
  await grounds.target.query(
    ['BEGIN', checkpoints.fenceSql(epoch), ...changed.map((copy) => answerSql(copy, store)), 'COMMIT'].join(';'),
  );
  for (const { table, state, code, message } of changed) log.info({ table, state, code, message }, 'copy again');
  return answered;
}

function answerSql(copy: StoredCopy, store: CopyStore): string {
  return copy.state === 'canceled' ? store.overwriteSql(copy) : store.saveSql(copy);
}

async function answerOf(copy: StoredCopy, grounds: RenewalGrounds): Promise<StoredCopy> {
  if (copy.state === 'canceling') return { ...copy, state: 'canceled' };
  if (copy.state !== 'requested' && !grounds.isParked(copy.table)) return copy;
  try {
    await requireRenewable(copy, grounds);
    return { ...copy, state: 'waiting' };
  } catch (error) {
    if (!OtterError.is(error) || error.scope === 'retry') throw error;
    return { ...copy, state: 'failed', code: error.code, message: error.detail, messageZh: error.detailZh };
  }
}
