import { OtterError, say } from '@otter/core';
import type { Session } from '@otter/dialects';
import { createHash } from 'node:crypto';

/** A living owner asks the target something every second; one that has been silent this long is dead. */
const OWNER_SILENT_S = 20;
/** The connection of a process that has just ended takes the server a moment to notice. */
const OWNER_GONE_S = 3;
/** More connections than a pipeline ever writes with. */
const WRITERS_MAX = 128;

/** The user-level lock a running pipeline holds on the target; free again once its process has died. */
function ownerLockName(controlSchema: string, pipeline: string): string {
  return `otter.${createHash('sha256').update(`${controlSchema}\u0000${pipeline}`).digest('hex').slice(0, 40)}`;
}

/**
 * Takes the owner lock for the life of `session`. An owner that hangs (its host is gone, its connection is
 * not) is killed; a living one is left alone. The lock only keeps two people from starting the same
 * pipeline; what protects the data is the epoch. Then every connection the former owner wrote with is killed:
 * it may hold row locks for hours. `ownThreads` are connections of this process that it has given up.
 * Throws OWNER_CHANGED.
 */
export async function claimOwnership(
  session: Session,
  controlSchema: string,
  pipeline: string,
  ownThreads: ReadonlySet<number>,
): Promise<void> {
  const lock = ownerLockName(controlSchema, pipeline);
  const [taken = [], writers = []] = await session.rowsOfEach([lockSql(lock, 0), writersSql(lock)]);
  const isOurs = taken[0]?.[0] === '1';
  if (!isOurs) await takeOver(session, lock, pipeline, ownThreads);
  const [holders = []] = isOurs ? writers : await session.rows(writersSql(lock));
  for (const thread of holders) if (thread !== null) await session.kill(Number(thread)).catch(() => {});
}

async function takeOver(
  session: Session,
  lock: string,
  pipeline: string,
  ownThreads: ReadonlySet<number>,
): Promise<void> {
  const owner = (await session.rows(`SELECT IS_USED_LOCK('${lock}')`))[0]?.[0] ?? null;
  if (owner !== null && (ownThreads.has(Number(owner)) || (await isSilent(session, owner)))) {
    await session.kill(Number(owner)).catch(() => {});
  }
  if (await tryLock(session, lock, OWNER_GONE_S)) return;
  throw new OtterError('OWNER_CHANGED', { detail: say('pipeline-owned', { pipeline, owner: String(owner) }) });
}

/** Does `work` while no process owns the pipeline, nor can come to own it. Throws OWNER_CHANGED while one does. */
export async function inPlaceOfOwner(
  session: Session,
  controlSchema: string,
  pipeline: string,
  work: () => Promise<void>,
): Promise<void> {
  const lock = ownerLockName(controlSchema, pipeline);
  if (!(await tryLock(session, lock, OWNER_GONE_S))) {
    throw new OtterError('OWNER_CHANGED', { detail: say('pipeline-running', { pipeline }) });
  }
  try {
    await work();
  } finally {
    // Where this fails the connection is lost, and the lock with it.
    await session.query(`SELECT RELEASE_LOCK('${lock}')`).catch(() => undefined);
  }
}

/** Marks a connection as one the pipeline writes with, for whoever owns the pipeline next. */
export async function markWriter(
  session: Session,
  controlSchema: string,
  pipeline: string,
  index: number,
): Promise<void> {
  await tryLock(session, `${ownerLockName(controlSchema, pipeline)}.${index % WRITERS_MAX}`, 1);
}

async function isSilent(session: Session, thread: string): Promise<boolean> {
  const process = await session.rows(`SELECT TIME FROM information_schema.PROCESSLIST WHERE ID=${Number(thread)}`);
  return Number(process[0]?.[0] ?? 0) >= OWNER_SILENT_S;
}

async function tryLock(session: Session, lock: string, seconds: number): Promise<boolean> {
  return (await session.rows(lockSql(lock, seconds)))[0]?.[0] === '1';
}

function lockSql(lock: string, seconds: number): string {
  return `SELECT GET_LOCK('${lock}',${seconds})`;
}

/** Who holds the locks of {@link markWriter}, in one row. */
function writersSql(lock: string): string {
  return `SELECT ${Array.from({ length: WRITERS_MAX }, (_, index) => `IS_USED_LOCK('${lock}.${index}')`).join(',')}`;
}
