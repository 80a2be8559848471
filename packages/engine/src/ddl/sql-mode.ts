/**
 * Bits of sql_mode in the log that decide what DDL means or whether it passes, and that both families have.
 * Source: MySQL sql/system_variables.h, MariaDB sql/sql_class.h.
 */
const MODES: readonly (readonly [bit: bigint, name: string])[] = [
  [0n, 'REAL_AS_FLOAT'],
  [1n, 'PIPES_AS_CONCAT'],
  [2n, 'ANSI_QUOTES'],
  [3n, 'IGNORE_SPACE'],
  [6n, 'NO_UNSIGNED_SUBTRACTION'],
  [7n, 'NO_DIR_IN_CREATE'],
  [19n, 'NO_AUTO_VALUE_ON_ZERO'],
  [20n, 'NO_BACKSLASH_ESCAPES'],
  [21n, 'STRICT_TRANS_TABLES'],
  [22n, 'STRICT_ALL_TABLES'],
  [23n, 'NO_ZERO_IN_DATE'],
  [24n, 'NO_ZERO_DATE'],
  [25n, 'ALLOW_INVALID_DATES'],
  [26n, 'ERROR_FOR_DIVISION_BY_ZERO'],
  [29n, 'HIGH_NOT_PRECEDENCE'],
  [30n, 'NO_ENGINE_SUBSTITUTION'],
];

/** The modes of a session of the source, for a session of the target that is to run the same statement. */
export function sqlModeText(bits: bigint): string {
  return MODES.filter(([bit]) => (bits & (1n << bit)) !== 0n)
    .map(([, name]) => name)
    .join(',');
}
