import { say, type Wording } from '@otter/core';
import { quoteText } from '@otter/dialects';
import type { AlterTable } from './ddl-statement.ts';
import { TokenWalk } from './token-walk.ts';

/** Whether the rows gh-ost or pt-online-schema-change made are those an ALTER TABLE makes of the same table. */
export type Repeatability =
  /** As far as the statement tells; the table itself must not answer one of these questions with a row. */
  { repeatable: true; refusals(schema: string, table: string): Refusal[] } | { repeatable: false; reason: Wording };

/** A SELECT on the target; a row it gives is a reason not to run the statement. */
export interface Refusal {
  sql: string;
  reasonOf(row: readonly (string | null)[]): Wording;
}

/** Types that values are carried between without a choice, and what the catalogue calls them. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  integer: ['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'INTEGER', 'BIGINT', 'BOOL', 'BOOLEAN'],
  decimal: ['DECIMAL', 'NUMERIC', 'DEC', 'FIXED'],
  text: ['CHAR', 'VARCHAR', 'TINYTEXT', 'TEXT', 'MEDIUMTEXT', 'LONGTEXT'],
};
/** Clauses that leave every row as it is. */
const KEEPING = new Set([
  ...['ENGINE', 'COMMENT', 'AUTO_INCREMENT', 'ROW_FORMAT', 'KEY_BLOCK_SIZE', 'FORCE', 'ALGORITHM', 'LOCK', 'ORDER'],
  ...['DEFAULT', 'CHARACTER', 'CHARSET', 'COLLATE', 'STATS_PERSISTENT', 'STATS_AUTO_RECALC', 'STATS_SAMPLE_PAGES'],
]);
const PLAIN_KEYS = new Set(['INDEX', 'KEY', 'FULLTEXT', 'SPATIAL']);
/** In a column's definition: values that another server, or another order of rows, would make others. */
const UNSAFE_WORDS = new Set(['GENERATED', 'AS', 'UNIQUE', 'PRIMARY', 'KEY', 'REFERENCES', 'CHECK', 'SERIAL', 'ON']);

/**
 * Judges an ALTER TABLE by its clauses. Such a tool copies rows by INSERT IGNORE and REPLACE, which leave out what clashes
 * in a unique key at that moment and give new columns what their default is then: what depends on it is not repeatable.
 * Neither are renamed columns, of which the tool may have carried the values or not. A conversion is the same as
 * an ALTER's where both are strict.
 */
export function repeatability(ddl: AlterTable): Repeatability {
  const judge = new AlterJudge(ddl);
  const reason = judge.run();
  return reason === null ? { repeatable: true, refusals: judge.refusals } : { repeatable: false, reason };
}

class AlterJudge {
  readonly #ddl: AlterTable;
  readonly #added = new Set<string>();
  /** Columns that must not be part of a unique key. */
  readonly #notUnique: string[] = [];
  readonly #dropped = new Set<string>();
  readonly #families: { column: string; types: readonly string[] }[] = [];
  readonly #counted: string[] = [];
  #convertsText = false;

  constructor(ddl: AlterTable) {
    this.#ddl = ddl;
  }

  /** Why it is not repeatable; `null`: it is. */
  run(): Wording | null {
    for (const { from, end } of this.#ddl.clauses) {
      const reason = this.#clause(new TokenWalk(this.#ddl.tokens, from, end));
      if (reason !== null) return reason;
    }
    const both = [...this.#added].find((column) => this.#dropped.has(column));
    return both === undefined ? null : say('column-dropped-added', { column: both });
  }

  readonly refusals = (schema: string, table: string): Refusal[] => {
    const here = `TABLE_SCHEMA=${quoteText(schema)} AND TABLE_NAME=${quoteText(table)}`;
    const others = this.#families.map(
      ({ column, types }) =>
        `(COLUMN_NAME=${quoteText(column)} AND DATA_TYPE NOT IN (${types.map((type) => quoteText(type.toLowerCase())).join(',')}))`,
    );
    const counting = this.#counted.map(
      (column) => `(COLUMN_NAME=${quoteText(column)} AND EXTRA NOT LIKE '%auto_increment%')`,
    );
    const questions: Refusal[] = [
      {
        sql: `SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE ${here} AND CONSTRAINT_TYPE='FOREIGN KEY'`,
        reasonOf: ([key]) => say('has-foreign-key', { key: key ?? '' }),
      },
    ];
    const columns = 'FROM information_schema.COLUMNS WHERE';
    if (others.length + counting.length > 0) {
      const about = [...others, ...counting].join(' OR ');
      questions.push({
        sql: `SELECT COLUMN_NAME,COLUMN_TYPE ${columns} ${here} AND (${about})`,
        reasonOf: ([column, type]) => say('column-is-type', { column: column ?? '', type: type ?? '' }),
      });
    }
    const texts = (FAMILIES['text'] ?? []).map((type) => quoteText(type.toLowerCase())).join(',');
    const inKey = [
      ...(this.#notUnique.length > 0 ? [`COLUMN_NAME IN (${this.#notUnique.map(quoteText).join(',')})`] : []),
      ...(this.#convertsText
        ? [`COLUMN_NAME IN (SELECT COLUMN_NAME ${columns} ${here} AND DATA_TYPE IN (${texts}))`]
        : []),
    ];
    if (inKey.length > 0) {
      inKey.push(
        `COLUMN_NAME IS NULL`,
        `COLUMN_NAME IN (SELECT COLUMN_NAME ${columns} ${here} AND EXTRA LIKE '%GENERATED%')`,
      );
      questions.push({
        sql: `SELECT INDEX_NAME,COLUMN_NAME FROM information_schema.STATISTICS WHERE ${here} AND NON_UNIQUE=0 AND (${inKey.join(' OR ')})`,
        reasonOf: ([key, part]) => say('key-holds', { key: key ?? '', part: part ?? say('an-expression') }),
      });
    }
    return questions;
  };

