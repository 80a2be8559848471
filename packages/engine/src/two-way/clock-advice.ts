import { say } from '@otter/core';
import { asFinding, asFix, type Session } from '@otter/dialects';
import { serverLine, type AdviceLine, type Side } from './advice.ts';

const LOOKS = 5;
/** Up to here clocks agree. */
const AGREES_MS_MAX = 100;
/** Above it a warning. */
const NOTICE_MS_MAX = 1_000;
/** Above it the later of two writes cannot be told. */
const ORDER_MS_MAX = 10_000;

/** What was measured of a server's clock. */
export interface ClockDifference {
  /** Server less Otter, milliseconds. */
  differenceMs: number;
  /** The true difference is not farther from the measured one than this. */
  errorMs: number;
}

/** Compares a server's clock with ours. The quickest of several answers counts, as if given half way. */
export async function measureClock(session: Session, now: () => number): Promise<ClockDifference> {
  let best: ClockDifference = { differenceMs: 0, errorMs: Number.POSITIVE_INFINITY };
  for (let look = 0; look < LOOKS; look++) {
    const before = now();
    const [[seconds] = []] = await session.rows('SELECT UNIX_TIMESTAMP(NOW(6))');
    const after = now();
    // Our own clock counts whole milliseconds.
    const errorMs = (after - before) / 2 + 1;
    if (errorMs < best.errorMs) best = { differenceMs: Number(seconds) * 1000 - (before + after) / 2, errorMs };
  }
  return best;
}

/** `newest`: of two writes to one row the later is to win. */
export function clockLines(measured: Record<Side, ClockDifference>, newest: boolean): AdviceLine[] {
  const { A: a, B: b } = measured;
  const between = { differenceMs: a.differenceMs - b.differenceMs, errorMs: a.errorMs + b.errorMs };
  const lines: AdviceLine[] = [clockLine('A', a), clockLine('B', b)];
  if (Math.abs(between.differenceMs) <= AGREES_MS_MAX) return lines;
  const verdict = newest && Math.abs(between.differenceMs) > ORDER_MS_MAX ? 'stop' : verdictOf(between);
  const said = asFinding(
    say('two-way-clocks', { ...figures(between), difference: Math.round(Math.abs(between.differenceMs)) }),
  );
  const place = { subject: 'A, B', side: null, table: null, check: 'clock' };
  return [...lines, { ...place, verdict, ...said, ...cureOf(verdict) }];
}

function clockLine(side: Side, measured: ClockDifference): AdviceLine {
  const agrees = Math.abs(measured.differenceMs) <= AGREES_MS_MAX;
  const finding = asFinding(agrees ? say('clock-agrees') : say('two-way-clock', figures(measured)));
  const verdict = verdictOf(measured);
  return serverLine(side, { verdict, check: 'clock', ...finding, ...cureOf(verdict) });
}

function verdictOf({ differenceMs }: ClockDifference): 'ok' | 'warning' {
  return Math.abs(differenceMs) > NOTICE_MS_MAX ? 'warning' : 'ok';
}

function cureOf(verdict: AdviceLine['verdict']): Partial<ReturnType<typeof asFix>> {
  return verdict === 'ok' ? {} : asFix(say('fix-two-way-clock'));
}

function figures({ differenceMs, errorMs }: ClockDifference): { difference: number; error: number } {
  return { difference: Math.round(differenceMs), error: Math.ceil(errorMs) };
}
