import { OtterError } from '@otter/core';
import type { Session } from '@otter/dialects';
import type { DdlStep } from './ddl-translation.ts';
import { recogniseDdl, tablesOf } from './ddl-statement.ts';
import { sqlTokens, type SqlGrammar } from './sql-token.ts';
import { statementText } from './statement-text.ts';

/** Others may change the session, or write rows, which cannot be told from their not having been written. */
const FIRST_WORDS = new Set(['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE']);

type Server = Pick<Session, 'isMariadb' | 'versionNumber'>;

/**
 * A person's statement without comments and semicolons at its end. Throws USAGE for anything but one statement that
 * changes definitions and says which schema its tables are in.
 */
export function oneStatement(sql: string, server: Server): string {
  const all = sqlTokens(sql, grammarOf(server));
  let end = all.length;
  while (all[end - 1]?.text === ';') end -= 1;
  const tokens = all.slice(0, end);
  if (tokens.length === 0) throw usage('the statement is empty');
  if (tokens.some(({ kind, text }) => kind === 'mark' && text === ';'))
    throw usage('there is more than one statement; run the others on the target yourself');
  const text = statementText(sql, tokens);
  const ddl = recogniseDdl(text, grammarOf(server));
  if (!ddl && !FIRST_WORDS.has(tokens[0]?.text ?? ''))
    throw usage(
      `a statement that begins with ${[...FIRST_WORDS].join(', ')} is wanted; rows are written by hand, then \`otter errors skip\``,
    );
  const bare = ddl && tablesOf(ddl).find(({ schema }) => schema === '');
  if (bare) throw usage(`${bare.table} is written without its schema; there is no default one`);
  return text;
}

/** The step that runs it, for a table of the source and its place in the target. */
export function replacementStep(
  sql: string,
  parts: { table: string; statement: string; place: { schema: string; table: string }; server: Server },
): DdlStep {
  const { table, statement, place, server } = parts;
  const ddl = recogniseDdl(sql, grammarOf(server));
  const named = ddl
    ? tablesOf(ddl).filter((target) => target.schema !== place.schema || target.table !== place.table)
    : [];
  // What moves tables, and what is not understood, may leave the definitions looked at as they were.
  const isTold = ddl !== null && ddl.kind !== 'rename' && !('partners' in ddl && ddl.partners.length > 0);
  return {
    kind: ddl?.kind ?? 'alter',
    tables: [table],
    gone: [],
    moved: [],
    models: [],
    targets: [place, ...named.map(({ schema, table: name }) => ({ schema, table: name }))],
    sql,
    sqlMode: null,
    statement,
    repeat: isTold && !ddl.form.endsWith('database') ? 'by-definition' : 'swaps',
    already: [],
  };
}

function grammarOf({ isMariadb, versionNumber }: Server): SqlGrammar {
  return { isMariadb, versionNumber, ansiQuotes: false, plainBackslash: false };
}

function usage(detail: string): OtterError {
  return new OtterError('USAGE', { detail });
}
