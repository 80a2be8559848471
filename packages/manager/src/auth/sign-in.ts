import { randomBytes } from 'node:crypto';
import { OtterError, say } from '@otter/core';
import type { CredentialStore } from '../store/credentials.ts';
import { SYSTEM, type Actor, type Store } from '../store/store.ts';
import { Users } from '../store/users.ts';
import { AttemptLimit, lockMs } from './attempt-limit.ts';
import { hashPassword, verifyPassword, type PasswordCost } from './password.ts';

const FIRST_USER = 'admin';

/** Signing in, and setting passwords. */
export class SignIn {
  readonly #store: Store;
  readonly #users: Users;
  readonly #credentials: CredentialStore;
  readonly #cost: PasswordCost;
  readonly #limit = new AttemptLimit();
  /** What a password is compared with when there is no such user, so that the answer takes as long. */
  readonly #nobody: Promise<string>;

  constructor(store: Store, credentials: CredentialStore, cost: PasswordCost) {
    this.#store = store;
    this.#users = new Users(store);
    this.#credentials = credentials;
    this.#cost = cost;
    this.#nobody = hashPassword(randomBytes(16).toString('hex'), cost);
  }

  /** The secret of a new session. Throws LOGIN_LOCKED with `waitMs`, LOGIN_FAILED without saying what was wrong. */
  async signIn(name: string, password: string, address: string): Promise<string> {
    this.#takeAttempt(address);
    const known = await this.#users.credentials(name);
    if (known !== null) this.#assertUnlocked(known.lockedUntilMs);
    const right = await verifyPassword(password, known?.passwordHash ?? (await this.#nobody));
    if (known === null || !right || known.disabled) {
      if (known !== null && !right) await this.#noteFailure(known);
      throw new OtterError('LOGIN_FAILED', { detail: say('sign-in-again') });
    }
    if (known.failedLogins > 0) await this.#users.forgetFailures(known.id);
    const actor: Actor = { userId: known.id, userName: known.name, via: 'session' };
    return this.#credentials.openSession(actor, known.id);
  }

  /** A person's own password. `keptSession` is the hash of the session that goes on. Throws LOGIN_FAILED. */
  async changePassword(
    actor: Actor & { userId: number },
    passwords: { old: string; next: string },
    address: string,
    keptSession: string,
  ): Promise<void> {
    this.#takeAttempt(address);
    const known = await this.#users.credentialsOf(actor.userId);
    this.#assertUnlocked(known.lockedUntilMs);
    if (!(await verifyPassword(passwords.old, known.passwordHash))) {
      await this.#noteFailure(known);
      throw new OtterError('LOGIN_FAILED', { detail: say('password-wrong') });
    }
    await this.#users.setPassword(actor, actor.userId, await this.hash(passwords.next), keptSession);
  }

  async hash(password: string): Promise<string> {
    return hashPassword(password, this.#cost);
  }

  /**
   * Makes the user `admin` in a store without users. The password that was drawn, to be shown once; null when there
   * are users already or `given` (the text of OTTER_ADMIN_PASSWORD_FILE) was used.
   */
  async firstStart(given: string | null): Promise<string | null> {
    if ((await this.#users.count()) > 0) return null;
    const drawn = randomBytes(15).toString('base64url');
    const passwordHash = await this.hash(given ?? drawn);
    try {
      const input = { name: FIRST_USER, role: 'ADMIN' as const, disabled: false, channelIds: [] };
      await this.#users.create(SYSTEM, input, passwordHash);
    } catch (error) {
      // Another manager over the same store was first; its password is the one that holds.
      if (OtterError.is(error) && error.code === 'NAME_TAKEN') return null;
      throw error;
    }
    return given === null ? drawn : null;
  }

  /**
   * For whoever may read the store's key: `admin` is an administrator who can sign in, with the password `given` or one
   * that is drawn; made when there is none. Every session of it ends. The password that was drawn, or null.
   */
  async restoreAdministrator(given: string | null): Promise<string | null> {
    const drawn = randomBytes(15).toString('base64url');
    const passwordHash = await this.hash(given ?? drawn);
    await this.#users.restoreAdministrator(SYSTEM, FIRST_USER, passwordHash);
    return given === null ? drawn : null;
  }

  #takeAttempt(address: string): void {
    const waitMs = this.#limit.take(address, this.#store.now());
    if (waitMs > 0) throw locked('wait-for-address', waitMs);
  }

  #assertUnlocked(lockedUntilMs: number): void {
    const waitMs = lockedUntilMs - this.#store.now();
    if (waitMs > 0) throw locked('wait-for-account', waitMs);
  }

  async #noteFailure(known: { id: number; failedLogins: number }): Promise<void> {
    await this.#users.noteFailure(known.id, this.#store.now() + lockMs(known.failedLogins + 1));
  }
}

function locked(id: 'wait-for-address' | 'wait-for-account', waitMs: number): OtterError {
  const detail = say(id, { seconds: Math.ceil(waitMs / 1000) });
  return new OtterError('LOGIN_LOCKED', { detail, context: { waitMs } });
}
