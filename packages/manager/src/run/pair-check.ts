import type { Pipeline } from '../model/channel.ts';
import { checkFailure, type PipelineCheck } from '../probe/pipeline-check.ts';
import type { SyncOptionValues } from '../tools/pipeline-tools.ts';

/**
 * Of the pairs among these pipelines neither direction starts unless the preflight of both allows it. A pair of which one
 * direction runs already is left alone: each goes on by itself. Throws PREFLIGHT_FAILED, and what the servers throw.
 */
export async function assertPairsMayStart(
  { check, optionsOf }: { check: PipelineCheck; optionsOf: (pipelineId: number) => Promise<SyncOptionValues> },
  pipelines: readonly Pipeline[],
): Promise<void> {
  const running = new Set(pipelines.filter(({ desired }) => desired === 'running').map(({ id }) => id));
  for (const { id, twoWay } of pipelines) {
    if (twoWay?.leads !== true || running.has(id) || running.has(twoWay.counterpartId)) continue;
    const out = await check.check(await optionsOf(id));
    const back = await check.check(await optionsOf(twoWay.counterpartId));
    const failure = checkFailure([...out, ...back]);
    if (failure !== null) throw failure;
  }
}
