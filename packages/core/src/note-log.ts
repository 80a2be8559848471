import type { Log } from './log.ts';

/** How grave a note is. */
export type NoteLevel = 'info' | 'warn' | 'error';

/** The engine's log as one text a line: the message, then its facts as `name=value`. */
export function noteLog(hear: (level: NoteLevel, text: string) => void): Log {
  const at = (level: NoteLevel) => (facts: object, message: string) => hear(level, noteText(message, facts));
  return { debug() {}, info: at('info'), warn: at('warn'), error: at('error') };
}

function noteText(message: string, facts: object): string {
  const parts = Object.entries(facts).map(([name, value]) => `${name}=${factText(value)}`);
  return [message, ...parts].join(' ');
}

function factText(value: unknown): string {
  if (value instanceof Error) return value.message;
  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
  }
  return String(value);
}
