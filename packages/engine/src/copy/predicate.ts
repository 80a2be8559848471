import { OtterError } from '@otter/core';
import { quoteTable, quoteText, type Session } from '@otter/dialects';

/** Longest predicate, in characters. */
const PREDICATE_CHARACTERS_MAX = 4000;

/**
 * Refuses a text that could be more than one condition inside brackets: whoever may write to the target must not be
 * able to run statements on the source. Throws PREDICATE_INVALID.
 */
export function checkPredicate(text: string): void {
  if (text.trim() === '') throw invalid('it is empty');
  if (text.length > PREDICATE_CHARACTERS_MAX) throw invalid(`it has more than ${PREDICATE_CHARACTERS_MAX} characters`);
  if (text.includes('\\')) throw invalid('it holds a backslash');
  if (text.includes('\0')) throw invalid('it holds a NUL');
  let depth = 0;
  let quote: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quote !== null) {
      // A doubled quote ends one text and begins the next: the same here.
      if (c === quote) quote = null;
    } else if (c === "'" || c === '"' || c === '`') quote = c;
    else if (c === '(') depth += 1;
    else if (c === ')' && --depth < 0) throw invalid('a bracket is closed that was not opened');
    else if (c === ';') throw invalid('it holds a semicolon');
    else if (c === '#' || text.startsWith('--', i) || text.startsWith('/*', i)) throw invalid('it holds a comment');
  }
  if (quote !== null) throw invalid('a quote is not closed');
  if (depth > 0) throw invalid('a bracket is not closed');
}

/** Has the source look at the condition without reading a row. Throws PREDICATE_INVALID with what the server says. */
export async function tryPredicate(source: Session, schema: string, table: string, predicate: string): Promise<void> {
  checkPredicate(predicate);
  const sql = `SELECT 1 FROM ${quoteTable(schema, table)} WHERE (\n${predicate}\n) LIMIT 0`;
  try {
    // Prepared, a text can only ever be one statement.
    await source.query(`PREPARE otter_predicate FROM ${quoteText(sql)}`);
    await source.query('EXECUTE otter_predicate; DEALLOCATE PREPARE otter_predicate');
  } catch (error) {
    if (source.lost || (OtterError.is(error) && error.scope === 'retry')) throw error;
    throw new OtterError('PREDICATE_INVALID', {
      detail: `${schema}.${table}: ${OtterError.is(error) ? error.detail : String(error)}`,
      cause: error,
    });
  }
}

function invalid(reason: string): OtterError {
  return new OtterError('PREDICATE_INVALID', { detail: reason });
}
