/** Several measurements of one thing. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = values.toSorted((a, b) => a - b);
  return { median: percentile(sorted, 50), min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** Of ascending values, by nearest rank; the median of an even number is the mean of the two in the middle. */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  const last = sorted.length - 1;
  if (last < 0) throw new Error('nothing was measured');
  if (percent === 50) return ((sorted[Math.floor(last / 2)] as number) + (sorted[Math.ceil(last / 2)] as number)) / 2;
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number;
}
