import type { CompareResult } from '@otter/testkit';
import { countText, durationText, rateText } from '../view/figures.ts';

/** What a comparison of both sides found, with the figures up to then. */
export interface DemoVerdict {
  equal: boolean;
  tables: number;
  rows: number;
  /** The first differences, as sentences. */
  differences: readonly string[];
  differenceCount: number;
  transactions: number;
  transactionsPerSecond: number;
  rowsPerSecond: number;
  lag: { p50: number; max: number } | null;
  probes: number;
  checks: number;
  broken: number;
  changedByHand: boolean;
}

/** Whether the demonstration showed what it promises. */
export function isGood(verdict: DemoVerdict): boolean {
  return verdict.equal && verdict.broken === 0 && verdict.rows > 0 && verdict.checks > 0;
}

/** `EQUAL: 5 tables, 4,312 rows compared, every value the same` */
export function verdictSentence(verdict: DemoVerdict): string {
  const compared = `${verdict.tables} tables, ${countText(verdict.rows)} rows compared`;
  return verdict.equal
    ? `EQUAL: ${compared}, every value the same`
    : `NOT EQUAL: ${compared}, ${countText(verdict.differenceCount)} differences`;
}

/** `checked 123 times, never broken` */
export function invariantSentence(verdict: { checks: number; broken: number; changedByHand: boolean }): string {
  const times = `checked ${countText(verdict.checks)} times`;
  if (verdict.broken > 0) return `${times}, BROKEN ${countText(verdict.broken)} times`;
  return `${times}, never broken${verdict.changedByHand ? ' (but for the stock you changed by hand)' : ''}`;
}

/** The verdict for a terminal or a log. */
export function verdictLines(verdict: DemoVerdict): string[] {
  const { lag } = verdict;
  const lagText =
    lag === null
      ? 'not measured'
      : `p50 ${durationText(lag.p50)}, max ${durationText(lag.max)}, from commit to visible (${verdict.probes} probes)`;
  return [
    verdictSentence(verdict),
    ...verdict.differences.map((difference) => `    ${difference}`),
    `  rate   ${rateText(verdict.transactionsPerSecond)} transactions/s, ${rateText(verdict.rowsPerSecond)} rows/s; ${countText(verdict.transactions)} transactions applied`,
    `  lag    ${lagText}`,
    `  whole  invariant ${invariantSentence(verdict)}`,
  ];
}

/** A difference as a sentence with its values. */
export function differenceSentence(difference: CompareResult['differences'][number]): string {
  const where = `${difference.table} key ${difference.key}`;
  if (difference.kind === 'missing-on-target') return `${where}: missing on the target`;
  if (difference.kind === 'only-on-target') return `${where}: only on the target`;
  return `${where}, ${difference.column ?? 'row'}: ${difference.source} on the source, ${difference.target} on the target`;
}
