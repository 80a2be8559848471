import { DatabaseSync } from '@photostructure/sqlite';
import { SqliteDialect } from 'kysely';

type Value = null | number | bigint | string | Uint8Array;

/**
 * kysely's SQLite dialect over `@photostructure/sqlite`, whose interface is that of `node:sqlite`; kysely asks for that
 * of better-sqlite3. Every statement runs on one connection, and a transaction has it alone.
 */
export function sqliteDialect(path: string): SqliteDialect {
  const database = new DatabaseSync(path);
  // FULL: a change that was answered survives a loss of power. WAL: a backup may read meanwhile.
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000');
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare: (text) => {
        const statement = database.prepare(text);
        return {
          reader: statement.columns().length > 0,
          all: (values) => statement.all(...(values as Value[])) as unknown[],
          run: (values) => statement.run(...(values as Value[])),
          iterate: (values) => statement.iterate(...(values as Value[])) as IterableIterator<unknown>,
        };
      },
    },
  });
}
