import type { Value } from '@otter/core';
import type { ByteCursor } from '../events/byte-cursor.ts';

/** Reads one value that is not NULL and moves the cursor behind it; throws LOG_CORRUPT or a RangeError. */
export type ColumnReader = (cursor: ByteCursor) => Value;
