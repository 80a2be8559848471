import { ERRORS, type ErrorCode } from '@otter/core';
import type { PreflightLine } from '@otter/dialects';

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

/** What is kept of an error, in the person's language. */
export function messageOf(error: { message: string; messageZh: string }, language: Language): string {
  return language === 'zh' ? error.messageZh : error.message;
}

/** What a line of the preflight says, and what cures it, in the person's language. */
export function lineIn(line: PreflightLine, language: Language): { finding: string; fix: string | null } {
  const { text, textZh, fix, fixZh } = textsOf(line);
  return language === 'zh' ? { finding: textZh, fix: fixZh } : { finding: text, fix };
}

/** The same in both languages, as the manager tells it. What is SQL, or a setting, is the same in both. */
export function textsOf(line: PreflightLine): {
  text: string;
  textZh: string;
  fix: string | null;
  fixZh: string | null;
} {
  const { finding: text, findingZh: textZh, fix = null, fixZh = fix } = line;
  return { text, textZh, fix, fixZh };
}

/** The label before advice. */
export function adviceLabel(language: Language): string {
  return language === 'zh' ? '处理办法' : 'what to do';
}
