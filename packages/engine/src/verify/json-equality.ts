const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{}:,]/g;
/** MySQL refuses JSON nested deeper; MariaDB keeps whatever text it was given. */
const DEPTH_MAX = 100;

/**
 * Whether two JSON texts are the same document: members in any order, blanks and escapes written in any way. Numbers
 * are compared by their digits, never as doubles: `1.0` is not `1`, which the servers keep apart too.
 */
export function sameJson(a: string, b: string): boolean {
  if (a === b) return true;
  const left = canonicalJson(a);
  return left !== null && left === canonicalJson(b);
}

/** One text for all texts of a document; `null` when it is none or nested too deep. */
function canonicalJson(text: string): string | null {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  return value !== null && reader.atEnd ? value : null;
}

class JsonReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(TOKEN) ?? [];
    // What is between the tokens must be blank, or the text is no JSON.
    if (text.replaceAll(TOKEN, '').trim() !== '') this.#tokens = [];
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  value(depth: number): string | null {
    const token = this.#tokens[this.#at++];
    if (token === undefined || depth > DEPTH_MAX) return null;
    if (token === '[') return this.#list(']', () => this.value(depth + 1), false);
    if (token === '{') return this.#list('}', () => this.#member(depth + 1), true);
    if (token.startsWith('"')) return plainString(token);
    return /^[-\dtfn]/.test(token) ? token : null;
  }

  #member(depth: number): string | null {
    const name = this.#tokens[this.#at++];
    if (!name?.startsWith('"') || this.#tokens[this.#at++] !== ':') return null;
    const value = this.value(depth);
    return value === null ? null : `${plainString(name)}:${value}`;
  }

  #list(end: string, read: () => string | null, sorted: boolean): string | null {
    const items: string[] = [];
    while (this.#tokens[this.#at] !== end) {
      if (items.length > 0 && this.#tokens[this.#at++] !== ',') return null;
      const item = read();
      if (item === null) return null;
      items.push(item);
    }
    this.#at += 1;
    const ordered = sorted ? items.toSorted() : items;
    return `${sorted ? '{' : '['}${ordered.join(',')}${end}`;
  }
}

/** One way to write a string. A text that is no JSON string stays as it is. */
function plainString(token: string): string {
  try {
    // A single string token, for comparison alone: no number or document is ever read this way.
    return JSON.stringify(JSON.parse(token) as string);
  } catch {
    return token;
  }
}
