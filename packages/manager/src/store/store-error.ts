import { OtterError, say } from '@otter/core';

const SQLITE_CONSTRAINT_UNIQUE = 2067;
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_FOREIGNKEY = 787;

interface DriverError extends Error {
  code?: string;
  /** MySQL. */
  errno?: number;
  sqlState?: string;
  /** SQLite. */
  sqliteExtendedCode?: number;
}

/**
 * What an error of either driver means, once, where it enters. A constraint that fires here was not met by the checks
 * before it because two requests ran at the same time.
 */
export function storeError(error: unknown): unknown {
  if (OtterError.is(error) || !(error instanceof Error)) return error;
  const { code, errno, sqlState, sqliteExtendedCode } = error as DriverError;
  const cause = error;
  if (
    sqliteExtendedCode === SQLITE_CONSTRAINT_UNIQUE ||
    sqliteExtendedCode === SQLITE_CONSTRAINT_PRIMARYKEY ||
    code === 'ER_DUP_ENTRY'
  ) {
    return new OtterError('NAME_TAKEN', { detail: say('taken-meanwhile'), cause });
  }
  if (
    code === 'ER_ROW_IS_REFERENCED_2' ||
    code === 'ER_NO_REFERENCED_ROW_2' ||
    sqliteExtendedCode === SQLITE_CONSTRAINT_FOREIGNKEY
  ) {
    return new OtterError('STATE_CONFLICT', {
      detail: say('referred-changed'),
      cause,
    });
  }
  if (code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT') {
    return new OtterError('STATE_CONFLICT', { detail: say('change-at-once'), cause });
  }
  const connection = errno !== undefined && sqlState === undefined;
  if (connection || code === 'ERR_SQLITE_ERROR' || code?.startsWith('PROTOCOL_') === true) {
    return new OtterError('STORE_UNREACHABLE', { detail: error.message, cause });
  }
  return error;
}
