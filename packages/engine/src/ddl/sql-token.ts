/**
 * One token of a statement with its place in the text, so that names can be replaced where they stand.
 * `end` is the first character behind it.
 */
export interface SqlToken {
  /** A word is a keyword or an unquoted name; a name was quoted; a mark is one other character. */
  kind: 'word' | 'name' | 'string' | 'mark';
  /** Upper case of a word; the bare name of a quoted one; '' for a string. */
  text: string;
  /** A word as it was written; the same as `text` for everything else. */
  written: string;
  start: number;
  end: number;
}

/** What the session that ran a statement changes about its grammar. */
export interface SqlGrammar {
  /** sql_mode ANSI_QUOTES: `"` quotes names. */
  ansiQuotes: boolean;
  /** sql_mode NO_BACKSLASH_ESCAPES: a backslash in a string is a character like any other. */
  plainBackslash: boolean;
  /** The server the log was written by: which executable comments it runs. */
  isMariadb: boolean;
  /** Major, minor and patch as one number, `10.11.6` → 101106; comments for later versions stay comments. */
  versionNumber: number;
}

const WORD = /[\p{L}\p{N}_$@\u0080-\uffff]+/uy;
const SPACE = /\s+/uy;

/**
 * Cuts a statement into tokens. Comments are left out; executable ones (`/*!NNNNN`, `/*M!`) are opened where the
 * source would run them, so that their content counts. Unclosed quotes and comments reach to the end. Never throws.
 * Source: MySQL manual "Comments", "Schema Object Names"; MariaDB "Comment Syntax".
 */
export function sqlTokens(sql: string, grammar: SqlGrammar): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    const space = matchAt(SPACE, sql, at);
    if (space > at) {
      at = space;
      continue;
    }
    const behind = skipComment(sql, at, grammar);
    if (behind > at) {
      at = behind;
      continue;
    }
    const token = readToken(sql, at, grammar);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function matchAt(pattern: RegExp, sql: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : at;
}

/** The place behind a comment that begins here, or `at` when none does. */
function skipComment(sql: string, at: number, grammar: SqlGrammar): number {
  const two = sql.slice(at, at + 2);
  if (two[0] === '#' || (two === '--' && /^\s|^$/.test(sql.slice(at + 2, at + 3)))) return endOf(sql, '\n', at);
  // Left over from an executable comment that was opened.
  if (two === '*/') return at + 2;
  if (two !== '/*') return at;
  const executable = /^\/\*(M?)!(\d{0,6})/.exec(sql.slice(at, at + 12));
  if (executable && isRun(executable, grammar)) return at + executable[0].length;
  return endOf(sql, '*/', at + 2);
}

/**
 * `/*!50100` is run by MySQL from 5.1.0 on. MariaDB runs `/*M!` and `/*!` alike up to its own version, but leaves out
 * `/*!50700` to `/*!99999`, which speak of MySQL 5.7 and later.
 */
function isRun([, maria, digits = '']: RegExpExecArray, { isMariadb, versionNumber }: SqlGrammar): boolean {
  if (maria === 'M' && !isMariadb) return false;
  if (digits.length < 5) return true;
  const version = Number(digits);
  if (isMariadb && maria !== 'M' && version >= 50700 && version <= 99999) return false;
  return version <= versionNumber;
}

function endOf(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found < 0 ? sql.length : found + mark.length;
}

function readToken(sql: string, at: number, { ansiQuotes, plainBackslash }: SqlGrammar): SqlToken {
  const first = sql[at] as string;
  if (first === '`' || (first === '"' && ansiQuotes)) {
    const end = quotedEnd(sql, at, first, false);
    const text = sql.slice(at + 1, sql[end - 1] === first && end - 1 > at ? end - 1 : end);
    const bare = text.replaceAll(first + first, first);
    return { kind: 'name', text: bare, written: bare, start: at, end };
  }
  if (first === "'" || first === '"') {
    return { kind: 'string', text: '', written: '', start: at, end: quotedEnd(sql, at, first, !plainBackslash) };
  }
  const end = matchAt(WORD, sql, at);
  if (end > at) {
    const written = sql.slice(at, end);
    return { kind: 'word', text: written.toUpperCase(), written, start: at, end };
  }
  const mark = String.fromCodePoint(sql.codePointAt(at) as number);
  return { kind: 'mark', text: mark, written: mark, start: at, end: at + mark.length };
}

function quotedEnd(sql: string, at: number, quote: string, escapes: boolean): number {
  for (let i = at + 1; i < sql.length; i++) {
    if (escapes && sql[i] === '\\') i += 1;
    else if (sql[i] === quote) {
      if (sql[i + 1] !== quote) return i + 1;
      i += 1;
    }
  }
  return sql.length;
}
