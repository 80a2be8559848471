import { z } from 'zod';
import type { AlarmFacts, AlarmRule } from '../model/alarm.ts';
import type { LivePipeline } from '../run/live-state.ts';

/** A run, or an attempt, that lasted as long as this is sound: one that fails every few seconds never recovers between. */
const SOUND_MS = 60_000;
/** A pipeline reports every second or so. */
const REPORT_AGE_MAX_MS = 30_000;

/** What of the status object of `otter sync --json` alarms are made of. */
const statusSchema = z.object({
  state: z.string().default('running'),
  lagMs: z.number().nullable().default(null),
  parked: z.array(z.object({ table: z.string(), state: z.string() })).default([]),
  lastError: z.object({ code: z.string(), at: z.number() }).nullable().default(null),
  echoes: z.number().default(0),
  /** Null where one side alone is written. */
  openConflicts: z.number().nullable().default(null),
});
type Status = z.infer<typeof statusSchema>;

/** Whether what a rule watches is so. `unknown`: nothing says so or otherwise, and what was said before stands. */
export type Verdict = { holds: AlarmFacts } | 'gone' | 'unknown';

export interface Watched {
  /** Null before anything was reported since the manager started. */
  live: LivePipeline | null;
  /** It should run. */
  wanted: boolean;
  /** Tables whose last verification found rows that differ, and that were not repaired since. */
  differing: readonly string[];
  nowMs: number;
}

const NO_FACTS: AlarmFacts = { lagMs: null, thresholdSeconds: null, code: null, count: null, tables: [] };

/** Looks at one pipeline by one rule. */
export function verdictOf(rule: AlarmRule, watched: Watched): Verdict {
  const { live, wanted, nowMs } = watched;
  if (rule.type === 'rows-differ') {
    const { differing } = watched;
    return differing.length === 0 ? 'gone' : { holds: { ...NO_FACTS, tables: [...differing] } };
  }
  // Tables that stopped and conflicts stay so while nothing runs; what a person stopped is neither late nor broken.
  if (!wanted) return rule.type === 'table-stopped' || rule.type === 'conflicts-open' ? 'unknown' : 'gone';
  if (live === null) return 'unknown';
  const status = freshStatus(live);
  switch (rule.type) {
    case 'table-stopped':
      return tablesStopped(status);
    case 'pipeline-failed':
      return failed(live, status, nowMs);
    case 'no-report':
      return silent(live, nowMs);
    case 'delay':
      return late(rule, live, status, nowMs);
    case 'echoes':
      return counted(status, ({ echoes }) => echoes);
    case 'conflicts-open':
      return counted(status, ({ openConflicts }) => openConflicts ?? 0);
  }
}

/** What was reported in this run; null: nothing yet. One that cannot reach a server at its start never gets to run. */
function freshStatus({ state, sinceMs, status, statusAtMs }: LivePipeline): Status | null {
  if ((state !== 'running' && state !== 'starting') || statusAtMs === null || statusAtMs < sinceMs) return null;
  const parsed = statusSchema.safeParse(status);
  return parsed.success ? parsed.data : null;
}

function tablesStopped(status: Status | null): Verdict {
  // Before the first attempt has read its records, none are known.
  if (status === null || status.state !== 'running') return 'unknown';
  const tables = status.parked.filter(({ state }) => state === 'parked').map(({ table }) => table);
  if (tables.length > 0) return { holds: { ...NO_FACTS, tables } };
  // One that catches up is not there yet, and may stop at the next change.
  return status.parked.length > 0 ? 'unknown' : 'gone';
}

function failed({ state, error, sinceMs }: LivePipeline, status: Status | null, nowMs: number): Verdict {
  if (state === 'failed' || (error !== null && state !== 'running')) {
    return { holds: { ...NO_FACTS, code: error?.code ?? 'INTERNAL' } };
  }
  if (status?.state === 'retrying') return { holds: { ...NO_FACTS, code: status.lastError?.code ?? 'INTERNAL' } };
  const errorAtMs = status?.lastError?.at ?? 0;
  return status?.state === 'running' && nowMs - Math.max(sinceMs, errorAtMs) >= SOUND_MS ? 'gone' : 'unknown';
}

function silent({ state, sinceMs, statusAtMs }: LivePipeline, nowMs: number): Verdict {
  // That it failed is told by another rule.
  if (state === 'failed') return 'unknown';
  return nowMs - Math.max(sinceMs, statusAtMs ?? 0) > REPORT_AGE_MAX_MS ? { holds: NO_FACTS } : 'gone';
}

/** Of rows that come round a start counts anew: where they still come, it holds again at once. */
function counted(status: Status | null, countOf: (status: Status) => number): Verdict {
  if (status === null || status.state !== 'running') return 'unknown';
  const count = countOf(status);
  return count > 0 ? { holds: { ...NO_FACTS, count } } : 'gone';
}

function late(rule: AlarmRule, live: LivePipeline, status: Status | null, nowMs: number): Verdict {
  if (status === null || status.lagMs === null) return 'unknown';
  const ageMs = nowMs - (live.statusAtMs ?? nowMs);
  // What was reported long ago is later by now.
  const lagMs = status.lagMs + (ageMs > REPORT_AGE_MAX_MS ? ageMs : 0);
  const { thresholdSeconds } = rule;
  return lagMs >= thresholdSeconds * 1000 ? { holds: { ...NO_FACTS, lagMs, thresholdSeconds } } : 'gone';
}
