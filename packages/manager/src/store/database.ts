import { OtterError, say, type ServerAddress } from '@otter/core';
import { CamelCasePlugin, Kysely, Migrator, MysqlDialect, type Dialect } from 'kysely';
import { createPool, type ConnectionOptions } from 'mysql2';
import { migrations, type StoreFamily } from './migrations.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { storeError } from './store-error.ts';
import type { Tables } from './tables.ts';

/** Where the configuration lies: a file, or a database of a MySQL or MariaDB server that exists already. */
export type StoreLocation =
  { family: 'sqlite'; path: string } | { family: 'mysql'; address: ServerAddress; database: string };

const CONNECTIONS_MAX = 8;

/**
 * Opens the store and brings its tables to the present form. Throws STORE_UNUSABLE when a newer version of Otter wrote
 * it, or an older one and it may not be upgraded; STORE_UNREACHABLE when it does not answer.
 */
export async function openDatabase(location: StoreLocation, mayUpgrade: boolean): Promise<Kysely<Tables>> {
  let db: Kysely<Tables> | undefined;
  try {
    const dialect = dialectOf(location);
    db = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] });
    await migrate(db, location.family, mayUpgrade);
    return db;
  } catch (error) {
    await db?.destroy();
    throw storeError(error);
  }
}

async function migrate(db: Kysely<Tables>, family: StoreFamily, mayUpgrade: boolean): Promise<void> {
  // Without the plug-ins: the migrator's own tables and ours are named as they are written.
  const migrator = new Migrator({
    db: db.withoutPlugins(),
    provider: { getMigrations: () => Promise.resolve(migrations(family)) },
    migrationTableName: 'otter_migrations',
    migrationLockTableName: 'otter_migrations_lock',
  });
  if (!mayUpgrade && (await migrator.getMigrations()).some(({ executedAt }) => executedAt === undefined)) {
    throw new OtterError('STORE_UNUSABLE', { detail: say('store-too-old') });
  }
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  const known = storeError(error);
  if (failed === undefined && OtterError.is(known)) throw known;
  const detail = failed === undefined ? String((error as Error).message) : `the step ${failed} failed`;
  throw new OtterError('STORE_UNUSABLE', { detail, cause: error });
}

function dialectOf(location: StoreLocation): Dialect {
  if (location.family === 'sqlite') return sqliteDialect(location.path);
  const pool = createPool({
    ...connectionOptions(location.address, location.database),
    connectionLimit: CONNECTIONS_MAX,
  });
  return new MysqlDialect({ pool });
}

/** How a server of the configuration is reached. */
export function connectionOptions(address: ServerAddress, database: string): ConnectionOptions {
  const { tls } = address;
  return {
    ...(address.socketPath === undefined
      ? { host: address.host, port: address.port }
      : { socketPath: address.socketPath }),
    user: address.user,
    password: address.password,
    database,
    charset: 'utf8mb4_bin',
    connectTimeout: address.connectTimeoutMs,
    ...(tls === 'off'
      ? {}
      : {
          ssl: {
            ...(address.tlsCa === undefined ? {} : { ca: address.tlsCa }),
            ...(address.tlsCert === undefined ? {} : { cert: address.tlsCert }),
            ...(address.tlsKey === undefined ? {} : { key: address.tlsKey }),
            rejectUnauthorized: tls !== 'on',
            verifyIdentity: tls === 'verify-full',
          },
        }),
  };
}
