import { failpoint, OtterError, type ErrorCode, type ServerAddress } from '@otter/core';
import { openTargetSession, readTables, type Session } from '@otter/dialects';
import { ControlTables } from '../control/control-tables.ts';
import { leniently } from '../load/plan-statements.ts';
import { rollBack, runStatements, type Statement } from '../load/statement.ts';
import { RepairStore, type RepairRecord } from './repair-store.ts';
import { imageDigest, RowImages, type RowImage } from './row-image.ts';
import { VerifyStore, type NumberedDifference, type VerifySummary } from './verify-store.ts';

/** Writes taken back in one transaction. */
const BATCH_ROWS = 25;
/** Attempts at a row that somebody else holds. */
const ATTEMPTS_MAX = 3;

/** A row that was left as it is, and why. */
export interface KeptRow {
  /** `schema.table` of the target. */
  table: string;
  key: RepairRecord['key'];
  code: ErrorCode;
  reason: string;
}

/** What an undo came to. */
export interface UndoOutcome {
  undone: number;
  kept: KeptRow[];
  /** A signal ended it before its end. */
  stopped: boolean;
}

/** Looks at the verifications a target holds, and takes their repairs back. */
export class VerifyRecords {
  readonly #session: Session;
  readonly #tables: ControlTables;

  private constructor(session: Session, tables: ControlTables) {
    this.#session = session;
    this.#tables = tables;
  }

  /** Throws USAGE when the target holds none; TARGET_UNREACHABLE, ACCESS_DENIED. */
  static async open(address: ServerAddress, controlSchema: string): Promise<VerifyRecords> {
    const session = await openTargetSession(address, { role: 'writer' });
    const tables = new ControlTables(controlSchema);
    try {
      await session.query(`SELECT 1 FROM ${tables.verify} LIMIT 0`);
    } catch (cause) {
      await session.close();
      if (OtterError.is(cause) && cause.code !== 'TABLE_MISSING') throw cause;
      throw new OtterError('USAGE', {
        detail: `the target holds no verifications: there is no ${tables.verify}`,
        cause,
      });
    }
    return new VerifyRecords(session, tables);
  }

  /** The latest first. */
  async list(): Promise<VerifySummary[]> {
    await new RepairStore(this.#tables, '').prepare(this.#session);
    return new VerifyStore(this.#session, this.#tables).list();
  }

  /** What a verification has found so far, from behind number `after` on (−1: from the beginning). Throws USAGE. */
  async differences(
    id: string,
    page: { table: string | null; after: number; limit: number },
  ): Promise<NumberedDifference[]> {
    const store = new VerifyStore(this.#session, this.#tables);
    await store.require(id);
    return store.page(id, page);
  }

  /**
   * Puts rows back as they were before the repair, the last written first, each only where it still is what the
   * repair made of it. What was put back is not touched again. Throws USAGE when there is no such verification.
   */
  async undo(id: string, signal: AbortSignal): Promise<UndoOutcome> {
    await new VerifyStore(this.#session, this.#tables).require(id);
    const store = new RepairStore(this.#tables, id);
    await store.prepare(this.#session);
    const undo = new Undo(this.#session, store);
    let before = await store.nextSeq(this.#session);
    while (!signal.aborted) {
      const records = await store.written(this.#session, before, BATCH_ROWS);
      if (records.length === 0) break;
      before = records.at(-1)?.seq ?? 0;
      await undo.batch(records);
    }
    return { undone: undo.undone, kept: undo.kept, stopped: signal.aborted };
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

class Undo {
  undone = 0;
  readonly kept: KeptRow[] = [];
  readonly #session: Session;
  readonly #store: RepairStore;
  readonly #images = new Map<string, RowImages>();

  constructor(session: Session, store: RepairStore) {
    this.#session = session;
    this.#store = store;
  }

  /** Takes writes back in one transaction, or one by one so that one stops no other. */
  async batch(records: readonly RepairRecord[], attempt = 1): Promise<void> {
    try {
      const changed = await this.#transaction(records);
      for (const record of changed) {
        this.#keep(record, new OtterError('REPAIR_REFUSED', { detail: 'the row was changed since the repair' }));
      }
      this.undone += records.length - changed.length;
    } catch (error) {
      if (!OtterError.is(error) || this.#session.lost) throw error;
      if (error.scope !== 'table' && error.code !== 'TARGET_BUSY') throw error;
      const [only] = records;
      if (records.length > 1) for (const record of records) await this.batch([record]);
      else if (error.code === 'TARGET_BUSY' && attempt < ATTEMPTS_MAX) await this.batch(records, attempt + 1);
      else if (only !== undefined) this.#keep(only, error);
    }
  }

  #keep({ table, key }: RepairRecord, { code, detail }: OtterError): void {
    this.kept.push({ table, key, code, reason: detail });
  }

  /** Returns the writes whose rows are not what the repair made of them any more; they stay as they are. */
  async #transaction(records: readonly RepairRecord[]): Promise<RepairRecord[]> {
    const session = this.#session;
    const changed: RepairRecord[] = [];
    const undone: number[] = [];
    await session.query('BEGIN');
    try {
      for (const record of records) {
        const images = await this.#imagesOf(record);
        const now = await this.#locked(images, record);
        if (imageDigest(now) !== record.afterDigest) {
          changed.push(record);
          continue;
        }
        await runStatements(session, [], [statementOf(images, record, now)], session.maxAllowedPacket / 4);
        if (imageDigest(await this.#locked(images, record)) !== imageDigest(record.before)) {
          throw new OtterError('ROW_REFUSED', { detail: `${record.table} did not keep the row as it was put back` });
        }
        undone.push(record.seq);
      }
      if (undone.length > 0) await session.query(this.#store.undoneSql(undone));
      failpoint('undo.written');
      await session.query('COMMIT');
      return changed;
    } catch (error) {
      if (!session.lost) await rollBack(session);
      throw error;
    }
  }

  async #locked(images: RowImages, { place }: RepairRecord): Promise<RowImage | null> {
    const [found] = await this.#session.query(images.lockedSql(place.bound));
    return images.image(found);
  }

  async #imagesOf({ table, place }: RepairRecord): Promise<RowImages> {
    const name = `${table} ${place.key}`;
    const known = this.#images.get(name);
    if (known !== undefined) return known;
    const [target] = await readTables(this.#session, (schema, other) => `${schema}.${other}` === table);
    if (target === undefined) throw new OtterError('TABLE_MISSING', { detail: table });
    const images = new RowImages(target, place.key, this.#session.isMariadb);
    this.#images.set(name, images);
    return images;
  }
}

/** The statement that makes the row of `now` the one before the repair. */
function statementOf(images: RowImages, { place, before }: RepairRecord, now: RowImage | null): Statement {
  const { route } = images;
  const where = images.at(place.bound);
  if (before === null) return { sql: `DELETE FROM ${route.writer.name} WHERE ${where}`, route, rows: 1 };
  const row = images.row(before);
  if (now === null) return leniently({ sql: route.writer.insert([row]), route, rows: 1 }, row);
  const positions = images.changed(before, now);
  return leniently({ sql: route.writer.updateWhere(where, row, positions), route, rows: 1 }, row, positions);
}
