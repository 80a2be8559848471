import { OtterError, say, type Wording } from '@otter/core';
import { sql, type Selectable } from 'kysely';
import type { Role, User, UserInput } from '../model/user.ts';
import { audit } from './audit-log.ts';
import { contains, pageOf, pageRows, type Page, type PageRequest } from './page.ts';
import type { Actor, Reader, Store, Writer } from './store.ts';
import type { UserRow } from './tables.ts';
import { assertNameFree, assertUpdated, assertVersion, found } from './version.ts';

type Row = Selectable<UserRow>;

/** What a sign-in is checked against. */
export interface Credentials {
  id: number;
  name: string;
  passwordHash: string;
  disabled: boolean;
  failedLogins: number;
  lockedUntilMs: number;
}

/** The people who may sign in. */
export class Users {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(page: PageRequest, search?: string): Promise<Page<User>> {
    return this.#store.read(async (db) => {
      let query = db.selectFrom('users');
      if (search !== undefined) query = query.where(contains(sql.ref('name'), search));
      const { rows, total } = await pageRows(query, page, 'asc');
      const granted = await grants(
        db,
        rows.map((row) => row.id),
      );
      return pageOf(rows, total, page.limit, (row) => shown(row, granted));
    });
  }

  async find(id: number): Promise<User> {
    return this.#store.read((db) => userOf(db, id));
  }

  async credentials(name: string): Promise<Credentials | null> {
    return this.#store.read(async (db) => {
      const row = await db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst();
      return row === undefined ? null : credentialsOf(row);
    });
  }

  async credentialsOf(id: number): Promise<Credentials> {
    return this.#store.read(async (db) => credentialsOf(await rowOf(db, id)));
  }

  /** Counts a wrong password; `lockedUntilMs` is when the next attempt is looked at. */
  async noteFailure(id: number, lockedUntilMs: number): Promise<void> {
    await this.#store.write((tx) =>
      tx
        .updateTable('users')
        .set((e) => ({ failedLogins: e('failedLogins', '+', 1), lockedUntilMs }))
        .where('id', '=', id)
        .execute(),
    );
  }

  async forgetFailures(id: number): Promise<void> {
    await this.#store.write((tx) =>
      tx.updateTable('users').set({ failedLogins: 0, lockedUntilMs: 0 }).where('id', '=', id).execute(),
    );
  }

  async count(): Promise<number> {
    return this.#store.read(async (db) => {
      const row = await db
        .selectFrom('users')
        .select((e) => e.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    });
  }

  async create(actor: Actor, input: UserInput, passwordHash: string): Promise<User> {
    return this.#store.write((tx) => createIn(tx, actor, this.#store.now(), input, passwordHash));
  }

  /** Throws STATE_CONFLICT when no administrator would be left. A disabled user is signed out everywhere. */
  async update(actor: Actor, id: number, version: number, input: UserInput): Promise<User> {
    const nowMs = this.#store.now();
    return this.#store.write(async (tx) => {
      await lockAdministrators(tx);
      const before = await userOf(tx, id);
      assertVersion(before, version, what(id));
      await nameFree(tx, input.name, id);
      const result = await tx
        .updateTable('users')
        .set({ ...columns(input), version: version + 1, updatedAtMs: nowMs })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      assertUpdated(result, version, what(id));
      await assertAdministrator(tx, before);
      await tx.deleteFrom('userChannels').where('userId', '=', id).execute();
      await grant(tx, id, input.channelIds);
      if (input.disabled) await tx.deleteFrom('sessions').where('userId', '=', id).execute();
      const after = await userOf(tx, id);
      await audit(tx, actor, nowMs, { action: 'user.update', object: object(after), before, after });
      return after;
    });
  }

  /** Throws STATE_CONFLICT when no administrator would be left. Sessions and tokens go with the user. */
  async remove(actor: Actor, id: number, version: number): Promise<void> {
    await this.#store.write(async (tx) => {
      await lockAdministrators(tx);
      const before = await userOf(tx, id);
      assertVersion(before, version, what(id));
      await tx.deleteFrom('users').where('id', '=', id).execute();
      await assertAdministrator(tx, before);
      await audit(tx, actor, this.#store.now(), {
        action: 'user.delete',
        object: object(before),
        before,
        after: null,
      });
    });
  }

  /** Ends every session of the user but `keptSession` (its hash), and every lock. */
  async setPassword(actor: Actor, id: number, passwordHash: string, keptSession: string | null): Promise<void> {
    const nowMs = this.#store.now();
    await this.#store.write((tx) => setPasswordIn(tx, actor, nowMs, id, passwordHash, keptSession));
  }

  /** `name` is an administrator with this password, whatever it was before. */
  async restoreAdministrator(actor: Actor, name: string, passwordHash: string): Promise<void> {
    const nowMs = this.#store.now();
    await this.#store.write(async (tx) => {
      const row = await tx.selectFrom('users').select('id').where('name', '=', name).executeTakeFirst();
      if (row === undefined) {
        await createIn(tx, actor, nowMs, { name, role: 'ADMIN', disabled: false, channelIds: [] }, passwordHash);
        return;
      }
      const before = await userOf(tx, row.id);
      await setPasswordIn(tx, actor, nowMs, row.id, passwordHash, null);
      if (before.role === 'ADMIN' && !before.disabled) return;
      await tx.updateTable('users').set({ role: 'ADMIN', disabled: 0 }).where('id', '=', row.id).execute();
      const after = await userOf(tx, row.id);
      await audit(tx, actor, nowMs, { action: 'user.update', object: object(after), before, after });
    });
  }
}

