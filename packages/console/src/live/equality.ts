import type { PipelineStatus } from './live-store.ts';

/** As of when everything committed on the source is on the target, and of which tables that is not said. */
export interface EqualAsOf {
  /** By the source's clock; null: not known. */
  atMs: number | null;
  stopped: readonly string[];
  copying: number;
}

export function equalAsOf(status: PipelineStatus | null): EqualAsOf {
  const { equalAsOf: at = null, parked = [], copy = null } = status ?? {};
  return {
    atMs: at === null ? null : Date.parse(at),
    stopped: [...new Set(parked.map(({ table }) => table))].sort(),
    copying: copy === null ? 0 : copy.tables - copy.tablesDone,
  };
}

/** Of several pipelines the earliest; not known when one of them is not. */
export function earliest(all: readonly EqualAsOf[]): EqualAsOf {
  const times = all.map(({ atMs }) => atMs);
  const known = times.filter((atMs) => atMs !== null);
  return {
    atMs: known.length < times.length || known.length === 0 ? null : Math.min(...known),
    stopped: all.flatMap(({ stopped }) => stopped),
    copying: all.reduce((sum, { copying }) => sum + copying, 0),
  };
}
