import { OtterError } from './errors.ts';

const MASK = '***';
/** Shorter ones occur in numbers and names by chance: masking those would destroy text and tell the secret. */
const SECRET_LENGTH_MIN = 4;
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*):[^\s'"]*@/gi;

/** Keeps passwords out of every text that leaves the process. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Masks `secret`, as it is and as a URL or JSON writes it, from now on. */
  add(secret: string, sameAsUser = false): void {
    // A password that equals the user's name would mask the name in every GRANT and tell more than it hides.
    if (secret.length < SECRET_LENGTH_MIN || sameAsUser) return;
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      this.#secrets.add(form);
    }
  }

  /** Learns the passwords of all URLs in a text, even of URLs that cannot be parsed. */
  learn(text: string): void {
    const match = /^[a-z][a-z0-9+.-]*:\/\/([^:/@]*):(.*)@/is.exec(text.trim());
    if (match) this.add(match[2] as string, match[1] === match[2]);
  }

  clean(text: string): string {
    let cleaned = text.replace(URL_CREDENTIALS, `$1:${MASK}@`);
    // Longest first, so that a password inside another one does not leave its rest behind.
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) {
      cleaned = cleaned.replaceAll(secret, MASK);
    }
    return cleaned;
  }

  /** The same value with every string inside cleaned; keys, numbers and dates stay. */
  cleanAll<T>(value: T): T {
    return this.#cleaned(value) as T;
  }

  /** A copy of an error whose detail, context and stack are cleaned. */
  cleanError(error: OtterError): OtterError {
    const { code, cause } = error;
    const copy = new OtterError(code, {
      detail: { en: this.clean(error.detail), zh: this.clean(error.detailZh) },
      context: this.cleanAll(error.context),
      cause,
    });
    if (error.stack !== undefined) copy.stack = this.clean(error.stack);
    return copy;
  }

  #cleaned(value: unknown): unknown {
    if (typeof value === 'string') return this.clean(value);
    if (Array.isArray(value)) return value.map((item) => this.#cleaned(item));
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#cleaned(item)]));
  }
}
