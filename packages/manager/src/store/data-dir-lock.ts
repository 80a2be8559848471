import { join } from 'node:path';
import { OtterError } from '@otter/core';
import { DatabaseSync } from '@photostructure/sqlite';

const SQLITE_BUSY = 5;

/**
 * Keeps a data folder to one process: a lock of the file system on `otter.lock`, which the system gives back however the
 * process ends. Returns how to give it back earlier. Throws DATA_DIR_IN_USE.
 */
export function lockDataDir(dataDir: string): () => void {
  const database = new DatabaseSync(join(dataDir, 'otter.lock'));
  try {
    // Not WAL: there a writer does not keep others out.
    database.exec('PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { sqliteCode?: number }).sqliteCode !== SQLITE_BUSY) throw error;
    throw new OtterError('DATA_DIR_IN_USE', { detail: dataDir, cause: error });
  }
  return () => database.close();
}
