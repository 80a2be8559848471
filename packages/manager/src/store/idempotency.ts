import { createHash } from 'node:crypto';
import { OtterError, say } from '@otter/core';
import type { Store, Writer } from './store.ts';

/** The answer of a request that was made before. */
export interface KeptAnswer {
  status: number;
  body: string;
}

const KEPT_MS = 24 * 3600_000;
/** A request that runs longer than this has ended with its process. */
const RUNNING_MS_MAX = 60_000;
/** A change of the request is committed; its answer is not kept yet. */
const CARRIED_OUT = 0;
const PURPOSE = 'idempotent answer';

/**
 * Answers of requests with an Idempotency-Key, kept for a day, so that a request repeated after a lost connection is
 * not made twice. Answers are sealed: that of a new token holds the token. That a request was carried out is noted in the
 * transaction of its change: when the process dies before the answer is kept, the repetition is refused instead.
 */
export class IdempotencyKeys {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The kept answer, or null when the request is to be made now. Throws IDEMPOTENCY_CLASH. */
  async begin(userId: number, keyText: string, request: string): Promise<KeptAnswer | null> {
    const nowMs = this.#store.now();
    const requestHash = createHash('sha256').update(request).digest('hex');
    return this.#store.write(async (tx) => {
      await tx
        .deleteFrom('idempotencyKeys')
        .where('createdAtMs', '<', nowMs - KEPT_MS)
        .execute();
      const row = await tx
        .selectFrom('idempotencyKeys')
        .selectAll()
        .where('userId', '=', userId)
        .where('keyText', '=', keyText)
        .executeTakeFirst();
      if (row === undefined) {
        const begun = { userId, keyText, requestHash, status: null, answerSealed: null, createdAtMs: nowMs };
        await tx.insertInto('idempotencyKeys').values(begun).execute();
        return null;
      }
      if (row.requestHash !== requestHash) {
        throw new OtterError('IDEMPOTENCY_CLASH', { detail: say('key-other-request') });
      }
      if (row.status !== null && row.answerSealed !== null) {
        return { status: row.status, body: this.#store.box.open(row.answerSealed, PURPOSE) };
      }
      if (nowMs - row.createdAtMs < RUNNING_MS_MAX) {
        throw new OtterError('IDEMPOTENCY_CLASH', { detail: say('key-running') });
      }
      if (row.status === CARRIED_OUT) {
        const detail =
          'its request was carried out, at least in part, but the manager ended before it answered; look first';
        throw new OtterError('IDEMPOTENCY_CLASH', { detail });
      }
      await tx
        .updateTable('idempotencyKeys')
        .set({ createdAtMs: nowMs })
        .where('userId', '=', userId)
        .where('keyText', '=', keyText)
        .execute();
      return null;
    });
  }

  /** Notes that the request changes something, with the change. */
  async carriedOut(tx: Writer, userId: number, keyText: string): Promise<void> {
    await tx
      .updateTable('idempotencyKeys')
      .set({ status: CARRIED_OUT })
      .where('userId', '=', userId)
      .where('keyText', '=', keyText)
      .where('status', 'is', null)
      .execute();
  }

  /** A request that was refused may be sent again. */
  async forget(userId: number, keyText: string): Promise<void> {
    await this.#store.write((tx) =>
      tx.deleteFrom('idempotencyKeys').where('userId', '=', userId).where('keyText', '=', keyText).execute(),
    );
  }

  /** Keeps the answer of a request that was made. */
  async end(userId: number, keyText: string, answer: KeptAnswer): Promise<void> {
    await this.#store.write(async (tx) => {
      await tx
        .updateTable('idempotencyKeys')
        .set({ status: answer.status, answerSealed: this.#store.box.seal(answer.body, PURPOSE) })
        .where('userId', '=', userId)
        .where('keyText', '=', keyText)
        .execute();
    });
  }
}
