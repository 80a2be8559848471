import { say, type Wording } from '@otter/core';
import { quoteName } from '@otter/dialects';
import type { ColumnMapping } from '../sync-options.ts';
import { targetColumnName } from '../transform/routed-table.ts';
import type { TokenRange } from './ddl-statement.ts';
import type { TextEdit } from './statement-text.ts';
import { TokenWalk, type NameReference } from './token-walk.ts';
import type { SqlToken } from './sql-token.ts';

/** A clause as it has to read on the target: with these edits, or not at all. */
export type TranslatedClause = { edits: TextEdit[] } | { dropped: true } | { uncertain: Wording };

const KEYS = new Set(['INDEX', 'KEY', 'UNIQUE', 'PRIMARY', 'FULLTEXT', 'SPATIAL', 'VECTOR', 'CONSTRAINT']);
/** Words behind ADD, or at the head of a definition of CREATE TABLE, that no unquoted column name can be. */
const NO_COLUMN = new Set([...KEYS, 'FOREIGN', 'CHECK', 'PARTITION', 'PERIOD', 'SYSTEM', 'LIKE']);

/**
 * Rewrites the parts of DDL that name columns of a table whose columns are renamed or left out. It knows the places
 * where a column stands for itself; a column concerned that stands anywhere else, an expression say, is uncertain.
 */
export class ColumnClauses {
  readonly #mappings: readonly ColumnMapping[];
  readonly #tokens: readonly SqlToken[];
  readonly #concerned: ReadonlySet<string>;
  readonly #includes: boolean;

  constructor(tokens: readonly SqlToken[], mappings: readonly ColumnMapping[]) {
    this.#tokens = tokens;
    this.#mappings = mappings;
    this.#includes = mappings.some((mapping) => mapping.include !== undefined);
    const names = mappings.flatMap((m) => [...(m.exclude ?? []), ...Object.entries(m.rename ?? {}).flat()]);
    this.#concerned = new Set(names.map((name) => name.toLowerCase()));
  }

  /** Every column travels under its own name. */
  get plain(): boolean {
    return this.#mappings.length === 0;
  }

  /** One clause of ALTER TABLE. */
  alter(range: TokenRange): TranslatedClause {
    if (this.plain) return { edits: [] };
    const walk = this.#walk(range);
    const verb = walk.peek();
    if (verb === 'RENAME' && walk.peek(1) === 'COLUMN') return this.#renaming(walk, 2);
    if (verb === 'CHANGE') return this.#renaming(walk, walk.peek(1) === 'COLUMN' ? 2 : 1);
    if (verb === 'MODIFY') return this.#column(walk, 1);
    if (verb === 'ADD' || verb === 'DROP' || verb === 'ALTER') {
      if (walk.peek(1) === 'COLUMN') return walk.peek(2) === '(' ? this.#keyList(walk) : this.#column(walk, 2);
      if (verb === 'ALTER' && ['INDEX', 'KEY', 'CHECK', 'CONSTRAINT'].includes(walk.peek(1)))
        return this.#elsewhere(walk);
      if (!NO_COLUMN.has(walk.peek(1)) && walk.peek(1) !== '(') return this.#column(walk, 1);
    }
    return this.#keyList(walk);
  }

  /** One definition between the brackets of CREATE TABLE. */
  definition(range: TokenRange): TranslatedClause {
    if (this.plain) return { edits: [] };
    const walk = this.#walk(range);
    return NO_COLUMN.has(walk.peek()) ? this.#keyList(walk) : this.#column(walk, 0);
  }

  /** The column list of CREATE INDEX. */
  parts(range: TokenRange): TranslatedClause {
    if (this.plain) return { edits: [] };
    return this.#parts(this.#walk(range));
  }

  #walk({ from, end }: TokenRange): TokenWalk {
    return new TokenWalk(this.#tokens, from, end);
  }

  /** A clause about one column, whose name stands behind `words` words. */
  #column(walk: TokenWalk, words: number): TranslatedClause {
    walk.at += words;
    walk.skip('IF', 'NOT', 'EXISTS');
    walk.skip('IF', 'EXISTS');
    const column = walk.name();
    if (!column) return { uncertain: say('column-name-unreadable') };
    const target = targetColumnName(column.name, this.#mappings);
    if (target === null) return { dropped: true };
    const edits: TextEdit[] = [];
    if (target !== column.name) edits.push(replaced(column, target));
    else if (this.#isConcerned(column.name)) return this.#uncertain(column.name);
    for (; !walk.done; walk.next()) {
      if (walk.peek() !== 'AFTER') continue;
      const place = this.#place(walk);
      if (place) edits.push(place);
      walk.at -= 1;
    }
    const rest = this.#walk({ from: this.#after(column), end: walk.end });
    return this.#mentions(rest) ?? { edits };
  }

  /** Where in the row a column goes matters to nobody on the target. */
  #place(walk: TokenWalk): TextEdit | null {
    const after = walk.token() as SqlToken;
    walk.next();
    const neighbour = walk.name();
    if (!neighbour) return null;
    const target = targetColumnName(neighbour.name, this.#mappings);
    if (target === null) return { start: after.start, end: neighbour.end, text: '' };
    return target === neighbour.name ? null : replaced(neighbour, target);
  }

  #after(name: NameReference): number {
    return this.#tokens.findIndex((token) => token.start >= name.end);
  }

