import type { LivePipeline, Pipeline } from '../api/objects.ts';
import type { Tone } from '../app/theme.ts';
import type { WordKey } from '../words/words.ts';
import { statusOf } from './live-store.ts';

/** How a pipeline is, in one word and one colour, and what is wrong with it first. */
export interface Condition {
  tone: Tone;
  word: WordKey;
  problem: { code: string; message: string; messageZh: string } | null;
}

const WORSE: readonly Tone[] = ['stopped', 'look', 'copying', 'flowing', 'off'];
/** Later than this a pipeline that runs needs a look. */
const LAG_MS_MAX = 60_000;

export function conditionOf(live: LivePipeline | undefined, desired: Pipeline['desired']): Condition {
  const off: Condition = { tone: 'off', word: 'state.stopped', problem: null };
  if (live === undefined) return desired === 'running' ? { ...off, tone: 'look', word: 'state.starting' } : off;
  const { state, error } = live;
  if (state === 'failed') return { tone: 'stopped', word: 'state.failed', problem: error };
  if (state === 'stopped') return off;
  if (state !== 'running') return { tone: 'look', word: `state.${state}`, problem: error };
  return runningCondition(live);
}

function runningCondition(live: LivePipeline): Condition {
  const status = statusOf(live);
  if (status === null) return { tone: 'flowing', word: 'state.running', problem: null };
  const parked = status.parked.find((table) => table.state === 'parked');
  if (parked !== undefined) {
    const { code, table, message, messageZh } = parked;
    const problem = { code, message: `${table}: ${message}`, messageZh: `${table}：${messageZh}` };
    return { tone: 'look', word: 'state.parked', problem };
  }
  if (status.state === 'retrying') {
    return { tone: 'look', word: 'state.retrying', problem: status.lastError };
  }
  if (status.copy !== null && status.copy.tablesDone < status.copy.tables) {
    return { tone: 'copying', word: 'state.copying', problem: null };
  }
  if (status.lagMs !== null && status.lagMs > LAG_MS_MAX) return { tone: 'look', word: 'state.late', problem: null };
  return { tone: 'flowing', word: 'state.running', problem: null };
}

/** The worst of several: what a channel is. */
export function worst(conditions: readonly Condition[]): Condition {
  const sorted = [...conditions].sort((a, b) => WORSE.indexOf(a.tone) - WORSE.indexOf(b.tone));
  return sorted[0] ?? { tone: 'off', word: 'state.empty', problem: null };
}
