import { OtterError, say, type Wording } from '@otter/core';
import { quoteTable, quoteText, type Session } from '@otter/dialects';

/** Longest predicate, in characters. */
const PREDICATE_CHARACTERS_MAX = 4000;

/**
 * Refuses a text that could be more than one condition inside brackets: whoever may write to the target must not be
 * able to run statements on the source. Throws PREDICATE_INVALID.
 */
export function checkPredicate(text: string): void {
  if (text.trim() === '') throw invalid(say('predicate-empty'));
  if (text.length > PREDICATE_CHARACTERS_MAX) throw invalid(say('predicate-long', { limit: PREDICATE_CHARACTERS_MAX }));
  if (text.includes('\\')) throw invalid(say('predicate-backslash'));
  if (text.includes('\0')) throw invalid(say('predicate-nul'));
  let depth = 0;
  let quote: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quote !== null) {
      // A doubled quote ends one text and begins the next: the same here.
      if (c === quote) quote = null;
    } else if (c === "'" || c === '"' || c === '`') quote = c;
    else if (c === '(') depth += 1;
    else if (c === ')' && --depth < 0) throw invalid(say('predicate-bracket-closed'));
    else if (c === ';') throw invalid(say('predicate-semicolon'));
    else if (c === '#' || text.startsWith('--', i) || text.startsWith('/*', i)) throw invalid(say('predicate-comment'));
  }
  if (quote !== null) throw invalid(say('predicate-quote-open'));
  if (depth > 0) throw invalid(say('predicate-bracket-open'));
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
      detail: say('about', {
        what: `${schema}.${table}`,
        detail: OtterError.is(error) ? error.said : String(error),
      }),
      cause: error,
    });
  }
}

function invalid(detail: Wording): OtterError {
  return new OtterError('PREDICATE_INVALID', { detail });
}