  /** CHANGE and RENAME COLUMN: the mapping goes by names, so both have to be out of its reach. */
  #renaming(walk: TokenWalk, words: number): TranslatedClause {
    walk.at += words;
    walk.skip('IF', 'EXISTS');
    const from = walk.name();
    walk.skip('TO');
    const to = walk.name();
    if (!from || !to) return { uncertain: say('column-name-unreadable') };
    const targets = [from, to].map(({ name }) => targetColumnName(name, this.#mappings));
    if (targets.every((target) => target === null)) return { dropped: true };
    for (const { name } of [from, to]) {
      if (targetColumnName(name, this.#mappings) !== name || this.#isConcerned(name)) return this.#uncertain(name);
    }
    const edits: TextEdit[] = [];
    const rest = this.#walk({ from: walk.at, end: walk.end });
    for (; !walk.done; walk.next()) {
      if (walk.peek() !== 'AFTER') continue;
      const place = this.#place(walk);
      if (place) edits.push(place);
      walk.at -= 1;
    }
    return this.#mentions(rest) ?? { edits };
  }

  /** Keys: the names in their brackets are columns. Anything else that has brackets may hold an expression. */
  #keyList(walk: TokenWalk): TranslatedClause {
    const verb = walk.peek() === 'ADD' ? walk.peek(1) : walk.peek();
    const start = walk.at;
    const isKey = KEYS.has(verb) && !this.#holds(walk, 'CHECK') && !this.#holds(walk, 'FOREIGN');
    if (!isKey) return this.#elsewhere(walk);
    while (!walk.done && walk.peek() !== '(') walk.next();
    const from = walk.at + 1;
    const head = this.#mentions(this.#walk({ from: start, end: walk.at }));
    if (head && !this.#includes) return head;
    if (!walk.skipGroup()) return { edits: [] };
    return this.#parts(this.#walk({ from, end: walk.at - 1 }));
  }

  #holds(walk: TokenWalk, word: string): boolean {
    return this.#tokens.slice(walk.at, walk.end).some((token) => token.kind === 'word' && token.text === word);
  }

  #parts(walk: TokenWalk): TranslatedClause {
    const edits: TextEdit[] = [];
    while (!walk.done) {
      const end = walk.clauseEnd();
      const column = walk.name();
      if (!column) return { uncertain: say('index-over-expression') };
      const target = targetColumnName(column.name, this.#mappings);
      if (target === null || (target === column.name && this.#isConcerned(column.name)))
        return this.#uncertain(column.name);
      if (target !== column.name) edits.push(replaced(column, target));
      walk.at = end;
      walk.skip(',');
    }
    return { edits };
  }

  #elsewhere(walk: TokenWalk): TranslatedClause {
    return this.#mentions(walk) ?? { edits: [] };
  }

  /** Uncertain when a column the mapping concerns stands in these tokens. */
  #mentions(walk: TokenWalk): TranslatedClause | null {
    for (let depth = 0; !walk.done; walk.next()) {
      const token = walk.token() as SqlToken;
      if (token.kind === 'mark') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
      if (walk.peek() === 'AFTER' && depth === 0) {
        walk.next();
        continue;
      }
      if (token.kind !== 'word' && token.kind !== 'name') continue;
      // Under a list of columns to keep, every other word in brackets may be one that does not travel.
      const doubtful = this.#includes && depth > 0 && !/^\d/.test(token.text) && !this.#travels(token.written);
      if (doubtful || this.#isConcerned(token.written)) return this.#uncertain(token.written);
    }
    return null;
  }

  #travels(name: string): boolean {
    return targetColumnName(name, this.#mappings) !== null;
  }

  #isConcerned(name: string): boolean {
    return this.#concerned.has(name.toLowerCase());
  }

  #uncertain(name: string): TranslatedClause {
    return { uncertain: say('column-mapped', { column: name }) };
  }
}

function replaced({ start, end }: NameReference, name: string): TextEdit {
  return { start, end, text: quoteName(name) };
}
