import type { SettledVerification } from '../store/verifications.ts';

/**
 * Tables of each pipeline whose last comparison found rows that differ and that its repair did not mend. A sample that
 * found nothing proves nothing, and a comparison that could not be made says nothing. `verifications` the latest first.
 */
export function differingTables(verifications: readonly SettledVerification[]): Map<number, string[]> {
  const decided = new Set<string>();
  const differing = new Map<number, string[]>();
  for (const { pipelineId, request, tables, repair } of verifications) {
    const isMended = repair !== null && repair.kind === 'repair' && !repair.stopped && repair.keptCount === 0;
    for (const { table, verdict } of tables) {
      const key = `${pipelineId} ${table}`;
      const isProof = verdict === 'differs' || (verdict === 'equal' && request.samplePercent === null);
      if (decided.has(key) || !isProof) continue;
      decided.add(key);
      if (verdict === 'differs' && !isMended) differing.set(pipelineId, [...(differing.get(pipelineId) ?? []), table]);
    }
  }
  return differing;
}
