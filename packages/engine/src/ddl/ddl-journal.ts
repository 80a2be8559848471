import { quoteText, type Session } from '@otter/dialects';
import type { CheckpointStore } from '../control/checkpoint-store.ts';
import type { ControlTables } from '../control/control-tables.ts';

/** A statement that was about to be run when the target was last heard of. */
export interface DdlIntent {
  /** The source transaction it belongs to. */
  transaction: string;
  /** Which of that transaction's statements. */
  step: number;
  /** The definitions it concerns as they were before, as a digest. */
  before: string;
  /** As sent to the target: a person may have given another one since. */
  sql: string;
}

/**
 * Reads and writes `otter_ddl`. DDL commits by itself, apart from the position; what is about to be run is written down
 * first, with the definitions as they are, so that after a crash it can be told whether it was run.
 */
export class DdlJournal {
  readonly #tables: ControlTables;
  readonly #checkpoints: CheckpointStore;
  readonly #epoch: bigint;
  /** Row of the checkpoint it goes with: of the main stream, or of a parked table's catch-up. */
  readonly #worker: number;

  constructor(tables: ControlTables, checkpoints: CheckpointStore, epoch: bigint, worker: number) {
    this.#tables = tables;
    this.#checkpoints = checkpoints;
    this.#epoch = epoch;
    this.#worker = worker;
  }

  async read(session: Session): Promise<DdlIntent | null> {
    const [row] = await session.rows(
      `SELECT transaction_id,step,before_digest,statement_text FROM ${this.#tables.ddl} WHERE ${this.#where()}`,
    );
    return row ? { transaction: row[0] ?? '', step: Number(row[1]), before: row[2] ?? '', sql: row[3] ?? '' } : null;
  }

  /** Commits the intent, which also makes sure that the pipeline is still ours. */
  async intend(session: Session, intent: DdlIntent): Promise<void> {
    const values = [
      quoteText(this.#checkpoints.pipeline),
      String(this.#worker),
      quoteText(intent.transaction),
      String(intent.step),
      quoteText(intent.before),
      quoteText(intent.sql),
    ];
    const store = `REPLACE INTO ${this.#tables.ddl} (pipeline,worker,transaction_id,step,before_digest,statement_text) VALUES (${values.join(',')})`;
    await session.query(['BEGIN', this.#checkpoints.fenceSql(this.#epoch), store, 'COMMIT'].join(';'));
  }

  /** To be run in the commit that moves past the transaction, or stops the table there. */
  clearSql(): string {
    return `DELETE FROM ${this.#tables.ddl} WHERE ${this.#where()}`;
  }

  #where(): string {
    return `pipeline=${quoteText(this.#checkpoints.pipeline)} AND worker=${this.#worker}`;
  }

  /** The table a RENAME takes along with it, and what it is called afterwards: see {@link DdlApplier}. */
  get witness(): { before: string; after: string } {
    return this.#tables.ddlWitness(this.#checkpoints.pipeline, this.#worker);
  }
}
