import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditEntries } from '../store/audit-log.ts';
import { CredentialStore, secretHash } from '../store/credentials.ts';
import { Store, SYSTEM } from '../store/store.ts';
import { Users } from '../store/users.ts';
import { AttemptLimit, lockMs } from './attempt-limit.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { SignIn } from './sign-in.ts';

const CHEAP = { logN: 4 };

describe('a password', () => {
  test('is known again, in either encoding, and by nothing else', async () => {
    const stored = await hashPassword('caf\u00e9 au lait', CHEAP);
    expect(stored).toMatch(/^scrypt\$4\$/);
    expect(await verifyPassword('cafe\u0301 au lait', stored)).toBe(true);
    for (const wrong of ['', 'café au lai', 'Café au lait', stored]) {
      expect(await verifyPassword(wrong, stored)).toBe(false);
    }
    expect(await hashPassword('caf\u00e9 au lait', CHEAP)).not.toBe(stored);
  });

  test('never fits a hash that is none', async () => {
    const hash = (await hashPassword('', CHEAP)).slice('scrypt$4'.length);
    expect(await verifyPassword('', `scrypt$4${hash}`)).toBe(true);
    for (const stored of [
      '',
      'x',
      'scrypt$4$$',
      ...['99', '0', '4.5', '-1', 'x', ''].map((n) => `scrypt$${n}${hash}`),
    ]) {
      expect(await verifyPassword('', stored)).toBe(false);
    }
  });
});

test('an address has ten attempts, then one each six seconds', () => {
  const limit = new AttemptLimit();
  expect(Array.from({ length: 10 }, () => limit.take('a', 0))).toEqual(Array.from({ length: 10 }, () => 0));
  expect(limit.take('a', 0)).toBe(6000);
  expect(limit.take('b', 0)).toBe(0);
  expect(limit.take('a', 5000)).toBeGreaterThan(0);
  expect(limit.take('a', 6000)).toBe(0);
  expect(limit.take('a', 6000)).toBe(6000);
});

test('an account waits longer with each wrong password, up to a quarter of an hour', () => {
  expect([4, 5, 6, 7, 50].map(lockMs)).toEqual([0, 30_000, 60_000, 120_000, 900_000]);
});

