import { useSyncExternalStore } from 'react';
import type { Language } from '../format/figures.ts';
import type { Shade } from './theme.ts';

/** What a person chose for this browser. `shade: null` follows the system. */
export interface Preferences {
  language: Language;
  shade: Shade | null;
  narrowRail: boolean;
}

const KEY = 'otter.preferences';
const listeners = new Set<() => void>();
let current = load();

function load(): Preferences {
  const browsers: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
  const standard: Preferences = { language: browsers, shade: null, narrowRail: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
    return {
      language: kept.language === 'zh' || kept.language === 'en' ? kept.language : standard.language,
      shade: kept.shade === 'light' || kept.shade === 'dark' ? kept.shade : null,
      narrowRail: kept.narrowRail === true,
    };
  } catch {
    return standard;
  }
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still shows what was chosen until the page is closed.
  }
  for (const listener of listeners) listener();
}

function preferences(): Preferences {
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

const dark = matchMedia('(prefers-color-scheme: dark)');

function subscribeSystem(listener: () => void): () => void {
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
}

/** Light or dark, as chosen or as the system is. */
export function useShade(): Shade {
  const { shade } = usePreferences();
  const systemIsDark = useSyncExternalStore(subscribeSystem, () => dark.matches);
  return shade ?? (systemIsDark ? 'dark' : 'light');
}
