import { z } from 'zod';

const statusSchema = z.object({
  equalAsOf: z.string().nullable().default(null),
  parked: z.array(z.object({ table: z.string() })).default([]),
  copy: z.object({ tables: z.number(), tablesDone: z.number() }).nullable().default(null),
});

/** What a pipeline's target has of its source for sure. */
export interface Equality {
  /** Everything committed on the source up to then, by its clock, is on the target; null: not known. ISO 8601. */
  equalAsOf: string | null;
  /** Tables of which that is not said: by name those that stopped, and how many are still being copied. */
  equalExcept: { stopped: string[]; copying: number };
}

/** From the status object of `otter sync --json`, which may be of an earlier run: what was equal then still is. */
export function equalityOf(status: unknown): Equality {
  const parsed = statusSchema.safeParse(status);
  if (!parsed.success) return { equalAsOf: null, equalExcept: { stopped: [], copying: 0 } };
  const { equalAsOf, parked, copy } = parsed.data;
  const stopped = [...new Set(parked.map(({ table }) => table))].sort();
  return { equalAsOf, equalExcept: { stopped, copying: copy === null ? 0 : copy.tables - copy.tablesDone } };
}

/** Of several pipelines: as of when all are; null when one of them is not known. */
export function earliest(equalities: readonly Equality[]): string | null {
  const times = equalities.map(({ equalAsOf }) => equalAsOf);
  const known = times.filter((time) => time !== null);
  return known.length < times.length ? null : (known.sort()[0] ?? null);
}
