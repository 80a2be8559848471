import type { AdviceLine } from './advice.ts';

/** What warnings of each kind take from 100; together exactly that. Every other check counts among the `others`. */
const COSTS: Readonly<Record<string, number>> = {
  auto_increment: 30,
  'unique keys': 25,
  triggers: 25,
  clock: 10,
};
const OTHERS_COST = 10;

/**
 * How well two sides are prepared, 0 to 100: 100 less what each kind of warning costs. A kind that concerns single tables
 * costs its share of `tables`, the number of mapped tables. 0 when anything is refused; 100 only without any warning, so
 * curing a finding never makes it less.
 */
export function adviceScore(lines: readonly AdviceLine[], tables: number): number {
  if (lines.some(({ verdict }) => verdict === 'stop')) return 0;
  const concerned = new Map<string, Set<string | null>>();
  for (const { verdict, check, table } of lines) {
    if (verdict !== 'warning') continue;
    const kind = Object.hasOwn(COSTS, check) ? check : 'others';
    concerned.set(kind, (concerned.get(kind) ?? new Set()).add(table));
  }
  let score = 100;
  for (const [kind, names] of concerned) {
    const share = names.has(null) ? 1 : Math.min(1, names.size / tables);
    score -= (COSTS[kind] ?? OTHERS_COST) * share;
  }
  return Math.floor(score);
}
