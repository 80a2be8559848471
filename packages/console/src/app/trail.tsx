import { Link, useRouterState } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useEffect } from 'react';

/** Where one is: the pages above this one, then its own name. */
export interface Crumb {
  label: string;
  to?: string;
}

let crumbs: readonly Crumb[] = [];
const listeners = new Set<() => void>();

function show(next: readonly Crumb[]): void {
  crumbs = next;
  for (const listener of listeners) listener();
}

/** Said by each page; its last part is also the title of the window. */
export function useTrail(...next: Crumb[]): void {
  const text = JSON.stringify(next);
  useEffect(() => {
    const parsed = JSON.parse(text) as Crumb[];
    show(parsed);
    document.title = `${parsed.at(-1)?.label ?? ''} · Otter`;
  }, [text]);
}

export function Trail() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => crumbs,
  );
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <ol className="trail" key={path}>
      {shown.map(({ label, to }, index) => (
        <li key={index} aria-current={index === shown.length - 1 ? 'page' : undefined}>
          {to === undefined ? <span>{label}</span> : <Link to={to}>{label}</Link>}
        </li>
      ))}
    </ol>
  );
}
