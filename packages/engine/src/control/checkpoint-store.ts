import { OtterError, parsePosition, say, type Position } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import type { Seen } from '../conflict/row-writes.ts';
import { knownIn, type AnnouncedDrop } from '../origin/commit-mark.ts';
import { ensureTables, probeSql, type ControlTables } from './control-tables.ts';

/** The row of one worker: everything before `position` is applied by it. */
export interface StoredWorker {
  worker: number;
  position: Position;
  /** Announced before it and made behind it. */
  drops: readonly AnnouncedDrop[];
}

/** A pipeline's memory, as the target holds it. */
export interface StoredCheckpoint {
  pipeline: string;
  epoch: bigint;
  /** Identity of the source server the coordinates belong to. */
  source: string;
  /** The pipeline's own workers, by number; a parked table's catch-up is not among them. */
  workers: StoredWorker[];
  updatedAt: string;
  /** Where both sides are written: see {@link markedPosition}. */
  seen: Seen | null;
}

/** Worker numbers from here on belong to the catch-up of a parked table: base + error id. */
export const CATCH_UP_WORKER_BASE = 1_000_000;

/**
 * Reads and writes `otter_checkpoint`. Every acquisition raises the pipeline's epoch in all its rows, and
 * every commit names its epoch: a stale owner's commit fails in the target, whatever else it believes
 * (design §2.6).
 */
