import { audit } from './audit-log.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';

/** Everything a node ran, stopped at once, until it is resumed. */
interface Drain {
  atMs: number;
  userName: string;
  /** Numbers of the pipelines that will run again. */
  pipelines: number[];
}

/**
 * What the last drain of a node stopped; null when it was resumed, or never drained. The audit log is its record: it
 * outlives the process, and says who did it.
 */
export async function drainOf(store: Store, nodeName: string): Promise<Drain | null> {
  return store.read((db) => lastDrain(db, nodeName));
}

/** Stops every pipeline that should run, and keeps in mind which. Returns them all, with those of a drain before. */
export async function drainNode(store: Store, actor: Actor, nodeName: string): Promise<number[]> {
  return store.write(async (tx) => {
    const running = await tx.selectFrom('pipelines').select('id').where('desired', '=', 'running').execute();
    const before = (await lastDrain(tx, nodeName))?.pipelines ?? [];
    const pipelines = [...new Set([...before, ...running.map(({ id }) => id)])].sort((a, b) => a - b);
    if (running.length > 0) await change(tx, { store, actor, nodeName, ids: pipelines, desired: 'stopped' });
    return pipelines;
  });
}

/** Starts what the drain stopped and is still there. Returns it. */
export async function resumeNode(store: Store, actor: Actor, nodeName: string): Promise<number[]> {
  return store.write(async (tx) => {
    const drain = await lastDrain(tx, nodeName);
    if (drain === null) return [];
    const there = await tx
      .selectFrom('pipelines')
      .select('id')
      .where('id', 'in', drain.pipelines)
      // Whatever lost its last mapping meanwhile has nothing to do.
      .where((e) => e.exists(e.selectFrom('mappings').select('id').whereRef('pipelineId', '=', 'pipelines.id')))
      .execute();
    const ids = there.map(({ id }) => id);
    await change(tx, { store, actor, nodeName, ids, desired: 'running' });
    return ids;
  });
}

interface Change {
  store: Store;
  actor: Actor;
  nodeName: string;
  ids: number[];
  desired: 'running' | 'stopped';
}

async function change(tx: Writer, { store, actor, nodeName, ids, desired }: Change): Promise<void> {
  const nowMs = store.now();
  if (ids.length > 0) {
    await tx
      .updateTable('pipelines')
      .set((e) => ({ desired, version: e('version', '+', 1), updatedAtMs: nowMs }))
      .where('id', 'in', ids)
      .where('desired', '!=', desired)
      .execute();
  }
  await audit(tx, actor, nowMs, {
    action: desired === 'stopped' ? 'node.drain' : 'node.resume',
    object: { kind: 'node', id: null, name: nodeName },
    before: null,
    after: { pipelines: ids },
  });
}

async function lastDrain(db: Reader, nodeName: string): Promise<Drain | null> {
  const entry = await db
    .selectFrom('auditEntries')
    .select(['atMs', 'userName', 'action', 'afterState'])
    .where('objectKind', '=', 'node')
    .where('objectName', '=', nodeName)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (entry?.action !== 'node.drain' || entry.afterState === null) return null;
  const { pipelines } = JSON.parse(entry.afterState) as { pipelines: number[] };
  return { atMs: entry.atMs, userName: entry.userName, pipelines };
}
