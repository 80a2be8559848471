import { OtterError, type Position, type ServerAddress } from '@otter/core';
import { openTargetSession, type Session } from '@otter/dialects';
import { createHash } from 'node:crypto';
import { CheckpointStore, type StoredCheckpoint } from './checkpoint-store.ts';
import { ControlTables } from './control-tables.ts';
import { ErrorRecords, type ErrorRecord } from './error-records.ts';
import { SchemaStore } from './schema-store.ts';

/** The user-level lock a running pipeline holds on the target; free again the moment its process dies. */
export function ownerLockName(controlSchema: string, pipeline: string): string {
  return `otter.${createHash('sha256').update(`${controlSchema}\u0000${pipeline}`).digest('hex').slice(0, 40)}`;
}

/** Looks at and changes what pipelines keep in a target, from outside the pipeline. */
export interface Control {
  /** Names of all pipelines with a checkpoint here. */
  pipelines(): Promise<string[]>;
  position(name: string): Promise<StoredCheckpoint | null>;
  /** Replaces the position of every worker. Throws OWNER_CHANGED while a process runs the pipeline. */
  setPosition(name: string, position: Position): Promise<void>;
  errors(name: string): Promise<ErrorRecord[]>;
  error(name: string, id: number): Promise<ErrorRecord | null>;
  /** Lets the table catch up from where it stopped; a running pipeline begins within a second. Throws USAGE. */
  retry(name: string, id: number): Promise<void>;
  /** The same without the change that failed; `reason` is kept with the record. Throws USAGE. */
  skip(name: string, id: number, reason: string): Promise<void>;
  close(): Promise<void>;
}

const SKIPPABLE = new Set([
  'ROW_MISSING',
  'ROW_EXISTS',
  'ROW_REFUSED',
  'ROW_IMAGE_PARTIAL',
  'ROW_TOO_LARGE',
  'DDL_SEEN',
  'DDL_FAILED',
  'DDL_UNCERTAIN',
  'STATEMENT_DML',
]);

/** Connects to a target that pipelines write to. Throws TARGET_UNREACHABLE, ACCESS_DENIED, USAGE when it holds none. */
export async function openControl(address: ServerAddress, controlSchema: string): Promise<Control> {
  const session = await openTargetSession(address, { role: 'control' });
  const tables = new ControlTables(controlSchema);
  try {
    await session.query(`SELECT 1 FROM ${tables.checkpoint} LIMIT 0`);
  } catch (cause) {
    await session.close();
    throw new OtterError('USAGE', {
      detail: `the target holds no pipelines: ${tables.checkpoint} cannot be read`,
      cause,
    });
  }
  return new TargetControl(session, tables);
}

class TargetControl implements Control {
  readonly #session: Session;
  readonly #tables: ControlTables;

  constructor(session: Session, tables: ControlTables) {
    this.#session = session;
    this.#tables = tables;
  }

  async pipelines(): Promise<string[]> {
    const rows = await this.#session.rows(`SELECT DISTINCT pipeline FROM ${this.#tables.checkpoint} ORDER BY pipeline`);
    return rows.map((row) => row[0] ?? '');
  }

  async position(name: string): Promise<StoredCheckpoint | null> {
    return await new CheckpointStore(this.#tables, name).read(this.#session);
  }

  async setPosition(name: string, position: Position): Promise<void> {
    const lock = ownerLockName(this.#tables.schema, name);
    const rows = await this.#session.rows(`SELECT GET_LOCK('${lock}',0)`);
    if (rows[0]?.[0] !== '1') {
      throw new OtterError('OWNER_CHANGED', {
        detail: `pipeline ${name} is running; stop it before its position is set`,
      });
    }
    const store = new CheckpointStore(this.#tables, name);
    const { epoch, stored } = await store.acquire(this.#session);
    // Definitions belong to the position that was.
    const forget = new SchemaStore(this.#tables, name).clearSql();
    await store.prepare(this.#session);
    await store.initialize(this.#session, epoch, stored?.source ?? '', position, 1, [forget]);
    await this.#session.query(`SELECT RELEASE_LOCK('${lock}')`);
  }

  async errors(name: string): Promise<ErrorRecord[]> {
    return await new ErrorRecords(this.#tables, name).list(this.#session);
  }

  async error(name: string, id: number): Promise<ErrorRecord | null> {
    const found = await new ErrorRecords(this.#tables, name).list(this.#session, `id=${Number(id)}`);
    return found[0] ?? null;
  }

  async retry(name: string, id: number): Promise<void> {
    await this.#require(name, id);
    if (!(await new ErrorRecords(this.#tables, name).move(this.#session, id, ['open', 'skipping'], 'retrying', null))) {
      throw notOpen(id);
    }
  }

  async skip(name: string, id: number, reason: string): Promise<void> {
    const record = await this.#require(name, id);
    if (!SKIPPABLE.has(record.code)) {
      throw new OtterError('USAGE', {
        detail: `error ${id} (${record.code}) is not about one change that could be left out: ${record.advice}`,
      });
    }
    if (
      !(await new ErrorRecords(this.#tables, name).move(this.#session, id, ['open', 'retrying'], 'skipping', reason))
    ) {
      throw notOpen(id);
    }
  }

  async #require(name: string, id: number): Promise<ErrorRecord> {
    const record = await this.error(name, id);
    if (!record)
      throw new OtterError('USAGE', {
        detail: `pipeline ${name} has no error ${id}; \`otter errors list\` shows them`,
      });
    return record;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

function notOpen(id: number): OtterError {
  return new OtterError('USAGE', {
    detail: `error ${id} is not open any more; \`otter errors show ${id}\` tells what became of it`,
  });
}
