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

const TOKEN = /`((?:[^`]|``)*)`|"((?:[^"\\]|\\.|"")*)"|'(?:[^'\\]|\\.|'')*'|([\p{L}\p{N}_$@]+)|([.,();=])|\S/gsu;
/** Only the head of a statement names its tables; a 1 GB INSERT need not be read to its end. */
const HEAD_CHARACTERS = 64 * 1024;

function tokenize(sql: string): Token[] {
  const opened = sql
    .slice(0, HEAD_CHARACTERS)
    .replace(/\/\*M?!\d*([\s\S]*?)\*\//g, ' $1 ')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/(^|\s)(--\s|#)[^\n]*/g, ' ');
  const tokens: Token[] = [];
  for (const match of opened.matchAll(TOKEN)) {
    if (match[1] !== undefined) tokens.push({ text: match[1].replaceAll('``', '`'), quoted: true });
    else if (match[2] !== undefined) tokens.push({ text: match[2].replaceAll('""', '"'), quoted: true });
    else if (match[0].startsWith("'")) tokens.push({ text: '', quoted: true });
    else tokens.push({ text: match[0], quoted: false });
  }
  return tokens;
}

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

  skipAny(words: ReadonlySet<string>): void {
    while (words.has(this.peek())) this.#at += 1;
  }

  next(): void {
    this.#at += 1;
  }

  /** `name`, `schema.name`, or null where none stands. */
  table(): TableName | null {
    const first = this.#tokens[this.#at];
    if (!first || (!first.quoted && !/^[\p{L}\p{N}_$]+$/u.test(first.text))) return null;
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

  /** Every name that may be a table, in any role. */
  names(): TableName[] {
    const names: TableName[] = [];
    while (!this.done) {
      const name = this.table();
      if (name) names.push(name);
      else this.#at += 1;
    }
    return names;
  }
}

const HARMLESS_FIRST = new Set([
  ...['GRANT', 'REVOKE', 'FLUSH', 'ANALYZE', 'OPTIMIZE', 'REPAIR', 'CHECK', 'SET', 'USE', 'INSTALL', 'UNINSTALL'],
  ...['KILL', 'RESET', 'SHOW', 'CHECKSUM', 'COMMIT', 'ROLLBACK', 'BEGIN', 'START', 'SAVEPOINT', 'RELEASE', 'LOCK', 'UNLOCK'],
]);
const HARMLESS_OBJECTS = new Set([
  ...['USER', 'ROLE', 'VIEW', 'PROCEDURE', 'FUNCTION', 'EVENT', 'TRIGGER', 'SERVER', 'PACKAGE', 'TABLESPACE', 'LOGFILE'],
  ...['INDEX', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'SEQUENCE', 'RESOURCE', 'UNDO', 'INSTANCE', 'SPATIAL', 'AGGREGATE', 'LIBRARY'],
]);
const MODIFIERS = new Set(['OR', 'REPLACE', 'ONLINE', 'OFFLINE', 'IGNORE', 'VECTOR']);
const WRITES = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'LOAD', 'CALL', 'DO', 'SELECT', 'WITH', 'IMPORT', 'HANDLER', 'TABLE']);

/** Tells what one statement means. Never throws. */
export function recogniseStatement(sql: string): StatementMeaning {
  const words = new Words(tokenize(sql));
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
  if (HARMLESS_OBJECTS.has(words.peek()) || words.peek() === 'SQL') return { meaning: 'harmless' };
  if (words.skip('DATABASE') || words.skip('SCHEMA')) return { meaning: 'harmless' };
  if (!words.skip('TABLE')) return unknown(words);
  words.skip('IF', 'NOT', 'EXISTS');
  // A new table holds no rows; CREATE OR REPLACE empties an old one.
  return replaces ? definition(words.tables(), words) : { meaning: 'harmless' };
}

function recogniseAlter(words: Words): StatementMeaning {
  words.skipAny(MODIFIERS);
  skipDefiner(words);
  if (HARMLESS_OBJECTS.has(words.peek()) || words.peek() === 'DATABASE' || words.peek() === 'SCHEMA' || words.peek() === 'SQL') {
    return { meaning: 'harmless' };
  }
  if (!words.skip('TABLE')) return unknown(words);
  words.skip('IF', 'EXISTS');
  const altered = words.tables();
  const others: TableName[] = [];
  while (!words.done) {
    // RENAME TO x and EXCHANGE PARTITION p WITH TABLE x touch a second table.
    if ((words.skip('RENAME') && (words.skip('TO') || words.skip('AS') || true)) || words.skip('WITH', 'TABLE')) {
      if (words.peek() === 'COLUMN' || words.peek() === 'INDEX' || words.peek() === 'KEY') continue;
      const table = words.table();
      if (table) others.push(table);
    } else words.next();
  }
  return definition([...altered, ...others], words);
}

function recogniseDrop(words: Words): StatementMeaning {
  words.skipAny(MODIFIERS);
  if (words.skip('TEMPORARY')) return { meaning: 'harmless' };
  if (words.skip('DATABASE') || words.skip('SCHEMA')) {
    words.skip('IF', 'EXISTS');
    const name = words.table();
    return name ? { meaning: 'schema-drop', schema: name.table } : unknown(words);
  }
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
    words.skip('WAIT') || words.skip('NOWAIT');
    const to = words.skip('TO') ? words.table() : null;
    if (from) tables.push(from);
    if (to) tables.push(to);
  } while (words.skip(','));
  return definition(tables, words);
}

function skipDefiner(words: Words): void {
  if (!words.skip('DEFINER', '=')) return;
  while (!words.done && !HARMLESS_OBJECTS.has(words.peek()) && words.peek() !== 'SQL') words.next();
}

function definition(tables: TableName[], words: Words): StatementMeaning {
  return tables.length > 0 ? { meaning: 'definition', tables } : unknown(words);
}

function unknown(words: Words): StatementMeaning {
  return { meaning: 'unknown', words: words.names().flatMap((n) => (n.schema === '' ? [n.table] : [n.schema, n.table])) };
}
