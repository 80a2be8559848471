import type { Value } from '@otter/core';

/**
 * Columns set by an operation, a bit for each ordinal, or this: all of them. Tables too wide for bits always use
 * it; what an image lacks (`undefined`) stays out either way.
 */
export const ALL_COLUMNS = -1;

/** Widest table whose ordinals fit into the bits of a number. */
export const MASK_COLUMNS_MAX = 30;

/** Whether two values of a row image are one to the server; 0 and -0 are not. */
export function sameValue(a: Value, b: Value): boolean {
  return Object.is(a, b) || (Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b));
}
