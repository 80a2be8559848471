import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Language } from '../format/figures.ts';
import { en } from './en.ts';
import type { Say } from './words.ts';
import { zh } from './zh.ts';

const SOURCES = join(import.meta.dirname, '..');
let speaker: (language: Language) => Say;

beforeAll(async () => {
  // What a browser has, as far as the module of preferences looks at it while it loads.
  vi.stubGlobal('navigator', { language: 'en' });
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
  ({ speaker } = await import('./words.ts'));
});

function bases(words: object): Set<string> {
  return new Set(Object.keys(words).map((key) => key.replace(/_(?:one|other)$/, '')));
}

function sources(): string {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('words/') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(SOURCES, path), 'utf8'))
    .join('\n');
}

test('both languages say the same things', () => {
  expect(bases(zh)).toEqual(bases(en));
  expect(bases(en).size).toBeGreaterThan(200);
});

test('no value of a sentence is left out in one of them', () => {
  const values = (text: string): string[] =>
    [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name ?? '').filter((name) => name !== 'count');
  for (const [key, text] of Object.entries(zh)) {
    expect([key, values(text).sort()]).toEqual([key, values(en[key as keyof typeof en]).sort()]);
  }
});

test('everything that can be said is said somewhere', () => {
  const text = sources();
  // `state.${state}`: whatever begins like that.
  const families = [...text.matchAll(/`([a-z-]+\.[a-z-]*)\$\{/g)].map(([, start]) => start ?? '');
  expect(families.length).toBeGreaterThan(5);
  const unused = [...bases(en)].filter(
    (key) => !text.includes(`'${key}'`) && !families.some((family) => key.startsWith(family)),
  );
  expect(unused).toEqual([]);
});

test('plurals follow the language, and figures are written as it writes them', () => {
  expect(speaker('en')('overview.channels', { count: 1 })).toBe('One channel');
  expect(speaker('en')('overview.channels', { count: 1234 })).toBe('1,234 channels');
  expect(speaker('zh')('overview.channels', { count: 1 })).toBe('1 个通道');
  expect(speaker('zh')('overview.channels', { count: 1234 })).toBe('1,234 个通道');
});
