import { OtterError } from '@otter/core';

/** LOG_CORRUPT: the bytes at hand cannot be what a server writes. `detail` never holds a row value. */
export function corrupt(detail: string, cause?: unknown): OtterError {
  return new OtterError('LOG_CORRUPT', cause === undefined ? { detail } : { detail, cause });
}

/**
 * Turns what Buffer, zlib and fzstd throw over malformed bytes into LOG_CORRUPT.
 * Everything else (an OtterError, a mistake of a caller's function) comes back unchanged.
 */
export function asCorruption(error: unknown): unknown {
  if (OtterError.is(error)) return error;
  const code = (error as { code?: unknown } | null)?.code;
  // Buffer: ERR_OUT_OF_RANGE and friends; zlib: Z_DATA_ERROR, ERR_BUFFER_TOO_LARGE; fzstd: a small number.
  const fromBytes =
    error instanceof RangeError ||
    typeof code === 'number' ||
    (typeof code === 'string' && /^(Z_|ERR_BUFFER|ERR_OUT_OF_RANGE|ERR_ZSTD|ZSTD_)/.test(code));
  return fromBytes ? corrupt((error as Error).message, error) : error;
}
