import { createInstance } from 'i18next';
import { useMemo } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { bytes, count, duration, moment, rate, type Language } from '../format/figures.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

type Plain<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;
/** What can be said: the keys of the English words, without the endings of their plurals. */
export type WordKey = Plain<keyof typeof en>;

export type Say = (key: WordKey, values?: Record<string, string | number>) => string;

const languages = createInstance();
void languages.init({
  lng: 'en',
  fallbackLng: false,
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
  resources: { en: { translation: en }, zh: { translation: zh } },
});

/** Says things in one language. */
export function speaker(language: Language): Say {
  const fixed = languages.getFixedT(language);
  return (key, values) => fixed(key, values ?? {});
}

/** What is said, and how figures are written, in the language that was chosen. */
export function useWords() {
  const { language } = usePreferences();
  return useMemo(
    () => ({
      language,
      t: speaker(language),
      /** What the manager says in both languages, in the one that was chosen. */
      said: (en: string, zh: string) => (language === 'zh' ? zh : en),
      count: (value: number) => count(value, language),
      rate: (value: number) => rate(value, language),
      duration: (ms: number) => duration(ms, language),
      bytes: (value: number) => bytes(value, language),
      moment: (atMs: number) => moment(atMs, language, Date.now()),
    }),
    [language],
  );
}

export type Words = ReturnType<typeof useWords>;
