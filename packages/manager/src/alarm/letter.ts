import type { AlarmMessage } from '../store/alarms.ts';

/** What a message is about, before it has the form its receiver asks for. */
export interface Letter {
  /** Null: a test. */
  news: Pick<AlarmMessage, 'news' | 'alarm'> | null;
  /** To the console; null: none is known. */
  link: string | null;
  nowMs: number;
}
