import { ERRORS, type ErrorCode } from '@otter/core';

export type Language = 'en' | 'zh';

/** The language a person expects: LC_ALL, LC_MESSAGES, LANG, in the order POSIX gives them. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env.OTTER_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** What to do about an error, in the person's language; '' for a code this version does not know. */
export function adviceOf(code: string, language: Language): string {
  if (!Object.hasOwn(ERRORS, code)) return '';
  const entry = ERRORS[code as ErrorCode];
  return language === 'zh' ? entry.adviceZh : entry.advice;
}

/** The sentence of an error code; '' for a code this version does not know. */
export function summaryOf(code: string): string {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode].summary : '';
}

/** The label before advice. */
export function adviceLabel(language: Language): string {
  return language === 'zh' ? '处理办法' : 'what to do';
}
