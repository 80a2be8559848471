/**
 * One text for all JSON texts that mean the same to MySQL: no white space, keys sorted, of a repeated
 * key the last value, escapes undone where possible, integers exact, other numbers as a double prints.
 * For comparing MariaDB, which keeps the text as given, with MySQL, which does not.
 */
export function canonicalJson(text: string): string {
  const parser = new Parser(text);
  const value = parser.value();
  parser.end();
  return value;
}

const TOKEN = /\s*(?:([{}[\]:,])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/sy;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    if (this.#text.slice(this.#at).trim() !== '') throw new Error(`not JSON: more text at ${this.#at}`);
  }

  value(): string {
    const token = this.#next();
    if (token === '{') return this.#object();
    if (token === '[') return this.#array();
    if (token.startsWith('"')) return JSON.stringify(JSON.parse(token));
    if (/^-?\d+$/.test(token)) return BigInt(token).toString();
    if (/^-?\d/.test(token)) return String(Number(token));
    if (token === 'true' || token === 'false' || token === 'null') return token;
    throw new Error(`not JSON: "${token}" at ${this.#at}`);
  }

  #object(): string {
    const members = new Map<string, string>();
    if (this.#peek() === '}') return this.#next() && '{}';
    for (;;) {
      const key = this.#next();
      if (!key.startsWith('"')) throw new Error(`not JSON: a key is missing at ${this.#at}`);
      if (this.#next() !== ':') throw new Error(`not JSON: a colon is missing at ${this.#at}`);
      members.set(JSON.stringify(JSON.parse(key)), this.value());
      const separator = this.#next();
      if (separator === '}') break;
      if (separator !== ',') throw new Error(`not JSON: "${separator}" at ${this.#at}`);
    }
    const sorted = [...members].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, value]) => `${key}:${value}`).join(',')}}`;
  }

  #array(): string {
    const items: string[] = [];
    if (this.#peek() === ']') return this.#next() && '[]';
    for (;;) {
      items.push(this.value());
      const separator = this.#next();
      if (separator === ']') return `[${items.join(',')}]`;
      if (separator !== ',') throw new Error(`not JSON: "${separator}" at ${this.#at}`);
    }
  }

  #peek(): string {
    const at = this.#at;
    const token = this.#next();
    this.#at = at;
    return token;
  }

  #next(): string {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (!match) throw new Error(`not JSON: at ${this.#at}`);
    this.#at = TOKEN.lastIndex;
    return match[0].trim();
  }
}
