import type { GateLook } from './gate-table.ts';

/** What one piece holds at most: keys, and characters of them. */
const PIECE_KEYS_MAX = 4000;
const PIECE_CHARACTERS_MAX = 256 * 1024;
/** Characters gathered of all tables together. */
const GATHERED_CHARACTERS_MAX = 4 * 1024 * 1024;
/** Reasons told of one transaction. */
const REASONS_MAX = 20;

/** Gathers what one transaction asks for into pieces of one table, without holding more than a few of them. */
export class HeardKeys {
  readonly #store: (table: string, keys: string[]) => Promise<void>;
  readonly #keys = new Map<string, { keys: Set<string>; characters: number }>();
  /** By the name somebody wrote. */
  readonly #looks = new Map<string, GateLook>();
  #characters = 0;
  /** Pieces stored. */
  stored = 0;
  /** Rows that cannot be brought, by reason. */
  readonly refused = new Map<string, number>();

  constructor(store: (table: string, keys: string[]) => Promise<void>) {
    this.#store = store;
  }

  /** What a name has been found to be within this transaction. */
  look(name: string): GateLook | undefined {
    return this.#looks.get(name);
  }

  know(name: string, look: GateLook): void {
    if (this.#looks.size < REASONS_MAX * 50) this.#looks.set(name, look);
  }

  refuse(reason: string): void {
    const known = this.refused.size < REASONS_MAX || this.refused.has(reason) ? reason : 'for other reasons';
    this.refused.set(known, (this.refused.get(known) ?? 0) + 1);
  }

  async add(table: string, key: string): Promise<void> {
    const gathered = this.#keys.get(table) ?? { keys: new Set<string>(), characters: 0 };
    this.#keys.set(table, gathered);
    gathered.keys.add(key);
    gathered.characters += key.length;
    this.#characters += key.length;
    if (gathered.keys.size >= PIECE_KEYS_MAX || gathered.characters >= PIECE_CHARACTERS_MAX) await this.#flush(table);
    if (this.#characters >= GATHERED_CHARACTERS_MAX) await this.end();
  }

  /** Stores what is left. */
  async end(): Promise<void> {
    for (const table of [...this.#keys.keys()]) await this.#flush(table);
  }

  async #flush(table: string): Promise<void> {
    const gathered = this.#keys.get(table);
    if (!gathered) return;
    this.#keys.delete(table);
    this.#characters -= gathered.characters;
    await this.#store(table, [...gathered.keys]);
    this.stored += 1;
  }
}
