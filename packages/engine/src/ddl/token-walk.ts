import type { SqlToken } from './sql-token.ts';

/** A table as a statement names it, and where. */
export interface TableReference {
  /** '' when left to the session's default schema. */
  schema: string;
  table: string;
  start: number;
  end: number;
}

/** A name that stands for a column, schema or index, and where. */
export interface NameReference {
  name: string;
  start: number;
  end: number;
}

/** Walks over tokens; keywords are compared in upper case, quoted names never are keywords. */
export class TokenWalk {
  readonly tokens: readonly SqlToken[];
  at: number;
  readonly #end: number;

  constructor(tokens: readonly SqlToken[], from = 0, end = tokens.length) {
    this.tokens = tokens;
    this.at = from;
    this.#end = end;
  }

  get done(): boolean {
    return this.at >= this.#end;
  }

  /** Index behind the last token. */
  get end(): number {
    return this.#end;
  }

  token(offset = 0): SqlToken | undefined {
    return this.at + offset < this.#end ? this.tokens[this.at + offset] : undefined;
  }

  /** The word or mark here in upper case, '' for anything quoted and behind the end. */
  peek(offset = 0): string {
    const token = this.token(offset);
    return token && (token.kind === 'word' || token.kind === 'mark') ? token.text : '';
  }

  next(): void {
    this.at += 1;
  }

  skip(...words: string[]): boolean {
    if (!words.every((word, i) => this.peek(i) === word)) return false;
    this.at += words.length;
    return true;
  }

  skipAny(words: ReadonlySet<string>): void {
    while (words.has(this.peek())) this.at += 1;
  }

  /** Over one bracketed group that begins here. */
  skipGroup(): boolean {
    if (this.peek() !== '(') return false;
    let depth = 0;
    for (; !this.done; this.next()) {
      if (this.peek() === '(') depth += 1;
      else if (this.peek() === ')' && --depth === 0) {
        this.next();
        return true;
      }
    }
    return true;
  }

  name(): NameReference | null {
    const token = this.token();
    if (!token || (token.kind !== 'word' && token.kind !== 'name')) return null;
    this.next();
    return { name: token.written, start: token.start, end: token.end };
  }

  /** `name`, `schema.name`, `.name` (the default schema, to old servers); `null` where none stands. */
  table(): TableReference | null {
    const dotted = this.peek() === '.' ? this.token() : undefined;
    if (dotted) this.next();
    const first = this.name();
    if (!first) return null;
    if (this.peek() !== '.' || dotted)
      return { schema: '', table: first.name, start: (dotted ?? first).start, end: first.end };
    this.next();
    const second = this.name();
    return second && { schema: first.name, table: second.name, start: first.start, end: second.end };
  }

  tables(): TableReference[] | null {
    const tables: TableReference[] = [];
    do {
      const table = this.table();
      if (!table) return null;
      tables.push(table);
    } while (this.skip(','));
    return tables;
  }

  /** Index of the token behind the clause that begins here: the next comma outside brackets, or the end. */
  clauseEnd(): number {
    let depth = 0;
    for (let i = this.at; i < this.#end; i++) {
      const token = this.tokens[i] as SqlToken;
      if (token.kind !== 'mark') continue;
      if (token.text === '(') depth += 1;
      else if (token.text === ')') {
        if (depth === 0) return i;
        depth -= 1;
      } else if (token.text === ',' && depth === 0) return i;
    }
    return this.#end;
  }
}
