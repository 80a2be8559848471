/**
 * One cell of a row as it stands in the log.
 *
 * | column kind                              | value                                                     |
 * | ---------------------------------------- | --------------------------------------------------------- |
 * | int, year, bit, enum (index), set (mask) | `number`, or `bigint` where a number would not be exact    |
 * | float, double                            | `number` (a float is already rounded to 32 bits)          |
 * | decimal                                  | exact text with its scale, `-0.50`                        |
 * | date, time, datetime                     | text as the server prints it, with all fraction digits    |
 * | timestamp                                | the same, in UTC                                          |
 * | text in utf8, utf8mb3, utf8mb4, ascii    | `string` when the bytes are valid UTF-8, else `Buffer`    |
 * | text in any other charset                | `Buffer`, the bytes in that charset                       |
 * | binary, geometry (SRID + WKB), vector    | `Buffer`                                                  |
 * | json                                     | the server's own text; {@link JsonDiff} list if partial   |
 * | SQL NULL                                 | `null`                                                    |
 * | not in the row image (MINIMAL, NOBLOB)   | `undefined`                                               |
 *
 * `Date` and `JSON.parse` never touch a user's value (design §5).
 */
export type Value = number | bigint | string | Buffer | JsonDiff[] | null | undefined;

/** One row: a value for each column of the log's table map, in its order. */
export type Row = Value[];

/**
 * One step of a partial JSON update (`binlog_row_value_options=PARTIAL_JSON`), kept only when the log
 * holds no before-image to apply it to. Source: MySQL "Json_diff", table_map PARTIAL_UPDATE_ROWS_EVENT.
 */
export interface JsonDiff {
  operation: 'replace' | 'insert' | 'remove';
  /** A JSON path, `$.a[0]`. */
  path: string;
  /** JSON text; absent for `remove`. */
  value?: string;
}

export function isJsonDiff(value: Value): value is JsonDiff[] {
  return Array.isArray(value);
}
