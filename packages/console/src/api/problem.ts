import type { Language } from '../format/figures.ts';

/** What the manager answers when it does not do what was asked, RFC 9457. */
export interface Problem {
  code: string;
  detail: string;
  detailZh: string;
  advice: Record<Language, string>;
  fields: { path: string; message: string; messageZh: string; line?: number }[];
}

/** What was thrown, as a problem; null when nobody answered. */
export function problemOf(error: unknown): Problem | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, detail, detailZh, advice, fields } = error as Partial<Problem>;
  if (typeof code !== 'string' || typeof detail !== 'string' || typeof advice !== 'object') return null;
  return { code, detail, detailZh: detailZh ?? detail, advice, fields: fields ?? [] };
}

/** What was wrong and what to do, in one line. */
export function refusalText({ detail, detailZh, advice }: Problem, language: Language): string {
  return language === 'zh' ? `${detailZh}。${advice.zh}` : `${detail}. ${advice.en}`;
}

/** The problem's words for the fields of a form, by path: `body/primary/host` is `['primary', 'host']`. */
export function fieldErrors(
  problem: Problem | null,
  language: Language,
): { name: (string | number)[]; errors: string[] }[] {
  return (problem?.fields ?? []).map(({ path, message, messageZh }) => ({
    name: path
      .replace(/^body\/?/, '')
      .split('/')
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    errors: [language === 'zh' ? messageZh : message],
  }));
}
