import { isJsonDiff, type JsonDiff, type Value } from '@otter/core';
import type { TargetColumn } from './catalog.ts';
import { quoteName, quoteText } from './quoting.ts';

/** A whole JSON document; the server parses the text when it stores it. */
export function jsonLiteral(text: string): string {
  return quoteText(text);
}

/** Whether the value is an expression on the column's present value. */
export function jsonNeedsExpression(value: Value): boolean {
  return isJsonDiff(value);
}

/**
 * The steps of a partial JSON update as nested function calls on the column, applied in order. An insert
 * whose path ends in an array index inserts before that element (JSON_ARRAY_INSERT), one that ends in a
 * member adds it. Source: MySQL Json_diff, "JSON_INSERT … JSON_ARRAY_INSERT" in `Json_diff_vector`.
 */
export function jsonUpdateExpression(target: TargetColumn, diffs: readonly JsonDiff[]): string {
  let expression = quoteName(target.name);
  for (const diff of diffs) {
    const path = quoteText(diff.path);
    if (diff.operation === 'remove') {
      expression = `JSON_REMOVE(${expression},${path})`;
      continue;
    }
    const value = `CAST(${quoteText(diff.value ?? 'null')} AS JSON)`;
    if (diff.operation === 'replace') expression = `JSON_REPLACE(${expression},${path},${value})`;
    else if (diff.path.endsWith(']')) expression = `JSON_ARRAY_INSERT(${expression},${path},${value})`;
    else expression = `JSON_INSERT(${expression},${path},${value})`;
  }
  return expression;
}