export class CheckpointStore {
  readonly #tables: ControlTables;
  readonly pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.pipeline = pipeline;
  }

  async prepare(session: Session): Promise<void> {
    const tables = [
      ...[this.#tables.checkpoint, this.#tables.error, this.#tables.copy, this.#tables.setting],
      ...[this.#tables.ddl, this.#tables.definitions, this.#tables.index, this.#tables.conflict, this.#tables.gate],
    ];
    const upgrades = this.#tables.upgrades();
    const probes = [...tables.map(probeSql), ...upgrades.map(({ probe }) => probe)];
    if (await isAnswered(session, probes.join(';'))) return;
    await ensureTables(session, tables, this.#tables.targetDefinitions());
    for (const { probe, alter } of upgrades) if (!(await isAnswered(session, probe))) await session.query(alter);
  }

  /** `null` when the pipeline has never run. Throws CHECKPOINT_UNUSABLE. */
  async read(session: Session): Promise<StoredCheckpoint | null> {
    return this.#parse(await session.rows(this.#select('')));
  }

  #select(suffix: string): string {
    return `SELECT worker, epoch, position, source, updated_at FROM ${this.#tables.checkpoint} WHERE pipeline=${quoteText(this.pipeline)} ORDER BY worker${suffix}`;
  }

  #parse(rows: (string | null)[][]): StoredCheckpoint | null {
    const first = rows[0];
    if (!first) return null;
    const workers: StoredWorker[] = [];
    let seenThere: Seen | null = null;
    for (const row of rows) {
      const [worker, text] = [Number(row[0]), row[2] ?? ''];
      if (worker >= CATCH_UP_WORKER_BASE) continue;
      const position = this.#position(text);
      const { seen, drops } = knownIn(text);
      workers.push({ worker, position, drops });
      if (worker === 0) seenThere = seen;
    }
    const epoch = rows.reduce((max, row) => (BigInt(row[1] ?? 0) > max ? BigInt(row[1] ?? 0) : max), 0n);
    const [source, updatedAt] = [first[3] ?? '', first[4] ?? ''];
    return { pipeline: this.pipeline, epoch, source, workers, updatedAt, seen: seenThere };
  }

  #position(json: string): Position {
    try {
      return parsePosition(json);
    } catch (cause) {
      throw new OtterError('CHECKPOINT_UNUSABLE', {
        detail: `pipeline ${this.pipeline}: ${(cause as Error).message}`,
        cause,
      });
    }
  }

  /**
   * Becomes the owner: raises the epoch and returns it with what was stored. Waits for a commit of the old
   * owner that is under way (its row lock), so the positions returned are final.
   */
  async acquire(session: Session): Promise<{ epoch: bigint; stored: StoredCheckpoint | null }> {
    try {
      const [, rows = []] = await session.rowsOfEach(['BEGIN', this.#select(' FOR UPDATE')]);
      const stored = this.#parse(rows);
      const epoch = (stored?.epoch ?? 0n) + 1n;
      await session.query(
        `UPDATE ${this.#tables.checkpoint} SET epoch=${epoch} WHERE pipeline=${quoteText(this.pipeline)};COMMIT`,
      );
      return { epoch, stored };
    } catch (error) {
      if (!session.lost) await session.query('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  /**
   * Writes the first row of every worker at a position (see {@link markedPosition}), dropping rows of workers that are no more, and whatever
   * `alongside` says in the same commit.
   */
  async initialize(
    session: Session,
    epoch: bigint,
    source: string,
    positionJson: string,
    workers: number,
    alongside: readonly string[] = [],
  ): Promise<void> {
    const rows = Array.from({ length: workers }, (_, worker) => this.commitSql(worker, epoch, source, positionJson));
    const obsolete = `DELETE FROM ${this.#tables.checkpoint} WHERE pipeline=${quoteText(this.pipeline)} AND worker>=${workers} AND worker<${CATCH_UP_WORKER_BASE}`;
    await session.query(['BEGIN', obsolete, ...rows, ...alongside, 'COMMIT'].join(';'));
  }

  /**
   * The statement that records a worker's position inside the transaction that applied the rows. On a
   * stale epoch it fails with error 1048 (NOT NULL), so a COMMIT behind it in the same packet never runs.
   * Worker 0 always has a row; that of another may be gone or not there yet, and an INSERT would pass
   * unchecked: its commits look at the epoch of worker 0 first.
   */
  commitSql(worker: number, epoch: bigint, source: string, positionJson: string): string {
    const position = quoteText(positionJson);
    return (
      (worker === 0 ? '' : `${this.fenceSql(epoch)};`) +
      `INSERT INTO ${this.#tables.checkpoint} (pipeline,worker,epoch,position,source) VALUES ` +
      `(${quoteText(this.pipeline)},${worker},${epoch},${position},${quoteText(source)}) ` +
      `ON DUPLICATE KEY UPDATE epoch=IF(epoch=${epoch},epoch,NULL),position=${position},source=${quoteText(source)}`
    );
  }

  /** Fails with error 1048 when the epoch is not ours any more, and keeps it ours until the transaction ends. */
  fenceSql(epoch: bigint): string {
    return `UPDATE ${this.#tables.checkpoint} SET epoch=IF(epoch=${epoch},epoch,NULL) WHERE pipeline=${quoteText(this.pipeline)} AND worker=0`;
  }

  async readWorker(session: Session, worker: number): Promise<Position | null> {
    const rows = await session.rows(
      `SELECT position FROM ${this.#tables.checkpoint} WHERE pipeline=${quoteText(this.pipeline)} AND worker=${worker}`,
    );
    const json = rows[0]?.[0];
    return json === undefined || json === null ? null : this.#position(json);
  }

  /** Gives the checkpoint another pipeline's name, which must have none; to be run by the owner. */
  renameSql(name: string): string {
    return `UPDATE ${this.#tables.checkpoint} SET pipeline=${quoteText(name)} WHERE pipeline=${quoteText(this.pipeline)}`;
  }

  deleteWorkerSql(worker: number): string {
    return `DELETE FROM ${this.#tables.checkpoint} WHERE pipeline=${quoteText(this.pipeline)} AND worker=${worker}`;
  }
}

/** What a failed commit packet means: OWNER_CHANGED where it was refused because the epoch is no longer ours, else itself. */
export function commitError(error: unknown, pipeline: string): unknown {
  if (!isFenced(error)) return error;
  return new OtterError('OWNER_CHANGED', { detail: say('pipeline-named', { pipeline }), cause: error });
}

/** Whether a failed commit packet was refused because the epoch is no longer ours. */
export function isFenced(error: unknown): boolean {
  return OtterError.is(error) && error.context['errno'] === 1048 && /epoch/.test(error.message);
}

async function isAnswered(session: Session, question: string): Promise<boolean> {
  return await session.query(question).then(
    () => true,
    () => false,
  );
}
