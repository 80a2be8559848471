/**
 * Columns set by an operation, a bit for each ordinal, or this: all of them. Tables too wide for bits always use
 * it; what an image lacks (`undefined`) stays out either way.
 */
export const ALL_COLUMNS = -1;

/** Widest table whose ordinals fit into the bits of a number. */
export const MASK_COLUMNS_MAX = 30;
