import type { Language } from '../format/figures.ts';

/** What the manager answers when it does not do what was asked, RFC 9457. */
export interface Problem {
  code: string;
  detail: string;
  advice: Record<Language, string>;
  fields: { path: string; message: string; line?: number }[];
}

/** What was thrown, as a problem; null when nobody answered. */
export function problemOf(error: unknown): Problem | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, detail, advice, fields } = error as Partial<Problem>;
  if (typeof code !== 'string' || typeof detail !== 'string' || typeof advice !== 'object') return null;
  return { code, detail, advice, fields: fields ?? [] };
}

/** The problem's words for the fields of a form, by path: `body/primary/host` is `['primary', 'host']`. */
export function fieldErrors(problem: Problem | null): { name: (string | number)[]; errors: string[] }[] {
  return (problem?.fields ?? []).map(({ path, message }) => ({
    name: path
      .replace(/^body\/?/, '')
      .split('/')
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    errors: [message],
  }));
}
