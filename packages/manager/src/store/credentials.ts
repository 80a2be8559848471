import { createHash, randomBytes } from 'node:crypto';
import { OtterError, say } from '@otter/core';
import { scopeSchema, type Role, type Scope, type Token, type TokenInput } from '../model/user.ts';
import { audit } from './audit-log.ts';
import type { Actor, Reader, Store } from './store.ts';
import { found } from './version.ts';

/** Who a session or a token belongs to, as it is now. */
export interface Holder {
  userId: number;
  userName: string;
  role: Role;
  channelIds: ReadonlySet<number>;
}

/** A session nobody uses ends after this long, and any after {@link SESSION_MS_MAX}. */
export const SESSION_IDLE_MS = 12 * 3600_000;
const SESSION_MS_MAX = 7 * 24 * 3600_000;
const SEEN_EVERY_MS = 60_000;
const SESSIONS_MAX = 50;
const TOKENS_MAX = 100;
export const TOKEN_PREFIX = 'otr_';

/** Sessions and API tokens. Only SHA-256 of them is stored: they are 256 random bits, nothing to guess or to salt. */
export class CredentialStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The new session's secret, which is not stored. The oldest beyond {@link SESSIONS_MAX} of a user end. */
  async openSession(actor: Actor, userId: number): Promise<string> {
    const nowMs = this.#store.now();
    const secret = randomBytes(32).toString('base64url');
    await this.#store.write(async (tx) => {
      await tx.deleteFrom('sessions').where('expiresAtMs', '<=', nowMs).execute();
      const old = await tx
        .selectFrom('sessions')
        .select('tokenHash')
        .where('userId', '=', userId)
        .orderBy('seenAtMs', 'desc')
        .execute();
      const surplus = old.slice(SESSIONS_MAX - 1).map((row) => row.tokenHash);
      if (surplus.length > 0) await tx.deleteFrom('sessions').where('tokenHash', 'in', surplus).execute();
      const expiresAtMs = nowMs + SESSION_IDLE_MS;
      const tokenHash = secretHash(secret);
      await tx
        .insertInto('sessions')
        .values({ tokenHash, userId, createdAtMs: nowMs, seenAtMs: nowMs, expiresAtMs })
        .execute();
      const object = { kind: 'session', id: userId, name: actor.userName };
      await audit(tx, actor, nowMs, { action: 'session.create', object, before: null, after: null });
    });
    return secret;
  }

  /** Whose session it is; null when there is none or it has ended. Using it keeps it open. */
  async session(hash: string): Promise<Holder | null> {
    const nowMs = this.#store.now();
    const row = await this.#store.read((db) =>
      db.selectFrom('sessions').selectAll().where('tokenHash', '=', hash).executeTakeFirst(),
    );
    if (row === undefined || row.expiresAtMs <= nowMs) return null;
    if (nowMs - row.seenAtMs >= SEEN_EVERY_MS) {
      const expiresAtMs = Math.min(nowMs + SESSION_IDLE_MS, row.createdAtMs + SESSION_MS_MAX);
      await this.#store.write((tx) =>
        tx.updateTable('sessions').set({ seenAtMs: nowMs, expiresAtMs }).where('tokenHash', '=', hash).execute(),
      );
    }
    return this.#store.read((db) => holder(db, row.userId));
  }

  async closeSession(actor: Actor, hash: string): Promise<void> {
    await this.#store.write(async (tx) => {
      await tx.deleteFrom('sessions').where('tokenHash', '=', hash).execute();
      const object = { kind: 'session', id: actor.userId, name: actor.userName };
      await audit(tx, actor, this.#store.now(), { action: 'session.delete', object, before: null, after: null });
    });
  }

  async tokens(userId: number): Promise<Token[]> {
    return this.#store.read(async (db) => {
      const rows = await db.selectFrom('apiTokens').selectAll().where('userId', '=', userId).orderBy('id').execute();
      return rows.map(shownToken);
    });
  }

  /** The token and its secret, which is not stored. Throws NAME_TAKEN, STATE_CONFLICT at {@link TOKENS_MAX}. */
  async createToken(actor: Actor, userId: number, input: TokenInput): Promise<{ token: Token; secret: string }> {
    const nowMs = this.#store.now();
    const secret = TOKEN_PREFIX + randomBytes(32).toString('base64url');
    return this.#store.write(async (tx) => {
      const others = await tx.selectFrom('apiTokens').select('name').where('userId', '=', userId).execute();
      if (others.some((other) => other.name === input.name)) {
        throw new OtterError('NAME_TAKEN', { detail: say('token-owned', { name: input.name }) });
      }
      if (others.length >= TOKENS_MAX) {
        throw new OtterError('STATE_CONFLICT', { detail: say('tokens-full', { tokens: TOKENS_MAX }) });
      }
      const { insertId } = await tx
        .insertInto('apiTokens')
        .values({
          userId,
          name: input.name,
          tokenHash: secretHash(secret),
          scopes: JSON.stringify(input.scopes),
          createdAtMs: nowMs,
          expiresAtMs: input.expiresAtMs,
        })
        .executeTakeFirstOrThrow();
      const { name, scopes, expiresAtMs } = input;
      const token: Token = { id: Number(insertId), name, scopes, createdAtMs: nowMs, expiresAtMs };
      const object = { kind: 'token', id: token.id, name };
      await audit(tx, actor, nowMs, { action: 'token.create', object, before: null, after: token });
      return { token, secret };
    });
  }

  /** Revokes a token of the user at once. */
  async removeToken(actor: Actor, userId: number, id: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const row = await tx
        .selectFrom('apiTokens')
        .selectAll()
        .where('id', '=', id)
        .where('userId', '=', userId)
        .executeTakeFirst();
      const before = shownToken(found(row, say('token-numbered', { id })));
      await tx.deleteFrom('apiTokens').where('id', '=', id).execute();
      const object = { kind: 'token', id, name: before.name };
      await audit(tx, actor, this.#store.now(), { action: 'token.delete', object, before, after: null });
    });
  }

  /** Whose token it is, and what it may be used for; null when there is none or it has expired. */
  async token(secret: string): Promise<(Holder & { tokenName: string; scopes: Scope[] }) | null> {
    return this.#store.read(async (db) => {
      const row = await db
        .selectFrom('apiTokens')
        .selectAll()
        .where('tokenHash', '=', secretHash(secret))
        .executeTakeFirst();
      if (row === undefined || (row.expiresAtMs !== null && row.expiresAtMs <= this.#store.now())) return null;
      const owner = await holder(db, row.userId);
      return owner === null ? null : { ...owner, tokenName: row.name, scopes: shownToken(row).scopes };
    });
  }
}

/** SHA-256, 64 hex digits. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

async function holder(db: Reader, userId: number): Promise<Holder | null> {
  const user = await db
    .selectFrom('users')
    .select(['name', 'role', 'disabled'])
    .where('id', '=', userId)
    .executeTakeFirst();
  if (user === undefined || user.disabled !== 0) return null;
  const granted = await db.selectFrom('userChannels').select('channelId').where('userId', '=', userId).execute();
  return {
    userId,
    userName: user.name,
    role: user.role,
    channelIds: new Set(granted.map((row) => row.channelId)),
  };
}

function shownToken(row: {
  id: number;
  name: string;
  scopes: string;
  createdAtMs: number;
  expiresAtMs: number | null;
}): Token {
  const { id, name, createdAtMs, expiresAtMs } = row;
  return { id, name, scopes: scopeSchema.array().parse(JSON.parse(row.scopes)), createdAtMs, expiresAtMs };
}
