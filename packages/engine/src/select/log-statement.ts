/**
 * Recognises what a statement in the log means for mapped tables. Not a parser: it reads the words that
 * decide and the names that follow them; what it does not know is reported as such, never as harmless.
 * Source: MySQL manual, "SQL Statements"; MariaDB executable comments are opened.
 */

export interface TableName {
  /** '' when the statement leaves it to the session's default schema. */
  schema: string;
  table: string;
}

export type StatementMeaning =
  /** Changes neither rows nor the shape of a table: privileges, views, routines, index maintenance. */
  | { meaning: 'harmless' }
  /** Changes the definition or the whole content of these tables. */
  | { meaning: 'definition'; tables: TableName[] }
  /** Drops every table of a schema. */
  | { meaning: 'schema-drop'; schema: string }
  /** Writes rows, as text. */
  | { meaning: 'write'; tables: TableName[] }
  /** Not recognised; `words` holds every name in it. */
  | { meaning: 'unknown'; words: string[] };

interface Token {
  text: string;
  /** A name that was quoted can not be a keyword. */
  quoted: boolean;
}

/**
 * Comments and the marks of executable ones, names, strings, words, single characters. A comment inside a string or a
 * quoted name is none, so all of them are read in one go.
 */
const TOKEN =
  /(\/\*M?!\d*|\*\/|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*|--(?=\s|$)[^\n]*)|`((?:[^`]|``)*)`|"((?:[^"\\]|\\.|"")*)"|('(?:[^'\\]|\\.|'')*')|[\p{L}\p{N}_$@\u0080-\uffff]+|\S/gsu;
/** The same where a backslash is a character like any other (sql_mode NO_BACKSLASH_ESCAPES). */
const TOKEN_PLAIN_BACKSLASH = new RegExp(TOKEN.source.replaceAll(String.raw`\\]|\\.|`, ']|'), 'gsu');
/** A row write names its tables at its head; a 1 GB INSERT need not be read to its end. */
const HEAD_CHARACTERS = 64 * 1024;
const ROW_WRITE = /^\s*(?:INSERT|REPLACE|UPDATE|DELETE|LOAD)\b/i;

/** Tells by its first word that a statement writes rows and defines nothing, without reading on. */
export function isRowWrite(sql: string): boolean {
  return ROW_WRITE.test(sql);
}

function tokenize(sql: string, plainBackslash: boolean): Token[] {
  const text = isRowWrite(sql) ? sql.slice(0, HEAD_CHARACTERS) : sql;
  const tokens: Token[] = [];
  for (const match of text.matchAll(plainBackslash ? TOKEN_PLAIN_BACKSLASH : TOKEN)) {
    const [whole, comment, name, quoted, string] = match;
    if (comment !== undefined) continue;
    if (name !== undefined) tokens.push({ text: name.replaceAll('``', '`'), quoted: true });
    else if (quoted !== undefined) tokens.push({ text: quoted.replaceAll('""', '"'), quoted: true });
    else if (string !== undefined) tokens.push({ text: '', quoted: true });
    else tokens.push({ text: whole, quoted: false });
  }
  return tokens;
}

const NAME = /^[\p{L}\p{N}_$\u0080-\uffff]+$/u;

/** Words between the names of a row write; never a name themselves unless quoted. */
const RESERVED = new Set([
  ...[
    'FROM',
    'USING',
    'JOIN',
    'INNER',
    'LEFT',
    'RIGHT',
    'CROSS',
    'NATURAL',
    'STRAIGHT_JOIN',
    'ON',
    'AS',
    'AND',
    'OR',
    'NOT',
  ],
  ...[
    'SELECT',
    'INTO',
    'SET',
    'WHERE',
    'WITH',
    'UPDATE',
    'DELETE',
    'IGNORE',
    'LOW_PRIORITY',
    'NULL',
    'IS',
    'IN',
    'BY',
    'DUAL',
  ],
  ...['ORDER', 'GROUP', 'LIMIT', 'EXISTS', 'UNION', 'RECURSIVE', 'CASE', 'WHEN', 'THEN', 'ELSE', 'LIKE', 'BETWEEN'],
]);

/** Walks over tokens; keywords are compared in upper case, quoted names never are keywords. */
class Words {
  #at = 0;
  readonly #tokens: Token[];

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(offset = 0): string {
    const token = this.#tokens[this.#at + offset];
    return token && !token.quoted ? token.text.toUpperCase() : '';
  }

  skip(...words: string[]): boolean {
    if (!words.every((word, i) => this.peek(i) === word)) return false;
    this.#at += words.length;
    return true;
  }

  /** Goes to the first of these words; false, and to the end, when none of them comes. */
  seek(...words: string[]): boolean {
    while (!this.done && !words.includes(this.peek())) this.#at += 1;
    return !this.done;
  }

  skipAny(words: ReadonlySet<string>): void {
    while (words.has(this.peek())) this.#at += 1;
  }