async function createIn(
  tx: Writer,
  actor: Actor,
  nowMs: number,
  input: UserInput,
  passwordHash: string,
): Promise<User> {
  await nameFree(tx, input.name, null);
  const unlocked = { failedLogins: 0, lockedUntilMs: 0 };
  const { insertId } = await tx
    .insertInto('users')
    .values({ ...columns(input), passwordHash, ...unlocked, version: 1, createdAtMs: nowMs, updatedAtMs: nowMs })
    .executeTakeFirstOrThrow();
  const id = Number(insertId);
  await grant(tx, id, input.channelIds);
  const after = await userOf(tx, id);
  await audit(tx, actor, nowMs, { action: 'user.create', object: object(after), before: null, after });
  return after;
}

async function setPasswordIn(
  tx: Writer,
  actor: Actor,
  nowMs: number,
  id: number,
  passwordHash: string,
  keptSession: string | null,
): Promise<void> {
  const user = await userOf(tx, id);
  const unlocked = { failedLogins: 0, lockedUntilMs: 0 };
  await tx
    .updateTable('users')
    .set((e) => ({ passwordHash, ...unlocked, version: e('version', '+', 1), updatedAtMs: nowMs }))
    .where('id', '=', id)
    .execute();
  let sessions = tx.deleteFrom('sessions').where('userId', '=', id);
  if (keptSession !== null) sessions = sessions.where('tokenHash', '!=', keptSession);
  await sessions.execute();
  await audit(tx, actor, nowMs, { action: 'user.password', object: object(user), before: null, after: null });
}

/** Two requests at once could each leave the other's administrator as the last; this makes the second wait. */
async function lockAdministrators(tx: Writer): Promise<void> {
  await tx
    .updateTable('users')
    .set((e) => ({ version: e.ref('version') }))
    .where('role', '=', 'ADMIN')
    .execute();
}

/** `before` is the user as it was: only what was an administrator can have been the last. */
async function assertAdministrator(tx: Writer, before: User): Promise<void> {
  if (before.role !== 'ADMIN' || before.disabled) return;
  const left = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'ADMIN')
    .where('disabled', '=', 0)
    .limit(1)
    .executeTakeFirst();
  if (left === undefined) {
    const detail = say('last-administrator', { name: before.name });
    throw new OtterError('STATE_CONFLICT', { detail });
  }
}

async function grant(tx: Writer, userId: number, channelIds: readonly number[]): Promise<void> {
  for (const channelId of channelIds) {
    const channel = await tx.selectFrom('channels').select('id').where('id', '=', channelId).executeTakeFirst();
    if (channel === undefined) {
      throw new OtterError('STATE_CONFLICT', { detail: say('grant-absent', { id: channelId }) });
    }
    await tx.insertInto('userChannels').values({ userId, channelId }).execute();
  }
}

async function grants(db: Reader, userIds: readonly number[]): Promise<Map<number, number[]>> {
  const granted = new Map<number, number[]>();
  if (userIds.length === 0) return granted;
  const rows = await db
    .selectFrom('userChannels')
    .selectAll()
    .where('userId', 'in', userIds)
    .orderBy('channelId')
    .execute();
  for (const { userId, channelId } of rows) granted.set(userId, [...(granted.get(userId) ?? []), channelId]);
  return granted;
}

async function rowOf(db: Reader, id: number): Promise<Row> {
  return found(await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(), what(id));
}

async function userOf(db: Reader, id: number): Promise<User> {
  return shown(await rowOf(db, id), await grants(db, [id]));
}

async function nameFree(tx: Writer, name: string, own: number | null): Promise<void> {
  const other = await tx.selectFrom('users').select('id').where('name', '=', name).executeTakeFirst();
  assertNameFree(other, own, say('user-named', { name }));
}

function columns(input: UserInput): { name: string; role: Role; disabled: number } {
  return { name: input.name, role: input.role, disabled: input.disabled ? 1 : 0 };
}

function credentialsOf(row: Row): Credentials {
  const { id, name, passwordHash, failedLogins, lockedUntilMs } = row;
  return { id, name, passwordHash, disabled: row.disabled !== 0, failedLogins, lockedUntilMs };
}

function shown(row: Row, granted: ReadonlyMap<number, number[]>): User {
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    role: row.role,
    disabled: row.disabled !== 0,
    channelIds: granted.get(row.id) ?? [],
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

function object(user: User) {
  return { kind: 'user', id: user.id, name: user.name };
}

function what(id: number): Wording {
  return say('user-numbered', { id });
}
