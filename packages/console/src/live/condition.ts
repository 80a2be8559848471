import type { LivePipeline, Pipeline } from '../api/objects.ts';
import type { Tone } from '../app/theme.ts';
import type { WordKey } from '../words/words.ts';
import { statusOf } from './live-store.ts';

/** How a pipeline is, in one word and one colour, and what is wrong with it first. */
export interface Condition {
  tone: Tone;
  word: WordKey;
  /** Rows flow, or are copied. */
  runs: boolean;
  problem: { code: string; message: string; messageZh: string } | null;
}

const WORSE: readonly Tone[] = ['stopped', 'look', 'copying', 'flowing', 'off'];
/** Later than this a pipeline that runs needs a look. */
const LAG_MS_MAX = 60_000;

export function conditionOf(live: LivePipeline | undefined, desired: Pipeline['desired']): Condition {
  const off: Condition = { tone: 'off', word: 'state.stopped', runs: false, problem: null };
  if (live === undefined) return desired === 'running' ? { ...off, tone: 'look', word: 'state.starting' } : off;
  const { state, error } = live;
  if (state === 'failed') return { tone: 'stopped', word: 'state.failed', runs: false, problem: error };
  if (state === 'stopped') return off;
  if (state !== 'running') return { tone: 'look', word: `state.${state}`, runs: false, problem: error };
  return runningCondition(live);
}

function runningCondition(live: LivePipeline): Condition {
  const status = statusOf(live);
  const flowing: Condition = { tone: 'flowing', word: 'state.running', runs: true, problem: null };
  if (status === null) return flowing;
  const parked = status.parked.find((table) => table.state === 'parked');
  if (parked !== undefined) {
    const { code, table, message, messageZh } = parked;
    const problem = { code, message: `${table}: ${message}`, messageZh: `${table}：${messageZh}` };
    return { ...flowing, tone: 'look', word: 'state.parked', problem };
  }
  if (status.state === 'retrying') {
    return { tone: 'look', word: 'state.retrying', runs: false, problem: status.lastError };
  }
  if (status.copy !== null && status.copy.tablesDone < status.copy.tables) {
    return { ...flowing, tone: 'copying', word: 'state.copying' };
  }
  if (status.lagMs !== null && status.lagMs > LAG_MS_MAX) return { ...flowing, tone: 'look', word: 'state.late' };
  return flowing;
}

/** The worst of several: what a channel is. */
export function worst(conditions: readonly Condition[]): Condition {
  const sorted = [...conditions].sort((a, b) => WORSE.indexOf(a.tone) - WORSE.indexOf(b.tone));
  const [first] = sorted;
  if (first === undefined) return { tone: 'off', word: 'state.empty', runs: false, problem: null };
  // Of several one failed; the others go on.
  return !first.runs && first.tone === 'stopped' && sorted.some(({ runs }) => runs)
    ? { ...first, word: 'state.failed-partly' }
    : first;
}

/** Why, with its code; `said` chooses the language. */
export function problemText(
  { code, message, messageZh }: NonNullable<Condition['problem']>,
  said: (english: string, chinese: string) => string,
): string {
  return `${code}: ${said(message, messageZh)}`;
}
