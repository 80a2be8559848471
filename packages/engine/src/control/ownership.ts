import { OtterError } from '@otter/core';
import type { Session } from '@otter/dialects';
import { ownerLockName } from './control.ts';

/** A living owner asks the target something every second; one that has been silent this long is dead. */
const OWNER_SILENT_S = 20;

/**
 * Takes the owner lock for the life of `session`. An owner that hangs (its host is gone, its connection is
 * not) is killed; a living one is left alone. The lock only keeps two people from starting the same
 * pipeline; what protects the data is the epoch. Throws OWNER_CHANGED.
 */
export async function claimOwnership(session: Session, controlSchema: string, pipeline: string): Promise<void> {
  const lock = ownerLockName(controlSchema, pipeline);
  if (await tryLock(session, lock, 0)) return;
  const owner = (await session.rows(`SELECT IS_USED_LOCK('${lock}')`))[0]?.[0] ?? null;
  if (owner !== null) {
    const process = await session.rows(`SELECT TIME FROM information_schema.PROCESSLIST WHERE ID=${Number(owner)}`);
    const silentS = Number(process[0]?.[0] ?? 0);
    if (silentS >= OWNER_SILENT_S) await session.kill(Number(owner)).catch(() => {});
  }
  // The connection of a process that has just ended takes the server a moment to notice.
  if (await tryLock(session, lock, 3)) return;
  throw new OtterError('OWNER_CHANGED', { detail: `pipeline ${pipeline} is being run by connection ${owner} of the target` });
}

async function tryLock(session: Session, lock: string, seconds: number): Promise<boolean> {
  return (await session.rows(`SELECT GET_LOCK('${lock}',${seconds})`))[0]?.[0] === '1';
}
