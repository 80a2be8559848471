import { ERRORS, type ErrorCode, type ErrorScope } from '@otter/core';

interface BackOff {
  firstMs: number;
  maxMs: number;
}

/** What passes by itself is tried again soon; what waits for a person is looked at now and then. */
const PASSING: BackOff = { firstMs: 1_000, maxMs: 60_000 };
const WAITING: BackOff = { firstMs: 15_000, maxMs: 300_000 };
const BACK_OFF: Record<ErrorScope, BackOff> = {
  retry: PASSING,
  table: PASSING,
  pipeline: WAITING,
  usage: WAITING,
  request: WAITING,
};

/** Faults of ours; and the connections of a process killed a moment ago, which may still hold its locks. */
const PASSING_CODES: ReadonlySet<string> = new Set(['INTERNAL', 'OWNER_CHANGED']);

/** How long to wait after `failures` failures in a row (1 is the first), in milliseconds. Codes unknown here pass. */
export function backOffMs(code: string, failures: number): number {
  const passes = !Object.hasOwn(ERRORS, code) || PASSING_CODES.has(code);
  const { firstMs, maxMs } = passes ? PASSING : BACK_OFF[ERRORS[code as ErrorCode].scope];
  return Math.min(firstMs * 2 ** Math.min(failures - 1, 20), maxMs);
}
