import {
  ERRORS,
  matchesTable,
  OtterError,
  patternText,
  say,
  type ErrorCode,
  type Position,
  type ServerAddress,
  type TablePattern,
  type Wording,
} from '@otter/core';
import { openTargetSession, type Session } from '@otter/dialects';
import { oneStatement } from '../ddl/replacement.ts';
import { ConflictStore, findConflict, type ConflictFilter, type ConflictRecord } from '../conflict/conflict-store.ts';
import { confirm, overrule, settleRow, type Overruling } from '../conflict/overruling.ts';
import { CopyStore, ENDED_COPIES, requestedCopy, type StoredCopy } from '../copy/copy-store.ts';
import { checkPredicate, tryPredicate } from '../copy/predicate.ts';
import { splitName } from '../select/table-name.ts';
import { CheckpointStore, type StoredCheckpoint } from './checkpoint-store.ts';
import { ControlTables } from './control-tables.ts';
import { ErrorRecords, type ErrorRecord } from './error-records.ts';
import { inPlaceOfOwner } from './ownership.ts';
import { SchemaStore } from './schema-store.ts';
import { Settings } from './settings.ts';

/** Looks at and changes what pipelines keep in a target, from outside the pipeline. */
export interface Control {
  /** Names of all pipelines with a checkpoint here. */
  pipelines(): Promise<string[]>;
  /** Source tables that take part, as of its last start; none where it has not been run. */
  tables(name: string): Promise<string[]>;
  position(name: string): Promise<StoredCheckpoint | null>;
  /**
   * Replaces the position of every worker. Throws OWNER_CHANGED while a process runs the pipeline, and
   * CHECKPOINT_UNUSABLE for one direction of two.
   */
  setPosition(name: string, position: Position): Promise<void>;
  errors(name: string): Promise<ErrorRecord[]>;
  error(name: string, id: number): Promise<ErrorRecord | null>;
  /** Lets the table catch up from where it stopped; a running pipeline begins within a second. Throws USAGE. */
  retry(name: string, id: number): Promise<void>;
  /** The same without the change that failed; `reason` is kept with the record. Throws USAGE. */
  skip(name: string, id: number, reason: string): Promise<void>;
  /**
   * Has `sql` run on the target in place of the change of definition that stopped the table, which then catches up behind
   * it; `reason` is kept with the record. Throws USAGE.
   */
  replace(name: string, id: number, sql: string, reason: string): Promise<void>;
  /** Rows that both sides had written, as they were decided; the newest first. None of a pipeline of one way. */
  conflicts(name: string, limit: number, filter?: ConflictFilter): Promise<ConflictRecord[]>;
  /** One of them, of whatever pipeline. */
  conflict(id: number): Promise<ConflictRecord | null>;
  /** Has the row otherwise than it was decided; see {@link overrule}. Returns the settled record. */
  overrule(order: Overruling): Promise<ConflictRecord>;
  /** Settles a record as it was decided. Throws CONFLICT_MISSING, CONFLICT_SETTLED. */
  confirm(id: number, by: string): Promise<ConflictRecord>;
  /** Settles what the pipeline of the other direction has recorded of a row; see {@link settleRow}. Returns how many. */
  settleRow(row: Pick<ConflictRecord, 'pipeline' | 'table' | 'keyHash'>, by: string): Promise<number>;
  /** The last copy of each table. */
  copies(name: string): Promise<StoredCopy[]>;
  /**
   * Asks for tables of the pipeline to be copied again, over the rows that are there, while their changes go on; a
   * running pipeline begins within a second or two. Returns their names. With `source` the predicate is tried there
   * before anything is asked for. Throws USAGE, PREDICATE_INVALID.
   */
  copyAgain(
    name: string,
    tables: readonly TablePattern[],
    predicate: string | null,
    source?: ServerAddress | null,
  ): Promise<string[]>;
  /** Ends copies asked for; what they have copied stays. Returns the tables. Throws USAGE. */
  cancelCopies(name: string, tables: readonly TablePattern[]): Promise<string[]>;
  /** Bytes a second the copy may read from now on, 0 for no limit; `null`: what the option of `otter sync` says. */
  setCopyRate(name: string, bytesPerSecond: number | null): Promise<void>;
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

const REPLACEABLE = new Set(['DDL_SEEN', 'DDL_FAILED', 'DDL_UNCERTAIN']);

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
    const stands = await this.position(name);
    if (stands !== null && stands.seen !== null) {
      throw new OtterError('CHECKPOINT_UNUSABLE', { detail: say('position-of-a-pair', { pipeline: name }) });
    }
    await inPlaceOfOwner(this.#session, this.#tables.schema, name, async () => {
      const store = new CheckpointStore(this.#tables, name);
      const { epoch, stored } = await store.acquire(this.#session);
      // Definitions belong to the position that was.
      const forget = new SchemaStore(this.#tables, name).clearSql();
      await store.prepare(this.#session);
      await store.initialize(this.#session, epoch, stored?.source ?? '', JSON.stringify(position), 1, [forget]);
    });
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
    if (
      !(await new ErrorRecords(this.#tables, name).move(
        this.#session,
        id,
        ['open', 'skipping', 'replacing'],
        'retrying',
      ))
    ) {
      throw notOpen(id);
    }
  }

  async skip(name: string, id: number, reason: string): Promise<void> {
    const record = await this.#require(name, id);
    if (!SKIPPABLE.has(record.code)) {
      throw new OtterError('USAGE', {
        detail: say('error-not-skippable', { id, code: record.code, advice: adviceOf(record) }),
      });
    }
    const records = new ErrorRecords(this.#tables, name);
    if (!(await records.move(this.#session, id, ['open', 'retrying', 'replacing'], 'skipping', { note: reason })))
      throw notOpen(id);
  }

  async replace(name: string, id: number, sql: string, reason: string): Promise<void> {
    const record = await this.#require(name, id);
    if (!REPLACEABLE.has(record.code)) {
      throw new OtterError('USAGE', {
        detail: say('error-not-replaceable', { id, code: record.code }),
      });
    }
    const replacement = oneStatement(sql, this.#session);
    const copies = await new CopyStore(this.#tables, name).read(this.#session);
    if (copies.some(({ table, state }) => table === record.table && !ENDED_COPIES.includes(state))) {
      throw new OtterError('USAGE', {
        detail: say('replace-while-copied', { table: record.table, id }),
      });
    }
    const records = new ErrorRecords(this.#tables, name);
    const more = { note: reason, about: { ...record, scope: { ...record.scope, replacement } } };
    if (!(await records.move(this.#session, id, ['open', 'retrying', 'skipping', 'replacing'], 'replacing', more)))
      throw notOpen(id);
  }

  async conflicts(name: string, limit: number, filter: ConflictFilter = {}): Promise<ConflictRecord[]> {
    if (!(await this.#hasConflicts())) return [];
    return await new ConflictStore(this.#tables, name).page(this.#session, limit, filter);
  }

  async conflict(id: number): Promise<ConflictRecord | null> {
    return (await this.#hasConflicts()) ? await findConflict(this.#session, this.#tables, id) : null;
  }

  async overrule(order: Overruling): Promise<ConflictRecord> {
    await this.#requireConflicts(order.id);
    return await overrule(this.#session, this.#tables, order);
  }

  async confirm(id: number, by: string): Promise<ConflictRecord> {
    await this.#requireConflicts(id);
    return await confirm(this.#session, this.#tables, { id, by });
  }

  async settleRow(row: Pick<ConflictRecord, 'pipeline' | 'table' | 'keyHash'>, by: string): Promise<number> {
    return (await this.#hasConflicts()) ? await settleRow(this.#session, this.#tables, row, by) : 0;
  }

  async #requireConflicts(id: number): Promise<void> {
    if (!(await this.#hasConflicts()))
      throw new OtterError('CONFLICT_MISSING', { detail: say('conflict-none', { id }) });
  }

  /** Whether the target's pipelines record conflicts. Throws USAGE where they have not been run by this version yet. */
  async #hasConflicts(): Promise<boolean> {
    try {
      await this.#session.query(`SELECT state FROM ${this.#tables.conflict} LIMIT 0`);
      return true;
    } catch (error) {
      if (!OtterError.is(error)) throw error;
      if (error.code === 'TABLE_MISSING') return false;
      if (error.code !== 'SCHEMA_MISMATCH') throw error;
      throw new OtterError('USAGE', { detail: say('conflicts-of-before'), cause: error });
    }
  }

  async copies(name: string): Promise<StoredCopy[]> {
    await this.#requirePipeline(name);
    return await new CopyStore(this.#tables, name).read(this.#session);
  }

  async copyAgain(
    name: string,
    tables: readonly TablePattern[],
    predicate: string | null,
    source: ServerAddress | null = null,
  ): Promise<string[]> {
    if (predicate !== null) checkPredicate(predicate);
    await this.#requirePipeline(name);
    const known = await this.tables(name);
    const wanted = known.filter((table) => matches(tables, table));
    if (wanted.length === 0) {
      throw new OtterError('USAGE', {
        detail: `pipeline ${name} keeps no table equal that matches ${tables.map(patternText).join(',')}`,
      });
    }
    if (predicate !== null && source !== null) await tryPredicates(source, wanted, predicate);
    return await this.#changeCopies(name, (stored) => {
      const busy = stored.filter(({ table, state }) => wanted.includes(table) && !ENDED_COPIES.includes(state));
      if (busy.length > 0) {
        const [first] = busy;
        throw new OtterError('USAGE', {
          detail: say('table-being-copied', { table: first?.table ?? '', state: first?.state ?? '' }),
        });
      }
      return wanted.map((table) => requestedCopy(table, predicate));
    });
  }

  async cancelCopies(name: string, tables: readonly TablePattern[]): Promise<string[]> {
    await this.#requirePipeline(name);
    return await this.#changeCopies(name, (stored) => {
      const found = stored.filter(({ table, state }) => matches(tables, table) && !ENDED_COPIES.includes(state));
      const first = found.find(({ kind }) => kind === 'first');
      if (first) {
        throw new OtterError('USAGE', {
          detail: `${first.table} is copied for the first time: without its rows it could not take part`,
        });
      }
      if (found.length === 0) throw new OtterError('USAGE', { detail: say('copy-none') });
      return found.map((copy) => ({ ...copy, state: 'canceling' }));
    });
  }

  async setCopyRate(name: string, bytesPerSecond: number | null): Promise<void> {
    await this.#requirePipeline(name);
    const settings = new Settings(this.#tables, name);
    await this.#session.query(
      bytesPerSecond === null ? settings.removeSql('copy-rate') : settings.saveSql('copy-rate', String(bytesPerSecond)),
    );
  }

  /** Reads all copies and writes some, while nobody else does. */
  async #changeCopies(name: string, change: (stored: readonly StoredCopy[]) => StoredCopy[]): Promise<string[]> {
    const store = new CopyStore(this.#tables, name);
    await this.#session.query('BEGIN');
    try {
      const changed = change(await store.read(this.#session, true));
      await this.#session.query([...changed.map((copy) => store.overwriteSql(copy)), 'COMMIT'].join(';'));
      return changed.map(({ table }) => table);
    } catch (error) {
      if (!this.#session.lost) await this.#session.query('ROLLBACK');
      throw error;
    }
  }

  async tables(name: string): Promise<string[]> {
    const text = await new Settings(this.#tables, name).read(this.#session, 'tables');
    return text === null ? [] : (JSON.parse(text) as string[]);
  }

  async #requirePipeline(name: string): Promise<void> {
    const all = await this.pipelines();
    if (!all.includes(name)) {
      const known = all.length === 0 ? 'the target holds none' : `the target holds ${all.join(', ')}`;
      throw new OtterError('USAGE', { detail: `there is no pipeline ${name}: ${known}` });
    }
    try {
      await this.#session.query(
        `SELECT kind FROM ${this.#tables.copy} LIMIT 0; SELECT 1 FROM ${this.#tables.setting} LIMIT 0`,
      );
    } catch (cause) {
      throw new OtterError('USAGE', {
        detail: `pipeline ${name} was last run by a version that cannot copy again; start it once with this one`,
        cause,
      });
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

async function tryPredicates(address: ServerAddress, tables: readonly string[], predicate: string): Promise<void> {
  const source = await openTargetSession(address, { role: 'source' });
  try {
    for (const table of tables) {
      await tryPredicate(source, ...splitName(table), predicate);
    }
  } finally {
    await source.close();
  }
}

function matches(patterns: readonly TablePattern[], name: string): boolean {
  const [schema, table] = splitName(name);
  return patterns.some((pattern) => matchesTable(pattern, schema, table));
}

function notOpen(id: number): OtterError {
  return new OtterError('USAGE', {
    detail: say('error-not-open', { id }),
  });
}

function adviceOf({ code, advice }: ErrorRecord): Wording {
  return { en: advice, zh: Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode].adviceZh : advice };
}