describe('signing in', () => {
  let store: Store;
  let nowMs: number;
  let users: Users;
  let credentials: CredentialStore;
  let signIn: SignIn;
  let address = 0;
  const PASSWORD = 'correct horse';
  /** From a new address each time: what is looked at is the account. */
  const attempt = (password: string, name = 'admin') => signIn.signIn(name, password, `10.0.0.${(address += 1)}`);

  beforeEach(async () => {
    nowMs = 1_800_000_000_000;
    store = await Store.open({ family: 'sqlite', path: ':memory:' }, randomBytes(32), () => nowMs);
    users = new Users(store);
    credentials = new CredentialStore(store);
    signIn = new SignIn(store, credentials, CHEAP);
    await signIn.firstStart(PASSWORD);
  });
  afterEach(async () => store.close());

  test('gives a session, and the audit log says so', async () => {
    const hash = secretHash(await attempt(PASSWORD));
    expect(await credentials.session(hash)).toMatchObject({ userName: 'admin', role: 'ADMIN' });
    const log = await auditEntries(store, { limit: 1, after: null }, {});
    expect(log.items[0]).toMatchObject({ action: 'session.create', userName: 'admin' });
    expect(JSON.stringify(log)).not.toContain(PASSWORD);
  });

  test('does not say whether the name or the password is wrong', async () => {
    const messages = await Promise.all(
      [attempt('wrong'), attempt(PASSWORD, 'nobody')].map((a) =>
        a.then(
          () => 'in',
          (e: unknown) => String(e),
        ),
      ),
    );
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toContain('name or the password');
  });

  test('five wrong passwords lock the account, even for the right one; time and success unlock it', async () => {
    for (let i = 0; i < 5; i++) await expect(attempt('wrong')).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    const refused = attempt(PASSWORD);
    await expect(refused).rejects.toMatchObject({ code: 'LOGIN_LOCKED', context: { waitMs: 30_000 } });
    nowMs += 30_000;
    await expect(attempt('wrong')).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    await expect(attempt(PASSWORD)).rejects.toMatchObject({ context: { waitMs: 60_000 } });
    nowMs += 60_000;
    await attempt(PASSWORD);
    await expect(attempt('wrong')).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    await attempt(PASSWORD);
  });

  test('an address that tries too often is refused before a password is looked at', async () => {
    for (let i = 0; i < 10; i++) await signIn.signIn('nobody', 'x', 'same').catch(() => null);
    await expect(signIn.signIn('admin', PASSWORD, 'same')).rejects.toMatchObject({ code: 'LOGIN_LOCKED' });
    await signIn.signIn('admin', PASSWORD, 'other');
  });

  test('a disabled account does not sign in', async () => {
    const input = { name: 'olga', role: 'VIEWER' as const, disabled: true, channelIds: [] };
    await users.create(SYSTEM, input, await signIn.hash(PASSWORD));
    await expect(attempt(PASSWORD, 'olga')).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
  });

  test('a new password ends every other session; a wrong old one counts as an attempt', async () => {
    const [kept, other] = [secretHash(await attempt(PASSWORD)), secretHash(await attempt(PASSWORD))];
    const actor = { userId: 1, userName: 'admin', via: 'session' };
    const change = (old: string) => signIn.changePassword(actor, { old, next: 'battery staple' }, `${address++}`, kept);
    for (let i = 0; i < 5; i++) await expect(change('wrong')).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    await expect(change(PASSWORD)).rejects.toMatchObject({ code: 'LOGIN_LOCKED' });
    nowMs += 30_000;
    await change(PASSWORD);
    expect(await credentials.session(kept)).not.toBeNull();
    expect(await credentials.session(other)).toBeNull();
    await expect(attempt(PASSWORD)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    await attempt('battery staple');
  });

  test('whoever holds the key restores the administrator, locked, disabled, without a role or deleted', async () => {
    const session = secretHash(await attempt(PASSWORD));
    for (let i = 0; i < 5; i++) await attempt('wrong').catch(() => null);
    const root = { name: 'root', role: 'ADMIN' as const, disabled: false, channelIds: [] };
    await users.create(SYSTEM, root, await signIn.hash(PASSWORD));
    const { id, version } = await users.find(1);
    await users.update(SYSTEM, id, version, { name: 'admin', role: 'VIEWER', disabled: true, channelIds: [] });
    expect(await signIn.restoreAdministrator('battery staple')).toBeNull();
    expect(await credentials.session(session)).toBeNull();
    await expect(attempt(PASSWORD)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    expect(await credentials.session(secretHash(await attempt('battery staple')))).toMatchObject({ role: 'ADMIN' });
    await users.remove(SYSTEM, id, (await users.find(id)).version);
    const drawn = await signIn.restoreAdministrator(null);
    expect(drawn).toMatch(/^[\w-]{20}$/);
    await attempt(drawn ?? '');
    const log = await auditEntries(store, { limit: 100, after: null }, { userName: 'otter' });
    expect(log.items.map(({ action }) => action)).toEqual(expect.arrayContaining(['user.password', 'user.update']));
  });

  test('the first start draws a password and shows it once', async () => {
    const fresh = await Store.open({ family: 'sqlite', path: ':memory:' }, randomBytes(32), () => nowMs);
    try {
      const first = new SignIn(fresh, new CredentialStore(fresh), CHEAP);
      const drawn = await first.firstStart(null);
      expect(drawn).toMatch(/^[\w-]{20}$/);
      expect(await first.firstStart(null)).toBeNull();
      await first.signIn('admin', drawn ?? '', 'a');
      expect(await signIn.firstStart('another password')).toBeNull();
    } finally {
      await fresh.close();
    }
  });
});
