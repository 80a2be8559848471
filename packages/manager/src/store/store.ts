import { AsyncLocalStorage } from 'node:async_hooks';
import { OtterError, say } from '@otter/core';
import type { Kysely, Transaction } from 'kysely';
import { openDatabase, type StoreLocation } from './database.ts';
import { SecretBox } from './secret-box.ts';
import { storeError } from './store-error.ts';
import type { Tables } from './tables.ts';

export type Reader = Kysely<Tables>;
export type Writer = Transaction<Tables>;

/** Who makes a change, for the audit log. */
export interface Actor {
  userId: number | null;
  userName: string;
  /** `session`, `token NAME`, or `system`. */
  via: string;
}

/** The manager itself, when nobody asked. */
export const SYSTEM: Actor = { userId: null, userName: 'otter', via: 'system' };

const KEY_CHECK = 'key-check';

/**
 * The configuration store. Everything is read and written through `read` and `write`, which turn the drivers' errors
 * into coded ones; a `write` happens whole or not at all. Whatever is called within a `write` belongs to it, so that many
 * changes, each with its own guards and its own line of the audit log, can be made as one.
 */
export class Store {
  readonly box: SecretBox;
  readonly now: () => number;
  readonly #db: Kysely<Tables>;
  readonly #under = new AsyncLocalStorage<Writer>();
  readonly #beforeCommit = new AsyncLocalStorage<(tx: Writer) => Promise<void>>();

  private constructor(db: Kysely<Tables>, box: SecretBox, now: () => number) {
    this.#db = db;
    this.box = box;
    this.now = now;
  }

  /**
   * Throws STORE_UNUSABLE (a newer version, another key, or an older version without `mayUpgrade`) and
   * STORE_UNREACHABLE.
   */
  static async open(
    location: StoreLocation,
    key: Buffer,
    now: () => number = Date.now,
    mayUpgrade = true,
  ): Promise<Store> {
    const box = new SecretBox(key);
    const db = await openDatabase(location, mayUpgrade);
    const store = new Store(db, box, now);
    try {
      await store.#checkKey();
      return store;
    } catch (error) {
      await db.destroy();
      throw error;
    }
  }

  async read<T>(work: (db: Reader) => Promise<T>): Promise<T> {
    try {
      return await work(this.#under.getStore() ?? this.#db);
    } catch (error) {
      throw storeError(error);
    }
  }

  /** In one transaction: the one under way, if `write` is called within another, else one of its own. */
  async write<T>(work: (tx: Writer) => Promise<T>): Promise<T> {
    const outer = this.#under.getStore();
    try {
      if (outer !== undefined) return await work(outer);
      return await this.#db.transaction().execute((tx) =>
        this.#under.run(tx, async () => {
          const result = await work(tx);
          await this.#beforeCommit.getStore()?.(tx);
          return result;
        }),
      );
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Whatever `work` and what follows from it write, `beforeCommit` has its part in each of the transactions. */
  during<T>(beforeCommit: (tx: Writer) => Promise<void>, work: () => T): T {
    return this.#beforeCommit.run(beforeCommit, work);
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }

  async #checkKey(): Promise<void> {
    const stored = (await this.#storedKeyCheck()) ?? (await this.#storeKeyCheck());
    try {
      this.box.open(stored, KEY_CHECK);
    } catch (cause) {
      throw new OtterError('STORE_UNUSABLE', { detail: say('secrets-sealed-otherwise'), cause });
    }
  }

  async #storedKeyCheck(): Promise<string | null> {
    const query = this.read((db) => db.selectFrom('systemParameters').select('keyCheck').executeTakeFirst());
    return (await query)?.keyCheck ?? null;
  }

  /** What is stored afterwards: two managers may open an empty store at once, and one of them is the first. */
  async #storeKeyCheck(): Promise<string> {
    const keyCheck = this.box.seal(KEY_CHECK, KEY_CHECK);
    try {
      await this.write((tx) =>
        tx.insertInto('systemParameters').values({ id: 1, version: 1, parameters: '{}', keyCheck }).execute(),
      );
      return keyCheck;
    } catch (error) {
      const other = OtterError.is(error) && error.code === 'NAME_TAKEN' ? await this.#storedKeyCheck() : null;
      if (other === null) throw error;
      return other;
    }
  }
}