  next(): void {
    this.#at += 1;
  }

  /** `name`, `schema.name`, or null where none stands. */
  table(): TableName | null {
    // `.name` is a table of the default schema to old servers.
    if (this.peek() === '.') this.#at += 1;
    const first = this.#tokens[this.#at];
    if (!first || (!first.quoted && !NAME.test(first.text))) return null;
    this.#at += 1;
    if (this.peek() !== '.') return { schema: '', table: first.text };
    const second = this.#tokens[this.#at + 1];
    if (!second) return null;
    this.#at += 2;
    return { schema: first.text, table: second.text };
  }

  /** A comma list of tables. */
  tables(): TableName[] {
    const tables: TableName[] = [];
    do {
      const table = this.table();
      if (!table) break;
      tables.push(table);
    } while (this.skip(','));
    return tables;
  }

  /** Every name that may be a table, in any role, up to one of these words. */
  names(...before: string[]): TableName[] {
    const names: TableName[] = [];
    while (!this.done && !before.includes(this.peek())) {
      const name = RESERVED.has(this.peek()) ? null : this.table();
      if (name) names.push(name);
      else this.#at += 1;
    }
    return names;
  }
}

const HARMLESS_FIRST = new Set([
  ...['GRANT', 'REVOKE', 'FLUSH', 'OPTIMIZE', 'REPAIR', 'CHECK', 'SET', 'USE', 'INSTALL', 'UNINSTALL'],
  ...[
    'KILL',
    'RESET',
    'SHOW',
    'CHECKSUM',
    'COMMIT',
    'ROLLBACK',
    'BEGIN',
    'START',
    'SAVEPOINT',
    'RELEASE',
    'LOCK',
    'UNLOCK',
  ],
]);
const HARMLESS_OBJECTS = new Set([
  ...[
    'USER',
    'ROLE',
    'VIEW',
    'PROCEDURE',
    'FUNCTION',
    'EVENT',
    'TRIGGER',
    'SERVER',
    'PACKAGE',
    'TABLESPACE',
    'LOGFILE',
  ],
  ...[
    'INDEX',
    'UNIQUE',
    'FULLTEXT',
    'SPATIAL',
    'SEQUENCE',
    'RESOURCE',
    'UNDO',
    'INSTANCE',
    'AGGREGATE',
    'LIBRARY',
    'JSON',
    'SQL',
    'ALGORITHM',
  ],
]);
const MODIFIERS = new Set(['OR', 'REPLACE', 'ONLINE', 'OFFLINE', 'IGNORE', 'VECTOR']);
const WRITES = new Set(['CALL', 'DO', 'SELECT', 'WITH', 'IMPORT', 'HANDLER', 'TABLE']);
const WRITE_OPTIONS = new Set(['LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'QUICK', 'IGNORE', 'INTO']);

/** Tells what one statement means. Never throws. `plainBackslash`: it was run under NO_BACKSLASH_ESCAPES. */
export function recogniseStatement(sql: string, plainBackslash = false): StatementMeaning {
  return recognise(new Words(tokenize(sql, plainBackslash)));
}

function recognise(words: Words): StatementMeaning {
  // MariaDB: SET STATEMENT variable=value, … FOR any statement; the log holds it as it was written.
  while (words.skip('SET', 'STATEMENT')) while (!words.done && !words.skip('FOR')) words.next();
  const first = words.peek();
  if (first === '' && words.done) return { meaning: 'harmless' };
  if (HARMLESS_FIRST.has(first)) return { meaning: 'harmless' };
  words.next();
  switch (first) {
    case 'CREATE':
      return recogniseCreate(words);
    case 'ALTER':
      return recogniseAlter(words);
    case 'DROP':
      return recogniseDrop(words);
    case 'RENAME':
      return recogniseRename(words);
    case 'TRUNCATE':
      words.skip('TABLE');
      return definition(words.tables(), words);
    case 'ANALYZE':
      return recogniseAnalyze(words);
    case 'INSERT':
    case 'REPLACE':
      // Only the first table is written: pt-table-checksum fills its own by reading every other one.
      words.skipAny(WRITE_OPTIONS);
      return write(words.table(), words);
    case 'UPDATE':
      return { meaning: 'write', tables: words.names('SET') };
    case 'DELETE':
      return { meaning: 'write', tables: words.names('WHERE') };
    case 'LOAD':
      return words.seek('INTO') && words.skip('INTO', 'TABLE') ? write(words.table(), words) : unknown(words);
    default:
      if (WRITES.has(first)) return { meaning: 'write', tables: words.names() };
      return unknown(words);
  }
}

function recogniseCreate(words: Words): StatementMeaning {
  const replaces = words.peek() === 'OR' && words.peek(1) === 'REPLACE';
  words.skipAny(MODIFIERS);
  skipDefiner(words);
  if (words.skip('TEMPORARY')) return { meaning: 'harmless' };
  if (HARMLESS_OBJECTS.has(words.peek())) return { meaning: 'harmless' };
  // CREATE OR REPLACE drops what was there.
  if (words.peek() === 'DATABASE' || words.peek() === 'SCHEMA')
    return replaces ? schemaDrop(words) : { meaning: 'harmless' };
  words.skip('EXTERNAL');
  if (!words.skip('TABLE')) return unknown(words);
  words.skip('IF', 'NOT', 'EXISTS');
  const created = words.table();
  if (replaces) return definition(created ? [created] : [], words);
  // A new table holds no rows, unless the same statement fills it and so was not logged as rows.
  return holdsQuery(words) ? write(created, words) : { meaning: 'harmless' };
}

/** SELECT, TABLE or VALUES at the end of a CREATE TABLE; VALUES also opens the bounds of a partition. */
function holdsQuery(words: Words): boolean {
  for (; words.seek('SELECT', 'TABLE', 'VALUES'); words.next()) {
    if (words.peek() !== 'VALUES' || (words.peek(1) !== 'LESS' && words.peek(1) !== 'IN')) return true;
  }
  return false;
}

/** ANALYZE TABLE, or MariaDB's ANALYZE of a statement, which runs it. */
function recogniseAnalyze(words: Words): StatementMeaning {
  if (words.skip('FORMAT', '=')) words.next();
  const statistics = ['TABLE', 'TABLES', 'NO_WRITE_TO_BINLOG', 'LOCAL'].includes(words.peek());
  return statistics ? { meaning: 'harmless' } : recognise(words);
}

function recogniseAlter(words: Words): StatementMeaning {
  words.skipAny(MODIFIERS);
  skipDefiner(words);
  if (HARMLESS_OBJECTS.has(words.peek()) || words.peek() === 'DATABASE' || words.peek() === 'SCHEMA')
    return { meaning: 'harmless' };
  if (!words.skip('TABLE')) return unknown(words);
  words.skip('IF', 'EXISTS');
  const altered = words.tables();
  const others: TableName[] = [];
  while (!words.done) {
    // RENAME TO x, EXCHANGE PARTITION p WITH TABLE x and CONVERT PARTITION p TO TABLE x touch a second table.
    if (
      skipRename(words) ||
      words.skip('WITH', 'TABLE') ||
      words.skip('TO', 'TABLE') ||
      words.skip('CONVERT', 'TABLE')
    ) {
      if (words.peek() === 'COLUMN' || words.peek() === 'INDEX' || words.peek() === 'KEY') continue;
      const table = words.table();
      if (table) others.push(table);
    } else words.next();
  }
  return definition([...altered, ...others], words);
}

function skipRename(words: Words): boolean {
  if (!words.skip('RENAME')) return false;
  if (!words.skip('TO') && !words.skip('AS')) words.skip('=');
  return true;
}

function recogniseDrop(words: Words): StatementMeaning {
  words.skipAny(MODIFIERS);
  if (words.skip('TEMPORARY')) return { meaning: 'harmless' };
  if (words.peek() === 'DATABASE' || words.peek() === 'SCHEMA') return schemaDrop(words);
  if (HARMLESS_OBJECTS.has(words.peek()) || words.peek() === 'PREPARE') return { meaning: 'harmless' };
  if (!words.skip('TABLE') && !words.skip('TABLES')) return unknown(words);
  words.skip('IF', 'EXISTS');
  return definition(words.tables(), words);
}

function recogniseRename(words: Words): StatementMeaning {
  if (words.peek() === 'USER') return { meaning: 'harmless' };
  if (!words.skip('TABLE') && !words.skip('TABLES')) return unknown(words);
  words.skip('IF', 'EXISTS');
  const tables: TableName[] = [];
  do {
    const from = words.table();
    if (words.skip('WAIT')) words.next();
    words.skip('NOWAIT');
    const to = words.skip('TO') ? words.table() : null;
    if (from) tables.push(from);
    if (to) tables.push(to);
  } while (words.skip(','));
  return definition(tables, words);
}

function skipDefiner(words: Words): void {
  if (!words.skip('DEFINER', '=')) return;
  words.seek(...HARMLESS_OBJECTS);
}

function schemaDrop(words: Words): StatementMeaning {
  words.next();
  words.skip('IF', 'EXISTS');
  const name = words.table();
  return name ? { meaning: 'schema-drop', schema: name.table } : unknown(words);
}

function write(table: TableName | null, words: Words): StatementMeaning {
  return table ? { meaning: 'write', tables: [table] } : unknown(words);
}

function definition(tables: TableName[], words: Words): StatementMeaning {
  return tables.length > 0 ? { meaning: 'definition', tables } : unknown(words);
}

function unknown(words: Words): StatementMeaning {
  return {
    meaning: 'unknown',
    words: words.names().flatMap((n) => (n.schema === '' ? [n.table] : [n.schema, n.table])),
  };
}
