import type { Pipeline } from '../model/channel.ts';
import { audit } from './audit-log.ts';
import type { Actor, Store } from './store.ts';

/** Writes down what somebody did to a pipeline beyond its configuration: `errors.skip`, `position.set`. */
export async function recordAction(
  store: Store,
  actor: Actor,
  pipeline: Pipeline,
  { action, before = null, after }: { action: string; before?: object | null; after: object },
): Promise<void> {
  const object = { kind: 'pipeline', id: pipeline.id, name: pipeline.name };
  await store.write((tx) => audit(tx, actor, store.now(), { action, object, before, after }));
}