  #clause(walk: TokenWalk): Wording | null {
    const verb = walk.peek();
    walk.next();
    if (KEEPING.has(verb)) return null;
    switch (verb) {
      case 'ADD':
        return PLAIN_KEYS.has(walk.peek()) ? null : this.#add(walk);
      case 'DROP':
        return PLAIN_KEYS.has(walk.peek()) ? null : this.#drop(walk);
      case 'MODIFY':
      case 'CHANGE':
        return this.#modify(walk, verb);
      case 'ALTER':
        walk.skip('COLUMN');
        return this.#column(walk) !== null && (walk.skip('SET', 'DEFAULT') || walk.skip('DROP', 'DEFAULT'))
          ? null
          : say('clause-unrepeatable');
      case 'RENAME':
        return walk.peek() === 'INDEX' || walk.peek() === 'KEY' ? null : say('renames-a-column');
      case 'CONVERT':
        this.#convertsText = true;
        return walk.skip('TO') ? null : say('clause-unrepeatable');
      default:
        return verb === '' ? say('clause-unrepeatable') : say('word-unrepeatable', { word: verb });
    }
  }

  /** The name that stands here, in lower case; `null` where a word says that it is no column. */
  #column(walk: TokenWalk): string | null {
    walk.skip('IF', 'NOT', 'EXISTS');
    walk.skip('IF', 'EXISTS');
    return walk.name()?.name.toLowerCase() ?? null;
  }

  #add(walk: TokenWalk): Wording | null {
    if (OTHER_OBJECTS.has(walk.peek())) return say('clashing-rows-left-out', { word: walk.peek() });
    walk.skip('COLUMN');
    const name = this.#column(walk);
    if (name === null) return say('columns-in-brackets');
    this.#added.add(name);
    const isTimestamp = walk.peek() === 'TIMESTAMP';
    let hasDefault = false;
    let isNullable = true;
    for (; !walk.done; walk.next()) {
      const word = walk.peek();
      if (UNSAFE_WORDS.has(word) || word === 'AUTO_INCREMENT') return say('new-column-valued', { column: name, word });
      if (word === 'NOT' && walk.peek(1) === 'NULL') isNullable = false;
      if (word !== 'DEFAULT') continue;
      walk.next();
      const isNull = walk.peek() === 'NULL';
      if (!isLiteral(walk) || (isTimestamp && !isNull)) return say('new-column-inconstant', { column: name });
      hasDefault = true;
    }
    if (isTimestamp && !hasDefault) return say('new-column-default-unsaid', { column: name });
    return isNullable || hasDefault ? null : say('new-column-not-null', { column: name });
  }

  #drop(walk: TokenWalk): Wording | null {
    if (OTHER_OBJECTS.has(walk.peek())) return say('word-unrepeatable', { word: `DROP ${walk.peek()}` });
    walk.skip('COLUMN');
    const name = this.#column(walk);
    if (name === null) return say('clause-not-understood');
    this.#dropped.add(name);
    this.#notUnique.push(name);
    return null;
  }

  #modify(walk: TokenWalk, verb: 'MODIFY' | 'CHANGE'): Wording | null {
    walk.skip('COLUMN');
    const name = this.#column(walk);
    if (name === null) return say('clause-not-understood');
    if (verb === 'CHANGE' && walk.name()?.name.toLowerCase() !== name) return say('renames-column', { column: name });
    const type = walk.peek();
    const family = Object.entries(FAMILIES).find(([, types]) => types.includes(type));
    if (!family) return say('column-becomes', { column: name, type });
    for (; !walk.done; walk.next()) {
      if (UNSAFE_WORDS.has(walk.peek())) return say('changed-column-valued', { column: name, word: walk.peek() });
      if (walk.peek() === 'AUTO_INCREMENT') this.#counted.push(name);
    }
    this.#families.push({ column: name, types: family[1] });
    if (family[0] !== 'integer') this.#notUnique.push(name);
    return null;
  }
}

const OTHER_OBJECTS = new Set(['UNIQUE', 'PRIMARY', 'CONSTRAINT', 'FOREIGN', 'CHECK', 'PARTITION', 'VECTOR', 'SYSTEM']);

/** Whether a plain literal stands here: a string, a number, NULL, TRUE or FALSE. */
function isLiteral(walk: TokenWalk): boolean {
  const at = walk.peek() === '-' || walk.peek() === '+' ? 1 : 0;
  const token = walk.token(at);
  if (!token) return false;
  if (token.kind === 'string') return at === 0;
  return token.kind === 'word' && (/^\d/.test(token.text) || (at === 0 && /^(?:NULL|TRUE|FALSE)$/.test(token.text)));
}
