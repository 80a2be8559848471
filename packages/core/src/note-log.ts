import { OtterError } from './errors.ts';
import type { Log } from './log.ts';
import { noteInChinese } from './messages.ts';
import { keep, sayKept, type KeptMessage, type Wording } from './wording.ts';

/** How grave a note is. */
export type NoteLevel = 'info' | 'warn' | 'error';

/** The engine's log as one text a line: the message, then its facts as `name=value`. */
export function noteLog(hear: (level: NoteLevel, text: string, said: KeptMessage) => void): Log {
  const at = (level: NoteLevel) => (facts: object, message: string) => {
    const said = noteMessage(message, facts);
    hear(level, sayKept(said)?.en ?? message, said);
  };
  return { debug() {}, info: at('info'), warn: at('warn'), error: at('error') };
}

function noteMessage(message: string, facts: object): KeptMessage {
  const texts = (language: keyof Wording): string =>
    Object.entries(facts)
      .map(([name, value]) => ` ${name}=${factText(value, language)}`)
      .join('');
  return keep('note', {
    what: { en: message, zh: noteInChinese(message) },
    facts: { en: texts('en'), zh: texts('zh') },
  });
}

function factText(value: unknown, language: keyof Wording): string {
  if (OtterError.is(value)) return language === 'zh' ? value.messageZh : value.message;
  if (value instanceof Error) return value.message;
  if (isWording(value)) return value[language];
  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
  }
  return String(value);
}

function isWording(value: unknown): value is Wording {
  return typeof value === 'object' && value !== null && 'en' in value && 'zh' in value;
}
